//! Broken clocks and impossible values (`docs/measuring.md`, rule 25): the reason is reported, and the
//! number nowhere. What a browser says wrong here is patched by the page, before the tag.

use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use nhip_protocol::metric::Disbelief::{self, Negative, TooLong};
use nhip_protocol::report::{Dropped, Kind as ReportKind, Nav, Report};
use nhip_protocol::unit::Ms;
use serde_json::Value;
use thirtyfour::prelude::*;

use crate::rig::collector::Collector;
use crate::rig::driver::{Browser, Kind};
use crate::rig::site::Site;

const PORTAL: &str = "thu-nghiem";

/// `lie(of, property, says)`: instances of a class say something else than the browser measured;
/// `says` is given the entry and the truth.
const LIE: &str = "const lie = (of, property, says) => {\
    const { get } = Object.getOwnPropertyDescriptor(\
      [of, PerformanceResourceTiming, PerformanceEntry].find((type) =>\
        Object.getOwnPropertyDescriptor(type.prototype, property)).prototype, property);\
    Object.defineProperty(of.prototype, property, { configurable: true,\
      get() { return says(this, get.call(this)) } }) };\
    const ofType = (type, says) => (entry, truth) => (entry.entryType == type ? says : truth);";

/// Four hours.
const HOURS: &str = "4 * 3600e3";

/// The longest that anything may be: a load of ten minutes.
const LONGEST_MS: f64 = 600_000.0;

/// A button that is slow enough to be an interaction, and something large to be painted.
const BODY: &str = "<h1>Thử</h1><p>Hồ sơ gồm đơn đề nghị và bản sao giấy tờ.</p>\
    <button style=\"width: 200px; height: 60px\" onclick=\"const t = performance.now() + 80;\
    while (performance.now() < t);\">Bấm</button>";

struct Seen {
    report: Report,
    summary: Value,
}

/// One view of a page that runs `lies` before the tag, clicked once, up to its end.
async fn view(lies: &str) -> Result<Seen> {
    let site = Site::open()?;
    let collector = Collector::with_portal(PORTAL, &site.address)?;
    let tag = collector.tag("data-portal=thu-nghiem");
    site.page("/", &format!("<script>{LIE}{lies}</script>{tag}"), BODY);
    let browser = Browser::open(Kind::Chromium).await?;
    browser.page.goto(&site.address).await?;
    collector
        .row("the first report", |row| {
            row.report.kind == ReportKind::Started
        })
        .await?;
    browser.page.find(By::Css("button")).await?.click().await?;
    browser.leave().await?;
    let report = collector
        .row("the final report", |row| {
            row.report.kind == ReportKind::Final
        })
        .await?
        .report;
    browser.close().await?;
    let summary = summary(&collector).await?;
    assert_eq!(summary["views"]["measured"], 1, "it counts: {summary:#}");
    Ok(Seen { report, summary })
}

/// The portal's summary, in which no number is one that nobody believes.
async fn summary(collector: &Collector) -> Result<Value> {
    let summary = collector
        .get(&format!("/v1/portals/{PORTAL}/summary"))
        .await?;
    assert!(is_believable(&summary), "{summary:#}");
    Ok(summary)
}

