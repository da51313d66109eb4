//! What was rolled up of an hour before.

use nhip_protocol::code::Code;

use crate::rollup::{Hour, Total, Undecodable};
use crate::store::{Store, Unreadable};

pub fn groups(store: &dyn Store, portal: &Code, hour: i64) -> Result<Option<Hour>, Unreadable> {
    read(store, portal, hour, true, Hour::decode)
}

/// What the rollup has, which is not read whole for it.
pub fn views(store: &dyn Store, portal: &Code, hour: i64) -> Result<u64, Unreadable> {
    let total = read(store, portal, hour, false, Total::decode)?;
    Ok(total.map_or(0, |total| total.views()))
}

fn read<T>(
    store: &dyn Store,
    portal: &Code,
    hour: i64,
    with_groups: bool,
    decode: impl Fn(&[u8]) -> Result<T, Undecodable>,
) -> Result<Option<T>, Unreadable> {
    let mut found = None;
    store.rollups(portal, hour..hour + 1, with_groups, &mut |kept| {
        found = Some(decode(kept.bytes));
    })?;
    found
        .transpose()
        .map_err(|error| Unreadable(format!("{portal}, hour {hour}: {error}")))
}
