//! The part of a portal's page that follows what its address asks: the form, readings over time, the same readings
//! by device, network, browser, agency and page group, and what they are compared with.

use std::cmp::Reverse;
use std::ops::Range;

use jiff::tz::TimeZone;

use super::super::asked::Asked;
use super::super::charts;
use super::super::language::Language;
use super::super::overview::name;
use super::blame::{self, BlameChart};
use super::form::Form;
use super::p75::three;
use super::read::{Read, read};
use super::rows;
use crate::access::{Access, Part};
use crate::app::App;
use crate::clock::{DAY_MS, Step, UnixMs, parts, rfc3339, timestamp};
use crate::notes::Note;
use crate::portals::{Entry, Registry};
use crate::rollup::{Dimension, Filter, Hour, OTHER};
use crate::routes::{Problem, zone_name};
use crate::series::split;
use crate::summary::Summary;

/// Rows of a table of page groups; the filter finds the others.
const MOST_ROWS: usize = 30;

/// A window of no more days is cut by the hour.
const HOURLY: UnixMs = 2 * DAY_MS;

pub struct Explore {
    pub form: Form,
    pub points: Vec<Row>,
    pub blame: Option<BlameChart>,
    /// The same for the chart.
    pub series: String,
    pub zone: String,
    /// When, and what a developer said of it; empty where they take a token.
    pub notes: Vec<[String; 2]>,
    /// After `/v1/export.csv?`; what lines are of comes behind it.
    pub csv: String,
    pub step: &'static str,
    pub tables: Vec<Table>,
    /// Page groups take a token.
    pub withheld: bool,
}

pub struct Table {
    pub id: &'static str,
    pub title: &'static str,
    pub rows: Vec<Row>,
}

/// Readings of a part: of the window, or of its views.
pub struct Row {
    pub label: String,
    /// The page with this part alone, as the rest of its address; `None`: there is no such filter.
    pub query: Option<String>,
    pub measured: String,
    pub grade: Option<&'static str>,
    /// Load, INP, server wait; `None`: no browser could tell.
    pub p75: [Option<String>; 3],
    /// What made most of its slow views slow; `None`: none was.
    pub cause: Option<String>,
    /// Of its elements, the one that fails a check most often, and that check.
    pub culprit: Option<(&'static str, String)>,
}

/// What it is all about.
pub struct Subject<'a> {
    pub app: &'a App,
    pub registry: &'a Registry,
    pub entry: &'a Entry,
    pub access: &'a Access,
    pub asked: &'a Asked,
    pub window: &'a Range<UnixMs>,
    pub filter: &'a Filter,
    pub language: Language,
}

