//! [`Store`] on one SQLite file: WAL, full sync, group commit.

mod alerts;
mod audit;
mod backup;
mod browser_reports;
pub mod flags;
mod history;
mod ledger;
mod migrations;
mod months;
mod notes;
mod outbox;
mod parts;
mod portals;
mod registry;
mod rollups;
mod rows;
mod schema;
mod spool;
mod tokens;
mod upkeep;
mod values;
mod writer;

use std::collections::HashMap;
use std::ops::Range;
use std::sync::Mutex;
use std::thread::JoinHandle;

use nhip_protocol::code::Code;
use nhip_protocol::report::ViewId;
use rusqlite::Connection;

pub use backup::{Checked, Failed as CopyFailed, backup, check, restore};
pub use history::{History, NotWritten};
pub use ledger::Entry as LedgerEntry;
pub use outbox::{Change, Counted};
pub use registry::{NotAdded, Portals};
pub use rollups::FORMAT;
pub use schema::{CannotOpen, Database};
pub use spool::{Backlog, ROW_BYTES, Waiting};

use self::values::{code, json};
use self::writer::{Work, Writer};
use crate::browser_reports::{Kind, Tally};
use crate::clock::UnixMs;
use crate::first_seen::Dated;
use crate::locks::lock;
use crate::months::{Frozen, Month};
use crate::notes::Note;
use crate::store::{
    Activity, Broken, Day, FromChild, Had, Keep, Kept, KeptHour, KeptPart, Name, NewRow, NotKept,
    OutcomeCount, RolledUp, Slice, Stale, Store, StoredRow, Stranger, Unreadable,
};

/// Idle connections that are kept for the next reader.
const IDLE_READERS: usize = 4;

pub struct SqliteStore {
    database: Database,
    /// `None` once closed.
    writer: Mutex<Option<Writer>>,
    thread: Mutex<Option<JoinHandle<()>>>,
    idle: Mutex<Vec<Connection>>,
}

impl SqliteStore {
    pub fn start(database: Database) -> Result<SqliteStore, Unreadable> {
        let writing = Writer::start(&database)?;
        Ok(SqliteStore::over(database, writing))
    }

    fn over(database: Database, (writer, thread): (Writer, JoinHandle<()>)) -> SqliteStore {
        SqliteStore {
            database,
            writer: Mutex::new(Some(writer)),
            thread: Mutex::new(Some(thread)),
            idle: Mutex::new(Vec::new()),
        }
    }

    fn submit(&self, work: Work) -> Kept<'_> {
        match &*lock(&self.writer) {
            Some(writer) => Box::pin(writer.submit(work)),
            None => Box::pin(std::future::ready(Err(NotKept::Closing))),
        }
    }

    fn read<T>(
        &self,
        query: impl FnOnce(&Connection) -> rusqlite::Result<T>,
    ) -> Result<T, Unreadable> {
        let idle = lock(&self.idle).pop();
        let connection = match idle {
            Some(connection) => connection,
            None => self.database.reader()?,
        };
        let answer = query(&connection)?;
        let mut idle = lock(&self.idle);
        if idle.len() < IDLE_READERS {
            idle.push(connection);
        }
        Ok(answer)
    }
}

