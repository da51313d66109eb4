//! The viewport checks: their names, and one slot of anything for each of them.

use std::ops::{Index, IndexMut};

use serde::de::{MapAccess, Visitor};
use serde::ser::SerializeStruct;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A viewport check. What each one fails on, with its source, is in `docs/reference.md`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Check {
    ViewportMeta,
    ContentWidth,
    Zoom,
    TextSize,
    TargetSize,
    LayoutStability,
}

impl Check {
    pub const COUNT: usize = 6;

    pub const ALL: [Check; Check::COUNT] = [
        Check::ViewportMeta,
        Check::ContentWidth,
        Check::Zoom,
        Check::TextSize,
        Check::TargetSize,
        Check::LayoutStability,
    ];

    /// As in the report and the API.
    pub const fn name(self) -> &'static str {
        match self {
            Check::ViewportMeta => "viewport-meta",
            Check::ContentWidth => "content-width",
            Check::Zoom => "zoom",
            Check::TextSize => "text-size",
            Check::TargetSize => "target-size",
            Check::LayoutStability => "layout-stability",
        }
    }

    pub fn from_name(name: &str) -> Option<Check> {
        Check::ALL.into_iter().find(|check| check.name() == name)
    }
}

/// What a check found. `Unknown` is what a browser says that cannot tell; it counts for nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum Verdict {
    Pass,
    Fail,
    Unknown,
}

impl From<bool> for Verdict {
    fn from(passes: bool) -> Verdict {
        if passes { Verdict::Pass } else { Verdict::Fail }
    }
}

/// A value, or none, for each check; in JSON an object by the check's name. Names that this version
/// does not know are passed over: a newer widget may have more checks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PerCheck<T>([Option<T>; Check::COUNT]);

impl<T> PerCheck<T> {
    pub fn is_empty(&self) -> bool {
        self.0.iter().all(Option::is_none)
    }

    pub fn values_mut(&mut self) -> impl Iterator<Item = &mut T> {
        self.0.iter_mut().flatten()
    }

    /// The checks that have a value, in the order of [`Check::ALL`].
    pub fn iter(&self) -> impl Iterator<Item = (Check, &T)> {
        Check::ALL
            .into_iter()
            .zip(&self.0)
            .filter_map(|(check, slot)| slot.as_ref().map(|value| (check, value)))
    }
}

impl<T> Default for PerCheck<T> {
    fn default() -> PerCheck<T> {
        PerCheck([const { None }; Check::COUNT])
    }
}

impl<T> Index<Check> for PerCheck<T> {
    type Output = Option<T>;

    fn index(&self, check: Check) -> &Option<T> {
        &self.0[check as usize]
    }
}

impl<T> IndexMut<Check> for PerCheck<T> {
    fn index_mut(&mut self, check: Check) -> &mut Option<T> {
        &mut self.0[check as usize]
    }
}

impl<T: Serialize> Serialize for PerCheck<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut object = serializer.serialize_struct("PerCheck", self.iter().count())?;
        for (check, value) in self.iter() {
            object.serialize_field(check.name(), value)?;
        }
        object.end()
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for PerCheck<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<PerCheck<T>, D::Error> {
        struct Object<T>(PerCheck<T>);

        impl<'de, T: Deserialize<'de>> Visitor<'de> for Object<T> {
            type Value = PerCheck<T>;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("an object with the names of checks")
            }

            fn visit_map<A: MapAccess<'de>>(mut self, mut map: A) -> Result<PerCheck<T>, A::Error> {
                while let Some(name) = map.next_key::<String>()? {
                    match Check::from_name(&name) {
                        Some(check) => self.0[check] = Some(map.next_value()?),
                        None => {
                            map.next_value::<serde::de::IgnoredAny>()?;
                        }
                    }
                }
                Ok(self.0)
            }
        }

        deserializer.deserialize_map(Object(PerCheck::default()))
    }
}

#[cfg(feature = "schema")]
impl<T: schemars::JsonSchema> schemars::JsonSchema for PerCheck<T> {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        format!("PerCheckOf{}", T::schema_name()).into()
    }

    fn json_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
        let value = generator.subschema_for::<T>();
        let properties: serde_json::Map<String, serde_json::Value> = Check::ALL
            .into_iter()
            .map(|check| (check.name().to_owned(), value.clone().to_value()))
            .collect();
        schemars::json_schema!({ "type": "object", "properties": properties })
    }
}
