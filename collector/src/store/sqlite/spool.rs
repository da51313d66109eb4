//! A database whose reports go on to a cluster. Its rows wait here until they are there; its counts stay, and are told
//! whenever they have grown: as what they are, not as what was added, so that telling twice changes nothing.

use std::ops::Range;

use nhip_protocol::code::Code;
use rusqlite::{Connection, OptionalExtension, Transaction, params};

use super::ledger::{self, Entry};
use super::outbox::{self, Change, Counted};
use super::writer::{COUNTER_BITS, Work, Writer};
use super::{Database, SqliteStore, parts, rollups};
use crate::clock::UnixMs;
use crate::store::{Kept, RolledUp, Sent, Unreadable};

/// A row that waits. With the collector's number, its id is nobody else's.
#[derive(Clone, Debug)]
pub struct Waiting {
    /// The hour in which its view began, then a counter.
    pub id: i64,
    pub received: UnixMs,
    pub began: UnixMs,
    pub portal: String,
    pub view: u64,
    pub seq: u32,
    pub flags: u8,
    /// As JSON.
    pub report: String,
}

impl Waiting {
    pub fn hour(&self) -> i64 {
        self.id >> COUNTER_BITS
    }

    fn counter(&self) -> i64 {
        self.id & ((1 << COUNTER_BITS) - 1)
    }
}

/// How much waits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Backlog {
    pub rows: u64,
    pub bytes: u64,
}

/// Hours of a batch: ClickHouse takes rows of a hundred days in one block, at most.
const MOST_SPAN: i64 = 50 * 24;

/// What a row takes beside its report, about.
pub const ROW_BYTES: u64 = 100;

impl SqliteStore {
    /// One whose rows go on to a cluster, and which collector it is there.
    pub fn spool(database: Database) -> Result<(SqliteStore, u64), Unreadable> {
        let (writing, collector) = Writer::spool(&database)?;
        Ok((SqliteStore::over(database, writing), collector))
    }

    /// Whether its rows went on to a cluster, ever.
    pub fn is_spool(&self) -> Result<bool, Unreadable> {
        self.read(|connection| {
            let any = "SELECT EXISTS (SELECT 1 FROM collector)";
            connection.query_row(any, [], |row| row.get(0))
        })
    }

    /// Portals that have something which is no report, and from when to when that is.
    pub fn rolled_up_portals(&self) -> Result<Vec<(Code, Range<i64>)>, Unreadable> {
        self.read(rollups::portals)
    }

    /// Every hour of a portal that was rolled up in `hours`, with the rows in it.
    pub fn rolled_up(&self, portal: &Code, hours: Range<i64>) -> Result<Vec<RolledUp>, Unreadable> {
        self.read(|connection| rollups::whole(connection, portal, hours))
    }

    pub fn sent(&self, portal: &Code, hours: Range<i64>) -> Result<Sent, Unreadable> {
        self.read(|connection| {
            Ok(Sent {
                parts: parts::whole(connection, portal, &hours)?,
                outcomes: parts::outcomes(connection, portal, &hours)?,
            })
        })
    }

    /// Rows that are not in the cluster yet: at most so many, and hardly more bytes.
    pub fn waiting(&self, rows: usize, bytes: usize) -> Result<Vec<Waiting>, Unreadable> {
        self.read(|connection| waiting(connection, rows, bytes))
    }

    /// They are in the cluster.
    pub fn gone(&self, rows: Vec<Waiting>) -> Kept<'_> {
        self.submit(Work::Gone(rows))
    }

    /// What was counted and is not told yet.
    pub fn grown(&self, most: usize) -> Result<Vec<(Change, Counted)>, Unreadable> {
        self.read(|connection| outbox::grown(connection, most))
    }

    pub fn told(&self, changes: Vec<Change>) -> Kept<'_> {
        self.submit(Work::Told(changes))
    }

    /// What other collectors left of what all have in common.
    pub fn take(&self, entries: Vec<Entry>) -> Kept<'_> {
        self.submit(Work::Take(entries))
    }

    /// Changes that the cluster does not know.
    pub fn untold(&self) -> Result<u64, Unreadable> {
        self.read(outbox::untold)
    }

    pub fn backlog(&self) -> Result<Backlog, Unreadable> {
        self.read(backlog)
    }
}

