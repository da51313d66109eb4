//! `nhip export`: to standard output, also beside a running server. A window of any length: what is written is
//! not held.

use std::io::{self, Write};
use std::ops::Range;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use nhip_protocol::code::Code;
use serde_json::Map;

use super::parquet::{Readings, Rows};
use super::{Csv, Line, line, scan, write_row};
use crate::app::DEFAULT_WINDOW_MS;
use crate::cli::{Export, Format};
use crate::clock::{Clock, HOUR_MS, UnixMs, day_begins, parts, whole_hours};
use crate::config::Settings;
use crate::portals::{BadSeed, Entry, Registry, seeded};
use crate::rollup::Filter;
use crate::series::series;
use crate::store::sqlite::{CannotOpen, Database, Portals};
use crate::store::{Store, Unreadable};

#[derive(Debug, thiserror::Error)]
pub enum Failed {
    #[error(transparent)]
    Open(#[from] CannotOpen),
    #[error(transparent)]
    Seed(#[from] BadSeed),
    #[error(transparent)]
    Unreadable(#[from] Unreadable),
    #[error("expected a code of the registry, got '{0}'; `nhip portal list` shows them")]
    Unknown(Code),
    #[error(
        "--{name}: expected a day such as 2026-07-01 or a time such as 2026-07-01T00:00:00Z, got '{got}'"
    )]
    Time { name: &'static str, got: String },
    #[error("--from: expected a time before --to")]
    Backwards,
    #[error(
        "--raw: expected --format json or parquet, got csv; a report has parts that fit no table of text"
    )]
    RawCsv,
    #[error("cannot write: {0}")]
    Write(#[from] io::Error),
}

/// Writes what is asked for.
pub fn export(
    settings: &Settings,
    asked: &Export,
    clock: &Clock,
    to: impl Write + Send,
) -> Result<(), Failed> {
    if asked.raw && asked.format == Some(Format::Csv) {
        return Err(Failed::RawCsv);
    }
    let window = window(asked, &settings.time_zone, clock.now())?;
    let database = Database::existing(&settings.data)?;
    let registry = Portals::open(&database, seeded()?)?.current()?;
    let entries = entries(&registry, asked.portal.as_ref())?;
    let store = settings.store.open(database, clock.clone())?;
    let store = &*store;
    let portal = asked.portal.as_ref();
    let written = match (asked.raw, asked.format) {
        (true, Some(Format::Parquet)) => parquet_rows(store, portal, &window, to),
        (true, _) => json_rows(store, portal, &window, to),
        (false, _) => {
            let hours = whole_hours(&window);
            let hours = hours.start * HOUR_MS..hours.end * HOUR_MS;
            readings(settings, store, asked, &entries, &hours, to)
        }
    };
    store.close();
    written
}

/// All of them, or the one that is asked for.
fn entries<'a>(registry: &'a Registry, only: Option<&Code>) -> Result<Vec<&'a Entry>, Failed> {
    match only {
        None => Ok(registry.entries().collect()),
        Some(code) => registry
            .entry(code)
            .map(|entry| vec![entry])
            .ok_or_else(|| Failed::Unknown(code.clone())),
    }
}

fn json_rows(
    store: &dyn Store,
    portal: Option<&Code>,
    window: &Range<UnixMs>,
    mut to: impl Write,
) -> Result<(), Failed> {
    let mut written = Ok(());
    scan(store, portal, window, &mut |row| {
        written = write_row(row, &mut to);
        written.is_ok()
    })?;
    written?;
    Ok(to.flush()?)
}

fn parquet_rows(
    store: &dyn Store,
    portal: Option<&Code>,
    window: &Range<UnixMs>,
    to: impl Write + Send,
) -> Result<(), Failed> {
    let mut rows = Rows::begin(to)?;
    let mut written = Ok(());
    scan(store, portal, window, &mut |row| {
        written = rows.write(row);
        written.is_ok()
    })?;
    written?;
    Ok(rows.end()?.flush()?)
}

fn readings(
    settings: &Settings,
    store: &dyn Store,
    asked: &Export,
    entries: &[&Entry],
    window: &Range<UnixMs>,
    to: impl Write + Send,
) -> Result<(), Failed> {
    let zone = &settings.time_zone;
    let parts = parts(window, asked.step, zone);
    let heard = store.activity()?;
    let mut table = match asked.format {
        None | Some(Format::Csv) => Table::Csv(Box::new(Csv::begin(to, b',', zone)?)),
        Some(Format::Json) => Table::Json(to),
        Some(Format::Parquet) => Table::Parquet(Box::new(Readings::begin(to, zone)?)),
    };
    for entry in entries {
        // What never reported has nothing to tell, unless it is what was asked for.
        if asked.portal.is_none() && !heard.contains_key(&entry.code) {
            continue;
        }
        let lines = series(store, entry, &parts, &Filter::default(), settings.min_views)?;
        for (part, summary) in parts.iter().zip(&lines) {
            table.write(line(zone, &entry.code, &entry.name, part, summary, None))?;
        }
    }
    Ok(table.end()?)
}

enum Table<W: Write + Send> {
    Csv(Box<Csv<W>>),
    Json(W),
    Parquet(Box<Readings<W>>),
}

impl<W: Write + Send> Table<W> {
    fn write(&mut self, line: Line) -> io::Result<()> {
        match self {
            Table::Csv(csv) => csv.write(&line),
            Table::Parquet(parquet) => parquet.write(&line),
            Table::Json(to) => {
                serde_json::to_writer(&mut *to, &Map::from_iter(line))?;
                to.write_all(b"\n")
            }
        }
    }

    fn end(self) -> io::Result<()> {
        match self {
            Table::Csv(csv) => csv.end()?.flush(),
            Table::Parquet(parquet) => parquet.end()?.flush(),
            Table::Json(mut to) => to.flush(),
        }
    }
}

/// `to` is now and `from` 7 days before it where they are not given.
fn window(asked: &Export, zone: &TimeZone, now: UnixMs) -> Result<Range<UnixMs>, Failed> {
    let end = asked
        .to
        .as_deref()
        .map_or(Ok(now + 1), |text| instant("to", text, zone))?;
    let start = match asked.from.as_deref() {
        Some(text) => instant("from", text, zone)?,
        None => (end - DEFAULT_WINDOW_MS).div_euclid(HOUR_MS) * HOUR_MS,
    };
    if start >= end {
        return Err(Failed::Backwards);
    }
    Ok(start..end)
}

/// A day begins at midnight in the collector's time zone.
fn instant(name: &'static str, text: &str, zone: &TimeZone) -> Result<UnixMs, Failed> {
    let instant = text.parse::<Timestamp>().ok();
    instant
        .map(Timestamp::as_millisecond)
        .or_else(|| day_begins(text.parse().ok()?, zone))
        .ok_or_else(|| Failed::Time {
            name,
            got: text.chars().take(40).collect(),
        })
}
