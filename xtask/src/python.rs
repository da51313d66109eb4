//! Programs and modules of Python, each in a folder of its own in `target/`, at pinned versions.

use std::path::PathBuf;
use std::process::Command;

use anyhow::Result;

use crate::command::{run, succeeds};
use crate::{install, root};

/// The environment `target/NAME` with what `xtask/NAME.txt` lists and nothing else; made where it is missing or another.
pub fn environment(name: &str) -> Result<PathBuf> {
    let lock = root().join("xtask").join(name).with_extension("txt");
    let folder = root().join("target").join(name);
    let mark = folder.join("installed.txt");
    let wanted = std::fs::read_to_string(&lock)?;
    if std::fs::read_to_string(&mark).is_ok_and(|found| found == wanted) {
        return Ok(folder);
    }
    if !succeeds("python3", &["-c", "import ensurepip, venv"]) {
        install::debian_packages(&["python3-venv"])?;
    }
    run(Command::new("python3")
        .args(["-m", "venv", "--clear"])
        .arg(&folder))?;
    run(Command::new(folder.join("bin/pip"))
        .args(["install", "--quiet", "--no-deps", "--requirement"])
        .arg(&lock))?;
    std::fs::write(mark, wanted)?;
    Ok(folder)
}
