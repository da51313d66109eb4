//! What a visitor downloads, beside other libraries, measured in one run in one way.

use std::fs;

use anyhow::{Result, bail};

use crate::size::Size;
use crate::{bundle, npm, root};

/// Loader and core, in brotli 11: more than this fails. It only ever goes down.
const DOWNLOAD: usize = 9_800;

/// The loader alone, which is all that a visitor has who leaves early.
const LOADER: usize = 1_536;

/// The panel, only when somebody opens it.
const PANEL: usize = 25_000;

/// Other libraries, bundled and minified as the loader is, with what it takes to report.
const PEERS: [(&str, &str); 3] = [
    ("web-vitals", "web-vitals"),
    ("boomerangjs", "boomerang"),
    ("@sentry/browser", "sentry"),
];

pub fn run() -> Result<()> {
    npm::install()?;
    let size = |name: &str| -> Result<Size> { Size::of(&fs::read(root().join("pkg").join(name))?) };
    let (loader, core) = (size("nhip.js")?, size("nhip-core.js")?);
    let all = loader + core;
    println!(
        "{:<36} {:>8} {:>8} {:>8}",
        "bytes that a visitor downloads", "raw", "gzip", "brotli"
    );
    row("nhip.js (loader)", loader);
    row("nhip-core.js (with the module)", core);
    row("nhip, all with the badge", all);
    for (package, entry) in PEERS {
        let entry = root().join(format!("xtask/peers/{entry}.js"));
        let bundled = bundle::minified(&entry)?;
        row(
            &format!("{package} {}", npm::version(package)?),
            Size::of(bundled.as_bytes())?,
        );
    }
    let panel = size("nhip-panel.js")?;
    row("nhip-panel.js, when opened", panel);
    for (what, size, most) in [
        ("loader", loader, LOADER),
        ("all", all, DOWNLOAD),
        ("panel", panel, PANEL),
    ] {
        println!(
            "budget of the {what}: {} of {most} bytes in brotli",
            size.brotli
        );
        if size.brotli > most {
            bail!("{what}: over the budget by {} bytes", size.brotli - most);
        }
    }
    Ok(())
}

fn row(name: &str, size: Size) {
    println!(
        "{name:<36} {:>8} {:>8} {:>8}",
        size.raw, size.gzip, size.brotli
    );
}
