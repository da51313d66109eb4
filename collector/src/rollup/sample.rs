//! How many views a weighted sum stands for.

use serde::{Deserialize, Serialize};

/// Σw and Σw², for the effective size of a weighted sample.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "(u64, u64, u64)", into = "(u64, u64, u64)")]
pub struct Sample {
    pub views: u64,
    pub weight: u64,
    weight_squared: u64,
}

impl From<(u64, u64, u64)> for Sample {
    fn from((views, weight, weight_squared): (u64, u64, u64)) -> Sample {
        Sample {
            views,
            weight,
            weight_squared,
        }
    }
}

impl From<Sample> for (u64, u64, u64) {
    fn from(sample: Sample) -> (u64, u64, u64) {
        (sample.views, sample.weight, sample.weight_squared)
    }
}

impl Sample {
    pub fn push(&mut self, weight: u32) {
        let weight = u64::from(weight);
        self.views += 1;
        self.weight += weight;
        self.weight_squared += weight * weight;
    }

    pub fn merge(&mut self, other: &Sample) {
        self.views += other.views;
        self.weight += other.weight;
        self.weight_squared += other.weight_squared;
    }

    /// (Σw)² / Σw², rounded down (Kish 1965): how many unweighted views would say as much.
    pub fn effective(&self) -> u64 {
        let squared = u128::from(self.weight).pow(2);
        let effective = squared
            .checked_div(u128::from(self.weight_squared))
            .unwrap_or(0);
        // Never more than the number of views.
        u64::try_from(effective).unwrap_or(self.views)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn uneven_weights_make_a_smaller_sample() {
        for (weights, effective) in [
            (vec![], 0),
            (vec![1; 30], 30),
            (vec![1000; 30], 30),
            (vec![1000, 1], 1),
            (vec![3, 1], 1),
            (vec![2, 1, 1], 2),
        ] {
            let mut sample = Sample::default();
            for weight in &weights {
                sample.push(*weight);
            }
            assert_eq!(sample.effective(), effective, "{weights:?}");
        }
    }
}
