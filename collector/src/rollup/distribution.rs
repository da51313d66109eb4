//! One metric's readings as a sketch: HDR histogram buckets of two significant digits, each with the
//! weight and the sum of what it holds. Both are integers and merged by addition, so the order never
//! matters, and it is the same in a row of SQLite, in a `sumMap` of ClickHouse, and in memory.

use std::sync::LazyLock;

use hdrhistogram::Histogram;
use serde::{Deserialize, Serialize};

use super::sample::Sample;

/// Significant digits: a percentile is off by less than 1 %, and a day's sketch is some hundred pairs.
const DIGITS: u8 = 2;

/// Knows the buckets of all that a reading can be; nothing is recorded in it.
#[expect(
    clippy::expect_used,
    reason = "the bounds are constants in order, the digits 0 to 5"
)]
static BUCKETS: LazyLock<Histogram<u64>> = LazyLock::new(|| {
    Histogram::new_with_bounds(1, u64::from(u32::MAX), DIGITS).expect("constant bounds")
});

/// Readings of one metric in its own integer unit (tenths of a millisecond, ten-thousandths).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Distribution {
    /// By the lowest value that belongs to it, in its order.
    #[serde(with = "super::buckets")]
    buckets: Vec<(u32, Bucket)>,
    limit: Option<u32>,
    /// The weight strictly under `limit`, counted as it came: the sketch never judges a limit.
    under: u64,
    sample: Sample,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Bucket {
    pub weight: u64,
    /// Of values times weights: their mean is exact where all are alike, and inside of the bucket.
    pub sum: u64,
}

impl Bucket {
    fn add(&mut self, other: Bucket) {
        self.weight += other.weight;
        self.sum += other.sum;
    }

    fn mean(self) -> u32 {
        // Weights are at least 1, and the mean is no larger than the largest value.
        (self.sum.checked_div(self.weight).unwrap_or(0)) as u32
    }
}

impl Distribution {
    /// Of a metric that has a limit, what lies strictly under it is counted exactly.
    pub fn with_limit(limit: u32) -> Distribution {
        Distribution {
            limit: Some(limit),
            ..Distribution::default()
        }
    }

    pub fn push(&mut self, value: u32, weight: u32) {
        let lowest = BUCKETS.lowest_equivalent(u64::from(value)) as u32;
        let bucket = Bucket {
            weight: u64::from(weight),
            sum: u64::from(value) * u64::from(weight),
        };
        match self.buckets.binary_search_by_key(&lowest, |it| it.0) {
            Ok(place) => self.buckets[place].1.add(bucket),
            Err(place) => self.buckets.insert(place, (lowest, bucket)),
        }
        self.under += u64::from(weight) * u64::from(self.limit.is_some_and(|limit| value < limit));
        self.sample.push(weight);
    }

    /// Adds what `other` read of the same metric.
    pub fn merge(&mut self, other: &Distribution) {
        debug_assert_eq!(self.limit, other.limit, "of the same metric");
        self.merge_buckets(&other.buckets);
        self.under += other.under;
        self.sample.merge(&other.sample);
    }

    /// Both are in order: one walk over both.
    fn merge_buckets(&mut self, other: &[(u32, Bucket)]) {
        if self.buckets.is_empty() {
            other.clone_into(&mut self.buckets);
            return;
        }
        let longest = self.buckets.len() + other.len();
        let own = std::mem::replace(&mut self.buckets, Vec::with_capacity(longest));
        let mut own = own.into_iter().peekable();
        for (lowest, bucket) in other {
            while let Some(before) = own.next_if(|own| own.0 < *lowest) {
                self.buckets.push(before);
            }
            let mut sum = *bucket;
            if let Some((_, same)) = own.next_if(|own| own.0 == *lowest) {
                sum.add(same);
            }
            self.buckets.push((*lowest, sum));
        }
        self.buckets.extend(own);
    }

    /// Nothing was read.
    pub fn is_empty(&self) -> bool {
        self.buckets.is_empty()
    }

    /// In their order: the lowest value that belongs to each, its weight, and the sum of values times weights.
    pub fn buckets(&self) -> impl Iterator<Item = (u32, u64, u64)> {
        let buckets = self.buckets.iter();
        buckets.map(|(lowest, bucket)| (*lowest, bucket.weight, bucket.sum))
    }

    pub fn limit(&self) -> Option<u32> {
        self.limit
    }

    pub fn sample(&self) -> &Sample {
        &self.sample
    }

    /// The values at `percents`, each the smallest under or at which that share of the weight lies:
    /// its bucket's mean, on the side of the limit on which the value really is. `None` where nothing
    /// was read.
    pub fn percentiles<const N: usize>(&self, percents: [u64; N]) -> Option<[u32; N]> {
        if self.is_empty() {
            return None;
        }
        let weight = self.sample.weight;
        Some(percents.map(|percent| {
            let rank = (u128::from(weight) * u128::from(percent)).div_ceil(100);
            let mean = self.at_rank(rank);
            match self.limit {
                Some(limit) if rank <= u128::from(self.under) => mean.min(limit.saturating_sub(1)),
                Some(limit) => mean.max(limit),
                None => mean,
            }
        }))
    }

    /// The mean of the bucket in which a rank lies: the last one's beyond all; 0 of nothing.
    fn at_rank(&self, rank: u128) -> u32 {
        let mut seen = 0;
        let bucket = self.buckets.iter().find(|(_, bucket)| {
            seen += u128::from(bucket.weight);
            seen >= rank
        });
        bucket.or(self.buckets.last()).map_or(0, |it| it.1.mean())
    }

    /// The weight under `value`: exact at the limit, elsewhere as exact as the buckets.
    pub fn weight_below(&self, value: u32) -> u64 {
        if self.limit == Some(value) {
            return self.under;
        }
        let below = self.buckets.iter().filter(|(_, it)| it.mean() < value);
        below.map(|(_, it)| it.weight).sum()
    }

    /// The weight strictly under the limit; all of it where there is none.
    pub fn weight_under(&self) -> u64 {
        match self.limit {
            Some(_) => self.under,
            None => self.sample.weight,
        }
    }
}

mod interval;

#[cfg(test)]
#[path = "distribution_tests.rs"]
mod tests;
