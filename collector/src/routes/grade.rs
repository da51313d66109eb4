//! `GET /v1/portals/{code}/grade`: the summary's grade alone, for badges that show it (`data-show="portal"`). Every
//! view of such a page asks, so it is read from the store once a minute a portal, whoever asks meanwhile.

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
use crate::rollup::Filter;
use crate::store::Unreadable;
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
    let read = async {
        let summary = app
            .summary(entry, app.default_window(), Filter::default())
            .await?;
        Ok::<_, Unreadable>(FieldGrade::from(summary))
    };
    let grade = app.grades.try_get_with(entry.code.clone(), read).await;
    // Of several who waited, each gets the one reason.
    let grade = grade.map_err(|error| Problem::from(Unreadable(error.0.clone())))?;
    Ok(([(CACHE_CONTROL, FRESH)], Json(grade)))
}
