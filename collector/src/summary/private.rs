//! What of a summary is not for all.

use std::cmp::Reverse;

use nhip_protocol::check::PerCheck;
use serde::Serialize;
use utoipa::ToSchema;

use super::Summary;
use crate::access::{Access, Part};
use crate::rollup::Culprits;

/// An element that failed a check.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Culprit {
    /// `:rare`: too few views showed it; `:other`: it was not among the most seen of its hour.
    pub selector: String,
    /// Sum of the weights of the views that showed it.
    pub weight: u64,
}

impl Summary {
    /// Without what this request may not see.
    #[must_use]
    pub fn seen_by(self, access: &Access) -> Summary {
        let portal = self.portal.clone();
        self.withhold(|part| access.may(part, &portal))
    }

    /// Without what takes a token unless a setting says otherwise.
    #[must_use]
    pub fn public(self) -> Summary {
        self.withhold(|_| false)
    }

    fn withhold(mut self, may: impl Fn(Part) -> bool) -> Summary {
        if !may(Part::Errors) {
            self.errors = None;
            self.withheld.push(Part::Errors);
        }
        if !may(Part::Culprits) {
            self.culprits = None;
            self.withheld.push(Part::Culprits);
        }
        self
    }
}

/// The most seen first, ties by name.
pub fn culprits(culprits: &Culprits) -> PerCheck<Vec<Culprit>> {
    let mut told = PerCheck::default();
    for (check, sums) in culprits.iter() {
        let mut list: Vec<Culprit> = sums
            .iter()
            .map(|(selector, weight)| Culprit {
                selector: selector.clone(),
                weight: *weight,
            })
            .collect();
        list.sort_by(|a, b| {
            (Reverse(a.weight), &a.selector).cmp(&(Reverse(b.weight), &b.selector))
        });
        told[check] = Some(list);
    }
    told
}
