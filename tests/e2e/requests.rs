//! Requests after the load: all are counted, a sample of their waits arrives, and none of them is ours.

use anyhow::{Context, Result};
use nhip_collector::store::StoredRow;
use nhip_protocol::report::{Kind as ReportKind, MAX_WAITS};
use nhip_protocol::unit::Ms;

use crate::menu::OPEN;
use crate::rig::collector::Collector;
use crate::rig::driver::{Browser, Kind};
use crate::rig::site::{Answer, Site};

const AFTER_LOAD: usize = 30;
const SERVER_WAIT: u32 = 120;

/// Requests before the load and elsewhere are none of the 30; nor is one that nobody answered in time to
/// be waited for.
async fn waits(kind: Kind) -> Result<()> {
    let site = Site::open()?;
    let elsewhere = Site::open()?;
    let collector = Collector::with_portal("thu-nghiem", &site.address)?;
    let slow = || Answer::new("text/plain", "đây").after(u64::from(SERVER_WAIT));
    site.serve("/cham", slow());
    elsewhere.serve("/cham", slow());
    let script = format!(
        "<script>fetch('/cham?truoc'); addEventListener('load', () => setTimeout(async () => {{\
           await fetch('{}/cham', {{ mode: 'no-cors' }});\
           await Promise.all(Array.from({{ length: {AFTER_LOAD} }}, (_, n) => fetch('/cham?' + n)));\
           window.done = true }}, 50))</script>",
        elsewhere.address
    );
    let tag = collector.tag("data-portal=thu-nghiem");
    site.page("/", &format!("{script}{tag}"), "<h1>Thử</h1>");
    let browser = Browser::open(kind).await?;
    browser.page.goto(&site.address).await?;
    let of = |kind| move |row: &StoredRow| row.report.kind == kind;
    collector
        .row("the first report", of(ReportKind::Started))
        .await?;
    let done = "const done = arguments[0]; \
        const look = () => window.done ? setTimeout(done, 100) : setTimeout(look, 50); look()";
    browser.page.execute_async(done, vec![]).await?;
    browser.leave().await?;
    let last = collector.row("the last", of(ReportKind::Final)).await?;
    browser.close().await?;
    let requests = last.report.requests.context("requests")?;
    assert_eq!(requests.count as usize, AFTER_LOAD, "{requests:?}");
    assert_eq!(requests.waits.len(), MAX_WAITS, "{requests:?}");
    // Firefox's clock has whole milliseconds: between two of its marks it may tell one less.
    let told = |wait: &Ms| *wait >= Ms::whole(SERVER_WAIT - 1) && *wait < Ms::whole(60_000);
    assert!(requests.waits.iter().all(told), "{requests:?}");
    Ok(())
}

#[tokio::test]
async fn waits_of_requests_after_the_load_arrive_from_chromium() -> Result<()> {
    waits(Kind::Chromium).await
}

#[tokio::test]
async fn waits_of_requests_after_the_load_arrive_from_firefox() -> Result<()> {
    waits(Kind::Firefox).await
}

/// The demo's collector is the portal's own origin: its scripts and reports are none of the page's.
#[tokio::test]
async fn the_widgets_own_requests_are_not_the_pages() -> Result<()> {
    let collector = Collector::demo()?;
    let browser = Browser::open(Kind::Chromium).await?;
    let page = format!("{}/demo/slow/", collector.address);
    browser.page.goto(page).await?;
    let of = |kind| move |row: &StoredRow| row.report.kind == kind;
    collector
        .row("the first report", of(ReportKind::Started))
        .await?;
    browser.page.execute_async(OPEN, vec![]).await?;
    browser.leave().await?;
    let last = collector.row("the last", of(ReportKind::Final)).await?;
    browser.close().await?;
    let requests = last.report.requests.context("requests")?;
    assert_eq!((requests.count, requests.waits.len()), (0, 0));
    Ok(())
}
