//! What collectors counted. Each tells how much it was in all, so a sum is over the collectors' latest words.

use std::collections::{BTreeMap, HashMap};
use std::ops::Range;

use clickhouse::Row;
use nhip_protocol::code::Code;
use serde::{Deserialize, Serialize};

use super::engine::{Away, Engine};
use super::{between, hour_number, ledger};
use crate::browser_reports::Kind;
use crate::clock::{DAY_MS, UnixMs};
use crate::store::sqlite::Counted;
use crate::store::{Activity, OutcomeCount};

#[derive(Row, Serialize, Deserialize)]
struct Arrival {
    hour: i32,
    portal: String,
    collector: u64,
    rows: u64,
}

#[derive(Row, Serialize, Deserialize)]
struct Outcome {
    hour: i32,
    portal: String,
    outcome: String,
    collector: u64,
    count: u64,
}

#[derive(Row, Serialize, Deserialize)]
struct BrowserReport {
    portal: String,
    hour: i32,
    kind: String,
    detail: String,
    collector: u64,
    count: u64,
}

#[derive(Row, Serialize, Deserialize)]
struct Heard {
    portal: String,
    connected_since: i64,
    collector: u64,
    last_seen: i64,
}

/// Tells what `collector` counted.
pub async fn write(
    engine: &Engine,
    collector: u64,
    counted: impl Iterator<Item = Counted>,
) -> Result<(), Away> {
    let (mut arrivals, mut outcomes) = (Vec::new(), Vec::new());
    let (mut reports, mut heard, mut rows) = (Vec::new(), Vec::new(), Vec::new());
    for counted in counted {
        match counted {
            Counted::Arrived { portal, hour, rows } => arrivals.push(Arrival {
                hour: hour_number(hour),
                portal: portal.to_string(),
                collector,
                rows,
            }),
            Counted::Outcome(it) => outcomes.push(Outcome {
                hour: hour_number(it.hour),
                portal: it.portal.map_or(String::new(), |code| code.to_string()),
                outcome: it.outcome,
                collector,
                count: it.count,
            }),
            Counted::BrowserReport {
                portal,
                hour,
                kind,
                detail,
                count,
            } => reports.push(BrowserReport {
                portal,
                hour: hour_number(hour),
                kind,
                detail,
                collector,
                count,
            }),
            Counted::Row(entry) => rows.push(entry),
            Counted::Heard(portal, activity) => heard.push(Heard {
                portal: portal.to_string(),
                connected_since: activity.connected_since,
                collector,
                last_seen: activity.last_seen,
            }),
        }
    }
    ledger::write(engine, rows).await?;
    engine.insert("arrivals", &arrivals).await?;
    engine.insert("outcomes", &outcomes).await?;
    engine.insert("browser_reports", &reports).await?;
    engine.insert("activity", &heard).await
}

#[derive(Row, Deserialize)]
struct OutcomeSum {
    hour: i32,
    portal: String,
    outcome: String,
    count: u64,
}

pub async fn outcomes(engine: &Engine, hours: Range<i64>) -> Result<Vec<OutcomeCount>, Away> {
    let sql = format!(
        "SELECT hour, portal, outcome, sum(most) FROM (
            SELECT hour, portal, outcome, max(count) AS most FROM outcomes WHERE {}
            GROUP BY hour, portal, outcome, collector
         ) GROUP BY hour, portal, outcome ORDER BY hour, portal, outcome",
        between("hour", &hours)
    );
    let found: Vec<OutcomeSum> = engine.all(&sql).await?;
    let counts = found.into_iter().map(|row| OutcomeCount {
        hour: row.hour.into(),
        portal: row.portal.parse().ok(),
        outcome: row.outcome,
        count: row.count,
    });
    Ok(counts.collect())
}

#[derive(Row, Deserialize)]
struct ReportSum {
    kind: String,
    detail: String,
    count: u64,
}

/// Of all hours together, the most told first.
pub async fn browser_reports(
    engine: &Engine,
    portal: &Code,
    hours: Range<i64>,
) -> Result<Vec<(Kind, String, u64)>, Away> {
    let sql = format!(
        "SELECT kind, detail, sum(most) AS told FROM (
            SELECT kind, detail, max(count) AS most FROM browser_reports
            WHERE portal = '{portal}' AND {} GROUP BY hour, kind, detail, collector
         ) GROUP BY kind, detail ORDER BY told DESC, kind, detail",
        between("hour", &hours)
    );
    let found: Vec<ReportSum> = engine.all(&sql).await?;
    // A kind of a newer collector is not known here.
    let known = found
        .into_iter()
        .filter_map(|row| Some((Kind::named(&row.kind)?, row.detail, row.count)));
    Ok(known.collect())
}

#[derive(Row, Deserialize)]
struct Spell {
    portal: String,
    connected_since: i64,
    last_seen: i64,
}

/// Each collector tells the spells in which it heard a portal; those that lie within a day of another are one.
pub async fn activity(engine: &Engine) -> Result<HashMap<Code, Activity>, Away> {
    let spells: Vec<Spell> = engine
        .all(
            "SELECT portal, connected_since, max(last_seen) FROM activity
             GROUP BY portal, connected_since ORDER BY portal, connected_since",
        )
        .await?;
    let mut last: BTreeMap<String, Activity> = BTreeMap::new();
    for spell in spells {
        let (since, seen): (UnixMs, UnixMs) = (spell.connected_since, spell.last_seen);
        let fresh = Activity {
            connected_since: since,
            last_seen: seen,
        };
        let known = last.entry(spell.portal).or_insert(fresh);
        if since - known.last_seen > DAY_MS {
            *known = fresh;
        }
        known.last_seen = known.last_seen.max(seen);
    }
    let known = last.into_iter();
    Ok(known
        .filter_map(|(portal, activity)| Some((portal.parse().ok()?, activity)))
        .collect())
}
