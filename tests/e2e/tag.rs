//! What the tag promises: nothing is sent, and nothing thrown, where it must not be.

use std::time::Duration;

use anyhow::{Context, Result};
use nhip_protocol::report::Kind as ReportKind;
use serde_json::Value;

use crate::rig::collector::Collector;
use crate::rig::driver::{Browser, Kind};
use crate::rig::site::Site;

const PORTAL: &str = "thu-nghiem";

const TAGGED: &str = "data-portal=thu-nghiem";

/// Notes what the page says and throws, before the tag.
const WATCH: &str = "<script>window.said = []; window.thrown = [];\
    for (const level of ['warn', 'error']) { const old = console[level];\
      console[level] = (...words) => { said.push(words.join(' ')); old(...words) } }\
    addEventListener('error', (event) => thrown.push(event.message));\
    addEventListener('unhandledrejection', (event) => thrown.push(String(event.reason)));\
    window.beacons = 0; const send = navigator.sendBeacon.bind(navigator);\
    navigator.sendBeacon = (...words) => { beacons++; return send(...words) };\
    window.sent = 0; document.addEventListener('nhip:report', () => sent++);</script>";

/// Longer than a module that runs would need for its first report.
const SETTLED: Duration = Duration::from_secs(4);

struct Outcome {
    said: Vec<String>,
    thrown: Vec<String>,
    /// Reports, by their event.
    sent: i64,
    beacons: i64,
    requests: Vec<String>,
}

/// Opens a page with `tags` in its head, lets it settle, and leaves it.
async fn open(site: &Site, query: &str, tags: &str, settings: &[&str]) -> Result<Outcome> {
    site.page("/", &format!("{WATCH}{tags}"), "<h1>Thử</h1>");
    let browser = Browser::open_with(Kind::Chromium, settings).await?;
    browser
        .page
        .goto(format!("{}/{query}", site.address))
        .await?;
    tokio::time::sleep(SETTLED).await;
    // As when the page goes away, with somebody left to look.
    let script = "Object.defineProperty(document, 'hidden', { value: true }); \
        document.dispatchEvent(new Event('visibilitychange')); return [said, thrown, sent, beacons, \
        performance.getEntriesByType('resource').map((r) => r.name)]";
    let told: (Vec<String>, Vec<String>, i64, i64, Vec<String>) =
        browser.page.execute(script, vec![]).await?.convert()?;
    browser.leave().await?;
    browser.close().await?;
    Ok(Outcome {
        said: told.0,
        thrown: told.1,
        sent: told.2,
        beacons: told.3,
        requests: told.4,
    })
}

fn reports(outcome: &Outcome) -> usize {
    outcome
        .requests
        .iter()
        .filter(|url| url.ends_with("/v1/reports"))
        .count()
}

#[tokio::test]
async fn a_tag_without_a_portal_says_so_once_and_sends_nothing() -> Result<()> {
    let site = Site::open()?;
    let collector = Collector::with_portal(PORTAL, &site.address)?;
    let tag = collector.tag("");
    let outcome = open(&site, "", &tag, &[]).await?;
    assert_eq!(outcome.said.len(), 1, "{:?}", outcome.said);
    assert!(
        outcome.said[0].contains("data-portal"),
        "{:?}",
        outcome.said
    );
    assert!(outcome.thrown.is_empty(), "{:?}", outcome.thrown);
    assert_eq!(
        (outcome.sent, outcome.beacons, reports(&outcome)),
        (0, 0, 0)
    );
    assert_eq!(collector.rows()?.len(), 0);
    Ok(())
}

#[tokio::test]
async fn a_code_that_is_none_is_said_as_it_was_written() -> Result<()> {
    let site = Site::open()?;
    let collector = Collector::with_portal(PORTAL, &site.address)?;
    let outcome = open(&site, "", &collector.tag("data-portal=VN_HN"), &[]).await?;
    assert_eq!(outcome.said.len(), 1, "{:?}", outcome.said);
    assert!(outcome.said[0].contains("VN_HN"), "{:?}", outcome.said);
    assert_eq!(
        (outcome.sent, reports(&outcome)),
        (1, 1),
        "the one that was refused"
    );
    assert_eq!(collector.rows()?.len(), 0);
    Ok(())
}

#[tokio::test]
async fn an_unknown_portal_is_said_once_and_then_silent() -> Result<()> {
    let site = Site::open()?;
    let collector = Collector::with_portal(PORTAL, &site.address)?;
    let tag = collector.tag("data-portal=khong-co");
    let outcome = open(&site, "", &tag, &[]).await?;
    assert_eq!(outcome.said.len(), 1, "{:?}", outcome.said);
    assert!(outcome.said[0].contains("khong-co"), "{:?}", outcome.said);
    assert!(outcome.thrown.is_empty(), "{:?}", outcome.thrown);
    assert_eq!(reports(&outcome), 1, "the one that was refused");
    assert_eq!((outcome.sent, outcome.beacons), (1, 0));
    assert_eq!(collector.rows()?.len(), 0);
    Ok(())
}

