//! Which browser tells what. A browser that says otherwise fails the test: either it has learnt
//! something, and this table and what the documents say are to be changed, or something is broken.

use nhip_protocol::check::{Check, Verdict};
use nhip_protocol::report::{Kind, Phases, Report};
use nhip_protocol::unit::Ms;

use crate::view::Seen;
use crate::visitor::Name;
use crate::visitor::Name::{Chromium80, Firefox, WebKit};

/// A reading, and the browsers that cannot tell it.
pub struct Reading {
    pub name: &'static str,
    pub is_told: fn(&Report) -> bool,
    untold: &'static [Name],
}

pub const READINGS: [Reading; 19] = [
    reading("lcp", |report| report.load.lcp.is_some(), &[WebKit]),
    reading("fcp", |report| report.load.fcp.is_some(), &[]),
    reading("ttfb", |report| report.load.ttfb.is_some(), &[]),
    reading("loaded", |report| report.load.loaded.is_some(), &[]),
    reading(
        "phases.redirect",
        |report| phase(report, |phases| phases.redirect),
        &[],
    ),
    reading(
        "phases.dns",
        |report| phase(report, |phases| phases.dns),
        &[],
    ),
    reading(
        "phases.connect",
        |report| phase(report, |phases| phases.connect),
        &[],
    ),
    reading(
        "phases.wait",
        |report| phase(report, |phases| phases.wait),
        &[],
    ),
    reading(
        "phases.download",
        |report| phase(report, |phases| phases.download),
        &[],
    ),
    reading(
        "server_wait",
        |report| report.response.server_wait.is_some(),
        &[],
    ),
    // Chromium 80 has `event` entries, but not which interaction they belong to.
    reading(
        "inp",
        |report| report.response.inp.is_some(),
        &[WebKit, Chromium80],
    ),
    reading(
        "cls",
        |report| report.layout.cls.is_some(),
        &[Firefox, WebKit],
    ),
    reading("net", |report| report.net.is_some(), &[Firefox, WebKit]),
    // Two checks are asked of touch screens; Firefox and WebKitGTK have none here.
    reading(
        "viewport-meta",
        |report| judged(report, Check::ViewportMeta),
        &[Firefox, WebKit],
    ),
    reading(
        "zoom",
        |report| judged(report, Check::Zoom),
        &[Firefox, WebKit],
    ),
    reading(
        "content-width",
        |report| judged(report, Check::ContentWidth),
        &[],
    ),
    reading("text-size", |report| judged(report, Check::TextSize), &[]),
    reading(
        "target-size",
        |report| judged(report, Check::TargetSize),
        &[],
    ),
    reading(
        "layout-stability",
        |report| judged(report, Check::LayoutStability),
        &[Firefox, WebKit],
    ),
];

const fn reading(
    name: &'static str,
    is_told: fn(&Report) -> bool,
    untold: &'static [Name],
) -> Reading {
    Reading {
        name,
        is_told,
        untold,
    }
}

fn phase(report: &Report, of: fn(&Phases<Ms>) -> Option<Ms>) -> bool {
    report.load.phases.as_ref().and_then(of).is_some()
}

fn judged(report: &Report, check: Check) -> bool {
    let verdict = report
        .viewport
        .as_ref()
        .and_then(|viewport| viewport.checks[check]);
    verdict.is_some_and(|verdict| verdict != Verdict::Unknown)
}

/// Where a browser said something else than it should.
pub fn faults(name: Name, seen: &Seen) -> Vec<String> {
    let mut faults = Vec::new();
    for reading in &READINGS {
        match (
            (reading.is_told)(&seen.last),
            !reading.untold.contains(&name),
        ) {
            (true, false) => faults.push(format!("{} is told, and should not be", reading.name)),
            (false, true) => faults.push(format!("{} is not told", reading.name)),
            _ => {}
        }
    }
    let mut must = |holds: bool, what: &str| {
        if !holds {
            faults.push(what.to_owned());
        }
    };
    let report = &seen.last;
    must(
        report.view == seen.started.view,
        "both reports are of one view",
    );
    must(
        seen.started.kind == Kind::Started && report.seq > seen.started.seq,
        "a first and a final report",
    );
    must(
        name != Chromium80 || report.engine_version == Some(80),
        "the oldest browser is the oldest",
    );
    must(report.dropped.is_empty(), "every reading can be believed");
    must(
        report.response.inp.is_none_or(|inp| inp.tenths() >= 800),
        "the button took 80 ms",
    );
    must(
        report
            .response
            .server_wait
            .is_some_and(|wait| wait.tenths() >= 390),
        "the server took 40 ms",
    );
    must(
        report.layout.cls.is_none_or(|cls| cls.as_f64() > 0.0),
        "the page shifted",
    );
    must(
        seen.badge.ends_with("true"),
        &format!("the badge is drawn: {:?}", seen.badge),
    );
    must(
        seen.contrast >= 4.5,
        &format!("the badge can be read: {} to 1", seen.contrast),
    );
    faults
}
