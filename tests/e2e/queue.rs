//! What the browser's queue lost is said, not passed over.

use std::time::Duration;

use anyhow::Result;
use nhip_collector::store::StoredRow;
use nhip_protocol::report::Kind as ReportKind;
use serde_json::Value;

use crate::rig::collector::Collector;
use crate::rig::driver::{Browser, Kind};
use crate::rig::site::Site;

const PORTAL: &str = "thu-nghiem";

/// Longer than a page needs for its first report, and for what that one brings.
const SETTLED: Duration = Duration::from_secs(4);

#[tokio::test]
async fn what_the_queue_lost_is_said_by_the_next_report_and_by_no_other() -> Result<()> {
    let site = Site::open()?;
    let collector = Collector::with_portal(PORTAL, &site.address)?;
    let tag = collector.tag(&format!("data-portal={PORTAL}"));
    // Cut off, nobody's, and older than 24 h.
    let broken = "<script>localStorage['nhip-queue'] =\
        Date.now() + '{\"age\":1,\"v\\nkhông phải\\n1{\"age\":5}'</script>";
    site.page("/mot", &format!("{broken}{tag}"), "<h1>Một</h1>");
    site.page("/hai", &tag, "<h1>Hai</h1>");
    let browser = Browser::open(Kind::Chromium).await?;
    for (page, lost) in [("/mot", 3), ("/hai", 0)] {
        browser.page.goto(format!("{}{page}", site.address)).await?;
        tokio::time::sleep(SETTLED).await;
        let waiting = "return localStorage['nhip-queue'] || ''";
        let waiting: Value = browser.page.execute(waiting, vec![]).await?.convert()?;
        assert_eq!(waiting, "", "{page}");
        browser.leave().await?;
        let last =
            |row: &StoredRow| row.report.page == page && row.report.kind == ReportKind::Final;
        let last = collector.row("the page's last report", last).await?;
        assert_eq!(last.report.queue_lost, lost, "{page}");
    }
    browser.close().await?;
    let summary = collector
        .get(&format!("/v1/portals/{PORTAL}/summary"))
        .await?;
    assert_eq!(summary["views"]["queue_lost"], 3, "{summary:#}");
    Ok(())
}

#[tokio::test]
async fn storage_that_is_full_costs_only_what_it_could_not_take() -> Result<()> {
    let site = Site::open()?;
    let collector = Collector::with_portal(PORTAL, &site.address)?;
    let tag = collector.tag(&format!("data-portal={PORTAL}"));
    // The first report finds nobody; later ones find the collector.
    let full = "<script>try { for (let n = 0; ; n++) localStorage['day' + n] = 'x'.repeat(1 << 18) } catch (_) {}\
        try { for (let n = 0; ; n++) localStorage['dat' + n] = 'x'.repeat(200) } catch (_) {}\
        const post = fetch; let first = true;\
        window.fetch = (to, what) => first && /reports/.test(to)\
          ? (first = false, Promise.reject(new TypeError('không có mạng'))) : post(to, what)</script>";
    site.page("/", &format!("{full}{tag}"), "<h1>Thử</h1>");
    let browser = Browser::open(Kind::Chromium).await?;
    browser.page.goto(&site.address).await?;
    tokio::time::sleep(SETTLED).await;
    // Now there is room, and what was told so far is told again.
    let room =
        "localStorage.clear(); for (let n = 0; n < 99; n++) document.body.append('đầy '); return 1";
    browser.page.execute(room, vec![]).await?;
    browser.leave().await?;
    browser.page.goto(&site.address).await?;
    let last = |row: &StoredRow| row.report.kind == ReportKind::Final;
    let last = collector.row("the last report", last).await?.report;
    browser.close().await?;
    assert_eq!((last.seq, last.queue_lost), (2, 1), "the first was lost");
    Ok(())
}
