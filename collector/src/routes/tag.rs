//! `GET /v1/portals/{code}/tag?origin=`: what the collector would make of a tag for this portal on pages
//! of this origin. The panel and `nhip verify` ask it. Nothing is counted.

use std::sync::Arc;

use axum::Json;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Path, Query, State};
use nhip_protocol::code::Code;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::Problem;
use super::portals::find;
use crate::app::App;
use crate::portals::Origin;

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Question {
    origin: String,
}

#[derive(Serialize, ToSchema)]
pub struct Tag {
    #[schema(value_type = String)]
    portal: Code,
    name: String,
    /// As browsers write it.
    origin: String,
    /// Whether reports from there are taken.
    registered: bool,
    /// The collector's own, and of the widget that it serves.
    version: &'static str,
}

#[utoipa::path(
    get,
    path = "/v1/portals/{code}/tag",
    tag = "answers",
    params(("code" = String, Path, description = "A portal's code, such as vn-hn"), Question),
    responses((status = 200, body = Tag), (status = "4XX", body = Problem, content_type = "application/problem+json"), (status = 503, body = Problem, content_type = "application/problem+json")),
)]
pub async fn tag(
    State(app): State<Arc<App>>,
    Path(code): Path<String>,
    question: Result<Query<Question>, QueryRejection>,
) -> Result<Json<Tag>, Problem> {
    let Query(question) = question.map_err(|e| Problem::bad_parameter(e.body_text()))?;
    let origin: Origin = question
        .origin
        .parse()
        .map_err(|error| Problem::bad_parameter(format!("origin: {error}")))?;
    let registry = app.registry()?;
    let entry = find(&registry, &code)?;
    Ok(Json(Tag {
        portal: entry.code.clone(),
        name: entry.name.clone(),
        registered: entry.has_origin(&origin),
        origin: origin.to_string(),
        version: env!("CARGO_PKG_VERSION"),
    }))
}
