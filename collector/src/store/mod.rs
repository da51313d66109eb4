//! Where reports are kept. One seam, [`Store`]; behind it SQLite, or ClickHouse with SQLite as its spool.

mod chosen;
pub mod clickhouse;
mod duty;
mod heard;
mod part;
mod row;
pub mod sqlite;

use std::collections::HashMap;
use std::ops::Range;
use std::pin::Pin;

use nhip_protocol::code::Code;
use nhip_protocol::report::ViewId;

pub use chosen::{DEFAULT_SPOOL, Engine};
pub use duty::Duty;
pub use heard::{Activity, OutcomeCount, Stranger};
pub use part::{FromChild, Had, KeptPart, Part, Sent, WholePart};
pub use row::{NewRow, OriginSeen, StoredRow};

use crate::browser_reports::{Kind, Tally};
use crate::clock::UnixMs;
use crate::first_seen::Dated;
use crate::months::{Frozen, Month};
use crate::notes::Note;
use crate::rollup::{Grouping, View};

/// Most origins that are remembered of those which report for a portal without being registered:
/// enough to find a forgotten one, too few to fill a disk with.
pub const MAX_STRANGERS: usize = 20;

/// A page group, a culprit or a service (as [`crate::names::service`] has it) that enough views of a portal have shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Name {
    pub portal: Code,
    pub name: String,
}

/// An hour of a portal whose rows are not all in its rollup.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stale {
    pub portal: Code,
    pub hour: i64,
    /// Its own.
    pub rows: u64,
    /// Of all portals: what it costs to read the hour.
    pub rows_of_hour: u64,
}

/// An hour of a portal, rolled up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RolledUp {
    pub portal: Code,
    pub hour: i64,
    /// How many rows are in it.
    pub rows: u64,
    /// [`crate::rollup::Total`]
    pub total: Vec<u8>,
    /// [`crate::rollup::Hour`]
    pub groups: Vec<u8>,
    /// Where other collectors have sent parts: the part of this one, for when its reports are gone.
    pub own: Option<Vec<u8>>,
}

/// The hours of a day of a portal, merged.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Day {
    pub portal: Code,
    /// [`crate::clock::day_of`]
    pub day: i64,
    /// The sum of its hours' [`KeptHour::content`].
    pub made_of: u64,
    pub total: Vec<u8>,
    pub groups: Vec<u8>,
}

/// What was kept of an hour: its total, or its groups.
pub struct KeptHour<'a> {
    pub hour: i64,
    /// Grows when the hour is rolled up anew and is not what it was.
    pub revision: u64,
    /// Another number where the hour is another.
    pub content: u64,
    pub bytes: &'a [u8],
}

/// The first hours that are kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Keep {
    pub raw_from: i64,
    pub rollups_from: i64,
}

/// Some of the rows of an hour.
#[derive(Clone, Debug)]
pub struct Slice {
    /// `None`: of all.
    pub portals: Option<Vec<Code>>,
    /// Of so many parts, by view, so that no more views than one part's are held at a time.
    pub parts: u32,
    pub part: u32,
}

impl Slice {
    /// All rows of a portal, or of all portals.
    pub fn whole(portal: Option<Code>) -> Slice {
        Slice {
            portals: portal.map(|portal| vec![portal]),
            parts: 1,
            part: 0,
        }
    }
}

/// Rows that were valid when they were written and cannot be read now, by portal.
pub type Broken = HashMap<Code, u64>;

/// The outcome of a report that was kept.
pub const STORED: &str = "stored";

/// Reports that were answered, are on this machine's disk, and not in the database that is asked.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Spool {
    pub rows: u64,
    pub bytes: u64,
    /// Counts that the database does not know yet.
    pub untold: u64,
    /// Why they do not go.
    pub trouble: Option<String>,
}

