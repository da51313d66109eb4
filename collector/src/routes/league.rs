//! `GET /v1/league`: every portal of today, in one window. `GET /v1/coverage`: who reports, and who does not.

use std::sync::Arc;

use axum::Json;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use nhip_protocol::code::Code;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::Problem;
use super::access::require;
use super::window::window;
use crate::access::{Access, Part};
use crate::app::App;
use crate::clock::rfc3339;
use crate::league::{Coverage, League};
use crate::portals::Status;

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct Question {
    /// RFC 3339; 7 days before `to`
    #[param(format = DateTime)]
    pub from: Option<String>,
    /// RFC 3339; now
    #[param(format = DateTime)]
    pub to: Option<String>,
}

#[utoipa::path(
    get,
    path = "/v1/league",
    tag = "answers",
    params(Question),
    responses((status = 200, body = League), (status = "4XX", body = Problem, content_type = "application/problem+json"), (status = 503, body = Problem, content_type = "application/problem+json")),
)]
pub async fn league(
    State(app): State<Arc<App>>,
    access: Access,
    question: Result<Query<Question>, QueryRejection>,
) -> Result<Json<League>, Problem> {
    require(&access, Part::League, None)?;
    let Query(question) = question.map_err(|e| Problem::bad_parameter(e.body_text()))?;
    let window = window(&app, question.from.as_deref(), question.to.as_deref())?;
    let league = app.league(window.clone()).await?;
    Ok(Json(League::new(&window, app.min_views, league)))
}

/// Who reports, and who does not.
#[derive(Serialize, ToSchema)]
pub struct Covered {
    at: String,
    #[serde(flatten)]
    coverage: Coverage,
    portals: Vec<CoveredPortal>,
}

#[derive(Serialize, ToSchema)]
struct CoveredPortal {
    #[schema(value_type = String)]
    portal: Code,
    name: String,
    status: &'static str,
    /// Since when it is so; `null`: it has never reported.
    since: Option<String>,
    last_seen: Option<String>,
}

#[utoipa::path(
    get,
    path = "/v1/coverage",
    tag = "answers",
    responses((status = 200, body = Covered), (status = "4XX", body = Problem, content_type = "application/problem+json"), (status = 503, body = Problem, content_type = "application/problem+json")),
)]
pub async fn coverage(State(app): State<Arc<App>>) -> Result<Json<Covered>, Problem> {
    let (registry, now) = (app.registry()?, app.clock.now());
    let activity = app.activity().await?;
    let mut coverage = Coverage::default();
    let portals = registry.of_today(now).map(|entry| {
        let active = activity.get(&entry.code);
        let status = Status::of(active, now);
        coverage.push(status);
        CoveredPortal {
            portal: entry.code.clone(),
            name: entry.name.clone(),
            status: status.name(),
            since: status.since().map(rfc3339),
            last_seen: active.map(|active| rfc3339(active.last_seen)),
        }
    });
    let portals = portals.collect();
    Ok(Json(Covered {
        at: rfc3339(now),
        coverage,
        portals,
    }))
}
