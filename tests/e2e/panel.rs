//! The panel: it names what was planted and nothing else, reports nothing, moves nothing, and is used from
//! the keyboard alone.

use anyhow::{Context, Result, ensure};
use nhip_collector::store::StoredRow;
use nhip_protocol::report::Kind as ReportKind;
use serde_json::{Map, Value, json};
use thirtyfour::prelude::*;

use crate::rig::collector::Collector;
use crate::rig::driver::{Browser, Kind};
use crate::rig::site::{Answer, Site, html};

const FAULTS: &str = include_str!("../../www/demo/faults.json");

/// The panel's own document.
const SHEET: &str = "const sheet = document.querySelector('nhip-panel').shadowRoot.querySelector('iframe').contentDocument;";

/// Asks the panel, and gives what it found.
async fn check(browser: &Browser, options: &str) -> Result<Value> {
    let script = format!(
        "const done = arguments[0]; \
         nhip.check({options}).then(done, (error) => done('failed: ' + error))"
    );
    let found = browser.page.execute_async(script, vec![]).await?;
    let found = found.json().clone();
    ensure!(found.is_object(), "{found}");
    Ok(found)
}

async fn ask(browser: &Browser, script: &str) -> Result<Value> {
    let script = format!("{SHEET} {script}");
    Ok(browser.page.execute(script, vec![]).await?.json().clone())
}

fn failed(found: &Value) -> Result<Vec<String>> {
    let findings = found["findings"].as_array().context("findings")?;
    let failed = findings
        .iter()
        .filter(|finding| finding["verdict"] == "fail");
    Ok(failed
        .map(|finding| finding["id"].as_str().unwrap_or_default().to_owned())
        .collect())
}

/// The checks that fail at one size, as faults.json has them.
fn planted(size: &Map<String, Value>) -> Vec<String> {
    let failing = |verdict: &Value| verdict.is_object() || verdict == "fail";
    let checks = size.iter().filter(|(_, verdict)| failing(verdict));
    checks.map(|(check, _)| check.clone()).collect()
}

fn sorted(mut names: Vec<String>) -> Vec<String> {
    names.sort();
    names
}

/// Of each page: what fails on this desktop is what was planted, and so it is in the frame of a phone.
async fn names_what_was_planted(portal: &str) -> Result<()> {
    let faults: Value = serde_json::from_str(FAULTS)?;
    let pages = faults[format!("demo-{portal}")]
        .as_object()
        .context("a portal's faults")?;
    let collector = Collector::demo()?;
    let browser = Browser::open(Kind::Chromium).await?;
    for (path, sizes) in pages {
        let url = format!("{}/demo/{portal}{path}?nhip=check", collector.address);
        browser.page.goto(url).await?;
        let found = check(&browser, "{ sizes: true }").await?;
        let mut expected = planted(sizes["desktop"].as_object().context("desktop")?);
        let page = sizes["page"].as_array().context("the page's own")?;
        expected.extend(page.iter().filter_map(Value::as_str).map(str::to_owned));
        assert_eq!(sorted(failed(&found)?), sorted(expected), "{portal}{path}");

        let phone = &found["sizes"][0];
        assert_eq!(phone["width"], 360, "{phone:#}");
        let checks = phone["checks"].as_object().context("a phone's checks")?;
        let expected = planted(sizes["phone"].as_object().context("phone")?);
        assert_eq!(sorted(planted(checks)), sorted(expected), "{portal}{path}");
    }
    browser.leave().await?;
    browser.close().await?;
    assert_eq!(
        collector.rows()?,
        [],
        "a checked page reports nothing, nor do its frames"
    );
    Ok(())
}

#[tokio::test]
async fn the_broken_portals_faults_are_named_and_nothing_else() -> Result<()> {
    names_what_was_planted("broken").await
}

#[tokio::test]
async fn on_the_good_portal_it_is_quiet() -> Result<()> {
    names_what_was_planted("good").await
}

#[tokio::test]
async fn the_slow_portals_delays_are_told_with_whose_they_are() -> Result<()> {
    let collector = Collector::demo()?;
    let browser = Browser::open(Kind::Chromium).await?;
    let page = format!("{}/demo/slow/", collector.address);
    browser.page.goto(page).await?;
    let found = check(&browser, "").await?;
    assert_eq!(failed(&found)?, ["lcp", "server-wait"], "{found:#}");
    assert_eq!(found["blame"]["verdict"], "server", "{found:#}");
    assert_eq!(found["tag"]["answer"], "reachable", "{found:#}");
    // Live: an interaction that the page is busy with comes into the open panel.
    browser
        .page
        .find(By::Css("#tra-cuu"))
        .await?
        .click()
        .await?;
    let told = "return sheet.querySelector('#response [data-rule=inp] b').className";
    for _ in 0..50 {
        if ask(&browser, told).await? == "fail" {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(200)).await;
    }
    assert_eq!(ask(&browser, told).await?, "fail");
    let parts = ask(
        &browser,
        "return sheet.querySelectorAll('#response .parts dt').length",
    )
    .await?;
    assert_eq!(parts, 3, "delay, processing, presentation");
    browser.close().await
}