/// Why rows were not kept. The sender keeps them and comes again.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotKept {
    #[error("the queue to the disk is full")]
    QueueFull,
    #[error("the disk refused: {0}")]
    Disk(String),
    /// What waits for the database has taken all the room that it may.
    #[error("the database is away, and what waits for it has filled its place")]
    SpoolFull,
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

    /// Rows of views that began in `hours`: hour after hour, in each in the order of receipt. How many of each portal
    /// cannot be read.
    fn scan(
        &self,
        hours: Range<i64>,
        slice: &Slice,
        each: &mut dyn FnMut(StoredRow),
    ) -> Result<Broken, Unreadable>;

    /// Views that began in `hour`, each once, in no order.
    fn last_snapshots(
        &self,
        hour: i64,
        slice: &Slice,
        each: &mut dyn FnMut(&View),
    ) -> Result<Broken, Unreadable> {
        let mut grouping = Grouping::default();
        let broken = self.scan(hour..hour + 1, slice, &mut |row| grouping.push(row))?;
        grouping.views().for_each(each);
        Ok(broken)
    }

    /// Portal, view, and what is known of it, of the rows of `hours`, the latest first; until `each` has
    /// enough.
    fn views(
        &self,
        hours: Range<i64>,
        each: &mut dyn FnMut(&str, ViewId, Dated) -> bool,
    ) -> Result<(), Unreadable>;

    /// The latest hour first.
    fn stale(&self) -> Result<Vec<Stale>, Unreadable>;

    /// Replaces what was kept of these hours.
    fn keep_rollups(&self, rolled: Vec<RolledUp>) -> Kept<'_>;

    /// Keeps what a child sent, all or nothing. A part that is new, or of a higher revision and another, makes its hour
    /// stale.
    fn keep_fed(&self, fed: FromChild) -> Kept<'_>;

    /// The parts of an hour.
    fn parts(
        &self,
        hour: i64,
        portals: &[Code],
        each: &mut dyn FnMut(KeptPart<'_>),
    ) -> Result<(), Unreadable>;

    /// What is there of a source in `hours`.
    fn had(&self, source: &str, hours: Range<i64>) -> Result<Vec<Had>, Unreadable>;

    /// What was kept of a portal's `hours`: totals or groups.
    fn rollups(
        &self,
        portal: &Code,
        hours: Range<i64>,
        with_groups: bool,
        each: &mut dyn FnMut(KeptHour<'_>),
    ) -> Result<(), Unreadable>;

    /// What was kept of a portal's `days`: totals or groups. A day is there only as long as it is what its hours
    /// are.
    fn days(
        &self,
        portal: &Code,
        days: Range<i64>,
        with_groups: bool,
        each: &mut dyn FnMut(i64, &[u8]),
    ) -> Result<(), Unreadable>;

    /// Days before `before` whose hours were rolled up since, the latest first.
    fn stale_days(&self, before: i64) -> Result<Vec<(Code, i64)>, Unreadable>;

    fn keep_day(&self, day: Day) -> Kept<'_>;

    /// Whether something is older than what is kept.
    fn has_older(&self, keep: Keep) -> Result<bool, Unreadable>;

    /// Deletes a piece of it. Rows that are in no rollup stay.
    fn prune(&self, keep: Keep) -> Kept<'_>;

    fn outcomes(&self, hours: Range<i64>) -> Result<Vec<OutcomeCount>, Unreadable>;

    fn activity(&self) -> Result<HashMap<Code, Activity>, Unreadable>;

    /// Adds to the counts.
    fn count_browser_reports(&self, tallies: Vec<Tally>) -> Kept<'_>;

    /// Kind, detail and count, the most told first.
    fn browser_reports(
        &self,
        portal: &Code,
        hours: Range<i64>,
    ) -> Result<Vec<(Kind, String, u64)>, Unreadable>;

    /// Of a portal in a window, in their order.
    fn notes(&self, portal: &Code, window: Range<UnixMs>) -> Result<Vec<Note>, Unreadable>;

    /// Frozen ones, the latest first, without their leagues.
    fn months(&self) -> Result<Vec<Frozen>, Unreadable>;

    fn month(&self, month: Month) -> Result<Option<Frozen>, Unreadable>;

    fn strangers(&self) -> Result<Vec<Stranger>, Unreadable>;

    /// What of the work that nobody asked for is this collector's.
    fn duty(&self) -> Duty {
        Duty::WHOLE
    }

    /// What waits on this machine for the database; `None`: nothing ever waits.
    fn spool(&self) -> Option<Spool> {
        None
    }

    /// How many reports wait because the database does not take them. Does not block.
    fn stuck(&self) -> Option<u64> {
        None
    }

    /// Writes what waits, then stops. Appending afterwards answers [`NotKept::Closing`].
    fn close(&self);
}
