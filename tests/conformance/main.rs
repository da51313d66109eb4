//! Conformance: in one and the same loading of a page in a real browser, what the widget's collector
//! stored is compared with what `web-vitals`, the reference implementation, told.
//!
//! `cargo build && cargo test --package nhip --test conformance`; after `--`: names of scenarios,
//! `--list`, `--json FILE`. `NHIP_TEST_WIDGET` names another build of the widget; of one with mutants
//! (`cargo xtask mutants`), `NAME@3` visits with the third. With `NHIP_CONFORMANCE_FACTS` set, all that
//! was told is printed.

mod chromium;
mod compare;
mod facts;
mod firefox;
mod known;
mod page;
mod planned;
mod report;
mod rules;
mod scenario;
mod scenarios;
mod stage;
mod visit;
mod visitor;

// Each suite uses a part of it.
#[allow(dead_code)]
#[path = "../rig/mod.rs"]
mod rig;

use std::process::ExitCode;
use std::time::Instant;

use anyhow::Result;
use chromium::Chromium;
use compare::Comparison;
use firefox::Firefox;
use planned::Planned;
use report::Report;
use rig::collector::Collector;
use rig::site::{Answer, Site};
use scenario::{Browser, Outcome};
use stage::{PORTAL, Stage};
use visitor::Visitor;

/// A visit that the machine was too slow for is tried again, so often in all.
const ATTEMPTS: usize = 3;

fn main() -> ExitCode {
    match run() {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("{error:#}");
            ExitCode::FAILURE
        }
    }
}

/// Whether everything passed.
fn run() -> Result<bool> {
    let mut names = Vec::new();
    let mut json = None;
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            "--list" => {
                report::list();
                return Ok(true);
            }
            "--json" => json = arguments.next(),
            // What cargo passes on to every test program.
            _ if argument.starts_with('-') => {}
            _ => names.push(argument),
        }
    }
    let site = Site::open()?;
    let script = |text: &str| Answer::new("text/javascript", text);
    site.serve("/harness.js", script(include_str!("harness.js")));
    site.serve("/web-vitals.js", script(&reference()?));
    let collector = Collector::with_portal(PORTAL, &site.address)?;
    let mut rig = Rig {
        site,
        collector,
        browsers: Browsers::default(),
    };
    let mut report = Report::default();
    for planned in planned::visits(&names) {
        let began = Instant::now();
        let outcome = rig.attempt(&planned);
        report.add(&planned, &outcome, began.elapsed());
    }
    report.summarise(names.is_empty());
    if let Some(file) = json {
        std::fs::write(file, report.json()?)?;
    }
    println!("{} passed, {} failed", report.passed(), report.failed());
    Ok(report.failed() == 0)
}

/// The npm package, as it is installed for the benchmarks of size.
fn reference() -> Result<String> {
    let path = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/node_modules/web-vitals/dist/web-vitals.iife.js"
    );
    std::fs::read_to_string(path)
        .map_err(|error| anyhow::anyhow!("{path}: {error}; run `npm ci` first"))
}

struct Rig {
    site: Site,
    collector: Collector,
    browsers: Browsers,
}

impl Rig {
    /// Visits until the visit exercised what it should.
    fn attempt(&mut self, planned: &Planned) -> Outcome {
        let mut attempt = 1;
        loop {
            let outcome = self.visit(planned, attempt);
            let differs = !outcome.comparison.differing.is_empty();
            // A mutant is caught by nothing but a visit that shows it.
            let tells = match planned.mutant {
                Some(_) => outcome.weak.is_none() && !outcome.broke_off,
                None => outcome.weak.is_none() || differs,
            };
            if attempt == ATTEMPTS || tells {
                return outcome;
            }
            attempt += 1;
        }
    }

    fn visit(&mut self, planned: &Planned, attempt: usize) -> Outcome {
        let scenario = planned.scenario;
        match self.try_visit(planned, attempt) {
            Ok(outcome) => outcome,
            Err(error) => {
                // Whatever state it is in, the next scenario gets a new one.
                self.browsers.end(scenario.browser);
                Outcome {
                    segments: 0,
                    comparison: Comparison {
                        differing: vec![format!("the visit broke off: {error:#}")],
                        explained: Vec::new(),
                    },
                    weak: None,
                    broke_off: true,
                }
            }
        }
    }

    fn try_visit(&mut self, planned: &Planned, attempt: usize) -> Result<Outcome> {
        let scenario = planned.scenario;
        let visitor = self.browsers.of(scenario.browser)?;
        let run = planned.run(attempt);
        let mut stage = Stage::new(&self.site, &self.collector, visitor, run, planned.mutant);
        (scenario.visit)(&mut stage)?;
        let visit = stage.finish()?;
        self.browsers.of(scenario.browser)?.close()?;
        if std::env::var_os("NHIP_CONFORMANCE_FACTS").is_some() {
            println!("{:#?}\n{:#?}", visit.segments, visit.facts);
        }
        Ok(scenario.judge(&visit))
    }
}

/// Each is started when it is first needed.
#[derive(Default)]
struct Browsers {
    chromium: Option<Chromium>,
    firefox: Option<Firefox>,
}

impl Browsers {
    fn of(&mut self, browser: Browser) -> Result<&mut dyn Visitor> {
        Ok(match browser {
            Browser::Chromium => match &mut self.chromium {
                Some(chromium) => chromium,
                none => none.insert(Chromium::start()?),
            },
            Browser::Firefox => match &mut self.firefox {
                Some(firefox) => firefox,
                none => none.insert(Firefox::start()?),
            },
        })
    }

    fn end(&mut self, browser: Browser) {
        match browser {
            Browser::Chromium => self.chromium = None,
            Browser::Firefox => self.firefox = None,
        }
    }
}
