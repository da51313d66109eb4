//! A short run of each fuzz target (`fuzz/`): inputs that nobody thought of. `cargo fuzz run TARGET` goes on for as
//! long as one likes.

use std::process::Command;

use anyhow::Result;

use crate::command::{run, succeeds};
use crate::{install, root};

const CARGO_FUZZ: &str = "0.13.2";

const TARGETS: [&str; 2] = ["report", "redaction"];

/// Seconds of each, at most.
const SECONDS: u32 = 20;

pub fn run_short() -> Result<()> {
    if !succeeds("cargo", &["fuzz", "--version"]) {
        let version = ["--version", CARGO_FUZZ];
        run(Command::new("cargo")
            .args(["install", "cargo-fuzz", "--locked", "--quiet"])
            .args(version))?;
    }
    // The fuzzer itself is C++.
    if !succeeds("c++", &["--version"]) {
        install::debian_packages(&["g++"])?;
    }
    for target in TARGETS {
        run(Command::new("cargo")
            .current_dir(root())
            // The fuzzer's flags are of the nightly compiler; the stable one knows them, too.
            .env("RUSTC_BOOTSTRAP", "1")
            .args(["fuzz", "run", target, "--sanitizer", "none", "--"])
            .arg(format!("-max_total_time={SECONDS}"))
            .args(["-rss_limit_mb=1024", "-verbosity=0", "-print_final_stats=1"]))?;
    }
    Ok(())
}
