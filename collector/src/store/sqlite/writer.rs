//! The one thread that writes: it takes everything that waits, commits once, answers each.

use std::thread::JoinHandle;

use rusqlite::{Connection, params};
use tokio::sync::{mpsc, oneshot};

use super::schema::Database;
use crate::clock::{DAY_MS, UnixMs, hour_of};
use crate::store::{NewRow, NotKept, OriginSeen, OutcomeCount, STORED, Stranger};

/// Requests that may wait for the disk. A request holds at most 64 KiB, so all of them 32 MiB.
const QUEUE: usize = 512;

/// Bits of a row's id below the time of receipt: a million rows a millisecond.
const COUNTER_BITS: u32 = 20;

const FLAG_ORIGIN_NULL: i64 = 1;
const FLAG_NO_ORIGIN: i64 = 2;

/// What the thread is asked for, and where it answers.
struct Job {
    work: Work,
    done: oneshot::Sender<Result<(), NotKept>>,
}

pub enum Work {
    Append(Vec<NewRow>),
    Record(Vec<OutcomeCount>, Vec<Stranger>),
}

/// The way to the thread. Dropping it lets the thread finish what waits.
pub struct Writer {
    queue: mpsc::Sender<Job>,
}

impl Writer {
    pub fn start(database: &Database) -> rusqlite::Result<(Writer, JoinHandle<()>)> {
        let connection = database.writer()?;
        let last_id = connection
            .query_row("SELECT max(id) FROM reports", [], |row| row.get(0))
            .map(|id: Option<i64>| id.unwrap_or(0))?;
        let (queue, jobs) = mpsc::channel(QUEUE);
        let thread = std::thread::spawn(move || run(connection, last_id, jobs));
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

fn run(mut connection: Connection, mut last_id: i64, mut jobs: mpsc::Receiver<Job>) {
    while let Some(first) = jobs.blocking_recv() {
        let mut batch = vec![first];
        while batch.len() < QUEUE
            && let Ok(job) = jobs.try_recv()
        {
            batch.push(job);
        }
        let outcome = commit(&mut connection, last_id, &batch);
        let answer = match outcome {
            Ok(id) => {
                last_id = id;
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

/// One transaction for the whole batch; the id of its last row.
fn commit(connection: &mut Connection, mut id: i64, batch: &[Job]) -> rusqlite::Result<i64> {
    let transaction = connection.transaction()?;
    {
        let mut insert = transaction.prepare_cached(
            "INSERT INTO reports (id, received, began, portal, view, seq, flags, report)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
        )?;
        let mut heard = transaction.prepare_cached(
            "INSERT INTO activity VALUES (?1, ?2, ?2) ON CONFLICT (portal) DO UPDATE SET
                connected_since = iif(excluded.last_seen - last_seen > ?3,
                                      excluded.last_seen, connected_since),
                last_seen = max(last_seen, excluded.last_seen)",
        )?;
        let mut count = transaction.prepare_cached(
            "INSERT INTO outcomes VALUES (?1, ?2, ?3, ?4)
             ON CONFLICT (hour, portal, outcome) DO UPDATE SET count = count + excluded.count",
        )?;
        let mut learn =
            transaction.prepare_cached("INSERT OR IGNORE INTO names VALUES (?1, ?2)")?;
        let mut forget =
            transaction.prepare_cached("DELETE FROM names WHERE portal = ?1 AND name = ?2")?;
        for job in batch {
            match &job.work {
                Work::Append(rows) => {
                    for row in rows {
                        id = next_id(id, row.received);
                        let portal = row.report.portal.as_str();
                        insert.execute(params![
                            id,
                            row.received,
                            row.began,
                            portal,
                            row.report.view.0.cast_signed(),
                            row.report.seq,
                            flags(row.origin),
                            json(row)?,
                        ])?;
                        heard.execute(params![portal, row.received, DAY_MS])?;
                        count.execute(params![hour_of(row.received), portal, STORED, 1])?;
                        for name in &row.learnt {
                            learn.execute([portal, name])?;
                        }
                        for name in &row.forgotten {
                            forget.execute([portal, name])?;
                        }
                    }
                }
                Work::Record(refused, strangers) => {
                    for c in refused {
                        let portal = c.portal.as_ref().map_or("", |code| code.as_str());
                        count.execute(params![c.hour, portal, c.outcome, c.count as i64])?;
                    }
                    replace(&transaction, strangers)?;
                }
            }
        }
    }
    transaction.commit()?;
    Ok(id)
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

/// Ids only grow, whatever the clock does: after a jump back they go on from the last one.
fn next_id(last: i64, received: UnixMs) -> i64 {
    (last + 1).max(first_id(received))
}

/// The smallest id of what is received from `received` on.
pub fn first_id(received: UnixMs) -> i64 {
    received.saturating_mul(1 << COUNTER_BITS)
}

fn flags(origin: OriginSeen) -> i64 {
    match origin {
        OriginSeen::Registered => 0,
        OriginSeen::Null => FLAG_ORIGIN_NULL,
        OriginSeen::Absent => FLAG_NO_ORIGIN,
    }
}

pub fn origin(flags: i64) -> OriginSeen {
    if flags & FLAG_ORIGIN_NULL != 0 {
        OriginSeen::Null
    } else if flags & FLAG_NO_ORIGIN != 0 {
        OriginSeen::Absent
    } else {
        OriginSeen::Registered
    }
}

fn json(row: &NewRow) -> rusqlite::Result<String> {
    serde_json::to_string(&row.report)
        .map_err(|error| rusqlite::Error::ToSqlConversionFailure(error.into()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_grow_when_the_clock_goes_back() {
        for (last, received, id) in [
            (0, 5, 5 << 20),
            (5 << 20, 5, (5 << 20) + 1),
            (9 << 20, 5, (9 << 20) + 1),
            ((6 << 20) - 1, 5, 6 << 20),
        ] {
            assert_eq!(next_id(last, received), id, "{last} {received}");
        }
    }
}
