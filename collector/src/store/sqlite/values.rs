//! What stands in a column, as the type that it means.

use nhip_protocol::code::{Code, NotACode};
use rusqlite::Row;

use crate::clock::UnixMs;
use crate::store::Unreadable;

pub fn code(row: &Row<'_>, column: usize) -> rusqlite::Result<Code> {
    let text: String = row.get(column)?;
    text.parse().map_err(|error: NotACode| {
        rusqlite::Error::FromSqlConversionFailure(
            column,
            rusqlite::types::Type::Text,
            Box::new(error),
        )
    })
}

/// A list, for `json_each`.
pub fn json(portals: &[Code]) -> String {
    serde_json::Value::from_iter(portals.iter().map(Code::as_str)).to_string()
}

/// In the order of time, and another on every collector of a cluster.
pub fn fresh_id(at: UnixMs) -> i64 {
    at << 20 | fastrand::i64(0..1 << 20)
}

impl From<rusqlite::Error> for Unreadable {
    fn from(error: rusqlite::Error) -> Unreadable {
        Unreadable(error.to_string())
    }
}
