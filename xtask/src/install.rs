//! Installs what a fresh machine lacks: Debian's packages, and the driver that only cargo has.

use std::path::Path;
use std::process::Command;

use anyhow::{Result, bail};

use crate::command::{output, run, succeeds};
use crate::toolchain::{DEBIAN_PACKAGES, Toolchain};
use crate::{chromium_80, npm, python};

/// Firefox's WebDriver server; Debian has no package of it.
const GECKODRIVER: &str = "0.37.1";

/// All that `cargo xtask test` needs.
pub fn everything() -> Result<()> {
    wasm_tools()?;
    browsers()?;
    engines()?;
    npm::install()?;
    other_systems()?;
    chromium_80::unpack()
}

/// What builds the widget.
pub fn wasm_tools() -> Result<()> {
    let mut missing = Vec::new();
    if Toolchain::find().is_err() {
        missing.extend(DEBIAN_PACKAGES);
    }
    if !succeeds("node", &["--version"]) || !succeeds("npm", &["--version"]) {
        missing.extend(["nodejs", "npm"]);
    }
    debian_packages(&missing)
}

/// What the collector keeps its reports in, beside its own: Debian's ClickHouse, which is old, with ZooKeeper for several
/// of them; and the current engine.
pub fn engines() -> Result<()> {
    let mut missing = Vec::new();
    for (file, package) in [
        ("/usr/sbin/clickhouse-server", "clickhouse-server"),
        ("/usr/share/java/zookeeper.jar", "zookeeper"),
        ("/usr/bin/java", "default-jre-headless"),
        // In front of two collectors.
        ("/usr/sbin/nginx", "nginx-light"),
    ] {
        if !Path::new(file).exists() {
            missing.push(package);
        }
    }
    debian_packages(&missing)?;
    python::environment("chdb")?;
    Ok(())
}

/// What the collector is measured with, and beside.
pub fn bench_tools() -> Result<()> {
    let mut missing = Vec::new();
    for (file, package) in [
        ("/usr/bin/wrk", "wrk"),
        ("/usr/sbin/nginx", "nginx-light"),
        (
            "/usr/lib/nginx/modules/ngx_http_echo_module.so",
            "libnginx-mod-http-echo",
        ),
    ] {
        if !Path::new(file).exists() {
            missing.push(package);
        }
    }
    debian_packages(&missing)
}

/// What reads `nhip export` and `/metrics` elsewhere.
fn other_systems() -> Result<()> {
    if !succeeds("prometheus", &["--version"]) {
        debian_packages(&["prometheus"])?;
    }
    python::environment("duckdb").map(drop)
}

/// What the browser tests drive.
pub fn browsers() -> Result<()> {
    let mut missing = Vec::new();
    for (program, package) in [
        ("/usr/bin/chromium", "chromium"),
        ("/usr/bin/chromedriver", "chromium-driver"),
        ("/usr/bin/firefox-esr", "firefox-esr"),
        ("/usr/bin/WebKitWebDriver", "webkit2gtk-driver"),
        // WebKit's browser wants a screen to draw on.
        ("/usr/bin/Xvfb", "xvfb"),
        // Without a font for Vietnamese, text is measured as boxes.
        (
            "/usr/share/fonts/truetype/noto/NotoSans-Regular.ttf",
            "fonts-noto-core",
        ),
    ] {
        if !Path::new(program).exists() {
            missing.push(package);
        }
    }
    debian_packages(&missing)?;
    let said = output(Command::new("geckodriver").arg("--version")).unwrap_or_default();
    if said.split_whitespace().nth(1) != Some(GECKODRIVER) {
        run(Command::new("cargo").args([
            "install",
            "geckodriver",
            "--locked",
            "--force",
            "--version",
            GECKODRIVER,
        ]))?;
    }
    Ok(())
}

pub fn debian_packages(missing: &[&str]) -> Result<()> {
    if missing.is_empty() {
        return Ok(());
    }
    let names = missing.join(" ");
    if !succeeds("apt-get", &["--version"]) || !succeeds("sh", &["-c", "test $(id -u) = 0"]) {
        bail!(
            "missing: {names}. As root, on Debian: apt-get update && apt-get install --no-install-recommends {names}"
        );
    }
    println!("installing {names}");
    run(Command::new("apt-get").args(["update", "-qq"]))?;
    run(Command::new("apt-get")
        .args(["install", "-y", "-qq", "--no-install-recommends"])
        .args(missing)
        .env("DEBIAN_FRONTEND", "noninteractive"))
}
