//! The one thread that writes: it takes everything that waits, commits once, answers each.

use std::collections::BTreeMap;
use std::thread::JoinHandle;

use nhip_protocol::code::Code;
use rusqlite::{Connection, OptionalExtension, Transaction, params};
use tokio::sync::{mpsc, oneshot};

use super::ledger::{self, Entry};
use super::outbox::{self, Change};
use super::schema::Database;
use super::spool::{self, Waiting};
use super::{browser_reports, flags, parts, rollups, upkeep};
use crate::browser_reports::Tally;
use crate::clock::{DAY_MS, UnixMs, hour_of};
use crate::store::{
    Day, FromChild, Keep, NewRow, NotKept, OutcomeCount, RolledUp, STORED, Stranger,
};

/// Requests that may wait for the disk. A request holds at most 64 KiB, so all of them 32 MiB.
const QUEUE: usize = 512;

/// Bits of a row's id below the hour in which its view began: 10¹² rows in the order of receipt.
pub const COUNTER_BITS: u32 = 40;

/// What the thread is asked for, and where it answers.
struct Job {
    work: Work,
    done: oneshot::Sender<Result<(), NotKept>>,
}

pub enum Work {
    Append(Vec<NewRow>),
    Record(Vec<OutcomeCount>, Vec<Stranger>),
    Roll(Vec<RolledUp>),
    Day(Day),
    Fed(FromChild),
    BrowserReports(Vec<Tally>),
    Prune(Keep),
    /// Rows that are in the cluster now.
    Gone(Vec<Waiting>),
    /// Changes that the cluster knows.
    Told(Vec<Change>),
    /// Rows that other collectors left.
    Take(Vec<Entry>),
}

/// The way to the thread. Dropping it lets the thread finish what waits.
pub struct Writer {
    queue: mpsc::Sender<Job>,
}

impl Writer {
    pub fn start(database: &Database) -> rusqlite::Result<(Writer, JoinHandle<()>)> {
        Writer::of(database.writer()?, false)
    }

    /// Of a database whose rows go on to a cluster. Which collector it is there.
    pub fn spool(database: &Database) -> rusqlite::Result<((Writer, JoinHandle<()>), u64)> {
        let connection = database.writer()?;
        let collector = spool::begin(&connection)?;
        Ok((Writer::of(connection, true)?, collector))
    }

    fn of(connection: Connection, spools: bool) -> rusqlite::Result<(Writer, JoinHandle<()>)> {
        let counter = last_counter(&connection)?.max(spool::counter(&connection)?);
        let (queue, jobs) = mpsc::channel(QUEUE);
        let thread = std::thread::spawn(move || run(connection, counter, spools, jobs));
        Ok((Writer { queue }, thread))
    }

    /// `Ok` once the work is on disk.
    pub fn submit(&self, work: Work) -> impl Future<Output = Result<(), NotKept>> + Send + use<> {
        let (done, answer) = oneshot::channel();
        let queued = self.queue.try_send(Job { work, done });
        async move {
            match queued {
                Ok(()) => answer.await.unwrap_or(Err(NotKept::Closing)),
                Err(mpsc::error::TrySendError::Full(_)) => Err(NotKept::QueueFull),
                Err(mpsc::error::TrySendError::Closed(_)) => Err(NotKept::Closing),
            }
        }
    }
}

fn run(mut connection: Connection, mut counter: i64, spools: bool, mut jobs: mpsc::Receiver<Job>) {
    while let Some(first) = jobs.blocking_recv() {
        let mut batch = vec![first];
        while batch.len() < QUEUE
            && let Ok(job) = jobs.try_recv()
        {
            batch.push(job);
        }
        let outcome = commit(&mut connection, counter, spools, &batch);
        let answer = match outcome {
            Ok(last) => {
                counter = last;
                Ok(())
            }
            Err(error) => {
                tracing::error!(%error, requests = batch.len(), "nothing of the batch was written");
                Err(NotKept::Disk(error.to_string()))
            }
        };
        for job in batch {
            // Who no longer listens has gone; the rows are on disk all the same.
            let _ = job.done.send(answer.clone());
        }
    }
}

/// One transaction for the whole batch; the counter of its last row.
fn commit(
    connection: &mut Connection,
    mut counter: i64,
    spools: bool,
    batch: &[Job],
) -> rusqlite::Result<i64> {
    let transaction = connection.transaction()?;
    let mut sums = Sums {
        spools,
        ..Sums::default()
    };
    let mut pruned = false;
    for job in batch {
        match &job.work {
            Work::Append(rows) => {
                for row in rows {
                    counter += 1;
                    append(&transaction, counter, row)?;
                    sums.add(row);
                }
            }
            Work::Record(refused, strangers) => {
                let mut count = transaction.prepare_cached(COUNT)?;
                for c in refused {
                    let portal = c.portal.as_ref().map_or("", |code| code.as_str());
                    count.execute(params![c.hour, portal, c.outcome, c.count as i64])?;
                }
                replace(&transaction, strangers)?;
            }
            Work::Fed(fed) => parts::keep(&transaction, fed)?,
            Work::Day(day) => rollups::keep_day(&transaction, day)?,
            Work::Roll(rolled) => rollups::keep(&transaction, rolled)?,
            Work::BrowserReports(tallies) => browser_reports::add(&transaction, tallies)?,
            Work::Prune(keep) => {
                upkeep::prune(&transaction, *keep)?;
                pruned = true;
            }
            Work::Gone(rows) => {
                spool::gone(&transaction, rows)?;
                pruned = true;
            }
            Work::Told(changes) => outbox::told(&transaction, changes)?,
            Work::Take(entries) => {
                ledger::take(&transaction, entries)?;
            }
        }
    }
    sums.write(&transaction)?;
    transaction.commit()?;
    if pruned {
        upkeep::give_back(connection)?;
    }
    Ok(counter)
}

