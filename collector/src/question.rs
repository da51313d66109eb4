//! Answers questions from rollups and rows: what is kept of an hour or a day, and the raw rows of the hours that
//! have got more since.

use std::collections::{HashMap, HashSet};
use std::ops::Range;

use nhip_protocol::code::Code;
use rayon::prelude::*;

use crate::clock::{hours_of, whole_days};
use crate::roller::{Rolled, by_hour, roll};
use crate::rollup::{Filter, Hour, Total, Undecodable};
use crate::store::{Store, Unreadable};

/// Rows that a question reads itself so that its answer is up to the moment. Where more are new, it is as
/// old as the last rollup, a minute or a few.
const ROWS_ASKED: u64 = 20_000;

/// What was read of some portals in some hours.
pub type Totals = HashMap<Code, Total>;

/// Hours that have got rows since they were rolled up, made from them.
type Fresh = HashMap<i64, HashMap<Code, Rolled>>;

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
    let fresh = fresh(store, portals, hours)?;
    // One thread a core for all questions together: what is asked at once takes turns.
    let read = |portal: &Code| {
        let total = total(store, portal, hours, filter, &fresh)?;
        Ok((portal.clone(), total))
    };
    portals.par_iter().map(read).collect()
}

fn total(
    store: &dyn Store,
    portal: &Code,
    hours: &Range<i64>,
    filter: &Filter,
    fresh: &Fresh,
) -> Result<Total, Unreadable> {
    let mut total = Total::default();
    let with_groups = !filter.is_empty();
    kept(store, portal, hours, with_groups, fresh, &mut |bytes| {
        total.merge(&match with_groups {
            false => Total::decode(bytes)?,
            true => Hour::decode(bytes)?.filtered(filter),
        });
        Ok(())
    })?;
    for hour in fresh.values().filter_map(|portals| portals.get(portal)) {
        total.merge(&hour.hour.filtered(filter));
    }
    Ok(total)
}

/// Every group of the views of `portal` that began in `hours`.
///
/// # Errors
///
/// [`Unreadable`]: the store, or what it kept of an hour.
pub fn groups(store: &dyn Store, portal: &Code, hours: &Range<i64>) -> Result<Hour, Unreadable> {
    let fresh = fresh(store, std::slice::from_ref(portal), hours)?;
    let mut groups = Hour::default();
    kept(store, portal, hours, true, &fresh, &mut |bytes| {
        groups.merge(&Hour::decode(bytes)?);
        Ok(())
    })?;
    for hour in fresh.values().filter_map(|portals| portals.get(portal)) {
        groups.merge(&hour.hour);
    }
    Ok(groups)
}

fn fresh(store: &dyn Store, portals: &[Code], hours: &Range<i64>) -> Result<Fresh, Unreadable> {
    let portals: HashSet<&Code> = portals.iter().collect();
    let mut stale = store.stale()?;
    stale.retain(|stale| hours.contains(&stale.hour) && portals.contains(&stale.portal));
    let mut new = by_hour(stale);
    let mut fresh = Fresh::new();
    let mut allowed = ROWS_ASKED;
    // The latest hours first.
    while let Some((hour, stale)) = new.pop_last() {
        let rows = stale.first().map_or(0, |stale| stale.rows_of_hour);
        if rows > allowed {
            continue;
        }
        allowed -= rows;
        // Of these alone: the others' rollups have all their rows, and their raw rows may be gone.
        fresh.insert(hour, roll(store, hour, &stale)?);
    }
    Ok(fresh)
}

/// Gives what was kept of `hours` but for those that are fresh: of whole days, and of the hours around and between
/// them.
fn kept(
    store: &dyn Store,
    portal: &Code,
    hours: &Range<i64>,
    with_groups: bool,
    fresh: &Fresh,
    each: &mut dyn FnMut(&[u8]) -> Result<(), Undecodable>,
) -> Result<(), Unreadable> {
    let is_fresh = |hour: i64| {
        let of_hour = fresh.get(&hour);
        of_hour.is_some_and(|portals| portals.contains_key(portal))
    };
    let mut broken = None;
    let mut read = |of: &str, at: i64, bytes: &[u8]| {
        if let Err(error) = each(bytes) {
            broken = Some(format!("{portal}, {of} {at}: {error}"));
        }
    };
    let mut days = Vec::new();
    store.days(portal, whole_days(hours), with_groups, &mut |day, bytes| {
        if !hours_of(day).any(&is_fresh) {
            read("day", day, bytes);
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
                read("hour", kept.hour, kept.bytes);
            }
        })?;
    }
    match broken {
        Some(broken) => Err(Unreadable(broken)),
        None => Ok(()),
    }
}
