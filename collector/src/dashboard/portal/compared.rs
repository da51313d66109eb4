//! What a portal's readings are set beside: its own of the window before, another portal's, the median of all.

use std::ops::Range;

use nhip_protocol::code::Code;

use super::super::language::Language;
use super::super::overview::name;
use super::p75::{P75, p75s};
use crate::access::{Access, Part};
use crate::app::App;
use crate::clock::UnixMs;
use crate::portals::{Entry, Registry};
use crate::rollup::Filter;
use crate::routes::{Problem, find, require};

pub struct Compared {
    pub title: String,
    /// In the order of the readings; `None`: nobody could tell.
    pub p75: Vec<Option<String>>,
}

pub async fn compared(
    app: &App,
    registry: &Registry,
    (entry, access): (&Entry, &Access),
    (window, filter): (&Range<UnixMs>, &Filter),
    (with, period): (Option<&str>, Option<Range<UnixMs>>),
    language: Language,
) -> Result<Compared, Problem> {
    let t = language.strings().explore;
    let (title, of, window) = match with {
        Some("national") => {
            require(access, Part::League, None)?;
            let window = period.as_ref().unwrap_or(window);
            return national(app, window, language).await;
        }
        // Days that are named win.
        Some("previous") | None => {
            let before = window.start - (window.end - window.start)..window.start;
            (t.previous.to_owned(), entry, before)
        }
        Some(code) => {
            let other = find(registry, code)?;
            require(access, Part::Summary, Some(&other.code))?;
            if filter.page.is_some() {
                require(access, Part::Pages, Some(&other.code))?;
            }
            (name(other, language), other, window.clone())
        }
    };
    let (title, window) = match period {
        Some(period) => {
            let [from, to] = [period.start, period.end].map(|at| language.time(at, &app.zone));
            let whose = if of.code == entry.code { "" } else { &title };
            (format!("{whose} {from} – {to}").trim().to_owned(), period)
        }
        None => (title, window),
    };
    let summary = app.summary(of, window, filter.clone()).await?;
    let readings = p75s(&summary).into_iter();
    Ok(Compared {
        title,
        p75: readings.map(|it| it.map(|it| it.show(language))).collect(),
    })
}

/// The middle of the portals' own p75, each counted once.
async fn national(
    app: &App,
    window: &Range<UnixMs>,
    language: Language,
) -> Result<Compared, Problem> {
    let league = app.league(window.clone()).await?;
    let mut readings: Vec<Vec<P75>> = Vec::new();
    for summary in league.portals.iter().filter_map(|it| it.summary.as_ref()) {
        for (at, reading) in p75s(summary).into_iter().enumerate() {
            if readings.len() <= at {
                readings.push(Vec::new());
            }
            readings[at].extend(reading);
        }
    }
    let median = |mut values: Vec<P75>| {
        values.sort_unstable();
        let middle = values.len().checked_sub(1)? / 2;
        values.get(middle).map(|it| it.show(language))
    };
    Ok(Compared {
        title: language.strings().explore.national.to_owned(),
        p75: readings.into_iter().map(median).collect(),
    })
}

/// What a form offers beside the other portals.
pub fn choices(
    registry: &Registry,
    own: &Code,
    now: UnixMs,
    language: Language,
) -> Vec<(String, String)> {
    let t = language.strings().explore;
    let others = registry.of_today(now).filter(|entry| entry.code != *own);
    [
        (String::new(), t.nothing.to_owned()),
        ("previous".to_owned(), t.previous.to_owned()),
        ("national".to_owned(), t.national.to_owned()),
    ]
    .into_iter()
    .chain(others.map(|entry| (entry.code.to_string(), name(entry, language))))
    .collect()
}
