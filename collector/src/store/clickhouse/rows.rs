//! Reports in the cluster: written in the order in which they waited, read by the hour. What was written twice, because
//! nobody could say whether it was written, has the same collector and id, and is one.

use std::ops::Range;

use clickhouse::Row;
use nhip_protocol::code::Code;
use nhip_protocol::report::{Report, ViewId};
use serde::{Deserialize, Serialize};

use super::engine::{Away, Engine};
use super::{between, hour_number, one_of};
use crate::first_seen::Dated;
use crate::rollup::{LATE_AFTER_MS, View};
use crate::store::sqlite::{Waiting, flags};
use crate::store::{Broken, Slice, StoredRow};

#[derive(Row, Serialize, Deserialize)]
struct Written {
    hour: i32,
    portal: String,
    view: u64,
    seq: u32,
    received: i64,
    began: i64,
    flags: u8,
    report: String,
    collector: u64,
    id: i64,
}

pub async fn write(engine: &Engine, collector: u64, waiting: &[Waiting]) -> Result<(), Away> {
    let rows: Vec<Written> = waiting
        .iter()
        .map(|row| Written {
            hour: hour_number(row.hour()),
            portal: row.portal.clone(),
            view: row.view,
            seq: row.seq,
            received: row.received,
            began: row.began,
            flags: row.flags,
            report: row.report.clone(),
            collector,
            id: row.id,
        })
        .collect();
    engine.insert("reports", &rows).await
}

/// Hour after hour, in each in the order of receipt.
pub async fn scan(
    engine: &Engine,
    hours: Range<i64>,
    slice: &Slice,
    each: &mut dyn FnMut(StoredRow),
) -> Result<Broken, Away> {
    let mut broken = Broken::new();
    let mut before = (0, 0);
    let sql = format!(
        "SELECT hour, portal, view, seq, received, began, flags, report, collector, id FROM reports
         WHERE {} AND {} ORDER BY hour, received, collector, id",
        between("hour", &hours),
        of(slice),
    );
    let row = |row: Written| {
        let name = (row.collector, row.id);
        if std::mem::replace(&mut before, name) == name {
            return;
        }
        match read(&row.report, &row.portal, &mut broken) {
            None => {}
            Some(report) => each(StoredRow {
                received: row.received,
                began: row.began,
                origin: flags::origin(row.flags.into()),
                surplus: flags::surplus(row.flags.into()),
                report,
            }),
        }
    };
    engine.rows(&sql, row).await?;
    Ok(broken)
}

#[derive(Row, Deserialize)]
struct Latest {
    portal: String,
    late: u8,
    null_origin: u8,
    surplus: u8,
    rows: u64,
    seqs: u64,
    report: String,
}

/// Of each view the snapshot with the highest sequence number; of several with one number the first.
pub async fn last_snapshots(
    engine: &Engine,
    hour: i64,
    slice: &Slice,
    each: &mut dyn FnMut(&View),
) -> Result<Broken, Away> {
    let mut broken = Broken::new();
    let sql = format!(
        "SELECT portal, max(received - began > {LATE_AFTER_MS}), max(bitAnd(flags, {}) <> 0),
            max(bitAnd(flags, {}) <> 0), uniqExact(collector, id), uniqExact(seq),
            argMax(report, (seq, -received, -id))
         FROM reports WHERE {} AND {} GROUP BY portal, view",
        flags::ORIGIN_NULL,
        flags::SURPLUS,
        between("hour", &(hour..hour + 1)),
        of(slice),
    );
    let row = |row: Latest| {
        let Some(last) = read(&row.report, &row.portal, &mut broken) else {
            return;
        };
        each(&View {
            late: row.late != 0,
            null_origin: row.null_origin != 0,
            surplus: row.surplus != 0,
            duplicate: row.rows - row.seqs,
            superseded: row.seqs - 1,
            last,
        });
    };
    engine.rows(&sql, row).await?;
    Ok(broken)
}

#[derive(Row, Deserialize)]
struct Known {
    portal: String,
    view: u64,
    began: i64,
    surplus: u8,
}

/// What is known of each view that began in `hour`, until `each` has enough.
pub async fn dated(
    engine: &Engine,
    hour: i64,
    each: &mut dyn FnMut(&str, ViewId, Dated) -> bool,
) -> Result<bool, Away> {
    let sql = format!(
        "SELECT portal, view, argMin(began, received), max(bitAnd(flags, {}) <> 0) FROM reports
         WHERE {} GROUP BY portal, view",
        flags::SURPLUS,
        between("hour", &(hour..hour + 1)),
    );
    let mut wanted = true;
    let row = |row: Known| {
        let dated = Dated {
            began: row.began,
            surplus: row.surplus != 0,
        };
        wanted = wanted && each(&row.portal, ViewId(row.view), dated);
    };
    engine.rows(&sql, row).await?;
    Ok(wanted)
}

/// A part is a range of views, which are random: so their order finds it, and nobody reads the others.
fn of(slice: &Slice) -> String {
    let portals = match &slice.portals {
        Some(portals) => one_of(portals),
        None => "1".to_owned(),
    };
    let first = |part: u32| (u128::from(part) << 64) / u128::from(slice.parts.max(1));
    match slice.parts {
        0 | 1 => portals,
        _ => format!(
            "{portals} AND view >= {} AND view <= {}",
            first(slice.part),
            first(slice.part + 1) - 1
        ),
    }
}

/// A report that was valid when it was written: worth a look, not a stop.
fn read(report: &str, portal: &str, broken: &mut Broken) -> Option<Report> {
    match serde_json::from_str(report) {
        Ok(report) => Some(report),
        Err(error) => {
            tracing::error!(portal, %error, "a stored report cannot be read");
            if let Ok(portal) = portal.parse::<Code>() {
                *broken.entry(portal).or_default() += 1;
            }
            None
        }
    }
}