fn append(transaction: &Transaction<'_>, counter: i64, row: &NewRow) -> rusqlite::Result<()> {
    let portal = row.report.portal.as_str();
    transaction
        .prepare_cached(
            "INSERT INTO reports (id, received, began, portal, view, seq, flags, report)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
        )?
        .execute(params![
            first_id(hour_of(row.began)) | counter,
            row.received,
            row.began,
            portal,
            row.report.view.0.cast_signed(),
            row.report.seq,
            flags::of(row),
            json(row)?,
        ])?;
    for name in &row.learnt {
        transaction
            .prepare_cached("INSERT OR IGNORE INTO names VALUES (?1, ?2)")?
            .execute([portal, name])?;
    }
    for name in &row.forgotten {
        transaction
            .prepare_cached("DELETE FROM names WHERE portal = ?1 AND name = ?2")?
            .execute([portal, name])?;
    }
    Ok(())
}

const COUNT: &str = "INSERT INTO outcomes VALUES (?1, ?2, ?3, ?4)
    ON CONFLICT (hour, portal, outcome) DO UPDATE SET count = count + excluded.count";

/// What the rows of a batch add to, so that a portal's counters are written once a commit.
#[derive(Default)]
struct Sums<'a> {
    /// Rows are counted once they are in the cluster.
    spools: bool,
    /// By the hour of receipt.
    stored: BTreeMap<(i64, &'a Code), i64>,
    /// By the hour in which the views began.
    rows: BTreeMap<(i64, &'a Code), i64>,
    heard: BTreeMap<&'a Code, UnixMs>,
}

impl<'a> Sums<'a> {
    fn add(&mut self, row: &'a NewRow) {
        let portal = &row.report.portal;
        *self
            .stored
            .entry((hour_of(row.received), portal))
            .or_default() += 1;
        *self.rows.entry((hour_of(row.began), portal)).or_default() += 1;
        let heard = self.heard.entry(portal).or_insert(row.received);
        *heard = row.received.max(*heard);
    }

    fn write(&self, transaction: &Transaction<'_>) -> rusqlite::Result<()> {
        let mut heard = transaction.prepare_cached(
            "INSERT INTO activity VALUES (?1, ?2, ?2) ON CONFLICT (portal) DO UPDATE SET
                connected_since = iif(excluded.last_seen - last_seen > ?3,
                                      excluded.last_seen, connected_since),
                last_seen = max(last_seen, excluded.last_seen)",
        )?;
        for (portal, received) in &self.heard {
            heard.execute(params![portal.as_str(), received, DAY_MS])?;
        }
        let mut count = transaction.prepare_cached(COUNT)?;
        for ((hour, portal), rows) in &self.stored {
            count.execute(params![hour, portal.as_str(), STORED, rows])?;
        }
        if self.spools {
            return Ok(());
        }
        let mut add = transaction.prepare_cached(
            "INSERT INTO hours VALUES (?1, ?2, ?3, 0)
             ON CONFLICT (hour, portal) DO UPDATE SET rows = rows + excluded.rows",
        )?;
        for ((hour, portal), rows) in &self.rows {
            add.execute(params![hour, portal.as_str(), rows])?;
        }
        Ok(())
    }
}

fn replace(connection: &Connection, strangers: &[Stranger]) -> rusqlite::Result<()> {
    for stranger in strangers {
        connection.execute(
            "DELETE FROM strangers WHERE portal = ?1",
            [stranger.portal.as_str()],
        )?;
    }
    for stranger in strangers {
        connection.execute(
            "INSERT OR REPLACE INTO strangers VALUES (?1, ?2, ?3)",
            params![
                stranger.portal.as_str(),
                stranger.origin,
                stranger.last_seen
            ],
        )?;
    }
    Ok(())
}

/// The highest counter of all rows. In each hour the last row has the highest, and one look finds it.
fn last_counter(connection: &Connection) -> rusqlite::Result<i64> {
    let mut highest = connection.prepare("SELECT max(id) FROM reports WHERE id < ?1")?;
    let (mut below, mut counter) = (i64::MAX, 0);
    while let Some(Some(id)) = highest
        .query_row([below], |row| row.get::<_, Option<i64>>(0))
        .optional()?
    {
        counter = counter.max(id & (first_id(1) - 1));
        below = first_id(id >> COUNTER_BITS);
    }
    Ok(counter)
}

/// The smallest id of rows whose view began in `hour`.
pub fn first_id(hour: i64) -> i64 {
    hour.saturating_mul(1 << COUNTER_BITS)
}

fn json(row: &NewRow) -> rusqlite::Result<String> {
    serde_json::to_string(&row.report)
        .map_err(|error| rusqlite::Error::ToSqlConversionFailure(error.into()))
}
