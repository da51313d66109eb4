//! The badge: what it says, in both languages, and that it moves nothing.

use anyhow::{Context, Result};
use nhip_protocol::report::Kind as ReportKind;
use nhip_protocol::unit::Cls;
use serde_json::Value;

use crate::rig::collector::Collector;
use crate::rig::driver::{Browser, Kind};
use crate::rig::site::Site;

/// Once it has words, which is a moment after it was placed.
const TEXTS: &str = "const done = arguments[0]; \
    const look = () => { \
      const root = document.querySelector('nhip-badge')?.shadowRoot; \
      const said = root && [...root.children].map((part) => part.textContent); \
      said?.[1] ? done(said) : setTimeout(look, 50) }; \
    look()";

async fn texts(browser: &Browser) -> Result<Vec<String>> {
    let texts: Value = browser.page.execute_async(TEXTS, vec![]).await?.convert()?;
    let texts = texts.as_array().context("the badge is drawn")?;
    Ok(texts
        .iter()
        .filter_map(|text| text.as_str().map(str::to_owned))
        .collect())
}

async fn says_what_was_measured(kind: Kind) -> Result<()> {
    let collector = Collector::demo()?;
    let browser = Browser::open(kind).await?;
    browser
        .page
        .goto(format!("{}/demo/slow/", collector.address))
        .await?;
    let report = collector
        .row("the first report", |row| {
            row.report.kind == ReportKind::Started
        })
        .await?
        .report;
    let texts = texts(&browser).await?;
    browser.close().await?;

    let lcp = report.load.lcp.context("LCP")?.tenths() / 1000;
    assert_eq!(
        texts[1],
        format!("Tải trang: {},{} s", lcp / 10, lcp % 10),
        "{texts:?}"
    );
    assert!(
        texts[2].starts_with("Chờ máy chủ: "),
        "no interaction yet: {texts:?}"
    );
    assert!(["C", "D", "E"].contains(&texts[0].as_str()), "{texts:?}");
    assert!(texts[3].contains("trình duyệt của bạn"), "{texts:?}");
    // Firefox reports no layout shifts, so it cannot tell.
    let unmoved = (kind != Kind::Firefox).then_some(Cls::from_ten_thousandths(0));
    assert_eq!(report.layout.cls, unmoved);
    Ok(())
}

#[tokio::test]
async fn the_badge_says_what_was_reported_in_chromium() -> Result<()> {
    says_what_was_measured(Kind::Chromium).await
}

#[tokio::test]
async fn the_badge_says_what_was_reported_on_a_phone() -> Result<()> {
    says_what_was_measured(Kind::ChromiumPhone).await
}

#[tokio::test]
async fn the_badge_says_what_was_reported_in_firefox() -> Result<()> {
    says_what_was_measured(Kind::Firefox).await
}

/// The largest paint of the page's own, in ms.
const LARGEST: &str = "const done = arguments[0]; new PerformanceObserver((list) => \
    done(list.getEntries().filter(({ element }) => element).pop().startTime)) \
    .observe({ type: 'largest-contentful-paint', buffered: true })";

#[tokio::test]
async fn the_badge_is_never_the_largest_paint() -> Result<()> {
    let site = Site::open()?;
    let collector = Collector::with_portal("thu-nghiem", &site.address)?;
    let tag = collector
        .tag("data-portal=thu-nghiem data-badge=bottom-right data-show=portal data-rating");
    // Smaller than any line of ours.
    site.page("/", &tag, "<h1>Thử</h1>");
    let browser = Browser::open(Kind::Chromium).await?;
    browser.page.goto(&site.address).await?;
    texts(&browser).await?;
    let step = "const done = arguments[0]; nhip.step('nop-ho-so', 'done'); setTimeout(done, 3000)";
    browser.page.execute_async(step, vec![]).await?;
    let largest: f64 = browser
        .page
        .execute_async(LARGEST, vec![])
        .await?
        .convert()?;
    browser.leave().await?;
    let last = collector.row("the last report", |row| {
        row.report.kind == ReportKind::Final
    });
    let lcp = last.await?.report.load.lcp.context("LCP")?;
    browser.close().await?;
    assert_eq!(f64::from(lcp.tenths()), (largest * 10.0).round());
    Ok(())
}

#[tokio::test]
async fn the_badge_speaks_english_in_a_place_of_its_own_and_moves_nothing() -> Result<()> {
    let site = Site::open()?;
    let collector = Collector::with_portal("thu-nghiem", &site.address)?;
    let tag = collector.tag("data-portal=thu-nghiem data-lang=en data-badge=\"#place\"");
    // Without a height of its own, the place must not be given one.
    site.page(
        "/",
        &tag,
        "<h1>Thử</h1><div id=place></div><p id=below>Dưới</p>",
    );
    let browser = Browser::open(Kind::Chromium).await?;
    browser.page.goto(&site.address).await?;
    let report = collector
        .row("the report", |row| row.report.kind == ReportKind::Started)
        .await?
        .report;
    let texts = texts(&browser).await?;
    // To a screen reader it has a name, and says its first words once.
    let name = "const done = arguments[0], badge = document.querySelector('nhip-badge'); \
        setTimeout(() => done(['role', 'aria-label', 'aria-live'].map((name) => badge.getAttribute(name))), 1500)";
    let name = browser.page.execute_async(name, vec![]).await?;
    assert_eq!(
        name.json(),
        &serde_json::json!(["region", "Speed of this page", "off"])
    );
    let height = "return document.querySelector('#place').offsetHeight";
    let height: i64 = browser.page.execute(height, vec![]).await?.convert()?;
    browser.close().await?;
    assert!(texts[1].starts_with("Page load: 0."), "{texts:?}");
    assert!(texts[3].contains("measured in your browser"), "{texts:?}");
    assert_eq!(height, 0);
    assert_eq!(report.layout.cls, Some(Cls::from_ten_thousandths(0)));
    Ok(())
}
