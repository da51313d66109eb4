//! What browsers report by themselves, as the headers of docs/embed.md ask them to: `report-uri`. Chromium sends
//! `report-to` and network error logging over https alone, with a certificate that it trusts: these are tested with
//! what a browser would send (`collector/tests/browser_reports.rs`), not here.

use anyhow::{Result, bail};
use serde_json::Value;

use crate::rig::collector::Collector;
use crate::rig::driver::{Browser, Kind};
use crate::rig::site::{Answer, Site, html};

const PORTAL: &str = "thu-nghiem";

/// Opens a page that breaks its own policy in one place; the collector must count one breach.
async fn breach(kind: Kind) -> Result<()> {
    let site = Site::open()?;
    let collector = Collector::with_portal(PORTAL, &site.address)?;
    let endpoint = format!("{}/v1/browser-reports/{PORTAL}", collector.address);
    let page = html("", "<h1>Thử</h1><style>h1 { color: red }</style>");
    let policy = format!("Content-Security-Policy: style-src 'none'; report-uri {endpoint}");
    site.serve("/", Answer::new("text/html", page).header(policy));
    let browser = Browser::open(kind).await?;
    browser.page.goto(&site.address).await?;
    let path = format!("/v1/portals/{PORTAL}/browser-reports");
    let mut kinds = Value::Null;
    for _ in 0..150 {
        kinds = collector.get(&path).await?["kinds"].clone();
        if kinds["csp-violation"] != 0 {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }
    browser.close().await?;
    if kinds["csp-violation"] != 1 {
        bail!("expected one breach in fifteen seconds, got {kinds}");
    }
    Ok(())
}

#[tokio::test]
async fn a_breach_is_reported_in_chromium() -> Result<()> {
    breach(Kind::Chromium).await
}

#[tokio::test]
async fn a_breach_is_reported_in_firefox() -> Result<()> {
    breach(Kind::Firefox).await
}