impl Store for SqliteStore {
    fn append(&self, rows: Vec<NewRow>) -> Kept<'_> {
        self.submit(Work::Append(rows))
    }

    fn record(&self, refused: Vec<OutcomeCount>, strangers: Vec<Stranger>) -> Kept<'_> {
        self.submit(Work::Record(refused, strangers))
    }

    fn names(&self) -> Result<Vec<Name>, Unreadable> {
        self.read(|connection| {
            connection
                .prepare_cached("SELECT portal, name FROM names")?
                .query_map([], |row| {
                    Ok(Name {
                        portal: code(row, 0)?,
                        name: row.get(1)?,
                    })
                })?
                .collect()
        })
    }

    fn scan(
        &self,
        hours: Range<i64>,
        slice: &Slice,
        each: &mut dyn FnMut(StoredRow),
    ) -> Result<Broken, Unreadable> {
        self.read(|connection| rows::scan(connection, hours, slice, each))
    }

    fn views(
        &self,
        hours: Range<i64>,
        each: &mut dyn FnMut(&str, ViewId, Dated) -> bool,
    ) -> Result<(), Unreadable> {
        self.read(|connection| rollups::views(connection, hours, each))
    }

    fn stale(&self) -> Result<Vec<Stale>, Unreadable> {
        self.read(rollups::stale)
    }

    fn keep_rollups(&self, rolled: Vec<RolledUp>) -> Kept<'_> {
        self.submit(Work::Roll(rolled))
    }

    fn keep_fed(&self, fed: FromChild) -> Kept<'_> {
        self.submit(Work::Fed(fed))
    }

    fn parts(
        &self,
        hour: i64,
        portals: &[Code],
        each: &mut dyn FnMut(KeptPart<'_>),
    ) -> Result<(), Unreadable> {
        self.read(|connection| parts::of_hour(connection, hour, portals, each))
    }

    fn had(&self, source: &str, hours: Range<i64>) -> Result<Vec<Had>, Unreadable> {
        self.read(|connection| parts::had(connection, source, hours))
    }

    fn rollups(
        &self,
        portal: &Code,
        hours: Range<i64>,
        with_groups: bool,
        each: &mut dyn FnMut(KeptHour<'_>),
    ) -> Result<(), Unreadable> {
        self.read(|connection| rollups::read(connection, portal.as_str(), hours, with_groups, each))
    }

    fn days(
        &self,
        portal: &Code,
        days: Range<i64>,
        with_groups: bool,
        each: &mut dyn FnMut(i64, &[u8]),
    ) -> Result<(), Unreadable> {
        self.read(|connection| {
            rollups::read_days(connection, portal.as_str(), days, with_groups, each)
        })
    }

    fn stale_days(&self, before: i64) -> Result<Vec<(Code, i64)>, Unreadable> {
        self.read(|connection| rollups::stale_days(connection, before))
    }

    fn keep_day(&self, day: Day) -> Kept<'_> {
        self.submit(Work::Day(day))
    }

    fn has_older(&self, keep: Keep) -> Result<bool, Unreadable> {
        self.read(|connection| upkeep::has_older(connection, keep))
    }

    fn prune(&self, keep: Keep) -> Kept<'_> {
        self.submit(Work::Prune(keep))
    }

    fn outcomes(&self, hours: Range<i64>) -> Result<Vec<OutcomeCount>, Unreadable> {
        self.read(|connection| {
            connection
                .prepare_cached(
                    "SELECT hour, portal, outcome, sum(count) FROM (
                        SELECT hour, portal, outcome, count FROM outcomes
                        UNION ALL SELECT hour, portal, outcome, count FROM fed_outcomes
                     ) WHERE hour >= ?1 AND hour < ?2 GROUP BY hour, portal, outcome",
                )?
                .query_map([hours.start, hours.end], |row| {
                    Ok(OutcomeCount {
                        hour: row.get(0)?,
                        portal: code(row, 1).ok(),
                        outcome: row.get(2)?,
                        count: row.get::<_, i64>(3)?.unsigned_abs(),
                    })
                })?
                .collect()
        })
    }

    fn activity(&self) -> Result<HashMap<Code, Activity>, Unreadable> {
        self.read(portals::activity)
    }

    fn count_browser_reports(&self, tallies: Vec<Tally>) -> Kept<'_> {
        self.submit(Work::BrowserReports(tallies))
    }

    fn browser_reports(
        &self,
        portal: &Code,
        hours: Range<i64>,
    ) -> Result<Vec<(Kind, String, u64)>, Unreadable> {
        self.read(|connection| browser_reports::read(connection, portal, hours))
    }

    fn notes(&self, portal: &Code, window: Range<UnixMs>) -> Result<Vec<Note>, Unreadable> {
        self.read(|connection| notes::select(connection, portal, &window))
    }

    fn months(&self) -> Result<Vec<Frozen>, Unreadable> {
        self.read(months::all)
    }

    fn month(&self, month: Month) -> Result<Option<Frozen>, Unreadable> {
        self.read(|connection| months::one(connection, month))
    }

    fn strangers(&self) -> Result<Vec<Stranger>, Unreadable> {
        self.read(portals::strangers)
    }

    fn close(&self) {
        drop(lock(&self.writer).take());
        let thread = lock(&self.thread).take();
        if thread.is_some_and(|thread| thread.join().is_err()) {
            tracing::error!("the thread that writes has panicked");
        }
    }
}

#[cfg(test)]
#[path = "tests.rs"]
mod tests;
