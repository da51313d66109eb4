//! Bundles a script and minifies it.

use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result};

use crate::command::output;
use crate::size::brotli;
use crate::{npm, root};

/// Said to the browser in the core's first line: compile all of it where it is read, on another thread,
/// instead of one function after the other on the page's, when it is first called. About a quarter of
/// the main thread's time was that. <https://developer.chrome.com/blog/explicit-compile-hints-file-based>
const HINT: &str = "//# allFunctionsCalledOnLoad";

/// Properties that only our scripts know: neither the browser's, nor the report's, nor the page's. The
/// first line is what the loader shares with the core.
const OWN_NAMES: [&str; 2] = [
    "link|early|redact|consented|isSilent|begin|began|tell|firstHidden|deliver|ask|asked|trouble|more|spares|words|silence|observer|giveUp|core|envelope|bring|why|opened|lost|compiled|vietnamese|drawn",
    "letters|box|small|meets|letter|measured|untold|decimal|where",
];

/// How a script is written.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// As it ships.
    Minified,
    /// With the names of its sources, for a profiler.
    Readable,
}

/// A script of the sources in `tree`, as a classic one for Chrome 80 and its like. Loader and core are
/// bundled with the same `names`, a file, so that they have the same short ones for what they share.
struct Script<'a> {
    tree: &'a Path,
    names: &'a Path,
    form: Form,
}

impl Script<'_> {
    fn bundle(&self, entry: &str, defines: &[(&str, &str)]) -> Result<String> {
        let mut esbuild = esbuild(&self.tree.join(entry), self.form)?;
        for (name, value) in defines {
            esbuild.arg(format!("--define:{name}={value:?}"));
        }
        let script = output(&mut esbuild)?;
        if self.form == Form::Readable {
            return Ok(script);
        }
        // A function that is no arrow may become one: ours are never called with `new`. And nothing
        // asks whether a yes is `true` or 1.
        let options = "unsafe_arrows=true,booleans_as_integers=true,hoist_funs=true";
        smaller(&script, options, |terser| {
            let own = OWN_NAMES.join("|");
            terser
                .args(["--mangle-props", &format!("regex=/^({own})$/")])
                .arg("--name-cache")
                .arg(self.names);
        })
    }
}

/// What a portal serves: the loader fetches the core, and that, where it needs it, the rest.
pub struct Scripts {
    pub loader: String,
    pub core: String,
    pub more: String,
    pub why: String,
    pub panel: String,
    pub extras: String,
}

/// The modules that scripts carry.
pub struct Modules {
    /// The core's.
    pub measuring: Vec<u8>,
    /// That of www/why/.
    pub blaming: Vec<u8>,
}

/// The scripts of the sources in `tree`. `integrity` says what each is held to
/// by the one that fetches it.
pub fn scripts(
    tree: &Path,
    modules: &Modules,
    form: Form,
    integrity: impl Fn(&[u8]) -> String,
) -> Result<Scripts> {
    let names = root().join("target/names.json");
    if names.exists() {
        fs::remove_file(&names)?;
    }
    let script = Script {
        tree,
        names: &names,
        form,
    };
    // A hash of the same length, until the real one is known.
    let unknown = integrity(&[]);
    // First, because who comes first takes the names that suit it best, and every byte counts there.
    let loader = script.bundle("www/loader/index.js", &[("NHIP_INTEGRITY", &unknown)])?;
    let carrying = |script: String, module| marked(&script.replace(MODULE, &literal(module)));
    let why = carrying(script.bundle("www/why/index.js", &[])?, &modules.blaming);
    let held = integrity(why.as_bytes());
    let panel = script.bundle(
        "www/panel/index.js",
        &[("NHIP_VERSION", env!("CARGO_PKG_VERSION"))],
    )?;
    let panel = marked(&panel);
    let opened = integrity(panel.as_bytes());
    let extras = marked(&script.bundle("www/extras/index.js", &[])?);
    let beyond = integrity(extras.as_bytes());
    let more = marked(&script.bundle(
        "www/more/index.js",
        &[
            ("NHIP_WHY", &held),
            ("NHIP_PANEL", &opened),
            ("NHIP_EXTRAS", &beyond),
        ],
    )?);
    let core = script.bundle("www/core/index.js", &[("NHIP_MORE", &unknown)])?;
    let core = carrying(core, &modules.measuring);
    let with = |script: &str, hashed: &str| script.replace(&unknown, &integrity(hashed.as_bytes()));
    let more = luckiest(&more, 100, |more| compressed(&with(&core, more)))?;
    let core = with(&core, &more);
    let core = luckiest(&core, 15, |core| {
        Ok(compressed(core)? + compressed(&with(&loader, core))?)
    })?;
    Ok(Scripts {
        loader: with(&loader, &core),
        core,
        more,
        why,
        panel,
        extras,
    })
}

