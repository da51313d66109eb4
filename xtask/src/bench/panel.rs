//! `cargo xtask bench panel`: how long the tasks are in which the panel opens on a slow phone.

use std::fmt::Write as _;
use std::fs;

use anyhow::{Result, bail};
use clap::Args;

use super::chromium::Chromium;
use super::server::Server;
use super::trace::{LONG_TASK, tasks};
use super::variants::{self, Variant};
use super::visit::{CATEGORIES, opening};
use super::{conditions, profile};
use crate::root;

const DOCUMENT: &str = "docs/bench-panel.md";

#[derive(Args)]
pub struct Options {
    /// Openings, each beside a page that is left alone
    #[arg(long, default_value_t = 15)]
    rounds: usize,
    /// Slowdown of the processor
    #[arg(long, default_value_t = 4)]
    cpu: u32,
    /// Builds the widget with its names and shows which of its functions take the time
    #[arg(long)]
    profile: bool,
    /// Write docs/bench-panel.md
    #[arg(long)]
    write: bool,
}

pub fn run(options: &Options) -> Result<()> {
    let widget = match options.profile {
        true => profile::readable_widget()?,
        false => root().join("pkg"),
    };
    let server = Server::open(|collector| variants::files(&widget, collector))?;
    let mut browser = Chromium::start()?;
    let page = |categories| conditions(&server, Variant::OursWithBadge, options.cpu, categories);
    if options.profile {
        let mut times = profile::Times::new();
        for _ in 0..options.rounds {
            let trace = opening(&mut browser, &page(&profile::CATEGORIES), true)?;
            profile::add(&mut times, &trace, &server.collector)?;
        }
        println!("{}", profile::table(&times, options.rounds)?);
        return Ok(());
    }
    let asked = page(&CATEGORIES);
    let mut rows = Vec::new();
    // Once more, to warm up.
    for round in 0..=options.rounds {
        eprintln!("round {round} of {}", options.rounds);
        for opens in [false, true] {
            let tasks = tasks(&opening(&mut browser, &asked, opens)?, &server.collector);
            if round > 0 {
                rows.push((opens, tasks));
            }
        }
    }
    let mut table = String::from(
        "| | longest task, median | longest of all | tasks over 50 ms |\n|---|---:|---:|---:|\n",
    );
    let mut long = [0, 0];
    for (opens, name) in [(false, "left alone"), (true, "the panel opens")] {
        let of = || rows.iter().filter(move |(opened, _)| *opened == opens);
        let mut longest: Vec<f64> = of()
            .filter_map(|(_, tasks)| tasks.first().copied())
            .collect();
        longest.sort_by(f64::total_cmp);
        let over = of()
            .flat_map(|(_, tasks)| tasks)
            .filter(|task| **task > LONG_TASK);
        long[usize::from(opens)] = over.count();
        let median = longest.get(longest.len() / 2).copied().unwrap_or_default();
        let most = longest.last().copied().unwrap_or_default();
        writeln!(
            table,
            "| {name} | {median:.1} ms | {most:.1} ms | {} |",
            long[usize::from(opens)]
        )?;
    }
    println!("{table}");
    if options.write {
        let text = format!(
            "# What opening the panel costs\n\nA realistic page in {}, a phone's screen, {}× processor slowdown, \
             a slow network. The page is loaded and has been quiet for 2.5 s; then the panel is opened by \
             `nhip.check()` and left open for 5 s, or the page is left alone as long. Processor time of the main \
             thread's tasks, {} rounds of both, by turns. Written by `cargo xtask bench panel --write`, which fails \
             where a task of the opening is over 50 ms.\n\n{table}",
            browser.version()?,
            options.cpu,
            options.rounds,
        );
        fs::write(root().join(DOCUMENT), text)?;
    }
    if long[1] > 0 {
        bail!("{} tasks of the panel over {LONG_TASK} ms", long[1]);
    }
    Ok(())
}
