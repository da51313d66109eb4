//! The officer's pages over a country's made-up history, in Chromium and Firefox: looked at, asked, gone back from, by
//! the keyboard, and by axe-core.

use anyhow::{Context, Result};
use serde_json::{Value, json};
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

/// Dark, in English, and as narrow as the cheapest phone: nothing sticks out, axe finds nothing.
#[tokio::test]
async fn pages_fit_a_phone_in_the_dark() -> Result<()> {
    let collector = Collector::history(DAYS)?;
    let settings = [
        "--blink-settings=preferredColorScheme=0",
        "--window-size=500,900",
    ];
    let browser = Browser::open_with(Kind::Chromium, &settings).await?;
    for path in [
        "/?lang=en",
        "/portal/vn-hn?lang=en&days=1",
        "/portal/vn-none?lang=en",
    ] {
        goto(&browser, &collector, path).await?;
        let wide =
            "return document.documentElement.scrollWidth - document.documentElement.clientWidth";
        assert_eq!(asked(&browser, wide).await?, json!(0), "{path}");
        assert_eq!(violations(&browser, "window").await?, json!([]), "{path}");
    }
    browser.close().await
}
