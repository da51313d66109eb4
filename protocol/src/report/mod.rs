//! The report, version 1: one JSON object, always a full snapshot of the page view so far.
//!
//! A reading that the browser could not tell is absent: never 0, never `null`.

use serde::{Deserialize, Deserializer, Serialize};

use crate::code::Code;
use crate::unit::{Cls, Ms};

mod causes;
mod errors;
mod measured;
mod rating;
mod requests;
mod steps;
mod words;

pub use causes::{Causes, Fetched, RawCauses};
pub use errors::{Errors, FAILURES, Failure, MAX_FAILURES, RawErrors};
use measured::told;
pub use measured::{Dropped, Layout, Load, Phases, Response, Viewport};
pub use rating::Rating;
pub use requests::{MAX_WAITS, Requests};
pub use steps::{MAX_STEPS, Step};
pub use words::{Complaint, Device, Engine, Kind, Nav, Net, ReadyState, Skipped, StepResult};

/// The version that this crate reads and writes.
pub const VERSION: u64 = 1;

/// The most bytes of one report.
pub const MAX_BYTES: usize = 4096;

/// The most reports in one array.
pub const MAX_BATCH: usize = 50;

/// The largest sampling weight (`data-sample="1/1000"`).
pub const MAX_WEIGHT: u32 = 1000;

/// The most culprits that one failing check names.
pub const MAX_CULPRITS: usize = 5;

/// A report after this is of no hour that is still open: 24 h, in ms.
pub const MAX_AGE_MS: u64 = 24 * 60 * 60 * 1000;

/// A report as it arrives: well-formed JSON of the right types, nothing more is known of it.
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(
    feature = "schema",
    derive(schemars::JsonSchema),
    schemars(title = "Nhịp report, version 1")
)]
pub struct RawReport {
    /// Report version: 1.
    pub v: u64,
    /// The portal's code in the registry.
    pub portal: String,
    /// Random id of this view alone, 64 bits in 16 hex digits.
    pub view: String,
    /// The highest counts.
    pub seq: u32,
    pub kind: Kind,
    pub nav: Nav,
    /// How far the document had come when a view was given up: `abandoned` and `blocked` only.
    // Text: what another kind says here is passed over, whatever it is.
    #[serde(default, deserialize_with = "told")]
    #[cfg_attr(feature = "schema", schemars(with = "Option<ReadyState>"))]
    pub phase: Option<String>,
    /// Milliseconds since the view began, time in a queue included.
    pub age: f64,
    /// The page group.
    pub page: String,
    /// The agency served; the portal's own where absent.
    #[serde(default, deserialize_with = "told")]
    pub agency: Option<String>,
    /// Engine and major version: `blink/156`.
    #[serde(default, deserialize_with = "told")]
    pub engine: Option<String>,
    #[serde(default, deserialize_with = "told")]
    pub device: Option<Device>,
    #[serde(default, deserialize_with = "told")]
    pub net: Option<Net>,
    /// This view stands for so many.
    #[serde(default = "one")]
    pub weight: u32,
    /// `navigator.webdriver`.
    #[serde(default)]
    pub automated: bool,
    #[serde(default)]
    pub load: Load<f64>,
    #[serde(default)]
    pub response: Response<f64>,
    /// Requests of the page's own origin after its load.
    #[serde(default, deserialize_with = "told")]
    pub requests: Option<Requests<f64>>,
    /// Steps of services, in the order in which they were told; at most 10.
    #[serde(default)]
    #[cfg_attr(feature = "schema", schemars(length(max = MAX_STEPS)))]
    pub steps: Vec<Step<f64>>,
    /// What the visitor answered, where the tag asks.
    #[serde(default, deserialize_with = "told")]
    pub rating: Option<Rating>,
    #[serde(default)]
    pub layout: Layout<f64>,
    #[serde(default, deserialize_with = "told")]
    pub viewport: Option<Viewport>,
    /// What was left out to spare the visitor's data. Words that are not known are passed over.
    #[serde(default)]
    #[cfg_attr(feature = "schema", schemars(with = "Vec<Skipped>"))]
    pub skipped: Vec<String>,
    /// Reports, of this view or earlier ones, that waited in the browser and were lost there.
    #[serde(default)]
    pub queue_lost: u32,
    #[serde(default)]
    pub errors: RawErrors,
    #[serde(default)]
    pub dropped: Dropped,
    #[serde(default, deserialize_with = "told")]
    pub causes: Option<RawCauses>,
}

/// A report that is valid by construction. Made only by [`RawReport::validate`], or read back from
/// where a valid one was stored.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Report {
    pub portal: Code,
    pub view: ViewId,
    pub seq: u32,
    pub kind: Kind,
    pub nav: Nav,
    /// How far the document had come; of lost views only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phase: Option<ReadyState>,
    /// Milliseconds since the view began.
    pub age: u64,
    pub page: String,
    pub agency: Code,
    pub engine: Engine,
    /// The engine's major version.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub engine_version: Option<u16>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub device: Option<Device>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub net: Option<Net>,
    pub weight: u32,
    pub automated: bool,
    pub load: Load<Ms>,
    pub response: Response<Ms>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub requests: Option<Requests<Ms>>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub steps: Vec<Step<Ms>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rating: Option<Rating>,
    pub layout: Layout<Cls>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub viewport: Option<Viewport>,
    /// Each word once, in the order of [`Skipped::ALL`].
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub skipped: Vec<Skipped>,
    #[serde(default, skip_serializing_if = "is_none_lost")]
    pub queue_lost: u32,
    pub errors: Errors,
    #[serde(default, skip_serializing_if = "Dropped::is_empty")]
    pub dropped: Dropped,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub causes: Option<Causes>,
}

/// The random id of one page view: 64 bits, in JSON 16 hex digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ViewId(pub u64);

impl ViewId {
    pub fn parse(text: &str) -> Option<ViewId> {
        let fits = text.len() == 16 && text.bytes().all(|b| b.is_ascii_hexdigit());
        fits.then(|| u64::from_str_radix(text, 16).ok().map(ViewId))
            .flatten()
    }
}

impl Serialize for ViewId {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&format_args!("{:016x}", self.0))
    }
}

impl<'de> Deserialize<'de> for ViewId {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<ViewId, D::Error> {
        let text = String::deserialize(deserializer)?;
        ViewId::parse(&text).ok_or_else(|| serde::de::Error::custom("expected 16 hex digits"))
    }
}

fn is_none_lost(lost: &u32) -> bool {
    *lost == 0
}

fn one() -> u32 {
    1
}
