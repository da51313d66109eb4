//! Chromium 80, the oldest browser that the widget promises to work in.

use std::path::Path;

use anyhow::{Result, bail};

use super::devtools::Devtools;

/// Where `cargo xtask install` unpacks it.
const LAUNCHER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/target/chromium-80/launch");

pub fn start() -> Result<Devtools> {
    if !Path::new(LAUNCHER).exists() {
        bail!("Chromium 80 is missing: run `cargo xtask install` first");
    }
    Devtools::start(LAUNCHER, &[])
}
