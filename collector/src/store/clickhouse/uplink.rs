//! Brings what waits on this machine's disk to the cluster, in its order, and says so on the disk only once it is there.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use tokio::sync::{Notify, watch};

use super::engine::Engine;
use super::ledger::{self, ALIVE_MS};
use super::{counts, rows};
use crate::clock::{Clock, UnixMs};
use crate::locks::lock;
use crate::store::sqlite::{Backlog, ROW_BYTES, SqliteStore};
use crate::store::{Duty, NewRow, NotKept, Unreadable};

/// Of a batch. ClickHouse wants few large ones.
const BATCH_ROWS: usize = 20_000;
const BATCH_BYTES: usize = 16 * 1024 * 1024;

/// How long reports gather: so much later they are in an answer, at least.
const GATHER: Duration = Duration::from_millis(500);

/// How often collectors meet: a change of the registry is everywhere so soon.
const MEET: Duration = Duration::from_secs(3);

/// Between tries, as long as the cluster is away: the first, and the longest.
const RETRY: Duration = Duration::from_millis(200);
const LONGEST_RETRY: Duration = Duration::from_secs(10);

/// What still may go when the collector stops.
const LAST: Duration = Duration::from_secs(3);

pub struct Uplink {
    spool: Arc<SqliteStore>,
    engine: Arc<Engine>,
    collector: u64,
    clock: Clock,
    /// Until when, and what.
    duty: Mutex<(UnixMs, Duty)>,
    /// What was taken of what others left.
    taken: AtomicU64,
    rows: AtomicU64,
    bytes: AtomicU64,
    /// What may wait.
    most_bytes: u64,
    /// Something waits.
    came: Notify,
    stop: watch::Sender<bool>,
    /// Why nothing goes.
    trouble: Mutex<Option<String>>,
}

