//! Brings rollups up to their rows.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;
use std::time::{Duration, Instant};

use nhip_protocol::code::Code;

use crate::app::App;
use crate::clock::{day_of, hour_of, hours_of};
use crate::rollup::{Hour, NotEncoded};
use crate::store::{Day, NotKept, RolledUp, Slice, Stale, Store, Unreadable};

mod kept;
mod parts;

/// Rows whose views are held at a time: an hour of a whole country takes more memory than there is.
const ROWS_HELD: u64 = 50_000;

/// Named in one question, at most.
const PORTALS_READ: usize = 1000;

/// How often hours that have got rows are rolled up.
const EVERY: Duration = Duration::from_secs(15);

/// Rolling up takes at most one part in so many of one core.
const SHARE: u32 = 5;

/// How often the running hour is rolled up; it always has new rows.
const RUNNING_EVERY: Duration = Duration::from_secs(60);

pub fn by_hour(stale: Vec<Stale>) -> BTreeMap<i64, Vec<Stale>> {
    let mut by_hour: BTreeMap<i64, Vec<Stale>> = BTreeMap::new();
    for stale in stale {
        by_hour.entry(stale.hour).or_default().push(stale);
    }
    by_hour
}

/// An hour from its raw rows, and how many those were.
#[derive(Debug, Default, PartialEq)]
pub struct Rolled {
    pub hour: Hour,
    rows: u64,
    /// Without what others sent, where they sent something.
    own: Option<Hour>,
}

/// An hour from its raw rows, of portals that are stale in it.
pub fn roll(
    store: &dyn Store,
    hour: i64,
    stale: &[Stale],
) -> Result<HashMap<Code, Rolled>, Unreadable> {
    let mut rolled: HashMap<Code, Rolled> = HashMap::new();
    for (portals, parts) in batches(stale) {
        for part in 0..parts {
            let slice = Slice {
                portals: Some(portals.clone()),
                parts,
                part,
            };
            let broken = store.last_snapshots(hour, &slice, &mut |view| {
                let portal = rolled.entry(view.last.portal.clone()).or_default();
                portal.hour.push(view);
                portal.rows += view.rows();
            })?;
            for (portal, rows) in broken {
                rolled.entry(portal).or_default().rows += rows;
            }
        }
        for portal in &portals {
            if let Some(rolled) = rolled.get_mut(portal) {
                rolled.hour.cap();
            }
        }
        parts::add(store, hour, &portals, &mut rolled)?;
    }
    Ok(rolled)
}

/// Small portals are read together, a large one in so many parts.
fn batches(stale: &[Stale]) -> Vec<(Vec<Code>, u32)> {
    let mut batches: Vec<(Vec<Code>, u64)> = Vec::new();
    for stale in stale {
        match batches.last_mut() {
            Some((portals, rows))
                if *rows + stale.rows <= ROWS_HELD && portals.len() < PORTALS_READ =>
            {
                portals.push(stale.portal.clone());
                *rows += stale.rows;
            }
            _ => batches.push((vec![stale.portal.clone()], stale.rows)),
        }
    }
    let parts = |rows: u64| u32::try_from(rows.div_ceil(ROWS_HELD).max(1)).unwrap_or(u32::MAX);
    let batches = batches.into_iter();
    batches
        .map(|(portals, rows)| (portals, parts(rows)))
        .collect()
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
        let pause = match catch_up(&app, with_running).await {
            Ok(()) => EVERY.max(started.elapsed() * (SHARE - 1)),
            Err(error) => {
                tracing::error!(%error, "hours could not be rolled up");
                // It waited for a database that is away, and worked for nobody.
                EVERY
            }
        };
        tokio::time::sleep(pause).await;
    }
}

