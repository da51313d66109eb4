//! A copy of the sources that contains every mutant, and what is built of it.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use walkdir::WalkDir;

use super::patch;
use super::table::Mutant;
use crate::{pkg, root};

/// What cargo and the bundler read. The workspace's other packages are not built, but must be there.
const SOURCES: [&str; 9] = [
    "Cargo.toml",
    "Cargo.lock",
    "src",
    "protocol",
    "panel",
    "collector",
    "xtask",
    "tests",
    "www",
];

const LIBRARY: &str = "nhip_mutants";

/// Which mutant is awake. The module's only addition to what it exports.
const MODULE: &str = "\
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};

static AWAKE: AtomicU32 = AtomicU32::new(0);

pub fn is(number: u32) -> bool {
    AWAKE.load(Relaxed) == number
}

#[unsafe(no_mangle)]
extern \"C\" fn mutant(number: u32) {
    AWAKE.store(number, Relaxed);
}
";

/// Builds the widget with the mutants; gives its folder.
pub fn build(mutants: &[Mutant]) -> Result<PathBuf> {
    let (tree, folder) = (
        root().join("target/mutants/tree"),
        root().join("target/mutants/pkg"),
    );
    if tree.exists() {
        fs::remove_dir_all(&tree)?;
    }
    for source in SOURCES {
        copy(source, &tree, mutants)?;
    }
    fs::write(tree.join("src/mutant.rs"), MODULE)?;
    pkg::build_mutants(&tree, LIBRARY, &folder)?;
    Ok(folder)
}

fn copy(source: &str, tree: &Path, mutants: &[Mutant]) -> Result<()> {
    for entry in WalkDir::new(root().join(source)) {
        let entry = entry?;
        let path = entry.path().strip_prefix(root())?;
        let to = tree.join(path);
        if entry.file_type().is_dir() {
            fs::create_dir_all(to)?;
            continue;
        }
        if let Some(folder) = to.parent() {
            fs::create_dir_all(folder)?;
        }
        let path = path.to_string_lossy();
        match changed(&path, mutants)? {
            Some(text) => fs::write(to, text)?,
            None => fs::copy(entry.path(), to).map(drop)?,
        }
    }
    Ok(())
}

/// The text of a file that is not copied as it is.
fn changed(path: &str, mutants: &[Mutant]) -> Result<Option<String>> {
    let read = || fs::read_to_string(root().join(path)).with_context(|| path.to_owned());
    Ok(Some(match path {
        // The name keeps its module apart from the real one.
        "Cargo.toml" => read()?.replace("[lib]\n", &format!("[lib]\nname = \"{LIBRARY}\"\n")),
        // A place that chooses has more brackets than anybody would write.
        "src/lib.rs" => format!("#![allow(warnings)]\n{}\npub mod mutant;\n", read()?),
        "www/core/module.js" => woken(path, &patch::patched(path, &read()?, mutants)?)?,
        _ if mutants.iter().any(|mutant| mutant.file == path) => {
            patch::patched(path, &read()?, mutants)?
        }
        _ => return Ok(None),
    }))
}

/// The module is told which mutant is awake before anything else.
fn woken(path: &str, text: &str) -> Result<String> {
    let started = patch::find(path, text, "wasm = «instance.exports;»")?;
    let (before, after) = text.split_at(started.end);
    Ok(format!(
        "{before}\n  wasm.mutant(self.nhipMutant || 0);{after}"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mutants::table::Table;

    #[test]
    fn the_table_fits_the_sources() {
        let Table { mutants, .. } = Table::read().unwrap();
        for mutant in &mutants {
            let file = changed(&mutant.file, &mutants).unwrap();
            assert!(file.is_some(), "{}", mutant.file);
            assert!(
                SOURCES.iter().any(|source| mutant.file.starts_with(source)),
                "{}",
                mutant.file
            );
        }
    }
}
