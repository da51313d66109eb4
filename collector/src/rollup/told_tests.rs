//! What views tell beside their readings.

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
