//! Single-page applications: another page without a load is another view.

use anyhow::{Context, Result};
use nhip_protocol::report::{Kind as ReportKind, Nav, Report};
use nhip_protocol::unit::Ms;
use thirtyfour::prelude::*;

use crate::rig::collector::Collector;
use crate::rig::driver::{Browser, Kind};
use crate::rig::site::Site;

const PORTAL: &str = "thu-nghiem";

/// A router: a click shows the next page 100 ms later, and tells `ROUTED`.
const APPLICATION: &str = "<button style=\"width: 200px; height: 60px\">Tiếp</button><main><h1>Một</h1></main>\
    <script>document.querySelector('button').onclick = () => {\
      const until = performance.now() + 60; while (performance.now() < until);\
      setTimeout(() => { history.pushState({}, '', '/hai'); ROUTED;\
        document.querySelector('main').innerHTML = '<h1>Hai</h1><p>' + 'nội dung '.repeat(200); }, 100) }</script>";

struct Views {
    first: Report,
    second: Report,
    /// How many there were.
    all: usize,
}

/// Opens the application, goes to its next page, and leaves it.
async fn route(kind: Kind, routed: &str) -> Result<Views> {
    let site = Site::open()?;
    let collector = Collector::with_portal(PORTAL, &site.address)?;
    let tag = collector.tag("data-portal=thu-nghiem");
    site.page("/mot", &tag, &APPLICATION.replace("ROUTED", routed));
    let browser = Browser::open(kind).await?;
    browser.page.goto(format!("{}/mot", site.address)).await?;
    collector
        .row("the first report", |row| {
            row.report.kind == ReportKind::Started
        })
        .await?;
    browser.page.find(By::Css("button")).await?.click().await?;
    collector
        .row("the second view", |row| {
            row.report.nav == Nav::Soft && row.report.kind == ReportKind::Started
        })
        .await?;
    browser.leave().await?;
    let second = collector
        .row("the end of the second view", |row| {
            row.report.nav == Nav::Soft && row.report.kind == ReportKind::Final
        })
        .await?
        .report;
    browser.close().await?;
    let rows = collector.rows()?;
    let first = rows
        .iter()
        .rfind(|row| row.report.nav != Nav::Soft)
        .context("the first view")?;
    let mut views: Vec<_> = rows.iter().map(|row| &row.report.view).collect();
    views.sort();
    views.dedup();
    Ok(Views {
        first: first.report.clone(),
        second,
        all: views.len(),
    })
}

fn assert_that_the_click_was_the_first_views(views: &Views) {
    let Views { first, second, all } = views;
    assert_eq!(*all, 2, "{views:#?}", views = (first, second));
    assert_eq!(first.kind, ReportKind::Final, "it ended with the next");
    assert_eq!(first.page, "/mot", "its address was the first one's");
    assert!(
        first.response.inp.is_some_and(|inp| inp >= Ms::whole(60)),
        "{first:#?}"
    );
    assert_eq!(second.response.inp, None, "{second:#?}");
    assert_eq!(second.response.server_wait, None);
    assert_eq!(
        (second.load.loaded, &second.load.phases),
        (None, &None),
        "nothing was loaded"
    );
}

#[tokio::test]
async fn a_soft_navigation_that_the_browser_reports_is_a_view() -> Result<()> {
    let views = route(Kind::Chromium, "").await?;
    assert_that_the_click_was_the_first_views(&views);
    let second = views.second;
    assert_eq!(second.page, "/hai");
    let fcp = second.load.fcp.context("FCP")?;
    assert!(fcp >= Ms::whole(160), "from the click on: {second:#?}");
    assert!(second.load.lcp.context("LCP")? >= fcp);
    assert_eq!(second.load.ttfb, Some(Ms::whole(0)));
    assert!(second.layout.cls.is_some() && second.viewport.is_some());
    Ok(())
}

#[tokio::test]
async fn a_view_that_the_page_and_the_browser_tell_is_one() -> Result<()> {
    let views = route(Kind::Chromium, "nhip.view('tra-cuu')").await?;
    assert_that_the_click_was_the_first_views(&views);
    assert_eq!(views.second.page, "/tra-cuu");
    assert!(views.second.load.lcp.is_some(), "{:#?}", views.second);
    Ok(())
}

#[tokio::test]
async fn where_the_browser_cannot_tell_the_page_does() -> Result<()> {
    let views = route(Kind::Firefox, "nhip.view('/ho-so/12345')").await?;
    assert_that_the_click_was_the_first_views(&views);
    let second = views.second;
    assert_eq!(second.page, "/ho-so/:n", "redacted as any path is");
    assert_eq!(
        (second.load.lcp, second.load.fcp, second.load.ttfb),
        (None, None, None),
        "no paint is known"
    );
    assert!(second.viewport.is_some());
    Ok(())
}

#[tokio::test]
async fn what_a_router_tells_while_the_page_loads_is_that_pages_name() -> Result<()> {
    let site = Site::open()?;
    let collector = Collector::with_portal(PORTAL, &site.address)?;
    // Not async, so that the script below it finds it.
    let tag = collector
        .tag("data-portal=thu-nghiem")
        .replace("async ", "");
    site.page(
        "/",
        &tag,
        "<h1>Một</h1><script>nhip.view('trang-chu')</script>",
    );
    let browser = Browser::open(Kind::Chromium).await?;
    browser.page.goto(&site.address).await?;
    let report = collector
        .row("the report", |row| row.report.kind == ReportKind::Started)
        .await?
        .report;
    browser.close().await?;
    assert_eq!((report.nav, report.seq), (Nav::Navigate, 1));
    assert_eq!(report.page, "/trang-chu");
    Ok(())
}
