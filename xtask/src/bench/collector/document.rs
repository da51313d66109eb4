//! docs/bench-collector.md

use std::fmt::Write as _;
use std::fs;

use anyhow::Result;

use super::questions::Database;
use super::{Pair, Round, median};

const MB: f64 = 1024.0 * 1024.0;

pub fn text(pairs: &[Pair], databases: &[Database], seconds: u32) -> Result<String> {
    let mut text = format!(
        "# What the collector takes\n\nWritten by `cargo xtask bench collector --write` on a machine with {}. Both servers, and wrk \
         which sends, share its processors, and other machines share its disk: the ratios mean more than the rates.\n\n\
         ## Intake\n\n\
         Reports of about {} bytes, each of another view, over kept connections. nginx answers 204 and writes the body \
         into a log, without waiting for the disk; the collector judges each report and answers 204 once it is on disk \
         (fsync). In turns, {seconds} s each, {} rounds; the medians.\n\n\
         | connections | reports/s | nginx | ratio | answer p50 | p99 | nginx p50 | p99 | CPU a report | nginx | memory | bytes on disk a report |\n\
         |---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|\n",
        machine()?,
        median(
            pairs
                .iter()
                .flat_map(|pair| &pair.nginx)
                .map(|round| round.disk)
        )?
        .round(),
        pairs.first().map_or(0, |pair| pair.nhip.len()),
    );
    for pair in pairs {
        let of = |rounds: &[Round], value: fn(&Round) -> f64| median(rounds.iter().map(value));
        let (nhip, nginx) = (&pair.nhip, &pair.nginx);
        let [ours, theirs] = [
            of(nhip, |it| it.load.per_second())?,
            of(nginx, |it| it.load.per_second())?,
        ];
        writeln!(
            text,
            "| {} | {ours:.0} | {theirs:.0} | {:.2} | {:.2} ms | {:.2} ms | {:.2} ms | {:.2} ms | {:.0} µs | {:.0} µs | {:.0} MB | {:.0} |",
            pair.connections,
            ours / theirs,
            of(nhip, |it| it.load.p50_ms)?,
            of(nhip, |it| it.load.p99_ms)?,
            of(nginx, |it| it.load.p50_ms)?,
            of(nginx, |it| it.load.p99_ms)?,
            of(nhip, |it| it.cpu_us)?,
            of(nginx, |it| it.cpu_us)?,
            of(nhip, |it| it.memory as f64)? / MB,
            of(nhip, |it| it.disk)?,
        )?;
    }
    if databases.is_empty() {
        return Ok(text);
    }
    text.push_str("\n## Questions\n\nOver HTTP to a collector of its own, each question 15 times; the first one finds little in memory.\n");
    for database in databases {
        let Database {
            portals,
            days,
            views,
            filled,
            asked,
        } = database;
        write!(
            text,
            "\n### {portals} portals, {days} days, {views} views a portal and hour\n\n\
             {:.1} GB of rollups: of a portal, an hour takes {} bytes of total and {} of groups, a day {} and {} more. \
             The collector was ready {:.0} ms after its start.\n\n\
             | question | median | first | longest |\n|---|---:|---:|---:|\n",
            filled.database as f64 / MB / 1024.0,
            filled.hour.total,
            filled.hour.groups,
            filled.day.total,
            filled.day.groups,
            asked.start_ms,
        )?;
        for answer in &asked.answers {
            let (median, first, longest) = (answer.median, answer.first, answer.longest);
            writeln!(
                text,
                "| {} | {median:.0} ms | {first:.0} ms | {longest:.0} ms |",
                answer.question
            )?;
        }
    }
    Ok(text)
}

/// Its processors and memory, in words.
fn machine() -> Result<String> {
    let processors = std::thread::available_parallelism()?;
    let memory = fs::read_to_string("/proc/meminfo")?;
    let kilobytes = memory
        .split_whitespace()
        .nth(1)
        .and_then(|it| it.parse::<f64>().ok());
    let gigabytes = kilobytes.unwrap_or_default() / 1024.0 / 1024.0;
    Ok(format!(
        "{processors} processors and {gigabytes:.0} GB of memory"
    ))
}
