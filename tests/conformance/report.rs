//! What the suite prints.

use std::time::Duration;

use anyhow::Result;
use serde_json::{Value, json};

use crate::planned::Planned;
use crate::rules;
use crate::scenario::Outcome;
use crate::scenarios;

#[derive(Default)]
pub struct Report {
    scenarios: Vec<Value>,
    segments: usize,
    differing: usize,
    failed: usize,
    weak: Vec<&'static str>,
}

impl Report {
    /// Prints one line, and below it whatever differs.
    pub fn add(&mut self, planned: &Planned, outcome: &Outcome, took: Duration) {
        let Planned { scenario, mutant } = planned;
        let Outcome {
            segments,
            comparison,
            weak,
            broke_off,
        } = outcome;
        let differing = &comparison.differing;
        let word = match (differing.is_empty(), weak) {
            (false, _) => "DIFFERS",
            (true, Some(_)) => "weak",
            (true, None) => "ok",
        };
        let rules: Vec<_> = scenario.rules.iter().map(u8::to_string).collect();
        if let Some(number) = mutant {
            print!("mutant {number:2}: ");
        }
        println!(
            "{word:8}{:34}{segments} view{} {:5.1} s  rules {}",
            scenario.name,
            if *segments == 1 { " " } else { "s" },
            took.as_secs_f64(),
            rules.join(" ")
        );
        for line in differing {
            println!("          {line}");
        }
        for line in &comparison.explained {
            println!("          known: {line}");
        }
        if let Some(reason) = weak {
            println!("          weak: {reason}");
        }
        self.segments += segments;
        self.differing += differing.len();
        self.failed += usize::from(!differing.is_empty());
        if differing.is_empty() && weak.is_some() {
            self.weak.push(scenario.name);
        }
        self.scenarios.push(json!({
            "name": scenario.name,
            "rules": scenario.rules,
            "mutant": mutant,
            "segments": segments,
            "differing": differing,
            "weak": weak,
            "broke_off": broke_off,
        }));
    }

    pub fn passed(&self) -> usize {
        self.scenarios.len() - self.failed - self.weak.len()
    }

    pub fn failed(&self) -> usize {
        self.failed
    }

    pub fn summarise(&self, whole: bool) {
        println!();
        if whole {
            for (rule, reason) in rules::uncovered() {
                println!("rule {rule} is covered by no scenario: {reason}");
            }
        }
        let weak = match self.weak.is_empty() {
            true => "none".to_owned(),
            false => self.weak.join(" "),
        };
        println!(
            "scenarios {}, segments {}, differing {}, weak: {weak}",
            self.scenarios.len(),
            self.segments,
            self.differing
        );
    }

    pub fn json(&self) -> Result<String> {
        Ok(serde_json::to_string_pretty(&self.scenarios)?)
    }
}

pub fn list() {
    for scenario in scenarios::all() {
        println!("{}", scenario.name);
    }
}
