//! A scenario: pages, what a visitor does there, and what the visit must exercise.

use anyhow::Result;

use crate::compare::{Comparison, compare, names};
use crate::stage::Stage;
use crate::visit::Visit;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Browser {
    Chromium,
    Firefox,
}

/// Said of what the browser really did, not of what the two made of it.
pub type Need = (&'static str, fn(&Visit) -> bool);

/// What Chromium tells of a view with input.
pub const ALL: &str = "LCP FCP TTFB CLS INP";

/// And without.
pub const QUIET: &str = "LCP FCP TTFB CLS";

pub struct Scenario {
    pub name: &'static str,
    /// Of `docs/measuring.md`.
    pub rules: &'static [u8],
    pub browser: Browser,
    /// Serves the pages and visits them. At its end the page is shown; it is then hidden.
    pub visit: fn(&mut Stage) -> Result<()>,
    /// The metrics that the reference tells of each view: the ones that the scenario is about, and
    /// no others.
    pub tells: &'static [&'static str],
    pub needs: &'static [Need],
}

pub struct Outcome {
    pub segments: usize,
    pub comparison: Comparison,
    /// Why the visit did not exercise what it should have.
    pub weak: Option<String>,
    /// Nothing was told at all: a page or the machine hung.
    pub broke_off: bool,
}

impl Scenario {
    pub fn judge(&self, visit: &Visit) -> Outcome {
        Outcome {
            segments: visit.segments.len(),
            comparison: compare(self.name, visit),
            weak: self.weakness(visit),
            broke_off: false,
        }
    }

    fn weakness(&self, visit: &Visit) -> Option<String> {
        let told: Vec<_> = visit.segments.iter().map(names).collect();
        if told != self.tells {
            return Some(format!("told {told:?}, expected {:?}", self.tells));
        }
        let unmet = self.needs.iter().find(|(_, holds)| !holds(visit));
        unmet.map(|(what, _)| format!("not exercised: {what}"))
    }
}
