//! Save-Data and 2G: the widget comes after everything else, leaves out what costs, and says so.

use anyhow::Result;
use nhip_collector::store::StoredRow;
use nhip_protocol::check::{Check, Verdict};
use nhip_protocol::report::{Kind as ReportKind, Report};

use crate::rig::collector::Collector;
use crate::rig::driver::{Browser, Kind};
use crate::rig::site::{Answer, Site};

/// No driver sets Save-Data for a page's scripts: the page says what such a browser would.
async fn visit(connection: &str, badge: &str) -> Result<(Report, bool, bool)> {
    let site = Site::open()?;
    let collector = Collector::with_portal("thu-nghiem", &site.address)?;
    site.serve("/anh.png", Answer::new("image/png", "").after(6000));
    let said = format!(
        "<script>Object.defineProperty(navigator, 'connection', {{ value: {connection} }});\
         addEventListener('load', () => window.early = performance.getEntriesByType('resource')\
           .some((entry) => entry.name.includes('nhip-core')))</script>"
    );
    let tag = collector.tag("data-portal=thu-nghiem data-badge=bottom-right");
    let body = format!("<h1>Thử</h1><img src=/anh.png alt=''>{badge}");
    site.page("/", &format!("{said}{tag}"), &body);
    let browser = Browser::open(Kind::Chromium).await?;
    browser.page.goto(&site.address).await?;
    let first = |row: &StoredRow| row.report.kind == ReportKind::Started;
    let report = collector.row("the first report", first).await?.report;
    let asked = "return [window.early, !!document.querySelector('nhip-badge')?.shadowRoot]";
    let (early, shown) = browser.page.execute(asked, vec![]).await?.convert()?;
    browser.leave().await?;
    browser.close().await?;
    Ok((report, early, shown))
}

#[tokio::test]
async fn where_data_is_spared_nothing_comes_before_the_load_and_nothing_costly_after() -> Result<()>
{
    for connection in ["{ saveData: true }", "{ effectiveType: 'slow-2g' }"] {
        let (report, early, shown) = visit(connection, "").await?;
        let skipped = serde_json::to_value(&report.skipped)?;
        assert_eq!(
            skipped,
            serde_json::json!(["audit", "badge"]),
            "{connection}"
        );
        assert!(!early, "{connection}: the core came before the load");
        assert!(!shown, "{connection}: a badge that nobody asked for");
        let checks = report.viewport.map(|viewport| viewport.checks);
        let costly = checks.and_then(|checks| checks[Check::TargetSize]);
        assert_eq!(costly, Some(Verdict::Unknown), "{connection}");
    }
    Ok(())
}

/// Without it, after 5 s nothing waits for the load, and the badge is there.
#[tokio::test]
async fn where_no_data_is_spared_the_core_waits_5_s_at_most() -> Result<()> {
    let (report, early, shown) = visit("{ effectiveType: '4g' }", "").await?;
    assert!(report.skipped.is_empty());
    assert!(
        early && shown,
        "core before the load {early}, badge {shown}"
    );
    Ok(())
}

/// A badge that stands in the page was asked for.
#[tokio::test]
async fn a_badge_in_the_page_is_shown_although_data_is_spared() -> Result<()> {
    let (_, _, shown) = visit("{ saveData: true }", "<nhip-badge></nhip-badge>").await?;
    assert!(shown);
    Ok(())
}
