//! A database of made-up history. Its header says what it is (`PRAGMA application_id`), in a backup, too.

use nhip_protocol::code::Code;
use rusqlite::{Connection, TransactionBehavior, params};

use super::{Database, rollups};
use crate::store::{Activity, Day, RolledUp};

/// `NhSy`
const SYNTHETIC: i32 = 0x4e68_5379;

#[derive(Debug, thiserror::Error)]
pub enum NotWritten {
    #[error(
        "expected an empty data directory, or one of made-up history: '{0}' has real reports or portals"
    )]
    Real(String),
    #[error("the history cannot be written: {0}")]
    Disk(#[from] rusqlite::Error),
}

pub struct History(Connection);

impl History {
    /// Marks the database as one of made-up history; refuses one that has anything real.
    pub fn of(database: &Database) -> Result<History, NotWritten> {
        let connection = database.writer()?;
        // It can be made up again.
        connection.pragma_update(None, "synchronous", "OFF")?;
        if !is_synthetic(&connection)? {
            let real: bool = connection.query_row(
                "SELECT EXISTS (SELECT 1 FROM reports) OR EXISTS (SELECT 1 FROM portals)
                     OR EXISTS (SELECT 1 FROM rollups)",
                [],
                |row| row.get(0),
            )?;
            if real {
                return Err(NotWritten::Real(database.file().display().to_string()));
            }
            connection.pragma_update(None, "application_id", SYNTHETIC)?;
        }
        Ok(History(connection))
    }

    pub fn last_hour(&self, portal: &Code) -> Result<Option<i64>, NotWritten> {
        let last = "SELECT max(hour) FROM rollups WHERE portal = ?1";
        Ok(self
            .0
            .query_row(last, [portal.as_str()], |row| row.get(0))?)
    }

    pub fn keep(
        &mut self,
        portal: &Code,
        hours: &[RolledUp],
        day: Option<&Day>,
        activity: Activity,
    ) -> Result<(), NotWritten> {
        let transaction = self
            .0
            .transaction_with_behavior(TransactionBehavior::Immediate)?;
        rollups::keep(&transaction, hours)?;
        if let Some(day) = day {
            rollups::keep_day(&transaction, day)?;
        }
        transaction
            .prepare_cached(
                "INSERT INTO activity (portal, connected_since, last_seen) VALUES (?1, ?2, ?3)
                 ON CONFLICT (portal) DO UPDATE SET last_seen = excluded.last_seen",
            )?
            .execute(params![
                portal.as_str(),
                activity.connected_since,
                activity.last_seen
            ])?;
        Ok(transaction.commit()?)
    }
}

pub fn is_synthetic(connection: &Connection) -> rusqlite::Result<bool> {
    let id: i32 = connection.query_row("PRAGMA application_id", [], |row| row.get(0))?;
    Ok(id == SYNTHETIC)
}
