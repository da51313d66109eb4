//! How a reading's views lie around the points that its score is made of.

use nhip_protocol::grade::{LOAD_POINTS, RESPONSE_POINTS};
use nhip_protocol::unit::Ms;
use serde::Serialize;
use utoipa::ToSchema;

use super::Millis;
use crate::rollup::{Aggregate, Distribution};

/// Sums of weights from one point of the profile to the next; empty where no browser could tell.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Spread {
    pub lcp_ms: Vec<Range>,
    pub inp_ms: Vec<Range>,
    pub server_wait_ms: Vec<Range>,
}

#[derive(Clone, Copy, Debug, PartialEq, Serialize, ToSchema)]
#[schema(as = SpreadRange)]
pub struct Range {
    /// Not part of it; `null`: the last one has no end.
    #[schema(value_type = Option<f64>)]
    pub below: Option<Millis>,
    /// Exact below the limit of grade A as a whole; at the other points within the 1 % of a bucket.
    pub weight: u64,
}

impl Spread {
    pub fn of(aggregate: &Aggregate) -> Spread {
        Spread {
            lcp_ms: ranges(&aggregate.lcp, &LOAD_POINTS),
            inp_ms: ranges(&aggregate.inp, &RESPONSE_POINTS),
            server_wait_ms: ranges(&aggregate.server_wait, &RESPONSE_POINTS),
        }
    }
}

fn ranges(distribution: &Distribution, points: &[(Ms, u32)]) -> Vec<Range> {
    if distribution.is_empty() {
        return Vec::new();
    }
    let mut before = 0;
    let mut range = |below: Option<Millis>, up_to: u64| {
        let weight = up_to.saturating_sub(before);
        before = before.max(up_to);
        Range { below, weight }
    };
    let all = distribution.sample().weight;
    let mut ranges: Vec<Range> = points
        .iter()
        .map(|(at, _)| range(Some(Millis(*at)), distribution.weight_below(at.tenths())))
        .collect();
    ranges.push(range(None, all));
    ranges
}

#[cfg(test)]
mod tests {
    use nhip_protocol::metric::LCP;

    use super::*;

    #[test]
    fn every_weight_is_in_one_range_and_the_limit_is_exact() {
        let mut lcp = Distribution::with_limit(LCP.limit.unwrap().tenths());
        assert!(ranges(&lcp, &LOAD_POINTS).is_empty());
        for (ms, weight) in [
            (400.0, 1),
            (999.0, 2),
            (2499.9, 4),
            (2500.0, 8),
            (3000.0, 16),
            (60_000.0, 32),
        ] {
            lcp.push(Ms::from_f64(ms).unwrap().tenths(), weight);
        }
        let ranges = ranges(&lcp, &LOAD_POINTS);
        let weights: Vec<u64> = ranges.iter().map(|it| it.weight).collect();
        assert_eq!(weights, [3, 4, 24, 0, 0, 32]);
        assert_eq!(ranges[1].below, Some(Millis(Ms::whole(2500))));
        assert_eq!(ranges[5].below, None);
    }
}
