//! The 75th percentiles of a summary, to be set beside others.

use nhip_protocol::unit::{Cls, Ms};

use super::super::language::Language;
use crate::summary::{Millis, Percentiles, Summary};

/// A reading's 75th percentile, which orders and writes itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum P75 {
    Seconds(Ms),
    Millis(Ms),
    Shift(Cls),
}

impl P75 {
    pub fn show(self, language: Language) -> String {
        match self {
            P75::Seconds(ms) => language.seconds(ms),
            P75::Millis(ms) => language.millis(ms),
            P75::Shift(cls) => language.cls(cls),
        }
    }
}

/// In the order of a page's readings ([`super::rows::readings`]).
pub fn p75s(summary: &Summary) -> [Option<P75>; 8] {
    let ms = |it: &Option<Percentiles<Millis>>| it.map(|it| it.p75.0);
    let waits = summary.response.request_wait_ms;
    [
        ms(&summary.load.lcp_ms).map(P75::Seconds),
        ms(&summary.response.inp_ms).map(P75::Millis),
        ms(&summary.response.server_wait_ms).map(P75::Millis),
        waits.map(|waits| P75::Millis(waits.percentiles.p75.0)),
        summary.stability.cls.map(|cls| P75::Shift(cls.p75)),
        ms(&summary.paint.fcp_ms).map(P75::Seconds),
        ms(&summary.paint.ttfb_ms).map(P75::Millis),
        ms(&summary.load.loaded_ms).map(P75::Seconds),
    ]
}

/// Load, INP and server wait.
pub fn three(summary: &Summary, language: Language) -> [Option<String>; 3] {
    let [lcp, inp, server_wait, ..] = p75s(summary);
    [lcp, inp, server_wait].map(|it| it.map(|it| it.show(language)))
}
