//! How far chance may have moved a summary: small differences are none.

use nhip_protocol::grade::{Reading, Readings, grade};
use nhip_protocol::metric::{LOAD_LIMIT, RESPONSE_LIMIT};
use nhip_protocol::unit::Ms;
use serde::Serialize;
use utoipa::ToSchema;

use super::Millis;
use crate::rollup::{Aggregate, Distribution};

/// 95 % intervals of the 75th percentiles, and of the score that they make; `null` where there is none.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
pub struct Certainty {
    #[schema(value_type = Option<[f64; 2]>)]
    pub lcp_ms: Option<[Millis; 2]>,
    #[schema(value_type = Option<[f64; 2]>)]
    pub inp_ms: Option<[Millis; 2]>,
    #[schema(value_type = Option<[f64; 2]>)]
    pub server_wait_ms: Option<[Millis; 2]>,
    pub score: Option<[u8; 2]>,
}

impl Certainty {
    /// `readings` are the aggregate's own.
    pub fn of(aggregate: &Aggregate, readings: &Readings, min_views: u64) -> Certainty {
        let interval = |of: &Distribution| of.interval(75).map(|it| it.map(Ms::from_tenths));
        let lcp = interval(&aggregate.lcp);
        let inp = interval(&aggregate.inp);
        let server_wait = interval(&aggregate.server_wait);
        let score = |end: usize| {
            let at = |reading: Option<Reading>, interval: Option<[Ms; 2]>, limit: Ms| {
                let p75 = interval?[end];
                reading.map(|reading| Reading {
                    p75,
                    under_limit: p75 < limit,
                    ..reading
                })
            };
            let mut readings = readings.clone();
            readings.load = at(readings.load, lcp, LOAD_LIMIT);
            readings.inp = at(readings.inp, inp, RESPONSE_LIMIT);
            readings.server_wait = at(readings.server_wait, server_wait, RESPONSE_LIMIT);
            grade(&readings, min_views).map(|grade| grade.score)
        };
        let enough = aggregate.measured.effective() >= min_views;
        let millis = |it: Option<[Ms; 2]>| it.map(|it| it.map(Millis));
        Certainty {
            lcp_ms: millis(lcp),
            inp_ms: millis(inp),
            server_wait_ms: millis(server_wait),
            // The longest times make the lowest score.
            score: (|| Some([score(1)?, score(0)?]))().filter(|_| enough),
        }
    }

    /// Whether chance alone may have made the difference.
    pub fn is_like(&self, other: &Certainty) -> bool {
        match (self.score, other.score) {
            (Some([low, high]), Some([other_low, other_high])) => {
                low <= other_high && other_low <= high
            }
            _ => true,
        }
    }
}
