//! The repository's own rules.

use std::fs;
use std::path::Path;

use anyhow::{Result, bail};
use regex::Regex;
use walkdir::WalkDir;

use crate::root;

/// A file that is longer is two files.
const MOST_LINES: usize = 300;

/// Tables of tests may be longer.
const MOST_TEST_LINES: usize = 500;

pub fn run() -> Result<()> {
    let files = sources(&root())?;
    let mut faults = Vec::new();
    for (path, text) in &files {
        length(path, text, &mut faults);
        rooms(path, text, &mut faults);
        page_safety(path, text, &mut faults);
        links(path, text, &mut faults);
        hosts(path, text, &mut faults);
    }
    for fault in &faults {
        println!("{fault}");
    }
    if !faults.is_empty() {
        bail!("{} of the repository's rules broken", faults.len());
    }
    println!("tidy: {} files", files.len());
    Ok(())
}

/// Path from the root and text of each file that people write.
fn sources(root: &Path) -> Result<Vec<(String, String)>> {
    let skipped = [
        "target",
        "node_modules",
        "vendor",
        "pkg",
        ".git",
        "nhip-data",
        "output",
    ];
    let mut files = Vec::new();
    let walk = WalkDir::new(root)
        .sort_by_file_name()
        .into_iter()
        .filter_entry(|entry| !skipped.contains(&entry.file_name().to_string_lossy().as_ref()));
    for entry in walk {
        let entry = entry?;
        let path = entry
            .path()
            .strip_prefix(root)?
            .to_string_lossy()
            .into_owned();
        let read = [
            ".rs", ".js", ".mjs", ".css", ".html", ".md", ".toml", ".json", ".ts",
        ]
        .iter()
        .any(|ending| path.ends_with(ending));
        if entry.file_type().is_file() && read {
            files.push((path, fs::read_to_string(entry.path())?));
        }
    }
    Ok(files)
}

fn length(path: &str, text: &str, faults: &mut Vec<String>) {
    let most = match path {
        _ if path.contains("test") => MOST_TEST_LINES,
        _ if path.ends_with(".rs") || path.ends_with(".js") || path.ends_with(".css") => MOST_LINES,
        _ => return,
    };
    let lines = text.lines().count();
    if lines > most {
        faults.push(format!("{path}: {lines} lines, {most} at most"));
    }
}

/// Only `src/browser` and `src/badge` know that there is a browser.
fn rooms(path: &str, text: &str, faults: &mut Vec<String>) {
    let widget = path.starts_with("src/") && path.ends_with(".rs");
    if !widget || path.starts_with("src/browser/") || path.starts_with("src/badge/") {
        return;
    }
    for (number, line) in code_lines(text) {
        for name in ["wasm_bindgen", "web_sys", "js_sys", "gloo"] {
            if line.contains(name) {
                faults.push(format!(
                    "{path}:{number}: {name} outside src/browser and src/badge"
                ));
            }
        }
    }
}

/// What a measuring script must not do to a page.
fn page_safety(path: &str, text: &str, faults: &mut Vec<String>) {
    let ships = ["www/loader/", "www/core/", "www/more/", "src/"]
        .iter()
        .any(|room| path.starts_with(room));
    if !ships || !path.ends_with(".js") {
        return;
    }
    for (number, line) in code_lines(text) {
        for (pattern, why) in [
            (
                "unload'",
                "an unload listener blocks the back/forward cache",
            ),
            (".prototype.", "a prototype is not ours to change"),
            ("innerHTML", "blocked by Trusted Types"),
            ("document.cookie", "cookies are never read"),
            ("eval(", "blocked by every content security policy"),
        ] {
            if line.contains(pattern) {
                faults.push(format!("{path}:{number}: {pattern} {why}"));
            }
        }
    }
}

/// Relative links in documents lead somewhere.
fn links(path: &str, text: &str, faults: &mut Vec<String>) {
    if !path.ends_with(".md") {
        return;
    }
    let Ok(link) = Regex::new(r"\]\(([^)#]+)(#[^)]*)?\)") else {
        return;
    };
    for found in link.captures_iter(text) {
        let to = &found[1];
        let here = root().join(path);
        let leads = here.parent().is_some_and(|folder| folder.join(to).exists());
        if !to.contains("://") && !leads {
            faults.push(format!("{path}: dead link to {to}"));
        }
    }
}

/// A lock file names versions and hashes, not where they came from.
fn hosts(path: &str, text: &str, faults: &mut Vec<String>) {
    if path == "package-lock.json" && text.contains("\"resolved\"") {
        faults.push(format!("{path}: names a registry's host"));
    }
}

/// Lines with their numbers, comments left out.
fn code_lines(text: &str) -> impl Iterator<Item = (usize, &str)> {
    text.lines()
        .enumerate()
        .map(|(index, line)| (index + 1, line))
        .filter(|(_, line)| !line.trim_start().starts_with("//"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn faults(rule: fn(&str, &str, &mut Vec<String>), path: &str, text: &str) -> usize {
        let mut faults = Vec::new();
        rule(path, text, &mut faults);
        faults.len()
    }

    #[test]
    fn each_rule_catches_what_it_forbids() {
        assert_eq!(faults(rooms, "src/session.rs", "use web_sys::Window;"), 1);
        assert_eq!(faults(rooms, "src/session.rs", "// web_sys"), 0);
        assert_eq!(
            faults(rooms, "src/browser/mod.rs", "use web_sys::Window;"),
            0
        );
        assert_eq!(
            faults(
                page_safety,
                "www/loader/a.js",
                "addEventListener('beforeunload', f)"
            ),
            1
        );
        assert_eq!(faults(links, "README.md", "[x](no/such/file.md)"), 1);
        assert_eq!(
            faults(
                links,
                "README.md",
                "[x](Cargo.toml) [y](https://example.org/)"
            ),
            0
        );
        assert_eq!(faults(hosts, "package-lock.json", "\"resolved\": \"x\""), 1);
        assert_eq!(faults(length, "src/a.rs", &"x\n".repeat(301)), 1);
        assert_eq!(faults(length, "src/a_tests.rs", &"x\n".repeat(301)), 0);
    }
}
