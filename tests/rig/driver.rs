//! Browsers, each driven by a driver of its own, which ends with the test.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use anyhow::{Context, Result};
use serde_json::json;
use thirtyfour::prelude::*;
use tokio::sync::{Mutex, MutexGuard};

/// Two browsers at once on two cores would measure each other.
static ALONE: Mutex<()> = Mutex::const_new(());

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// 1366 × 768, no touch.
    Chromium,
    /// 390 × 844 with a touch screen.
    ChromiumPhone,
    Firefox,
}

pub struct Browser {
    /// Dropped before its driver: a test that failed on its way ends its session by that.
    pub page: WebDriver,
    _driver: Driver,
    _alone: MutexGuard<'static, ()>,
}

impl Browser {
    pub async fn open(kind: Kind) -> Result<Browser> {
        Browser::open_with(kind, &[]).await
    }

    /// With further arguments of Chromium, or preferences `name=true` of Firefox.
    pub async fn open_with(kind: Kind, settings: &[&str]) -> Result<Browser> {
        let alone = ALONE.lock().await;
        let (driver, address) = start_driver(kind)?;
        let page = match kind {
            Kind::Firefox => WebDriver::new(&address, firefox(settings)?).await,
            _ => WebDriver::new(&address, chromium(kind, settings)?).await,
        };
        let page = page.with_context(|| format!("{kind:?} did not start"))?;
        page.set_script_timeout(Duration::from_secs(30)).await?;
        Ok(Browser {
            page,
            _driver: driver,
            _alone: alone,
        })
    }

    /// Leaves the page, which hides it, as a visitor does.
    pub async fn leave(&self) -> Result<()> {
        Ok(self.page.goto("about:blank").await?)
    }

    /// Ends browser and driver.
    pub async fn close(self) -> Result<()> {
        Ok(self.page.quit().await?)
    }
}

/// Ends with the test.
struct Driver(Child);

impl Drop for Driver {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn chromium(kind: Kind, arguments: &[&str]) -> Result<Capabilities> {
    let mut chromium = DesiredCapabilities::chrome();
    chromium.set_binary("/usr/bin/chromium")?;
    for argument in [
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--disable-dev-shm-usage",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--window-size=1366,768",
    ]
    .iter()
    .chain(arguments)
    {
        chromium.add_arg(argument)?;
    }
    if kind == Kind::ChromiumPhone {
        let metrics =
            json!({"width": 390, "height": 844, "pixelRatio": 3.0, "touch": true, "mobile": true});
        chromium.add_experimental_option("mobileEmulation", json!({ "deviceMetrics": metrics }))?;
    }
    let mut capabilities: Capabilities = chromium.into();
    capabilities.set("goog:loggingPrefs", json!({"browser": "ALL"}))?;
    Ok(capabilities)
}

fn firefox(preferences: &[&str]) -> Result<Capabilities> {
    let mut firefox = DesiredCapabilities::firefox();
    firefox.add_arg("-headless")?;
    let mut settings = thirtyfour::common::capabilities::firefox::FirefoxPreferences::new();
    for preference in preferences {
        let name = preference.trim_end_matches("=true");
        settings.set(name, true)?;
    }
    firefox.set_preferences(settings)?;
    Ok(firefox.into())
}

/// Starts a driver on a port of its own choice and reads which one.
fn start_driver(kind: Kind) -> Result<(Driver, String)> {
    let mut driver = match kind {
        Kind::Firefox => Command::new("geckodriver"),
        _ => Command::new("chromedriver"),
    };
    let mut driver = driver
        .args(if kind == Kind::Firefox {
            &["--port", "0"][..]
        } else {
            &["--port=0"]
        })
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .with_context(|| format!("the driver of {kind:?} cannot be started"))?;
    let output = driver.stdout.take().context("standard output is piped")?;
    let mut lines = BufReader::new(output).lines();
    let port = loop {
        let line = lines.next().context("the driver names no port")??;
        let digits = |text: &str| {
            let text = text.trim_end_matches('.');
            let from = text
                .rfind(|c: char| !c.is_ascii_digit())
                .map_or(0, |at| at + 1);
            text[from..].parse::<u16>().ok()
        };
        let names_port =
            line.contains("started successfully on port") || line.contains("Listening on");
        if let Some(port) = digits(line.trim()).filter(|_| names_port) {
            break port;
        }
    };
    // Drained, or the driver would block once the pipe is full.
    std::thread::spawn(move || lines.for_each(drop));
    Ok((Driver(driver), format!("http://127.0.0.1:{port}")))
}