#[tokio::test]
async fn it_opens_in_firefox_too() -> Result<()> {
    let collector = Collector::demo()?;
    let browser = Browser::open(Kind::Firefox).await?;
    let page = format!("{}/demo/broken/?nhip=check", collector.address);
    browser.page.goto(page).await?;
    let found = check(&browser, "{ sizes: true }").await?;
    let found_here = sorted(failed(&found)?);
    assert_eq!(
        found_here,
        ["alt", "labels", "names", "target-size", "text-size"]
    );
    let checks = found["sizes"][0]["checks"]
        .as_object()
        .context("{found:#}")?;
    let phone = [
        "content-width",
        "target-size",
        "text-size",
        "viewport-meta",
        "zoom",
    ];
    assert_eq!(sorted(planted(checks)), phone);
    browser.close().await
}

#[tokio::test]
async fn opening_it_moves_nothing_of_the_page_and_outlines_what_is_pointed_at() -> Result<()> {
    let collector = Collector::demo()?;
    let browser = Browser::open(Kind::Chromium).await?;
    let page = format!("{}/demo/broken/", collector.address);
    browser.page.goto(page).await?;
    // Where each thing was that moved from now on.
    let watch = "window.moved = []; \
        new PerformanceObserver((list) => moved.push(...list.getEntries().map(({ value, sources }) => \
          [value, ...sources.map(({ node, previousRect, currentRect }) => \
            [node && node.nodeName, previousRect.toJSON(), currentRect.toJSON()])])))\
          .observe({ type: 'layout-shift' })";
    browser.page.execute(watch, vec![]).await?;
    check(&browser, "{ sizes: true }").await?;
    ask(
        &browser,
        "sheet.querySelector('#viewport button.culprit').focus()",
    )
    .await?;
    let outlined = "const done = arguments[0]; setTimeout(() => { \
        const box = document.querySelector('nhip-outline').getBoundingClientRect(); \
        const at = [...document.querySelectorAll('.chu-nho, .nut-nho')].map((element) => element.getBoundingClientRect()); \
        done(at.some(({ left, top }) => Math.abs(left - box.left) < 4 && Math.abs(top - box.top) < 4)) }, 200)";
    let outlined = browser.page.execute_async(outlined, vec![]).await?;
    assert_eq!(outlined.json(), true);
    let moved = browser.page.execute("return moved", vec![]).await?;
    assert_eq!(moved.json(), &json!([]));
    browser.close().await
}

/// A page that refuses to be framed, on an origin that is not registered.
#[tokio::test]
async fn what_it_cannot_do_it_says() -> Result<()> {
    let site = Site::open()?;
    let collector = Collector::with_portal("thu-nghiem", "https://khac.example.vn")?;
    let tag = collector.tag("data-portal=thu-nghiem data-lang=en");
    let page = html(&tag, "<h1>Thử</h1>");
    let refusing = Answer::new("text/html", page).header("X-Frame-Options: DENY".to_owned());
    site.serve("/", refusing);
    let browser = Browser::open(Kind::Chromium).await?;
    browser
        .page
        .goto(format!("{}/?nhip=check", site.address))
        .await?;
    let found = check(&browser, "{ sizes: true }").await?;
    assert_eq!(found["tag"]["answer"], "unregistered", "{found:#}");
    for size in found["sizes"].as_array().context("sizes")? {
        assert_eq!(size["refused"], "refused", "{size:#}");
    }
    let said = ask(&browser, "return sheet.querySelector('#sizes').innerText").await?;
    let said = said.as_str().context("text")?;
    assert!(
        said.contains("X-Frame-Options") && said.contains("device emulation"),
        "{said}"
    );
    let title = ask(&browser, "return sheet.querySelector('h1').textContent").await?;
    assert_eq!(title, "Self-check of this page");
    browser.leave().await?;
    browser.close().await?;
    assert_eq!(collector.rows()?, []);
    Ok(())
}

