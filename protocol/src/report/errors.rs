//! What went wrong in a view, as counts. Never a message, never a URL.

use std::collections::BTreeMap;
use std::fmt;
use std::ops::RangeInclusive;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::told;

/// Statuses of HTTP that say that something failed.
/// Source: <https://www.rfc-editor.org/rfc/rfc9110#section-15>.
pub const FAILURES: RangeInclusive<u16> = 400..=599;

/// The most statuses of failed resources that one view tells: a page has few ways of its own to fail.
pub const MAX_FAILURES: usize = 8;

/// Stands for the status where the browser does not tell it.
const UNKNOWN: &str = "unknown";

/// Counts of errors, as they arrive. Never a message, never a URL.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[cfg_attr(
    feature = "schema",
    derive(schemars::JsonSchema),
    schemars(rename = "Errors")
)]
pub struct RawErrors {
    /// Errors that nothing caught.
    #[serde(default)]
    pub uncaught: u32,
    /// Promises whose rejection nothing caught.
    #[serde(default)]
    pub rejected: u32,
    /// Resources of the page's own origin that did not come, by HTTP status, 400 to 599, or `unknown`.
    #[serde(default)]
    pub resources: BTreeMap<String, u32>,
    /// The status of the page itself, 400 to 599, where it failed.
    #[serde(default, deserialize_with = "told")]
    #[cfg_attr(feature = "schema", schemars(range(min = 400, max = 599)))]
    pub navigation: Option<u32>,
    /// Elements that a page of https fetched over http.
    #[serde(default)]
    pub mixed: u32,
}

/// Counts of errors. What is absent did not happen, or the browser could not tell it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Errors {
    /// Errors that nothing caught.
    #[serde(default)]
    pub uncaught: u32,
    /// Promises whose rejection nothing caught.
    #[serde(default)]
    pub rejected: u32,
    /// Resources of the page's own origin that did not come; at most [`MAX_FAILURES`] statuses.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub resources: BTreeMap<Failure, u32>,
    /// The status with which the page itself failed, one of [`FAILURES`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub navigation: Option<u16>,
    /// Elements that a page of https fetched over http.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub mixed: u32,
}

/// How a resource failed. In JSON, where it is a key, the status or `unknown`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Failure {
    /// One of [`FAILURES`].
    Status(u16),
    /// The browser did not tell.
    Unknown,
}

impl Errors {
    /// Whether anything went wrong.
    pub fn any(&self) -> bool {
        *self != Errors::default()
    }
}

impl Failure {
    pub fn parse(text: &str) -> Option<Failure> {
        if text == UNKNOWN {
            return Some(Failure::Unknown);
        }
        // A number as it is written: `+404` and `0404` are other keys.
        let digits = text.len() == 3 && text.bytes().all(|b| b.is_ascii_digit());
        let status = text.parse().ok().filter(|_| digits);
        status
            .filter(|status| FAILURES.contains(status))
            .map(Failure::Status)
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Failure::Status(status) => write!(f, "{status}"),
            Failure::Unknown => f.write_str(UNKNOWN),
        }
    }
}

impl Serialize for Failure {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Failure {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Failure, D::Error> {
        let text = String::deserialize(deserializer)?;
        let expected = "expected a status, 400 to 599, or unknown";
        Failure::parse(&text).ok_or_else(|| serde::de::Error::custom(expected))
    }
}

fn is_zero(count: &u32) -> bool {
    *count == 0
}
