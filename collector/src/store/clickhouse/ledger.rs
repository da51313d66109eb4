//! What collectors have in common, row by row, and which of them are there.

use clickhouse::Row;
use serde::{Deserialize, Serialize};

use super::engine::{Away, Engine};
use crate::clock::UnixMs;
use crate::store::sqlite::LedgerEntry;

/// A collector that was not heard for so long is not there.
pub const ALIVE_MS: UnixMs = 30_000;

#[derive(Row, Serialize, Deserialize)]
struct Written {
    of: String,
    key: String,
    at: i64,
    collector: u64,
    gone: u8,
    row: String,
}

pub async fn write(engine: &Engine, entries: Vec<LedgerEntry>) -> Result<(), Away> {
    let rows: Vec<Written> = entries
        .into_iter()
        .map(|entry| Written {
            of: entry.table,
            key: entry.key,
            at: entry.at,
            collector: entry.collector,
            gone: entry.row.is_none().into(),
            row: entry.row.unwrap_or_default(),
        })
        .collect();
    engine.insert("ledger", &rows).await
}

/// Another number once somebody has left something.
pub async fn state(engine: &Engine) -> Result<u64, Away> {
    let sql = "SELECT sum(cityHash64(of, key, latest)) FROM (
        SELECT of, key, max((at, collector)) AS latest FROM ledger GROUP BY of, key)";
    let state: Vec<u64> = engine.all(sql).await?;
    Ok(state.first().copied().unwrap_or(0))
}

/// Each row as it was left last.
pub async fn read(engine: &Engine) -> Result<Vec<LedgerEntry>, Away> {
    let sql = "SELECT of, key, max(at), argMax(collector, (at, collector)), argMax(gone, (at, collector)),
        argMax(row, (at, collector)) FROM ledger GROUP BY of, key ORDER BY of, key";
    let rows: Vec<Written> = engine.all(sql).await?;
    let entries = rows.into_iter().map(|row| LedgerEntry {
        table: row.of,
        key: row.key,
        at: row.at,
        collector: row.collector,
        row: (row.gone == 0).then_some(row.row),
    });
    Ok(entries.collect())
}

/// Says that `collector` is there; the numbers of all that are, in their order. By the servers' clock: a collector's may be
/// anything.
pub async fn meet(engine: &Engine, collector: u64) -> Result<Vec<u64>, Away> {
    let now = "toInt64(toUnixTimestamp(now())) * 1000";
    engine
        .run(&format!(
            "INSERT INTO collectors SELECT toUInt64({collector}), {now}"
        ))
        .await?;
    let sql = format!(
        "SELECT collector FROM collectors GROUP BY collector HAVING max(at) > {now} - {ALIVE_MS} ORDER BY collector"
    );
    engine.all(&sql).await
}
