//! `/v1/portals/{code}/notes`: what a portal's developers say of a moment. A release tells it from its pipeline.

use std::sync::Arc;

use axum::Json;
use axum::body::Body;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Path, Query, State};
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderMap, StatusCode};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::Problem;
use super::access::{require, require_own};
use super::league::Question;
use super::portals::find;
use super::window::window;
use crate::access::{Access, Part};
use crate::app::App;
use crate::audit::By;
use crate::body;
use crate::clock::{DAY_MS, UnixMs};
use crate::notes::{Note, Told};
use crate::store::Unreadable;

/// Bytes of a note: 100 characters, escaped.
const MOST_BYTES: usize = 2048;

/// Of a portal, about one day.
const MOST_A_DAY: usize = 50;

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewNote {
    /// 1 to 100 characters
    text: String,
    /// RFC 3339; now where it is absent
    #[schema(format = DateTime)]
    at: Option<String>,
}

#[derive(Serialize, ToSchema)]
pub struct Notes {
    notes: Vec<Told>,
}

#[utoipa::path(
    get,
    path = "/v1/portals/{code}/notes",
    tag = "answers",
    params(("code" = String, Path, description = "A portal's code, such as vn-hn"), Question),
    responses((status = 200, body = Notes), (status = "4XX", body = Problem, content_type = "application/problem+json"), (status = 503, body = Problem, content_type = "application/problem+json")),
)]
pub async fn list(
    State(app): State<Arc<App>>,
    access: Access,
    Path(code): Path<String>,
    question: Result<Query<Question>, QueryRejection>,
) -> Result<Json<Notes>, Problem> {
    let Query(asked) = question.map_err(|e| Problem::bad_parameter(e.body_text()))?;
    let registry = app.registry()?;
    let code = find(&registry, &code)?.code.clone();
    require(&access, Part::Notes, Some(&code))?;
    let window = window(&app, asked.from.as_deref(), asked.to.as_deref())?;
    let notes = app.read(move |store| store.notes(&code, window)).await?;
    Ok(Json(Notes {
        notes: notes.into_iter().map(Told::from).collect(),
    }))
}

#[utoipa::path(
    post,
    path = "/v1/portals/{code}/notes",
    tag = "answers",
    params(("code" = String, Path, description = "A portal's code, such as vn-hn")),
    request_body(content = NewNote, content_type = "application/json"),
    responses((status = 201, body = Told), (status = "4XX", body = Problem, content_type = "application/problem+json"), (status = 503, body = Problem, content_type = "application/problem+json")),
)]
pub async fn add(
    State(app): State<Arc<App>>,
    access: Access,
    Path(code): Path<String>,
    headers: HeaderMap,
    body: Body,
) -> Result<(StatusCode, Json<Told>), Problem> {
    let registry = app.registry()?;
    let code = find(&registry, &code)?.code.clone();
    require_own(&access, &code)?;
    // A form of another site cannot send this without being asked first.
    let media_type = headers.get(CONTENT_TYPE).and_then(|it| it.to_str().ok());
    let is_json = |it: &str| it.split(';').next().unwrap_or_default().trim() == "application/json";
    if !media_type.is_some_and(is_json) {
        return Err(Problem::new(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "malformed",
            "expected the content type application/json",
        ));
    }
    let bytes = body::read(body, MOST_BYTES).await.map_err(|_| {
        Problem::new(
            StatusCode::PAYLOAD_TOO_LARGE,
            "too-large",
            "expected at most 2048 bytes",
        )
    })?;
    let asked: NewNote = serde_json::from_slice(&bytes)
        .map_err(|error| Problem::new(StatusCode::BAD_REQUEST, "malformed", error.to_string()))?;
    let now = app.clock.now();
    let at = moment(asked.at.as_deref(), now)?;
    let note = Note::new(code, at, &asked.text)
        .map_err(|error| Problem::new(StatusCode::BAD_REQUEST, "malformed", error.to_string()))?;
    let (portal, day) = (note.portal.clone(), at - DAY_MS / 2..at + DAY_MS / 2);
    let near = app.read(move |store| store.notes(&portal, day)).await?;
    if near.len() >= MOST_A_DAY {
        let detail = "expected at most 50 notes of a portal about one day";
        return Err(Problem::new(
            StatusCode::TOO_MANY_REQUESTS,
            "too-many",
            detail,
        ));
    }
    let (portals, written) = (Arc::clone(&app.portals), note.clone());
    let by = By {
        at: now,
        who: "a token".to_owned(),
    };
    tokio::task::spawn_blocking(move || portals.note(&written, &by))
        .await
        .map_err(|error| Unreadable(error.to_string()))?
        .map_err(|error| Unreadable(error.to_string()))?;
    Ok((StatusCode::CREATED, Json(note.into())))
}

/// Not of a time to come, and not from before anything that is kept.
fn moment(at: Option<&str>, now: UnixMs) -> Result<UnixMs, Problem> {
    let Some(text) = at else { return Ok(now) };
    let at = text
        .parse::<Timestamp>()
        .ok()
        .map(Timestamp::as_millisecond);
    at.filter(|at| (now - 1095 * DAY_MS..=now).contains(at))
        .ok_or_else(|| {
            let got: String = text.chars().take(40).collect();
            Problem::bad_parameter(format!(
                "at: expected a time of the last three years, such as 2026-07-01T00:00:00Z, got '{got}'"
            ))
        })
}
