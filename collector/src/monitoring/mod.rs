//! What other monitoring systems are told of each portal: its line of the league of the last 7 days, as numbers. What
//! its browsers could not tell is left out, never 0.

use nhip_protocol::code::Code;

pub use self::otlp::{DEFAULT_EVERY, Otlp, Receiver};
pub use self::prometheus::registry;
use crate::league::Standing;
use crate::summary::{Millis, Percentiles, Summary};

mod client;
mod otlp;
mod prometheus;
mod reader;

/// The timings, in the order of [`Reading::p75_ms`].
pub const TIMINGS: [&str; 5] = ["lcp", "inp", "server_wait", "fcp", "ttfb"];

/// A portal that has reported.
#[derive(Clone, Debug, PartialEq)]
pub struct Reading {
    pub portal: Code,
    /// `None`: not enough data.
    pub grade: Option<&'static str>,
    /// 0 to 100.
    pub score: Option<u8>,
    /// Views that began: measured, abandoned and blocked.
    pub views: u64,
    /// Milliseconds; `None` where no browser told.
    pub p75_ms: [Option<f64>; TIMINGS.len()],
    pub cls_p75: Option<f64>,
}

/// Of the portals that have ever reported.
pub fn readings(league: &[Standing]) -> Vec<Reading> {
    let summaries = league.iter().filter_map(|it| it.summary.as_ref());
    summaries.map(Reading::of).collect()
}

impl Reading {
    fn of(summary: &Summary) -> Reading {
        let p75 = |times: Option<Percentiles<Millis>>| times.map(|it| it.p75.0.as_f64());
        Reading {
            portal: summary.portal.clone(),
            grade: summary.grade,
            score: summary.score,
            views: summary.views.began,
            p75_ms: [
                p75(summary.load.lcp_ms),
                p75(summary.response.inp_ms),
                p75(summary.response.server_wait_ms),
                p75(summary.paint.fcp_ms),
                p75(summary.paint.ttfb_ms),
            ],
            cls_p75: summary.stability.cls.map(|it| it.p75.as_f64()),
        }
    }

    /// Name and p75 of each timing that was told.
    pub fn timings(&self) -> impl Iterator<Item = (&'static str, f64)> {
        let pairs = TIMINGS.into_iter().zip(self.p75_ms);
        pairs.filter_map(|(name, p75)| Some((name, p75?)))
    }
}
