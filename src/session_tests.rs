use super::*;
use crate::signal::{Navigation, Supports};
use crate::snapshot::Reading;

const UNTOLD: Reading = Reading::UNTOLD;

fn number(number: f64) -> Reading {
    Reading::of(number)
}

const ALL: Supports = Supports {
    largest_paint: true,
    layout_shift: true,
};

const NONE: Supports = Supports {
    largest_paint: false,
    layout_shift: false,
};

fn session(supports: Supports, first_hidden: f64) -> Session {
    Session::new(Start {
        nav: Nav::Navigate,
        first_hidden,
        activation: 0.0,
        supports,
    })
}

fn navigation() -> Navigation {
    Navigation {
        request_start: 90.0,
        response_start: 240.0,
        load_end: 1700.0,
        now: 1800.0,
        ..Navigation::default()
    }
}

fn load(session: &mut Session) {
    session.navigation(navigation());
    for signal in [
        Signal::FirstPaint { at: 800.0 },
        Signal::Shift {
            at: 850.0,
            score: 0.05,
            had_recent_input: false,
        },
    ] {
        session.push(signal);
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
    assert_eq!(snapshot.lcp, UNTOLD);
    assert_eq!(snapshot.loaded, number(1700.0));
    assert_eq!(
        snapshot.cls, UNTOLD,
        "no layout-shift entries is not no shift"
    );
    assert_eq!(snapshot.inp, UNTOLD);
    assert_eq!(
        snapshot.letter,
        number(1.0),
        "without LCP B is the best there is"
    );
}

#[test]
fn a_page_loaded_in_the_background_has_no_paint_and_no_cls_but_answers() {
    let mut session = session(ALL, 0.0);
    load(&mut session);
    session.push(Signal::LargestPaint { at: 900.0 });
    session.push(event(2000.0, 120.0, 7));
    let snapshot = session.snapshot(Some(1));
    assert_eq!((snapshot.lcp, snapshot.fcp), (UNTOLD, UNTOLD));
    assert_eq!(snapshot.cls, UNTOLD);
    assert_eq!(snapshot.ttfb, number(240.0));
    assert_eq!(snapshot.inp, number(120.0));
}

#[test]
fn cls_uses_the_shifts_from_before_the_first_paint_was_known() {
    let mut session = session(ALL, f64::INFINITY);
    session.push(Signal::Shift {
        at: 100.0,
        score: 0.05,
        had_recent_input: false,
    });
    assert_eq!(session.snapshot(None).cls, UNTOLD);
    session.push(Signal::FirstPaint { at: 90.0 });
    assert_eq!(session.snapshot(None).cls, number(0.05));
}

#[test]
fn a_restored_page_is_a_new_view() {
    let mut session = session(ALL, f64::INFINITY);
    load(&mut session);
    session.push(Signal::LargestPaint { at: 900.0 });
    session.push(event(2000.0, 300.0, 7));
    session.push(Signal::Hidden { at: 3000.0 });
    session.push(Signal::Restored {
        at: 9000.0,
        count: Some(1),
    });
    assert_eq!(session.snapshot(Some(1)).cls, UNTOLD, "not painted yet");
    session.push(Signal::Painted { after: 30.0 });
    // Delivered late, from the view before.
    session.push(event(2500.0, 500.0, 14));
    let snapshot = session.snapshot(Some(1));
    assert_eq!(snapshot.lcp, number(30.0));
    assert_eq!((snapshot.inp, snapshot.server_wait), (UNTOLD, UNTOLD));
    assert_eq!(snapshot.cls, number(0.0));
    session.push(event(9500.0, 56.0, 21));
    assert_eq!(session.snapshot(Some(2)).inp, number(56.0));
}

/// A click at 2000 led to another page of the application, painted at 2400.
fn soft_paint(session: &mut Session) {
    session.push(Signal::SoftPaint {
        at: 2000.0,
        painted: 2400.0,
        interaction_id: 7,
    });
}

fn loaded_and_used() -> Session {
    let mut session = session(ALL, f64::INFINITY);
    load(&mut session);
    session.push(Signal::LargestPaint { at: 900.0 });
    session.push(event(2000.0, 300.0, 7));
    session.push(Signal::LoadSettled);
    session
}

#[test]
fn a_soft_navigation_is_a_new_view_that_counts_from_its_interaction() {
    let mut session = loaded_and_used();
    session.push(Signal::Soft {
        at: 2000.0,
        count: Some(1),
    });
    soft_paint(&mut session);
    let paint = |at, interaction_id| Signal::InteractionPaint { at, interaction_id };
    session.push(paint(2400.0, 7));
    session.push(paint(3300.0, 7));
    // Of another interaction, and of the page's own load.
    session.push(paint(3400.0, 14));
    session.push(Signal::LargestPaint { at: 3500.0 });
    // The click that led here was the view before's, however late its entry comes.
    session.push(event(2000.0, 300.0, 7));
    session.navigation(navigation());
    let snapshot = session.snapshot(Some(1));
    assert_eq!(snapshot.fcp, number(400.0));
    assert_eq!(snapshot.lcp, number(1300.0));
    assert_eq!(snapshot.ttfb, number(0.0));
    assert_eq!(
        (snapshot.loaded, snapshot.phases),
        (UNTOLD, Snapshot::UNTOLD.phases),
        "nothing was loaded"
    );
    assert_eq!((snapshot.inp, snapshot.server_wait), (UNTOLD, UNTOLD));
    assert_eq!(snapshot.cls, number(0.0));
}

#[test]
fn a_view_that_only_the_page_told_of_has_no_paint_and_its_own_shifts() {
    let mut session = loaded_and_used();
    session.push(Signal::Soft {
        at: 2100.0,
        count: Some(1),
    });
    session.push(Signal::Shift {
        at: 2300.0,
        score: 0.2,
        had_recent_input: false,
    });
    session.push(event(2500.0, 80.0, 14));
    let snapshot = session.snapshot(Some(2));
    assert_eq!(
        (snapshot.lcp, snapshot.fcp, snapshot.ttfb),
        (UNTOLD, UNTOLD, UNTOLD),
        "nobody can tell"
    );
    assert_eq!(snapshot.cls, number(0.2));
    assert_eq!(snapshot.inp, number(80.0));
    // The browser's own word comes later and completes it.
    soft_paint(&mut session);
    assert_eq!(session.snapshot(Some(2)).fcp, number(400.0));
    assert_eq!(session.snapshot(Some(2)).cls, number(0.2));
}

#[test]
fn an_interaction_of_a_minute_leaves_a_reason_and_no_number() {
    let mut session = session(ALL, f64::INFINITY);
    load(&mut session);
    session.push(event(2000.0, 60_000.0, 7));
    let snapshot = session.snapshot(Some(1));
    assert_eq!(snapshot.inp, UNTOLD);
    assert_eq!(
        snapshot.dropped.inp,
        number(f64::from(metric::Disbelief::TooLong as u8))
    );
}
