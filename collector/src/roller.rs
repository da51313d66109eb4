//! Brings rollups up to their rows, and answers questions from both: what is kept of an hour, and the
//! raw rows of the hours that have got more since.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::ops::Range;
use std::sync::Arc;
use std::time::{Duration, Instant};

use nhip_protocol::code::Code;

use crate::app::App;
use crate::clock::{day_of, hour_of, hours_of, whole_days};
use crate::rollup::{Filter, Grouping, Hour, NotEncoded, Total};
use crate::store::{Day, RolledUp, Slice, Stale, Store, Unreadable};

/// Rows whose views are held at a time: an hour of a whole country takes more memory than there is.
const ROWS_HELD: u64 = 50_000;

/// Rows that a question reads itself so that its answer is up to the moment. Where more are new, it is as
/// old as the last rollup, a minute or a few.
const ROWS_ASKED: u64 = 20_000;

/// How often hours that have got rows are rolled up.
const EVERY: Duration = Duration::from_secs(15);

/// Rolling up takes at most one part in so many of one core.
const SHARE: u32 = 5;

/// How often the running hour is rolled up; it always has new rows.
const RUNNING_EVERY: Duration = Duration::from_secs(60);

/// What was read of some portals in some hours.
pub type Totals = HashMap<Code, Total>;

/// The views of `portals` that began in `hours` and pass `filter`.
///
/// # Errors
///
/// [`Unreadable`]: the store, or what it kept of an hour.
pub fn totals(
    store: &dyn Store,
    portals: &[Code],
    hours: &Range<i64>,
    filter: &Filter,
) -> Result<Totals, Unreadable> {
    let only = match portals {
        [one] => Some(one),
        _ => None,
    };
    let mut new = new_hours(store.stale()?, only, hours);
    let mut fresh: HashMap<i64, HashMap<Code, Hour>> = HashMap::new();
    let mut allowed = ROWS_ASKED;
    // The latest hours first.
    while let Some((hour, stale)) = new.pop_last() {
        let rows = stale.first().map_or(0, |stale| stale.rows_of_hour);
        if rows > allowed {
            continue;
        }
        allowed -= rows;
        let mut rolled = roll(store, hour, only, rows)?;
        // The others' rollups have all their rows, and their raw rows may be gone.
        rolled.retain(|portal, _| stale.iter().any(|stale| stale.portal == *portal));
        fresh.insert(hour, rolled);
    }
    let mut totals = Totals::new();
    for portal in portals {
        let mut total = Total::default();
        let is_fresh = |hour: i64| {
            let of_hour = fresh.get(&hour);
            of_hour.is_some_and(|portals| portals.contains_key(portal))
        };
        kept(store, portal, hours, filter, is_fresh, &mut total)?;
        totals.insert(portal.clone(), total);
    }
    for (portal, hour) in fresh.values().flatten() {
        if let Some(total) = totals.get_mut(portal) {
            total.merge(&hour.filtered(filter));
        }
    }
    Ok(totals)
}

/// Adds what was kept of `hours` but for those that are fresh: of whole days, and of the hours around and between
/// them.
fn kept(
    store: &dyn Store,
    portal: &Code,
    hours: &Range<i64>,
    filter: &Filter,
    is_fresh: impl Fn(i64) -> bool,
    total: &mut Total,
) -> Result<(), Unreadable> {
    let with_groups = !filter.is_empty();
    let mut broken = None;
    let mut add = |of: &str, at: i64, bytes: &[u8]| {
        let read = match with_groups {
            false => Total::decode(bytes),
            true => Hour::decode(bytes).map(|hour| hour.filtered(filter)),
        };
        match read {
            Ok(read) => total.merge(&read),
            Err(error) => broken = Some(format!("{portal}, {of} {at}: {error}")),
        }
    };
    let mut days = Vec::new();
    store.days(portal, whole_days(hours), with_groups, &mut |day, bytes| {
        if !hours_of(day).any(&is_fresh) {
            add("day", day, bytes);
            days.push(day);
        }
    })?;
    let mut from = hours.start;
    let gaps = days.into_iter().map(|day| {
        let day = hours_of(day);
        std::mem::replace(&mut from, day.end)..day.start
    });
    let gaps: Vec<Range<i64>> = gaps.collect();
    for gap in gaps.into_iter().chain(std::iter::once(from..hours.end)) {
        if gap.is_empty() {
            continue;
        }
        store.rollups(portal, gap, with_groups, &mut |kept| {
            if !is_fresh(kept.hour) {
                add("hour", kept.hour, kept.bytes);
            }
        })?;
    }
    match broken {
        Some(broken) => Err(Unreadable(broken)),
        None => Ok(()),
    }
}

