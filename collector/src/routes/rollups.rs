//! What collectors that feed this one ask and send. Opened by a token of `nhip token create --feed` alone.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::Json;
use axum::body::Body;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use nhip_protocol::code::Code;
use serde::Deserialize;
use utoipa::IntoParams;

use super::Problem;
use crate::access::{Access, Scope};
use crate::app::App;
use crate::body;
use crate::federation::{Feed, Has, MOST_BYTES, VERSION, checked};

/// Hours since 1970.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Hours {
    /// The first one
    from: i64,
    /// The one after the last
    to: i64,
}

/// Years of hours.
const MOST_ASKED: i64 = 5000;

#[utoipa::path(
    get,
    path = "/v1/rollups",
    tag = "collectors",
    params(Hours),
    responses((status = 200, body = Has), (status = "4XX", body = Problem, content_type = "application/problem+json"), (status = 503, body = Problem, content_type = "application/problem+json")),
)]
pub async fn has(
    State(app): State<Arc<App>>,
    access: Access,
    hours: Result<Query<Hours>, QueryRejection>,
) -> Result<Json<Has>, Problem> {
    let (source, portals) = feeds(&app, &access)?;
    let Query(Hours { from, to }) = hours.map_err(|e| Problem::bad_parameter(e.body_text()))?;
    if !(0..=MOST_ASKED).contains(&to.saturating_sub(from)) {
        let detail = format!("expected at most {MOST_ASKED} hours, from before to");
        return Err(Problem::bad_parameter(detail));
    }
    let of = source.to_string();
    let had = app.read(move |store| store.had(&of, from..to)).await?;
    let mut hours: BTreeMap<String, BTreeMap<i64, (u64, String)>> = BTreeMap::new();
    for it in had {
        let of = hours.entry(it.portal.to_string()).or_default();
        of.insert(it.hour, (it.revision, it.content));
    }
    Ok(Json(Has {
        v: VERSION,
        source: source.to_string(),
        first: app.retention.keep(app.clock.now()).rollups_from + 1,
        portals: portals.iter().map(Code::to_string).collect(),
        hours,
    }))
}

#[utoipa::path(
    post,
    path = "/v1/rollups",
    tag = "collectors",
    request_body(content = Feed, content_type = "application/json"),
    responses((status = 204), (status = "4XX", body = Problem, content_type = "application/problem+json"), (status = 503, body = Problem, content_type = "application/problem+json")),
)]
pub async fn receive(
    State(app): State<Arc<App>>,
    access: Access,
    body: Body,
) -> Result<StatusCode, Problem> {
    let (source, portals) = feeds(&app, &access)?;
    let bytes = body::read(body, MOST_BYTES).await.map_err(|_| {
        let detail = format!("expected at most {MOST_BYTES} bytes");
        Problem::new(StatusCode::PAYLOAD_TOO_LARGE, "too-large", detail)
    })?;
    let malformed = |detail: String| Problem::new(StatusCode::BAD_REQUEST, "malformed", detail);
    let now = app.clock.now();
    let first = app.retention.keep(now).rollups_from;
    // Many hours are unpacked.
    let checked = tokio::task::spawn_blocking(move || {
        let feed: Feed = serde_json::from_slice(&bytes).map_err(|error| error.to_string())?;
        checked(feed, source.as_str(), &portals, first, now).map_err(|error| error.to_string())
    });
    let fed = checked
        .await
        .map_err(|error| malformed(error.to_string()))?
        .map_err(malformed)?;
    app.store.keep_fed(fed).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// The source that the token names, and those of its portals that are registered here.
fn feeds(app: &App, access: &Access) -> Result<(Code, Vec<Code>), Problem> {
    let Some(Scope::Feed { source, portals }) = access.scope() else {
        return Err(Problem::new(
            StatusCode::UNAUTHORIZED,
            "unauthorized",
            "expected a token for collectors: nhip token create --feed NAME --of CODE",
        ));
    };
    let registry = app.registry()?;
    let mut portals = portals.clone();
    portals.retain(|code| {
        let entry = registry.entry(code);
        entry.is_some_and(|entry| entry.portal.is_some())
    });
    Ok((source.clone(), portals))
}