/// The byte order mark says that it is UTF-8 where neither server nor page do.
fn marked(script: &str) -> String {
    format!("\u{feff}{HINT}\n{script}")
}

/// `script` with the ending for which `size` is the least, of so many that change nothing but its hash: who
/// fetches it carries the hash, and what that takes in brotli is luck, up to twenty bytes of it.
fn luckiest(script: &str, endings: u32, size: impl Fn(&str) -> Result<usize>) -> Result<String> {
    let mut best: Option<(usize, String)> = None;
    for ending in 1..=endings {
        // Its binary digits, the first left out.
        let blanks = (0..ending.ilog2()).map(|at| if ending >> at & 1 == 0 { ' ' } else { '\n' });
        let ended: String = script.trim_end().chars().chain(blanks).collect();
        let size = size(&ended)?;
        if best.as_ref().is_none_or(|(least, _)| size < *least) {
            best = Some((size, ended));
        }
    }
    best.map(|(_, script)| script)
        .context("at least one ending")
}

fn compressed(script: &str) -> Result<usize> {
    Ok(brotli(script.as_bytes())?.len())
}

/// Stands in a script's sources for its module.
const MODULE: &str = "NHIP_WASM";

/// What www/core/literal.js takes from each character again. Of all 256 that were tried, with this the
/// fewest of the module's bytes need two in UTF-8: 71 bytes in brotli less than with none.
const TURN: u8 = 36;

/// Bytes as a string of as many characters: shorter than base64, also where it is compressed.
fn literal(bytes: &[u8]) -> String {
    let mut text = String::from("\"");
    for byte in bytes {
        match byte.wrapping_add(TURN) {
            b'"' => text.push_str("\\\""),
            b'\\' => text.push_str("\\\\"),
            b'\n' => text.push_str("\\n"),
            b'\r' => text.push_str("\\r"),
            byte => text.push(char::from(byte)),
        }
    }
    text + "\""
}

/// The module that a core carries.
#[cfg(test)]
pub fn module_in(core: &str) -> Option<Vec<u8>> {
    // As it begins, and as `literal` writes that.
    let magic = literal(b"\0asm");
    let at = core.find(magic.trim_end_matches('"'))?;
    let mut bytes = Vec::new();
    let mut text = core[at..].chars().skip(1);
    while let Some(character) = text.next() {
        let character = match character {
            '"' => return Some(bytes),
            '\\' => match text.next()? {
                'n' => '\n',
                'r' => '\r',
                escaped => escaped,
            },
            plain => plain,
        };
        bytes.push((u32::from(character) as u8).wrapping_sub(TURN));
    }
    None
}

/// Any entry point, bundled and minified in the same way.
pub fn minified(entry: &Path) -> Result<String> {
    let script = output(&mut esbuild(entry, Form::Minified)?)?;
    smaller(&script, "arrows=true", |_| {})
}

/// esbuild bundles; what it leaves to say twice, terser finds.
fn smaller(script: &str, options: &str, more: impl Fn(&mut Command)) -> Result<String> {
    let bundled = root().join("target/bundled.js");
    fs::create_dir_all(root().join("target"))?;
    fs::write(&bundled, script)?;
    let mut terser = npm::tool("terser")?;
    terser
        .arg(&bundled)
        .args(["--ecma", "2020", "--mangle"])
        .args(["--compress", &format!("passes=3,sequences=false,{options}")]);
    more(&mut terser);
    Ok(output(&mut terser)?.trim_end().to_owned() + "\n")
}

fn esbuild(entry: &Path, form: Form) -> Result<Command> {
    let mut esbuild = npm::tool("esbuild")?;
    esbuild
        .current_dir(root())
        .arg(entry)
        .args(["--bundle", "--format=iife", "--charset=utf8"])
        .args([
            "--target=es2020",
            "--legal-comments=none",
            "--log-level=warning",
        ]);
    if form == Form::Minified {
        // Names are left to terser, which gives the shortest to the most frequent.
        esbuild.arg("--minify-syntax");
    }
    Ok(esbuild)
}
