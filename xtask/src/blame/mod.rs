//! `cargo xtask record-blame`: makes views slow in known ways, in real browsers, and keeps what they
//! report in `protocol/tests/blame-cases.json`, on which the rules of blame are tuned and tested.

use std::fs;

use anyhow::{Context, Result, bail};
use nhip_protocol::report::{RawReport, Report};
use serde_json::{Map, Value, json};

use crate::root;

mod cases;
mod link;
mod others;
mod site;
mod visit;

use cases::{Browser, CASES, Case};
use link::Link;
use site::Site;

const FILE: &str = "protocol/tests/blame-cases.json";

/// Records the cases whose name begins with one of `names`; all, if none is named. What was recorded of
/// the others stays.
pub fn run(names: &[String]) -> Result<()> {
    let site = Site::open()?;
    let link = Link::open()?;
    let mut chromium = None;
    let mut recorded = read()?;
    let wanted = |case: &Case| {
        names.is_empty()
            || names
                .iter()
                .any(|name| case.name.starts_with(name.as_str()))
    };
    let mut failed = 0;
    for case in CASES.iter().filter(|case| wanted(case)) {
        site::check(case.query)?;
        link.set(case.shape());
        site.forget();
        let report = match case.browser {
            Browser::Chromium => visit::chromium(&mut chromium, case, &site, &link),
            Browser::Firefox => others::firefox(case, &site, &link),
            Browser::WebKit => others::webkit(case, &site),
        };
        match report.and_then(|report| as_stored(&report)) {
            Ok(report) => {
                eprintln!("{}: {}", case.name, brief(&report));
                recorded.insert(case.name.to_owned(), serde_json::to_value(&report)?);
            }
            Err(error) => {
                eprintln!("{}: {error:#}", case.name);
                failed += 1;
            }
        }
    }
    write(&recorded)?;
    if failed > 0 {
        bail!("{failed} cases could not be recorded");
    }
    Ok(())
}

/// Through the same gate as at the collector.
fn as_stored(report: &Value) -> Result<Report> {
    let raw: RawReport = serde_json::from_value(report.clone())?;
    Ok(raw.validate()?)
}

fn brief(report: &Report) -> String {
    let causes = serde_json::to_string(&report.causes).unwrap_or_default();
    let load = serde_json::to_string(&report.load).unwrap_or_default();
    let response = serde_json::to_string(&report.response).unwrap_or_default();
    format!("{load} {response} {causes}")
}

/// The reports that were recorded, by the names of their cases.
fn read() -> Result<Map<String, Value>> {
    let Ok(text) = fs::read_to_string(root().join(FILE)) else {
        return Ok(Map::new());
    };
    let cases: Vec<Value> = serde_json::from_str(&text)?;
    let entry = |case: &Value| Some((case["name"].as_str()?.to_owned(), case["report"].clone()));
    Ok(cases.iter().filter_map(entry).collect())
}

fn write(recorded: &Map<String, Value>) -> Result<()> {
    let mut lines = Vec::new();
    for (index, case) in CASES.iter().enumerate() {
        let Some(report) = recorded.get(case.name) else {
            continue;
        };
        let half = match cases::is_held_out(index) {
            true => "held-out",
            false => "tuning",
        };
        let line = json!({
            "name": case.name, "half": half, "browser": case.browser.name(), "done": case.done(),
            "wanted": case.wanted, "report": report,
        });
        lines.push(serde_json::to_string(&line)?);
    }
    // A case a line: what changed can be read.
    let text = format!("[\n{}\n]\n", lines.join(",\n"));
    fs::write(root().join(FILE), text).context(FILE)
}