/// Rolls up what has got rows since; the running hour only where that is asked for.
pub async fn catch_up(app: &App, with_running: bool) -> Result<(), Unreadable> {
    let running = hour_of(app.clock.now());
    let duty = app.store.duty();
    let mut stale = app.read(|store| store.stale()).await?;
    stale.retain(|stale| duty.has(&stale.portal));
    let mut by_hour = by_hour(stale);
    let mut failed = None;
    while let Some((hour, stale)) = by_hour.pop_last() {
        if hour >= running && !with_running {
            continue;
        }
        let rolled = app.read(move |store| keepable(store, hour, &stale)).await;
        let kept = match rolled {
            Ok(rolled) => app.store.keep_rollups(rolled).await,
            Err(error) => Err(NotKept::Disk(error.to_string())),
        };
        // One hour that cannot be read must not keep the others from being rolled up.
        if let Err(error) = kept {
            tracing::error!(hour, %error, "an hour could not be rolled up");
            failed.get_or_insert(error);
        }
    }
    merge_days(app, running).await?;
    match failed {
        Some(error) => Err(Unreadable(error.to_string())),
        None => Ok(()),
    }
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
        if !app.store.duty().has(&portal) || waiting.contains(&(portal.clone(), day)) {
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
    let mut made_of = 0_u64;
    store.rollups(&portal, hours_of(day), true, &mut |kept| {
        made_of = made_of.wrapping_add(kept.content);
        match Hour::decode(kept.bytes) {
            Ok(hour) => hours.merge(&hour),
            Err(error) => broken = Some(error),
        }
    })?;
    if let Some(error) = broken {
        return Err(Unreadable(format!("{portal}, day {day}: {error}")));
    }
    whole_day(portal, day, made_of, &hours).map_err(|error| Unreadable(error.to_string()))
}

/// A day as it is kept.
pub fn whole_day(portal: Code, day: i64, made_of: u64, hours: &Hour) -> Result<Day, NotEncoded> {
    Ok(Day {
        made_of,
        total: hours.total().encode()?,
        groups: hours.encode()?,
        portal,
        day,
    })
}

/// An hour as it is kept.
pub fn rolled_up(
    portal: Code,
    hour: i64,
    rows: u64,
    groups: &Hour,
) -> Result<RolledUp, NotEncoded> {
    Ok(RolledUp {
        portal,
        hour,
        rows,
        total: groups.total().encode()?,
        groups: groups.encode()?,
        own: None,
    })
}

fn keepable(store: &dyn Store, hour: i64, stale: &[Stale]) -> Result<Vec<RolledUp>, Unreadable> {
    let mut hours = roll(store, hour, stale)?;
    stale
        .iter()
        .map(|stale| {
            let rolled = hours.remove(&stale.portal).unwrap_or_default();
            // What came while they were read, or is not on the server that was asked yet, makes the hour stale again.
            let mut rows = stale.rows.min(rolled.rows);
            let mut hour_of = rolled.hour;
            let before = kept::views(store, &stale.portal, hour)?;
            if before > hour_of.views() {
                // What comes once the reports of an hour are gone cannot be added to it any more.
                tracing::error!(portal = %stale.portal, hour, "reports came when those of their hour were gone: they are not counted");
                hour_of = kept::groups(store, &stale.portal, hour)?.unwrap_or_default();
                if hour_of.views() < before {
                    return Err(Unreadable(format!(
                        "{}, hour {hour}: a server that is behind was asked",
                        stale.portal
                    )));
                }
                rows = stale.rows;
            }
            let keep = || {
                let kept = rolled_up(stale.portal.clone(), hour, rows, &hour_of)?;
                let own = rolled.own.as_ref().map(Hour::encode).transpose()?;
                Ok::<_, NotEncoded>(RolledUp { own, ..kept })
            };
            keep().map_err(|error| Unreadable(error.to_string()))
        })
        .collect()
}

#[cfg(test)]
#[path = "roller_tests.rs"]
pub mod tests;

#[cfg(test)]
#[path = "roller_day_tests.rs"]
mod day_tests;
