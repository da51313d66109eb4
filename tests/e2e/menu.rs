//! The badge's menu: why this view was slow, in words, as the collector judges it.

use anyhow::Result;
use nhip_collector::store::StoredRow;
use nhip_protocol::blame::{Verdict, blame};
use nhip_protocol::report::Kind as ReportKind;

use crate::rig::collector::Collector;
use crate::rig::driver::{Browser, Kind};
use crate::rig::site::{Answer, Site, html};

/// Opens the menu of the page's badge, and waits for its sentence.
pub const OPEN: &str = "const done = arguments[0], root = document.querySelector('nhip-badge').shadowRoot;\
    root.querySelector('button').click();\
    const look = () => {\
      const text = root.querySelector('section p')?.textContent;\
      text ? done(text) : setTimeout(look, 50) };\
    look()";

struct Told {
    sentence: String,
    /// The collector's, of the same view's last report.
    verdict: Option<Verdict>,
}

/// Opens a page that `answer` makes of its HTML, and the menu of its badge.
async fn told(kind: Kind, attributes: &str, answer: impl Fn(String) -> Answer) -> Result<Told> {
    let site = Site::open()?;
    let collector = Collector::with_portal("thu-nghiem", &site.address)?;
    let tag = collector.tag(&format!(
        "data-portal=thu-nghiem data-badge=bottom-right {attributes}"
    ));
    site.serve("/", answer(html(&tag, "<h1>Thử nghiệm đo tốc độ</h1>")));
    let browser = Browser::open(kind).await?;
    browser.page.goto(&site.address).await?;
    let of = |kind| move |row: &StoredRow| row.report.kind == kind;
    collector
        .row("the first report", of(ReportKind::Started))
        .await?;
    let sentence = browser.page.execute_async(OPEN, vec![]).await?.convert()?;
    browser.leave().await?;
    let last = collector.row("the last", of(ReportKind::Final)).await?;
    browser.close().await?;
    Ok(Told {
        sentence,
        verdict: blame(&last.report).map(|blame| blame.verdict),
    })
}

/// A server that says itself what it took.
fn slow_server(page: String) -> Answer {
    let timing = "Server-Timing: app;dur=880".to_owned();
    Answer::new("text/html", page).header(timing).after(900)
}

#[tokio::test]
async fn a_slow_server_is_named_as_the_collector_names_it() -> Result<()> {
    for kind in [Kind::Chromium, Kind::Firefox] {
        let Told { sentence, verdict } = told(kind, "", slow_server).await?;
        assert_eq!(verdict, Some(Verdict::Server), "{kind:?}");
        assert!(
            sentence.starts_with("Máy chủ mất 0,9 giây")
                && sentence.contains("do máy chủ của cổng"),
            "{kind:?}: {sentence}"
        );
    }
    Ok(())
}

#[tokio::test]
async fn an_english_menu_explains_in_english() -> Result<()> {
    let Told { sentence, .. } = told(Kind::Chromium, "data-lang=en", slow_server).await?;
    assert!(
        sentence.starts_with("The server took 0.9 s") && sentence.contains("portal's server"),
        "{sentence}"
    );
    Ok(())
}

#[tokio::test]
async fn a_fast_page_is_told_to_be_fast() -> Result<()> {
    let page = |page| Answer::new("text/html", page);
    let Told { sentence, verdict } = told(Kind::Chromium, "", page).await?;
    assert_eq!(verdict, None);
    assert!(sentence.starts_with("Trang này nhanh"), "{sentence}");
    Ok(())
}
