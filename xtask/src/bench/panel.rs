//! `cargo xtask bench panel`: how long the tasks are in which the panel opens on a slow phone.

use std::fs;

use anyhow::{Result, bail};
use clap::Args;

use super::chromium::Chromium;
use super::server::Server;
use super::trace::{LONG_TASK, tasks};
use super::variants::{self, Variant};
use super::visit::{CATEGORIES, opening};
use super::{conditions, profile};
use crate::{npm, root};

const DOCUMENT: &str = "docs/bench-panel.md";

#[derive(Args)]
pub struct Options {
    /// Openings
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
    npm::install()?;
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
            let trace = opening(&mut browser, &page(&profile::CATEGORIES))?;
            profile::add(&mut times, &trace, &server.collector)?;
        }
        println!("{}", profile::table(&times, options.rounds)?);
        return Ok(());
    }
    let asked = page(&CATEGORIES);
    let (mut longest, mut long) = (Vec::new(), 0);
    // Once more, to warm up.
    for round in 0..=options.rounds {
        eprintln!("round {round} of {}", options.rounds);
        let tasks = tasks(&opening(&mut browser, &asked)?, &server.collector)?;
        if round > 0 {
            longest.extend(tasks.first());
            long += tasks.iter().filter(|task| **task > LONG_TASK).count();
        }
    }
    longest.sort_by(f64::total_cmp);
    let median = longest.get(longest.len() / 2).copied().unwrap_or_default();
    let most = longest.last().copied().unwrap_or_default();
    let table = format!(
        "| longest task, median | longest of all | tasks over 50 ms |\n|---:|---:|---:|\n| {median:.1} ms | {most:.1} ms | {long} |\n"
    );
    println!("{table}");
    if options.write {
        let text = format!(
            "# What opening the panel costs\n\nA realistic page in {}, a phone's screen, {}× processor slowdown, \
             a slow network. The page is loaded and has been quiet for 2.5 s; then the panel is opened by \
             `nhip.check()` and left open for 5 s. Processor time of the main thread's tasks, {} openings. Written by `cargo xtask bench panel --write`, which fails \
             where a task of the opening is over 50 ms.\n\n{table}",
            browser.version()?,
            options.cpu,
            options.rounds,
        );
        fs::write(root().join(DOCUMENT), text)?;
    }
    if long > 0 {
        bail!("{long} tasks of the panel's opening over {LONG_TASK} ms");
    }
    Ok(())
}