#[tokio::test]
async fn an_unregistered_origin_is_told_to_the_developer() -> Result<()> {
    let site = Site::open()?;
    let collector = Collector::with_portal(PORTAL, "https://dichvucong.example")?;
    let tag = collector.tag(TAGGED);
    let outcome = open(&site, "", &tag, &[]).await?;
    assert_eq!(outcome.said.len(), 1, "{:?}", outcome.said);
    assert!(
        outcome.said[0].contains("unregistered-origin"),
        "{:?}",
        outcome.said
    );
    assert_eq!(collector.rows()?.len(), 0);
    Ok(())
}

#[tokio::test]
async fn a_second_tag_and_a_frame_do_nothing() -> Result<()> {
    let site = Site::open()?;
    let collector = Collector::with_portal(PORTAL, &site.address)?;
    let tag = collector.tag(TAGGED);
    site.page("/khung", &tag, "<p>Trong khung");
    let twice = format!("{tag}{tag}<link rel=x><template></template>");
    let frame = "<script>addEventListener('DOMContentLoaded', () => {\
        const frame = document.createElement('iframe'); frame.src = '/khung'; document.body.append(frame) })</script>";
    let outcome = open(&site, "", &format!("{twice}{frame}"), &[]).await?;
    assert_eq!(
        (outcome.sent, outcome.beacons),
        (2, 1),
        "one first and one final report"
    );
    let views: std::collections::HashSet<_> = collector
        .rows()?
        .iter()
        .map(|row| row.report.view)
        .collect();
    assert_eq!(views.len(), 1);
    Ok(())
}

#[tokio::test]
async fn a_page_opened_for_a_check_reports_nothing() -> Result<()> {
    let site = Site::open()?;
    let collector = Collector::with_portal(PORTAL, &site.address)?;
    let tag = collector.tag(TAGGED);
    let outcome = open(&site, "?nhip=check", &tag, &[]).await?;
    assert_eq!(
        (outcome.sent, outcome.beacons, reports(&outcome)),
        (0, 0, 0)
    );
    assert_eq!(collector.rows()?.len(), 0);
    Ok(())
}

#[tokio::test]
async fn a_faulty_tag_is_told_on_the_page_to_whoever_opened_the_check() -> Result<()> {
    let site = Site::open()?;
    let collector = Collector::with_portal(PORTAL, &site.address)?;
    let tags = [
        ("", "data-portal: expected"),
        (
            "data-portal=thu-nghiem data-endpoint=http://",
            "data-endpoint: expected",
        ),
    ];
    for (attributes, expected) in tags {
        site.page("/", &collector.tag(attributes), "<h1>Thử</h1>");
        let browser = Browser::open(Kind::Chromium).await?;
        let url = format!("{}/?nhip=check", site.address);
        browser.page.goto(url).await?;
        tokio::time::sleep(SETTLED).await;
        let told = "return document.querySelector('nhip-panel')?.shadowRoot.querySelector('[role=alert]').textContent";
        let told = browser.page.execute(told, vec![]).await?;
        browser.close().await?;
        let told = told.json().as_str().unwrap_or_default();
        assert!(told.contains(expected), "{attributes}: {told}");
    }
    Ok(())
}

#[tokio::test]
async fn a_wrong_place_for_the_badge_costs_no_report() -> Result<()> {
    let site = Site::open()?;
    let collector = Collector::with_portal(PORTAL, &site.address)?;
    let tag = collector.tag(&format!("data-portal={PORTAL} data-badge=\"#1a\""));
    let outcome = open(&site, "", &tag, &[]).await?;
    assert_eq!(outcome.said.len(), 1, "{:?}", outcome.said);
    assert!(outcome.said[0].contains("data-badge"), "{:?}", outcome.said);
    assert!(outcome.thrown.is_empty(), "{:?}", outcome.thrown);
    collector
        .row("the report", |row| row.report.kind == ReportKind::Started)
        .await?;
    Ok(())
}

