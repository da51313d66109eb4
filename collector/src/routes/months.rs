//! `GET /v1/months` and `/v1/months/{month}`: results as they were when they were frozen.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use serde::Serialize;
use serde_json::value::RawValue;
use utoipa::ToSchema;

use super::Problem;
use super::access::require;
use crate::access::{Access, Part};
use crate::app::App;
use crate::clock::rfc3339;
use crate::league::League;
use crate::months::{Frozen, Month};

#[derive(Serialize, ToSchema)]
#[schema(as = FrozenMonth)]
pub struct Line {
    month: String,
    profile: String,
    min_views: u64,
    portals: u64,
    frozen: String,
    /// `null`: only a national token sees it.
    published: Option<String>,
}

#[derive(Serialize, ToSchema)]
#[schema(as = FrozenLeague)]
pub struct Whole {
    #[serde(flatten)]
    line: Line,
    /// What `GET /v1/league` said then.
    #[schema(value_type = League)]
    league: Box<RawValue>,
}

#[utoipa::path(
    get,
    path = "/v1/months",
    tag = "answers",
    responses((status = 200, body = Vec<Line>), (status = "4XX", body = Problem, content_type = "application/problem+json"), (status = 503, body = Problem, content_type = "application/problem+json")),
)]
pub async fn list(State(app): State<Arc<App>>, access: Access) -> Result<Json<Vec<Line>>, Problem> {
    require(&access, Part::League, None)?;
    let mut months = app.read(|store| store.months()).await?;
    months.retain(|frozen| may_see(&access, frozen));
    Ok(Json(months.iter().map(Line::from).collect()))
}

#[utoipa::path(
    get,
    path = "/v1/months/{month}",
    tag = "answers",
    params(("month" = String, Path, description = "Such as 2026-10")),
    responses((status = 200, body = Whole), (status = "4XX", body = Problem, content_type = "application/problem+json"), (status = 503, body = Problem, content_type = "application/problem+json")),
)]
pub async fn one(
    State(app): State<Arc<App>>,
    access: Access,
    Path(month): Path<String>,
) -> Result<Json<Whole>, Problem> {
    require(&access, Part::League, None)?;
    let month: Month = month
        .parse()
        .map_err(|error| Problem::bad_parameter(format!("month: {error}")))?;
    let frozen = app.read(move |store| store.month(month)).await?;
    let frozen = frozen.filter(|frozen| may_see(&access, frozen));
    let frozen = frozen
        .ok_or_else(|| Problem::not_found(format!("{month} is not frozen, or not published")))?;
    let line = Line::from(&frozen);
    let league = RawValue::from_string(frozen.league)
        .map_err(|error| crate::store::Unreadable(error.to_string()))?;
    Ok(Json(Whole { line, league }))
}

fn may_see(access: &Access, frozen: &Frozen) -> bool {
    frozen.published.is_some() || access.is_national()
}

impl From<&Frozen> for Line {
    fn from(frozen: &Frozen) -> Line {
        Line {
            month: frozen.month.to_string(),
            profile: frozen.profile.clone(),
            min_views: frozen.min_views,
            portals: frozen.portals,
            frozen: rfc3339(frozen.frozen),
            published: frozen.published.map(rfc3339),
        }
    }
}
