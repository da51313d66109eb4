//! What another database had of a portal of what children sent. What is there already stays, but for this collector's own
//! parts: where children were faster, theirs was taken for all.

use std::collections::{BTreeMap, HashMap, HashSet};

use clickhouse::Row;
use nhip_protocol::code::Code;
use serde::Deserialize;

use super::engine::{Away, Engine};
use super::parts::{Written, arrived, known, number, span};
use super::rollups::next;
use super::{between, counts};
use crate::clock::UnixMs;
use crate::rollup::Hour;
use crate::store::sqlite::Counted;
use crate::store::{OutcomeCount, Part, RolledUp, WholePart};

/// The collector's own parts of `hours`, and those that were sent.
pub fn told_apart(hours: &[RolledUp], parts: Vec<WholePart>) -> (Vec<WholePart>, Vec<WholePart>) {
    let (mut own, sent): (Vec<_>, Vec<_>) =
        parts.into_iter().partition(|it| it.part.source.is_empty());
    let hours_of =
        |parts: &[WholePart]| -> HashSet<i64> { parts.iter().map(|it| it.part.hour).collect() };
    let (with_own, with_sent) = (hours_of(&own), hours_of(&sent));
    for rolled in hours {
        // Rolled up before the first part came.
        if with_sent.contains(&rolled.hour) && !with_own.contains(&rolled.hour) {
            let part = Part {
                portal: rolled.portal.clone(),
                hour: rolled.hour,
                source: String::new(),
                revision: 0,
                groups: rolled.groups.clone(),
            };
            own.push(WholePart { part, changes: 0 });
        }
    }
    (own, sent)
}

#[derive(Row, Deserialize)]
struct Own {
    hour: i32,
    changes: u64,
    #[serde(with = "serde_bytes")]
    groups: Vec<u8>,
}

/// Hours whose own part was another are rolled up again.
pub async fn own(
    engine: &Engine,
    portal: &Code,
    now: UnixMs,
    parts: Vec<WholePart>,
) -> Result<(), Away> {
    let sql = format!(
        "SELECT hour, changes, groups FROM parts WHERE {} AND source = '' AND portal = '{portal}'
         ORDER BY hour, changes DESC LIMIT 1 BY hour",
        between("hour", &span(parts.iter().map(|it| it.part.hour)))
    );
    let mut there: HashMap<i64, Own> = HashMap::new();
    let row = |row: Own| {
        there.insert(row.hour.into(), row);
    };
    engine.rows(&sql, row).await?;
    let (mut new, mut another) = (Vec::new(), Vec::new());
    for WholePart { part, changes } in parts {
        let changes = match there.get(&part.hour) {
            None => changes,
            Some(it) if views(&it.groups)? >= views(&part.groups)? => continue,
            Some(it) => {
                another.push(part.hour.to_string());
                next(it.changes, now)
            }
        };
        new.push(Written::of(part, changes));
    }
    engine.insert("parts", &new).await?;
    if another.is_empty() {
        return Ok(());
    }
    let stale = format!(
        "INSERT INTO rollups
         SELECT portal, hour, format, revision, toUInt64(0), hash, total, groups, version + 1 FROM rollups
         WHERE portal = '{portal}' AND hour IN ({}) ORDER BY hour, version DESC LIMIT 1 BY hour",
        another.join(", ")
    );
    engine.run(&stale).await
}

fn views(groups: &[u8]) -> Result<u64, Away> {
    let hour = Hour::decode(groups).map_err(|error| Away::because(&error.to_string()))?;
    Ok(hour.views())
}

pub async fn sent(engine: &Engine, portal: &Code, parts: Vec<WholePart>) -> Result<(), Away> {
    let mut by_source: BTreeMap<String, Vec<WholePart>> = BTreeMap::new();
    for it in parts {
        let source = it.part.source.clone();
        by_source.entry(source).or_default().push(it);
    }
    for (source, parts) in by_source {
        let hours = span(parts.iter().map(|it| it.part.hour));
        let known = known(engine, &source, Some(portal), &hours).await?;
        let is_new =
            |it: &WholePart| !known.contains_key(&(it.part.portal.to_string(), it.part.hour));
        let (new, arrived): (Vec<Written>, Vec<Counted>) = parts
            .into_iter()
            .filter(is_new)
            .map(|WholePart { part, changes }| {
                let arrived = arrived(&part.portal, part.hour, changes);
                (Written::of(part, changes), arrived)
            })
            .unzip();
        engine.insert("parts", &new).await?;
        counts::write(engine, number(&source), arrived.into_iter()).await?;
    }
    Ok(())
}

pub async fn outcomes(engine: &Engine, told: Vec<(String, OutcomeCount)>) -> Result<(), Away> {
    let mut by_source: BTreeMap<String, Vec<Counted>> = BTreeMap::new();
    for (source, count) in told {
        let counted = Counted::Outcome(count);
        by_source.entry(source).or_default().push(counted);
    }
    for (source, counted) in by_source {
        counts::write(engine, number(&source), counted.into_iter()).await?;
    }
    Ok(())
}
