//! Requests of the page's own origin after its load: what a visitor waits for on a page that stays.

use serde::{Deserialize, Serialize};

/// The most waits that one view tells.
pub const MAX_WAITS: usize = 20;

/// How many requests there were, and how long a sample of them waited for the server.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(bound(deserialize = "T: Deserialize<'de>"))]
pub struct Requests<T> {
    /// All of them.
    pub count: u32,
    /// `responseStart − requestStart` in ms of an unbiased sample of them: at most 20, no more than
    /// there were.
    #[serde(default)]
    #[cfg_attr(feature = "schema", schemars(length(max = MAX_WAITS)))]
    pub waits: Vec<T>,
}
