//! Which engine keeps the reports.

use std::sync::Arc;

use super::clickhouse::{Address, ClickhouseStore};
use super::sqlite::{Database, SqliteStore};
use super::{Store, Unreadable};
use crate::clock::Clock;

/// Behind the one database of the data directory, which always has the registry.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Engine {
    /// That database itself.
    #[default]
    Sqlite,
    /// ClickHouse; the database is the spool.
    Clickhouse(Address),
}

/// What may wait for ClickHouse, in bytes: a day of a province, hours of a country.
pub const DEFAULT_SPOOL: u64 = 8 * 1024 * 1024 * 1024;

impl Engine {
    /// For the collector: what waits for the engine begins to go.
    pub fn start(
        &self,
        database: Database,
        most_waiting: u64,
        clock: Clock,
    ) -> Result<Arc<dyn Store>, Unreadable> {
        Ok(match self {
            Engine::Sqlite => Arc::new(alone(database)?),
            Engine::Clickhouse(address) => {
                ClickhouseStore::start(database, address, most_waiting, clock).map(Arc::new)?
            }
        })
    }

    /// For a command beside it.
    pub fn open(&self, database: Database, clock: Clock) -> Result<Arc<dyn Store>, Unreadable> {
        Ok(match self {
            Engine::Sqlite => Arc::new(alone(database)?),
            Engine::Clickhouse(address) => {
                ClickhouseStore::open(database, address, clock).map(Arc::new)?
            }
        })
    }
}

/// What went on to ClickHouse is not here, and nobody would miss it.
fn alone(database: Database) -> Result<SqliteStore, Unreadable> {
    let store = SqliteStore::start(database)?;
    if store.is_spool()? {
        return Err(Unreadable(
            "this data directory holds what waits for ClickHouse; say with --store which one, or give another with --data"
                .to_owned(),
        ));
    }
    Ok(store)
}
