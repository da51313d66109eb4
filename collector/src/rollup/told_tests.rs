//! What views tell beside their readings.

use nhip_protocol::report::Complaint;
use serde_json::{Value, json};

use super::counts::{LostAt, SkippedViews};
use super::tests::{aggregate, at};

#[test]
fn views_that_were_lost_say_where_and_the_others_say_nothing() {
    let lost = |view, kind: &str, more: Value| {
        let mut report = json!({"kind": kind, "load": {}, "weight": 10});
        let more = more.as_object().unwrap().clone();
        report.as_object_mut().unwrap().extend(more);
        at(view, 1, report)
    };
    let rows = [
        lost(1, "abandoned", json!({"phase": "loading"})),
        lost(2, "abandoned", json!({"phase": "loading"})),
        lost(3, "blocked", json!({"phase": "complete"})),
        lost(4, "abandoned", json!({})),
        // Lost, but it was not the loader's last word: what it says of a phase is passed over.
        lost(5, "started", json!({"phase": "interactive"})),
        at(6, 1, json!({"phase": "interactive"})),
        // Told more later: it was not lost.
        lost(7, "abandoned", json!({"phase": "loading"})),
        at(7, 2, json!({})),
    ];
    let aggregate = aggregate(rows);
    let expected = LostAt {
        loading: 2,
        interactive: 0,
        complete: 1,
    };
    assert_eq!(aggregate.lost_at, expected, "views, not weights");
    assert_eq!(aggregate.views.abandoned + aggregate.views.blocked, 5);
    assert_eq!(LostAt::default().told(), None);
}

#[test]
fn what_was_skipped_is_counted_by_view() {
    let skipped = |view, words| at(view, 1, json!({"skipped": words, "weight": 10}));
    let rows = [
        skipped(1, json!(["audit", "badge", "audit"])),
        skipped(2, json!(["badge"])),
        skipped(3, json!(["what is new"])),
        // Its last snapshot counts.
        skipped(4, json!(["audit"])),
        at(4, 2, json!({})),
    ];
    let expected = SkippedViews { audit: 1, badge: 2 };
    assert_eq!(aggregate(rows).skipped, expected);
}

#[test]
fn errors_are_summed_by_weight_and_the_views_that_met_them_counted() {
    let met = |view, weight: u32, errors| at(view, 1, json!({"errors": errors, "weight": weight}));
    let rows = [
        met(
            1,
            10,
            json!({"uncaught": 2, "resources": {"404": 3, "unknown": 1}, "navigation": 500}),
        ),
        met(
            2,
            1,
            json!({"rejected": 1, "resources": {"404": 1}, "navigation": 500, "mixed": 4}),
        ),
        met(3, 5, json!({"navigation": 404})),
        // Nothing went wrong.
        met(4, 1, json!({"uncaught": 0, "resources": {"404": 0}})),
        at(5, 1, json!({})),
    ];
    let tally = serde_json::to_value(aggregate(rows).errors).unwrap();
    let expected = json!({"views": 3, "uncaught": 20, "rejected": 1,
        "resources": {"404": 31, "unknown": 10}, "navigation": {"404": 1, "500": 2}, "mixed": 4});
    assert_eq!(tally, expected);
}

#[test]
fn each_wait_of_a_view_counts_with_the_views_weight() {
    let waited = |view, weight: u32, waits: Value| {
        let requests = json!({"count": 50, "waits": waits});
        at(view, 1, json!({"requests": requests, "weight": weight}))
    };
    let rows = [
        waited(1, 1, json!([10, 20, 30])),
        waited(2, 4, json!([0])),
        // Could not tell how long.
        waited(3, 100, json!([])),
        at(4, 1, json!({})),
    ];
    let aggregate = aggregate(rows);
    assert_eq!(
        aggregate.request_wait.percentiles([50, 75, 100]),
        Some([0, 200, 300])
    );
    assert_eq!(aggregate.request_wait.sample().views, 4, "waits");
    assert_eq!(aggregate.request_views, 2);
    assert!(aggregate.readings().server_wait.is_none(), "not graded");
}

#[test]
fn steps_are_summed_by_service_and_weight() {
    let step = |service: &str, result: &str| json!({"service": service, "result": result});
    let done = |ms: Value| json!({"service": "nop-ho-so", "result": "done", "ms": ms});
    let told =
        |view, weight: u32, steps: Value| at(view, 1, json!({"steps": steps, "weight": weight}));
    let start = step("nop-ho-so", "start");
    let rows = [
        told(
            1,
            10,
            json!([start, step("nop-ho-so", "error"), done(json!(30_000))]),
        ),
        // Of another page: the service was started there.
        told(2, 1, json!([done(json!(60_000)), step("nop-phi", "start")])),
        told(3, 1, json!([start, step("nop-ho-so", "done")])),
        // An error's duration says nothing of how long a service takes.
        told(
            4,
            1,
            json!([{"service": "nop-phi", "result": "error", "ms": 5}]),
        ),
    ];
    let services = aggregate(rows).services;
    let sums: Vec<_> = services
        .iter()
        .map(|(name, tally)| (name.as_str(), tally.started, tally.done, tally.error))
        .collect();
    assert_eq!(sums, [("nop-ho-so", 11, 12, 10), ("nop-phi", 1, 0, 1)]);
    let (_, filing) = services.iter().next().unwrap();
    assert_eq!(
        filing.done_ms.percentiles([50, 95]),
        Some([300_000, 600_000])
    );
    assert_eq!(filing.done_ms.sample().views, 2, "one end did not tell");
    let (_, paying) = services.iter().nth(1).unwrap();
    assert_eq!(paying.done_ms.percentiles([50]), None);
}

#[test]
fn answers_are_summed_by_weight_and_the_last_snapshot_counts() {
    let told = |view, seq, rating: Value| at(view, seq, json!({"rating": rating, "weight": 10}));
    let unhappy = |cause: &str| json!({"satisfied": false, "cause": cause});
    let rows = [
        told(1, 1, json!({"satisfied": true})),
        // Of somebody who is satisfied a cause means nothing.
        told(2, 1, json!({"satisfied": true, "cause": "payment"})),
        // The cause came later.
        told(3, 1, json!({"satisfied": false})),
        told(3, 2, unhappy("agencies")),
        told(4, 1, json!({"satisfied": false})),
        at(5, 1, json!({})),
    ];
    let ratings = aggregate(rows).ratings;
    assert_eq!(
        (ratings.views, ratings.satisfied, ratings.unsatisfied()),
        (4, 20, 20)
    );
    let causes: Vec<_> = ratings
        .causes()
        .filter(|(_, told)| told.weight > 0)
        .map(|(cause, told)| (cause.map(Complaint::name), told.weight))
        .collect();
    assert_eq!(causes, [(Some("agencies"), 10), (None, 10)]);
}
