//! What a child tells: of its portals, whatever the parent has not.

use std::collections::BTreeMap;
use std::ops::Range;

use nhip_protocol::code::Code;

use super::{Fed, Feed, Has, Heard, VERSION, content};
use crate::store::sqlite::FORMAT;
use crate::store::{Stale, Store, Unreadable};

/// Hours of a portal that are over, have all their rows, and are not what the parent has; the latest first.
pub fn another(
    store: &dyn Store,
    has: &Has,
    stale: &[Stale],
    portal: &Code,
    hours: &Range<i64>,
) -> Result<Vec<Fed>, Unreadable> {
    let there = has.hours.get(portal.as_str());
    let mut another = Vec::new();
    store.rollups(portal, hours.clone(), true, &mut |kept| {
        let waits = stale
            .iter()
            .any(|it| it.portal == *portal && it.hour == kept.hour);
        let known = there.and_then(|hours| hours.get(&kept.hour));
        let is_same = known.is_some_and(|(_, known)| *known == content(kept.bytes));
        if waits || is_same {
            return;
        }
        // A child that was restored counts from an older revision.
        let after = known.map_or(0, |(revision, _)| revision + 1);
        another.push(Fed {
            portal: portal.to_string(),
            hour: kept.hour,
            revision: kept.revision.max(after),
            groups: kept.bytes.to_vec(),
        });
    })?;
    another.reverse();
    Ok(another)
}

/// When the portals were heard, and what became of their reports in `hours`.
pub fn news(store: &dyn Store, portals: &[String], hours: &Range<i64>) -> Result<Feed, Unreadable> {
    let is_ours = |code: &str| portals.iter().any(|portal| portal == code);
    let mut feed = Feed::nothing();
    for (code, activity) in store.activity()? {
        if is_ours(code.as_str()) {
            let told = Heard {
                connected_since: activity.connected_since,
                last_seen: activity.last_seen,
            };
            feed.heard.insert(code.to_string(), told);
        }
    }
    // The running hour's, too: it is told again.
    for count in store.outcomes(hours.start..hours.end + 1)? {
        if let Some(code) = count.portal.filter(|code| is_ours(code.as_str())) {
            let of = feed.outcomes.entry(code.to_string()).or_default();
            let of = of.entry(count.hour).or_default();
            of.insert(count.outcome, count.count);
        }
    }
    Ok(feed)
}

impl Feed {
    pub fn nothing() -> Feed {
        Feed {
            v: VERSION,
            format: FORMAT as u8,
            rollups: Vec::new(),
            heard: BTreeMap::new(),
            outcomes: BTreeMap::new(),
        }
    }
}
