//! `GET /v1/portals` and `/v1/portals/{code}`: the registry, and what became of the reports.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use nhip_protocol::code::Code;
use nhip_protocol::refusal::Refusal;
use serde::Serialize;

use super::Problem;
use crate::app::App;
use crate::clock::{UnixMs, hour_of, rfc3339};
use crate::portals::{Entry, Registry, Status};
use crate::store::{Activity, OutcomeCount, STORED};

#[derive(Serialize)]
pub struct List {
    from: String,
    to: String,
    portals: Vec<Line>,
    /// Refused reports that name no registered portal.
    unassigned: Outcome,
}

#[derive(Serialize)]
pub struct Line {
    pub code: Code,
    pub name: String,
    pub name_en: Option<String>,
    pub agency: Code,
    pub status: &'static str,
    pub since: Option<String>,
    pub last_seen: Option<String>,
    /// The agency was merged: its last day and who took over.
    pub valid_until: Option<String>,
    pub successor: Option<Code>,
    pub outcomes: Outcome,
    /// How many origins report without being registered. Which ones: `nhip portal list`.
    pub unregistered_origins: usize,
}

/// What became of the reports of a window of whole hours.
#[derive(Clone, Debug, Serialize)]
pub struct Outcome {
    pub from: String,
    pub to: String,
    pub stored: u64,
    /// By reason; each reason there is.
    pub refused: BTreeMap<&'static str, u64>,
}

pub async fn list(State(app): State<Arc<App>>) -> Result<Json<List>, Problem> {
    let registry = app.registry()?;
    let activity = app.activity().await?;
    let outcomes = OutcomeTable::read(&app).await?;
    let portals = registry
        .entries()
        .map(|entry| line(&app, entry, activity.get(&entry.code), &outcomes))
        .collect();
    Ok(Json(List {
        from: rfc3339(outcomes.window.start),
        to: rfc3339(outcomes.window.end),
        portals,
        unassigned: outcomes.of(None),
    }))
}

pub async fn one(
    State(app): State<Arc<App>>,
    Path(code): Path<String>,
) -> Result<Json<Line>, Problem> {
    let registry = app.registry()?;
    let entry = find(&registry, &code)?;
    let activity = app.activity().await?;
    let outcomes = OutcomeTable::read(&app).await?;
    Ok(Json(line(
        &app,
        entry,
        activity.get(&entry.code),
        &outcomes,
    )))
}

/// The entry that a path names.
pub fn find<'a>(registry: &'a Registry, code: &str) -> Result<&'a Entry, Problem> {
    code.parse()
        .ok()
        .and_then(|code| registry.entry(&code))
        .ok_or_else(|| {
            let got: String = code.chars().take(40).collect();
            Problem::not_found(format!("no portal is registered as '{got}'"))
        })
}

fn line(app: &App, entry: &Entry, activity: Option<&Activity>, outcomes: &OutcomeTable) -> Line {
    let status = Status::of(activity, app.clock.now());
    let ended = entry.ended.as_ref();
    Line {
        code: entry.code.clone(),
        name: entry.name.clone(),
        name_en: entry.name_en.clone(),
        agency: entry.agency().clone(),
        status: status.name(),
        since: status.since().map(rfc3339),
        last_seen: activity.map(|activity| rfc3339(activity.last_seen)),
        valid_until: ended.map(|ended| ended.valid_until.clone()),
        successor: ended.and_then(|ended| ended.successor.clone()),
        outcomes: outcomes.of(Some(&entry.code)),
        unregistered_origins: app.outcomes.strangers(&entry.code),
    }
}

/// The outcomes of the last 7 days, in whole hours.
pub struct OutcomeTable {
    pub window: Range<UnixMs>,
    counts: Vec<OutcomeCount>,
}

impl OutcomeTable {
    pub async fn read(app: &App) -> Result<OutcomeTable, Problem> {
        let window = app.default_window();
        let hours = hour_of(window.start)..hour_of(window.end) + 1;
        Ok(OutcomeTable {
            window: hours.start * crate::clock::HOUR_MS..window.end,
            counts: Arc::clone(&app.outcomes).counts(hours).await?,
        })
    }

    pub fn of(&self, portal: Option<&Code>) -> Outcome {
        let mut refused: BTreeMap<&str, u64> =
            Refusal::REASONS.into_iter().map(|r| (r, 0)).collect();
        let mut stored = 0;
        for count in self.counts.iter().filter(|c| c.portal.as_ref() == portal) {
            if count.outcome == STORED {
                stored += count.count;
            } else if let Some(sum) = refused.get_mut(count.outcome.as_str()) {
                *sum += count.count;
            }
        }
        Outcome {
            from: rfc3339(self.window.start),
            to: rfc3339(self.window.end),
            stored,
            refused,
        }
    }
}
