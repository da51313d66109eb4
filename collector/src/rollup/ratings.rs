//! What visitors answered when asked, beside what was measured of the same views.

use nhip_protocol::blame::blame;
use nhip_protocol::report::{Complaint, Rating, Report};
use serde::{Deserialize, Serialize};

use super::blame::BlameTally;

/// Those who gave one cause, or none.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Dissatisfied {
    pub weight: u64,
    /// Of these views, those that told load and response, and nothing was over a limit.
    pub fast: u64,
    /// Of these views, those over a limit: what made them slow.
    pub blame: BlameTally,
}

/// Sums of answers by the weight of their views.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct RatingTally {
    /// Views whose visitor answered.
    pub views: u64,
    pub satisfied: u64,
    /// In the order of [`Complaint::ALL`]; last, who told no cause.
    causes: [Dissatisfied; Complaint::ALL.len() + 1],
}

impl RatingTally {
    pub fn push(&mut self, report: &Report) {
        let Some(Rating { satisfied, cause }) = report.rating else {
            return;
        };
        self.views += 1;
        if satisfied {
            self.satisfied += u64::from(report.weight);
            return;
        }
        let at = cause.map_or(Complaint::ALL.len(), |cause| cause as usize);
        let told = &mut self.causes[at];
        told.weight += u64::from(report.weight);
        told.blame.push(report);
        let response = report.response.inp.or(report.response.server_wait);
        if blame(report).is_none() && report.load.lcp.is_some() && response.is_some() {
            told.fast += u64::from(report.weight);
        }
    }

    pub fn merge(&mut self, other: &RatingTally) {
        self.views += other.views;
        self.satisfied += other.satisfied;
        for (own, other) in self.causes.iter_mut().zip(&other.causes) {
            own.weight += other.weight;
            own.fast += other.fast;
            own.blame.merge(&other.blame);
        }
    }

    /// Each cause, and `None` for those who told none.
    pub fn causes(&self) -> impl Iterator<Item = (Option<Complaint>, &Dissatisfied)> {
        let causes = Complaint::ALL.iter().copied().map(Some);
        causes.chain([None]).zip(&self.causes)
    }

    pub fn unsatisfied(&self) -> u64 {
        self.causes.iter().map(|told| told.weight).sum()
    }
}
