//! `cargo xtask bench widget`: what the widget costs a page, beside other libraries, in one browser
//! and one run. Only ratios of rounds that took turns mean anything: the machine has other work.

use std::collections::BTreeMap;
use std::path::PathBuf;

use anyhow::{Result, bail, ensure};
use clap::{Args, Subcommand};

use crate::{npm, root};

pub mod chromium;
mod collector;
mod figures;
mod page;
mod panel;
mod profile;
mod report;
mod server;
mod trace;
mod variants;
mod visit;

use chromium::Chromium;
use server::Server;
use trace::Cost;
use variants::{ALL, Variant};
use visit::{CATEGORIES, Conditions, visit};

#[derive(Subcommand)]
pub enum Bench {
    /// What the widget costs a page on a slow phone, beside web-vitals and boomerangjs
    Widget(Options),
    /// Whether the panel's opening keeps a slow phone busy for more than 50 ms at a time
    Panel(panel::Options),
    /// How many reports the collector takes beside nginx, and how long questions to years take
    Collector(collector::Options),
}

#[derive(Args)]
pub struct Options {
    /// Rounds at each slowdown; in each, every variant is loaded once
    #[arg(long, default_value_t = 15)]
    rounds: usize,
    /// Slowdowns of the processor
    #[arg(long, value_delimiter = ',', default_value = "4,6")]
    cpu: Vec<u32>,
    /// Three rounds at the first slowdown: figures to look at, no verdict
    #[arg(long)]
    quick: bool,
    /// Folder with the widget to measure
    #[arg(long, default_value = "pkg")]
    widget: PathBuf,
    /// Builds the widget with its names and shows which of its functions take the time
    #[arg(long)]
    profile: bool,
    /// Write docs/bench-widget.md
    #[arg(long)]
    write: bool,
}

/// One page view of a variant.
pub struct Round {
    cost: Cost,
    lcp: f64,
    fcp: f64,
    cls: f64,
    received: f64,
    reports: usize,
    sent: usize,
}

/// The rounds of each variant at one slowdown.
pub type Rounds = BTreeMap<Variant, Vec<Round>>;

pub fn run(bench: Bench) -> Result<()> {
    let options = match bench {
        Bench::Widget(options) => options,
        Bench::Panel(options) => return panel::run(&options),
        Bench::Collector(options) => return collector::run(&options),
    };
    npm::install()?;
    if options.profile {
        return profile(&options);
    }
    let widget = root().join(&options.widget);
    let server = Server::open(|collector| variants::files(&widget, collector))?;
    let mut browser = Chromium::start()?;
    let (rounds, slowdowns) = if options.quick {
        (3, &options.cpu[..1])
    } else {
        (options.rounds, &options.cpu[..])
    };
    let mut measured = BTreeMap::new();
    for &slowdown in slowdowns {
        measured.insert(slowdown, measure(&mut browser, &server, slowdown, rounds)?);
    }
    let report = report::Report::of(&measured, &browser.version()?, rounds)?;
    println!("{}", report.text);
    if options.write {
        report.write()?;
    }
    if !options.quick && !report.faults.is_empty() {
        bail!("{} of the widget's budgets broken", report.faults.len());
    }
    Ok(())
}

fn measure(
    browser: &mut Chromium,
    server: &Server,
    slowdown: u32,
    rounds: usize,
) -> Result<Rounds> {
    let mut measured = Rounds::new();
    // One more, in which everybody warms up.
    for round in 0..=rounds {
        eprintln!("{slowdown}× slowdown, round {round} of {rounds}");
        for turn in 0..ALL.len() {
            // Nobody always comes first, or always after the same.
            let variant = ALL[(turn * (round % 4 + 1) + round) % ALL.len()];
            let view = one(browser, server, slowdown, variant)?;
            if round > 0 {
                measured.entry(variant).or_default().push(view);
            }
        }
    }
    Ok(measured)
}

fn one(browser: &mut Chromium, server: &Server, slowdown: u32, variant: Variant) -> Result<Round> {
    server.take_sent();
    let visit = visit(browser, &conditions(server, variant, slowdown, &CATEGORIES))?;
    let (reports, sent) = server.take_sent();
    if variant != Variant::Nothing && reports == 0 {
        bail!(
            "{}: nothing was reported, so nothing was measured",
            variant.name()
        );
    }
    let missing = server.missing();
    ensure!(
        missing.is_empty(),
        "{}: the page asked for what is not there: {missing:?}",
        variant.name()
    );
    Ok(Round {
        cost: trace::cost(&visit.trace, &server.portal, &server.collector)?,
        lcp: visit.lcp,
        fcp: visit.fcp,
        cls: visit.cls,
        received: visit.received,
        reports,
        sent,
    })
}

fn profile(options: &Options) -> Result<()> {
    let widget = profile::readable_widget()?;
    let server = Server::open(|collector| variants::files(&widget, collector))?;
    let mut browser = Chromium::start()?;
    let slowdown = options.cpu.first().copied().unwrap_or(1);
    for variant in ALL.into_iter().filter(|variant| variant.is_ours()) {
        let mut times = profile::Times::new();
        for _ in 0..options.rounds {
            let conditions = conditions(&server, variant, slowdown, &profile::CATEGORIES);
            let visit = visit(&mut browser, &conditions)?;
            profile::add(&mut times, &visit.trace, &server.collector)?;
        }
        println!("{}, {slowdown}× slowdown", variant.name());
        println!("{}", profile::table(&times, options.rounds)?);
    }
    Ok(())
}

fn conditions(
    server: &Server,
    variant: Variant,
    slowdown: u32,
    categories: &'static [&str],
) -> Conditions {
    Conditions {
        url: format!("{}{}", server.portal, variant.path()),
        collector: server.collector.clone(),
        slowdown,
        categories,
    }
}
