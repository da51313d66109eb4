//! `docs/browsers.md` and the table in it.

use std::fmt::Write;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result};

use crate::expected::READINGS;
use crate::view::Seen;
use crate::visitor::Name;

const PATH: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/browsers.md");

const BEGIN: &str = "<!-- table: cargo test --test browsers -->";
const END: &str = "<!-- end of table -->";

/// Faults, if the document says something else than was seen. Versions in its head are a note on what
/// was tested and may differ.
pub fn agree(columns: &[Seen]) -> Result<Vec<String>> {
    let table = table(columns)?;
    println!("\n{table}");
    let text = fs::read_to_string(Path::new(PATH)).context(PATH)?;
    let (before, rest) = text
        .split_once(BEGIN)
        .context("no table begins in docs/browsers.md")?;
    let (committed, after) = rest
        .split_once(END)
        .context("no table ends in docs/browsers.md")?;
    if std::env::var_os("NHIP_WRITE_DOCS").is_some() {
        fs::write(PATH, format!("{before}{BEGIN}\n{table}{END}{after}"))?;
        return Ok(Vec::new());
    }
    let body = |table: &str| {
        table
            .trim()
            .lines()
            .skip(1)
            .map(str::to_owned)
            .collect::<Vec<_>>()
    };
    if body(committed) == body(&table) {
        return Ok(Vec::new());
    }
    Ok(vec![
        "it says something else; NHIP_WRITE_DOCS=1 writes it".to_owned(),
    ])
}

fn table(columns: &[Seen]) -> Result<String> {
    let mut table = String::from("| reading |");
    for seen in columns {
        write!(table, " {} |", browser(seen))?;
    }
    writeln!(table, "\n|---|{}", ":---:|".repeat(columns.len()))?;
    for reading in &READINGS {
        row(&mut table, reading.name, columns, |seen| {
            (reading.is_told)(&seen.last)
        })?;
    }
    row(&mut table, "badge", columns, |seen| !seen.badge.is_empty())?;
    // A column without them would not be here.
    row(&mut table, "`started` arrives", columns, |_| true)?;
    row(&mut table, "`final` arrives", columns, |_| true)?;
    Ok(table)
}

fn row(
    table: &mut String,
    name: &str,
    columns: &[Seen],
    is_told: impl Fn(&Seen) -> bool,
) -> Result<()> {
    write!(table, "| {name} |")?;
    for seen in columns {
        write!(table, " {} |", if is_told(seen) { "✓" } else { "–" })?;
    }
    Ok(writeln!(table)?)
}

fn browser(seen: &Seen) -> String {
    let name = match seen.name {
        Name::Chromium | Name::Chromium80 => "Chromium",
        Name::Firefox => "Firefox",
        // The version that it gives is one of Safari's.
        Name::WebKit => return "WebKitGTK".to_owned(),
    };
    let version = seen.last.engine_version;
    version.map_or(name.to_owned(), |version| format!("{name} {version}"))
}
