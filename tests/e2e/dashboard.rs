//! The officer's pages over a country's made-up history, in Chromium and Firefox: looked at, asked, gone back from, by
//! the keyboard, and by axe-core.

use anyhow::{Context, Result};
use serde_json::{Value, json};
use thirtyfour::common::print::PrintParameters;
use thirtyfour::prelude::*;

use crate::axe::violations;
use crate::rig::collector::Collector;
use crate::rig::driver::{Browser, Kind};

const DAYS: u16 = 9;

/// How many charts have ink, and what a policy kept from the page.
const DRAWN: &str = "return [...document.querySelectorAll('.plot canvas')].map((canvas) => \
    canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data.some((part) => part))";

async fn asked(browser: &Browser, script: &str) -> Result<Value> {
    Ok(browser.page.execute(script, vec![]).await?.json().clone())
}

async fn asked_later(browser: &Browser, script: &str) -> Result<Value> {
    let answer = browser.page.execute_async(script, vec![]).await?;
    Ok(answer.json().clone())
}

const DOWNLOADED: &str = "const done = arguments[0];\
    const link = document.querySelector(\"a[href*='export.csv'][href*='step=']\");\
    fetch(link.href).then((it) => it.text()).then(done, (error) => done(String(error)))";

async fn goto(browser: &Browser, collector: &Collector, path: &str) -> Result<()> {
    let url = format!("{}{path}", collector.address);
    Ok(browser.page.goto(url).await?)
}

/// From the country to a part of a portal's views, and back.
async fn an_officer_asks(kind: Kind) -> Result<()> {
    let collector = Collector::history(DAYS)?;
    let browser = Browser::open(kind).await?;
    let page = &browser.page;
    goto(&browser, &collector, "/?lang=vi").await?;
    let squares = page.find_all(By::Css(".map a")).await?;
    assert!(squares.len() > 40, "{} squares", squares.len());
    assert_eq!(violations(&browser, "window").await?, json!([]));

    // By the keyboard: a square is a link.
    let square = page.find(By::Css(".map a[href*='vn-hn']")).await?;
    asked(
        &browser,
        "document.querySelector(\".map a[href*='vn-hn']\").focus()",
    )
    .await?;
    square.send_keys(Key::Enter + "").await?;
    page.query(By::Css(".plot canvas")).first().await?;
    assert_eq!(asked(&browser, DRAWN).await?, json!([true, true, true]));
    let whole = page.current_url().await?;

    let device = page
        .find(By::Css("select[name=device] option[value=phone]"))
        .await?;
    device.click().await?;
    let compare = page
        .find(By::Css("select[name=compare] option[value=national]"))
        .await?;
    compare.click().await?;
    page.find(By::Css(".filters button")).await?.click().await?;
    page.query(By::Css("select[name=device] option[value=phone][selected]"))
        .first()
        .await?;
    let filtered = page.current_url().await?;
    assert!(filtered.as_str().contains("device=phone"), "{filtered}");
    let readings = page
        .find_all(By::Css("#readings ~ .scroll tbody td"))
        .await?;
    let median = readings
        .get(4)
        .context("what it is compared with")?
        .text()
        .await?;
    assert!(median.ends_with(" s"), "{median}");
    page.query(By::Css(".plot canvas")).first().await?;
    assert_eq!(asked(&browser, DRAWN).await?, json!([true, true, true]));
    assert_eq!(violations(&browser, "window").await?, json!([]));

    // The file of what is shown, by its link.
    let file = asked_later(&browser, DOWNLOADED).await?;
    let lines: Vec<&str> = file
        .as_str()
        .context("a file")?
        .trim()
        .split('\n')
        .collect();
    let columns = lines.first().context("columns")?.split(';').count();
    assert!(lines.len() > 7 && columns > 40, "{lines:?}");

    page.back().await?;
    assert_eq!(page.current_url().await?, whole);
    browser.close().await
}

#[tokio::test]
async fn an_officer_asks_in_chromium() -> Result<()> {
    an_officer_asks(Kind::Chromium).await
}

#[tokio::test]
async fn an_officer_asks_in_firefox() -> Result<()> {
    an_officer_asks(Kind::Firefox).await
}

/// Every page there is.
const PAGES: [&str; 9] = [
    "/?lang=en",
    "/portal/vn-hn?lang=en&days=1",
    "/portal/vn-none?lang=en",
    "/alerts?lang=en",
    "/login?lang=en",
    "/data?lang=en",
    "/history?lang=en",
    "/months?lang=en",
    "/months/2026-01?lang=en",
];

/// Nothing sticks out, axe finds nothing.
async fn pages_are_clean(browser: &Browser) -> Result<()> {
    let collector = Collector::history(DAYS)?;
    for path in PAGES {
        goto(browser, &collector, path).await?;
        let wide =
            "return document.documentElement.scrollWidth - document.documentElement.clientWidth";
        assert_eq!(asked(browser, wide).await?, json!(0), "{path}");
        assert_eq!(violations(browser, "window").await?, json!([]), "{path}");
    }
    Ok(())
}

/// Dark, and as narrow as the cheapest phone.
#[tokio::test]
async fn pages_fit_a_phone_in_the_dark() -> Result<()> {
    let settings = [
        "--blink-settings=preferredColorScheme=0",
        "--window-size=500,900",
    ];
    let browser = Browser::open_with(Kind::Chromium, &settings).await?;
    pages_are_clean(&browser).await?;
    browser.close().await
}

