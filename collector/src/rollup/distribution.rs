//! Values with integer weights: percentiles by nearest rank, exact counts under a limit.

/// Readings of one metric in its own integer unit (tenths of a millisecond, ten-thousandths).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Distribution {
    /// (value, weight)
    values: Vec<(u32, u32)>,
    sample: Sample,
}

/// Σw and Σw², for the effective size of a weighted sample.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sample {
    pub views: u64,
    pub weight: u64,
    weight_squared: u64,
}

impl Sample {
    pub fn push(&mut self, weight: u32) {
        let weight = u64::from(weight);
        self.views += 1;
        self.weight += weight;
        self.weight_squared += weight * weight;
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

impl Distribution {
    pub fn push(&mut self, value: u32, weight: u32) {
        self.values.push((value, weight));
        self.sample.push(weight);
    }

    pub fn sample(&self) -> &Sample {
        &self.sample
    }

    /// The values at `percents`, each the smallest under or at which that share of the weight lies.
    /// `None` where nothing was read.
    pub fn percentiles<const N: usize>(&self, percents: [u64; N]) -> Option<[u32; N]> {
        let mut sorted = self.values.clone();
        sorted.sort_unstable();
        let last = sorted.last()?.0;
        let weight = self.sample.weight;
        Some(percents.map(|percent| {
            let rank = (u128::from(weight) * u128::from(percent)).div_ceil(100);
            let mut seen = 0;
            sorted
                .iter()
                .find(|(_, weight)| {
                    seen += u128::from(*weight);
                    seen >= rank
                })
                .map_or(last, |(value, _)| *value)
        }))
    }

    /// The weight that lies strictly under `limit`.
    pub fn weight_under(&self, limit: u32) -> u64 {
        self.values
            .iter()
            .filter(|(value, _)| *value < limit)
            .map(|(_, weight)| u64::from(*weight))
            .sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(values: &[(u32, u32)]) -> Distribution {
        let mut distribution = Distribution::default();
        for &(value, weight) in values {
            distribution.push(value, weight);
        }
        distribution
    }

    #[test]
    fn percentiles_are_nearest_ranks_by_weight() {
        for (values, expected) in [
            (vec![], None),
            (vec![(0, 1)], Some([0, 0, 0])),
            (vec![(4, 1), (1, 1), (3, 1), (2, 1)], Some([2, 3, 4])),
            (
                vec![(1, 1), (2, 1), (3, 1), (4, 1), (5, 1)],
                Some([3, 4, 5]),
            ),
            // A view that stands for a hundred outweighs nine that stand for themselves.
            (vec![(1, 9), (7, 100)], Some([7, 7, 7])),
            (vec![(1, 3), (7, 1)], Some([1, 1, 7])),
        ] {
            assert_eq!(
                of(&values).percentiles([50, 75, 95]),
                expected,
                "{values:?}"
            );
        }
    }

    #[test]
    fn a_limit_is_strict() {
        let distribution = of(&[(1999, 2), (2000, 5)]);
        assert_eq!(distribution.weight_under(2000), 2);
        assert_eq!(distribution.weight_under(2001), 7);
    }

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
