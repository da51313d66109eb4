//! A portal's readings over time.

use std::ops::Range;

use crate::clock::{UnixMs, whole_hours};
use crate::portals::Entry;
use crate::question;
use crate::rollup::Filter;
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
