//! What changed here and is not known in the cluster yet. Triggers note it, in the commit of the change.

use nhip_protocol::code::Code;
use rusqlite::{Connection, Transaction, params};

use super::ledger::{self, COMMON, Entry};
use crate::store::{Activity, OutcomeCount};

/// What is counted, and its key.
pub const COUNTED: [(&str, &[&str]); 4] = [
    ("hours", &["hour", "portal"]),
    ("outcomes", &["hour", "portal", "outcome"]),
    ("browser_reports", &["portal", "hour", "kind", "detail"]),
    ("activity", &["portal"]),
];

/// Hours whose counts can grow no more, once nothing waits: a report is taken for a day. A count that began again would be
/// taken for an old one, so a clock that was a year ahead must not make one forgotten.
const HOURS_KEPT: i64 = 800 * 24;

/// What this collector counted, in all.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Counted {
    /// Rows of an hour that are in the cluster.
    Arrived {
        portal: Code,
        hour: i64,
        rows: u64,
    },
    Outcome(OutcomeCount),
    BrowserReport {
        portal: String,
        hour: i64,
        kind: String,
        detail: String,
        count: u64,
    },
    Heard(Code, Activity),
    /// It was not counted: a row that collectors have in common.
    Row(Entry),
}

/// Which change, to say that it was told.
pub type Change = i64;

/// From now on every change is noted.
pub fn listen(connection: &Connection) -> rusqlite::Result<()> {
    let common = COMMON.iter().map(|it| (it.table, it.key));
    for (table, key) in COUNTED.into_iter().chain(common) {
        for (event, row) in [("INSERT", "NEW"), ("UPDATE", "NEW"), ("DELETE", "OLD")] {
            let key: Vec<String> = key.iter().map(|column| format!("{row}.{column}")).collect();
            let key = key.join(", ");
            // What is counted and forgotten here stays counted there.
            if event == "DELETE" && COUNTED.iter().any(|(counted, _)| *counted == table) {
                continue;
            }
            // Not an upsert: the statement that fires a trigger says what a conflict in it does.
            connection.execute_batch(&format!(
                "CREATE TRIGGER IF NOT EXISTS tell_{table}_{event} AFTER {event} ON {table}
                 WHEN NOT EXISTS (SELECT 1 FROM hushed) BEGIN
                    DELETE FROM outbox WHERE of = '{table}' AND key = json_array({key});
                    INSERT INTO outbox (of, key, at)
                    VALUES ('{table}', json_array({key}), max(CAST(unixepoch('subsec') * 1000 AS INTEGER),
                        -- Later than what it changes, whoever's clock said when that was.
                        1 + coalesce((SELECT at FROM ledger WHERE of = '{table}' AND key = json_array({key})), 0)));
                 END"
            ))?;
        }
    }
    Ok(())
}

/// What has grown, and by which change.
pub fn grown(connection: &Connection, most: usize) -> rusqlite::Result<Vec<(Change, Counted)>> {
    let mut grown = changed(connection, most)?;
    for (table, key) in COUNTED {
        let mut select = connection.prepare_cached(&format!(
            "SELECT o.change, t.* FROM outbox o JOIN {table} t ON {} WHERE o.of = '{table}'
             ORDER BY o.change LIMIT ?1",
            same_key(key, "t", "o.key")
        ))?;
        let mut rows = select.query([most as i64])?;
        while let Some(row) = rows.next()? {
            let number = |column| row.get::<_, i64>(column).map(i64::unsigned_abs);
            let counted = match table {
                "hours" => Counted::Arrived {
                    hour: row.get(1)?,
                    portal: super::code(row, 2)?,
                    rows: number(3)?,
                },
                "outcomes" => Counted::Outcome(OutcomeCount {
                    hour: row.get(1)?,
                    portal: super::code(row, 2).ok(),
                    outcome: row.get(3)?,
                    count: number(4)?,
                }),
                "browser_reports" => Counted::BrowserReport {
                    portal: row.get(1)?,
                    hour: row.get(2)?,
                    kind: row.get(3)?,
                    detail: row.get(4)?,
                    count: number(5)?,
                },
                _ => {
                    let activity = Activity {
                        connected_since: row.get(2)?,
                        last_seen: row.get(3)?,
                    };
                    Counted::Heard(super::code(row, 1)?, activity)
                }
            };
            grown.push((row.get(0)?, counted));
        }
    }
    Ok(grown)
}

/// As SQL: the row of `table` with the key that is kept in `json`.
pub fn same_key(key: &[&str], table: &str, json: &str) -> String {
    let same = key.iter().enumerate();
    let same =
        same.map(|(at, column)| format!("{table}.{column} = json_extract({json}, '$[{at}]')"));
    same.collect::<Vec<_>>().join(" AND ")
}

/// Rows that collectors have in common.
fn changed(connection: &Connection, most: usize) -> rusqlite::Result<Vec<(Change, Counted)>> {
    let mut changed = Vec::new();
    for of in &COMMON {
        let mut select = connection.prepare_cached(
            "SELECT change, key, at, (SELECT id FROM collector) FROM outbox WHERE of = ?1
             ORDER BY change LIMIT ?2",
        )?;
        let mut rows = select.query(params![of.table, most as i64])?;
        while let Some(row) = rows.next()? {
            let key: String = row.get(1)?;
            let entry = Entry {
                table: of.table.to_owned(),
                at: row.get(2)?,
                collector: row.get::<_, i64>(3)?.unsigned_abs(),
                row: ledger::row(connection, of, &key)?,
                key,
            };
            changed.push((row.get(0)?, Counted::Row(entry)));
        }
    }
    Ok(changed)
}

/// The cluster knows of these changes. What can grow no more is forgotten: it is there.
pub fn told(transaction: &Transaction<'_>, changes: &[Change]) -> rusqlite::Result<()> {
    let mut know = transaction.prepare_cached(
        "INSERT OR REPLACE INTO ledger
         SELECT of, key, at, (SELECT id FROM collector) FROM outbox WHERE change = ?1",
    )?;
    let mut delete = transaction.prepare_cached("DELETE FROM outbox WHERE change = ?1")?;
    for change in changes {
        know.execute([change])?;
        delete.execute([change])?;
    }
    let waits = "SELECT EXISTS (SELECT 1 FROM reports) OR EXISTS (SELECT 1 FROM outbox)";
    if transaction
        .prepare_cached(waits)?
        .query_row([], |row| row.get(0))?
    {
        return Ok(());
    }
    for table in ["hours", "outcomes", "browser_reports"] {
        transaction
            .prepare_cached(&format!(
                "DELETE FROM {table} WHERE hour < unixepoch() / 3600 - ?1"
            ))?
            .execute([HOURS_KEPT])?;
    }
    Ok(())
}

pub fn untold(connection: &Connection) -> rusqlite::Result<u64> {
    let count = "SELECT count(*) FROM outbox";
    connection.query_row(count, [], |row| row.get::<_, i64>(0).map(i64::unsigned_abs))
}