#[tokio::test]
async fn pages_are_clean_in_firefox() -> Result<()> {
    let browser = Browser::open(Kind::Firefox).await?;
    pages_are_clean(&browser).await?;
    browser.close().await
}

/// In bytes, everything that a page needs, as it is sent to a browser that comes for the first time.
const FIRST_LOAD: f64 = 100.0 * 1024.0;

const LOADED: &str = "return performance.getEntriesByType('navigation')\
    .concat(performance.getEntriesByType('resource')).reduce((sum, it) => sum + it.transferSize, 0)";

#[tokio::test]
async fn pages_are_light() -> Result<()> {
    let collector = Collector::history(30)?;
    for path in [
        "/?days=30",
        "/portal/vn-hn?days=30",
        "/alerts",
        "/data",
        "/history",
    ] {
        let browser = Browser::open(Kind::Chromium).await?;
        goto(&browser, &collector, path).await?;
        let loaded = asked(&browser, LOADED).await?;
        let loaded = loaded.as_f64().context("bytes")?;
        eprintln!("{path}: {loaded} bytes");
        assert!(
            (1000.0..FIRST_LOAD).contains(&loaded),
            "{path}: {loaded} bytes"
        );
        browser.close().await?;
    }
    Ok(())
}

async fn an_officer_signs_in(kind: Kind) -> Result<()> {
    let collector = Collector::with_portal("vn-hn", "https://dvc.example.vn")?;
    let token = collector.token("--national")?;
    let browser = Browser::open(kind).await?;
    let page = &browser.page;
    goto(&browser, &collector, "/portal/vn-hn?lang=vi&days=1").await?;
    let withheld = page.find_all(By::Css("main a[href^='/login']")).await?;
    withheld.first().context("the way in")?.click().await?;
    let field = async || page.query(By::Css("input[name=token]")).first().await;
    field().await?.send_keys("nhip_sai" + Key::Enter).await?;
    let alert = page.query(By::Css("[role=alert]")).first().await?;
    assert!(alert.text().await?.contains("không có"));
    assert_eq!(violations(&browser, "window").await?, json!([]));
    field()
        .await?
        .send_keys(token.as_str() + Key::Enter)
        .await?;
    page.query(By::Css("#errors")).first().await?;
    let back = page.current_url().await?;
    assert!(
        back.as_str().ends_with("/portal/vn-hn?lang=vi&days=1"),
        "{back}"
    );
    assert!(
        page.find_all(By::Css("main a[href^='/login']"))
            .await?
            .is_empty()
    );
    // No script can read it.
    assert_eq!(asked(&browser, "return document.cookie").await?, json!(""));
    goto(&browser, &collector, "/login?lang=vi").await?;
    page.find(By::Css("form[action='/logout'] button"))
        .await?
        .click()
        .await?;
    page.query(By::Css(".glance")).first().await?;
    goto(&browser, &collector, "/alerts?lang=vi").await?;
    assert!(field().await?.is_displayed().await?);
    browser.close().await
}

#[tokio::test]
async fn an_officer_signs_in_with_chromium() -> Result<()> {
    an_officer_signs_in(Kind::Chromium).await
}

#[tokio::test]
async fn an_officer_signs_in_with_firefox() -> Result<()> {
    an_officer_signs_in(Kind::Firefox).await
}

/// The dashboard of the demo is a portal of its own.
#[tokio::test]
async fn the_dashboard_measures_itself() -> Result<()> {
    let collector = Collector::demo()?;
    let browser = Browser::open(Kind::Chromium).await?;
    goto(&browser, &collector, "/?lang=vi").await?;
    let started =
        |row: &nhip_collector::store::StoredRow| row.report.portal.as_str() == "demo-nhip";
    let row = collector.row("a report of the dashboard", started).await?;
    assert!(row.report.load.lcp.is_some(), "{row:?}");
    browser.close().await
}

/// What an officer hands on: of a portal and of the nation, on A4.
async fn reports_are_printed(kind: Kind) -> Result<()> {
    let collector = Collector::history(DAYS)?;
    let browser = Browser::open(kind).await?;
    let mut a4 = PrintParameters::default();
    (a4.page.width, a4.page.height) = (21.0, 29.7);
    for path in ["/?lang=vi", "/portal/vn-hn?lang=vi"] {
        goto(&browser, &collector, path).await?;
        let pdf = browser.page.print_page(a4.clone()).await?;
        assert!(pdf.starts_with(b"%PDF") && pdf.len() > 10_000, "{path}");
        if let Some(folder) = std::env::var_os("NHIP_TEST_KEEP") {
            let name = path.replace(['/', '?'], "_");
            let file = std::path::Path::new(&folder).join(format!("{kind:?}{name}.pdf"));
            std::fs::write(file, &pdf)?;
        }
        // Firefox packs them.
        let text = String::from_utf8_lossy(&pdf);
        let pages = text.matches("/Type /Page\n").count() + text.matches("/Type/Page/").count();
        assert!(
            kind == Kind::Firefox || (1..=12).contains(&pages),
            "{path}: {pages} pages"
        );
    }
    browser.close().await
}

#[tokio::test]
async fn reports_are_printed_by_chromium() -> Result<()> {
    reports_are_printed(Kind::Chromium).await
}

#[tokio::test]
async fn reports_are_printed_by_firefox() -> Result<()> {
    reports_are_printed(Kind::Firefox).await
}
