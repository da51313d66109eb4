//! The rules of blame on views that were made slow in known ways and recorded from real browsers
//! (`cargo xtask record-blame`). Those of the half that is held out never tuned a rule.
#![allow(clippy::unwrap_used)]

use std::collections::BTreeMap;
use std::fmt::Write;

use nhip_protocol::blame::{Verdict, blame};
use nhip_protocol::report::Report;
use serde::Deserialize;

const CASES: &str = include_str!("blame-cases.json");
const DOCUMENT: &str = include_str!("../../docs/blame.md");

#[derive(Deserialize)]
struct Case {
    name: String,
    half: String,
    /// Every verdict that is right.
    wanted: Vec<String>,
    report: Report,
}

fn cases(half: &str) -> Vec<Case> {
    let mut cases: Vec<Case> = serde_json::from_str(CASES).unwrap();
    cases.retain(|case| case.half == half);
    cases
}

/// `none`: nothing that the browser could tell is over a limit.
fn given(case: &Case) -> &'static str {
    blame(&case.report).map_or("none", |blame| blame.verdict.name())
}

fn columns() -> impl Iterator<Item = &'static str> {
    Verdict::ALL.map(Verdict::name).into_iter().chain(["none"])
}

/// Wanted × given.
fn confusion(cases: &[Case]) -> String {
    let mut rows: BTreeMap<String, [u32; Verdict::COUNT + 1]> = BTreeMap::new();
    for case in cases {
        let given = given(case);
        let row = rows.entry(case.wanted.join(" or ")).or_default();
        for (count, column) in row.iter_mut().zip(columns()) {
            *count += u32::from(column == given);
        }
    }
    let mut table = String::from("| wanted |");
    for column in columns() {
        write!(table, " {column} |").unwrap();
    }
    table += "\n|---|---:|---:|---:|---:|---:|---:|---:|\n";
    for (wanted, counts) in rows {
        write!(table, "| {wanted} |").unwrap();
        for count in counts {
            match count {
                0 => table += " |",
                _ => write!(table, " {count} |").unwrap(),
            }
        }
        table += "\n";
    }
    table
}

/// Shown with `cargo test -p nhip-protocol --test blame -- --nocapture`.
fn check(half: &str) {
    let cases = cases(half);
    assert!(cases.len() >= 10, "{} cases", cases.len());
    let table = confusion(&cases);
    println!("{half}, {} cases\n\n{table}", cases.len());
    let wrong: Vec<String> = cases
        .iter()
        .filter(|case| !case.wanted.iter().any(|wanted| wanted == given(case)))
        .map(|case| {
            let shares = blame(&case.report);
            format!("{}: wanted {:?}, given {shares:?}", case.name, case.wanted)
        })
        .collect();
    assert!(wrong.is_empty(), "{}\n\n{table}", wrong.join("\n"));
    assert!(
        DOCUMENT.contains(&table),
        "docs/blame.md has not this table of the {half} half:\n\n{table}"
    );
}

#[test]
fn no_verdict_is_wrong_among_the_cases_that_tuned_the_rules() {
    check("tuning");
}

#[test]
fn no_verdict_is_wrong_among_the_cases_that_were_held_out() {
    check("held-out");
}
