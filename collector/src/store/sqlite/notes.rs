//! Notes, the latest of a portal in a window.

use std::ops::Range;

use nhip_protocol::code::Code;
use rusqlite::{Connection, Transaction, params};

use super::values::fresh_id;
use crate::clock::UnixMs;
use crate::notes::Note;

/// The most that one question tells.
const MOST: i64 = 200;

pub fn insert(transaction: &Transaction<'_>, note: &Note) -> rusqlite::Result<usize> {
    transaction.execute(
        "INSERT INTO notes VALUES (?1, ?2, ?3, ?4)",
        params![fresh_id(note.at), note.portal.as_str(), note.at, note.text],
    )
}

/// In their order.
pub fn select(
    connection: &Connection,
    portal: &Code,
    window: &Range<UnixMs>,
) -> rusqlite::Result<Vec<Note>> {
    let mut select = connection.prepare_cached(
        "SELECT at, text FROM notes WHERE portal = ?1 AND at >= ?2 AND at < ?3
         ORDER BY at DESC, id DESC LIMIT ?4",
    )?;
    let asked = params![portal.as_str(), window.start, window.end, MOST];
    let rows = select.query_map(asked, |row| {
        Ok(Note {
            portal: portal.clone(),
            at: row.get(0)?,
            text: row.get(1)?,
        })
    })?;
    let mut notes = rows.collect::<rusqlite::Result<Vec<_>>>()?;
    notes.reverse();
    Ok(notes)
}
