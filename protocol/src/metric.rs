//! The metric table: every timing and score of the report, with its unit, its limit, the largest
//! value that is still believed, and where its definition stands.

use crate::unit::{Cls, Ms};

/// Page load under this is what grade A asks for, strictly.
///
/// Source: the ministry's published criteria for portals ("page load under 2.5 s"); the same figure
/// is the "good" limit of LCP, <https://web.dev/articles/lcp>.
pub const LOAD_LIMIT: Ms = Ms::whole(2500);

/// Response under this is what grade A asks for, strictly, in each response reading that exists.
///
/// Source: the same criteria ("response under 0.2 s"); the same figure is the "good" limit of INP,
/// <https://web.dev/articles/inp>.
pub const RESPONSE_LIMIT: Ms = Ms::whole(200);

/// Layout shift over this fails the check `layout-stability`. Source: <https://web.dev/articles/cls>.
pub const CLS_LIMIT: Cls = Cls::from_ten_thousandths(1000);

/// A load that took longer was a machine that slept or a clock that jumped (`docs/measuring.md`, rule 25).
const LONGEST_LOAD: Ms = Ms::whole(600_000);

/// An interaction of a minute is a debugger or a suspended machine (`docs/measuring.md`, rule 25).
const LONGEST_INTERACTION: Ms = Ms::whole(60_000);

/// A timing: a row of the metric table. CLS, a score, has its constants beside it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Metric {
    /// As in the report and, with the unit behind it, in the API.
    pub name: &'static str,
    pub unit: &'static str,
    /// What grade A asks the p75 to be under, strictly.
    pub limit: Option<Ms>,
    /// The largest believable value; above it, the value is dropped with a reason.
    pub max: Ms,
    /// Where the definition stands.
    pub source: &'static str,
}

impl Metric {
    const fn load(name: &'static str, limit: Option<Ms>, source: &'static str) -> Metric {
        Metric {
            name,
            unit: "ms",
            limit,
            max: LONGEST_LOAD,
            source,
        }
    }

    /// `ms` as this metric's value, or why it can't be.
    pub fn believe(&self, ms: f64) -> Result<Ms, Disbelief> {
        believe(self.max, ms)
    }
}

/// `ms` as a value up to `max`, or why it can't be. Apart from the table, so that the module does
/// not carry its words.
pub fn believe(max: Ms, ms: f64) -> Result<Ms, Disbelief> {
    if ms.is_nan() || ms < 0.0 {
        return Err(Disbelief::Negative);
    }
    match Ms::from_f64(ms) {
        Some(value) if value <= max => Ok(value),
        _ => Err(Disbelief::TooLong),
    }
}

/// Why a browser's value was dropped instead of reported.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum Disbelief {
    /// Below zero, or not a number: a clock that ran backwards.
    Negative,
    /// Above the metric's `max`: a machine that slept, a clock that jumped.
    TooLong,
}

const NAVIGATION_TIMING: &str = "https://www.w3.org/TR/navigation-timing-2/";

pub const LCP: Metric = Metric::load(
    "lcp",
    Some(LOAD_LIMIT),
    "https://www.w3.org/TR/largest-contentful-paint/",
);
pub const FCP: Metric = Metric::load("fcp", None, "https://www.w3.org/TR/paint-timing/");
/// `responseStart` from the time origin, redirects included.
pub const TTFB: Metric = Metric::load("ttfb", None, NAVIGATION_TIMING);
/// `loadEventEnd`: what a browser without LCP can say; never mixed with it.
pub const LOADED: Metric = Metric::load("loaded", None, NAVIGATION_TIMING);
/// The phases of the navigation (redirect, dns, connect, tls, wait, download) share one bound.
pub const PHASE: Metric = Metric::load("phase", None, NAVIGATION_TIMING);
/// `responseStart − requestStart` of the navigation.
pub const SERVER_WAIT: Metric =
    Metric::load("server_wait", Some(RESPONSE_LIMIT), NAVIGATION_TIMING);
/// `responseStart − requestStart` of a request after the load. Shown, never graded: the limit was
/// published for pages.
pub const REQUEST_WAIT: Metric = Metric::load(
    "request_wait",
    None,
    "https://www.w3.org/TR/resource-timing/",
);
pub const INP: Metric = Metric {
    name: "inp",
    unit: "ms",
    limit: Some(RESPONSE_LIMIT),
    // One tenth below a minute: a 60-second interaction is not believed.
    max: Ms::from_tenths(LONGEST_INTERACTION.tenths() - 1),
    source: "https://www.w3.org/TR/event-timing/",
};

/// Every timing of the report.
pub const TIMINGS: [Metric; 8] = [
    LCP,
    FCP,
    TTFB,
    LOADED,
    PHASE,
    SERVER_WAIT,
    REQUEST_WAIT,
    INP,
];

/// Layout shift beyond this is no layout any more.
pub const LARGEST_CLS: Cls = Cls::from_ten_thousandths(1_000_000);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn impossible_values_are_disbelieved_with_a_reason() {
        assert_eq!(LCP.believe(600_000.0), Ok(LONGEST_LOAD));
        assert_eq!(LCP.believe(600_000.1), Err(Disbelief::TooLong));
        assert_eq!(INP.believe(59_999.9), Ok(INP.max));
        assert_eq!(INP.believe(60_000.0), Err(Disbelief::TooLong));
        assert_eq!(LCP.believe(-0.1), Err(Disbelief::Negative));
        assert_eq!(LCP.believe(f64::NAN), Err(Disbelief::Negative));
        assert_eq!(INP.believe(0.0), Ok(Ms::whole(0)), "0 is a measurement");
    }

    #[test]
    fn a_limit_can_be_met_by_a_value_that_is_believed() {
        for metric in TIMINGS {
            assert!(
                metric.limit.is_none_or(|limit| limit < metric.max),
                "{}",
                metric.name
            );
            assert!(metric.source.starts_with("https://"), "{}", metric.name);
        }
    }
}