/// By hour.
fn new_hours(
    stale: Vec<Stale>,
    only: Option<&Code>,
    hours: &Range<i64>,
) -> BTreeMap<i64, Vec<Stale>> {
    let mut by_hour: BTreeMap<i64, Vec<Stale>> = BTreeMap::new();
    for stale in stale {
        if hours.contains(&stale.hour) && only.is_none_or(|only| *only == stale.portal) {
            by_hour.entry(stale.hour).or_default().push(stale);
        }
    }
    by_hour
}

/// An hour from its raw rows, by portal.
fn roll(
    store: &dyn Store,
    hour: i64,
    only: Option<&Code>,
    rows: u64,
) -> Result<HashMap<Code, Hour>, Unreadable> {
    let mut rolled = HashMap::new();
    let parts = u32::try_from(rows.div_ceil(ROWS_HELD).max(1)).unwrap_or(u32::MAX);
    for part in 0..parts {
        let slice = Slice {
            portal: only.cloned(),
            parts,
            part,
        };
        let mut grouping = Grouping::default();
        store.scan(hour..hour + 1, &slice, &mut |row| grouping.push(row))?;
        grouping.add_to(&mut rolled);
    }
    rolled.values_mut().for_each(Hour::cap);
    Ok(rolled)
}

/// Rolls up every hour that has got rows, until it is dropped.
pub async fn run(app: Arc<App>) {
    let mut running = Instant::now();
    loop {
        let started = Instant::now();
        let with_running = running.elapsed() >= RUNNING_EVERY;
        if with_running {
            running = started;
        }
        if let Err(error) = catch_up(&app, with_running).await {
            tracing::error!(%error, "hours could not be rolled up");
        }
        tokio::time::sleep(EVERY.max(started.elapsed() * (SHARE - 1))).await;
    }
}

/// Rolls up what has got rows since; the running hour only where that is asked for.
pub async fn catch_up(app: &App, with_running: bool) -> Result<(), Unreadable> {
    let running = hour_of(app.clock.now());
    let stale = app.read(|store| store.stale()).await?;
    let mut by_hour = new_hours(stale, None, &(i64::MIN..i64::MAX));
    while let Some((hour, stale)) = by_hour.pop_last() {
        if hour >= running && !with_running {
            continue;
        }
        let rolled = app.read(move |store| keepable(store, hour, &stale)).await?;
        if let Err(error) = app.store.keep_rollups(rolled).await {
            return Err(Unreadable(error.to_string()));
        }
    }
    merge_days(app, running).await
}

/// Makes days of hours, once all of a day's are over and rolled up.
async fn merge_days(app: &App, running: i64) -> Result<(), Unreadable> {
    let today = day_of(running);
    let (stale, days) = app
        .read(move |store| Ok((store.stale()?, store.stale_days(today)?)))
        .await?;
    let waiting: HashSet<(Code, i64)> = stale
        .into_iter()
        .map(|stale| (stale.portal, day_of(stale.hour)))
        .collect();
    for (portal, day) in days {
        if waiting.contains(&(portal.clone(), day)) {
            continue;
        }
        let merged = app.read(move |store| merged(store, portal, day)).await?;
        if let Err(error) = app.store.keep_day(merged).await {
            return Err(Unreadable(error.to_string()));
        }
    }
    Ok(())
}

fn merged(store: &dyn Store, portal: Code, day: i64) -> Result<Day, Unreadable> {
    let (mut hours, mut broken) = (Hour::default(), None);
    store.rollups(
        &portal,
        hours_of(day),
        true,
        &mut |kept| match Hour::decode(kept.bytes) {
            Ok(hour) => hours.merge(&hour),
            Err(error) => broken = Some(error),
        },
    )?;
    if let Some(error) = broken {
        return Err(Unreadable(format!("{portal}, day {day}: {error}")));
    }
    let encoded = |error: NotEncoded| Unreadable(error.to_string());
    Ok(Day {
        total: hours.total().encode().map_err(encoded)?,
        groups: hours.encode().map_err(encoded)?,
        portal,
        day,
    })
}

fn keepable(store: &dyn Store, hour: i64, stale: &[Stale]) -> Result<Vec<RolledUp>, Unreadable> {
    let only = match stale {
        [one] => Some(&one.portal),
        _ => None,
    };
    let rows = stale.first().map_or(0, |stale| stale.rows_of_hour);
    let mut hours = roll(store, hour, only, rows)?;
    let encoded = |error: NotEncoded| Unreadable(error.to_string());
    stale
        .iter()
        .map(|stale| {
            let rolled = hours.remove(&stale.portal).unwrap_or_default();
            Ok(RolledUp {
                portal: stale.portal.clone(),
                hour,
                // What came while they were read makes the hour stale again.
                rows: stale.rows,
                total: rolled.total().encode().map_err(encoded)?,
                groups: rolled.encode().map_err(encoded)?,
            })
        })
        .collect()
}

#[cfg(test)]
#[path = "roller_tests.rs"]
pub mod tests;

#[cfg(test)]
#[path = "roller_day_tests.rs"]
mod day_tests;
