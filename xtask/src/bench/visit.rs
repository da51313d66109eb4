//! One page view, as a visitor's: a phone's screen, a slow network, a slow processor, two taps, a key,
//! and away. What it gives is the trace of the page's main thread and what the page saw itself.

use std::time::Duration;

use anyhow::{Context, Result};
use serde_json::{Value, json};

use super::chromium::Chromium;

/// "Slow 4G": round trip in ms, 1.6 Mbit/s down, 750 kbit/s up.
const ROUND_TRIP: u32 = 150;
const DOWN: u32 = 1_600_000 / 8;
const UP: u32 = 750_000 / 8;

/// After the load event: first reports, idle work.
const QUIET: Duration = Duration::from_millis(2500);

/// After each input: the page answers and is painted.
const ANSWER: Duration = Duration::from_millis(300);

/// While the panel is drawn, and looks again.
const OPEN: Duration = Duration::from_secs(5);

/// After the page was left: beacons go out.
const GONE: Duration = Duration::from_millis(400);

/// Tasks, scripts, WebAssembly, microtasks.
pub const CATEGORIES: [&str; 4] = [
    "devtools.timeline",
    "disabled-by-default-devtools.timeline",
    "v8.wasm",
    "v8.execute",
];

pub struct Visit {
    /// The trace's events, of all processes.
    pub trace: Vec<Value>,
    pub lcp: f64,
    pub fcp: f64,
    pub cls: f64,
    /// Bytes that came from the collector's origin, headers included.
    pub received: f64,
}

/// What is asked of a page view.
pub struct Conditions {
    pub url: String,
    /// The origin of the variant's files.
    pub collector: String,
    pub slowdown: u32,
    /// What is traced.
    pub categories: &'static [&'static str],
}

pub fn visit(browser: &mut Chromium, conditions: &Conditions) -> Result<Visit> {
    alone(browser, |browser, page| view(browser, page, conditions))
}

/// The trace of the panel's opening, in a page that was loaded and is quiet.
pub fn opening(browser: &mut Chromium, conditions: &Conditions) -> Result<Vec<Value>> {
    alone(browser, |browser, page| {
        emulate(browser, page, conditions.slowdown)?;
        browser.call(page, "Page.navigate", json!({ "url": conditions.url }))?;
        browser.until("Page.loadEventFired")?;
        browser.pause(QUIET);
        start_trace(browser, conditions.categories)?;
        let check = "nhip.check().then(({ findings }) => findings.length)";
        let asked = json!({ "expression": check, "awaitPromise": true });
        let found = browser.call(page, "Runtime.evaluate", asked)?;
        let count = found["result"]["value"].as_u64();
        count.with_context(|| format!("the panel found nothing: {found}"))?;
        browser.pause(OPEN);
        end_trace(browser)
    })
}

fn alone<T>(
    browser: &mut Chromium,
    act: impl FnOnce(&mut Chromium, &str) -> Result<T>,
) -> Result<T> {
    // A context of its own: nothing cached, in a renderer of its own.
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
    let session = attached["sessionId"]
        .as_str()
        .context("a session")?
        .to_owned();
    let seen = act(browser, &session);
    browser.call(
        "",
        "Target.disposeBrowserContext",
        json!({ "browserContextId": context }),
    )?;
    browser.pause(Duration::ZERO);
    seen
}

fn emulate(browser: &mut Chromium, page: &str, slowdown: u32) -> Result<()> {
    for (method, params) in [
        ("Page.enable", json!({})),
        ("Network.enable", json!({})),
        (
            "Network.emulateNetworkConditions",
            json!({ "offline": false, "latency": ROUND_TRIP, "downloadThroughput": DOWN, "uploadThroughput": UP }),
        ),
        (
            "Emulation.setDeviceMetricsOverride",
            json!({ "width": 390, "height": 844, "deviceScaleFactor": 2, "mobile": true }),
        ),
        (
            "Emulation.setTouchEmulationEnabled",
            json!({ "enabled": true }),
        ),
        (
            "Emulation.setCPUThrottlingRate",
            json!({ "rate": slowdown }),
        ),
    ] {
        browser.call(page, method, params)?;
    }
    Ok(())
}

