//! Hours that were rolled up, and those that have rows which are not in their rollup yet.

use std::ops::Range;

use nhip_protocol::code::Code;
use nhip_protocol::report::ViewId;
use rusqlite::{Connection, Transaction, params};

use super::{flags, parts};
use crate::clock::day_of;
use crate::first_seen::Dated;
use crate::store::{Day, KeptHour, RolledUp, Stale};

/// Of the bytes in `rollups` and `days`. Format 1, with named buckets and nothing packed, is read as well; a later
/// one is not known here.
pub const FORMAT: i64 = 2;

/// Replaces what was kept of these hours. The same bytes keep their revision.
pub fn keep(transaction: &Transaction<'_>, rolled: &[RolledUp]) -> rusqlite::Result<()> {
    let mut put = transaction.prepare_cached(
        "INSERT INTO rollups VALUES (?1, ?2, ?3, 1, ?4, ?5)
         ON CONFLICT (portal, hour) DO UPDATE SET
            revision = revision + 1, format = excluded.format,
            total = excluded.total, groups = excluded.groups
         WHERE total <> excluded.total OR groups <> excluded.groups",
    )?;
    // A day is what its hours are, or it is not there.
    let mut forget =
        transaction.prepare_cached("DELETE FROM days WHERE portal = ?1 AND day = ?2")?;
    let mut stale =
        transaction.prepare_cached("INSERT OR IGNORE INTO stale_days VALUES (?1, ?2)")?;
    let mut mark = transaction
        .prepare_cached("UPDATE hours SET rolled = ?3 WHERE hour = ?1 AND portal = ?2")?;
    for hour in rolled {
        let portal = hour.portal.as_str();
        if put.execute(params![portal, hour.hour, FORMAT, hour.total, hour.groups])? > 0 {
            let day = day_of(hour.hour);
            forget.execute(params![portal, day])?;
            stale.execute(params![day, portal])?;
        }
        mark.execute(params![hour.hour, portal, hour.rows.cast_signed()])?;
        if let Some(own) = &hour.own {
            parts::keep_own(transaction, portal, hour.hour, own)?;
        }
    }
    Ok(())
}

pub fn stale(connection: &Connection) -> rusqlite::Result<Vec<Stale>> {
    connection
        .prepare_cached(
            "SELECT portal, hour, rows, whole
             FROM hours JOIN (
                SELECT hour AS of, sum(rows) AS whole FROM hours
                WHERE hour IN (SELECT DISTINCT hour FROM hours WHERE rows <> rolled) GROUP BY hour
             ) ON of = hour
             WHERE rows <> rolled ORDER BY hour DESC, portal",
        )?
        .query_map([], |row| {
            Ok(Stale {
                portal: super::code(row, 0)?,
                hour: row.get(1)?,
                rows: row.get::<_, i64>(2)?.unsigned_abs(),
                rows_of_hour: row.get::<_, i64>(3)?.unsigned_abs(),
            })
        })?
        .collect()
}

pub fn read(
    connection: &Connection,
    portal: &str,
    hours: Range<i64>,
    with_groups: bool,
    each: &mut dyn FnMut(KeptHour<'_>),
) -> rusqlite::Result<()> {
    let column = if with_groups { "groups" } else { "total" };
    let mut select = connection.prepare_cached(&format!(
        "SELECT hour, revision, {column} FROM rollups
         WHERE portal = ?1 AND hour >= ?2 AND hour < ?3 AND format <= ?4 ORDER BY hour"
    ))?;
    let mut rows = select.query(params![portal, hours.start, hours.end, FORMAT])?;
    while let Some(row) = rows.next()? {
        let revision = row.get::<_, i64>(1)?.unsigned_abs();
        each(KeptHour {
            hour: row.get(0)?,
            revision,
            content: revision,
            bytes: row.get_ref(2)?.as_blob()?,
        });
    }
    Ok(())
}

pub fn portals(connection: &Connection) -> rusqlite::Result<Vec<(Code, Range<i64>)>> {
    connection
        .prepare_cached(
            "SELECT portal, min(hour), max(hour) + 1 FROM (
                SELECT portal, hour FROM rollups UNION ALL SELECT portal, hour FROM fed_outcomes
             ) GROUP BY portal",
        )?
        .query_map([], |row| {
            Ok((super::code(row, 0)?, row.get(1)?..row.get(2)?))
        })?
        .collect()
}

