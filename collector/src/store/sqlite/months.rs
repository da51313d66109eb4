//! Months that were frozen. Written once, published once, never changed.

use rusqlite::{Connection, OptionalExtension, Row, params};

use crate::clock::UnixMs;
use crate::months::{Frozen, Month};

const COLUMNS: &str = "month, profile, min_views, frozen, published, portals, league";

/// How many were written: none where the month was frozen before.
pub fn insert(connection: &Connection, frozen: &Frozen) -> rusqlite::Result<usize> {
    connection.execute(
        &format!("INSERT OR IGNORE INTO months ({COLUMNS}) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)"),
        params![
            frozen.month.to_string(),
            frozen.profile,
            frozen.min_views.cast_signed(),
            frozen.frozen,
            frozen.published,
            frozen.portals.cast_signed(),
            frozen.league
        ],
    )
}

/// How many were published: none where there was none, or it was before.
pub fn publish(connection: &Connection, month: Month, now: UnixMs) -> rusqlite::Result<usize> {
    connection.execute(
        "UPDATE months SET published = ?2 WHERE month = ?1 AND published IS NULL",
        params![month.to_string(), now],
    )
}

pub fn one(connection: &Connection, month: Month) -> rusqlite::Result<Option<Frozen>> {
    connection
        .prepare_cached(&format!("SELECT {COLUMNS} FROM months WHERE month = ?1"))?
        .query_row([month.to_string()], read)
        .optional()
}

/// Without their leagues, which are large.
pub fn all(connection: &Connection) -> rusqlite::Result<Vec<Frozen>> {
    connection
        .prepare_cached(
            "SELECT month, profile, min_views, frozen, published, portals, '' FROM months
             ORDER BY month DESC",
        )?
        .query_map([], read)?
        .collect()
}

fn read(row: &Row<'_>) -> rusqlite::Result<Frozen> {
    let month: String = row.get(0)?;
    Ok(Frozen {
        month: month.parse().map_err(|error| {
            let kind = rusqlite::types::Type::Text;
            rusqlite::Error::FromSqlConversionFailure(0, kind, Box::new(error))
        })?,
        profile: row.get(1)?,
        min_views: row.get::<_, i64>(2)?.unsigned_abs(),
        frozen: row.get(3)?,
        published: row.get(4)?,
        portals: row.get::<_, i64>(5)?.unsigned_abs(),
        league: row.get(6)?,
    })
}