impl Subject<'_> {
    /// With the summary of it all.
    pub async fn explore(&self) -> Result<(Explore, Summary), Problem> {
        let (app, language) = (self.app, self.language);
        let step = match self.window.end - self.window.start > HOURLY {
            true => Step::Day,
            false => Step::Hour,
        };
        let parts = parts(self.window, step, &app.zone);
        let Read {
            points,
            summary,
            groups,
        } = read(app, self.entry, self.window, &parts, self.filter).await?;
        let label = |at| label(at, step, &app.zone, language);
        let rows = parts.iter().zip(&points);
        let tables = self.tables(&groups);
        let notes = self.notes().await?;
        let may_pages = self.access.may(Part::Pages, &self.entry.code);
        let explore = Explore {
            form: self.form(&tables, may_pages)?,
            blame: blame::chart(
                rows.clone().map(|(part, point)| (label(part.start), point)),
                language,
            ),
            points: rows
                .map(|(part, point)| Row::of(label(part.start), None, point, language))
                .collect(),
            series: charts::embedded(&charts::series(&parts, &points, &notes)),
            zone: zone_name(&app.zone),
            notes: notes
                .into_iter()
                .map(|note| [language.time(note.at, &app.zone), note.text])
                .collect(),
            step: if step == Step::Day { "day" } else { "hour" },
            csv: format!(
                "portal={}&from={}&to={}{}&separator=semicolon",
                self.entry.code,
                rfc3339(self.window.start),
                rfc3339(self.window.end),
                self.asked.filters(),
            ),
            tables,
            withheld: !may_pages,
        };
        Ok((explore, summary))
    }

    async fn notes(&self) -> Result<Vec<Note>, Problem> {
        let (code, window) = (self.entry.code.clone(), self.window.clone());
        if !self.access.may(Part::Notes, &code) {
            return Ok(Vec::new());
        }
        Ok(self
            .app
            .read(move |store| store.notes(&code, window))
            .await?)
    }

    /// The views that were asked for, along each of their names that tells more than one apart.
    fn tables(&self, groups: &Hour) -> Vec<Table> {
        let t = self.language.strings().explore;
        let mut tables = Vec::new();
        for (id, title, by) in [
            ("device", t.by_device, Dimension::Device),
            ("network", t.by_network, Dimension::Network),
            ("browser", t.by_browser, Dimension::Browser),
            ("agency", t.by_agency, Dimension::Agency),
            ("page", t.by_page, Dimension::Page),
        ] {
            if by == Dimension::Page && !self.access.may(Part::Pages, &self.entry.code) {
                continue;
            }
            let (entry, min_views) = (self.entry, self.app.min_views);
            let mut parts = split(groups, entry, self.window, self.filter, by, min_views);
            if by == Dimension::Agency && parts.len() < 2 {
                continue;
            }
            // Those that keep the most visitors waiting for the longest.
            parts.sort_by_key(|(_, part)| {
                let lcp = part
                    .load
                    .lcp_ms
                    .map_or(0, |it| u64::from(it.p75.0.tenths()));
                Reverse(lcp * part.views.measured)
            });
            parts.truncate(MOST_ROWS);
            let row = |(name, part): (Option<String>, Summary)| {
                let part = part.seen_by(self.access);
                let query = name
                    .as_deref()
                    .filter(|name| *name != OTHER)
                    .map(|name| self.asked.with(id, Some(name)).query());
                let label = self.named(by, name.as_deref());
                Row::of(label, query, &part, self.language)
            };
            let rows = parts.into_iter().map(row).collect();
            tables.push(Table { id, title, rows });
        }
        tables
    }

    /// Its name beside its code, where the registry knows it.
    pub fn agency(&self, code: &str) -> String {
        let known = code.parse().ok();
        let entry = known.and_then(|code| self.registry.entry(&code));
        entry.map_or_else(
            || code.to_owned(),
            |entry| format!("{} ({code})", name(entry, self.language)),
        )
    }

    /// A part's name as people say it.
    pub fn named(&self, by: Dimension, name: Option<&str>) -> String {
        let t = self.language.strings().explore;
        let Some(name) = name else {
            return t.part_untold.to_owned();
        };
        let known = match (by, name) {
            (_, OTHER) => t.part_other,
            (Dimension::Device, "phone") => t.phone,
            (Dimension::Device, "tablet") => t.tablet,
            (Dimension::Device, "desktop") => t.desktop,
            (Dimension::Browser, "blink") => t.blink,
            (Dimension::Browser, "gecko") => t.gecko,
            (Dimension::Browser, "webkit") => t.webkit,
            (Dimension::Browser, "other") => t.part_other,
            (Dimension::Network, _) => return name.to_uppercase(),
            (Dimension::Agency, code) => return self.agency(code),
            _ => return name.to_owned(),
        };
        known.to_owned()
    }
}

impl Row {
    fn of(label: String, query: Option<String>, part: &Summary, language: Language) -> Row {
        Row {
            label,
            query,
            measured: language.count(part.views.measured),
            grade: part.grade,
            p75: three(part, language),
            cause: blame::main_cause(part, language),
            culprit: rows::culprits(part, language)
                .into_iter()
                .flatten()
                // Of equal ones the first.
                .reduce(|most, it| if it.sum > most.sum { it } else { most })
                .map(|culprit| (culprit.check, culprit.selector)),
        }
    }
}

fn label(at: UnixMs, step: Step, zone: &TimeZone, language: Language) -> String {
    let format = match (language, step) {
        (Language::Vietnamese, Step::Hour) => "%d/%m/%Y %H:%M",
        (Language::Vietnamese, _) => "%d/%m/%Y",
        (Language::English, Step::Hour) => "%Y-%m-%d %H:%M",
        (Language::English, _) => "%Y-%m-%d",
    };
    timestamp(at)
        .to_zoned(zone.clone())
        .strftime(format)
        .to_string()
}
