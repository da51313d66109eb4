//! Who was heard, and what became of what they sent.

use nhip_protocol::code::Code;

use crate::clock::UnixMs;

/// When a portal was heard.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Activity {
    /// The first report after a day of silence, or ever.
    pub connected_since: UnixMs,
    pub last_seen: UnixMs,
}

/// How often an outcome happened in an hour. The outcome is `stored` or a reason for refusal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OutcomeCount {
    pub hour: i64,
    /// `None`: the portal is unknown, or the input named none.
    pub portal: Option<Code>,
    pub outcome: String,
    pub count: u64,
}

/// An origin that reports for a portal without being registered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stranger {
    pub portal: Code,
    pub origin: String,
    pub last_seen: UnixMs,
}
