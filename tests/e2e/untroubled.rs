//! Nothing that fails on our side is thrown into the page, and what the page stops, costs no report.

use std::time::Duration;

use anyhow::Result;
use nhip_collector::store::StoredRow;
use nhip_protocol::report::Kind as ReportKind;

use crate::rig::collector::Collector;
use crate::rig::driver::{Browser, Kind};
use crate::rig::site::Site;

/// Longer than the first wait for a collector that does not answer.
const TRIED_AGAIN: Duration = Duration::from_secs(7);

#[tokio::test]
async fn blocked_storage_and_an_address_that_is_none_throw_nothing_into_the_page() -> Result<()> {
    let site = Site::open()?;
    let collector = Collector::with_portal("thu-nghiem", &site.address)?;
    let listener = std::net::TcpListener::bind("127.0.0.1:0")?;
    let nowhere = format!("http://{}/v1/reports", listener.local_addr()?);
    drop(listener);
    let tag = collector.tag(&format!(
        "data-portal=thu-nghiem data-endpoint=\"{nowhere}\""
    ));
    let watch = "<script>window.thrown = [];\
        Object.defineProperty(window, 'localStorage', { get() { throw new Error('blocked') } });\
        addEventListener('error', (event) => event.message && thrown.push(event.message));\
        addEventListener('unhandledrejection', (event) => thrown.push(String(event.reason)))</script>";
    let body = "<h1>Thử</h1><script>setTimeout(() => { const image = new Image();\
        image.src = 'http://['; document.body.append(image) }, 2500)</script>";
    site.page("/", &format!("{watch}{tag}"), body);
    let browser = Browser::open(Kind::Chromium).await?;
    browser.page.goto(&site.address).await?;
    tokio::time::sleep(TRIED_AGAIN).await;
    let thrown = browser.page.execute("return thrown", vec![]).await?;
    let thrown: Vec<String> = thrown.convert()?;
    browser.leave().await?;
    browser.close().await?;
    assert!(thrown.is_empty(), "{thrown:?}");
    Ok(())
}

/// Firefox ends the script that runs when its toolbar leads elsewhere, which no test can time: here the
/// page itself keeps the one event from us.
#[tokio::test]
async fn firefox_tells_a_views_end_although_one_of_its_events_is_lost() -> Result<()> {
    let site = Site::open()?;
    let collector = Collector::with_portal("thu-nghiem", &site.address)?;
    let tag = collector.tag("data-portal=thu-nghiem");
    let cut = "<script>addEventListener('visibilitychange', \
        (event) => event.stopImmediatePropagation(), true)</script>";
    site.page("/", &format!("{cut}{tag}"), "<h1>Thử</h1>");
    let browser = Browser::open(Kind::Firefox).await?;
    browser.page.goto(&site.address).await?;
    let of = |kind| move |row: &StoredRow| row.report.kind == kind;
    collector
        .row("the first report", of(ReportKind::Started))
        .await?;
    browser.leave().await?;
    collector.row("the last", of(ReportKind::Final)).await?;
    browser.close().await
}
