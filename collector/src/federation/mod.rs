//! Collectors that feed collectors: a child sends its closed hours rolled up, no report, and its parent adds them to its own.
//! The parent says what it has; the child sends what is another. So nothing has to be remembered of what was sent, and
//! whoever was cut off, or restored, catches up by itself.

mod feed;
mod received;
mod told;

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use utoipa::ToSchema;

pub use feed::{Failed, Parent, feed_all, run};
pub use received::{Refused, checked};

use crate::clock::UnixMs;
use crate::digest;

/// Of what is said here, not of the rollups in it.
pub const VERSION: u8 = 1;

/// A child's hours in one message, and what it may take.
pub const MOST_HOURS: usize = 200;
pub const MOST_BYTES: usize = 16 * 1024 * 1024;

/// What a parent has of a child.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Has {
    pub v: u8,
    /// As the child's token names it.
    pub source: String,
    /// The first hour that it keeps.
    pub first: i64,
    /// Of which it takes hours.
    pub portals: Vec<String>,
    /// By portal, then by hour since 1970: revision and content.
    pub hours: BTreeMap<String, BTreeMap<i64, (u64, String)>>,
}

/// Some hours of a child.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Feed {
    pub v: u8,
    /// Of the rollups: a parent knows its own and older ones.
    pub format: u8,
    pub rollups: Vec<Fed>,
    /// When its portals were heard.
    #[serde(default)]
    pub heard: BTreeMap<String, Heard>,
    /// What became of its reports, by portal, then by hour of receipt since 1970, then by outcome.
    #[serde(default)]
    pub outcomes: BTreeMap<String, BTreeMap<i64, BTreeMap<String, u64>>>,
}

/// An hour of a portal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Fed {
    pub portal: String,
    /// Since 1970.
    pub hour: i64,
    /// The highest one counts.
    pub revision: u64,
    /// [`crate::rollup::Hour`] in base64.
    #[serde(serialize_with = "base64", deserialize_with = "from_base64")]
    #[schema(value_type = String)]
    pub groups: Vec<u8>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Heard {
    /// Milliseconds since 1970.
    pub connected_since: UnixMs,
    pub last_seen: UnixMs,
}

/// What an hour says, as a name for it.
pub fn content(groups: &[u8]) -> String {
    digest::name(groups)
}

fn base64<S: Serializer>(bytes: &[u8], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&BASE64_STANDARD.encode(bytes))
}

fn from_base64<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<u8>, D::Error> {
    let text = String::deserialize(deserializer)?;
    BASE64_STANDARD
        .decode(text)
        .map_err(serde::de::Error::custom)
}
