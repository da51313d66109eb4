//! What the collectors of a cluster have in common: the registry, tokens, names, notes, months, alerts. Each has all of it
//! in its own database, so that a request asks nobody; a change goes out as the whole row, and of two changes of a row the
//! later one counts, on every collector.

use rusqlite::types::{Type, Value as Sql};
use rusqlite::{Connection, OptionalExtension, Transaction, params};
use serde_json::{Map, Value};

use super::outbox::{COUNTED, same_key};
use crate::clock::UnixMs;

/// A table, its key, and which of its columns holds bytes.
pub struct Common {
    pub table: &'static str,
    pub key: &'static [&'static str],
    bytes: &'static str,
}

const fn common(table: &'static str, key: &'static [&'static str]) -> Common {
    Common {
        table,
        key,
        bytes: "",
    }
}

pub const COMMON: [Common; 8] = [
    common("portals", &["code"]),
    Common {
        bytes: "hash",
        ..common("keys", &["id"])
    },
    common("audit", &["id"]),
    common("notes", &["id"]),
    common("months", &["month"]),
    common("names", &["portal", "name"]),
    common("alerts", &["id"]),
    common("deliveries", &["id"]),
];

/// A row as somebody left it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    pub table: String,
    /// An array as JSON.
    pub key: String,
    pub at: UnixMs,
    /// Who left it.
    pub collector: u64,
    /// An object as JSON, bytes in hexadecimal; `None`: it is no more.
    pub row: Option<String>,
}

/// Rows and counts from before there was a cluster go out, too, as older than any change.
pub fn join(connection: &Connection) -> rusqlite::Result<()> {
    let joined: bool =
        connection.query_row("SELECT EXISTS (SELECT 1 FROM collector)", [], |row| {
            row.get(0)
        })?;
    if joined {
        return Ok(());
    }
    // From 1 on in each database: another collector's first line is not this one's.
    connection.execute_batch(
        "UPDATE audit SET id = at << 20 | abs(random() % 1048576);
         UPDATE notes SET id = at << 20 | abs(random() % 1048576);",
    )?;
    for table in ["alerts", "deliveries"] {
        let apart = fastrand::i64(1 << 32..1 << 52);
        connection.execute(&format!("UPDATE {table} SET id = id + ?1"), [apart])?;
    }
    let common = COMMON.iter().map(|it| (it.table, it.key));
    let counted = COUNTED.into_iter().filter(|(table, _)| *table != "hours");
    for (table, key) in common.chain(counted) {
        let key = key.join(", ");
        connection.execute_batch(&format!(
            "INSERT OR IGNORE INTO outbox (of, key, at) SELECT '{table}', json_array({key}), 0 FROM {table}"
        ))?;
    }
    Ok(())
}

/// The row of a key as it is now.
pub fn row(connection: &Connection, of: &Common, key: &str) -> rusqlite::Result<Option<String>> {
    let columns = columns(connection, of)?;
    let pairs: Vec<String> = columns
        .iter()
        .map(|column| match column == of.bytes {
            true => format!("'{column}', hex({column})"),
            false => format!("'{column}', {column}"),
        })
        .collect();
    let sql = format!(
        "SELECT json_object({}) FROM {} WHERE {}",
        pairs.join(", "),
        of.table,
        has_key(of)
    );
    connection
        .prepare_cached(&sql)?
        .query_row([key], |row| row.get(0))
        .optional()
}

/// Takes what others left, where it is later than what is here.
pub fn take(transaction: &Transaction<'_>, entries: &[Entry]) -> rusqlite::Result<()> {
    // What comes from the others is no change of ours.
    transaction.execute("INSERT INTO hushed VALUES (1)", [])?;
    let mut changed = false;
    for entry in entries {
        // A newer collector may have more in common.
        let Some(of) = COMMON.iter().find(|it| it.table == entry.table) else {
            continue;
        };
        if is_later(transaction, entry)? {
            match put(transaction, of, entry) {
                Ok(()) => {}
                Err(error) => {
                    tracing::error!(table = of.table, key = entry.key, %error, "a row of another collector was not taken");
                }
            }
            changed |= ["portals", "keys"].contains(&of.table);
        }
    }
    transaction.execute("DELETE FROM hushed", [])?;
    if changed {
        transaction.execute("UPDATE registry SET version = version + 1", [])?;
    }
    Ok(())
}

fn is_later(transaction: &Transaction<'_>, entry: &Entry) -> rusqlite::Result<bool> {
    let known: Option<(i64, i64)> = transaction
        .prepare_cached("SELECT at, collector FROM ledger WHERE of = ?1 AND key = ?2")?
        .query_row([&entry.table, &entry.key], |row| {
            Ok((row.get(0)?, row.get(1)?))
        })
        .optional()?;
    let version = (entry.at, entry.collector.cast_signed());
    if known.is_some_and(|known| known >= version) {
        return Ok(false);
    }
    // Ours may wait to go out.
    let ours: Option<i64> = transaction
        .prepare_cached("SELECT at FROM outbox WHERE of = ?1 AND key = ?2")?
        .query_row([&entry.table, &entry.key], |row| row.get(0))
        .optional()?;
    Ok(ours.is_none_or(|ours| ours < entry.at))
}

fn put(transaction: &Transaction<'_>, of: &Common, entry: &Entry) -> rusqlite::Result<()> {
    match &entry.row {
        None => {
            let sql = format!("DELETE FROM {} WHERE {}", of.table, has_key(of));
            transaction.prepare_cached(&sql)?.execute([&entry.key])?;
        }
        Some(row) => {
            let wrong = |error: serde_json::Error| {
                rusqlite::Error::FromSqlConversionFailure(0, Type::Text, error.into())
            };
            let row: Map<String, Value> = serde_json::from_str(row).map_err(wrong)?;
            let mut names = columns(transaction, of)?;
            // A newer collector's columns are unknown here; an older one's rows lack some.
            names.retain(|name| row.contains_key(name));
            let places: Vec<&str> = names
                .iter()
                .map(|name| if name == of.bytes { "unhex(?)" } else { "?" })
                .collect();
            let sql = format!(
                "INSERT OR REPLACE INTO {} ({}) VALUES ({})",
                of.table,
                names.join(", "),
                places.join(", ")
            );
            let values = names.iter().map(|name| sql_of(&row[name]));
            transaction
                .prepare_cached(&sql)?
                .execute(rusqlite::params_from_iter(values))?;
        }
    }
    let (table, key) = (&entry.table, &entry.key);
    transaction
        .prepare_cached("DELETE FROM outbox WHERE of = ?1 AND key = ?2")?
        .execute([table, key])?;
    transaction
        .prepare_cached("INSERT OR REPLACE INTO ledger VALUES (?1, ?2, ?3, ?4)")?
        .execute(params![table, key, entry.at, entry.collector.cast_signed()])?;
    Ok(())
}

/// Numbers here are whole.
fn sql_of(value: &Value) -> Sql {
    match value {
        Value::Number(number) => number.as_i64().map_or(Sql::Null, Sql::Integer),
        Value::String(text) => Sql::Text(text.clone()),
        Value::Bool(it) => Sql::Integer((*it).into()),
        _ => Sql::Null,
    }
}

fn columns(connection: &Connection, of: &Common) -> rusqlite::Result<Vec<String>> {
    connection
        .prepare_cached("SELECT name FROM pragma_table_info(?1)")?
        .query_map([of.table], |row| row.get(0))?
        .collect()
}

/// `?1` is the key.
fn has_key(of: &Common) -> String {
    same_key(of.key, of.table, "?1")
}
