//! A line for each change.

use rusqlite::{Connection, Transaction, params};

use super::values::fresh_id;
use crate::audit::{By, Line};

pub fn insert(
    transaction: &Transaction<'_>,
    by: &By,
    action: &str,
    subject: &str,
    detail: &str,
) -> rusqlite::Result<usize> {
    transaction.execute(
        "INSERT INTO audit VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        params![fresh_id(by.at), by.at, by.who, action, subject, detail],
    )
}

/// The first one first.
pub fn select(connection: &Connection) -> rusqlite::Result<Vec<Line>> {
    connection
        .prepare("SELECT at, who, action, subject, detail FROM audit ORDER BY at, id")?
        .query_map([], |row| {
            Ok(Line {
                by: By {
                    at: row.get(0)?,
                    who: row.get(1)?,
                },
                action: row.get(2)?,
                subject: row.get(3)?,
                detail: row.get(4)?,
            })
        })?
        .collect()
}
