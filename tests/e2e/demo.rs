//! The demo's three portals, visited, used and left, in Chromium and Firefox.

use anyhow::{Context, Result};
use nhip_collector::store::StoredRow;
use nhip_protocol::blame::{Verdict as Blamed, blame};
use nhip_protocol::check::{Check, Verdict};
use nhip_protocol::report::{Engine, Kind as ReportKind, Report};
use nhip_protocol::unit::Ms;
use serde_json::Value;
use thirtyfour::prelude::*;

use crate::rig::collector::Collector;
use crate::rig::driver::{Browser, Kind};

/// What the slow portal was built to make its visitors wait.
const SERVER_DELAY: Ms = Ms::whole(800);
const IMAGE_DELAY: Ms = Ms::whole(3000);
const BLOCKED_ON_CLICK: Ms = Ms::whole(400);

/// Which faults were planted where, and what must be found there.
const FAULTS: &str = include_str!("../../www/demo/faults.json");

/// The most bytes of a report, typically.
const TYPICAL: usize = 1500;

fn of<'a>(portal: &'a str, page: &'a str, kind: ReportKind) -> impl Fn(&StoredRow) -> bool + 'a {
    move |row| {
        let report = &row.report;
        report.portal.as_str() == portal && report.page == page && report.kind == kind
    }
}

/// Opens a demo page, waits until its first report is on disk.
async fn visit(
    browser: &Browser,
    collector: &Collector,
    portal: &str,
    path: &str,
) -> Result<Report> {
    let base = format!("/demo/{portal}");
    browser
        .page
        .goto(format!("{}{base}{path}", collector.address))
        .await?;
    let page = format!("{base}{}", path.trim_end_matches('/'));
    let code = format!("demo-{portal}");
    let seen = collector
        .row(&page, of(&code, &page, ReportKind::Started))
        .await?;
    Ok(seen.report)
}

async fn click(browser: &Browser, selector: &str) -> Result<()> {
    let element = browser.page.find(By::Css(selector)).await?;
    element.scroll_into_view().await?;
    Ok(element.click().await?)
}

/// Waits two frames, so that what a click did was painted and is an entry.
async fn painted(browser: &Browser) -> Result<()> {
    let script = "const done = arguments[0]; \
        requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done, 100)))";
    browser.page.execute_async(script, vec![]).await?;
    Ok(())
}

async fn good_portal(kind: Kind) -> Result<()> {
    let collector = Collector::demo()?;
    let browser = Browser::open(kind).await?;
    for path in ["/", "/thu-tuc/", "/nop-ho-so/thong-tin", "/quyen-rieng-tu"] {
        visit(&browser, &collector, "good", path).await?;
    }
    // A click that answers at once.
    click(&browser, "body").await?;
    painted(&browser).await?;
    browser.leave().await?;
    let page = "/demo/good/quyen-rieng-tu";
    let last = collector
        .row(
            "the last page's final report",
            of("demo-good", page, ReportKind::Final),
        )
        .await?;
    browser.close().await?;

    assert!(last.report.load.lcp.is_some(), "{last:#?}");
    assert!(last.report.response.server_wait.is_some(), "{last:#?}");
    let stored = serde_json::to_string(&last.report)?;
    assert!(stored.len() < TYPICAL, "{} bytes: {stored}", stored.len());

    let summary = collector.get("/v1/portals/demo-good/summary").await?;
    let grade = summary["grade"].as_str().context("a grade")?;
    assert!(["A", "B"].contains(&grade), "{summary:#}");
    assert_eq!(summary["views"]["began"], 4, "{summary:#}");
    assert_eq!(summary["views"]["measured"], 4, "{summary:#}");
    Ok(())
}

#[tokio::test]
async fn the_good_portal_is_graded_a_or_b_from_chromium() -> Result<()> {
    good_portal(Kind::Chromium).await
}

#[tokio::test]
async fn the_good_portal_is_graded_a_or_b_from_a_phone() -> Result<()> {
    good_portal(Kind::ChromiumPhone).await
}

#[tokio::test]
async fn the_good_portal_is_graded_a_or_b_from_firefox() -> Result<()> {
    good_portal(Kind::Firefox).await
}

