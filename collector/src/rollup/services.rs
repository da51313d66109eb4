//! Services that visitors started, finished, and gave up.

use std::collections::BTreeMap;

use nhip_protocol::report::{Step, StepResult};
use nhip_protocol::unit::Ms;
use serde::{Deserialize, Serialize};

use super::distribution::Distribution;

/// Sums of steps by the weight of their views.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ServiceTally {
    pub started: u64,
    pub done: u64,
    pub error: u64,
    /// From the start to the end of those that were done and told it.
    pub done_ms: Distribution,
}

/// By name. Bounded by the names that reach the disk (`crate::names`).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Services(BTreeMap<String, ServiceTally>);

impl Services {
    pub fn push(&mut self, steps: &[Step<Ms>], weight: u32) {
        for step in steps {
            let tally = self.0.entry(step.service.clone()).or_default();
            tally.push(step, weight);
        }
    }

    pub fn merge(&mut self, other: &Services) {
        for (service, tally) in &other.0 {
            self.0.entry(service.clone()).or_default().merge(tally);
        }
    }

    pub fn iter(&self) -> impl Iterator<Item = (&String, &ServiceTally)> {
        self.0.iter()
    }
}

impl ServiceTally {
    fn merge(&mut self, other: &ServiceTally) {
        self.started += other.started;
        self.done += other.done;
        self.error += other.error;
        self.done_ms.merge(&other.done_ms);
    }

    fn push(&mut self, step: &Step<Ms>, weight: u32) {
        match step.result {
            StepResult::Start => self.started += u64::from(weight),
            StepResult::Error => self.error += u64::from(weight),
            StepResult::Done => {
                self.done += u64::from(weight);
                if let Some(ms) = step.ms {
                    self.done_ms.push(ms.tenths(), weight);
                }
            }
        }
    }
}
