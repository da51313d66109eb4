//! Days, each with the sum of the hashes of the hours that it was made of: one that is not what its hours are is not
//! there.

use std::collections::{BTreeMap, HashMap};
use std::ops::Range;

use clickhouse::Row;
use nhip_protocol::code::Code;
use serde::{Deserialize, Serialize};

use super::engine::{Away, Engine};
use super::rollups::{column, hash, next};
use super::schema::OF_DAY;
use super::{between, hour_number};
use crate::clock::{UnixMs, day_of, hours_of};
use crate::roller::whole_day;
use crate::rollup;
use crate::store::sqlite::FORMAT;
use crate::store::{Day, RolledUp};

#[derive(Row, Serialize, Deserialize)]
struct Written {
    portal: String,
    day: i32,
    format: u8,
    made_of: u64,
    #[serde(with = "serde_bytes")]
    total: Vec<u8>,
    #[serde(with = "serde_bytes")]
    groups: Vec<u8>,
    version: u64,
}

pub async fn keep(engine: &Engine, now: UnixMs, day: Day) -> Result<(), Away> {
    let sql = format!(
        "SELECT max(version) FROM days WHERE portal = '{}' AND day = {}",
        day.portal, day.day
    );
    let before: Vec<u64> = engine.all(&sql).await?;
    let version = next(before.first().copied().unwrap_or(0), now);
    engine.insert("days", &[Written::of(day, version)]).await
}

/// Those that have all of `hours`, merged; of one portal, in their order.
pub fn of(hours: &[RolledUp]) -> Result<Vec<Day>, Away> {
    let mut days: BTreeMap<i64, (rollup::Hour, u64)> = BTreeMap::new();
    for rolled in hours {
        let hour = rollup::Hour::decode(&rolled.groups).map_err(|error| {
            Away::because(&format!("{} {}: {error}", rolled.portal, rolled.hour))
        })?;
        let (merged, made_of) = days.entry(day_of(rolled.hour)).or_default();
        merged.merge(&hour);
        *made_of = made_of.wrapping_add(hash(rolled));
    }
    let Some(portal) = hours.first().map(|hour| hour.portal.clone()) else {
        return Ok(Vec::new());
    };
    days.into_iter()
        .map(|(day, (merged, made_of))| {
            whole_day(portal.clone(), day, made_of, &merged)
                .map_err(|error| Away::because(&error.to_string()))
        })
        .collect()
}

/// One that is not what its hours are there is made again.
pub async fn copy(engine: &Engine, now: UnixMs, days: Vec<Day>) -> Result<(), Away> {
    let days: Vec<Written> = days
        .into_iter()
        .map(|day| Written::of(day, next(0, now)))
        .collect();
    engine.insert("days", &days).await
}

impl Written {
    fn of(day: Day, version: u64) -> Written {
        Written {
            portal: day.portal.to_string(),
            day: hour_number(day.day),
            format: FORMAT as u8,
            made_of: day.made_of,
            total: day.total,
            groups: day.groups,
            version,
        }
    }
}

#[derive(Row, Deserialize)]
struct Bytes {
    day: i32,
    format: u8,
    made_of: u64,
    #[serde(with = "serde_bytes")]
    bytes: Vec<u8>,
}

#[derive(Row, Deserialize)]
struct Sum {
    day: i32,
    made_of: u64,
}

/// Those that are what their hours are.
pub async fn read(
    engine: &Engine,
    portal: &Code,
    days: Range<i64>,
    with_groups: bool,
    each: &mut dyn FnMut(i64, &[u8]),
) -> Result<(), Away> {
    if days.is_empty() {
        return Ok(());
    }
    let hours = hours_of(days.start).start..hours_of(days.end).start;
    let of_hours = format!(
        "SELECT toInt32({OF_DAY}) AS day, sum(content) FROM (
            SELECT hour, argMax(hash, version) AS content FROM rollups WHERE portal = '{portal}' AND {}
            GROUP BY hour
         ) GROUP BY day",
        between("hour", &hours)
    );
    let mut sums = HashMap::new();
    engine
        .rows(&of_hours, |row: Sum| {
            sums.insert(row.day, row.made_of);
        })
        .await?;
    let sql = format!(
        "SELECT day, format, made_of, {} FROM days WHERE portal = '{portal}' AND {}
         ORDER BY day, version DESC LIMIT 1 BY day",
        column(with_groups),
        between("day", &days)
    );
    let row = |row: Bytes| {
        let is = sums.get(&row.day) == Some(&row.made_of);
        if is && i64::from(row.format) <= FORMAT {
            each(row.day.into(), &row.bytes);
        }
    };
    engine.rows(&sql, row).await
}

#[derive(Row, Deserialize)]
struct PortalDay {
    portal: String,
    day: i32,
}

/// Days before `before` that are not what their hours are, the latest first.
pub async fn stale(engine: &Engine, before: i64) -> Result<Vec<(Code, i64)>, Away> {
    let sql = format!(
        "SELECT portal, day FROM (
            SELECT portal, toInt32({OF_DAY}) AS day, sum(content) AS hours, toUInt64(0) AS made
            FROM (SELECT portal, hour, argMax(hash, version) AS content FROM rollups WHERE hour < {}
                  GROUP BY portal, hour)
            GROUP BY portal, day
            UNION ALL
            SELECT portal, day, toUInt64(0) AS hours, argMax(made_of, version) AS made FROM days
            GROUP BY portal, day
         ) GROUP BY portal, day HAVING sum(hours) <> sum(made) AND sum(hours) > 0
         ORDER BY day DESC, portal",
        hours_of(before).start
    );
    let found: Vec<PortalDay> = engine.all(&sql).await?;
    let days = found.into_iter();
    Ok(days
        .filter_map(|row| Some((row.portal.parse().ok()?, row.day.into())))
        .collect())
}