async fn slow_portal(kind: Kind, engine: Engine) -> Result<()> {
    let collector = Collector::demo()?;
    let browser = Browser::open(kind).await?;
    visit(&browser, &collector, "slow", "/").await?;
    click(&browser, "#tra-cuu").await?;
    painted(&browser).await?;
    browser.leave().await?;
    let last = collector
        .row(
            "the final report",
            of("demo-slow", "/demo/slow", ReportKind::Final),
        )
        .await?
        .report;
    browser.close().await?;

    assert_eq!(last.engine, engine);
    let lcp = last.load.lcp.context("LCP")?;
    let built_in = Ms::from_tenths(SERVER_DELAY.tenths() + IMAGE_DELAY.tenths());
    assert!(lcp >= built_in, "LCP {lcp:?}");
    let wait = last.response.server_wait.context("server wait")?;
    assert!(wait >= SERVER_DELAY, "server wait {wait:?}");
    let verdict = blame(&last).map(|blame| blame.verdict);
    assert_eq!(verdict, Some(Blamed::Server), "it says so itself");
    let inp = last.response.inp.context("INP")?;
    assert!(inp >= BLOCKED_ON_CLICK, "INP {inp:?}");
    let summary = collector.get("/v1/portals/demo-slow/summary").await?;
    assert!(
        summary["grade"].is_null(),
        "one view is below the demo's minimum: {summary:#}"
    );
    Ok(())
}

#[tokio::test]
async fn the_slow_portals_delays_are_measured_in_chromium() -> Result<()> {
    slow_portal(Kind::Chromium, Engine::Blink).await
}

#[tokio::test]
async fn the_slow_portals_delays_are_measured_in_firefox() -> Result<()> {
    slow_portal(Kind::Firefox, Engine::Gecko).await
}

/// Each page of `portal` in faults.json, at the size of `kind`.
async fn planted_faults(portal: &str, kind: Kind, size: &str) -> Result<()> {
    let faults: Value = serde_json::from_str(FAULTS)?;
    let pages = faults[format!("demo-{portal}")]
        .as_object()
        .context("a portal's faults")?;
    let collector = Collector::demo()?;
    let browser = Browser::open(kind).await?;
    for (path, sizes) in pages {
        let report = visit(&browser, &collector, portal, path).await?;
        let viewport = report.viewport.context("the viewport was audited")?;
        for (name, expected) in sizes[size].as_object().context("a size's faults")? {
            let check = Check::from_name(name).with_context(|| format!("no check {name}"))?;
            let found = viewport.checks[check];
            let at = format!("{portal}{path} at {size}: {name} is {found:?}");
            match expected {
                Value::String(word) => {
                    let expected: Verdict = serde_json::from_value(Value::String(word.clone()))?;
                    assert_eq!(
                        found,
                        Some(expected),
                        "{at}; {:?}",
                        viewport.culprits[check]
                    );
                }
                planted => {
                    assert_eq!(found, Some(Verdict::Fail), "{at}");
                    let class = planted["culprit"].as_str().context("a culprit's class")?;
                    let named = viewport.culprits[check].clone().unwrap_or_default();
                    let right = named.iter().any(|selector| selector.contains(class));
                    assert!(right, "{at}: {named:?} and not {class}");
                }
            }
        }
    }
    browser.close().await
}

#[tokio::test]
async fn the_broken_portals_faults_are_named_on_a_phone() -> Result<()> {
    planted_faults("broken", Kind::ChromiumPhone, "phone").await
}

#[tokio::test]
async fn what_only_a_phone_can_show_does_not_fail_on_a_desktop() -> Result<()> {
    planted_faults("broken", Kind::Chromium, "desktop").await
}

#[tokio::test]
async fn the_good_portal_has_no_fault_on_a_phone() -> Result<()> {
    planted_faults("good", Kind::ChromiumPhone, "phone").await
}

#[tokio::test]
async fn the_good_portal_has_no_fault_on_a_desktop() -> Result<()> {
    planted_faults("good", Kind::Chromium, "desktop").await
}

/// The filing of the demo, step by step: what to press before the step is sent.
const FILING: [(&str, &[&str]); 4] = [
    ("thong-tin", &["[data-dien-mau]"]),
    ("tai-len", &["#cam_ket"]),
    ("thanh-toan", &["#tra-qr"]),
    ("hoan-tat", &[]),
];

/// From the first step to the receipt: forms are sent as if no tag were there, and each step is a
/// view of its own.
#[tokio::test]
async fn a_filing_goes_through_and_each_step_is_a_view() -> Result<()> {
    let collector = Collector::demo()?;
    let browser = Browser::open(Kind::ChromiumPhone).await?;
    let first = format!("{}/demo/good/nop-ho-so/thong-tin", collector.address);
    browser.page.goto(first).await?;
    for (step, presses) in FILING {
        let page = format!("/demo/good/nop-ho-so/{step}");
        collector
            .row(&page, of("demo-good", &page, ReportKind::Started))
            .await?;
        let address = browser.page.current_url().await?;
        assert_eq!(address.path(), page);
        for selector in presses {
            click(&browser, selector).await?;
        }
        if !presses.is_empty() {
            click(&browser, "main form [type=submit]").await?;
        }
    }
    browser.leave().await?;
    browser.close().await?;
    let summary = collector.get("/v1/portals/demo-good/summary").await?;
    assert_eq!(summary["views"]["began"], 4, "{summary:#}");
    assert_eq!(summary["views"]["measured"], 4, "{summary:#}");
    Ok(())
}
