//! Reports as they are read back.

use std::ops::Range;

use rusqlite::{Connection, params};

use super::writer::first_id;
use super::{code, flags, json};
use crate::store::{Broken, Slice, StoredRow};

/// Hour after hour, in each in the order of receipt.
pub fn scan(
    connection: &Connection,
    hours: Range<i64>,
    slice: &Slice,
    each: &mut dyn FnMut(StoredRow),
) -> rusqlite::Result<Broken> {
    let mut broken = Broken::new();
    let mut select = connection.prepare_cached(
        "SELECT id, received, began, report, flags, portal FROM reports
         WHERE id >= ?1 AND id < ?2 AND (?3 IS NULL OR portal IN (SELECT value FROM json_each(?3)))
           AND (?4 = 1 OR (view & 0x7fffffff) % ?4 = ?5)
         ORDER BY id",
    )?;
    let mut rows = select.query(params![
        first_id(hours.start),
        first_id(hours.end),
        slice.portals.as_deref().map(json),
        slice.parts,
        slice.part,
    ])?;
    while let Some(row) = rows.next()? {
        let json = row.get_ref(3)?.as_str()?;
        match serde_json::from_str(json) {
            Ok(report) => each(StoredRow {
                received: row.get(1)?,
                began: row.get(2)?,
                origin: flags::origin(row.get(4)?),
                surplus: flags::surplus(row.get(4)?),
                report,
            }),
            // A report that was valid when it was written: worth a look, not a stop.
            Err(error) => {
                let id: i64 = row.get(0)?;
                tracing::error!(id, %error, "a stored report cannot be read");
                *broken.entry(code(row, 5)?).or_default() += 1;
            }
        }
    }
    Ok(broken)
}
