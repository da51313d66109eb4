use nhip_protocol::report::RawReport;
use serde_json::{Value, json};

use super::*;

const HOUR: std::ops::Range<UnixMs> = 10 * HOUR_MS..11 * HOUR_MS;

/// A row of view `view`, received at `received`, `age` ms after the view began.
fn row(view: u64, seq: u32, received: UnixMs, age: u64, more: Value) -> StoredRow {
    let mut report = json!({"v":1,"portal":"vn-hn","view":format!("{view:016x}"),"seq":seq,
        "kind":"final","nav":"navigate","age":age,"page":"/","load":{"lcp":1000}});
    for (key, value) in more.as_object().unwrap() {
        report[key] = value.clone();
    }
    let raw: RawReport = serde_json::from_value(report).unwrap();
    StoredRow {
        received,
        began: received - age.cast_signed(),
        origin: OriginSeen::Registered,
        surplus: false,
        report: raw.validate().unwrap(),
    }
}

pub fn at(view: u64, seq: u32, more: Value) -> StoredRow {
    row(view, seq, HOUR.start + 5000, 1000, more)
}

pub fn aggregate(rows: impl IntoIterator<Item = StoredRow>) -> Aggregate {
    filtered(rows, &Filter::default())
}

fn filtered(rows: impl IntoIterator<Item = StoredRow>, filter: &Filter) -> Aggregate {
    grouped(rows).filtered(filter).counted(false)
}

/// All of them as if of one portal.
pub fn grouped(rows: impl IntoIterator<Item = StoredRow>) -> Hour {
    let mut grouping = Grouping::default();
    rows.into_iter().for_each(|row| grouping.push(row));
    let mut hour = Hour::default();
    grouping.views().for_each(|view| hour.push(view));
    hour
}

#[test]
fn a_retry_changes_nothing_but_the_count_of_duplicates() {
    let once = aggregate([at(1, 1, json!({})), at(1, 2, json!({}))]);
    let twice = aggregate([
        at(1, 1, json!({})),
        at(1, 2, json!({})),
        at(1, 2, json!({})),
        at(1, 1, json!({})),
    ]);
    assert_eq!((once.views.duplicate, once.views.superseded), (0, 1));
    assert_eq!((twice.views.duplicate, twice.views.superseded), (2, 1));
    assert_eq!(once.lcp, twice.lcp);
    assert_eq!(twice.views.began, 1);
}

#[test]
fn the_highest_sequence_counts_in_any_order_of_arrival() {
    let first = at(1, 1, json!({"load": {"lcp": 9000}, "kind": "started"}));
    let last = at(1, 2, json!({"load": {"lcp": 1234}}));
    for rows in [[first.clone(), last.clone()], [last, first]] {
        let aggregate = aggregate(rows);
        assert_eq!(aggregate.lcp.percentiles([75]), Some([12_340]));
        assert_eq!(aggregate.views.unfinished, 0);
        assert_eq!(aggregate.views.superseded, 1);
    }
}

#[test]
fn every_view_that_began_is_measured_abandoned_or_blocked() {
    let none = json!({});
    for (kind, load, class) in [
        ("final", json!({"lcp": 0}), "measured"),
        ("final", json!({"loaded": 900}), "measured"),
        ("started", json!({"lcp": 900}), "unfinished"),
        ("final", json!({"fcp": 900, "ttfb": 90}), "abandoned"),
        ("started", none.clone(), "abandoned"),
        ("abandoned", json!({"lcp": 900}), "abandoned"),
        ("blocked", none, "blocked"),
    ] {
        let counts = aggregate([at(1, 1, json!({"kind": kind, "load": load}))]).views;
        let got = match (counts.measured, counts.abandoned, counts.blocked) {
            (1, 0, 0) if counts.unfinished == 1 => "unfinished",
            (1, 0, 0) => "measured",
            (0, 1, 0) => "abandoned",
            (0, 0, 1) => "blocked",
            other => panic!("{kind}: {other:?}"),
        };
        assert_eq!((got, counts.began), (class, 1), "{kind} {load}");
    }
}

#[test]
fn absent_is_not_zero() {
    let aggregate = aggregate([
        at(1, 1, json!({"response": {"inp": 0}, "load": {"loaded": 5}})),
        at(2, 1, json!({})),
    ]);
    assert_eq!(aggregate.inp.percentiles([50]), Some([0]));
    assert_eq!(aggregate.inp.sample().views, 1);
    assert_eq!(aggregate.lcp.sample().views, 1);
    assert_eq!(aggregate.server_wait.percentiles([50]), None);
    assert!(aggregate.readings().server_wait.is_none());
}

#[test]
fn a_view_stands_for_its_weight() {
    let aggregate = aggregate([
        at(1, 1, json!({"load": {"lcp": 9000}, "weight": 100})),
        at(2, 1, json!({"load": {"lcp": 1000}})),
        at(3, 1, json!({"load": {"lcp": 1000}})),
    ]);
    assert_eq!(aggregate.lcp.percentiles([50]), Some([90_000]));
    assert_eq!(aggregate.lcp.sample().views, 3);
    assert_eq!(aggregate.measured.effective(), 1);
}