fn start_trace(browser: &mut Chromium, categories: &[&str]) -> Result<()> {
    browser.call(
        "",
        "Tracing.start",
        json!({ "transferMode": "ReportEvents", "traceConfig": {
            "recordMode": "recordUntilFull", "includedCategories": categories, "excludedCategories": ["*"]
        } }),
    )?;
    Ok(())
}

/// The trace's events, of all processes.
fn end_trace(browser: &mut Chromium) -> Result<Vec<Value>> {
    browser.call("", "Tracing.end", json!({}))?;
    let mut trace = Vec::new();
    for message in browser.until("Tracing.tracingComplete")? {
        if message["method"] == "Tracing.dataCollected" {
            let events = message["params"]["value"].as_array();
            trace.extend(events.into_iter().flatten().cloned());
        }
    }
    Ok(trace)
}

fn view(browser: &mut Chromium, page: &str, conditions: &Conditions) -> Result<Visit> {
    emulate(browser, page, conditions.slowdown)?;
    start_trace(browser, conditions.categories)?;
    browser.call(page, "Page.navigate", json!({ "url": conditions.url }))?;
    let mut events = browser.until("Page.loadEventFired")?;
    events.extend(browser.pause(QUIET));
    for _ in 0..2 {
        click(browser, page)?;
        events.extend(browser.pause(ANSWER));
    }
    for kind in ["keyDown", "keyUp"] {
        let key =
            json!({ "type": kind, "key": "Escape", "code": "Escape", "windowsVirtualKeyCode": 27 });
        browser.call(page, "Input.dispatchKeyEvent", key)?;
    }
    events.extend(browser.pause(ANSWER));
    let said = evaluate(browser, page, "JSON.stringify(seen)")?;
    let seen: Value = serde_json::from_str(said.as_str().context("what the page saw")?)?;

    let origin = conditions
        .url
        .rsplit_once('/')
        .map_or("", |(origin, _)| origin);
    browser.call(
        page,
        "Page.navigate",
        json!({ "url": format!("{origin}/khac") }),
    )?;
    events.extend(browser.until("Page.loadEventFired")?);
    events.extend(browser.pause(GONE));
    let trace = end_trace(browser)?;
    let number = |name: &str| seen[name].as_f64().unwrap_or_default();
    Ok(Visit {
        trace,
        lcp: number("lcp"),
        fcp: number("fcp"),
        cls: number("cls"),
        received: received(&events, &conditions.collector),
    })
}

/// Trusted input, on the page's own button.
fn click(browser: &mut Chromium, page: &str) -> Result<()> {
    let place = "const box = document.querySelector('#tra-cuu').getBoundingClientRect(); \
        scrollBy(0, box.top - 300); \
        const { left, top } = document.querySelector('#tra-cuu').getBoundingClientRect(); \
        JSON.stringify([left + 10, top + 10])";
    let said = evaluate(browser, page, &format!("{{{place}}}"))?;
    let [x, y]: [f64; 2] = serde_json::from_str(said.as_str().context("a place")?)?;
    for kind in ["mousePressed", "mouseReleased"] {
        let mouse = json!({ "type": kind, "x": x, "y": y, "button": "left", "clickCount": 1 });
        browser.call(page, "Input.dispatchMouseEvent", mouse)?;
    }
    Ok(())
}

fn evaluate(browser: &mut Chromium, page: &str, script: &str) -> Result<Value> {
    let result = browser.call(page, "Runtime.evaluate", json!({ "expression": script }))?;
    Ok(result["result"]["value"].clone())
}

/// Encoded length of the answers to requests for what stands at `origin`.
fn received(events: &[Value], origin: &str) -> f64 {
    let theirs: Vec<&Value> = events
        .iter()
        .filter(|event| {
            event["method"] == "Network.requestWillBeSent"
                && event["params"]["request"]["url"]
                    .as_str()
                    .is_some_and(|url| url.starts_with(origin))
        })
        .map(|event| &event["params"]["requestId"])
        .collect();
    events
        .iter()
        .filter(|event| {
            event["method"] == "Network.loadingFinished"
                && theirs.contains(&&event["params"]["requestId"])
        })
        .filter_map(|event| event["params"]["encodedDataLength"].as_f64())
        .sum()
}