/// All of these hours that are kept, each with how many rows are in it; what has no rows any more has at least one.
pub fn whole(
    connection: &Connection,
    portal: &Code,
    hours: Range<i64>,
) -> rusqlite::Result<Vec<RolledUp>> {
    connection
        .prepare_cached(
            "SELECT hour, coalesce(rolled, 1), total, groups
             FROM rollups LEFT JOIN hours USING (hour, portal)
             WHERE portal = ?1 AND hour >= ?2 AND hour < ?3 AND format <= ?4 ORDER BY hour",
        )?
        .query_map(
            params![portal.as_str(), hours.start, hours.end, FORMAT],
            |row| {
                Ok(RolledUp {
                    portal: portal.clone(),
                    hour: row.get(0)?,
                    rows: row.get::<_, i64>(1)?.unsigned_abs(),
                    total: row.get(2)?,
                    groups: row.get(3)?,
                    own: None,
                })
            },
        )?
        .collect()
}

pub fn read_days(
    connection: &Connection,
    portal: &str,
    days: Range<i64>,
    with_groups: bool,
    each: &mut dyn FnMut(i64, &[u8]),
) -> rusqlite::Result<()> {
    let column = if with_groups { "groups" } else { "total" };
    let mut select = connection.prepare_cached(&format!(
        "SELECT day, {column} FROM days
         WHERE portal = ?1 AND day >= ?2 AND day < ?3 AND format <= ?4 ORDER BY day"
    ))?;
    let mut rows = select.query(params![portal, days.start, days.end, FORMAT])?;
    while let Some(row) = rows.next()? {
        each(row.get(0)?, row.get_ref(1)?.as_blob()?);
    }
    Ok(())
}

pub fn stale_days(connection: &Connection, before: i64) -> rusqlite::Result<Vec<(Code, i64)>> {
    connection
        .prepare_cached(
            "SELECT portal, day FROM stale_days WHERE day < ?1 ORDER BY day DESC, portal",
        )?
        .query_map([before], |row| Ok((super::code(row, 0)?, row.get(1)?)))?
        .collect()
}

pub fn keep_day(transaction: &Transaction<'_>, day: &Day) -> rusqlite::Result<()> {
    let portal = day.portal.as_str();
    transaction
        .prepare_cached("INSERT OR REPLACE INTO days VALUES (?1, ?2, ?3, ?4, ?5)")?
        .execute(params![portal, day.day, FORMAT, day.total, day.groups])?;
    transaction
        .prepare_cached("DELETE FROM stale_days WHERE day = ?1 AND portal = ?2")?
        .execute(params![day.day, portal])?;
    Ok(())
}

/// What is known of each view of these hours, the latest hour first, until `each` has enough.
pub fn views(
    connection: &Connection,
    hours: Range<i64>,
    each: &mut dyn FnMut(&str, ViewId, Dated) -> bool,
) -> rusqlite::Result<()> {
    let mut select = connection.prepare_cached(
        "SELECT portal, view, began, flags FROM reports WHERE id >= ?1 AND id < ?2 ORDER BY id DESC",
    )?;
    let mut rows = select.query([
        super::writer::first_id(hours.start),
        super::writer::first_id(hours.end),
    ])?;
    while let Some(row) = rows.next()? {
        let view: i64 = row.get(1)?;
        let dated = Dated {
            began: row.get(2)?,
            surplus: flags::surplus(row.get(3)?),
        };
        if !each(
            row.get_ref(0)?.as_str()?,
            ViewId(view.cast_unsigned()),
            dated,
        ) {
            break;
        }
    }
    Ok(())
}
