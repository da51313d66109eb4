//! Which visits are made.

use crate::scenario::Scenario;
use crate::scenarios;

/// A scenario, and the mutant of the widget that its pages ask for.
pub struct Planned {
    pub scenario: &'static Scenario,
    pub mutant: Option<u32>,
}

/// Every scenario, or the ones that are named, as `NAME` or `NAME@MUTANT`, in the names' order. What
/// names no scenario is passed over: cargo hands a filter to every test program.
pub fn visits(names: &[String]) -> Vec<Planned> {
    if names.is_empty() {
        return scenarios::all().map(unchanged).collect();
    }
    names.iter().filter_map(|name| named(name)).collect()
}

fn unchanged(scenario: &'static Scenario) -> Planned {
    Planned {
        scenario,
        mutant: None,
    }
}

fn named(name: &str) -> Option<Planned> {
    let (name, mutant) = match name.split_once('@') {
        Some((name, number)) => (name, Some(number.parse().ok()?)),
        None => (name, None),
    };
    let scenario = scenarios::all().find(|scenario| scenario.name == name)?;
    Some(Planned { scenario, mutant })
}

impl Planned {
    /// Names one visit; part of every path, so that none finds what another left.
    pub fn run(&self, attempt: usize) -> String {
        let name = self.scenario.name;
        match self.mutant {
            Some(number) => format!("{name}-mutant-{number}-{attempt}"),
            None => format!("{name}-{attempt}"),
        }
    }
}
