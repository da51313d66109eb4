//! What went wrong in a group of views.

use std::collections::BTreeMap;

use nhip_protocol::report::{Errors, Failure};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Sums by weight; `views` and `navigation` are numbers of views. Bounded: there are 200 statuses.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(default)]
pub struct ErrorTally {
    /// Views in which anything went wrong.
    pub views: u64,
    pub uncaught: u64,
    pub rejected: u64,
    /// Resources that did not come, by status.
    #[schema(value_type = BTreeMap<String, u64>)]
    pub resources: BTreeMap<Failure, u64>,
    /// Views whose page itself failed, by status.
    #[schema(value_type = BTreeMap<String, u64>)]
    pub navigation: BTreeMap<u16, u64>,
    pub mixed: u64,
}

impl ErrorTally {
    pub fn push(&mut self, errors: &Errors, weight: u32) {
        if !errors.any() {
            return;
        }
        let weighted = |count: u32| u64::from(count) * u64::from(weight);
        self.views += 1;
        self.uncaught += weighted(errors.uncaught);
        self.rejected += weighted(errors.rejected);
        self.mixed += weighted(errors.mixed);
        for (failure, count) in &errors.resources {
            *self.resources.entry(*failure).or_default() += weighted(*count);
        }
        if let Some(status) = errors.navigation {
            *self.navigation.entry(status).or_default() += 1;
        }
    }

    pub fn merge(&mut self, other: &ErrorTally) {
        self.views += other.views;
        self.uncaught += other.uncaught;
        self.rejected += other.rejected;
        self.mixed += other.mixed;
        for (failure, count) in &other.resources {
            *self.resources.entry(*failure).or_default() += count;
        }
        for (status, count) in &other.navigation {
            *self.navigation.entry(*status).or_default() += count;
        }
    }
}
