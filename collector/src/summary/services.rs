//! What a summary says of each service.

use std::cmp::Reverse;

use serde::Serialize;
use utoipa::ToSchema;

use super::readings::times;
use super::{Millis, Percentiles, ratio};
use crate::rollup::{ServiceTally, Services};

/// Sums by weight. A service may be started in one view and ended in another, so they need not agree
/// in a window.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ServiceSummary {
    pub service: String,
    pub started: u64,
    pub done: u64,
    pub error: u64,
    /// (started − done) / started, never below 0: those that were given up, failed, or are still under
    /// way. `null`: nobody started.
    pub abandoned_ratio: Option<f64>,
    /// From the start to the end; `n` is the number of ends that told. `null`: none did.
    #[schema(value_type = Option<Percentiles<f64>>)]
    pub done_ms: Option<Percentiles<Millis>>,
}

/// Those that were started most often first, then by name.
pub(super) fn services(services: &Services) -> Vec<ServiceSummary> {
    let mut summaries: Vec<ServiceSummary> = services.iter().map(summary).collect();
    // Stable, and they come by name.
    summaries.sort_by_key(|summary| Reverse(summary.started));
    summaries
}

fn summary((service, tally): (&String, &ServiceTally)) -> ServiceSummary {
    ServiceSummary {
        service: service.clone(),
        started: tally.started,
        done: tally.done,
        error: tally.error,
        abandoned_ratio: abandoned(tally.started, tally.done),
        done_ms: times(&tally.done_ms),
    }
}

fn abandoned(started: u64, done: u64) -> Option<f64> {
    ratio(started.saturating_sub(done), started)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_not_done_was_abandoned_and_never_less_than_nothing() {
        for (started, done, ratio) in [
            (0, 0, None),
            (0, 3, None),
            (4, 4, Some(0.0)),
            (4, 5, Some(0.0)),
            (4, 1, Some(0.75)),
            (3, 2, Some(0.3333)),
            (3, 1, Some(0.6667)),
            (1000, 0, Some(1.0)),
        ] {
            assert_eq!(abandoned(started, done), ratio, "{done} of {started}");
        }
    }
}
