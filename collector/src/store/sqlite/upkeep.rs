//! Deleting what is too old, a piece at a time.

use rusqlite::{Connection, Transaction, params};

use super::writer::first_id;
use crate::clock::day_of;
use crate::store::Keep;

/// Of each kind in one transaction: some milliseconds of the thread that writes.
const ROWS: i64 = 2000;
const ROLLUPS: i64 = 200;

/// Pages that are given back after each piece.
const PAGES: i64 = 1000;

/// Hours that are too old and in their rollup as they are. The hour of a row is in its key.
const RAW: &str = "SELECT id FROM reports
    WHERE id < ?1 AND NOT EXISTS (SELECT 1 FROM hours
        WHERE hours.hour = id >> 40 AND hours.portal = reports.portal AND rows <> rolled)
    ORDER BY id LIMIT ?2";

pub fn has_older(connection: &Connection, keep: Keep) -> rusqlite::Result<bool> {
    let raw = connection
        .prepare_cached(RAW)?
        .exists(params![first_id(keep.raw_from), 1])?;
    let rollups = connection
        .prepare_cached("SELECT 1 FROM hours WHERE hour < ?1")?
        .exists([keep.rollups_from])?;
    Ok(raw || rollups)
}

pub fn prune(transaction: &Transaction<'_>, keep: Keep) -> rusqlite::Result<()> {
    transaction
        .prepare_cached(&format!("DELETE FROM reports WHERE id IN ({RAW})"))?
        .execute(params![first_id(keep.raw_from), ROWS])?;
    let mut old = transaction
        .prepare_cached("SELECT hour, portal FROM hours WHERE hour < ?1 ORDER BY hour LIMIT ?2")?;
    let old = old.query_map([keep.rollups_from, ROLLUPS], |row| {
        Ok((row.get(0)?, row.get(1)?))
    })?;
    for hour in old.collect::<rusqlite::Result<Vec<(i64, String)>>>()? {
        for delete in [
            "DELETE FROM rollups WHERE hour = ?1 AND portal = ?2",
            "DELETE FROM hours WHERE hour = ?1 AND portal = ?2",
            "DELETE FROM parts WHERE hour = ?1 AND portal = ?2",
        ] {
            transaction
                .prepare_cached(delete)?
                .execute(params![hour.0, hour.1])?;
        }
    }
    // Of the day in which it lies some hours are gone.
    let first_day = day_of(keep.rollups_from + 23);
    for delete in [
        "DELETE FROM days WHERE day < ?1",
        "DELETE FROM stale_days WHERE day < ?1",
    ] {
        transaction.prepare_cached(delete)?.execute([first_day])?;
    }
    for delete in [
        "DELETE FROM outcomes WHERE hour < ?1",
        "DELETE FROM fed_outcomes WHERE hour < ?1",
        "DELETE FROM browser_reports WHERE hour < ?1",
    ] {
        transaction
            .prepare_cached(delete)?
            .execute([keep.rollups_from])?;
    }
    Ok(())
}

/// Makes the file smaller by what was deleted.
pub fn give_back(connection: &Connection) -> rusqlite::Result<()> {
    // A row for each page.
    let mut vacuum = connection.prepare_cached(&format!("PRAGMA incremental_vacuum({PAGES})"))?;
    let mut pages = vacuum.query([])?;
    while pages.next()?.is_some() {}
    drop(pages);
    // The file gets smaller once that is moved from the log into it.
    connection.query_row("PRAGMA wal_checkpoint(PASSIVE)", [], |_| Ok(()))
}
