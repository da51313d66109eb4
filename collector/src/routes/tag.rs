//! `GET /v1/portals/{code}/tag?origin=`: what the collector would make of a tag for this portal on pages
//! of this origin. The panel and `nhip verify` ask it. Nothing is counted.

use std::sync::Arc;

use axum::Json;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Path, Query, State};
use nhip_protocol::code::Code;
use serde::{Deserialize, Serialize};

use super::Problem;
use super::portals::find;
use crate::app::App;
use crate::portals::Origin;

#[derive(Deserialize)]
pub struct Question {
    origin: String,
}

#[derive(Serialize)]
pub struct Tag {
    portal: Code,
    name: String,
    /// As browsers write it.
    origin: String,
    /// Whether reports from there are taken.
    registered: bool,
    /// The collector's own, and of the widget that it serves.
    version: &'static str,
}

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
