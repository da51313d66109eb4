//! What made the slow views of a group slow.

use nhip_protocol::blame::{Verdict, blame};
use nhip_protocol::report::Report;

use super::distribution::Sample;

/// Views over a limit by their verdict.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
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

    /// The sum of the weights of the views with this verdict.
    pub fn weight(&self, verdict: Verdict) -> u64 {
        self.weights[verdict as usize]
    }
}
