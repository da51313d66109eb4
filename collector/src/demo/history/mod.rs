//! `nhip demo --history 90d`: months of made-up readings of all agencies, so that the dashboard can be judged. In a
//! database of its own that says so: every page does, and no report is taken into it.

mod nature;
mod view;

use jiff::tz::TimeZone;
use nhip_protocol::refusal::Refusal;

use self::nature::Nature;
use crate::clock::{HOUR_MS, UnixMs, day_of, hour_of, hours_of};
use crate::portals::{Entry, Registry};
use crate::roller::{rolled_up, whole_day};
use crate::rollup::{Grouping, Hour, NotEncoded};
use crate::store::sqlite::{History, NotWritten};
use crate::store::{Activity, OriginSeen, StoredRow};

#[derive(Debug, thiserror::Error)]
pub enum CannotFill {
    #[error("history cannot be made up: {0}")]
    Json(#[from] serde_json::Error),
    #[error("history cannot be made up: {0}")]
    Refused(#[from] Refusal),
    #[error("history cannot be written: {0}")]
    NotEncoded(#[from] NotEncoded),
    #[error(transparent)]
    NotWritten(#[from] NotWritten),
}

/// Makes up what is missing of the `days` before `now`.
pub fn fill(
    mut history: History,
    registry: &Registry,
    days: u16,
    now: UnixMs,
    zone: &TimeZone,
) -> Result<(), CannotFill> {
    let end = hour_of(now);
    let start = end - i64::from(days) * 24;
    for entry in registry.of_today(now) {
        let Some(nature) = Nature::of(&entry.code) else {
            continue;
        };
        let end = end - nature.silent_for.unwrap_or(0) * 24;
        let known = history
            .last_hour(&entry.code)?
            .map_or(start, |hour| hour + 1);
        let known = known.max(start);
        if known >= end {
            continue;
        }
        tracing::info!(portal = %entry.code, hours = end - known, "history is made up");
        // Whole days: a day is what its hours are.
        for day in day_of(known)..=day_of(end - 1) {
            let hours = hours_of(day);
            let hours = hours.start.max(known)..hours.end.min(end);
            let mut rolled = Vec::new();
            let mut whole = Hour::default();
            for hour in hours.clone() {
                let made = made_up(entry, &nature, hour, end, zone)?;
                whole.merge(&made);
                rolled.push(rolled_up(entry.code.clone(), hour, 0, &made)?);
            }
            let is_whole = hours == hours_of(day);
            // A history is never half written: nobody asks what its days are made of.
            let day = is_whole.then(|| whole_day(entry.code.clone(), day, 0, &whole));
            let activity = Activity {
                connected_since: start * HOUR_MS,
                last_seen: hours.end * HOUR_MS - 1,
            };
            history.keep(&entry.code, &rolled, day.transpose()?.as_ref(), activity)?;
        }
    }
    Ok(())
}

/// An hour of a portal.
fn made_up(
    entry: &Entry,
    nature: &Nature,
    hour: i64,
    end: i64,
    zone: &TimeZone,
) -> Result<Hour, CannotFill> {
    let ago = (end - hour).div_euclid(24);
    let mut weather = nature.weather(hour, ago, zone);
    let blank = view::blank(&entry.code)?;
    let mut grouping = Grouping::default();
    for _ in 0..weather.views {
        let began = hour * HOUR_MS;
        grouping.push(StoredRow {
            received: began,
            began,
            origin: OriginSeen::Registered,
            surplus: false,
            report: view::view(&blank, nature, &mut weather)?,
        });
    }
    let mut made = Hour::default();
    for view in grouping.views() {
        made.push(view);
    }
    made.cap();
    Ok(made)
}
