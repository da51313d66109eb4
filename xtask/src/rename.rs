//! Gives the module's imports and exports names of a letter or two. The generated ones are long,
//! stand in the module and in the script, and compress badly because of their hashes.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use anyhow::{Context, Result};
use regex::{Captures, Regex};

pub struct Renamed {
    pub wasm: Vec<u8>,
    pub glue: String,
}

/// The name of the one import module.
const MODULE: &str = "n";

pub fn short_names(wasm: &[u8], script: &str) -> Result<Renamed> {
    let mut module = walrus::Module::from_buffer(wasm).context("the module cannot be read")?;
    let use_of_export = Regex::new(r"\bwasm\.(\w+)")?;
    let used: BTreeSet<&str> = use_of_export
        .captures_iter(script)
        .filter_map(|found| found.get(1))
        .map(|name| name.as_str())
        .chain(["__wbindgen_start"])
        .collect();
    // js-sys exports a closure's shim for each type it has; what the script does not call is dead.
    let unused: Vec<_> = module
        .exports
        .iter()
        .filter(|export| !used.contains(export.name.as_str()))
        .map(walrus::Export::id)
        .collect();
    for id in unused {
        module.exports.delete(id);
    }
    walrus::passes::gc::run(&mut module);
    let (mut functions, mut direct) = (String::new(), String::new());
    for (index, import) in module.imports.iter_mut().enumerate() {
        let name = short(index);
        // A function that needs no wrapper is imported from its own script.
        if import.module.starts_with("./snippets/") {
            writeln!(
                direct,
                "import {{ {} as direct_{name} }} from '{}';",
                import.name, import.module
            )?;
            write!(functions, "{name}: direct_{name}, ")?;
        } else {
            write!(functions, "{name}: {}, ", import.name)?;
        }
        import.module = MODULE.to_owned();
        import.name = name;
    }
    let mut exports = BTreeMap::new();
    for (index, export) in module.exports.iter_mut().enumerate() {
        let name = short(index);
        exports.insert(export.name.clone(), name.clone());
        export.name = name;
    }

    let script = use_of_export.replace_all(script, |found: &Captures<'_>| {
        match exports.get(&found[1]) {
            Some(name) => format!("wasm.{name}"),
            None => found[0].to_owned(),
        }
    });
    // The generator copies the scripts that the module imports; the loader must share the originals.
    let copies = Regex::new(r"'\./snippets/[^/]+/")?;
    let script = format!("{direct}{script}");
    let script = copies.replace_all(&script, "'../../");
    let start = exports
        .get("__wbindgen_start")
        .map(|name| format!("exports.{name}();"))
        .unwrap_or_default();
    let glue = format!(
        "{script}\nexport const imports = {{ {MODULE}: {{ {functions}}} }};\n\
         export function connect(exports) {{ __wbg_set_wasm(exports);{start} }}\n"
    );
    Ok(Renamed {
        wasm: module.emit_wasm(),
        glue,
    })
}

/// a, b, … z, aa, ab, …
fn short(index: usize) -> String {
    let letter = char::from(b'a' + (index % 26) as u8);
    match index / 26 {
        0 => letter.to_string(),
        rest => format!("{}{letter}", short(rest - 1)),
    }
}

#[cfg(test)]
mod tests {
    use super::short;

    #[test]
    fn names_are_short_and_differ() {
        assert_eq!(
            [short(0), short(25), short(26), short(52)],
            ["a", "z", "aa", "ba"]
        );
    }
}
