//! Dropping what is too old, by the partition: raw rows by the day, the rest by thirty of them. So up to a day, or a month,
//! more is kept than was asked for.

use super::engine::{Away, Engine};
use super::rollups;
use super::schema::local_name;
use crate::clock::day_of;
use crate::store::Keep;

const BY_DAY: [&str; 2] = ["reports", "arrivals"];
const BY_MONTH: [&str; 5] = [
    "rollups",
    "sketches",
    "outcomes",
    "browser_reports",
    "parts",
];

/// What can be dropped: a table and its partition, the reports of a day before the knowledge that there were some.
pub async fn older(engine: &Engine, keep: Keep) -> Result<Vec<(&'static str, i32)>, Away> {
    let mut older = Vec::new();
    let raw = "SELECT DISTINCT toInt32(intDiv(hour - 17, 24)) FROM";
    let mut days: Vec<i32> = Vec::new();
    for table in BY_DAY {
        let first_day = day_of(keep.raw_from);
        let sql = format!("{raw} {table} WHERE intDiv(hour - 17, 24) < {first_day}");
        let found: Vec<i32> = engine.all(&sql).await?;
        older.extend(found.iter().map(|day| (table, *day)));
        days.extend(found);
    }
    if !days.is_empty() {
        // Rows that are in no rollup stay.
        for stale in rollups::stale(engine).await? {
            older.retain(|(_, day)| i64::from(*day) != day_of(stale.hour));
        }
    }
    let first_month = day_of(keep.rollups_from).div_euclid(30);
    for table in BY_MONTH {
        let sql = format!(
            "SELECT DISTINCT toInt32(intDiv(hour - 17, 720)) AS month FROM {table} WHERE month < {first_month}"
        );
        let found: Vec<i32> = engine.all(&sql).await?;
        older.extend(found.iter().map(|month| (table, *month)));
    }
    let sql = format!(
        "SELECT DISTINCT toInt32(intDiv(day, 30)) AS month FROM days WHERE month < {first_month}"
    );
    let found: Vec<i32> = engine.all(&sql).await?;
    older.extend(found.iter().map(|month| ("days", *month)));
    Ok(older)
}

/// Drops the first of it.
pub async fn prune(engine: &Engine, keep: Keep) -> Result<(), Away> {
    let older = older(engine, keep).await?;
    let Some((table, partition)) = older.first() else {
        return Ok(());
    };
    let spread = engine.cluster().is_some() && *table == "reports";
    let table = local_name(table, spread);
    engine
        .run_on_each(&format!("ALTER TABLE {table} DROP PARTITION {partition}"))
        .await
}
