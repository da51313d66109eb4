//! `cargo xtask bench collector`: how much the collector takes beside nginx, which keeps the same bodies in a log
//! without waiting for the disk; how long questions to years of readings take.

use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, bail};
use clap::Args;

use crate::command::{output, run as run_command};
use crate::install;
use crate::root;

mod document;
mod load;
mod questions;
mod servers;

use load::{Load, drive};
use servers::{Nginx, Nhip, Service};

/// Connections that send at the same time.
const CONNECTIONS: [u32; 3] = [1, 16, 256];

/// Reports that are drawn once and sent again and again, each time as another view.
const BODIES: &str = "20000";

const DOCUMENT: &str = "docs/bench-collector.md";

#[derive(Args)]
pub struct Options {
    /// Rounds at each number of connections; in each, both servers take their turn
    #[arg(long, default_value_t = 3)]
    rounds: usize,
    /// Seconds of load in a round
    #[arg(long, default_value_t = 8)]
    seconds: u32,
    /// Leave out the questions, which take 14 GB of disk
    #[arg(long)]
    without_questions: bool,
    /// Write docs/bench-collector.md
    #[arg(long)]
    write: bool,
}

/// What a server did in a round.
pub struct Round {
    pub load: Load,
    /// Processor time by report, in microseconds.
    pub cpu_us: f64,
    /// The most memory it ever had, in bytes.
    pub memory: u64,
    /// Bytes that its files got by report.
    pub disk: f64,
}

/// The rounds of both at a number of connections.
pub struct Pair {
    pub connections: u32,
    pub nhip: Vec<Round>,
    pub nginx: Vec<Round>,
}

pub fn run(options: &Options) -> Result<()> {
    install::bench_tools()?;
    run_command(cargo().args([
        "build",
        "--release",
        "--package",
        "nhip-collector",
        "--bins",
    ]))?;
    let dir = tempfile::tempdir()?;
    let bodies = dir.path().join("bodies.jsonl");
    bench(&["bodies", &bodies.to_string_lossy(), BODIES])?;
    let mut pairs = Vec::new();
    for connections in CONNECTIONS {
        let (mut nhip, mut nginx) = (Vec::new(), Vec::new());
        for round in 0..options.rounds {
            eprintln!(
                "{connections} connections, round {} of {}",
                round + 1,
                options.rounds
            );
            nhip.push(round_of(
                &Nhip::start()?,
                connections,
                options.seconds,
                &bodies,
            )?);
            nginx.push(round_of(
                &Nginx::start()?,
                connections,
                options.seconds,
                &bodies,
            )?);
        }
        pairs.push(Pair {
            connections,
            nhip,
            nginx,
        });
    }
    let asked = match options.without_questions {
        true => Vec::new(),
        false => questions::ask(dir.path())?,
    };
    let text = document::text(&pairs, &asked, options.seconds)?;
    println!("{text}");
    if options.write {
        fs::write(root().join(DOCUMENT), text)?;
    }
    Ok(())
}

fn round_of(server: &impl Service, connections: u32, seconds: u32, bodies: &Path) -> Result<Round> {
    let before = (server.cpu()?, server.bytes()?);
    let load = drive(server.address(), connections, seconds, bodies)?;
    if load.refused > 0 {
        bail!("{} of {} reports were not taken", load.refused, load.taken);
    }
    let reports = load.taken as f64;
    let cpu_us = (server.cpu()? - before.0).as_secs_f64() * 1e6 / reports;
    Ok(Round {
        cpu_us,
        memory: server.memory()?,
        disk: server.bytes()?.saturating_sub(before.1) as f64 / reports,
        load,
    })
}

fn cargo() -> Command {
    let mut cargo = Command::new("cargo");
    cargo.current_dir(root());
    cargo
}

/// What `collector/benches/collector.rs` prints.
fn bench(arguments: &[&str]) -> Result<String> {
    let mut cargo = cargo();
    cargo.args([
        "bench",
        "--quiet",
        "--package",
        "nhip-collector",
        "--bench",
        "collector",
        "--",
    ]);
    let said = output(cargo.args(arguments))?;
    let line = said.lines().last().map(str::to_owned);
    Ok(line.unwrap_or_default())
}

/// The value in the middle.
fn median(values: impl Iterator<Item = f64>) -> Result<f64> {
    let mut values: Vec<f64> = values.collect();
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().context("no rounds")
}