/// Where the keyboard stands: in the panel, in the badge, or on the page.
const STANDS: &str = "let at = document.activeElement; \
    while (at?.shadowRoot?.activeElement || at?.contentDocument?.activeElement) \
      at = at.shadowRoot?.activeElement || at.contentDocument.activeElement; \
    return (at?.localName || '') + ' ' + (at?.getAttribute('aria-label') || at?.textContent || '').slice(0, 40)";

async fn press(browser: &Browser, keys: impl Into<TypingData>) -> Result<()> {
    browser
        .page
        .action_chain()
        .send_keys(keys)
        .perform()
        .await?;
    Ok(())
}

async fn stands(browser: &Browser) -> Result<String> {
    Ok(browser.page.execute(STANDS, vec![]).await?.convert()?)
}

/// What a key has opened takes the keyboard.
async fn stand_on(browser: &Browser, wanted: &str) -> Result<()> {
    for _ in 0..50 {
        if stands(browser).await? == wanted {
            return Ok(());
        }
        tokio::time::sleep(std::time::Duration::from_millis(200)).await;
    }
    anyhow::bail!(
        "{wanted}: the keyboard stands on {}",
        stands(browser).await?
    )
}

/// Tab after tab until the keyboard stands on what begins so.
async fn tab_to(browser: &Browser, wanted: &str) -> Result<()> {
    let mut passed = Vec::new();
    for _ in 0..60 {
        let at = stands(browser).await?;
        if at.starts_with(wanted) {
            return Ok(());
        }
        passed.push(at);
        press(browser, Key::Tab + "").await?;
    }
    anyhow::bail!("{wanted}: not reached by Tab: {passed:#?}")
}

#[tokio::test]
async fn badge_and_panel_are_used_by_the_keyboard_alone() -> Result<()> {
    let site = Site::open()?;
    let collector = Collector::with_portal("thu-nghiem", &site.address)?;
    let tag = collector.tag("data-portal=thu-nghiem data-badge=bottom-right data-lang=en");
    // No language, a nameless button: two findings with something to press.
    let page =
        "<!doctype html><meta name=viewport content='width=device-width'><title>Test</title>";
    let page =
        format!("{page}{tag}<h1>Test</h1><a href=/privacy>Privacy</a><button id=b></button>");
    site.serve("/", Answer::new("text/html", page));
    let browser = Browser::open(Kind::Chromium).await?;
    browser.page.goto(&site.address).await?;
    let started = |row: &StoredRow| row.report.kind == ReportKind::Started;
    collector.row("the first report", started).await?;

    tab_to(&browser, "button Measuring options").await?;
    press(&browser, Key::Enter + "").await?;
    stand_on(&browser, "button Don't measure me").await?;
    tab_to(&browser, "button Check this page").await?;
    press(&browser, Key::Enter + "").await?;
    // It opens, and the keyboard stands in it.
    stand_on(&browser, "button Close the panel").await?;

    let all = "return [...sheet.querySelectorAll('summary, button, a, [tabindex]')]\
        .filter((one) => one.getClientRects().length && !one.disabled && one.tabIndex >= 0)\
        .map((one) => one.localName + ' ' + (one.getAttribute('aria-label') || one.textContent || '').slice(0, 40))";
    let all: Vec<String> = serde_json::from_value(ask(&browser, all).await?)?;
    ensure!(all.len() > 15, "{all:#?}");
    let mut reached = Vec::new();
    for _ in 0..all.len() {
        reached.push(stands(&browser).await?);
        press(&browser, Key::Tab + "").await?;
    }
    assert_eq!(reached, all, "each control, in its order");

    ask(&browser, "sheet.querySelector('button').focus()").await?;
    tab_to(&browser, "summary Stability").await?;
    press(&browser, " ").await?;
    let closed = ask(&browser, "return sheet.querySelector('#stability').open").await?;
    assert_eq!(closed, false);
    tab_to(&browser, "button Copy as Markdown").await?;
    press(&browser, Key::Enter + "").await?;
    tokio::time::sleep(std::time::Duration::from_millis(500)).await;
    let said = ask(
        &browser,
        "return sheet.querySelector('#share [role=status]').textContent",
    )
    .await?;
    assert!(
        said.as_str()
            .is_some_and(|said| said.contains("opied") || said.contains("copying")),
        "{said}"
    );
    press(&browser, Key::Escape + "").await?;
    let gone = browser
        .page
        .execute("return !document.querySelector('nhip-panel')", vec![])
        .await?;
    assert_eq!(gone.json(), true);
    assert_eq!(stands(&browser).await?, "button Measuring options");
    browser.close().await
}
