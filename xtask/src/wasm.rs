//! Compiles the module.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Result;
use serde_json::json;
use wasmparser::{Parser, Payload};

use crate::command::{output, run};
use crate::toolchain::Toolchain;
use crate::{npm, root};

/// What every browser since Chrome 80 can run: no reference types, no multi-value.
const BASELINE: [&str; 2] = [
    "-Ctarget-cpu=mvp",
    "-Ctarget-feature=+bulk-memory,+sign-ext,+nontrapping-fptoint,+mutable-globals",
];

/// Panics become traps without a message: the loader says what happened, in fewer bytes. Nothing
/// recurses, and some 100 bytes of the stack are used; what lies behind a small one has short
/// addresses.
const SMALL: [&str; 5] = [
    "-Zlocation-detail=none",
    "-Zfmt-debug=none",
    "-Zunstable-options",
    "-Cpanic=immediate-abort",
    "-Clink-arg=-zstack-size=4096",
];

/// The same features for the optimiser, one by one: `--all-features` writes what older browsers
/// cannot parse.
const OPTIMISER: [&str; 11] = [
    "-Oz",
    "--converge",
    // The stack lies there, and never gets down to it.
    "--low-memory-unused",
    "--enable-bulk-memory",
    "--enable-bulk-memory-opt",
    "--enable-sign-ext",
    "--enable-nontrapping-float-to-int",
    "--enable-mutable-globals",
    "--strip-debug",
    "--strip-producers",
    "--strip-target-features",
];

/// The module of `package` of the sources in `tree`, whose library has the name `library`. It imports
/// nothing, so that no bindings are needed.
pub fn build(toolchain: &Toolchain, tree: &Path, package: &str, library: &str) -> Result<Vec<u8>> {
    let compiled = compile(toolchain, tree, package, library)?;
    let graph = compiled.with_extension("graph.json");
    let exports = exports(&fs::read(&compiled)?)?;
    let mut roots = vec![json!({"name": "loader", "root": true, "reaches": exports})];
    roots.extend(
        exports
            .iter()
            .map(|name| json!({"name": name, "export": name})),
    );
    fs::write(&graph, serde_json::to_vec(&roots)?)?;
    let reached = compiled.with_extension("reached.wasm");
    output(
        npm::tool("wasm-metadce")?
            .args(features())
            .arg(&compiled)
            .arg("--graph-file")
            .arg(&graph)
            .arg("-o")
            .arg(&reached),
    )?;
    let optimised = compiled.with_extension("optimised.wasm");
    run(npm::tool("wasm-opt")?
        .args(OPTIMISER)
        .arg(&reached)
        .arg("-o")
        .arg(&optimised))?;
    Ok(fs::read(optimised)?)
}

/// What the scripts use (`src/browser/exports.rs`); the compiler exports two addresses more.
fn exports(wasm: &[u8]) -> Result<Vec<String>> {
    let mut names = Vec::new();
    for payload in Parser::new(0).parse_all(wasm) {
        if let Payload::ExportSection(section) = payload? {
            for export in section {
                names.push(export?.name.to_owned());
            }
        }
    }
    names.retain(|name| !name.starts_with("__"));
    Ok(names)
}

fn features() -> impl Iterator<Item = &'static str> {
    OPTIMISER
        .into_iter()
        .filter(|option| option.starts_with("--enable"))
}

fn compile(toolchain: &Toolchain, tree: &Path, package: &str, library: &str) -> Result<PathBuf> {
    let target = root().join("target/module");
    let mut flags: Vec<String> = BASELINE.iter().map(ToString::to_string).collect();
    let mut cargo = toolchain.cargo();
    cargo
        .current_dir(tree)
        .args(["rustc", "--package", package, "--lib", "--locked"])
        // Beside the library that tests link, cargo would not optimise it as a whole.
        .args(["--crate-type", "cdylib"])
        .args(["--profile", "wasm", "--target", "wasm32-unknown-unknown"])
        .arg("--target-dir")
        .arg(&target);
    if toolchain.builds_std() {
        flags.extend(SMALL.iter().map(ToString::to_string));
        cargo.args([
            "-Zbuild-std=std,panic_abort",
            "-Zbuild-std-features=optimize_for_size",
        ]);
    }
    // Where the checkout lies must not show in the bytes.
    flags.push(format!("--remap-path-prefix={}=/nhip", root().display()));
    cargo.env("CARGO_ENCODED_RUSTFLAGS", flags.join("\x1f"));
    run(&mut cargo)?;
    Ok(target.join(format!("wasm32-unknown-unknown/wasm/{library}.wasm")))
}
