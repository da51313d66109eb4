//! `GET /v1/months` and `/v1/months/{month}`: results as they were when they were frozen.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use serde::Serialize;
use serde_json::value::RawValue;

use super::Problem;
use super::access::require;
use crate::access::{Access, Part};
use crate::app::App;
use crate::clock::rfc3339;
use crate::months::{Frozen, Month};

#[derive(Serialize)]
pub struct Line {
    month: String,
    profile: String,
    min_views: u64,
    portals: u64,
    frozen: String,
    /// `null`: only a national token sees it.
    published: Option<String>,
}

#[derive(Serialize)]
pub struct Whole {
    #[serde(flatten)]
    line: Line,
    /// What `GET /v1/league` said then.
    league: Box<RawValue>,
}

pub async fn list(State(app): State<Arc<App>>, access: Access) -> Result<Json<Vec<Line>>, Problem> {
    require(&access, Part::League, None)?;
    let mut months = app.read(|store| store.months()).await?;
    months.retain(|frozen| may_see(&access, frozen));
    Ok(Json(months.iter().map(Line::from).collect()))
}

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
