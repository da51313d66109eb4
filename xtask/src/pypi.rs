//! Tools that PyPI has, each in a folder of its own in `target/`, at the versions of `xtask/NAME.txt`.

use std::path::PathBuf;
use std::process::Command;

use anyhow::Result;

use crate::command::{run, succeeds};
use crate::{install, root};

/// Where its programs are.
pub fn installed(name: &str) -> Result<PathBuf> {
    let lock = root().join(format!("xtask/{name}.txt"));
    let folder = root().join("target").join(name);
    let (programs, mark) = (folder.join("bin"), folder.join("installed.txt"));
    let wanted = std::fs::read_to_string(&lock)?;
    if std::fs::read_to_string(&mark).is_ok_and(|found| found == wanted) {
        return Ok(programs);
    }
    if !succeeds("python3", &["-c", "import ensurepip, venv"]) {
        install::debian_packages(&["python3-venv"])?;
    }
    run(Command::new("python3")
        .args(["-m", "venv", "--clear"])
        .arg(&folder))?;
    run(Command::new(programs.join("pip"))
        .args(["install", "--quiet", "--no-deps", "--requirement"])
        .arg(&lock))?;
    std::fs::write(mark, wanted)?;
    Ok(programs)
}
