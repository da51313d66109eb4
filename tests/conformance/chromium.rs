//! Chromium, over DevTools.

use std::thread::sleep;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use serde_json::{Value, json};

use crate::page::NOTHING;
use crate::rig::devtools::{Devtools, Sent, Tab};
use crate::visitor::Visitor;

/// So long a prerendered page has to take over its tab.
const TAKEOVER: Duration = Duration::from_secs(10);

pub struct Chromium {
    devtools: Devtools,
    /// An empty tab: in front, it hides the page.
    other: String,
    /// The page's tab, and its session where there is one.
    target: String,
    tab: Option<Tab>,
}

impl Chromium {
    pub fn start() -> Result<Chromium> {
        let mut devtools = Devtools::start("/usr/bin/chromium", &[])?;
        let pages = devtools.pages()?;
        let (other, _) = pages.first().context("the first tab")?;
        let other = other.clone();
        Ok(Chromium {
            devtools,
            other,
            target: String::new(),
            tab: None,
        })
    }

    fn open_and_hold(&mut self, target: String, url: &str) -> Result<()> {
        self.tab = Some(self.devtools.attach(&target)?);
        self.target = target;
        self.go(url)
    }

    fn command(&mut self, method: &str, parameters: Value) -> Result<Value> {
        let tab = self.tab.as_ref().context("no tab is held")?;
        self.devtools.tab(tab, method, parameters)
    }

    fn send(&mut self, method: &str, parameters: Value) -> Result<Sent> {
        let tab = self.tab.as_ref().context("no tab is held")?;
        self.devtools.send(tab, method, parameters)
    }
}

const MOUSE: &str = "Input.dispatchMouseEvent";

const KEY: &str = "Input.dispatchKeyEvent";

fn mouse(kind: &str, (x, y): (u32, u32)) -> Value {
    match kind {
        "mouseMoved" => json!({"type": kind, "x": x, "y": y}),
        _ => json!({"type": kind, "x": x, "y": y, "button": "left", "clickCount": 1}),
    }
}

fn key(kind: &str) -> Value {
    let text = if kind == "keyDown" { "a" } else { "" };
    json!({"type": kind, "key": "a", "code": "KeyA", "text": text, "windowsVirtualKeyCode": 65})
}

impl Visitor for Chromium {
    fn open(&mut self, url: &str) -> Result<()> {
        let target = self.devtools.open("about:blank")?;
        self.open_and_hold(target, url)
    }

    fn open_behind(&mut self, url: &str) -> Result<()> {
        let target = self.devtools.open_behind("about:blank")?;
        self.devtools.activate(&self.other.clone())?;
        self.open_and_hold(target, url)
    }

    fn open_alone(&mut self, url: &str) -> Result<()> {
        self.target = self.devtools.open(url)?;
        self.tab = None;
        Ok(())
    }

    fn hold(&mut self, url: &str) -> Result<()> {
        let began = Instant::now();
        loop {
            let pages = self.devtools.pages()?;
            if let Some((target, _)) = pages.iter().find(|(_, shown)| shown == url) {
                self.tab = Some(self.devtools.attach(target)?);
                self.target = target.clone();
                return Ok(());
            }
            if began.elapsed() > TAKEOVER {
                bail!("no tab shows {url}: {pages:?}");
            }
            sleep(Duration::from_millis(50));
        }
    }

    fn go(&mut self, url: &str) -> Result<()> {
        // Answered once the page is there; a slow one is not waited for.
        let _ = self.send("Page.navigate", json!({"url": url}))?;
        Ok(())
    }

    fn back(&mut self) -> Result<()> {
        let history = self.command("Page.getNavigationHistory", json!({}))?;
        let index = history["currentIndex"].as_u64().context("currentIndex")? as usize;
        let before = index.checked_sub(1).context("nothing to go back to")?;
        let id = &history["entries"][before]["id"];
        let _ = self.send("Page.navigateToHistoryEntry", json!({"entryId": id}))?;
        Ok(())
    }

    fn reload(&mut self) -> Result<()> {
        let _ = self.send("Page.reload", json!({}))?;
        Ok(())
    }

    fn hide(&mut self) -> Result<()> {
        self.devtools.activate(&self.other.clone())
    }

    fn show(&mut self) -> Result<()> {
        self.devtools.activate(&self.target.clone())
    }

    fn close(&mut self) -> Result<()> {
        self.tab = None;
        self.devtools.close_tab(&std::mem::take(&mut self.target))
    }

    fn hover(&mut self, at: (u32, u32)) -> Result<()> {
        self.command(MOUSE, mouse("mouseMoved", at))?;
        Ok(())
    }

    fn click(&mut self, at: (u32, u32), held: u64) -> Result<()> {
        self.command(MOUSE, mouse("mousePressed", at))?;
        sleep(Duration::from_millis(held));
        self.command(MOUSE, mouse("mouseReleased", at))?;
        Ok(())
    }

    fn strike(&mut self, at: (u32, u32)) -> Result<()> {
        let _ = self.send(MOUSE, mouse("mousePressed", at))?;
        let _ = self.send(MOUSE, mouse("mouseReleased", at))?;
        Ok(())
    }

    fn key(&mut self, held: u64) -> Result<()> {
        self.command(KEY, key("keyDown"))?;
        sleep(Duration::from_millis(held));
        self.command(KEY, key("keyUp"))?;
        Ok(())
    }

    fn scroll(&mut self, px: i32) -> Result<()> {
        let (x, y) = NOTHING;
        let wheel = json!({"type": "mouseWheel", "x": x, "y": y, "deltaX": 0, "deltaY": px});
        self.command(MOUSE, wheel)?;
        Ok(())
    }

    fn type_fast(&mut self, keys: u32) -> Result<()> {
        let mut last = None;
        for _ in 0..keys {
            let _ = self.send(KEY, key("keyDown"))?;
            last = Some(self.send(KEY, key("keyUp"))?);
        }
        if let Some(last) = last {
            self.devtools.answer(&last)?;
        }
        Ok(())
    }
}
