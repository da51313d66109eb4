//! A portal's readings over time, and by what its views have in common.

use std::ops::Range;

use crate::clock::{UnixMs, whole_hours};
use crate::portals::Entry;
use crate::question;
use crate::rollup::{Dimension, Filter, Hour};
use crate::store::{Store, Unreadable};
use crate::summary::Summary;

/// A summary of each part. Blocks.
pub fn series(
    store: &dyn Store,
    entry: &Entry,
    parts: &[Range<UnixMs>],
    filter: &Filter,
    min_views: u64,
) -> Result<Vec<Summary>, Unreadable> {
    let asked = std::slice::from_ref(&entry.code);
    let summary = |part: &Range<UnixMs>| {
        let mut totals = question::totals(store, asked, &whole_hours(part), filter)?;
        let total = totals.remove(&entry.code).unwrap_or_default();
        let aggregate = total.counted(entry.count_automated());
        Ok(Summary::new(
            entry.code.clone(),
            part,
            &aggregate,
            min_views,
        ))
    };
    parts.iter().map(summary).collect()
}

/// A summary of each part of the views that pass `filter`, by name; `None`: the browser did not tell, or, of agencies,
/// the name had no place among the most seen ones. A part whose views are all beyond what is counted is none.
pub fn split(
    groups: &Hour,
    entry: &Entry,
    window: &Range<UnixMs>,
    filter: &Filter,
    by: Dimension,
    min_views: u64,
) -> Vec<(Option<String>, Summary)> {
    let parts = groups.split(filter, by).into_iter();
    let parts = parts.map(|(name, total)| {
        let views = total.counted(entry.count_automated());
        let part = Summary::new(entry.code.clone(), window, &views, min_views);
        (name, part)
    });
    parts.filter(|(_, part)| part.views.began > 0).collect()
}
