//! Bundles a script and minifies it.

use std::path::Path;
use std::process::Command;

use anyhow::Result;

use crate::command::output;
use crate::{npm, root};

/// The loader with the module's bindings, as one classic script for Chrome 80 and its like.
pub fn loader(glue: &Path, wasm_url: &str, integrity: &str) -> Result<String> {
    let mut esbuild = esbuild(&root().join("www/loader/index.js"))?;
    esbuild
        .arg(format!("--alias:nhip-glue={}", glue.display()))
        .arg(format!("--define:NHIP_WASM={wasm_url:?}"))
        .arg(format!("--define:NHIP_INTEGRITY={integrity:?}"))
        .arg("--banner:js=/* nhip, MIT OR Apache-2.0 */");
    output(&mut esbuild)
}

/// Any entry point, bundled and minified in the same way.
pub fn minified(entry: &Path) -> Result<String> {
    output(&mut esbuild(entry)?)
}

fn esbuild(entry: &Path) -> Result<Command> {
    let mut esbuild = npm::tool("esbuild")?;
    esbuild
        .current_dir(root())
        .arg(entry)
        .args(["--bundle", "--minify", "--format=iife", "--charset=utf8"])
        .args([
            "--target=es2019",
            "--legal-comments=none",
            "--log-level=warning",
        ]);
    Ok(esbuild)
}