/// Makes the database one that tells; which collector it is.
pub fn begin(connection: &Connection) -> rusqlite::Result<u64> {
    outbox::listen(connection)?;
    ledger::join(connection)?;
    let known = connection
        .query_row("SELECT id FROM collector", [], |row| row.get::<_, i64>(0))
        .optional()?;
    let id = match known {
        Some(id) => id,
        None => {
            let id = fastrand::i64(1..i64::MAX);
            // Its rows are counted as they go.
            connection.execute("DELETE FROM hours", [])?;
            connection.execute("INSERT INTO collector VALUES (?1, 0)", [id])?;
            id
        }
    };
    Ok(id.unsigned_abs())
}

/// A copy must not be taken for the original: its rows go out again, as another's. What the original counted is known.
pub fn become_another(connection: &Connection) -> rusqlite::Result<()> {
    let id = fastrand::i64(1..i64::MAX);
    if connection.execute("UPDATE collector SET id = ?1", [id])? > 0 {
        connection.execute_batch(
            "DELETE FROM hours; DELETE FROM outcomes; DELETE FROM browser_reports; DELETE FROM activity;
             DELETE FROM outbox",
        )?;
    }
    Ok(())
}

/// The highest counter of the rows that have gone.
pub fn counter(connection: &Connection) -> rusqlite::Result<i64> {
    let counter = connection.query_row("SELECT max(counter) FROM collector", [], |row| {
        row.get::<_, Option<i64>>(0)
    })?;
    Ok(counter.unwrap_or(0))
}

/// The first ones, by the hour of their views: at most so many, and hardly more bytes.
pub fn waiting(
    connection: &Connection,
    rows: usize,
    bytes: usize,
) -> rusqlite::Result<Vec<Waiting>> {
    let mut select = connection.prepare_cached(
        "SELECT id, received, began, portal, view, seq, flags, report FROM reports ORDER BY id LIMIT ?1",
    )?;
    let mut found = select.query([rows as i64])?;
    let (mut waiting, mut size) = (Vec::new(), 0);
    while let Some(row) = found.next()?
        && size < bytes
    {
        let (id, report): (i64, String) = (row.get(0)?, row.get(7)?);
        let first = waiting.first().map_or(id, |first: &Waiting| first.id);
        if (id >> COUNTER_BITS) - (first >> COUNTER_BITS) > MOST_SPAN {
            break;
        }
        size += report.len();
        waiting.push(Waiting {
            id,
            received: row.get(1)?,
            began: row.get(2)?,
            portal: row.get(3)?,
            view: row.get::<_, i64>(4)?.cast_unsigned(),
            seq: row.get(5)?,
            flags: row.get(6)?,
            report,
        });
    }
    Ok(waiting)
}

/// They are in the cluster.
pub fn gone(transaction: &Transaction<'_>, rows: &[Waiting]) -> rusqlite::Result<()> {
    let mut delete = transaction.prepare_cached("DELETE FROM reports WHERE id = ?1")?;
    let mut count = transaction.prepare_cached(
        "INSERT INTO hours VALUES (?1, ?2, 1, 0)
         ON CONFLICT (hour, portal) DO UPDATE SET rows = rows + 1",
    )?;
    let mut highest = 0;
    for row in rows {
        // Who comes second, counts nothing.
        if delete.execute([row.id])? > 0 {
            count.execute(params![row.hour(), row.portal])?;
        }
        highest = highest.max(row.counter());
    }
    transaction
        .prepare_cached("UPDATE collector SET counter = max(counter, ?1)")?
        .execute([highest])?;
    Ok(())
}

pub fn backlog(connection: &Connection) -> rusqlite::Result<Backlog> {
    let sum = "SELECT count(*), coalesce(sum(length(report)), 0) FROM reports";
    connection.query_row(sum, [], |row| {
        let number = |column| row.get::<_, i64>(column).map(i64::unsigned_abs);
        let rows = number(0)?;
        Ok(Backlog {
            rows,
            bytes: number(1)? + rows * ROW_BYTES,
        })
    })
}
