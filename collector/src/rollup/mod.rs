//! Rows → views → one aggregate. Pure: the same rows give the same numbers in any order of
//! arrival, so the open hours can be read from raw rows and closed ones from what was kept of them.

mod aggregate;
mod blame;
mod counts;
mod distribution;
mod errors;
mod ratings;
mod services;

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::ops::Range;

use nhip_protocol::code::Code;
use nhip_protocol::report::{Device, Engine, MAX_AGE_MS, Net, Report, ViewId};

pub use aggregate::{Aggregate, CheckTally};
pub use blame::BlameTally;
pub use counts::{LostAt, SkippedViews, ViewCounts};
pub use distribution::Distribution;
pub use errors::ErrorTally;
pub use ratings::RatingTally;
pub use services::{ServiceTally, Services};

use crate::clock::{HOUR_MS, UnixMs};
use crate::store::{OriginSeen, StoredRow};

/// A report that came so long after its view began was in a queue.
const LATE_AFTER_MS: UnixMs = HOUR_MS;

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
    /// Of the first row that was stored.
    pub began: UnixMs,
    /// Some row came more than an hour after the view began.
    pub late: bool,
    /// Some row came with `Origin: null`.
    pub null_origin: bool,
    /// Rows that repeated a sequence number.
    pub duplicate: u64,
    /// The snapshot with the highest sequence number.
    pub last: Report,
    /// Sequence numbers seen; few, because the browser sends few.
    seqs: Vec<u32>,
}

impl View {
    /// Rows that a later snapshot took the place of.
    pub fn superseded(&self) -> u64 {
        self.seqs.len() as u64 - 1
    }
}

/// The receipt times of every row that can belong to a view which began in `window`: a view that
/// began before it must be seen whole, to be left out; one that began in it may report a day later.
pub fn receipt_range(window: &Range<UnixMs>) -> Range<UnixMs> {
    let day = MAX_AGE_MS.cast_signed();
    window.start.saturating_sub(day)..window.end.saturating_add(day)
}

/// Groups rows by view. Push them in order of receipt.
#[derive(Debug, Default)]
pub struct Grouping {
    views: HashMap<(Code, ViewId), View>,
}

impl Grouping {
    pub fn push(&mut self, row: StoredRow) {
        let late = row.received - row.began > LATE_AFTER_MS;
        let null_origin = row.origin == OriginSeen::Null;
        let mut report = row.report;
        // Not aggregated, and the bulk of what a view would hold.
        if let Some(viewport) = &mut report.viewport {
            viewport.culprits = Default::default();
        }
        match self.views.entry((report.portal.clone(), report.view)) {
            Entry::Vacant(entry) => {
                entry.insert(View {
                    began: row.began,
                    late,
                    null_origin,
                    duplicate: 0,
                    seqs: vec![report.seq],
                    last: report,
                });
            }
            Entry::Occupied(mut entry) => {
                let view = entry.get_mut();
                view.late |= late;
                view.null_origin |= null_origin;
                if view.seqs.contains(&report.seq) {
                    view.duplicate += 1;
                    return;
                }
                view.seqs.push(report.seq);
                if report.seq > view.last.seq {
                    view.last = report;
                }
            }
        }
    }

    /// The views that began in `window` and pass `filter`.
    pub fn views<'a>(
        &'a self,
        window: &'a Range<UnixMs>,
        filter: &'a Filter,
    ) -> impl Iterator<Item = &'a View> {
        self.views
            .values()
            .filter(|view| window.contains(&view.began) && filter.passes(&view.last))
    }
}

impl Filter {
    fn passes(&self, report: &Report) -> bool {
        fn fits<T: PartialEq>(wanted: &Option<T>, is: Option<&T>) -> bool {
            wanted.as_ref().is_none_or(|wanted| Some(wanted) == is)
        }
        fits(&self.agency, Some(&report.agency))
            && fits(&self.device, report.device.as_ref())
            && fits(&self.network, report.net.as_ref())
            && fits(&self.browser, Some(&report.engine))
            && fits(&self.page, Some(&report.page))
    }
}

#[cfg(test)]
#[path = "tests.rs"]
mod tests;

#[cfg(test)]
mod told_tests;
