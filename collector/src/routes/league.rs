//! `GET /v1/league`: every portal of today, in one window.

use std::sync::Arc;

use axum::Json;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use nhip_protocol::code::Code;
use nhip_protocol::grade::PROFILE;
use serde::{Deserialize, Serialize};

use super::Problem;
use super::window::window;
use crate::app::{App, Standing};
use crate::clock::rfc3339;
use crate::portals::Status;
use crate::summary::Summary;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Question {
    from: Option<String>,
    to: Option<String>,
}

#[derive(Serialize)]
pub struct League {
    from: String,
    to: String,
    profile: &'static str,
    min_views: u64,
    coverage: Coverage,
    portals: Vec<Line>,
}

/// How many portals of the registry report.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Coverage {
    pub connected: usize,
    pub silent: usize,
    pub waiting: usize,
    pub registered: usize,
}

#[derive(Serialize)]
struct Line {
    portal: Code,
    name: String,
    name_en: Option<String>,
    status: &'static str,
    since: Option<String>,
    last_seen: Option<String>,
    /// `null`: it has never reported.
    summary: Option<Summary>,
}

impl Coverage {
    pub fn of(league: &[Standing]) -> Coverage {
        let mut coverage = Coverage {
            connected: 0,
            silent: 0,
            waiting: 0,
            registered: league.len(),
        };
        for standing in league {
            match standing.status {
                Status::Connected { .. } => coverage.connected += 1,
                Status::Silent { .. } => coverage.silent += 1,
                Status::Waiting => coverage.waiting += 1,
            }
        }
        coverage
    }
}

pub async fn league(
    State(app): State<Arc<App>>,
    question: Result<Query<Question>, QueryRejection>,
) -> Result<Json<League>, Problem> {
    let Query(question) = question.map_err(|e| Problem::bad_parameter(e.body_text()))?;
    let window = window(&app, question.from.as_deref(), question.to.as_deref())?;
    let league = app.league(window.clone()).await?;
    Ok(Json(League {
        from: rfc3339(window.start),
        to: rfc3339(window.end),
        profile: PROFILE,
        min_views: app.min_views,
        coverage: Coverage::of(&league),
        portals: league.into_iter().map(line).collect(),
    }))
}

fn line(standing: Standing) -> Line {
    Line {
        portal: standing.entry.code,
        name: standing.entry.name,
        name_en: standing.entry.name_en,
        status: standing.status.name(),
        since: standing.status.since().map(rfc3339),
        last_seen: standing.last_seen.map(rfc3339),
        summary: standing.summary,
    }
}
