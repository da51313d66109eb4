use serde_json::{Value, json};

use super::*;
use crate::report::RawReport;

/// A navigation over a new connection with a round trip of 40 ms, in a browser that tells all.
fn report(load: Value, response: Value, causes: Value) -> Report {
    let mut load = load;
    if load["phases"].is_null() {
        load["phases"] = json!({"dns": 0, "connect": 40, "wait": 60, "download": 1});
    }
    let raw: RawReport = serde_json::from_value(json!({
        "v": 1, "portal": "vn-hn", "view": "5f0c9a1be77d2034", "seq": 1, "kind": "final",
        "nav": "navigate", "age": 9000, "page": "/", "load": load, "response": response
    }))
    .unwrap();
    Report {
        causes: Some(serde_json::from_value(causes).unwrap()),
        ..raw.validate().unwrap()
    }
}

fn verdict(report: &Report) -> Verdict {
    blame(report).unwrap().verdict
}

const NONE_BLOCKED: fn() -> Value = || json!({"delay": 0, "duration": 0});

#[test]
fn a_view_under_every_limit_has_no_verdict() {
    let fast = report(
        json!({"lcp": 2499.9}),
        json!({"server_wait": 199.9, "inp": 0}),
        json!({}),
    );
    assert_eq!(blame(&fast), None);
    let at_the_limit = report(json!({}), json!({"server_wait": 200}), json!({}));
    assert!(blame(&at_the_limit).is_some());
}

#[test]
fn a_wait_is_the_servers_but_for_one_round_trip() {
    for (connect, wait, expected) in [
        (40.0, 800.0, Verdict::Server),
        (700.0, 720.0, Verdict::Network),
        (400.0, 800.0, Verdict::Mixed),
        // Reused: nobody knows how long the way is.
        (0.0, 800.0, Verdict::Unknown),
    ] {
        let phases = json!({"connect": connect, "wait": wait});
        let slow = report(
            json!({"phases": phases}),
            json!({"server_wait": wait}),
            json!({}),
        );
        assert_eq!(verdict(&slow), expected, "{connect} {wait}");
    }
    let told = report(
        json!({"phases": {"connect": 0, "wait": 800}}),
        json!({"server_wait": 800}),
        json!({"server": 700}),
    );
    let given = blame(&told).unwrap();
    assert_eq!(given.verdict, Verdict::Server);
    assert_eq!((given.share, given.confidence), (87, 100));
}

#[test]
fn work_is_the_devices_as_far_as_a_reference_device_would_not_have_needed_it() {
    for (pace, expected) in [
        (json!(5), Verdict::Page),
        (json!(30), Verdict::Device),
        (json!(10), Verdict::Mixed),
        (Value::Null, Verdict::Unknown),
    ] {
        let mut causes = json!({"render_delay": 3900, "blocking": NONE_BLOCKED(), "busy": 3800});
        if !pace.is_null() {
            causes["pace"] = pace.clone();
        }
        let slow = report(json!({"lcp": 4000, "ttfb": 100}), json!({}), causes.clone());
        assert_eq!(verdict(&slow), expected, "{pace}");
        let inp = report(json!({}), json!({"inp": 600}), causes);
        assert_eq!(verdict(&inp), expected, "{pace}");
    }
}

#[test]
fn what_was_not_told_is_not_nothing() {
    // No long tasks: on a slow device they may have been there, on a fast one they were the page's.
    for (pace, expected) in [(5, Verdict::Page), (30, Verdict::Unknown)] {
        let causes = json!({"render_delay": 3900, "blocking": NONE_BLOCKED(), "pace": pace});
        let slow = report(json!({"lcp": 4000, "ttfb": 100}), json!({}), causes);
        assert_eq!(verdict(&slow), expected, "{pace}");
    }
    // Nor what blocked rendering: anybody.
    let causes = json!({"render_delay": 3900, "pace": 5});
    let slow = report(json!({"lcp": 4000, "ttfb": 100}), json!({}), causes);
    assert_eq!(verdict(&slow), Verdict::Unknown);
    // And nothing of what LCP showed.
    let slow = report(
        json!({"lcp": 4000, "ttfb": 100}),
        json!({}),
        json!({"busy": 0}),
    );
    assert_eq!(verdict(&slow), Verdict::Unknown);
}

#[test]
fn an_image_is_the_networks_as_far_as_a_good_connection_would_not_have_needed_it() {
    for (bytes, expected) in [
        (200_000, Verdict::Network),
        (4_000_000, Verdict::Page),
        (2_000_000, Verdict::Mixed),
    ] {
        let image = json!({"delay": 20, "duration": 3050, "connect": 0, "wait": 50,
            "download": 3000, "bytes": bytes});
        let causes = json!({"resource": image, "render_delay": 30, "busy": 0,
            "blocking": NONE_BLOCKED(), "bytes": 9000, "pace": 5});
        let slow = report(json!({"lcp": 3200, "ttfb": 100}), json!({}), causes);
        assert_eq!(verdict(&slow), expected, "{bytes}");
    }
}

#[test]
fn what_an_image_waited_for_is_told_from_the_image_itself() {
    let image = |delay: u32, wait: u32| {
        json!({"delay": delay, "duration": wait + 100, "connect": 0, "wait": wait,
            "download": 100, "bytes": 100_000})
    };
    for (image, expected) in [
        (image(3000, 50), Verdict::Page),
        (image(20, 3000), Verdict::Server),
    ] {
        let causes = json!({"resource": image, "render_delay": 10, "busy": 0,
            "blocking": NONE_BLOCKED(), "bytes": 9000, "pace": 5});
        let slow = report(json!({"lcp": 3280, "ttfb": 100}), json!({}), causes);
        assert_eq!(verdict(&slow), expected, "{image}");
    }
}

#[test]
fn the_reading_that_is_the_most_times_over_its_limit_decides() {
    let causes = json!({"render_delay": 3200, "blocking": NONE_BLOCKED(), "busy": 0, "pace": 5});
    let lcp = json!({"lcp": 4000, "ttfb": 800,
        "phases": {"connect": 40, "wait": 260, "download": 1}});
    let slow = report(lcp.clone(), json!({"server_wait": 260}), causes.clone());
    let given = blame(&slow).unwrap();
    assert_eq!((given.reading, given.verdict), (Slow::Lcp, Verdict::Page));
    let slow = report(lcp, json!({"server_wait": 260, "inp": 900}), causes);
    assert_eq!(blame(&slow).unwrap().reading, Slow::Inp);
}

#[test]
fn a_view_that_was_given_up_or_did_not_load_tells_nothing_of_its_load() {
    let mut slow = report(json!({"lcp": 4000, "ttfb": 100}), json!({}), json!({}));
    slow.nav = crate::report::Nav::Bfcache;
    assert_eq!(verdict(&slow), Verdict::Unknown);
    slow.kind = Kind::Abandoned;
    assert_eq!(blame(&slow), None);
}

#[test]
fn a_coarse_clock_leaves_a_short_reading_unknown() {
    for (tick, expected) in [
        (0.1, Verdict::Server),
        (1.0, Verdict::Server),
        (100.0, Verdict::Unknown),
    ] {
        let slow = report(
            json!({}),
            json!({"server_wait": 300}),
            json!({"tick": tick}),
        );
        assert_eq!(verdict(&slow), expected, "{tick}");
    }
}
