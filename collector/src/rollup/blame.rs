//! What made the slow views of a group slow.

use nhip_protocol::blame::{Verdict, blame};
use nhip_protocol::report::Report;
use serde::{Deserialize, Serialize};

use super::sample::Sample;

/// Views over a limit by their verdict.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct BlameTally {
    weights: [u64; Verdict::COUNT],
    pub over: Sample,
}

impl BlameTally {
    pub fn push(&mut self, report: &Report) {
        if let Some(blame) = blame(report) {
            self.weights[blame.verdict as usize] += u64::from(report.weight);
            self.over.push(report.weight);
        }
    }

    pub fn merge(&mut self, other: &BlameTally) {
        for (own, other) in self.weights.iter_mut().zip(other.weights) {
            *own += other;
        }
        self.over.merge(&other.over);
    }

    /// The sum of the weights of the views with this verdict.
    pub fn weight(&self, verdict: Verdict) -> u64 {
        self.weights[verdict as usize]
    }
}
