//! Compiles the module and generates its bindings.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use wasm_bindgen_cli_support::Bindgen;

use crate::command::run;
use crate::toolchain::Toolchain;
use crate::{npm, rename, root};

/// What every browser since Chrome 80 can run: no reference types, no multi-value.
const BASELINE: [&str; 2] = [
    "-Ctarget-cpu=mvp",
    "-Ctarget-feature=+bulk-memory,+sign-ext,+nontrapping-fptoint,+mutable-globals",
];

/// Panics become traps without a message: the loader says what happened, in fewer bytes.
const SMALL: [&str; 5] = [
    "-Zlocation-detail=none",
    "-Zfmt-debug=none",
    "-Zunstable-options",
    "-Cpanic=immediate-abort",
    "-Clink-arg=-zstack-size=65536",
];

/// The same features for the optimiser, one by one: `--all-features` writes what older browsers
/// cannot parse.
const OPTIMISER: [&str; 10] = [
    "-Oz",
    "--converge",
    "--enable-bulk-memory",
    "--enable-bulk-memory-opt",
    "--enable-sign-ext",
    "--enable-nontrapping-float-to-int",
    "--enable-mutable-globals",
    "--strip-debug",
    "--strip-producers",
    "--strip-target-features",
];

/// The module and the script that binds it.
pub struct Module {
    pub wasm: Vec<u8>,
    /// An ES module with the exports' wrappers, `imports`, and `connect(exports)`.
    pub glue: String,
}

pub fn build(toolchain: &Toolchain) -> Result<Module> {
    let compiled = compile(toolchain)?;
    let mut bindgen = Bindgen::new();
    bindgen
        .input_path(&compiled)
        .bundler(true)?
        .typescript(false)
        .remove_name_section(true)
        .remove_producers_section(true);
    let mut output = bindgen.generate_output().context("wasm-bindgen")?;
    let folder = root().join("target/bindings");
    // A fresh folder: what an older run left would be taken for this one's.
    if folder.exists() {
        fs::remove_dir_all(&folder)?;
    }
    output.emit(&folder).context("wasm-bindgen")?;
    let script = fs::read_to_string(folder.join("nhip_bg.js"))?;
    let renamed = rename::short_names(&fs::read(folder.join("nhip_bg.wasm"))?, &script)?;
    Ok(Module {
        wasm: optimise(&folder, &renamed.wasm)?,
        glue: renamed.glue,
    })
}

fn compile(toolchain: &Toolchain) -> Result<PathBuf> {
    let target = root().join("target/module");
    let mut flags: Vec<String> = BASELINE.iter().map(ToString::to_string).collect();
    let mut cargo = toolchain.cargo();
    cargo
        .current_dir(root())
        .args(["build", "--package", "nhip", "--lib", "--locked"])
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
    Ok(target.join("wasm32-unknown-unknown/wasm/nhip.wasm"))
}

fn optimise(folder: &Path, wasm: &[u8]) -> Result<Vec<u8>> {
    let (from, to) = (folder.join("renamed.wasm"), folder.join("optimised.wasm"));
    fs::write(&from, wasm)?;
    run(npm::tool("wasm-opt")?
        .args(OPTIMISER)
        .arg(&from)
        .arg("-o")
        .arg(&to))?;
    Ok(fs::read(to)?)
}
