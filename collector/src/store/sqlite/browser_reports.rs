//! Counts of what browsers report by themselves.

use std::ops::Range;

use nhip_protocol::code::Code;
use rusqlite::{Connection, Transaction, params};

use crate::browser_reports::{Kind, Tally};
use crate::rollup::OTHER;

/// Different details of an hour of a portal; what comes beyond is [`OTHER`].
const MOST: i64 = 100;

/// In an hour that has its share of details already, a new one is [`OTHER`].
const ADD: &str = "INSERT INTO browser_reports
    SELECT ?1, ?2, ?3, iif(
        (SELECT count(*) FROM browser_reports WHERE portal = ?1 AND hour = ?2) < ?6
        OR EXISTS (SELECT 1 FROM browser_reports
            WHERE portal = ?1 AND hour = ?2 AND kind = ?3 AND detail = ?4), ?4, ?7), ?5
    WHERE true
    ON CONFLICT (portal, hour, kind, detail) DO UPDATE SET count = count + excluded.count";

pub fn add(transaction: &Transaction<'_>, tallies: &[Tally]) -> rusqlite::Result<()> {
    let mut add = transaction.prepare_cached(ADD)?;
    for tally in tallies {
        add.execute(params![
            tally.portal.as_str(),
            tally.hour,
            tally.kind.name(),
            tally.detail,
            tally.count.cast_signed(),
            MOST,
            OTHER,
        ])?;
    }
    Ok(())
}

/// Of all hours together, the most told first.
pub fn read(
    connection: &Connection,
    portal: &Code,
    hours: Range<i64>,
) -> rusqlite::Result<Vec<(Kind, String, u64)>> {
    let mut select = connection.prepare_cached(
        "SELECT kind, detail, sum(count) FROM browser_reports
         WHERE portal = ?1 AND hour >= ?2 AND hour < ?3
         GROUP BY kind, detail ORDER BY sum(count) DESC, kind, detail",
    )?;
    let rows = select.query_map(params![portal.as_str(), hours.start, hours.end], |row| {
        let kind: String = row.get(0)?;
        Ok((
            Kind::named(&kind),
            row.get(1)?,
            row.get::<_, i64>(2)?.unsigned_abs(),
        ))
    })?;
    // A kind of a newer collector is not known here.
    rows.filter_map(|row| match row {
        Ok((kind, detail, count)) => kind.map(|kind| Ok((kind, detail, count))),
        Err(error) => Some(Err(error)),
    })
    .collect()
}
