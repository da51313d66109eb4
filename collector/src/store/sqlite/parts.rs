//! What collectors that feed this one sent.

use std::ops::Range;

use nhip_protocol::code::Code;
use rusqlite::{Connection, Transaction, params};

use super::json;
use crate::clock::DAY_MS;
use crate::federation::content;
use crate::store::{FromChild, Had, KeptPart, OutcomeCount, Part, WholePart};

/// Of this collector's own reports.
const OWN: &str = "";

pub fn keep(transaction: &Transaction<'_>, fed: &FromChild) -> rusqlite::Result<()> {
    // What comes twice, or too late, changes nothing.
    let mut put = transaction.prepare_cached(
        "INSERT INTO parts VALUES (?1, ?2, ?3, ?4, ?5, 1, ?6)
         ON CONFLICT (hour, portal, source) DO UPDATE SET
            revision = excluded.revision, content = excluded.content, groups = excluded.groups,
            changes = changes + 1
         WHERE excluded.revision > revision AND excluded.content <> content",
    )?;
    let mut stale = transaction.prepare_cached(
        "INSERT INTO hours VALUES (?1, ?2, 1, 0)
         ON CONFLICT (hour, portal) DO UPDATE SET rows = rows + 1",
    )?;
    for part in &fed.parts {
        let portal = part.portal.as_str();
        let put = put.execute(params![
            portal,
            part.hour,
            part.source,
            part.revision.cast_signed(),
            content(&part.groups),
            part.groups,
        ])?;
        if put > 0 {
            stale.execute(params![part.hour, portal])?;
        }
    }
    let mut hear = transaction.prepare_cached(
        "INSERT INTO activity VALUES (?1, ?2, ?3) ON CONFLICT (portal) DO UPDATE SET
            connected_since = CASE
                WHEN excluded.connected_since - last_seen > ?4 THEN excluded.connected_since
                WHEN connected_since - excluded.last_seen > ?4 THEN connected_since
                ELSE min(connected_since, excluded.connected_since) END,
            last_seen = max(last_seen, excluded.last_seen)",
    )?;
    for (portal, heard) in &fed.heard {
        hear.execute(params![
            portal.as_str(),
            heard.connected_since,
            heard.last_seen,
            DAY_MS
        ])?;
    }
    let mut count = transaction.prepare_cached(
        "INSERT INTO fed_outcomes VALUES (?1, ?2, ?3, ?4, ?5)
         ON CONFLICT (hour, portal, outcome, source) DO UPDATE SET count = max(count, excluded.count)",
    )?;
    for it in &fed.outcomes {
        let portal = it.portal.as_ref().map_or("", |code| code.as_str());
        let all = it.count.cast_signed();
        count.execute(params![it.hour, portal, it.outcome, fed.source, all])?;
    }
    Ok(())
}

/// This collector's own part, for when its reports are gone.
pub fn keep_own(
    transaction: &Transaction<'_>,
    portal: &str,
    hour: i64,
    groups: &[u8],
) -> rusqlite::Result<usize> {
    transaction
        .prepare_cached("INSERT OR REPLACE INTO parts VALUES (?1, ?2, ?3, 0, '', 0, ?4)")?
        .execute(params![portal, hour, OWN, groups])
}

pub fn of_hour(
    connection: &Connection,
    hour: i64,
    portals: &[Code],
    each: &mut dyn FnMut(KeptPart<'_>),
) -> rusqlite::Result<()> {
    let mut select = connection.prepare_cached(
        "SELECT portal, source, changes, groups FROM parts
         WHERE hour = ?1 AND portal IN (SELECT value FROM json_each(?2)) ORDER BY portal, source",
    )?;
    let mut rows = select.query(params![hour, json(portals)])?;
    while let Some(row) = rows.next()? {
        each(KeptPart {
            portal: super::code(row, 0)?,
            source: row.get_ref(1)?.as_str()?,
            changes: row.get::<_, i64>(2)?.unsigned_abs(),
            groups: row.get_ref(3)?.as_blob()?,
        });
    }
    Ok(())
}

/// Those of a portal's `hours`, to be kept elsewhere.
pub fn whole(
    connection: &Connection,
    portal: &Code,
    hours: &Range<i64>,
) -> rusqlite::Result<Vec<WholePart>> {
    connection
        .prepare_cached(
            "SELECT hour, source, revision, groups, changes FROM parts
             WHERE hour >= ?1 AND hour < ?2 AND portal = ?3",
        )?
        .query_map(params![hours.start, hours.end, portal.as_str()], |row| {
            let part = Part {
                portal: portal.clone(),
                hour: row.get(0)?,
                source: row.get(1)?,
                revision: row.get::<_, i64>(2)?.unsigned_abs(),
                groups: row.get(3)?,
            };
            let changes = row.get::<_, i64>(4)?.unsigned_abs();
            Ok(WholePart { part, changes })
        })?
        .collect()
}

/// What each source told of its reports.
pub fn outcomes(
    connection: &Connection,
    portal: &Code,
    hours: &Range<i64>,
) -> rusqlite::Result<Vec<(String, OutcomeCount)>> {
    connection
        .prepare_cached(
            "SELECT source, hour, outcome, count FROM fed_outcomes
             WHERE hour >= ?1 AND hour < ?2 AND portal = ?3",
        )?
        .query_map(params![hours.start, hours.end, portal.as_str()], |row| {
            let count = OutcomeCount {
                hour: row.get(1)?,
                portal: Some(portal.clone()),
                outcome: row.get(2)?,
                count: row.get::<_, i64>(3)?.unsigned_abs(),
            };
            Ok((row.get(0)?, count))
        })?
        .collect()
}

pub fn had(connection: &Connection, source: &str, hours: Range<i64>) -> rusqlite::Result<Vec<Had>> {
    connection
        .prepare_cached(
            "SELECT portal, hour, revision, content FROM parts
             WHERE hour >= ?1 AND hour < ?2 AND source = ?3",
        )?
        .query_map(params![hours.start, hours.end, source], |row| {
            Ok(Had {
                portal: super::code(row, 0)?,
                hour: row.get(1)?,
                revision: row.get::<_, i64>(2)?.unsigned_abs(),
                content: row.get(3)?,
            })
        })?
        .collect()
}
