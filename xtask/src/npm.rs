//! Tools and libraries from npm, at the versions of `package-lock.json`.

use std::path::PathBuf;
use std::process::Command;

use anyhow::{Result, bail};

use crate::command::run;
use crate::root;

/// Installs what the lock file names, unless it is installed already.
pub fn install() -> Result<()> {
    let lock = root().join("package-lock.json");
    // npm's own copy of the lock is newer than the lock it was made from.
    let installed = root().join("node_modules/.package-lock.json");
    let modified = |path: PathBuf| path.metadata().and_then(|data| data.modified()).ok();
    if modified(installed) >= modified(lock) {
        return Ok(());
    }
    // npm would follow a link and empty the folder that another checkout works with.
    if root().join("node_modules").is_symlink() {
        bail!(
            "node_modules is a link to another folder: remove it, then run `npm ci --ignore-scripts`"
        );
    }
    // esbuild's binary comes in a package of its own; no script of a package need run.
    run(Command::new("npm").current_dir(root()).args([
        "ci",
        "--ignore-scripts",
        "--loglevel=error",
    ]))
}

/// A command line tool.
///
/// # Errors
///
/// It is not installed.
pub fn tool(name: &str) -> Result<Command> {
    let path = root().join("node_modules/.bin").join(name);
    if !path.exists() {
        bail!("{name} is not installed: run `npm ci --ignore-scripts`");
    }
    Ok(Command::new(path))
}

/// The version of an installed package.
pub fn version(package: &str) -> Result<String> {
    let path = root()
        .join("node_modules")
        .join(package)
        .join("package.json");
    let json: serde_json::Value = serde_json::from_slice(&std::fs::read(path)?)?;
    Ok(json["version"].as_str().unwrap_or("unknown").to_owned())
}
