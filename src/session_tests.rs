use nhip_protocol::report::RawReport;
use nhip_protocol::unit::Ms;
use serde_json::{Value, json};

use super::*;
use crate::signal::{Navigation, Supports};

const ALL: Supports = Supports {
    largest_paint: true,
    layout_shift: true,
    interactions: true,
};

const NONE: Supports = Supports {
    largest_paint: false,
    layout_shift: false,
    interactions: false,
};

fn session(supports: Supports, first_hidden: f64) -> Session {
    Session::new(Start {
        nav: Nav::Navigate,
        first_hidden,
        activation: 0.0,
        supports,
    })
}

fn load(session: &mut Session) {
    for signal in [
        Signal::Navigation(Navigation {
            request_start: 90.0,
            response_start: 240.0,
            load_end: 1700.0,
            now: 1800.0,
            ..Navigation::default()
        }),
        Signal::FirstPaint { at: 800.0 },
        Signal::Shift {
            at: 850.0,
            score: 0.05,
            had_recent_input: false,
        },
    ] {
        session.push(signal, None);
    }
}

fn event(at: f64, duration: f64, interaction_id: u32) -> Signal {
    Signal::Event {
        at,
        duration,
        interaction_id,
        is_first_input: false,
    }
}

#[test]
fn a_browser_that_cannot_tell_says_so() {
    let mut session = session(NONE, f64::INFINITY);
    load(&mut session);
    let snapshot = session.snapshot(None);
    assert_eq!(snapshot.load.lcp, None);
    assert_eq!(snapshot.load.loaded, Some(Ms::whole(1700)));
    assert_eq!(
        snapshot.layout.cls, None,
        "no layout-shift entries is not no shift"
    );
    assert_eq!(snapshot.response.inp, None);
    assert!(grade_view(&snapshot).is_some_and(|grade| !grade.told.load));
}

#[test]
fn a_page_loaded_in_the_background_has_no_paint_and_no_cls_but_answers() {
    let mut session = session(ALL, 0.0);
    load(&mut session);
    session.push(Signal::LargestPaint { at: 900.0 }, None);
    session.push(event(2000.0, 120.0, 7), Some(1));
    let snapshot = session.snapshot(Some(1));
    assert_eq!((snapshot.load.lcp, snapshot.load.fcp), (None, None));
    assert_eq!(snapshot.layout.cls, None);
    assert_eq!(snapshot.load.ttfb, Some(Ms::whole(240)));
    assert_eq!(snapshot.response.inp, Some(Ms::whole(120)));
}

#[test]
fn cls_uses_the_shifts_from_before_the_first_paint_was_known() {
    let mut session = session(ALL, f64::INFINITY);
    session.push(
        Signal::Shift {
            at: 100.0,
            score: 0.05,
            had_recent_input: false,
        },
        None,
    );
    assert_eq!(session.snapshot(None).layout.cls, None);
    session.push(Signal::FirstPaint { at: 90.0 }, None);
    assert_eq!(session.snapshot(None).layout.cls, Cls::from_f64(0.05));
}

#[test]
fn a_restored_page_is_a_new_view() {
    let mut session = session(ALL, f64::INFINITY);
    load(&mut session);
    session.push(Signal::LargestPaint { at: 900.0 }, None);
    session.push(event(2000.0, 300.0, 7), Some(1));
    session.push(Signal::Hidden { at: 3000.0 }, Some(1));
    session.push(Signal::Restored { at: 9000.0 }, Some(1));
    assert_eq!(
        session.snapshot(Some(1)).layout.cls,
        None,
        "not painted yet"
    );
    session.push(Signal::Painted { after: 30.0 }, Some(1));
    // Delivered late, from the view before.
    session.push(event(2500.0, 500.0, 14), Some(1));
    let snapshot = session.snapshot(Some(1));
    assert_eq!(snapshot.load.lcp, Some(Ms::whole(30)));
    assert_eq!(snapshot.response, Response::default());
    assert_eq!(snapshot.layout.cls, Cls::from_f64(0.0));
    session.push(event(9500.0, 56.0, 21), Some(2));
    assert_eq!(session.snapshot(Some(2)).response.inp, Some(Ms::whole(56)));
}

#[test]
fn a_snapshot_in_the_loaders_envelope_is_a_valid_report() {
    let mut session = session(ALL, f64::INFINITY);
    load(&mut session);
    session.push(Signal::LargestPaint { at: 1310.2 }, None);
    let Value::Object(mut report) = serde_json::to_value(session.snapshot(None)).unwrap() else {
        panic!("a snapshot is an object");
    };
    let Value::Object(envelope) = json!({"v": 1, "portal": "vn-hn", "view": "5f0c9a1be77d2034",
        "seq": 1, "kind": "started", "nav": "navigate", "age": 1800, "page": "/"})
    else {
        panic!("an envelope is an object");
    };
    report.extend(envelope);
    let raw: RawReport = serde_json::from_value(Value::Object(report)).unwrap();
    let valid = raw.validate().unwrap();
    assert_eq!(valid.load.lcp, Some(Ms::from_tenths(13_102)));
    assert_eq!(valid.response.server_wait, Some(Ms::whole(150)));
}
