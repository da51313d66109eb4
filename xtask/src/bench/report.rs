//! The figures as tables, and whether the widget keeps its budgets.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::fs;

use anyhow::{Context, Result};

use super::figures::Figure;
use super::trace::Cost;
use super::variants::{ALL, Variant};
use super::{Round, Rounds};
use crate::{npm, root};

/// Main-thread time beside web-vitals' in the same run; where it is going is 1.0.
const MOST_RATIO: f64 = 1.5;

/// Less than a frame is no change of LCP, less than a report's last digit none of CLS.
const LEAST_LCP: f64 = 16.7;
const LEAST_CLS: f64 = 0.0001;

pub struct Report {
    /// Markdown.
    pub text: String,
    pub faults: Vec<String>,
}

impl Report {
    pub fn of(measured: &BTreeMap<u32, Rounds>, browser: &str, rounds: usize) -> Result<Report> {
        let (mut text, mut faults) = (String::new(), Vec::new());
        writeln!(
            text,
            "{browser}, {}, {rounds} rounds; web-vitals {}, boomerangjs {}. Medians, and in brackets the \
             distance between the quartiles.",
            processor(),
            npm::version("web-vitals")?,
            npm::version("boomerangjs")?
        )?;
        for (slowdown, rounds) in measured {
            writeln!(text, "\n### Processor slowed down {slowdown} times\n")?;
            costs(&mut text, rounds)?;
            changes(&mut text, rounds)?;
            causes(&mut text, rounds)?;
            judge(&mut faults, *slowdown, rounds);
        }
        text.push_str("\n### Verdicts\n\n");
        if faults.is_empty() {
            text.push_str("- within the budgets\n");
        }
        for fault in &faults {
            writeln!(text, "- **{fault}**")?;
        }
        Ok(Report { text, faults })
    }

    pub fn write(&self) -> Result<()> {
        let text = format!("{INTRODUCTION}\n## Figures\n\n{}", self.text);
        Ok(fs::write(root().join("docs/bench-widget.md"), text)?)
    }
}

fn figure(rounds: &Rounds, variant: Variant, value: impl Fn(&Round) -> f64) -> Figure {
    Figure::of(rounds.get(&variant).into_iter().flatten().map(value))
}

/// Differences from "nothing" of the same round.
fn change(rounds: &Rounds, variant: Variant, value: impl Fn(&Round) -> f64) -> Figure {
    let (Some(with), Some(without)) = (rounds.get(&variant), rounds.get(&Variant::Nothing)) else {
        return Figure::default();
    };
    Figure::of(
        with.iter()
            .zip(without)
            .map(|(with, without)| value(with) - value(without)),
    )
}

fn ratio(rounds: &Rounds, variant: Variant) -> f64 {
    let own = |variant| figure(rounds, variant, |round| round.cost.own).median;
    own(variant) / own(Variant::WebVitals)
}

fn costs(text: &mut String, rounds: &Rounds) -> Result<()> {
    text.push_str(
        "| variant | own time, ms | to web-vitals | largest share of a task, ms | tasks over 50 ms, all rounds | \
         the same, leaving | all tasks against nothing, ms | received, bytes | reports | sent, bytes |\n\
         |---|---:|---:|---:|---:|---:|---:|---:|---:|---:|\n",
    );
    for variant in ALL {
        let show = |value: fn(&Round) -> f64| shown(figure(rounds, variant, value));
        let plain = |value: fn(&Round) -> f64| figure(rounds, variant, value).median.round();
        writeln!(
            text,
            "| {} | {} | {:.2} | {} | {} | {} | {} | {} | {} | {} |",
            variant.name(),
            show(|round| round.cost.own),
            ratio(rounds, variant),
            show(|round| round.cost.longest),
            all_rounds(rounds, variant, |cost| cost.long_tasks),
            all_rounds(rounds, variant, |cost| cost.long_leaving),
            shown(change(rounds, variant, |round| round.cost.main)),
            plain(|round| round.received),
            plain(|round| round.reports as f64),
            plain(|round| round.sent as f64),
        )?;
    }
    Ok(())
}

