//! A view in Chromium, driven by DevTools.

use std::time::Duration;

use anyhow::{Context, Result};
use serde_json::{Value, json};

use super::cases::Case;
use super::link::Link;
use super::site::Site;
use crate::bench::chromium::Chromium;

/// After the load event: a photo that is late is painted, the module measures.
const QUIET: Duration = Duration::from_millis(2500);

/// Beside that, as long as the page itself is late.
const SETTLED: Duration = Duration::from_millis(4500);

/// After a click: the page answers, and the answer is painted.
const ANSWERED: Duration = Duration::from_millis(3500);

/// The last report of the case's view. One browser, started at the first case, serves all.
pub fn chromium(
    browser: &mut Option<Chromium>,
    case: &Case,
    site: &Site,
    link: &Link,
) -> Result<Value> {
    if browser.is_none() {
        let proxy = format!("--proxy-server=socks5://127.0.0.1:{}", link.port);
        // The machine's own address goes through the proxy, too.
        *browser = Some(Chromium::start_with(&[
            &proxy,
            "--proxy-bypass-list=<-loopback>",
        ])?);
    }
    let browser = browser.as_mut().context("it was just started")?;
    // A context of its own: no cache, no connection that is there.
    let context =
        browser.call("", "Target.createBrowserContext", json!({}))?["browserContextId"].clone();
    let target = browser.call(
        "",
        "Target.createTarget",
        json!({ "url": "about:blank", "browserContextId": context }),
    )?["targetId"]
        .clone();
    let attached = browser.call(
        "",
        "Target.attachToTarget",
        json!({ "targetId": target, "flatten": true }),
    )?;
    let page = attached["sessionId"]
        .as_str()
        .context("a session")?
        .to_owned();
    let seen = view(browser, &page, case, site);
    browser.call(
        "",
        "Target.disposeBrowserContext",
        json!({ "browserContextId": context }),
    )?;
    browser.pause(Duration::ZERO);
    seen
}

fn view(browser: &mut Chromium, page: &str, case: &Case, site: &Site) -> Result<Value> {
    browser.call(page, "Page.enable", json!({}))?;
    let address = format!("{}/trang?{}", site.address, case.query);
    if case.again {
        leave(browser, page, &address)?;
        browser.pause(QUIET);
        leave(browser, page, &format!("{}/roi", site.address))?;
        site.report("final")?;
    }
    let slowdown = json!({ "rate": case.cpu });
    browser.call(page, "Emulation.setCPUThrottlingRate", slowdown)?;
    leave(browser, page, &address)?;
    browser.pause(if case.query.contains("late=") {
        SETTLED
    } else {
        QUIET
    });
    if case.clicks() {
        for kind in ["mousePressed", "mouseReleased"] {
            let mouse =
                json!({ "type": kind, "x": 60, "y": 24, "button": "left", "clickCount": 1 });
            browser.call(page, "Input.dispatchMouseEvent", mouse)?;
        }
        browser.pause(ANSWERED);
    }
    leave(browser, page, &format!("{}/roi", site.address))?;
    site.report("final")
}

fn leave(browser: &mut Chromium, page: &str, to: &str) -> Result<()> {
    browser.pause(Duration::ZERO);
    browser.call(page, "Page.navigate", json!({ "url": to }))?;
    browser.until("Page.loadEventFired")?;
    Ok(())
}
