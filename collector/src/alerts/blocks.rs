//! The last hours of a portal in which it had views, in blocks that have enough: where an hour has few, those before it
//! belong to its block. So a quiet portal is judged, too, only by longer blocks; and a night without views is no hour.

use std::collections::BTreeMap;
use std::ops::Range;

use super::rules::MOST_HOURS;
use crate::portals::Entry;
use crate::rollup::{Aggregate, Total};
use crate::store::{Store, Unreadable};

/// Blocks of `within` that are made of at least `hours`, the latest first; `None` where it, or its last 7 days (four times
/// `hours`, if that is longer), have too few views for that. What came since the last roll-up is not in them: a minute's. Blocks.
pub fn blocks(
    store: &dyn Store,
    entry: &Entry,
    within: Range<i64>,
    hours: u16,
    is_enough: impl Fn(&Aggregate) -> bool,
) -> Result<Option<Vec<Aggregate>>, Unreadable> {
    let (end, asked) = (within.end, i64::from(hours));
    let first = end - i64::from(MOST_HOURS).max(4 * asked);
    let mut blocks = Vec::new();
    let mut open = Total::default();
    let (mut read, mut made_of) = (end, 0);
    // Most portals need no more than the hours that were asked for.
    for from in [end - asked, first].map(|from| from.max(within.start)) {
        let mut kept = BTreeMap::new();
        let mut broken = None;
        store.rollups(
            &entry.code,
            from..read,
            false,
            &mut |hour| match Total::decode(hour.bytes) {
                Ok(total) => _ = kept.insert(hour.hour, total),
                Err(error) => broken = Some(format!("{}, hour {}: {error}", entry.code, hour.hour)),
            },
        )?;
        if let Some(broken) = broken {
            return Err(Unreadable(broken));
        }
        read = from;
        for total in kept.into_values().rev() {
            open.merge(&total);
            // One with none but robots is no hour.
            let views = total.counted(entry.count_automated()).views;
            made_of += u16::from(views.began > 0);
            let block = open.clone().counted(entry.count_automated());
            if is_enough(&block) {
                blocks.push(block);
                open = Total::default();
                if made_of >= hours {
                    return Ok(Some(blocks));
                }
            }
        }
    }
    Ok(None)
}