#[derive(Debug, thiserror::Error)]
enum Stuck {
    #[error(transparent)]
    Away(#[from] super::engine::Away),
    #[error("the spool: {0}")]
    Unreadable(#[from] Unreadable),
    #[error("the spool: {0}")]
    NotKept(#[from] NotKept),
    #[error("the spool: {0}")]
    Ended(#[from] tokio::task::JoinError),
}

impl Uplink {
    pub fn new(
        spool: Arc<SqliteStore>,
        engine: Arc<Engine>,
        collector: u64,
        most_bytes: u64,
        clock: Clock,
    ) -> Result<Uplink, Unreadable> {
        let waits = spool.backlog()?;
        Ok(Uplink {
            spool,
            engine,
            collector,
            clock,
            duty: Mutex::new((UnixMs::MIN, Duty::NONE)),
            taken: AtomicU64::new(0),
            rows: AtomicU64::new(waits.rows),
            bytes: AtomicU64::new(waits.bytes),
            most_bytes,
            came: Notify::new(),
            stop: watch::channel(false).0,
            trouble: Mutex::default(),
        })
    }

    pub fn has_room(&self) -> bool {
        self.bytes.load(Ordering::Relaxed) < self.most_bytes
    }

    /// They are on this machine's disk.
    pub fn came(&self, rows: u64, bytes: u64) {
        self.rows.fetch_add(rows, Ordering::Relaxed);
        self.bytes.fetch_add(bytes, Ordering::Relaxed);
        self.came.notify_one();
    }

    /// How much waits, and why it does not go.
    pub fn waits(&self) -> (Backlog, Option<String>) {
        let backlog = Backlog {
            rows: self.rows.load(Ordering::Relaxed),
            bytes: self.bytes.load(Ordering::Relaxed),
        };
        (backlog, self.trouble().clone())
    }

    /// Until it is told to stop; then what still goes at once.
    pub async fn run(&self) {
        let mut stopped = self.stop.subscribe();
        tokio::select! {
            () = self.send() => {}
            _ = stopped.wait_for(|stopped| *stopped) => {}
        }
        // What does not get there in time waits for the next start.
        let last = async { while let Ok(true) = self.once().await {} };
        let _ = tokio::time::timeout(LAST, last).await;
    }

    pub fn stop(&self) {
        self.stop.send_replace(true);
    }

    async fn send(&self) {
        let mut pause = RETRY;
        let mut met: Option<Instant> = None;
        loop {
            let done = async {
                let more = self.once().await?;
                if met.is_none_or(|met| met.elapsed() > MEET) {
                    self.meet().await?;
                    met = Some(Instant::now());
                }
                Ok::<bool, Stuck>(more)
            };
            match done.await {
                Ok(more) => {
                    if self.trouble().take().is_some() {
                        tracing::info!("the database answers again");
                    }
                    pause = RETRY;
                    if !more {
                        let _ = tokio::time::timeout(GATHER, self.came.notified()).await;
                        tokio::time::sleep(GATHER).await;
                    }
                }
                Err(error) => {
                    if self.trouble().replace(error.to_string()).is_none() {
                        tracing::error!(%error, "reports wait on this machine's disk");
                    }
                    tokio::time::sleep(pause).await;
                    pause = (pause * 2).min(LONGEST_RETRY);
                }
            }
        }
    }

    /// A batch of what waits, and what has grown; whether there is more.
    async fn once(&self) -> Result<bool, Stuck> {
        let spool = Arc::clone(&self.spool);
        let waiting =
            tokio::task::spawn_blocking(move || spool.waiting(BATCH_ROWS, BATCH_BYTES)).await??;
        let more = !waiting.is_empty();
        if more {
            rows::write(&self.engine, self.collector, &waiting).await?;
            let (rows, bytes) = waiting.iter().fold((0, 0), |(rows, bytes), row| {
                (rows + 1, bytes + size(row.report.len()))
            });
            self.spool.gone(waiting).await?;
            subtract(&self.rows, rows);
            subtract(&self.bytes, bytes);
        }
        // After the rows: who reads that they arrived finds them.
        let spool = Arc::clone(&self.spool);
        let grown = tokio::task::spawn_blocking(move || spool.grown(BATCH_ROWS)).await??;
        if !grown.is_empty() {
            let (changes, counted): (Vec<_>, Vec<_>) = grown.into_iter().unzip();
            counts::write(&self.engine, self.collector, counted.into_iter()).await?;
            self.spool.told(changes).await?;
        }
        Ok(more)
    }

    /// Says that this collector is there, and takes what the others left.
    async fn meet(&self) -> Result<(), Stuck> {
        let now = self.clock.now();
        let alive = ledger::meet(&self.engine, self.collector).await?;
        let rank = alive.iter().position(|other| *other == self.collector);
        // Whoever does not see itself asked a server that is behind.
        let duty = rank.map_or(Duty::NONE, |rank| Duty {
            rank: rank as u32,
            of: alive.len() as u32,
        });
        *lock(&self.duty) = (now + ALIVE_MS, duty);
        let state = ledger::state(&self.engine).await?;
        if state != self.taken.load(Ordering::Relaxed) {
            self.spool.take(ledger::read(&self.engine).await?).await?;
            self.taken.store(state, Ordering::Relaxed);
        }
        Ok(())
    }

    /// Whoever was not heard for long has none: others do it.
    pub fn duty(&self) -> Duty {
        let (until, duty) = *lock(&self.duty);
        match self.clock.now() < until {
            true => duty,
            false => Duty::NONE,
        }
    }

    fn trouble(&self) -> std::sync::MutexGuard<'_, Option<String>> {
        lock(&self.trouble)
    }
}

/// What a report takes on the disk, about.
fn size(report: usize) -> u64 {
    report as u64 + ROW_BYTES
}

/// About what these take once they are written: an upper bound would refuse too early.
pub fn size_of(rows: &[NewRow]) -> u64 {
    rows.iter()
        .map(|row| serde_json::to_string(&row.report).map_or(0, |json| size(json.len())))
        .sum()
}

fn subtract(from: &AtomicU64, amount: u64) {
    let less = |it: u64| Some(it.saturating_sub(amount));
    let _ = from.fetch_update(Ordering::Relaxed, Ordering::Relaxed, less);
}