#[test]
fn lost_views_count_as_over_the_limit_and_views_that_cannot_tell_as_neither() {
    let fast = |n| at(n, 1, json!({"load": {"lcp": 2499.9}}));
    let lost = |n| at(n, 1, json!({"kind": "abandoned", "load": {}}));
    let silent = |n| at(n, 1, json!({"load": {"loaded": 9000}}));
    let slow = |n| at(n, 1, json!({"load": {"lcp": 2500}}));
    for (rows, under, survivors) in [
        (vec![fast(1), fast(2), fast(3)], true, true),
        (vec![fast(1), fast(2), fast(3), lost(4)], true, true),
        (vec![fast(1), fast(2), lost(4)], true, false),
        (vec![fast(1), silent(2), silent(3)], true, true),
        (vec![fast(1), fast(2), fast(3), slow(4)], true, true),
        (vec![fast(1), fast(2), slow(4)], false, false),
    ] {
        let readings = aggregate(rows.clone()).readings();
        let got = (
            readings.load.unwrap().under_limit,
            readings.survivors_under_limit,
        );
        assert_eq!(got, (under, survivors), "{} rows", rows.len());
    }
    assert!(!aggregate([lost(1)]).readings().survivors_under_limit);
}

#[test]
fn automated_views_are_counted_apart_unless_the_portal_counts_them() {
    let rows = [at(1, 1, json!({"automated": true})), at(2, 1, json!({}))];
    for (count_automated, began) in [(false, 1), (true, 2)] {
        let total = grouped(rows.clone()).total();
        let counts = total.counted(count_automated).views;
        assert_eq!((counts.began, counts.automated), (began, 1));
    }
}

#[test]
fn a_report_an_hour_after_its_view_began_is_late_not_lost() {
    let late = |age| row(1, 1, HOUR.start + 7_200_000, age, json!({}));
    for (age, count) in [(3_600_001, 1), (7_200_000, 1)] {
        let counts = aggregate([late(age)]).views;
        assert_eq!((counts.late, counts.measured), (count, 1), "{age}");
    }
    let on_time = row(1, 1, HOUR.start + 3_600_000, 3_600_000, json!({}));
    assert_eq!(aggregate([on_time]).views.late, 0);
}

#[test]
fn filters_ask_the_last_snapshot() {
    let rows = [
        at(
            1,
            1,
            json!({"device":"phone","net":"3g","engine":"gecko/1","page":"/a","agency":"vn-dn"}),
        ),
        at(2, 1, json!({"device":"desktop"})),
    ];
    for (filter, began) in [
        (Filter::default(), 2),
        (
            Filter {
                device: Some(Device::Phone),
                ..Filter::default()
            },
            1,
        ),
        (
            Filter {
                network: Some(Net::ThreeG),
                ..Filter::default()
            },
            1,
        ),
        (
            Filter {
                network: Some(Net::TwoG),
                ..Filter::default()
            },
            0,
        ),
        (
            Filter {
                browser: Some(Engine::Gecko),
                ..Filter::default()
            },
            1,
        ),
        (
            Filter {
                page: Some("/a".into()),
                ..Filter::default()
            },
            1,
        ),
        (
            Filter {
                agency: Some("vn-dn".parse().unwrap()),
                ..Filter::default()
            },
            1,
        ),
        (
            Filter {
                agency: Some("vn-hn".parse().unwrap()),
                ..Filter::default()
            },
            1,
        ),
    ] {
        assert_eq!(
            filtered(rows.clone(), &filter).views.began,
            began,
            "{filter:?}"
        );
    }
}

#[test]
fn one_view_id_under_two_portals_is_two_views() {
    assert_eq!(
        aggregate([at(1, 1, json!({})), at(1, 1, json!({"portal": "vn-dn"}))])
            .views
            .began,
        2
    );
}

#[test]
fn a_restored_page_without_lcp_was_measured_by_its_paint() {
    for (nav, expected) in [("bfcache", (1, 0)), ("navigate", (0, 1))] {
        let painted = at(1, 1, json!({"nav": nav, "load": {"fcp": 30}}));
        let views = aggregate([painted]).views;
        assert_eq!((views.measured, views.abandoned), expected, "{nav}");
    }
}

#[test]
fn a_view_of_which_a_report_came_with_a_null_origin_is_flagged_once() {
    let null = |mut row: StoredRow| {
        row.origin = OriginSeen::Null;
        row
    };
    let rows = [
        at(1, 1, json!({})),
        null(at(1, 2, json!({}))),
        null(at(2, 1, json!({}))),
        null(at(2, 2, json!({}))),
        at(3, 1, json!({})),
    ];
    let views = aggregate(rows).views;
    assert_eq!((views.began, views.null_origin), (3, 2));
}

#[test]
fn views_over_a_limit_are_counted_by_verdict_and_weight() {
    use nhip_protocol::blame::Verdict;
    let wait = |view, weight, connect, wait| {
        let load = json!({"lcp": 900, "phases": {"connect": connect, "wait": wait}});
        let response = json!({"server_wait": wait});
        at(
            view,
            1,
            json!({"load": load, "response": response, "weight": weight}),
        )
    };
    let blame = aggregate([
        wait(1, 1, 20, 199),
        wait(2, 10, 20, 900),
        wait(3, 1, 800, 850),
        wait(4, 1, 0, 900),
    ])
    .blame;
    let weights = Verdict::ALL.map(|verdict| blame.weight(verdict));
    assert_eq!((weights, blame.over.views), ([1, 10, 0, 0, 0, 1], 3));
}
