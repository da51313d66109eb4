//! A view in a browser that nobody drives: the page leaves itself.

use std::fs;
use std::os::unix::process::CommandExt;
use std::process::{Child, Command, Stdio};

use anyhow::{Context, Result};
use serde_json::Value;

use super::cases::Case;
use super::link::Link;
use super::site::Site;

/// Ends with the view, and with it what it started: a screen, a browser's own processes.
struct Group(Child);

impl Drop for Group {
    fn drop(&mut self) {
        // A group has the number of the process that leads it.
        let group = format!("-{}", self.0.id());
        let _ = Command::new("kill").args(["--", &group]).status();
        let _ = self.0.wait();
    }
}

pub fn firefox(case: &Case, site: &Site, link: &Link) -> Result<Value> {
    let profile = tempfile::tempdir()?;
    // The machine's own address goes through the proxy, too.
    let settings = [
        ("network.proxy.type", "1".to_owned()),
        ("network.proxy.socks", "\"127.0.0.1\"".to_owned()),
        ("network.proxy.socks_port", link.port.to_string()),
        ("network.proxy.socks_version", "5".to_owned()),
        ("network.proxy.allow_hijacking_localhost", "true".to_owned()),
        ("network.proxy.no_proxies_on", "\"\"".to_owned()),
        ("network.captive-portal-service.enabled", "false".to_owned()),
        ("network.connectivity-service.enabled", "false".to_owned()),
        ("browser.shell.checkDefaultBrowser", "false".to_owned()),
        (
            "datareporting.policy.dataSubmissionEnabled",
            "false".to_owned(),
        ),
    ];
    let lines = settings.map(|(name, value)| format!("user_pref(\"{name}\", {value});\n"));
    fs::write(profile.path().join("user.js"), lines.concat())?;
    let mut firefox = Command::new("firefox-esr");
    firefox
        .args(["--headless", "--no-remote", "--profile"])
        .arg(profile.path());
    view(firefox, case, site)
}

/// Through a proxy it tells nothing of a request, so it goes without.
pub fn webkit(case: &Case, site: &Site) -> Result<Value> {
    let browser = Command::new("sh")
        .args(["-c", "ls /usr/lib/*/webkit*/MiniBrowser | tail -1"])
        .output()?;
    let browser = String::from_utf8(browser.stdout)?;
    let mut screen = Command::new("xvfb-run");
    screen
        .args(["--auto-servernum", browser.trim(), "--private"])
        .env("GDK_BACKEND", "x11")
        .env("WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS", "1")
        .env("WEBKIT_DISABLE_COMPOSITING_MODE", "1");
    view(screen, case, site)
}

fn view(mut browser: Command, case: &Case, site: &Site) -> Result<Value> {
    let process = browser
        .process_group(0)
        .arg(format!("{}/trang?{}", site.address, case.query))
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .with_context(|| format!("{:?} cannot be started", browser.get_program()))?;
    let _group = Group(process);
    // It starts with empty folders, which takes its time.
    site.report("final").or_else(|_| site.report("final"))
}
