//! Nothing that fails on our side is thrown into the page.

use std::time::Duration;

use anyhow::Result;

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
