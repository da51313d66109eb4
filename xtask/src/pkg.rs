//! Builds `pkg/`: what a portal copies, or a package manager installs.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use anyhow::Result;

use crate::bundle::Form;
use crate::manifest::{self, File, Manifest};
use crate::toolchain::Toolchain;
use crate::{baseline, bundle, npm, root, wasm};

/// Builds into `folder`; gives a line for each file.
pub fn build(folder: &Path) -> Result<String> {
    build_from(&root(), "nhip", folder, Form::Minified)
}

/// The same with a loader whose names can be read; nobody ships that.
pub fn build_readable(folder: &Path) -> Result<String> {
    build_from(&root(), "nhip", folder, Form::Readable)
}

/// The same from the sources in `tree`, whose library has a name of its own: cargo puts the modules
/// of both into one folder.
pub fn build_mutants(tree: &Path, library: &str, folder: &Path) -> Result<()> {
    build_from(tree, library, folder, Form::Minified).map(drop)
}

fn build_from(tree: &Path, library: &str, folder: &Path, form: Form) -> Result<String> {
    npm::install()?;
    let toolchain = Toolchain::find()?;
    let modules = bundle::Modules {
        measuring: wasm::build(&toolchain, tree, "nhip", library)?,
        blaming: wasm::build(&toolchain, &root(), "nhip-panel", "nhip_panel")?,
    };
    baseline::check(&modules.measuring)?;
    baseline::check(&modules.blaming)?;
    let scripts = bundle::scripts(tree, &modules, form, manifest::short_integrity)?;

    fs::create_dir_all(folder)?;
    let mut files = BTreeMap::new();
    let types = fs::read(root().join("www/loader/nhip.d.ts"))?;
    for (name, bytes) in [
        ("nhip.js", scripts.loader.as_bytes()),
        ("nhip-core.js", scripts.core.as_bytes()),
        ("nhip-more.js", scripts.more.as_bytes()),
        ("nhip-why.js", scripts.why.as_bytes()),
        ("nhip-panel.js", scripts.panel.as_bytes()),
        ("nhip-extras.js", scripts.extras.as_bytes()),
        ("nhip.d.ts", &types),
    ] {
        fs::write(folder.join(name), bytes)?;
        files.insert(name.to_owned(), File::of(bytes)?);
    }
    let manifest = Manifest {
        version: env!("CARGO_PKG_VERSION").to_owned(),
        files,
        built_by: manifest::built_by(&toolchain)?,
    };
    write_json(&folder.join("manifest.json"), &manifest)?;
    write_json(&folder.join("package.json"), &package())?;
    for licence in ["LICENSE-MIT", "LICENSE-APACHE"] {
        fs::copy(root().join(licence), folder.join(licence))?;
    }
    Ok(summary(&manifest))
}

fn package() -> serde_json::Value {
    serde_json::json!({
        "name": "nhip",
        "version": env!("CARGO_PKG_VERSION"),
        "description": "Measures a portal in its visitors' browsers: load time, response latency, viewport",
        "license": "MIT OR Apache-2.0",
        "main": "nhip.js",
        "types": "nhip.d.ts",
        "files": ["nhip.js", "nhip-core.js", "nhip-more.js", "nhip-why.js", "nhip-panel.js", "nhip-extras.js", "nhip.d.ts", "manifest.json", "LICENSE-MIT", "LICENSE-APACHE"],
    })
}

fn write_json(path: &Path, value: &impl serde::Serialize) -> Result<()> {
    fs::write(path, serde_json::to_string_pretty(value)? + "\n")?;
    Ok(())
}

fn summary(manifest: &Manifest) -> String {
    let mut lines = Vec::new();
    for (name, File { size, .. }) in &manifest.files {
        lines.push(format!(
            "{name:<14} {:>7} raw {:>6} gzip {:>6} brotli",
            size.raw, size.gzip, size.brotli
        ));
    }
    for (tool, version) in &manifest.built_by {
        lines.push(format!("{tool:<14} {version}"));
    }
    lines.join("\n")
}
