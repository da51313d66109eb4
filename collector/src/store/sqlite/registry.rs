//! The registry in the same file, so that `nhip portal add` works beside a running server.

use std::sync::{Arc, Mutex, PoisonError};

use nhip_protocol::code::Code;
use rusqlite::{Connection, OptionalExtension, TransactionBehavior, params};

use super::{Database, code};
use crate::clock::UnixMs;
use crate::portals::{Agency, CannotAdd, Portal, Registry};
use crate::store::Unreadable;

/// The registry of a database, read again when another process has changed it.
pub struct Portals {
    agencies: Vec<Agency>,
    read: Mutex<Read>,
}

struct Read {
    connection: Connection,
    version: i64,
    registry: Arc<Registry>,
}

#[derive(Debug, thiserror::Error)]
pub enum NotAdded {
    #[error(transparent)]
    Refused(#[from] CannotAdd),
    #[error("the registry cannot be written: {0}")]
    Database(#[from] rusqlite::Error),
    #[error(transparent)]
    Unreadable(#[from] Unreadable),
}

impl Portals {
    pub fn open(database: &Database, agencies: Vec<Agency>) -> Result<Portals, Unreadable> {
        let portals = Portals {
            agencies,
            read: Mutex::new(Read {
                connection: database.writer()?,
                version: 0,
                registry: Arc::default(),
            }),
        };
        portals.current()?;
        Ok(portals)
    }

    /// The registry as it is now. Asks the database for one integer, a few microseconds: cheap
    /// enough for every request, so that an added portal is known at once.
    pub fn current(&self) -> Result<Arc<Registry>, Unreadable> {
        let mut read = self.read.lock().unwrap_or_else(PoisonError::into_inner);
        let version = version(&read.connection)?;
        if version != read.version {
            let portals = select(&read.connection)?;
            read.registry = Arc::new(Registry::new(self.agencies.clone(), portals));
            read.version = version;
        }
        Ok(Arc::clone(&read.registry))
    }

    /// Adds a portal that is not there yet.
    pub fn add(&self, portal: &Portal, now: UnixMs) -> Result<(), NotAdded> {
        self.write(|registry| {
            registry.admit(portal, now)?;
            Ok(portal.clone())
        })
    }

    /// Adds a portal or replaces it: the demo's own, whose address changes with every start.
    pub fn put(&self, portal: &Portal) -> Result<(), NotAdded> {
        self.write(|_| Ok(portal.clone()))
    }

    /// Changes a portal that was added.
    pub fn change(&self, code: &Code, change: impl FnOnce(&mut Portal)) -> Result<(), NotAdded> {
        self.write(|registry| {
            let entry = registry.entry(code).and_then(|entry| entry.portal.clone());
            let mut portal = entry.ok_or_else(|| CannotAdd::NotThere(code.clone()))?;
            change(&mut portal);
            Ok(portal)
        })
    }

    /// `decide` sees the registry as it is when nobody else can write.
    fn write(
        &self,
        decide: impl FnOnce(&Registry) -> Result<Portal, CannotAdd>,
    ) -> Result<(), NotAdded> {
        let mut read = self.read.lock().unwrap_or_else(PoisonError::into_inner);
        let transaction = read
            .connection
            .transaction_with_behavior(TransactionBehavior::Immediate)?;
        let portal = decide(&Registry::new(self.agencies.clone(), select(&transaction)?))?;
        let origins: Vec<&str> = portal.origins.iter().map(|o| o.as_str()).collect();
        transaction.execute(
            "INSERT OR REPLACE INTO portals VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
            params![
                portal.code.as_str(),
                portal.name,
                portal.agency.as_str(),
                origins.join(" "),
                portal.count_automated,
                portal.added,
                portal.names.join(" "),
                portal.paused,
            ],
        )?;
        transaction.execute("UPDATE registry SET version = version + 1", [])?;
        transaction.commit()?;
        Ok(())
    }
}

fn version(connection: &Connection) -> Result<i64, Unreadable> {
    let version = connection
        .prepare_cached("SELECT version FROM registry")?
        .query_row([], |row| row.get(0))
        .optional()?;
    Ok(version.unwrap_or(0))
}

fn select(connection: &Connection) -> rusqlite::Result<Vec<Portal>> {
    connection
        .prepare("SELECT code, name, agency, origins, count_automated, added, names, paused FROM portals")?
        .query_map([], |row| {
            let (origins, names): (String, String) = (row.get(3)?, row.get(6)?);
            Ok(Portal {
                code: code(row, 0)?,
                name: row.get(1)?,
                agency: code(row, 2)?,
                // Written by `write` from valid origins.
                origins: origins
                    .split(' ')
                    .filter_map(|origin| origin.parse().ok())
                    .collect(),
                count_automated: row.get(4)?,
                added: row.get(5)?,
                // Redacted, so no space is in any.
                names: names.split_whitespace().map(str::to_owned).collect(),
                paused: row.get(7)?,
            })
        })?
        .collect()
}
