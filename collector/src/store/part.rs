//! What a collector that feeds this one has sent.

use nhip_protocol::code::Code;

use super::{Activity, OutcomeCount};

/// An hour of a portal as one source has it. The source of this collector's own reports has no name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    pub portal: Code,
    pub hour: i64,
    pub source: String,
    /// The highest one counts.
    pub revision: u64,
    /// [`crate::rollup::Hour`]
    pub groups: Vec<u8>,
}

/// A part with how often it was another ([`KeptPart::changes`]).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WholePart {
    pub part: Part,
    pub changes: u64,
}

/// What children sent of some hours of a portal, and the collector's own parts of these.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sent {
    pub parts: Vec<WholePart>,
    /// By source.
    pub outcomes: Vec<(String, OutcomeCount)>,
}

/// A part as it is kept.
pub struct KeptPart<'a> {
    pub portal: Code,
    pub source: &'a str,
    /// How often it was another; it counts as so many rows, so that one that is replaced makes the hour stale.
    pub changes: u64,
    pub groups: &'a [u8],
}

/// What a parent has of a child's hour.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Had {
    pub portal: Code,
    pub hour: i64,
    pub revision: u64,
    /// [`crate::federation::content`]
    pub content: String,
}

/// All that a child said at once.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FromChild {
    pub source: String,
    pub parts: Vec<Part>,
    pub heard: Vec<(Code, Activity)>,
    /// In all, not since the last time.
    pub outcomes: Vec<OutcomeCount>,
}
