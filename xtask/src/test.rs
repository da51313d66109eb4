//! `cargo xtask test`: everything, on a fresh machine.

use std::fs;
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::command::run;
use crate::manifest::Manifest;
use crate::{budget, fuzz, install, mutants, pkg, root, scale, schema, schemathesis, tidy};

pub fn run_all() -> Result<()> {
    step("tools");
    install::everything()?;

    step("format, lints, rules");
    cargo(&["fmt", "--all", "--check"])?;
    cargo(&[
        "clippy",
        "--workspace",
        "--all-targets",
        "--locked",
        "--",
        "-D",
        "warnings",
    ])?;
    tidy::run()?;
    schema::check()?;
    scale::check()?;

    step("pkg/ is what the sources build");
    let rebuilt = rebuild()?;

    step("scripts, on the host");
    run(Command::new("node").current_dir(root()).args([
        "--test",
        "www/loader/",
        "www/panel/",
        "www/words/",
    ]))?;

    step("unit, collector and browser tests");
    cargo(&["build", "--package", "nhip-collector", "--locked"])?;
    tests(None)?;
    step("the API against its own description");
    schemathesis::try_api()?;
    if rebuilt == Rebuilt::OtherToolchain {
        step("browser tests again, with the module that this toolchain built");
        tests(Some("target/pkg"))?;
    }

    step("fuzz targets");
    fuzz::run_short()?;

    step("mutants");
    mutants::run(&[])?;

    step("budgets");
    budget::run()
}

fn step(name: &str) {
    println!("\n== {name}");
}

fn cargo(args: &[&str]) -> Result<()> {
    run(Command::new("cargo").current_dir(root()).args(args))
}

/// All of the workspace's tests; with `widget`, the browser tests alone, with the widget in there.
fn tests(widget: Option<&str>) -> Result<()> {
    let mut cargo = Command::new("cargo");
    cargo
        .current_dir(root())
        .args(["test", "--locked", "--no-fail-fast"]);
    match widget {
        None => cargo.arg("--workspace"),
        Some(folder) => cargo
            .args(["--package", "nhip", "--test", "*"])
            .env("NHIP_TEST_WIDGET", root().join(folder)),
    };
    run(&mut cargo)
}

#[derive(PartialEq, Eq)]
enum Rebuilt {
    Same,
    OtherToolchain,
}

/// Builds into `target/pkg` and compares with the committed `pkg/`.
fn rebuild() -> Result<Rebuilt> {
    let (committed, fresh) = (root().join("pkg"), root().join("target/pkg"));
    if fresh.exists() {
        fs::remove_dir_all(&fresh)?;
    }
    println!("{}", pkg::build(&fresh)?);
    let manifest = |folder: &std::path::Path| -> Result<Manifest> {
        let bytes = fs::read(folder.join("manifest.json"))?;
        Ok(serde_json::from_slice(&bytes)?)
    };
    let theirs = manifest(&committed).context("pkg/manifest.json")?;
    let ours = manifest(&fresh)?;
    if theirs.built_by != ours.built_by {
        println!(
            "pkg/ was built by another toolchain ({:?}, here {:?}): its bytes can't be compared, \
             so the browser tests run with both",
            theirs.built_by, ours.built_by
        );
        return Ok(Rebuilt::OtherToolchain);
    }
    for entry in fs::read_dir(&fresh)? {
        let name = entry?.file_name();
        if fs::read(fresh.join(&name))? != fs::read(committed.join(&name)).unwrap_or_default() {
            bail!(
                "pkg/{} is stale: run `cargo xtask build`",
                name.to_string_lossy()
            );
        }
    }
    Ok(Rebuilt::Same)
}
