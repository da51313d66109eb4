//! What a derived parser does not see: it takes an array for an object, field by field, and an object for
//! a word. A report has neither: a field that is added later would give every such array another meaning.
//! Read without keeping anything, because every report comes by here.

use std::fmt;

use serde::de::{DeserializeSeed, IgnoredAny, MapAccess, SeqAccess, Visitor};

/// What must stand in a place. What is not named here, the report's own parser knows.
enum Expected {
    Object(&'static [(&'static str, Expected)]),
    /// An object whose fields are all words.
    Words,
    Each(&'static Expected),
    Word,
    Version,
    Anything,
}

use Expected::{Anything, Each, Object, Version, Word, Words};

const REPORT: Expected = Object(&[
    ("v", Version),
    ("load", Object(&[("phases", Object(&[]))])),
    ("response", Object(&[])),
    ("requests", Object(&[])),
    ("layout", Object(&[])),
    ("viewport", Object(&[("checks", Words)])),
    ("errors", Object(&[("resources", Object(&[]))])),
    ("dropped", Words),
    ("steps", Each(&Object(&[("result", Word)]))),
    ("kind", Word),
    ("nav", Word),
    ("device", Word),
    ("net", Word),
]);

/// What is told of a report before it is parsed.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Shape {
    pub version: Option<u64>,
    /// The last thing that is not what it must be.
    pub fault: Option<String>,
}

impl Shape {
    /// Fails on what is no JSON.
    pub fn of(text: &str) -> Result<Shape, serde_json::Error> {
        let mut shape = Shape::default();
        let mut parser = serde_json::Deserializer::from_str(text);
        let report = Place {
            name: "the report",
            expected: &REPORT,
            shape: &mut shape,
        };
        report.deserialize(&mut parser)?;
        parser.end()?;
        Ok(shape)
    }
}

/// A value that is about to be read.
struct Place<'a> {
    name: &'static str,
    expected: &'static Expected,
    shape: &'a mut Shape,
}

impl Place<'_> {
    /// A value of a kind that can only be right where nothing is asked.
    fn other<E>(self) -> Result<(), E> {
        let expected = match self.expected {
            Object(_) | Words => "an object",
            Word => "a word",
            Each(_) | Version | Anything => return Ok(()),
        };
        self.shape.fault = Some(format!("{}: expected {expected}", self.name));
        Ok(())
    }
}

impl<'de> DeserializeSeed<'de> for Place<'_> {
    type Value = ();

    fn deserialize<D: serde::Deserializer<'de>>(self, from: D) -> Result<(), D::Error> {
        match self.expected {
            Anything => from.deserialize_ignored_any(IgnoredAny).map(drop),
            _ => from.deserialize_any(self),
        }
    }
}

impl<'de> Visitor<'de> for Place<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any JSON")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let fields: &'static [(&str, Expected)] = match self.expected {
            Object(fields) => fields,
            Words => &[],
            _ => {
                while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
                return self.other();
            }
        };
        let rest = match self.expected {
            Words => &Word,
            _ => &Anything,
        };
        while let Some(known) = map.next_key_seed(Field(fields))? {
            let (name, expected) = known.unwrap_or((self.name, rest));
            map.next_value_seed(Place {
                name,
                expected,
                shape: self.shape,
            })?;
        }
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<(), A::Error> {
        let Each(expected) = self.expected else {
            while seq.next_element::<IgnoredAny>()?.is_some() {}
            return self.other();
        };
        while seq
            .next_element_seed(Place {
                name: self.name,
                expected,
                shape: self.shape,
            })?
            .is_some()
        {}
        Ok(())
    }

    fn visit_str<E>(self, _: &str) -> Result<(), E> {
        match self.expected {
            Word => Ok(()),
            _ => self.other(),
        }
    }

    fn visit_u64<E>(self, number: u64) -> Result<(), E> {
        if matches!(self.expected, Version) {
            self.shape.version = Some(number);
        }
        self.other()
    }

    fn visit_i64<E>(self, _: i64) -> Result<(), E> {
        self.other()
    }

    fn visit_f64<E>(self, _: f64) -> Result<(), E> {
        self.other()
    }

    fn visit_bool<E>(self, _: bool) -> Result<(), E> {
        self.other()
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        self.other()
    }
}

/// A field's name, looked up.
struct Field(&'static [(&'static str, Expected)]);

type Known = Option<(&'static str, &'static Expected)>;

impl<'de> DeserializeSeed<'de> for Field {
    type Value = Known;

    fn deserialize<D: serde::Deserializer<'de>>(self, from: D) -> Result<Known, D::Error> {
        from.deserialize_str(self)
    }
}

impl Visitor<'_> for Field {
    type Value = Known;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a field's name")
    }

    fn visit_str<E>(self, name: &str) -> Result<Known, E> {
        let known = self.0.iter().find(|(known, _)| *known == name);
        Ok(known.map(|(name, expected)| (*name, expected)))
    }
}
