//! The loader's own reports carry readings that no module has judged. A view that was lost must not be
//! lost a second time for one of them: what cannot be believed is left out, as the module would have.

use crate::metric::{self, Disbelief};
use crate::report::{Phases, RawReport};
use crate::unit::Cls;

/// Takes each reading that cannot be believed out of `report`, and notes the reason in its `dropped`.
pub(super) fn leave_out(report: &mut RawReport) {
    let (load, response, dropped) = (&mut report.load, &mut report.response, &mut report.dropped);
    for (metric, reading, reason) in [
        (metric::LCP, &mut load.lcp, &mut dropped.lcp),
        (metric::FCP, &mut load.fcp, &mut dropped.fcp),
        (metric::TTFB, &mut load.ttfb, &mut dropped.ttfb),
        (metric::LOADED, &mut load.loaded, &mut dropped.loaded),
        (metric::INP, &mut response.inp, &mut dropped.inp),
        (
            metric::SERVER_WAIT,
            &mut response.server_wait,
            &mut dropped.server_wait,
        ),
    ] {
        take(reading, reason, |ms| metric.believe(*ms).err());
    }
    take(&mut load.phases, &mut dropped.phases, phases);
    take(&mut report.layout.cls, &mut dropped.cls, |cls| score(*cls));
}

fn take<T>(
    reading: &mut Option<T>,
    reason: &mut Option<Disbelief>,
    judge: impl Fn(&T) -> Option<Disbelief>,
) {
    if let Some(disbelief) = reading.as_ref().and_then(judge) {
        *reading = None;
        *reason = Some(disbelief);
    }
}

/// One that cannot be believed takes the others with it: `dropped` has one reason for all of them.
fn phases(phases: &Phases<f64>) -> Option<Disbelief> {
    let Phases {
        redirect,
        dns,
        connect,
        tls,
        wait,
        download,
    } = *phases;
    [redirect, dns, connect, tls, wait, download]
        .into_iter()
        .flatten()
        .find_map(|ms| metric::PHASE.believe(ms).err())
}

fn score(cls: f64) -> Option<Disbelief> {
    match Cls::from_f64(cls) {
        Some(cls) if cls <= metric::LARGEST_CLS => None,
        None if cls.is_nan() || cls < 0.0 => Some(Disbelief::Negative),
        _ => Some(Disbelief::TooLong),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::metric::Disbelief::{Negative, TooLong};
    use crate::refusal::Refusal;
    use crate::report::Report;

    fn report(kind: &str, part: &str, readings: &Value) -> Result<Report, Refusal> {
        let mut report = json!({"v":1,"portal":"vn-hn","view":"5f0c9a1be77d2034","seq":1,
            "kind":kind,"nav":"navigate","age":10,"page":"/"});
        report[part] = readings.clone();
        serde_json::from_value::<RawReport>(report)
            .unwrap()
            .validate()
    }

    #[test]
    fn a_reading_that_nobody_judged_is_left_out_with_its_reason_and_costs_nothing_else() {
        for (part, name, value, reason) in [
            ("load", "lcp", json!(-1), Negative),
            ("load", "fcp", json!(600_000.1), TooLong),
            ("load", "ttfb", json!(-0.1), Negative),
            ("load", "loaded", json!(1e300), TooLong),
            ("load", "phases", json!({"dns": 1, "wait": -5}), Negative),
            ("response", "inp", json!(60_000), TooLong),
            ("response", "server_wait", json!(-1), Negative),
            ("layout", "cls", json!(-1), Negative),
            ("layout", "cls", json!(100.1), TooLong),
            ("layout", "cls", json!(1e300), TooLong),
        ] {
            let readings = json!({ name: value });
            for kind in ["abandoned", "blocked"] {
                let report = report(kind, part, &readings).unwrap();
                let stored = serde_json::to_value(report).unwrap();
                assert_eq!(stored[part], json!({}), "{kind} {name}");
                assert_eq!(stored["dropped"], json!({ name: reason }), "{kind} {name}");
            }
            for kind in ["started", "final"] {
                let refusal = report(kind, part, &readings).unwrap_err();
                assert_eq!(refusal.reason(), "implausible", "{kind} {name}");
            }
        }
    }

    #[test]
    fn what_can_be_believed_stays_beside_what_cannot() {
        let readings = json!({"fcp": -1, "ttfb": 600_000, "loaded": 0});
        let report = report("abandoned", "load", &readings).unwrap();
        let stored = serde_json::to_value(report).unwrap();
        assert_eq!(stored["load"], json!({"ttfb": 600_000.0, "loaded": 0.0}));
        assert_eq!(stored["dropped"], json!({"fcp": "negative"}));
    }
}
