//! One visitor in each browser, by whatever drives it.

use std::time::Duration;

use anyhow::{Result, bail};
use serde_json::{Value, json};
use thirtyfour::prelude::*;

use crate::rig::chromium_80;
use crate::rig::devtools::{Devtools, Tab};
use crate::rig::driver::{Browser, Kind};
use crate::rig::webkit::WebKit;

/// A page is looked at so often, in all for 10 s, before it is given up.
const LOOKS: u32 = 200;
const BETWEEN: Duration = Duration::from_millis(50);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Name {
    /// With a touch screen, as Chromium 80 below.
    Chromium,
    Firefox,
    WebKit,
    Chromium80,
}

pub const ALL: [Name; 4] = [
    Name::Chromium,
    Name::Firefox,
    Name::WebKit,
    Name::Chromium80,
];

pub enum Visitor {
    Driven(Browser),
    WebKit(WebKit),
    Devtools(Box<Devtools>, Tab),
}

impl Visitor {
    pub async fn open(name: Name) -> Result<Visitor> {
        Ok(match name {
            Name::Chromium => Visitor::Driven(Browser::open(Kind::ChromiumPhone).await?),
            Name::Firefox => Visitor::Driven(Browser::open(Kind::Firefox).await?),
            Name::WebKit => Visitor::WebKit(WebKit::open().await?),
            Name::Chromium80 => phone(chromium_80::start()?)?,
        })
    }

    pub async fn goto(&mut self, url: &str) -> Result<()> {
        match self {
            Visitor::Driven(Browser { page, .. }) | Visitor::WebKit(WebKit { page, .. }) => {
                page.goto(url).await?;
            }
            Visitor::Devtools(browser, tab) => {
                browser.tab(tab, "Page.navigate", json!({ "url": url }))?;
            }
        }
        Ok(())
    }

    /// The value of an expression in the page.
    pub async fn value(&mut self, expression: &str) -> Result<Value> {
        match self {
            Visitor::Driven(Browser { page, .. }) | Visitor::WebKit(WebKit { page, .. }) => {
                Ok(page
                    .execute(format!("return {expression}"), vec![])
                    .await?
                    .convert()?)
            }
            Visitor::Devtools(browser, tab) => {
                let asked = json!({ "expression": expression, "returnByValue": true });
                let answer = browser.tab(tab, "Runtime.evaluate", asked)?;
                Ok(answer["result"]["value"].clone())
            }
        }
    }

    /// Presses the page's button, as trusted input.
    pub async fn press(&mut self, selector: &str) -> Result<()> {
        let place = format!(
            "(() => {{ const box = document.querySelector('{selector}').getBoundingClientRect(); \
             return [box.left + box.width / 2, box.top + box.height / 2] }})()"
        );
        let place = self.value(&place).await?;
        match self {
            Visitor::Driven(Browser { page, .. }) | Visitor::WebKit(WebKit { page, .. }) => {
                page.find(By::Css(selector)).await?.click().await?;
            }
            Visitor::Devtools(browser, tab) => {
                for kind in ["mousePressed", "mouseReleased"] {
                    let mouse = json!({ "type": kind, "x": place[0], "y": place[1], "button": "left", "clickCount": 1 });
                    browser.tab(tab, "Input.dispatchMouseEvent", mouse)?;
                }
            }
        }
        Ok(())
    }

    /// Waits until an expression is true in the page.
    pub async fn until(&mut self, expression: &str) -> Result<()> {
        for _ in 0..LOOKS {
            if self.value(expression).await? == json!(true) {
                return Ok(());
            }
            tokio::time::sleep(BETWEEN).await;
        }
        bail!("never true: {expression}")
    }

    pub async fn close(self) -> Result<()> {
        match self {
            Visitor::Driven(browser) => browser.close().await,
            Visitor::WebKit(browser) => browser.close().await,
            Visitor::Devtools(..) => Ok(()),
        }
    }
}

/// A phone's screen in Chromium 80, with touch.
fn phone(mut browser: Devtools) -> Result<Visitor> {
    let target = browser.open("about:blank")?;
    let tab = browser.attach(&target)?;
    let screen = json!({ "width": 390, "height": 844, "deviceScaleFactor": 3, "mobile": true });
    browser.tab(&tab, "Emulation.setDeviceMetricsOverride", screen)?;
    browser.tab(
        &tab,
        "Emulation.setTouchEmulationEnabled",
        json!({ "enabled": true }),
    )?;
    Ok(Visitor::Devtools(Box::new(browser), tab))
}
