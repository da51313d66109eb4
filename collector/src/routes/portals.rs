//! `GET /v1/portals` and `/v1/portals/{code}`: the registry, and what became of the reports.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use axum::Json;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Path, Query, State};
use nhip_protocol::code::Code;
use nhip_protocol::refusal::Refusal;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::Problem;
use crate::access::{Access, Part};
use crate::app::App;
use crate::clock::{UnixMs, hour_of, rfc3339};
use crate::portals::{Entry, Registry, Status};
use crate::store::{Activity, OutcomeCount, STORED};

/// Lines of an answer.
const MOST_LINES: usize = 1000;

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct Question {
    /// At most so many lines, up to 1000
    #[param(minimum = 1, maximum = 1000)]
    limit: Option<usize>,
    /// Those after this code
    after: Option<String>,
}

#[derive(Serialize, ToSchema)]
#[schema(as = PortalList)]
pub struct List {
    from: String,
    to: String,
    portals: Vec<Line>,
    /// There are more: ask again with `after` set to this code.
    #[schema(value_type = Option<String>)]
    next: Option<Code>,
    /// Refused reports that name no registered portal.
    unassigned: Outcome,
}

#[derive(Serialize, ToSchema)]
#[schema(as = PortalLine)]
pub struct Line {
    #[schema(value_type = String)]
    pub code: Code,
    pub name: String,
    pub name_en: Option<String>,
    #[schema(value_type = String)]
    pub agency: Code,
    pub status: &'static str,
    pub since: Option<String>,
    pub last_seen: Option<String>,
    /// The agency was merged: its last day and who took over.
    pub valid_until: Option<String>,
    #[schema(value_type = Option<String>)]
    pub successor: Option<Code>,
    pub outcomes: Outcome,
    /// How many origins report without being registered.
    pub unregistered_origins: usize,
    /// Absent where they are withheld.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub origins: Option<Origins>,
}

/// From where a portal's reports come.
#[derive(Serialize, ToSchema)]
pub struct Origins {
    pub registered: Vec<String>,
    /// The latest first.
    pub unregistered: Vec<Unregistered>,
}

#[derive(Serialize, ToSchema)]
pub struct Unregistered {
    pub origin: String,
    pub last_seen: String,
}

/// What became of the reports of a window of whole hours.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Outcome {
    pub from: String,
    pub to: String,
    pub stored: u64,
    /// By reason; each reason there is.
    pub refused: BTreeMap<&'static str, u64>,
}

#[utoipa::path(
    get,
    path = "/v1/portals",
    tag = "answers",
    params(Question),
    responses((status = 200, body = List), (status = "4XX", body = Problem, content_type = "application/problem+json"), (status = 503, body = Problem, content_type = "application/problem+json")),
)]
pub async fn list(
    State(app): State<Arc<App>>,
    access: Access,
    question: Result<Query<Question>, QueryRejection>,
) -> Result<Json<List>, Problem> {
    let Query(question) = question.map_err(|e| Problem::bad_parameter(e.body_text()))?;
    let limit = question.limit.unwrap_or(MOST_LINES);
    if !(1..=MOST_LINES).contains(&limit) {
        return Err(Problem::bad_parameter(format!(
            "limit: expected 1 to {MOST_LINES}, got {limit}"
        )));
    }
    let after = question
        .after
        .as_deref()
        .map(str::parse::<Code>)
        .transpose();
    let after = after.map_err(|error| Problem::bad_parameter(format!("after: {error}")))?;
    let registry = app.registry()?;
    let activity = app.activity().await?;
    let outcomes = OutcomeTable::read(&app).await?;
    let mut rest = registry
        .entries()
        .filter(|entry| after.as_ref().is_none_or(|after| entry.code > *after));
    let portals: Vec<Line> = rest
        .by_ref()
        .take(limit)
        .map(|entry| line(&app, entry, activity.get(&entry.code), &outcomes, &access))
        .collect();
    let last = portals.last().map(|line| line.code.clone());
    Ok(Json(List {
        from: rfc3339(outcomes.window.start),
        to: rfc3339(outcomes.window.end),
        next: last.filter(|_| rest.next().is_some()),
        portals,
        unassigned: outcomes.of(None),
    }))
}

#[utoipa::path(
    get,
    path = "/v1/portals/{code}",
    tag = "answers",
    params(("code" = String, Path, description = "A portal's code, such as vn-hn")),
    responses((status = 200, body = Line), (status = "4XX", body = Problem, content_type = "application/problem+json"), (status = 503, body = Problem, content_type = "application/problem+json")),
)]
pub async fn one(
    State(app): State<Arc<App>>,
    access: Access,
    Path(code): Path<String>,
) -> Result<Json<Line>, Problem> {
    let registry = app.registry()?;
    let entry = find(&registry, &code)?;
    let activity = app.activity().await?;
    let outcomes = OutcomeTable::read(&app).await?;
    let activity = activity.get(&entry.code);
    Ok(Json(line(&app, entry, activity, &outcomes, &access)))
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

fn line(
    app: &App,
    entry: &Entry,
    activity: Option<&Activity>,
    outcomes: &OutcomeTable,
    access: &Access,
) -> Line {
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
        unregistered_origins: app.outcomes.strangers(&entry.code).len(),
        origins: access
            .may(Part::Origins, &entry.code)
            .then(|| origins(app, entry)),
    }
}

fn origins(app: &App, entry: &Entry) -> Origins {
    let registered = entry.portal.iter().flat_map(|portal| &portal.origins);
    let strangers = app.outcomes.strangers(&entry.code).into_iter();
    Origins {
        registered: registered.map(ToString::to_string).collect(),
        unregistered: strangers
            .map(|(origin, last_seen)| Unregistered {
                origin,
                last_seen: rfc3339(last_seen),
            })
            .collect(),
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
