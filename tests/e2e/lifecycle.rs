//! What becomes of a view: left early, hidden and shown again, restored from the back/forward cache.

use anyhow::{Context, Result};
use nhip_protocol::report::{Kind as ReportKind, Nav};
use nhip_protocol::unit::Ms;
use thirtyfour::prelude::*;

use crate::rig::collector::Collector;
use crate::rig::driver::{Browser, Kind};
use crate::rig::site::Site;

const PORTAL: &str = "thu-nghiem";

fn tag(collector: &Collector) -> String {
    collector.tag("data-portal=thu-nghiem")
}

async fn restored_from_the_cache(kind: Kind) -> Result<()> {
    let site = Site::open()?;
    let collector = Collector::with_portal(PORTAL, &site.address)?;
    site.page("/mot", &tag(&collector), "<h1>Một</h1>");
    site.page("/hai", "", "<h1>Hai</h1>");
    let browser = Browser::open(kind).await?;
    browser.page.goto(format!("{}/mot", site.address)).await?;
    let first = collector
        .row("the first view", |row| {
            row.report.kind == ReportKind::Started
        })
        .await?
        .report;
    browser.page.goto(format!("{}/hai", site.address)).await?;
    browser.page.back().await?;
    let restored = collector
        .row("the restored view", |row| row.report.nav == Nav::Bfcache)
        .await?
        .report;
    browser.close().await?;

    assert_ne!(restored.view, first.view, "a restored page is a new view");
    assert_eq!(restored.seq, 1);
    assert_eq!(restored.load.ttfb, Some(Ms::whole(0)));
    assert!(restored.load.fcp.is_some(), "{restored:#?}");
    assert_eq!(restored.load.lcp, restored.load.fcp);
    assert_eq!(restored.response.server_wait, None);
    Ok(())
}

#[tokio::test]
async fn a_page_from_the_back_forward_cache_is_a_new_view_in_chromium() -> Result<()> {
    restored_from_the_cache(Kind::Chromium).await
}

#[tokio::test]
async fn a_page_from_the_back_forward_cache_is_a_new_view_in_firefox() -> Result<()> {
    restored_from_the_cache(Kind::Firefox).await
}

/// A page whose load event never comes, left before the module starts at 5 s.
async fn left_before_load(kind: Kind) -> Result<()> {
    let site = Site::open()?;
    let collector = Collector::with_portal(PORTAL, &site.address)?;
    // Nothing answers there: the socket accepts and is silent.
    let silent = std::net::TcpListener::bind("127.0.0.1:0")?;
    let leaves = "<script>setTimeout(() => location = '/khac', 2500)</script>";
    let stuck = format!(
        "{leaves}<h1>Chờ</h1><img src=\"http://{}/anh.png\">",
        silent.local_addr()?
    );
    site.page("/cho", &tag(&collector), &stuck);
    site.page("/khac", "", "<h1>Khác</h1>");
    let browser = Browser::open(kind).await?;
    browser.page.goto(format!("{}/cho", site.address)).await?;
    let lost = collector
        .row("the abandoned view", |row| {
            row.report.kind == ReportKind::Abandoned
        })
        .await?
        .report;
    browser.close().await?;

    assert_eq!(lost.load.loaded, None, "the load event never came");
    assert!(lost.load.ttfb.is_some());
    assert!(lost.age < 5000 + 2500, "{}", lost.age);
    let summary = collector
        .get(&format!("/v1/portals/{PORTAL}/summary"))
        .await?;
    assert_eq!(summary["views"]["abandoned"], 1, "{summary:#}");
    assert_eq!(summary["views"]["measured"], 0, "{summary:#}");
    Ok(())
}

#[tokio::test]
async fn a_view_left_before_the_module_arrived_is_reported_as_abandoned() -> Result<()> {
    left_before_load(Kind::Chromium).await
}

#[tokio::test]
async fn a_page_that_blocks_wasm_is_reported_as_blocked() -> Result<()> {
    let site = Site::open()?;
    let collector = Collector::with_portal(PORTAL, &site.address)?;
    let policy = format!(
        "<meta http-equiv=Content-Security-Policy content=\"script-src {}\">",
        collector.address
    );
    site.page(
        "/",
        &format!("{policy}{}", tag(&collector)),
        "<h1>Chặn</h1>",
    );
    let browser = Browser::open(Kind::Chromium).await?;
    browser.page.goto(&site.address).await?;
    let blocked = collector
        .row("the blocked view", |row| {
            row.report.kind == ReportKind::Blocked
        })
        .await?
        .report;
    browser.close().await?;
    assert!(blocked.load.ttfb.is_some() && blocked.load.loaded.is_some());
    let summary = collector
        .get(&format!("/v1/portals/{PORTAL}/summary"))
        .await?;
    assert_eq!(summary["views"]["blocked"], 1, "{summary:#}");
    Ok(())
}

#[tokio::test]
async fn a_final_report_supersedes_the_first() -> Result<()> {
    let site = Site::open()?;
    let collector = Collector::with_portal(PORTAL, &site.address)?;
    site.page(
        "/",
        &tag(&collector),
        "<button onclick=\"const t = performance.now() + 80; \
        while (performance.now() < t);\">Bấm</button>",
    );
    let browser = Browser::open(Kind::Chromium).await?;
    browser.page.goto(&site.address).await?;
    let started = collector
        .row("the first report", |row| {
            row.report.kind == ReportKind::Started
        })
        .await?
        .report;
    browser.page.find(By::Css("button")).await?.click().await?;
    browser.leave().await?;
    let last = collector
        .row("the final report", |row| {
            row.report.kind == ReportKind::Final
        })
        .await?
        .report;
    browser.close().await?;
    assert_eq!((last.view, last.seq), (started.view, started.seq + 1));
    // Waiting for the paint at hide: the interaction was processed with the last records.
    assert!(last.response.inp.context("INP")? >= Ms::whole(80));
    assert_eq!(collector.rows()?.len(), 2);
    Ok(())
}

#[tokio::test]
async fn a_view_that_ended_unchanged_is_finished() -> Result<()> {
    let site = Site::open()?;
    let collector = Collector::with_portal(PORTAL, &site.address)?;
    site.page("/", &tag(&collector), "<h1>Thử</h1>");
    let browser = Browser::open(Kind::Chromium).await?;
    browser.page.goto(&site.address).await?;
    collector
        .row("the first report", |row| {
            row.report.kind == ReportKind::Started
        })
        .await?;
    browser.leave().await?;
    collector
        .row("the final report", |row| {
            row.report.kind == ReportKind::Final
        })
        .await?;
    browser.close().await?;
    let summary = collector
        .get(&format!("/v1/portals/{PORTAL}/summary"))
        .await?;
    assert_eq!(summary["views"]["measured"], 1, "{summary:#}");
    assert_eq!(summary["views"]["unfinished"], 0, "{summary:#}");
    Ok(())
}
