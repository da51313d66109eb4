//! What other collectors sent of an hour, added to what this one has.

use std::collections::{BTreeMap, HashMap};

use nhip_protocol::code::Code;

use super::{Rolled, kept};
use crate::rollup::Hour;
use crate::store::{Store, Unreadable};

/// Exactly, nothing of it is capped again.
pub fn add(
    store: &dyn Store,
    hour: i64,
    portals: &[Code],
    rolled: &mut HashMap<Code, Rolled>,
) -> Result<(), Unreadable> {
    let mut sent: BTreeMap<Code, Sent> = BTreeMap::new();
    let mut broken = None;
    store.parts(hour, portals, &mut |part| match Hour::decode(part.groups) {
        Ok(groups) if part.source.is_empty() => {
            sent.entry(part.portal).or_default().own = Some(groups);
        }
        Ok(groups) => {
            let sent = sent.entry(part.portal).or_default();
            sent.others.merge(&groups);
            sent.rows += part.changes;
        }
        Err(error) => broken = Some(format!("{}, hour {hour}: {error}", part.portal)),
    })?;
    if let Some(broken) = broken {
        return Err(Unreadable(broken));
    }
    for (portal, sent) in sent {
        let it = rolled.entry(portal.clone()).or_default();
        let own = match sent.own {
            Some(own) => own,
            // Before the first part came, what was rolled up was this collector's own.
            None => kept::groups(store, &portal, hour)?.unwrap_or_default(),
        };
        it.rows = it.rows.saturating_add(sent.rows);
        if own.views() > it.hour.views() {
            // Its reports, or some of them, are gone, and nothing can come to them any more.
            (it.hour, it.rows) = (own, u64::MAX);
        }
        it.own = Some(it.hour.clone());
        it.hour.merge(&sent.others);
    }
    Ok(())
}

/// What others sent of a portal's hour, and what this collector had itself.
#[derive(Default)]
struct Sent {
    own: Option<Hour>,
    others: Hour,
    rows: u64,
}
