//! The measured parts of a report. They are generic over their number: `f64` as they arrive,
//! [`Ms`](crate::unit::Ms) and [`Cls`](crate::unit::Cls) once they are believed.

use serde::{Deserialize, Deserializer, Serialize};

use crate::check::{PerCheck, Verdict};
use crate::metric::Disbelief;

/// Load time. `loaded` is `loadEventEnd`: a reading of its own, never mixed with `lcp`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(bound(deserialize = "T: Deserialize<'de>"))]
pub struct Load<T> {
    #[serde(
        default,
        deserialize_with = "told",
        skip_serializing_if = "Option::is_none"
    )]
    pub lcp: Option<T>,
    #[serde(
        default,
        deserialize_with = "told",
        skip_serializing_if = "Option::is_none"
    )]
    pub fcp: Option<T>,
    #[serde(
        default,
        deserialize_with = "told",
        skip_serializing_if = "Option::is_none"
    )]
    pub ttfb: Option<T>,
    #[serde(
        default,
        deserialize_with = "told",
        skip_serializing_if = "Option::is_none"
    )]
    pub loaded: Option<T>,
    #[serde(
        default,
        deserialize_with = "told",
        skip_serializing_if = "Option::is_none"
    )]
    pub phases: Option<Phases<T>>,
}

/// The phases of the navigation, in ms. `wait` is `responseStart − requestStart`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(bound(deserialize = "T: Deserialize<'de>"))]
pub struct Phases<T> {
    #[serde(
        default,
        deserialize_with = "told",
        skip_serializing_if = "Option::is_none"
    )]
    pub redirect: Option<T>,
    #[serde(
        default,
        deserialize_with = "told",
        skip_serializing_if = "Option::is_none"
    )]
    pub dns: Option<T>,
    #[serde(
        default,
        deserialize_with = "told",
        skip_serializing_if = "Option::is_none"
    )]
    pub connect: Option<T>,
    #[serde(
        default,
        deserialize_with = "told",
        skip_serializing_if = "Option::is_none"
    )]
    pub tls: Option<T>,
    #[serde(
        default,
        deserialize_with = "told",
        skip_serializing_if = "Option::is_none"
    )]
    pub wait: Option<T>,
    #[serde(
        default,
        deserialize_with = "told",
        skip_serializing_if = "Option::is_none"
    )]
    pub download: Option<T>,
}

/// Response latency: two readings, always kept apart.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(bound(deserialize = "T: Deserialize<'de>"))]
pub struct Response<T> {
    /// Interaction to Next Paint.
    #[serde(
        default,
        deserialize_with = "told",
        skip_serializing_if = "Option::is_none"
    )]
    pub inp: Option<T>,
    /// `responseStart − requestStart` of the navigation.
    #[serde(
        default,
        deserialize_with = "told",
        skip_serializing_if = "Option::is_none"
    )]
    pub server_wait: Option<T>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(bound(deserialize = "T: Deserialize<'de>"))]
pub struct Layout<T> {
    #[serde(
        default,
        deserialize_with = "told",
        skip_serializing_if = "Option::is_none"
    )]
    pub cls: Option<T>,
}

impl<T> Default for Load<T> {
    fn default() -> Load<T> {
        Load {
            lcp: None,
            fcp: None,
            ttfb: None,
            loaded: None,
            phases: None,
        }
    }
}

impl<T> Default for Response<T> {
    fn default() -> Response<T> {
        Response {
            inp: None,
            server_wait: None,
        }
    }
}

impl<T> Default for Layout<T> {
    fn default() -> Layout<T> {
        Layout { cls: None }
    }
}

/// The layout viewport in CSS px, and what the checks found in it. A culprit is an element's
/// structural selector.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Viewport {
    pub width: u32,
    pub height: u32,
    #[serde(default)]
    pub checks: PerCheck<Verdict>,
    /// What made a check fail, by structural selector; at most [`MAX_CULPRITS`](super::MAX_CULPRITS) each.
    #[serde(default, skip_serializing_if = "PerCheck::is_empty")]
    pub culprits: PerCheck<Vec<String>>,
}

/// Readings that were dropped because they could not be believed, and why.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Dropped {
    #[serde(
        default,
        deserialize_with = "told",
        skip_serializing_if = "Option::is_none"
    )]
    pub lcp: Option<Disbelief>,
    #[serde(
        default,
        deserialize_with = "told",
        skip_serializing_if = "Option::is_none"
    )]
    pub fcp: Option<Disbelief>,
    #[serde(
        default,
        deserialize_with = "told",
        skip_serializing_if = "Option::is_none"
    )]
    pub ttfb: Option<Disbelief>,
    #[serde(
        default,
        deserialize_with = "told",
        skip_serializing_if = "Option::is_none"
    )]
    pub loaded: Option<Disbelief>,
    #[serde(
        default,
        deserialize_with = "told",
        skip_serializing_if = "Option::is_none"
    )]
    pub server_wait: Option<Disbelief>,
    #[serde(
        default,
        deserialize_with = "told",
        skip_serializing_if = "Option::is_none"
    )]
    pub phases: Option<Disbelief>,
    #[serde(
        default,
        deserialize_with = "told",
        skip_serializing_if = "Option::is_none"
    )]
    pub inp: Option<Disbelief>,
    #[serde(
        default,
        deserialize_with = "told",
        skip_serializing_if = "Option::is_none"
    )]
    pub cls: Option<Disbelief>,
}

impl Dropped {
    pub fn is_empty(&self) -> bool {
        *self == Dropped::default()
    }
}

/// For a field that is either absent or told: `null` is refused as any other wrong type is.
pub(super) fn told<'de, D: Deserializer<'de>, T: Deserialize<'de>>(
    d: D,
) -> Result<Option<T>, D::Error> {
    T::deserialize(d).map(Some)
}
