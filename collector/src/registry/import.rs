//! `nhip portal import`: portals of a CSV file. What is good is added, the rest is told.

use std::fmt::Write as _;
use std::path::Path;

use nhip_protocol::code::Code;
use serde::Deserialize;

use super::{Failed, open};
use crate::audit::By;
use crate::clock::Clock;
use crate::portals::{Origin, Portal};
use crate::store::sqlite::NotAdded;

/// What spreadsheets put before UTF-8.
const BYTE_ORDER_MARK: &str = "\u{feff}";

/// Why some or all of a file was not added.
#[derive(Debug, thiserror::Error)]
pub enum Unimported {
    #[error("the file '{file}' cannot be read: {cause}")]
    Unreadable { file: String, cause: String },
    #[error(
        "expected the columns code, name and origins in the first line of '{file}', got '{got}'"
    )]
    NoColumns { file: String, got: String },
    #[error("{added} added, {refused} not:\n{lines}")]
    Some {
        added: usize,
        refused: usize,
        lines: String,
    },
}

#[derive(Deserialize)]
struct Line {
    code: String,
    name: String,
    origins: String,
    agency: Option<String>,
    count_automated: Option<String>,
}

/// Adds the portals of `file`.
///
/// # Errors
///
/// [`Unimported::Some`] names each line that was not added; the others are.
pub fn import(data: &Path, file: &Path, clock: &Clock) -> Result<String, Failed> {
    let name = file.display().to_string();
    let unreadable = |cause: &dyn std::fmt::Display| Unimported::Unreadable {
        file: name.clone(),
        cause: cause.to_string(),
    };
    let text = std::fs::read_to_string(file).map_err(|error| unreadable(&error))?;
    let text = text
        .trim_start_matches(BYTE_ORDER_MARK)
        .replace("\r\n", "\n");
    let first = text.lines().next().unwrap_or_default();
    let mut reader = csv::ReaderBuilder::new()
        // What a spreadsheet writes depends on the country that it is set to.
        .delimiter(if first.contains(';') { b';' } else { b',' })
        .trim(csv::Trim::All)
        .flexible(true)
        .from_reader(text.as_bytes());
    let columns = reader.headers().map_err(|error| unreadable(&error))?;
    if !["code", "name", "origins"]
        .iter()
        .all(|needed| columns.iter().any(|it| it == *needed))
    {
        let got = first.chars().take(100).collect();
        return Err(Unimported::NoColumns { file: name, got }.into());
    }
    let portals = open(data)?;
    let (mut added, mut refused, mut lines) = (0, 0, String::new());
    let headers = columns.clone();
    for record in reader.records() {
        let number = match &record {
            Ok(record) => record.position().map_or(0, csv::Position::line),
            Err(error) => error.position().map_or(0, csv::Position::line),
        };
        let by = By::operator(clock.now());
        let outcome = record
            .and_then(|record| record.deserialize::<Line>(Some(&headers)))
            .map_err(|error| error.to_string())
            .and_then(|line| portal(&line, &by))
            .and_then(|portal| match portals.add(&portal, &by) {
                Ok(()) => Ok(()),
                Err(NotAdded::Refused(why)) => Err(why.to_string()),
                Err(other) => Err(other.to_string()),
            });
        match outcome {
            Ok(()) => added += 1,
            Err(why) => {
                refused += 1;
                // Writing to a String cannot fail.
                let _ = writeln!(lines, "  line {number}: {why}");
            }
        }
    }
    if refused == 0 {
        return Ok(format!("{added} added\n"));
    }
    let lines = lines.trim_end().to_owned();
    Err(Unimported::Some {
        added,
        refused,
        lines,
    }
    .into())
}

fn portal(line: &Line, by: &By) -> Result<Portal, String> {
    let code: Code = line
        .code
        .parse()
        .map_err(|error| format!("code: {error}"))?;
    let agency = match line.agency.as_deref().filter(|text| !text.is_empty()) {
        Some(text) => text.parse().map_err(|error| format!("agency: {error}"))?,
        None => code.clone(),
    };
    let origins = line.origins.split_whitespace().map(|text| {
        let origin = text.parse::<Origin>();
        origin.map_err(|error| format!("origins: {error}"))
    });
    let automated = line.count_automated.as_deref().unwrap_or_default();
    let count_automated = match automated.to_ascii_lowercase().as_str() {
        "" | "false" | "no" | "0" => false,
        "true" | "yes" | "1" => true,
        _ => {
            return Err(format!(
                "count_automated: expected true or false, got '{automated}'"
            ));
        }
    };
    Ok(Portal {
        code,
        name: crate::cli::name(&line.name).map_err(|error| format!("name: {error}"))?,
        agency,
        origins: origins.collect::<Result<_, _>>()?,
        count_automated,
        added: by.at,
        names: Vec::new(),
        paused: false,
    })
}
