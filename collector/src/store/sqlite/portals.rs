//! A portal as a row of the database.

use rusqlite::{Connection, Transaction, params};

use super::code;
use crate::portals::Portal;

pub fn origins(portal: &Portal) -> String {
    let origins: Vec<&str> = portal.origins.iter().map(|o| o.as_str()).collect();
    origins.join(" ")
}

pub fn insert(transaction: &Transaction<'_>, portal: &Portal) -> rusqlite::Result<usize> {
    transaction.execute(
        "INSERT OR REPLACE INTO portals VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
        params![
            portal.code.as_str(),
            portal.name,
            portal.agency.as_str(),
            origins(portal),
            portal.count_automated,
            portal.added,
            portal.names.join(" "),
            portal.paused,
        ],
    )
}

pub fn select(connection: &Connection) -> rusqlite::Result<Vec<Portal>> {
    connection
        .prepare("SELECT code, name, agency, origins, count_automated, added, names, paused FROM portals")?
        .query_map([], |row| {
            let (origins, names): (String, String) = (row.get(3)?, row.get(6)?);
            Ok(Portal {
                code: code(row, 0)?,
                name: row.get(1)?,
                agency: code(row, 2)?,
                // Written by `insert` from valid origins.
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
