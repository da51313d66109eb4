//! Bundles a script and minifies it.

use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::Result;

use crate::command::output;
use crate::{npm, root};

/// Said to the browser in the script's first line: compile all of it where it is read, on another thread,
/// instead of one function after the other on the page's, when it is first called. About a quarter of
/// the main thread's time was that. <https://developer.chrome.com/blog/explicit-compile-hints-file-based>
const HINT: &str = "//# allFunctionsCalledOnLoad";

/// Properties that only the loader's scripts know: neither the browser's, nor the report's, nor the
/// page's.
const OWN_NAMES: &str = "letters|box|small|meets|element|letter|measured|untold|decimal|where";

/// How a script is written.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// As it ships.
    Minified,
    /// With the names of its sources, for a profiler.
    Readable,
}

/// The loader of the sources in `tree`, as one classic script for Chrome 80 and its like.
pub fn loader(tree: &Path, wasm_url: &str, integrity: &str, form: Form) -> Result<String> {
    let mut esbuild = esbuild(&tree.join("www/loader/index.js"), form)?;
    esbuild
        .arg(format!("--define:NHIP_WASM={wasm_url:?}"))
        .arg(format!("--define:NHIP_INTEGRITY={integrity:?}"));
    let script = output(&mut esbuild)?;
    if form == Form::Readable {
        return Ok(format!("{HINT}\n{script}"));
    }
    // A function that is no arrow may become one: ours are never called with `new`. And nothing asks
    // whether a yes is `true` or 1.
    Ok(format!(
        "{HINT}\n{}",
        smaller(
            &script,
            "unsafe_arrows=true,booleans_as_integers=true,hoist_funs=true",
            Some(OWN_NAMES)
        )?
    ))
}

/// Any entry point, bundled and minified in the same way.
pub fn minified(entry: &Path) -> Result<String> {
    smaller(
        &output(&mut esbuild(entry, Form::Minified)?)?,
        "arrows=true",
        None,
    )
}

/// esbuild bundles; what it leaves to say twice, terser finds.
fn smaller(script: &str, arrows: &str, own_names: Option<&str>) -> Result<String> {
    let bundled = root().join("target/bundled.js");
    fs::create_dir_all(root().join("target"))?;
    fs::write(&bundled, script)?;
    let mut terser = npm::tool("terser")?;
    terser
        .arg(&bundled)
        .args(["--ecma", "2019", "--mangle"])
        .args(["--compress", &format!("passes=3,sequences=false,{arrows}")]);
    if let Some(names) = own_names {
        terser.args(["--mangle-props", &format!("regex=/^({names})$/")]);
    }
    Ok(output(&mut terser)?.trim_end().to_owned() + "\n")
}

fn esbuild(entry: &Path, form: Form) -> Result<Command> {
    let mut esbuild = npm::tool("esbuild")?;
    esbuild
        .current_dir(root())
        .arg(entry)
        .args(["--bundle", "--format=iife", "--charset=utf8"])
        .args([
            "--target=es2019",
            "--legal-comments=none",
            "--log-level=warning",
        ]);
    if form == Form::Minified {
        // Names are left to terser, which gives the shortest to the most frequent.
        esbuild.arg("--minify-syntax");
    }
    Ok(esbuild)
}
