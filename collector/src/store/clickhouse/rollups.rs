//! Hours that were rolled up. Of an hour that was rolled up several times the latest version counts, however many
//! are still there.

use std::collections::{BTreeSet, HashMap};
use std::ops::Range;

use clickhouse::Row;
use nhip_protocol::code::Code;
use serde::{Deserialize, Serialize};

use super::engine::{Away, Engine};
use super::{between, hour_number, parts, sketches};
use crate::clock::UnixMs;
use crate::digest;
use crate::store::sqlite::FORMAT;
use crate::store::{KeptHour, RolledUp, Stale};

#[derive(Row, Serialize, Deserialize)]
struct Hour {
    portal: String,
    hour: i32,
    format: u8,
    revision: u64,
    rows: u64,
    hash: u64,
    #[serde(with = "serde_bytes")]
    total: Vec<u8>,
    #[serde(with = "serde_bytes")]
    groups: Vec<u8>,
    version: u64,
}

#[derive(Row, Deserialize)]
struct Former {
    portal: String,
    hour: i32,
    revision: u64,
    rows: u64,
    hash: u64,
    version: u64,
}

/// Replaces what was kept of these hours. The same bytes keep their revision.
pub async fn keep(engine: &Engine, now: UnixMs, rolled: Vec<RolledUp>) -> Result<(), Away> {
    let former = former(engine, &rolled).await?;
    let (mut new, mut own) = (Vec::new(), Vec::new());
    for mut rolled in rolled {
        if let Some(groups) = rolled.own.take() {
            own.push((rolled.portal.to_string(), rolled.hour, groups));
        }
        let before = former.get(&(rolled.portal.to_string(), rolled.hour));
        let hash = hash(&rolled);
        let (revision, version) = match before {
            None => (1, 0),
            Some(it) if it.hash == hash && it.rows == rolled.rows => continue,
            Some(it) if it.hash == hash => (it.revision, it.version),
            Some(it) => (it.revision + 1, it.version),
        };
        new.push(Hour::of(rolled, hash, revision, next(version, now)));
    }
    parts::keep_own(engine, own, now.unsigned_abs()).await?;
    write(engine, &new).await
}

/// Adds those that are not there; how many those were.
pub async fn copy(engine: &Engine, now: UnixMs, rolled: Vec<RolledUp>) -> Result<usize, Away> {
    let former = former(engine, &rolled).await?;
    let is_new =
        |rolled: &RolledUp| !former.contains_key(&(rolled.portal.to_string(), rolled.hour));
    let new: Vec<Hour> = rolled
        .into_iter()
        .filter(is_new)
        .map(|rolled| {
            let hash = hash(&rolled);
            Hour::of(rolled, hash, 1, next(0, now))
        })
        .collect();
    write(engine, &new).await?;
    Ok(new.len())
}

async fn write(engine: &Engine, hours: &[Hour]) -> Result<(), Away> {
    let mut sketches = Vec::new();
    for hour in hours {
        let of = sketches::of(&hour.portal, hour.hour, &hour.total, hour.version);
        sketches.extend(of.map_err(|error| Away::because(&error.to_string()))?);
    }
    sketches::write(engine, &sketches).await?;
    // Last: whoever fails before is asked again.
    engine.insert("rollups", hours).await
}

impl Hour {
    fn of(rolled: RolledUp, hash: u64, revision: u64, version: u64) -> Hour {
        Hour {
            portal: rolled.portal.to_string(),
            hour: hour_number(rolled.hour),
            format: FORMAT as u8,
            revision,
            rows: rolled.rows,
            hash,
            total: rolled.total,
            groups: rolled.groups,
            version,
        }
    }
}

async fn former(
    engine: &Engine,
    rolled: &[RolledUp],
) -> Result<HashMap<(String, i64), Former>, Away> {
    let Some(hours) = span(rolled) else {
        return Ok(HashMap::new());
    };
    let sql = format!(
        "SELECT portal, hour, revision, rows, hash, version FROM rollups WHERE {}
         ORDER BY portal, hour, version DESC LIMIT 1 BY portal, hour",
        between("hour", &hours)
    );
    let mut former: HashMap<(String, i64), Former> = HashMap::new();
    let row = |row: Former| {
        former.insert((row.portal.clone(), row.hour.into()), row);
    };
    engine.rows(&sql, row).await?;
    Ok(former)
}

