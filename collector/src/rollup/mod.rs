//! Rows → views → an aggregate for each hour, portal and group of views. Pure: the same rows give the
//! same numbers in any order, and hours merge by addition.

mod aggregate;
mod blame;
mod buckets;
mod counts;
mod culprits;
mod distribution;
mod errors;
mod hour;
mod ratings;
mod sample;
mod services;
mod split;

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use nhip_protocol::code::Code;
use nhip_protocol::report::{Device, Engine, Net, Report, ViewId};

pub use aggregate::{Aggregate, CheckTally};
pub use blame::BlameTally;
pub use counts::{LostAt, SkippedViews, ViewCounts};
pub use culprits::Culprits;
pub use distribution::Distribution;
pub use errors::ErrorTally;
pub use hour::{Group, Hour, NotEncoded, Total, Undecodable};
pub use ratings::RatingTally;
pub use services::{ServiceTally, Services};
pub use split::Dimension;

use crate::clock::{HOUR_MS, UnixMs};
use crate::store::{OriginSeen, StoredRow};

/// A report that came so long after its view began was in a queue.
pub const LATE_AFTER_MS: UnixMs = HOUR_MS;

/// Stands for all names that had no place among those that were seen most: no page group and no
/// culprit is called that.
pub const OTHER: &str = ":other";

/// What may be asked of the last snapshot of a view.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    pub agency: Option<Code>,
    pub device: Option<Device>,
    pub network: Option<Net>,
    pub browser: Option<Engine>,
    pub page: Option<String>,
}

/// A page view: everything that was received of it.
#[derive(Clone, Debug, PartialEq)]
pub struct View {
    /// Some row came more than an hour after the view began.
    pub late: bool,
    /// Some row came with `Origin: null`.
    pub null_origin: bool,
    /// One of too many views of its address.
    pub surplus: bool,
    /// Rows that repeated a sequence number.
    pub duplicate: u64,
    /// Rows that a later snapshot took the place of.
    pub superseded: u64,
    /// The snapshot with the highest sequence number.
    pub last: Report,
}

impl View {
    /// That it was made from.
    pub fn rows(&self) -> u64 {
        1 + self.superseded + self.duplicate
    }
}

/// Groups the rows of an hour by view.
#[derive(Debug, Default)]
pub struct Grouping {
    /// With the sequence numbers seen; few, because the browser sends few.
    views: HashMap<(Code, ViewId), (View, Vec<u32>)>,
}

impl Grouping {
    pub fn push(&mut self, row: StoredRow) {
        let late = row.received - row.began > LATE_AFTER_MS;
        let null_origin = row.origin == OriginSeen::Null;
        let report = row.report;
        match self.views.entry((report.portal.clone(), report.view)) {
            Entry::Vacant(entry) => {
                let seqs = vec![report.seq];
                let view = View {
                    late,
                    null_origin,
                    surplus: row.surplus,
                    duplicate: 0,
                    superseded: 0,
                    last: report,
                };
                entry.insert((view, seqs));
            }
            Entry::Occupied(mut entry) => {
                let (view, seqs) = entry.get_mut();
                view.late |= late;
                view.null_origin |= null_origin;
                view.surplus |= row.surplus;
                if seqs.contains(&report.seq) {
                    view.duplicate += 1;
                    return;
                }
                seqs.push(report.seq);
                view.superseded += 1;
                if report.seq > view.last.seq {
                    view.last = report;
                }
            }
        }
    }

    pub fn views(&self) -> impl Iterator<Item = &View> {
        self.views.values().map(|(view, _)| view)
    }
}

impl Filter {
    /// It asks nothing.
    pub fn is_empty(&self) -> bool {
        *self == Filter::default()
    }

    fn passes(&self, group: &Group) -> bool {
        fn fits<T: PartialEq>(wanted: &Option<T>, is: Option<&T>) -> bool {
            wanted.as_ref().is_none_or(|wanted| Some(wanted) == is)
        }
        fits(&self.agency, group.agency.as_ref())
            && fits(&self.device, group.device.as_ref())
            && fits(&self.network, group.network.as_ref())
            && fits(&self.browser, Some(&group.browser))
            && fits(&self.page, Some(&group.page))
    }
}

#[cfg(test)]
#[path = "tests.rs"]
mod tests;

#[cfg(test)]
mod told_tests;
