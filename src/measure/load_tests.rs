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
            interactions: true,
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

fn value(load: &LoadTime) -> Load<Ms> {
    load.value(&mut Dropped::default())
}

fn ms(ms: f64) -> Option<Ms> {
    Ms::from_f64(ms)
}

#[test]
fn the_last_paint_counts() {
    let mut load = visible();
    load.largest_paint(300.0);
    load.largest_paint(1200.0);
    assert_eq!(value(&load).lcp, ms(1200.0));
}

#[test]
fn a_paint_counts_only_before_the_page_was_first_hidden() {
    let mut load = LoadTime::new(start(Nav::Navigate, 500.0, 0.0));
    load.first_paint(500.0);
    load.largest_paint(499.9);
    load.largest_paint(600.0);
    assert_eq!(value(&load).fcp, None, "strictly before");
    assert_eq!(value(&load).lcp, ms(499.9));
}

#[test]
fn paints_after_input_or_hiding_are_ignored() {
    let mut load = visible();
    load.largest_paint(300.0);
    load.settle();
    load.largest_paint(900.0);
    assert_eq!(value(&load).lcp, ms(300.0));
}

#[test]
fn a_prerendered_page_counts_from_when_it_was_shown() {
    let mut load = LoadTime::new(start(Nav::Prerender, f64::INFINITY, 1000.0));
    load.first_paint(800.0);
    load.largest_paint(1250.0);
    load.navigation(navigation());
    let value = value(&load);
    assert_eq!((value.fcp, value.lcp), (ms(0.0), ms(250.0)));
    assert_eq!(value.ttfb, ms(0.0));
    assert_eq!(value.phases, None, "the visitor waited for none of them");
    assert_eq!(load.server_wait(&mut Dropped::default()), None);
}

#[test]
fn a_restored_page_has_its_own_paint_and_no_server_wait() {
    let mut load = LoadTime::restored(start(Nav::Bfcache, f64::INFINITY, 0.0));
    assert_eq!((value(&load).lcp, value(&load).ttfb), (None, ms(0.0)));
    load.painted(33.4);
    load.navigation(navigation());
    let value = value(&load);
    assert_eq!((value.fcp, value.lcp), (ms(33.4), ms(33.4)));
    assert_eq!((value.ttfb, value.loaded), (ms(0.0), None));
    assert_eq!(load.server_wait(&mut Dropped::default()), None);
}

#[test]
fn phases_do_not_overlap_and_what_was_not_told_is_absent() {
    let mut load = visible();
    load.navigation(navigation());
    let phases = value(&load).phases.unwrap();
    assert_eq!(phases.redirect, None);
    assert_eq!(phases.connect, ms(23.0));
    assert_eq!(phases.tls, ms(37.0));
    assert_eq!(phases.wait, ms(150.3));
    assert_eq!(load.server_wait(&mut Dropped::default()), ms(150.3));
}

#[test]
fn a_response_that_never_was_or_lies_in_the_future_is_ignored() {
    for response_start in [0.0, -3.0, 1800.1] {
        let mut load = visible();
        load.navigation(Navigation {
            response_start,
            ..navigation()
        });
        assert_eq!(value(&load), Load::default(), "{response_start}");
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
    let mut dropped = Dropped::default();
    assert_eq!(load.value(&mut dropped).lcp, None);
    assert_eq!(load.server_wait(&mut dropped), None);
    assert_eq!(dropped.lcp, Some(Disbelief::TooLong));
    assert_eq!(dropped.fcp, Some(Disbelief::Negative));
    assert_eq!(dropped.server_wait, Some(Disbelief::Negative));
}
