//! What collectors that feed this cluster sent. A source counts as a collector whose rows are its changes.

use std::collections::HashMap;
use std::ops::Range;

use clickhouse::Row;
use nhip_protocol::code::Code;
use serde::{Deserialize, Serialize};

use super::engine::{Away, Engine};
use super::{between, counts, hour_number, one_of};
use crate::digest;
use crate::federation::content;
use crate::store::sqlite::Counted;
use crate::store::{FromChild, Had, KeptPart, Part};

#[derive(Row, Serialize, Deserialize)]
pub struct Written {
    portal: String,
    hour: i32,
    source: String,
    revision: u64,
    content: String,
    changes: u64,
    #[serde(with = "serde_bytes")]
    groups: Vec<u8>,
}

#[derive(Row, Deserialize)]
pub struct Known {
    portal: String,
    hour: i32,
    revision: u64,
    content: String,
    changes: u64,
}

/// Of a source in `hours`.
pub async fn known(
    engine: &Engine,
    source: &str,
    portal: Option<&Code>,
    hours: &Range<i64>,
) -> Result<HashMap<(String, i64), Known>, Away> {
    let sql = format!(
        "SELECT portal, hour, revision, content, changes FROM parts
         WHERE {} AND hex(source) = '{}' AND {} ORDER BY portal, hour, changes DESC LIMIT 1 BY portal, hour",
        between("hour", hours),
        hex(source),
        portal.map_or("1".to_owned(), |portal| format!("portal = '{portal}'")),
    );
    let mut known = HashMap::new();
    let row = |row: Known| {
        known.insert((row.portal.clone(), row.hour.into()), row);
    };
    engine.rows(&sql, row).await?;
    Ok(known)
}

/// A name is somebody else's words.
fn hex(source: &str) -> String {
    source.bytes().map(|byte| format!("{byte:02X}")).collect()
}

/// No collector has this number but by a chance of 1 in 10¹⁹.
pub fn number(source: &str) -> u64 {
    digest::number(&[source.as_bytes()])
}

/// The parts first: who reads that they arrived finds them.
pub async fn keep(engine: &Engine, fed: FromChild) -> Result<(), Away> {
    let hours = span(fed.parts.iter().map(|part| part.hour));
    let known = known(engine, &fed.source, None, &hours).await?;
    let (mut new, mut counted) = (Vec::new(), Vec::new());
    for part in fed.parts {
        let content = content(&part.groups);
        let before = known.get(&(part.portal.to_string(), part.hour));
        // What comes twice, or too late, changes nothing.
        if before.is_some_and(|it| it.revision >= part.revision || it.content == content) {
            // It may be that nobody was told that it arrived.
            counted.extend(before.map(|it| arrived(&part.portal, part.hour, it.changes)));
            continue;
        }
        let changes = before.map_or(0, |it| it.changes) + 1;
        counted.push(arrived(&part.portal, part.hour, changes));
        new.push(Written::of(part, changes));
    }
    engine.insert("parts", &new).await?;
    counted.extend(fed.outcomes.into_iter().map(Counted::Outcome));
    let heard = fed.heard.into_iter();
    counted.extend(heard.map(|(portal, activity)| Counted::Heard(portal, activity)));
    counts::write(engine, number(&fed.source), counted.into_iter()).await
}

pub fn arrived(portal: &Code, hour: i64, rows: u64) -> Counted {
    Counted::Arrived {
        portal: portal.clone(),
        hour,
        rows,
    }
}

pub fn span(hours: impl Iterator<Item = i64> + Clone) -> Range<i64> {
    hours.clone().min().unwrap_or(0)..hours.max().map_or(0, |hour| hour + 1)
}

impl Written {
    pub fn of(part: Part, changes: u64) -> Written {
        Written {
            portal: part.portal.to_string(),
            hour: hour_number(part.hour),
            content: content(&part.groups),
            source: part.source,
            revision: part.revision,
            changes,
            groups: part.groups,
        }
    }
}

/// This cluster's own part, for when its reports are gone.
pub async fn keep_own(
    engine: &Engine,
    own: Vec<(String, i64, Vec<u8>)>,
    version: u64,
) -> Result<(), Away> {
    let rows: Vec<Written> = own
        .into_iter()
        .map(|(portal, hour, groups)| Written {
            portal,
            hour: hour_number(hour),
            source: String::new(),
            revision: 0,
            content: String::new(),
            changes: version,
            groups,
        })
        .collect();
    engine.insert("parts", &rows).await
}

#[derive(Row, Deserialize)]
struct Bytes {
    portal: String,
    source: String,
    changes: u64,
    #[serde(with = "serde_bytes")]
    groups: Vec<u8>,
}

pub async fn of_hour(
    engine: &Engine,
    hour: i64,
    portals: &[Code],
    each: &mut dyn FnMut(KeptPart<'_>),
) -> Result<(), Away> {
    let sql = format!(
        "SELECT portal, source, changes, groups FROM parts WHERE {} AND {}
         ORDER BY portal, source, changes DESC LIMIT 1 BY portal, source",
        between("hour", &(hour..hour + 1)),
        one_of(portals),
    );
    let row = |row: Bytes| {
        if let Ok(portal) = row.portal.parse() {
            each(KeptPart {
                portal,
                source: &row.source,
                // Of its own, the version.
                changes: if row.source.is_empty() {
                    0
                } else {
                    row.changes
                },
                groups: &row.groups,
            });
        }
    };
    engine.rows(&sql, row).await
}

pub async fn had(engine: &Engine, source: &str, hours: Range<i64>) -> Result<Vec<Had>, Away> {
    let known = known(engine, source, None, &hours).await?.into_values();
    let had = known.filter_map(|row| {
        Some(Had {
            portal: row.portal.parse().ok()?,
            hour: row.hour.into(),
            revision: row.revision,
            content: row.content,
        })
    });
    Ok(had.collect())
}
