//! A page whose renderer crashes runs no script any more; what was armed before is the view's last word.

use anyhow::Result;
use nhip_protocol::report::Kind as ReportKind;
use serde_json::json;

use crate::rig::collector::Collector;
use crate::rig::devtools::Devtools;
use crate::rig::site::Site;

#[tokio::test(flavor = "multi_thread")]
async fn a_view_whose_renderer_crashed_is_finished_by_what_was_armed() -> Result<()> {
    let site = Site::open()?;
    let collector = Collector::with_portal("thu-nghiem", &site.address)?;
    let tag = collector.tag("data-portal=thu-nghiem");
    site.page("/", &tag, "<h1>Thử</h1>");
    let mut devtools = Devtools::start("/usr/bin/chromium", &[])?;
    let page = devtools.open(&site.address)?;
    let first = collector
        .row("the first report", |row| {
            row.report.kind == ReportKind::Started
        })
        .await?
        .report;
    // Nobody is left to answer this.
    let tab = devtools.attach(&page)?;
    let _unanswered = devtools.send(&tab, "Page.crash", json!({}))?;
    let last = collector
        .row("what was armed", |row| row.report.kind == ReportKind::Final)
        .await?
        .report;
    assert_eq!((last.view, last.seq), (first.view, first.seq + 1));
    assert_eq!(last.load, first.load, "what was known when it was armed");
    Ok(())
}
