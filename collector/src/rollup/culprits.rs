//! Elements that failed a check, most seen first.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use nhip_protocol::check::{Check, PerCheck};
use serde::{Deserialize, Serialize};

use super::OTHER;

/// Culprits of a check that an hour keeps: more than anybody mends at once.
const MOST: usize = 20;

/// Sums of the weights of the views that showed them, by selector.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Culprits(PerCheck<BTreeMap<String, u64>>);

impl Culprits {
    pub fn push(&mut self, shown: &PerCheck<Vec<String>>, weight: u32) {
        for (check, selectors) in shown.iter() {
            let sums = self.0[check].get_or_insert_default();
            for selector in selectors {
                *sums.entry(selector.clone()).or_default() += u64::from(weight);
            }
        }
    }

    pub fn iter(&self) -> impl Iterator<Item = (Check, &BTreeMap<String, u64>)> {
        self.0.iter()
    }

    pub fn merge(&mut self, other: &Culprits) {
        for (check, others) in other.0.iter() {
            let sums = self.0[check].get_or_insert_default();
            for (selector, weight) in others {
                *sums.entry(selector.clone()).or_default() += weight;
            }
        }
    }

    /// Keeps those that were seen most, ties by name; what the rest weighs together is [`OTHER`].
    pub fn cap(&mut self) {
        for sums in self.0.values_mut() {
            let mut order: Vec<(String, u64)> = std::mem::take(sums).into_iter().collect();
            order.sort_by(|a, b| (Reverse(a.1), &a.0).cmp(&(Reverse(b.1), &b.0)));
            for (place, (selector, weight)) in order.into_iter().enumerate() {
                let kept = place < MOST;
                let name = if kept { selector } else { OTHER.to_owned() };
                *sums.entry(name).or_default() += weight;
            }
        }
    }
}