fn changes(text: &mut String, rounds: &Rounds) -> Result<()> {
    text.push_str(
        "\n| variant | LCP, ms | FCP, ms | CLS | LCP change, ms | FCP change, ms | CLS change |\n\
         |---|---:|---:|---:|---:|---:|---:|\n",
    );
    for variant in ALL {
        let fine = |figure: Figure| format!("{:.4} ({:.4})", figure.median, figure.spread);
        writeln!(
            text,
            "| {} | {} | {} | {} | {} | {} | {} |",
            variant.name(),
            shown(figure(rounds, variant, |round| round.lcp)),
            shown(figure(rounds, variant, |round| round.fcp)),
            fine(figure(rounds, variant, |round| round.cls)),
            shown(change(rounds, variant, |round| round.lcp)),
            shown(change(rounds, variant, |round| round.fcp)),
            fine(change(rounds, variant, |round| round.cls)),
        )?;
    }
    Ok(())
}

/// Where a variant's own time goes, by what the browser called it for.
fn causes(text: &mut String, rounds: &Rounds) -> Result<()> {
    let all: BTreeSet<&str> = rounds
        .values()
        .flatten()
        .flat_map(|round| round.cost.by_cause.keys().map(String::as_str))
        .collect();
    text.push_str("\n| own time, ms, by cause |");
    for variant in ALL {
        write!(text, " {} |", variant.name())?;
    }
    writeln!(text, "\n|---|{}", "---:|".repeat(ALL.len()))?;
    for cause in all {
        write!(text, "| {cause} |")?;
        for variant in ALL {
            let spent = |round: &Round| round.cost.by_cause.get(cause).copied().unwrap_or_default();
            write!(text, " {:.1} |", figure(rounds, variant, spent).median)?;
        }
        text.push('\n');
    }
    Ok(())
}

fn judge(faults: &mut Vec<String>, slowdown: u32, rounds: &Rounds) {
    for variant in ALL.into_iter().filter(|variant| variant.is_ours()) {
        let mut fault =
            |what: String| faults.push(format!("{}, {slowdown}×: {what}", variant.name()));
        let ratio = ratio(rounds, variant);
        if ratio > MOST_RATIO {
            fault(format!(
                "{ratio:.2} times the time of web-vitals, {MOST_RATIO} at most"
            ));
        }
        let long = all_rounds(rounds, variant, |cost| cost.long_tasks + cost.long_leaving);
        if long > 0 {
            fault(format!("{long} tasks over 50 ms, none allowed"));
        }
        for (name, value, least) in [
            ("LCP", (|round| round.lcp) as fn(&Round) -> f64, LEAST_LCP),
            ("CLS", |round| round.cls, LEAST_CLS),
        ] {
            // Noise: how much the page differs from itself.
            let noise = figure(rounds, Variant::Nothing, value).spread.max(least);
            let change = change(rounds, variant, value).median;
            if change > noise {
                fault(format!(
                    "{name} changed by {change:.4}, more than the page's own {noise:.4}"
                ));
            }
        }
    }
}

fn all_rounds(rounds: &Rounds, variant: Variant, count: fn(&Cost) -> usize) -> usize {
    rounds
        .get(&variant)
        .into_iter()
        .flatten()
        .map(|round| count(&round.cost))
        .sum()
}

fn shown(figure: Figure) -> String {
    format!("{:.1} ({:.1})", figure.median, figure.spread)
}

/// The processor's class, without what would tell one machine from another.
fn processor() -> String {
    let info = fs::read_to_string("/proc/cpuinfo").context("no processor named");
    let model = info.ok().and_then(|info| {
        let line = info
            .lines()
            .find(|line| line.starts_with("model name"))?
            .to_owned();
        Some(line.split_once(':')?.1.trim().to_owned())
    });
    model.unwrap_or_else(|| "unknown processor".to_owned())
}

const INTRODUCTION: &str = include_str!("introduction.md");
