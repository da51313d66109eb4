//! [`Store`] on ClickHouse, with this machine's SQLite as the spool in front of it: what is answered is on this disk, and
//! goes on from there. Read is what has arrived, which is about a second old. The registry, tokens, notes and months are in
//! SQLite.

mod address;
mod copied;
mod counts;
mod days;
mod engine;
mod ledger;
mod parts;
mod rollups;
mod rows;
mod schema;
mod sketches;
mod store;
mod upkeep;
mod uplink;

use std::ops::Range;
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;

use nhip_protocol::code::Code;
use tokio::runtime::Runtime;

pub use address::{Address, Cluster, NotAnAddress};

use self::engine::{Away, Engine};
use self::uplink::Uplink;
use crate::clock::Clock;
use crate::locks::lock;
use crate::store::sqlite::{Database, SqliteStore};
use crate::store::{Kept, NotKept, RolledUp, Sent, Unreadable};

pub struct ClickhouseStore {
    /// Of this machine.
    local: Arc<SqliteStore>,
    engine: Arc<Engine>,
    /// `None` beside a collector: what waits is the collector's to send.
    uplink: Option<Arc<Uplink>>,
    clock: Clock,
    /// Its own: questions come from threads that have none. `None` once closed.
    runtime: Mutex<Option<Runtime>>,
    handle: tokio::runtime::Handle,
    sending: Mutex<Option<JoinHandle<()>>>,
}

impl ClickhouseStore {
    /// Begins to send what waits in `database`, at most `most_bytes` of it. Starts also where no server answers.
    pub fn start(
        database: Database,
        address: &Address,
        most_bytes: u64,
        clock: Clock,
    ) -> Result<ClickhouseStore, Unreadable> {
        let (spool, collector) = SqliteStore::spool(database)?;
        let mut store = ClickhouseStore::over(spool, address, clock.clone())?;
        let uplink = Arc::new(Uplink::new(
            Arc::clone(&store.local),
            Arc::clone(&store.engine),
            collector,
            most_bytes,
            clock,
        )?);
        let (sender, handle) = (Arc::clone(&uplink), store.handle.clone());
        let sending = std::thread::spawn(move || handle.block_on(sender.run()));
        *lock(&store.sending) = Some(sending);
        store.uplink = Some(uplink);
        Ok(store)
    }

    /// For a command: nothing begins.
    pub fn open(
        database: Database,
        address: &Address,
        clock: Clock,
    ) -> Result<ClickhouseStore, Unreadable> {
        ClickhouseStore::over(SqliteStore::start(database)?, address, clock)
    }

    fn over(
        local: SqliteStore,
        address: &Address,
        clock: Clock,
    ) -> Result<ClickhouseStore, Unreadable> {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .thread_name("clickhouse")
            .enable_all()
            .build()
            .map_err(|error| Unreadable(error.to_string()))?;
        Ok(ClickhouseStore {
            local: Arc::new(local),
            engine: Arc::new(Engine::new(address)),
            uplink: None,
            clock,
            handle: runtime.handle().clone(),
            runtime: Mutex::new(Some(runtime)),
            sending: Mutex::new(None),
        })
    }

    /// Copies what was rolled up of a portal, and what of it came from children; how many hours were not there yet.
    pub fn copy(
        &self,
        portal: &Code,
        hours: Vec<RolledUp>,
        sent: Sent,
    ) -> Result<usize, Unreadable> {
        let (engine, now) = (&self.engine, self.clock.now());
        self.read(async {
            let days = days::of(&hours)?;
            let (own, parts) = copied::told_apart(&hours, sent.parts);
            // First: whatever a child sends meanwhile, what is copied is not taken for this collector's own.
            copied::own(engine, portal, now, own).await?;
            let copied = rollups::copy(engine, now, hours).await?;
            days::copy(engine, now, days).await?;
            // Last: they make their hours stale.
            copied::sent(engine, portal, parts).await?;
            copied::outcomes(engine, sent.outcomes).await?;
            Ok(copied)
        })
    }

    fn read<T>(&self, question: impl Future<Output = Result<T, Away>>) -> Result<T, Unreadable> {
        Ok(self.handle.block_on(question)?)
    }

    /// Done on the runtime to which the connections belong.
    fn write<F: Future<Output = Result<(), Away>>>(
        &self,
        work: impl FnOnce() -> F + Send + 'static,
    ) -> Kept<'_> {
        let handle = self.handle.clone();
        let done = self.handle.spawn_blocking(move || handle.block_on(work()));
        Box::pin(async move {
            match done.await {
                Ok(done) => Ok(done?),
                Err(_) => Err(NotKept::Closing),
            }
        })
    }
}

/// A runtime must not be dropped where nothing may block, nor while something runs on it.
impl Drop for ClickhouseStore {
    fn drop(&mut self) {
        if let Some(uplink) = &self.uplink {
            uplink.stop();
        }
        if let Some(thread) = lock(&self.sending).take() {
            let _ = thread.join();
        }
        if let Some(runtime) = lock(&self.runtime).take() {
            runtime.shutdown_background();
        }
    }
}

/// Hours of a million years fit.
fn hour_number(number: i64) -> i32 {
    number.clamp(i64::from(i32::MIN), i64::from(i32::MAX)) as i32
}

/// As SQL; a code has nothing in it that would have to be quoted.
fn one_of(portals: &[Code]) -> String {
    let quoted: Vec<String> = portals.iter().map(|code| format!("'{code}'")).collect();
    match quoted.as_slice() {
        [] => "0".to_owned(),
        some => format!("portal IN ({})", some.join(", ")),
    }
}

/// As SQL.
fn between(column: &str, range: &Range<i64>) -> String {
    let (start, end) = (hour_number(range.start), hour_number(range.end));
    format!("{column} >= {start} AND {column} < {end}")
}
