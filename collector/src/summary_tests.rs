use nhip_protocol::report::RawReport;
use serde_json::{Value, json};

use super::*;
use crate::rollup::{Grouping, Total};
use crate::store::{OriginSeen, StoredRow};

const WINDOW: Range<UnixMs> = 0..86_400_000;

/// `n` views of the same readings.
fn summary(n: u64, weight: u32, readings: &Value, min_views: u64) -> Summary {
    let mut rolled = Total::default();
    let mut grouping = Grouping::default();
    for view in 0..n {
        let mut report = json!({"v":1,"portal":"vn-hn","view":format!("{view:016x}"),"seq":1,
            "kind":"final","nav":"navigate","age":0,"page":"/","weight":weight});
        for (key, value) in readings.as_object().unwrap() {
            report[key] = value.clone();
        }
        let raw: RawReport = serde_json::from_value(report).unwrap();
        grouping.push(StoredRow {
            received: 1000,
            began: 1000,
            origin: OriginSeen::Registered,
            surplus: false,
            report: raw.validate().unwrap(),
        });
    }
    for view in grouping.views() {
        rolled.people.push(view);
    }
    let aggregate = rolled.counted(false);
    Summary::new("vn-hn".parse().unwrap(), &WINDOW, &aggregate, min_views)
}

fn good() -> Value {
    json!({"load": {"lcp": 1000}, "response": {"inp": 50, "server_wait": 40},
        "viewport": {"width": 390, "height": 844, "checks": {"zoom": "pass"}}})
}

#[test]
fn the_grade_needs_its_minimum_of_views() {
    for (views, min_views, grade) in [
        (0, 3, None),
        (2, 3, None),
        (3, 3, Some("A")),
        (29, 30, None),
        (30, 30, Some("A")),
    ] {
        let summary = summary(views, 1, &good(), min_views);
        assert_eq!(summary.grade, grade, "{views} of {min_views}");
        assert_eq!(summary.score.is_some(), grade.is_some());
    }
}

#[test]
fn what_too_few_browsers_could_tell_is_named() {
    for (readings, untold) in [
        (good(), vec![]),
        (
            json!({"load": {"lcp": 1}}),
            vec!["inp", "server_wait", "viewport"],
        ),
        (
            json!({"response": {"inp": 1}}),
            vec!["lcp", "server_wait", "viewport"],
        ),
    ] {
        assert_eq!(summary(3, 1, &readings, 3).untold, untold, "{readings}");
    }
}

#[test]
fn the_json_keeps_the_shape_of_the_design() {
    let json = serde_json::to_value(summary(4, 10, &good(), 3)).unwrap();
    for (pointer, value) in [
        ("/portal", json!("vn-hn")),
        ("/from", json!("1970-01-01T00:00:00Z")),
        ("/to", json!("1970-01-02T00:00:00Z")),
        ("/profile", json!("field-1")),
        ("/grade", json!("A")),
        ("/score", json!(100)),
        ("/views/began", json!(4)),
        ("/views/blocked", json!(0)),
        (
            "/load/lcp_ms",
            json!({"p50": 1000, "p75": 1000, "p95": 1000, "n": 4}),
        ),
        ("/load/loaded_ms", Value::Null),
        ("/response/inp_ms/p75", json!(50)),
        ("/response/server_wait_ms/n", json!(4)),
        ("/stability/cls", Value::Null),
        ("/paint/fcp_ms", Value::Null),
        ("/paint/ttfb_ms", Value::Null),
        (
            "/viewport/zoom",
            json!({"pass": 40, "fail": 0, "unknown": 0, "n": 4}),
        ),
        (
            "/blame",
            json!({"rules": "blame-1", "network": 0, "server": 0, "page": 0, "device": 0,
                "mixed": 0, "unknown": 0, "n": 0}),
        ),
    ] {
        assert_eq!(json.pointer(pointer), Some(&value), "{pointer}");
    }
}

#[test]
fn milliseconds_keep_their_tenth() {
    let summary = summary(1, 1, &json!({"load": {"lcp": 1310.2}}), 1);
    let json = serde_json::to_value(summary).unwrap();
    assert_eq!(json["load"]["lcp_ms"]["p75"], json!(1310.2));
}
