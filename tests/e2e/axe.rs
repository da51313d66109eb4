//! axe-core finds nothing in badge and panel: closed and open, in both languages, light and dark.

use anyhow::{Context, Result};
use nhip_collector::store::StoredRow;
use nhip_protocol::report::Kind as ReportKind;
use serde_json::{Value, json};

use crate::menu::OPEN;
use crate::rig::collector::Collector;
use crate::rig::driver::{Browser, Kind};
use crate::rig::site::{Answer, Site};

fn axe() -> Result<String> {
    let path = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/node_modules/axe-core/axe.min.js"
    );
    std::fs::read_to_string(path).with_context(|| format!("{path}: run `npm ci` first"))
}

/// Rules that `window`'s document breaks, and where.
pub async fn violations(browser: &Browser, window: &str) -> Result<Value> {
    // A page's own policy may forbid `eval`; the driver's script is no part of it.
    let axe = axe()?;
    let (before, get) = match window {
        "window" => (axe.as_str(), ""),
        _ => ("", "if (!own.axe) own.eval(arguments[0]);"),
    };
    let script = format!(
        "{before}; const done = arguments[1], own = {window}; {get} \
         own.axe.run(own.document).then(({{ violations }}) => done(violations.map((one) => \
           [one.id, ...one.nodes.map((node) => node.target.flat().join(' ') + ': ' + node.failureSummary)])), \
           (error) => done('' + error))"
    );
    let found = browser
        .page
        .execute_async(&script, vec![json!(axe)])
        .await?;
    Ok(found.json().clone())
}

async fn nothing_is_found(language: &str, dark: bool) -> Result<()> {
    let site = Site::open()?;
    let collector = Collector::with_portal("thu-nghiem", &site.address)?;
    let tag = collector.tag(&format!(
        "data-portal=thu-nghiem data-badge=bottom-right data-rating data-show=portal data-lang={language}"
    ));
    // Findings of every kind of row, on a page that axe itself has nothing to say of: too small targets
    // and texts, and what moves.
    let page = format!(
        "<!doctype html><html lang=en><meta charset=utf-8><meta name=viewport content='width=device-width'>\
         <title>Test</title>{tag}<style>small{{font-size:9px}}</style><main><h1>Test</h1>\
         <p><small>Far too small to be read by anybody who is older than twenty.</small></p>\
         <p><a href=/privacy>Privacy</a></p></main>"
    );
    site.serve("/", Answer::new("text/html", page));
    let scheme = if dark { "0" } else { "1" };
    let settings = format!("--blink-settings=preferredColorScheme={scheme}");
    let browser = Browser::open_with(Kind::Chromium, &[&settings]).await?;
    browser.page.goto(&site.address).await?;
    let started = |row: &StoredRow| row.report.kind == ReportKind::Started;
    collector.row("the first report", started).await?;
    let is_dark = "return matchMedia('(prefers-color-scheme: dark)').matches";
    let is_dark = browser.page.execute(is_dark, vec![]).await?;
    assert_eq!(is_dark.json(), dark, "the browser was told so");

    let ask = "const done = arguments[0]; nhip.step('nop-ho-so', 'done'); \
        const look = () => document.querySelector('nhip-rating[shown]') ? setTimeout(done, 300) : setTimeout(look, 50); \
        look()";
    browser.page.execute_async(ask, vec![]).await?;
    let at = |what: &str| format!("{what}, {language}, dark: {dark}");
    assert_eq!(
        violations(&browser, "window").await?,
        json!([]),
        "{}",
        at("badge and question")
    );
    let unhappy =
        "document.querySelector('nhip-rating').shadowRoot.querySelectorAll('button')[2].click()";
    browser.page.execute(unhappy, vec![]).await?;
    assert_eq!(
        violations(&browser, "window").await?,
        json!([]),
        "{}",
        at("causes")
    );
    browser.page.execute_async(OPEN, vec![]).await?;
    assert_eq!(
        violations(&browser, "window").await?,
        json!([]),
        "{}",
        at("menu")
    );
    let check = "const done = arguments[0]; nhip.check({ sizes: true }).then(() => done(1))";
    browser.page.execute_async(check, vec![]).await?;
    assert_eq!(
        violations(&browser, "window").await?,
        json!([]),
        "{}",
        at("panel from outside")
    );
    let frame =
        "document.querySelector('nhip-panel').shadowRoot.querySelector('iframe').contentWindow";
    assert_eq!(
        violations(&browser, frame).await?,
        json!([]),
        "{}",
        at("panel")
    );
    let close =
        format!("{frame}.document.querySelectorAll('details').forEach((one) => one.open = false)");
    browser.page.execute(close, vec![]).await?;
    assert_eq!(
        violations(&browser, frame).await?,
        json!([]),
        "{}",
        at("panel, folded")
    );
    browser.close().await
}

#[tokio::test]
async fn in_vietnamese() -> Result<()> {
    nothing_is_found("vi", false).await?;
    nothing_is_found("vi", true).await
}

#[tokio::test]
async fn in_english() -> Result<()> {
    nothing_is_found("en", false).await?;
    nothing_is_found("en", true).await
}
