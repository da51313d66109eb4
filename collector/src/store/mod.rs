//! Where reports are kept. One seam, [`Store`]; behind it SQLite.

pub mod sqlite;

use std::collections::HashMap;
use std::ops::Range;
use std::pin::Pin;

use nhip_protocol::code::Code;
use nhip_protocol::report::Report;

use crate::clock::UnixMs;

/// Most origins that are remembered of those which report for a portal without being registered:
/// enough to find a forgotten one, too few to fill a disk with.
pub const MAX_STRANGERS: usize = 20;

/// A valid report on its way to the disk.
#[derive(Clone, Debug)]
pub struct NewRow {
    pub received: UnixMs,
    /// When the view began by the collector's clock: received − age.
    pub began: UnixMs,
    pub origin: OriginSeen,
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
    pub report: Report,
}

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

/// A page group, a culprit or a service (as [`crate::names::service`] has it) that enough views of a portal have shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Name {
    pub portal: Code,
    pub name: String,
}

/// The outcome of a report that was kept.
pub const STORED: &str = "stored";

/// Why rows were not kept. The sender keeps them and comes again.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotKept {
    #[error("the queue to the disk is full")]
    QueueFull,
    #[error("the disk refused: {0}")]
    Disk(String),
    #[error("the collector is closing")]
    Closing,
}

#[derive(Debug, thiserror::Error)]
#[error("the store cannot be read: {0}")]
pub struct Unreadable(pub String);

/// An answer that comes once the disk has it.
pub type Kept<'a> = Pin<Box<dyn Future<Output = Result<(), NotKept>> + Send + 'a>>;

/// Takes rows and gives them back. Reading blocks; call it where that is allowed.
pub trait Store: Send + Sync + 'static {
    /// Ready with `Ok` once every row is on disk, and only then. All rows or none.
    fn append(&self, rows: Vec<NewRow>) -> Kept<'_>;

    /// Adds to the counts of refusals, and replaces what is known of strangers for the portals
    /// named in `strangers`.
    fn record(&self, refused: Vec<OutcomeCount>, strangers: Vec<Stranger>) -> Kept<'_>;

    /// Those that rows have made common.
    fn names(&self) -> Result<Vec<Name>, Unreadable>;

    /// Every row received in `received`, in the order of receipt; of one portal, or of all.
    fn scan(
        &self,
        received: Range<UnixMs>,
        portal: Option<&Code>,
        each: &mut dyn FnMut(StoredRow),
    ) -> Result<(), Unreadable>;

    fn outcomes(&self, hours: Range<i64>) -> Result<Vec<OutcomeCount>, Unreadable>;

    fn activity(&self) -> Result<HashMap<Code, Activity>, Unreadable>;

    fn strangers(&self) -> Result<Vec<Stranger>, Unreadable>;

    /// Writes what waits, then stops. Appending afterwards answers [`NotKept::Closing`].
    fn close(&self);
}
