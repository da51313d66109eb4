//! What a visitor downloads, beside other libraries, measured in one run in one way.

use std::fs;

use anyhow::{Result, bail};

use crate::size::Size;
use crate::{bundle, npm, root};

/// Loader, bindings and module, in brotli 11: more than this fails. It only ever goes down; where
/// it is going is 9,800.
const DOWNLOAD: usize = 9_800;

/// Other libraries, bundled and minified as the loader is, with what it takes to report.
const PEERS: [(&str, &str); 3] = [
    ("web-vitals", "web-vitals"),
    ("boomerangjs", "boomerang"),
    ("@sentry/browser", "sentry"),
];

pub fn run() -> Result<()> {
    npm::install()?;
    let size = |name: &str| -> Result<Size> { Size::of(&fs::read(root().join("pkg").join(name))?) };
    let (script, module) = (size("nhip.js")?, size("nhip_bg.wasm")?);
    let all = script + module;
    println!(
        "{:<36} {:>8} {:>8} {:>8}",
        "bytes that a visitor downloads", "raw", "gzip", "brotli"
    );
    row("nhip.js (loader, bindings)", script);
    row("nhip_bg.wasm", module);
    row("nhip, all with the badge", all);
    for (package, entry) in PEERS {
        let entry = root().join(format!("xtask/peers/{entry}.js"));
        let bundled = bundle::minified(&entry)?;
        row(
            &format!("{package} {}", npm::version(package)?),
            Size::of(bundled.as_bytes())?,
        );
    }
    println!("budget: {} of {DOWNLOAD} bytes in brotli", all.brotli);
    if all.brotli > DOWNLOAD {
        bail!("over the budget by {} bytes", all.brotli - DOWNLOAD);
    }
    Ok(())
}

fn row(name: &str, size: Size) {
    println!(
        "{name:<36} {:>8} {:>8} {:>8}",
        size.raw, size.gzip, size.brotli
    );
}
