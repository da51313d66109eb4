//! Dropping what is too old, by the partition: raw rows by the day, the rest by thirty of them. So up to a day, or a month,
//! more is kept than was asked for.

use super::engine::{Away, Engine};
use super::rollups;
use super::schema::{OF_DAY, Table, tables};
use crate::clock::day_of;
use crate::store::Keep;

/// What can be dropped: a table and its partition, the reports of a day before the knowledge that there were some.
pub async fn older(engine: &Engine, keep: Keep) -> Result<Vec<(&'static Table, i32)>, Away> {
    let mut older = Vec::new();
    for table in tables().filter(|table| !table.partition.is_empty()) {
        let first = match table.partition {
            OF_DAY => day_of(keep.raw_from),
            _ => day_of(keep.rollups_from).div_euclid(30),
        };
        let sql = format!(
            "SELECT DISTINCT toInt32({}) AS part FROM {} WHERE part < {first}",
            table.partition, table.name
        );
        let found: Vec<i32> = engine.all(&sql).await?;
        older.extend(found.into_iter().map(|part| (table, part)));
    }
    if older.iter().any(is_raw) {
        // Rows that are in no rollup stay.
        for stale in rollups::stale(engine).await? {
            let day = day_of(stale.hour);
            older.retain(|it| !is_raw(it) || i64::from(it.1) != day);
        }
    }
    Ok(older)
}

fn is_raw((table, _): &(&Table, i32)) -> bool {
    table.partition == OF_DAY
}

/// Drops the first of it.
pub async fn prune(engine: &Engine, keep: Keep) -> Result<(), Away> {
    let older = older(engine, keep).await?;
    let Some((table, partition)) = older.first() else {
        return Ok(());
    };
    let table = table.local_name(engine.cluster());
    engine
        .run_on_each(&format!("ALTER TABLE {table} DROP PARTITION {partition}"))
        .await
}
