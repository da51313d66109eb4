use nhip_protocol::report::Nav;

use super::*;
use crate::signal::Supports;

fn start(nav: Nav, first_hidden: f64, activation: f64) -> Start {
    Start {
        nav,
        first_hidden,
        activation,
        supports: Supports {
            largest_paint: true,
            layout_shift: true,
        },
    }
}

fn visible() -> LoadTime {
    LoadTime::new(start(Nav::Navigate, f64::INFINITY, 0.0))
}

fn navigation() -> Navigation {
    Navigation {
        dns_start: 5.0,
        dns_end: 17.0,
        connect_start: 17.0,
        connect_end: 77.0,
        tls_start: 40.0,
        request_start: 90.0,
        response_start: 240.3,
        response_end: 263.1,
        load_end: 1710.4,
        now: 1800.0,
        ..Navigation::default()
    }
}

fn told(load: &LoadTime) -> Snapshot {
    let mut told = Snapshot::UNTOLD;
    load.tell(&mut told);
    told
}

const UNTOLD: Reading = Reading::UNTOLD;
/// As `metric::Disbelief` numbers them.
const NEGATIVE: Reading = Reading::of(0.0);
const TOO_LONG: Reading = Reading::of(1.0);

fn ms(ms: f64) -> Reading {
    Reading::of(ms)
}

#[test]
fn the_last_paint_counts() {
    let mut load = visible();
    load.largest_paint(300.0);
    load.largest_paint(1200.0);
    assert_eq!(told(&load).lcp, ms(1200.0));
}

#[test]
fn a_paint_counts_only_before_the_page_was_first_hidden() {
    let mut load = LoadTime::new(start(Nav::Navigate, 500.0, 0.0));
    load.first_paint(500.0);
    load.largest_paint(499.9);
    load.largest_paint(600.0);
    assert_eq!(told(&load).fcp, UNTOLD, "strictly before");
    assert_eq!(told(&load).lcp, ms(499.9));
}

#[test]
fn paints_after_input_or_hiding_are_ignored() {
    let mut load = visible();
    load.largest_paint(300.0);
    load.settle();
    load.largest_paint(900.0);
    assert_eq!(told(&load).lcp, ms(300.0));
}

#[test]
fn a_prerendered_page_counts_from_when_it_was_shown() {
    let mut load = LoadTime::new(start(Nav::Prerender, f64::INFINITY, 1000.0));
    load.first_paint(800.0);
    load.largest_paint(1250.0);
    load.navigation(navigation());
    let told = told(&load);
    assert_eq!((told.fcp, told.lcp), (ms(0.0), ms(250.0)));
    assert_eq!(told.ttfb, ms(0.0));
    assert_eq!(
        told.phases,
        Snapshot::UNTOLD.phases,
        "the visitor waited for none of them"
    );
    assert_eq!(told.server_wait, UNTOLD);
}

#[test]
fn a_restored_page_has_its_own_paint_and_no_server_wait() {
    let mut load = LoadTime::new(start(Nav::Bfcache, f64::INFINITY, 9000.0));
    load.navigation(navigation());
    assert_eq!((told(&load).lcp, told(&load).ttfb), (UNTOLD, ms(0.0)));
    load.painted(33.4);
    let told = told(&load);
    assert_eq!((told.fcp, told.lcp), (ms(33.4), ms(33.4)));
    assert_eq!((told.ttfb, told.loaded), (ms(0.0), UNTOLD));
    assert_eq!(told.server_wait, UNTOLD);
}

#[test]
fn a_restored_page_whose_clock_ran_backwards_has_no_paint() {
    let mut load = LoadTime::new(start(Nav::Bfcache, f64::INFINITY, 9000.0));
    load.painted(-20.0);
    let told = told(&load);
    assert_eq!(told.fcp, UNTOLD);
    assert_eq!(told.dropped.fcp, NEGATIVE);
}

#[test]
fn phases_do_not_overlap_and_what_was_not_told_is_absent() {
    let mut load = visible();
    load.navigation(navigation());
    let told = told(&load);
    let phases = &told.phases;
    assert_eq!(phases.redirect, UNTOLD);
    assert_eq!(phases.connect, ms(23.0));
    assert_eq!(phases.tls, ms(37.0));
    assert_eq!(phases.wait, ms(150.3));
    assert_eq!(told.server_wait, ms(150.3));
}

#[test]
fn a_redirect_begins_where_the_clock_does() {
    let mut load = visible();
    load.navigation(Navigation {
        redirect_start: 0.0,
        redirect_end: 71.0,
        ..navigation()
    });
    assert_eq!(told(&load).phases.redirect, ms(71.0));
}

#[test]
fn a_response_that_never_was_or_lies_in_the_future_is_ignored() {
    for response_start in [0.0, -3.0, 1800.1] {
        let mut load = visible();
        load.navigation(Navigation {
            response_start,
            ..navigation()
        });
        assert_eq!(told(&load), Snapshot::UNTOLD, "{response_start}");
    }
}

#[test]
fn impossible_times_leave_a_reason_and_no_number() {
    let mut load = visible();
    load.first_paint(-5.0);
    load.largest_paint(7_200_000.0);
    load.navigation(Navigation {
        request_start: 250.0,
        ..navigation()
    });
    let told = told(&load);
    assert_eq!((told.lcp, told.server_wait), (UNTOLD, UNTOLD));
    assert_eq!(told.dropped.lcp, TOO_LONG);
    assert_eq!(told.dropped.fcp, NEGATIVE);
    assert_eq!(told.dropped.server_wait, NEGATIVE);
}
