//! WebKitGTK's small browser, on a screen that nobody sees.

use std::io::{BufRead, BufReader};
use std::net::{TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use serde_json::json;
use thirtyfour::prelude::*;

/// A driver that has not answered for so long has not started.
const STARTING: Duration = Duration::from_secs(10);

pub struct WebKit {
    /// Dropped before its driver, and both before their screen.
    pub page: WebDriver,
    _driver: Process,
    _screen: Process,
}

impl WebKit {
    pub async fn open() -> Result<WebKit> {
        let (screen, display) = start_screen()?;
        let (driver, address) = start_driver(&display)?;
        let mut capabilities = Capabilities::new();
        let options = json!({ "binary": mini_browser()?, "args": ["--automation"] });
        capabilities.set("browserName", "MiniBrowser")?;
        capabilities.set("webkitgtk:browserOptions", options)?;
        let page = WebDriver::new(&address, capabilities)
            .await
            .context("WebKitGTK did not start")?;
        page.set_script_timeout(Duration::from_secs(30)).await?;
        Ok(WebKit {
            page,
            _driver: driver,
            _screen: screen,
        })
    }

    /// Ends browser and driver.
    pub async fn close(self) -> Result<()> {
        Ok(self.page.quit().await?)
    }
}

/// Ends with the test.
struct Process(Child);

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// A screen with a number that the server chooses.
fn start_screen() -> Result<(Process, String)> {
    let mut server = Command::new("/usr/bin/Xvfb")
        .args([
            "-displayfd",
            "1",
            "-screen",
            "0",
            "1366x768x24",
            "-nolisten",
            "tcp",
        ])
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .context("Xvfb cannot be started")?;
    let output = server.stdout.take().context("standard output is piped")?;
    let server = Process(server);
    let mut number = String::new();
    BufReader::new(output).read_line(&mut number)?;
    if number.trim().is_empty() {
        bail!("Xvfb found no free display");
    }
    Ok((server, format!(":{}", number.trim())))
}

/// The driver names no port that it chose itself, so a free one is chosen for it.
fn start_driver(display: &str) -> Result<(Process, String)> {
    let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
    let driver = Command::new("/usr/bin/WebKitWebDriver")
        .arg(format!("--port={port}"))
        .env("DISPLAY", display)
        .env_remove("WAYLAND_DISPLAY")
        .env("GDK_BACKEND", "x11")
        // As root there is no sandbox of processes, and no session bus to ask.
        .env("WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS", "1")
        .env("WEBKIT_DISABLE_COMPOSITING_MODE", "1")
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .context("WebKitWebDriver cannot be started")?;
    let driver = Process(driver);
    let began = Instant::now();
    while TcpStream::connect(("127.0.0.1", port)).is_err() {
        if began.elapsed() > STARTING {
            bail!("WebKitWebDriver does not answer");
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    Ok((driver, format!("http://127.0.0.1:{port}")))
}

/// In a folder that is named after the processor and WebKitGTK's interface version.
fn mini_browser() -> Result<String> {
    for folder in std::fs::read_dir("/usr/lib")?.flatten() {
        for version in ["webkitgtk-6.0", "webkit2gtk-4.1", "webkit2gtk-4.0"] {
            let browser = folder.path().join(version).join("MiniBrowser");
            if browser.exists() {
                return Ok(browser.to_string_lossy().into_owned());
            }
        }
    }
    bail!("MiniBrowser is missing: run `cargo xtask install` first")
}
