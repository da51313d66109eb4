//! Steps of a service (filing, payment), as the page tells them with `nhip.step`.

use serde::{Deserialize, Serialize};

use super::{StepResult, told};

/// The most steps that one view tells.
pub const MAX_STEPS: usize = 10;

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(bound(deserialize = "T: Deserialize<'de>"))]
pub struct Step<T> {
    /// The service's name, redacted as a segment of a path is.
    pub service: String,
    pub result: StepResult,
    /// Milliseconds since the service was started, at most 24 h; with `done` and `error` only.
    #[serde(
        default,
        deserialize_with = "told",
        skip_serializing_if = "Option::is_none"
    )]
    pub ms: Option<T>,
}
