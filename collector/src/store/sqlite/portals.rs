//! A portal as a row of the database, and what is known of those that report.

use std::collections::HashMap;

use nhip_protocol::code::Code;
use rusqlite::{Connection, Transaction, params};

use super::code;
use crate::portals::Portal;
use crate::store::{Activity, Stranger};

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

pub fn activity(connection: &Connection) -> rusqlite::Result<HashMap<Code, Activity>> {
    connection
        .prepare_cached("SELECT portal, connected_since, last_seen FROM activity")?
        .query_map([], |row| {
            let activity = Activity {
                connected_since: row.get(1)?,
                last_seen: row.get(2)?,
            };
            Ok((code(row, 0)?, activity))
        })?
        .collect()
}

pub fn strangers(connection: &Connection) -> rusqlite::Result<Vec<Stranger>> {
    connection
        .prepare_cached("SELECT portal, origin, last_seen FROM strangers ORDER BY last_seen DESC")?
        .query_map([], |row| {
            Ok(Stranger {
                portal: code(row, 0)?,
                origin: row.get(1)?,
                last_seen: row.get(2)?,
            })
        })?
        .collect()
}
