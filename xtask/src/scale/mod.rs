//! The tables of `docs/scale.md`: paper, and a day simulated.

mod day;
mod factors;
mod paper;
mod tables;

use std::fs;

use anyhow::{Context, Result, bail};

use self::day::Deployment;
use crate::root;

const FILE: &str = "docs/scale.md";

/// A million views a day to ten thousand million, each with what it takes by the paper and what the days showed.
const STEPS: [Deployment; 5] = [
    step(1e6, 1, 2.0, 0, 8.0),
    step(1e7, 2, 2.0, 1, 8.0),
    step(1e8, 4, 2.0, 1, 8.0),
    step(1e9, 16, 4.0, 4, 16.0),
    step(1e10, 160, 4.0, 40, 16.0),
];

const fn step(
    views_a_day: f64,
    collectors: usize,
    cores: f64,
    shards: usize,
    spool_gb: f64,
) -> Deployment {
    Deployment {
        views_a_day,
        collectors,
        cores,
        shards,
        spool: spool_gb * 1e9 / (factors::JSON + factors::SPOOLED),
    }
}

pub fn write() -> Result<()> {
    let file = root().join(FILE);
    let text = fs::read_to_string(&file)?;
    Ok(fs::write(file, filled(&text)?)?)
}

/// # Errors
///
/// The tables are not what the factors give.
pub fn check() -> Result<()> {
    let text = fs::read_to_string(root().join(FILE))?;
    if filled(&text)? != text {
        bail!("{FILE} is stale: run `cargo xtask scale`");
    }
    Ok(())
}

/// Each number of views on what the one before it takes: what breaks first.
fn on_what_was_there_before() -> Vec<Deployment> {
    let pairs = STEPS.windows(2);
    let moved = pairs.map(|pair| Deployment {
        views_a_day: pair[1].views_a_day,
        ..pair[0]
    });
    moved.collect()
}

fn filled(text: &str) -> Result<String> {
    let text = put(text, "steps", &tables::steps(&STEPS))?;
    let text = put(&text, "days", &tables::days(&STEPS))?;
    put(&text, "before", &tables::days(&on_what_was_there_before()))
}

/// Between `<!-- name -->` and `<!-- /name -->`.
fn put(text: &str, name: &str, table: &str) -> Result<String> {
    let (open, close) = (format!("<!-- {name} -->\n"), format!("<!-- /{name} -->"));
    let found = text.split_once(&open).zip(text.split_once(&close));
    let ((before, _), (_, after)) = found.with_context(|| format!("{FILE}: expected {open}"))?;
    Ok(format!("{before}{open}\n{table}\n{close}{after}"))
}
