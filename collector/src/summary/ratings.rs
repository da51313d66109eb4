//! What a summary says of the visitors' answers: apart from the grade, of which they are no part.

use nhip_protocol::report::Complaint;
use serde::Serialize;
use utoipa::ToSchema;

use super::{BlameSummary, ratio};
use crate::rollup::RatingTally;

/// The target for the share of people who are satisfied.
pub const TARGET_RATIO: f64 = 0.9;

/// Sums by weight. Whoever answered chose to: this is no sample of all visitors.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct RatingSummary {
    pub self_selected: bool,
    /// Views whose visitor answered.
    pub n: u64,
    pub satisfied: u64,
    pub unsatisfied: u64,
    /// satisfied / (satisfied + unsatisfied). `null`: nobody answered.
    pub satisfied_ratio: Option<f64>,
    pub target_ratio: f64,
    /// Each cause that could be told, in the survey's order; last, `null`, who told none.
    pub causes: Vec<ToldCause>,
}

/// What people told, beside what was measured.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ToldCause {
    #[schema(value_type = Option<String>)]
    pub cause: Option<Complaint>,
    pub told: u64,
    /// Of these views, those that told load and response, and nothing was over a limit.
    pub fast: u64,
    /// Of these views, those over a limit.
    pub measured: BlameSummary,
}

impl RatingSummary {
    pub(super) fn of(tally: &RatingTally) -> RatingSummary {
        let unsatisfied = tally.unsatisfied();
        RatingSummary {
            self_selected: true,
            n: tally.views,
            satisfied: tally.satisfied,
            unsatisfied,
            satisfied_ratio: ratio(tally.satisfied, tally.satisfied + unsatisfied),
            target_ratio: TARGET_RATIO,
            causes: tally
                .causes()
                .map(|(cause, told)| ToldCause {
                    cause,
                    told: told.weight,
                    fast: told.fast,
                    measured: BlameSummary::of(&told.blame),
                })
                .collect(),
        }
    }
}
