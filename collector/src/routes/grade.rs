//! `GET /v1/portals/{code}/grade`: the summary's grade alone, for badges that show it (`data-show="portal"`). Every
//! view of such a page asks.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use axum::http::HeaderName;
use axum::http::header::CACHE_CONTROL;

use super::Problem;
use super::access::require;
use super::portals::find;
use crate::access::{Access, Part};
use crate::app::App;
use crate::summary::FieldGrade;

/// As long as an answer is kept by the collector, and by a browser.
const FRESH: &str = "public, max-age=60";

#[utoipa::path(
    get,
    path = "/v1/portals/{code}/grade",
    tag = "answers",
    params(("code" = String, Path, description = "A portal's code, such as vn-hn")),
    responses((status = 200, body = FieldGrade), (status = "4XX", body = Problem, content_type = "application/problem+json"), (status = 503, body = Problem, content_type = "application/problem+json")),
)]
pub async fn grade(
    State(app): State<Arc<App>>,
    access: Access,
    Path(code): Path<String>,
) -> Result<([(HeaderName, &'static str); 1], Json<FieldGrade>), Problem> {
    let registry = app.registry()?;
    let entry = find(&registry, &code)?;
    require(&access, Part::Badge, Some(&entry.code))?;
    let grade = app.grade(entry).await?;
    Ok(([(CACHE_CONTROL, FRESH)], Json(grade)))
}