/// What became of the portal's reports, once there are so many.
async fn outcomes(collector: &Collector, reports: u64) -> Result<Value> {
    let began = Instant::now();
    loop {
        let portal = collector.get(&format!("/v1/portals/{PORTAL}")).await?;
        let outcomes = &portal["outcomes"];
        let refused = outcomes["refused"].as_object().context("refused")?;
        let refused: u64 = refused.values().filter_map(Value::as_u64).sum();
        if outcomes["stored"].as_u64().context("stored")? + refused >= reports {
            return Ok(outcomes.clone());
        }
        if began.elapsed() > Duration::from_secs(15) {
            bail!("{reports} reports never arrived: {portal:#}");
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

fn is_believable(value: &Value) -> bool {
    match value {
        Value::Number(number) => number
            .as_f64()
            .is_some_and(|number| (0.0..=LONGEST_MS).contains(&number)),
        Value::Array(values) => values.iter().all(is_believable),
        Value::Object(fields) => fields.values().all(is_believable),
        _ => true,
    }
}

/// Nothing else was dropped.
fn assert_dropped(report: &Report, expected: Dropped) {
    assert_eq!(report.dropped, expected, "{report:#?}");
}

fn reason(reason: Disbelief) -> Option<Disbelief> {
    Some(reason)
}

#[tokio::test]
async fn without_a_lie_everything_is_believed() -> Result<()> {
    let Seen { report, summary } = view("").await?;
    assert_dropped(&report, Dropped::default());
    assert!(report.load.lcp.is_some() && report.response.inp.is_some());
    for pointer in [
        "/load/lcp_ms/n",
        "/load/loaded_ms/n",
        "/response/inp_ms/n",
        "/response/server_wait_ms/n",
        "/paint/fcp_ms/n",
    ] {
        assert_eq!(summary.pointer(pointer), Some(&1.into()), "{summary:#}");
    }
    Ok(())
}

#[tokio::test]
async fn an_lcp_of_hours_is_dropped_as_too_long() -> Result<()> {
    let lies = format!(
        "lie(LargestContentfulPaint, 'startTime', ofType('largest-contentful-paint', {HOURS}))"
    );
    let Seen { report, summary } = view(&lies).await?;
    assert_dropped(
        &report,
        Dropped {
            lcp: reason(TooLong),
            ..Dropped::default()
        },
    );
    assert_eq!(report.load.lcp, None);
    assert!(
        report.load.fcp.is_some(),
        "the others are told: {report:#?}"
    );
    assert_eq!(summary["load"]["lcp_ms"], Value::Null, "{summary:#}");
    Ok(())
}

#[tokio::test]
async fn a_negative_fcp_is_dropped_and_not_the_best_of_all() -> Result<()> {
    let lies = "lie(PerformancePaintTiming, 'startTime', ofType('paint', -250))";
    let Seen { report, summary } = view(lies).await?;
    assert_dropped(
        &report,
        Dropped {
            fcp: reason(Negative),
            ..Dropped::default()
        },
    );
    assert_eq!(report.load.fcp, None);
    assert!(report.load.lcp.is_some() && report.layout.cls.is_some());
    assert_eq!(summary["paint"]["fcp_ms"], Value::Null, "{summary:#}");
    Ok(())
}

#[tokio::test]
async fn an_interaction_of_a_minute_is_dropped_as_too_long() -> Result<()> {
    let lies = "lie(PerformanceEventTiming, 'duration', (entry, truth) => entry.interactionId ? 60000 : truth)";
    let Seen { report, summary } = view(lies).await?;
    assert_dropped(
        &report,
        Dropped {
            inp: reason(TooLong),
            ..Dropped::default()
        },
    );
    assert_eq!(report.response.inp, None);
    assert!(report.response.server_wait.is_some(), "the other is told");
    assert_eq!(summary["response"]["inp_ms"], Value::Null, "{summary:#}");
    Ok(())
}

#[tokio::test]
async fn an_interaction_of_just_under_a_minute_is_believed() -> Result<()> {
    let lies = "lie(PerformanceEventTiming, 'duration', (entry, truth) => entry.interactionId ? 59992 : truth)";
    let Seen { report, .. } = view(lies).await?;
    assert_dropped(&report, Dropped::default());
    assert_eq!(report.response.inp, Some(Ms::whole(59_992)));
    Ok(())
}

#[tokio::test]
async fn a_negative_interaction_is_dropped() -> Result<()> {
    // As its only one: a negative duration is shorter than any that is a candidate but the first.
    let lies = "lie(PerformanceEventTiming, 'duration', (entry, truth) => entry.interactionId ? -8 : truth)";
    let Seen { report, summary } = view(lies).await?;
    assert_dropped(
        &report,
        Dropped {
            inp: reason(Negative),
            ..Dropped::default()
        },
    );
    assert_eq!(report.response.inp, None);
    assert_eq!(summary["response"]["inp_ms"], Value::Null, "{summary:#}");
    Ok(())
}

#[tokio::test]
async fn a_request_that_began_after_its_response_is_dropped_from_wait_and_phases() -> Result<()> {
    let lies =
        "lie(PerformanceNavigationTiming, 'requestStart', (entry) => entry.responseStart + 500)";
    let Seen { report, summary } = view(lies).await?;
    assert_dropped(
        &report,
        Dropped {
            server_wait: reason(Negative),
            phases: reason(Negative),
            ..Dropped::default()
        },
    );
    assert_eq!(report.response.server_wait, None);
    let phases = report.load.phases.context("the other phases")?;
    assert_eq!(phases.wait, None);
    assert!(phases.download.is_some(), "{phases:#?}");
    assert!(
        report.load.ttfb.is_some(),
        "the response itself is believed"
    );
    assert_eq!(
        summary["response"]["server_wait_ms"],
        Value::Null,
        "{summary:#}"
    );
    Ok(())
}

#[tokio::test]
async fn a_load_event_that_ended_after_hours_or_before_the_navigation_is_dropped() -> Result<()> {
    for (says, expected) in [(HOURS, TooLong), ("-1", Negative)] {
        let lies = format!("lie(PerformanceNavigationTiming, 'loadEventEnd', () => {says})");
        let Seen { report, summary } = view(&lies).await?;
        assert_dropped(
            &report,
            Dropped {
                loaded: reason(expected),
                ..Dropped::default()
            },
        );
        assert_eq!(report.load.loaded, None);
        assert_eq!(summary["load"]["loaded_ms"], Value::Null, "{summary:#}");
    }
    Ok(())
}

#[tokio::test]
async fn a_response_after_hours_is_no_response_and_costs_only_what_hangs_on_it() -> Result<()> {
    // In the future (rule 22): the entry says nothing, so nothing of it is told or dropped.
    let lies = format!("lie(PerformanceNavigationTiming, 'responseStart', () => {HOURS})");
    let Seen { report, summary } = view(&lies).await?;
    assert_dropped(&report, Dropped::default());
    assert_eq!(
        (report.load.ttfb, report.response.server_wait),
        (None, None)
    );
    assert!(report.load.lcp.is_some() && report.response.inp.is_some());
    assert_eq!(summary["paint"]["ttfb_ms"], Value::Null, "{summary:#}");
    Ok(())
}

#[tokio::test]
async fn a_clock_that_slept_for_hours_drops_ttfb_and_wait_as_too_long() -> Result<()> {
    // The whole navigation is late, and the clock agrees.
    let lies = format!(
        "lie(PerformanceNavigationTiming, 'responseStart', (_, truth) => truth + {HOURS});\
         const now = performance.now.bind(performance); performance.now = () => now() + {HOURS}"
    );
    let Seen { report, summary } = view(&lies).await?;
    let dropped = report.dropped;
    assert_eq!(
        (dropped.ttfb, dropped.server_wait),
        (reason(TooLong), reason(TooLong)),
        "{report:#?}"
    );
    assert!(dropped.phases.is_some(), "{report:#?}");
    assert_eq!(
        (report.load.ttfb, report.response.server_wait),
        (None, None)
    );
    assert_eq!(summary["paint"]["ttfb_ms"], Value::Null, "{summary:#}");
    Ok(())
}

#[tokio::test]
async fn a_clock_that_ran_backwards_at_a_restore_is_not_a_fast_paint() -> Result<()> {
    let site = Site::open()?;
    let collector = Collector::with_portal(PORTAL, &site.address)?;
    let tag = collector.tag("data-portal=thu-nghiem");
    let lies = "<script>const now = performance.now.bind(performance);\
        addEventListener('pageshow', (event) => event.persisted &&\
          (performance.now = () => now() - 3600e3), true)</script>";
    site.page("/mot", &format!("{lies}{tag}"), BODY);
    site.page("/hai", "", "<h1>Hai</h1>");
    let browser = Browser::open(Kind::Chromium).await?;
    browser.page.goto(format!("{}/mot", site.address)).await?;
    collector
        .row("the first view", |row| {
            row.report.kind == ReportKind::Started
        })
        .await?;
    browser.page.goto(format!("{}/hai", site.address)).await?;
    browser.page.back().await?;
    let restored = collector
        .row("the restored view", |row| row.report.nav == Nav::Bfcache)
        .await?
        .report;
    browser.close().await?;
    assert_dropped(
        &restored,
        Dropped {
            lcp: reason(Negative),
            fcp: reason(Negative),
            ..Dropped::default()
        },
    );
    assert_eq!((restored.load.lcp, restored.load.fcp), (None, None));
    assert_eq!(restored.age, 0, "no age is below zero");
    // Of the first view, which is believed.
    let summary = summary(&collector).await?;
    assert_eq!(summary["load"]["lcp_ms"]["n"], 1, "{summary:#}");
    Ok(())
}

#[tokio::test]
async fn a_view_whose_clock_jumped_by_years_is_refused_for_a_reason_that_is_counted() -> Result<()>
{
    let site = Site::open()?;
    let collector = Collector::with_portal(PORTAL, &site.address)?;
    let tag = collector.tag("data-portal=thu-nghiem");
    // After the first report, which is believed; the last is too old.
    let lies = "<script>const now = performance.now.bind(performance);\
        self.jump = () => performance.now = () => now() + 3e11</script>";
    site.page("/", &format!("{lies}{tag}"), BODY);
    let browser = Browser::open(Kind::Chromium).await?;
    browser.page.goto(&site.address).await?;
    outcomes(&collector, 1).await?;
    browser.page.execute("jump()", vec![]).await?;
    browser.leave().await?;
    let outcomes = outcomes(&collector, 2).await?;
    browser.close().await?;
    assert_eq!(outcomes["stored"], 1, "{outcomes:#}");
    assert_eq!(outcomes["refused"]["too-late"], 1, "{outcomes:#}");
    let summary = summary(&collector).await?;
    assert_eq!(summary["views"]["measured"], 1, "{summary:#}");
    assert_eq!(summary["views"]["unfinished"], 1, "{summary:#}");
    Ok(())
}

#[tokio::test]
async fn a_blocked_view_leaves_out_what_cannot_be_believed() -> Result<()> {
    let site = Site::open()?;
    let collector = Collector::with_portal(PORTAL, &site.address)?;
    // Without 'wasm-unsafe-eval' the loader is alone; it has no reasons, so it tells nothing.
    let policy = format!(
        "<meta http-equiv=Content-Security-Policy content=\"script-src 'unsafe-inline' {}\">",
        collector.address
    );
    let lies = format!(
        "lie(LargestContentfulPaint, 'startTime', ofType('largest-contentful-paint', {HOURS}));\
         lie(PerformancePaintTiming, 'startTime', ofType('paint', -250));\
         lie(PerformanceNavigationTiming, 'loadEventEnd', () => {HOURS})"
    );
    let tag = collector.tag("data-portal=thu-nghiem");
    let head = format!("{policy}<script>{LIE}{lies}</script>{tag}");
    site.page("/", &head, BODY);
    let browser = Browser::open(Kind::Chromium).await?;
    browser.page.goto(&site.address).await?;
    let blocked = collector
        .row("the blocked view", |row| {
            row.report.kind == ReportKind::Blocked
        })
        .await?
        .report;
    browser.close().await?;
    let load = &blocked.load;
    assert_eq!((load.lcp, load.fcp, load.loaded), (None, None, None));
    assert!(load.ttfb.is_some(), "the others are told: {blocked:#?}");
    let summary = summary(&collector).await?;
    assert_eq!(summary["views"]["blocked"], 1, "{summary:#}");
    Ok(())
}

#[tokio::test]
async fn shifts_beyond_all_measure_cost_no_report() -> Result<()> {
    let site = Site::open()?;
    let collector = Collector::with_portal(PORTAL, &site.address)?;
    let tag = collector.tag("data-portal=thu-nghiem");
    let lies = "lie(LayoutShift, 'value', () => 1000);\
        addEventListener('load', () => setTimeout(() => { const box = document.createElement('div');\
          box.style.height = '200px'; document.body.prepend(box) }, 100))";
    site.page("/", &format!("<script>{LIE}{lies}</script>{tag}"), BODY);
    let browser = Browser::open(Kind::Chromium).await?;
    browser.page.goto(&site.address).await?;
    let outcomes = outcomes(&collector, 1).await?;
    browser.close().await?;
    assert_eq!(outcomes["stored"], 1, "{outcomes:#}");
    let row = collector.row("the report", |_| true).await?;
    assert_eq!(row.report.layout.cls, None, "{:#?}", row.report);
    assert!(row.report.load.lcp.is_some(), "the others are told");
    let summary = summary(&collector).await?;
    assert_eq!(summary["stability"]["cls"], Value::Null, "{summary:#}");
    Ok(())
}

#[tokio::test]
async fn a_soft_navigation_that_was_painted_before_it_began_is_not_a_fast_one() -> Result<()> {
    let site = Site::open()?;
    let collector = Collector::with_portal(PORTAL, &site.address)?;
    let tag = collector.tag("data-portal=thu-nghiem");
    let lies = "for (const time of ['presentationTime', 'paintTime'])\
        Object.defineProperty(PerformanceSoftNavigation.prototype, time, { get: () => 1 })";
    let body = "<button onclick=\"history.pushState({}, '', '/hai');\
        document.querySelector('main').innerHTML = '<h1>Hai</h1><p>' + 'nội dung '.repeat(200)\">Tiếp</button>\
        <main><h1>Một</h1></main>";
    site.page("/", &format!("<script>{lies}</script>{tag}"), body);
    let browser = Browser::open(Kind::Chromium).await?;
    browser.page.goto(&site.address).await?;
    collector
        .row("the first report", |row| {
            row.report.kind == ReportKind::Started
        })
        .await?;
    browser.page.find(By::Css("button")).await?.click().await?;
    tokio::time::sleep(Duration::from_secs(1)).await;
    browser.leave().await?;
    let soft = collector
        .row("the soft navigation", |row| row.report.nav == Nav::Soft)
        .await?
        .report;
    browser.close().await?;
    assert_eq!(soft.load.fcp, None, "{soft:#?}");
    assert_eq!(soft.dropped.fcp, reason(Negative), "{soft:#?}");
    Ok(())
}
