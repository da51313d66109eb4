//! A report as it goes to the disk, and as it comes back.

use nhip_protocol::report::Report;

use crate::clock::UnixMs;

/// A valid report on its way to the disk.
#[derive(Clone, Debug)]
pub struct NewRow {
    pub received: UnixMs,
    /// When the view began by the collector's clock: received − age.
    pub began: UnixMs,
    pub origin: OriginSeen,
    /// One of too many views of its address: stored and shown, not graded.
    pub surplus: bool,
    pub report: Report,
    /// Names that this row makes common: written with it.
    pub learnt: Vec<String>,
    /// Names that made room for them.
    pub forgotten: Vec<String>,
}

impl NewRow {
    pub fn new(received: UnixMs, origin: OriginSeen, report: Report) -> NewRow {
        NewRow {
            received,
            began: received.saturating_sub_unsigned(report.age),
            origin,
            surplus: false,
            report,
            learnt: Vec::new(),
            forgotten: Vec::new(),
        }
    }
}

/// What the request said of where it came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OriginSeen {
    Registered,
    /// `Origin: null`: a strict referrer policy, or a sandboxed page.
    Null,
    /// No `Origin` at all: no browser, or an old one.
    Absent,
}

/// A report as it is read back.
#[derive(Clone, Debug, PartialEq)]
pub struct StoredRow {
    pub received: UnixMs,
    pub began: UnixMs,
    pub origin: OriginSeen,
    pub surplus: bool,
    pub report: Report,
}