fn span(rolled: &[RolledUp]) -> Option<Range<i64>> {
    let first = rolled.iter().map(|rolled| rolled.hour).min()?;
    let last = rolled.iter().map(|rolled| rolled.hour).max()?;
    Some(first..last + 1)
}

/// Later than the one before, also where another collector's clock is ahead.
pub fn next(before: u64, now: UnixMs) -> u64 {
    now.unsigned_abs().max(before + 1)
}

/// Of what an hour says.
pub fn hash(rolled: &RolledUp) -> u64 {
    digest::number(&[&rolled.total, &rolled.groups])
}

#[derive(Row, Deserialize)]
struct Hours {
    portal: String,
    hour: i32,
    rows: u64,
}

#[derive(Row, Deserialize)]
struct Whole {
    hour: i32,
    rows: u64,
}

/// Hours with rows that are not in their rollup, the latest first.
pub async fn stale(engine: &Engine) -> Result<Vec<Stale>, Away> {
    let found: Vec<Hours> = engine
        .all(
            "SELECT portal, hour, sum(arrived) AS rows FROM (
                SELECT portal, hour, max(rows) AS arrived, toUInt64(0) AS rolled FROM arrivals
                GROUP BY portal, hour, collector
                UNION ALL
                SELECT portal, hour, toUInt64(0) AS arrived, argMax(rows, version) AS rolled FROM rollups
                WHERE hour >= (SELECT min(hour) FROM arrivals) GROUP BY portal, hour
             ) GROUP BY portal, hour HAVING rows <> sum(rolled) AND rows > 0
             ORDER BY hour DESC, portal",
        )
        .await?;
    if found.is_empty() {
        return Ok(Vec::new());
    }
    let hours: BTreeSet<i32> = found.iter().map(|row| row.hour).collect();
    let hours: Vec<String> = hours.iter().map(i32::to_string).collect();
    let sql = format!(
        "SELECT hour, sum(arrived) FROM (
            SELECT hour, max(rows) AS arrived FROM arrivals WHERE hour IN ({})
            GROUP BY portal, hour, collector
         ) GROUP BY hour",
        hours.join(", ")
    );
    let mut whole = HashMap::new();
    engine
        .rows(&sql, |row: Whole| {
            whole.insert(row.hour, row.rows);
        })
        .await?;
    let stale = found.into_iter().filter_map(|row| {
        Some(Stale {
            portal: row.portal.parse().ok()?,
            hour: row.hour.into(),
            rows: row.rows,
            rows_of_hour: whole.get(&row.hour).copied().unwrap_or(row.rows),
        })
    });
    Ok(stale.collect())
}

#[derive(Row, Deserialize)]
struct Bytes {
    hour: i32,
    format: u8,
    revision: u64,
    hash: u64,
    #[serde(with = "serde_bytes")]
    bytes: Vec<u8>,
}

pub async fn read(
    engine: &Engine,
    portal: &Code,
    hours: Range<i64>,
    with_groups: bool,
    each: &mut dyn FnMut(KeptHour<'_>),
) -> Result<(), Away> {
    let sql = format!(
        "SELECT hour, format, revision, hash, {} FROM rollups WHERE portal = '{portal}' AND {}
         ORDER BY hour, version DESC LIMIT 1 BY hour",
        column(with_groups),
        between("hour", &hours)
    );
    let row = |row: Bytes| {
        if i64::from(row.format) <= FORMAT {
            each(KeptHour {
                hour: row.hour.into(),
                revision: row.revision,
                content: row.hash,
                bytes: &row.bytes,
            });
        }
    };
    engine.rows(&sql, row).await
}

pub fn column(with_groups: bool) -> &'static str {
    if with_groups { "groups" } else { "total" }
}