#[tokio::test]
async fn do_not_track_is_honoured() -> Result<()> {
    let site = Site::open()?;
    let collector = Collector::with_portal(PORTAL, &site.address)?;
    let tag = collector.tag(TAGGED);
    site.page("/", &tag, "<h1>Thử</h1>");
    let browser =
        Browser::open_with(Kind::Firefox, &["privacy.donottrackheader.enabled=true"]).await?;
    browser.page.goto(&site.address).await?;
    let asked: Value = browser
        .page
        .execute("return navigator.doNotTrack", vec![])
        .await?
        .convert()?;
    assert_eq!(asked, "1", "the browser asks not to be tracked");
    tokio::time::sleep(SETTLED).await;
    browser.leave().await?;
    browser.close().await?;
    assert_eq!(collector.rows()?.len(), 0);
    Ok(())
}

#[tokio::test]
async fn nothing_is_sent_before_consent_and_the_measurement_is_afterwards() -> Result<()> {
    let site = Site::open()?;
    let collector = Collector::with_portal(PORTAL, &site.address)?;
    let tag = collector.tag(&format!("data-portal={PORTAL} data-consent=required"));
    site.page("/", &tag, "<h1>Thử</h1>");
    let browser = Browser::open(Kind::Chromium).await?;
    browser.page.goto(&site.address).await?;
    tokio::time::sleep(SETTLED).await;
    assert_eq!(collector.rows()?.len(), 0);
    browser.page.execute("nhip.consent(true)", vec![]).await?;
    let report = collector
        .row("the report after consent", |row| {
            row.report.kind == ReportKind::Started
        })
        .await?
        .report;
    browser.close().await?;
    assert!(report.load.lcp.is_some());
    Ok(())
}

#[tokio::test]
async fn query_fragment_and_numbers_of_an_address_stay_in_the_browser() -> Result<()> {
    let site = Site::open()?;
    let collector = Collector::with_portal(PORTAL, &site.address)?;
    let tag = collector.tag(&format!("data-portal={PORTAL} data-sample=1/1"));
    site.page("/ho-so/079204001234", &tag, "<h1>Thử</h1>");
    let browser = Browser::open(Kind::Chromium).await?;
    let script =
        "document.addEventListener('nhip:report', (event) => window.report = event.detail)";
    browser
        .page
        .goto(format!(
            "{}/ho-so/079204001234?cccd=079204001234#ten=An",
            site.address
        ))
        .await?;
    browser.page.execute(script, vec![]).await?;
    let row = collector.row("the report", |_| true).await?;
    browser.close().await?;
    assert_eq!(row.report.page, "/ho-so/:n");
    let stored = serde_json::to_string(&row.report)?;
    assert!(
        !stored.contains("079204001234") && !stored.contains("ten=An"),
        "{stored}"
    );
    Ok(())
}

#[tokio::test]
async fn the_immutable_name_works_with_subresource_integrity() -> Result<()> {
    let site = Site::open()?;
    let collector = Collector::with_portal(PORTAL, &site.address)?;
    let manifest: Value = serde_json::from_str(include_str!("../../pkg/manifest.json"))?;
    let file = &manifest["files"]["nhip.js"];
    let (hash, integrity) = (
        file["hash"].as_str().context("hash")?,
        file["integrity"].as_str().context("integrity")?,
    );
    if std::env::var_os("NHIP_TEST_WIDGET").is_some() {
        // Another widget is served; its hash is not the committed one's.
        return Ok(());
    }
    let tag = format!(
        "<script async crossorigin=anonymous integrity=\"{integrity}\" src=\"{}/nhip-{hash}.js\" data-portal={PORTAL}></script>",
        collector.address
    );
    site.page("/", &tag, "<h1>Thử</h1>");
    let browser = Browser::open(Kind::Chromium).await?;
    browser.page.goto(&site.address).await?;
    collector
        .row("the report", |row| row.report.kind == ReportKind::Started)
        .await?;
    browser.close().await
}

#[tokio::test]
async fn a_sampled_view_carries_its_weight_and_an_unsampled_one_sends_nothing() -> Result<()> {
    let site = Site::open()?;
    let collector = Collector::with_portal(PORTAL, &site.address)?;
    let tag = collector.tag(&format!("data-portal={PORTAL} data-sample=1/4"));
    let drawn = |number: &str| format!("<script>Math.random = () => {number}</script>{tag}");
    let unsampled = open(&site, "", &drawn("0.25"), &[]).await?;
    assert_eq!((unsampled.sent, reports(&unsampled)), (0, 0));
    let sampled = open(&site, "", &drawn("0.24"), &[]).await?;
    assert_eq!(sampled.sent, 2);
    for row in collector.rows()? {
        assert_eq!(row.report.weight, 4);
    }
    let summary = collector
        .get(&format!("/v1/portals/{PORTAL}/summary"))
        .await?;
    assert_eq!(summary["views"]["began"], 1, "{summary:#}");
    Ok(())
}
