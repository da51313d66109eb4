//! `POST /v1/browser-reports/{code}`: where a portal's `Reporting-Endpoints`, `Report-To` and `report-uri` point to.
//! `GET /v1/portals/{code}/browser-reports`: what they told.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::body::Body;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::{Extension, Json};
use nhip_protocol::code::Code;
use serde::Serialize;
use utoipa::ToSchema;

use super::league::Question;
use super::portals::find;
use super::window::window;
use super::{Problem, access::require};
use crate::access::{Access, Part};
use crate::app::App;
use crate::browser_reports::{Kind, Tally, read, split};
use crate::client::Peer;
use crate::clock::{rfc3339, whole_hours};
use crate::portals::Entry;

/// A hundred reports, each with a policy of some thousand bytes.
const MOST_BYTES: usize = 512 * 1024;

#[utoipa::path(
    post,
    path = "/v1/browser-reports/{code}",
    tag = "reports",
    params(("code" = String, Path, description = "A portal's code, such as vn-hn")),
    request_body(content = Vec<serde_json::Value>, content_type = "application/reports+json"),
    responses((status = 204), (status = "4XX", body = Problem, content_type = "application/problem+json"), (status = 503, body = Problem, content_type = "application/problem+json")),
)]
pub async fn receive(
    State(app): State<Arc<App>>,
    Path(code): Path<String>,
    peer: Option<Extension<Peer>>,
    headers: HeaderMap,
    body: Body,
) -> Result<StatusCode, Problem> {
    let registry = app.registry()?;
    let entry = find(&registry, &code)?;
    if entry.is_paused() {
        return Err(Problem::new(
            StatusCode::GONE,
            "paused",
            "the portal is paused",
        ));
    }
    let client = peer.and_then(|Extension(peer)| app.clients.of(peer, &headers));
    let limits = &app.browser_limits;
    let is_allowed = client.is_none_or(|client| limits.allow_client(client));
    if !is_allowed || !limits.allow_portal(&entry.code) {
        return Err(Problem::new(
            StatusCode::TOO_MANY_REQUESTS,
            "limit",
            "expected fewer reports; come again later",
        ));
    }
    let bytes = crate::body::read(body, MOST_BYTES).await.map_err(|_| {
        let expected = format!("expected a body of at most {MOST_BYTES} bytes");
        Problem::new(StatusCode::PAYLOAD_TOO_LARGE, "too-large", expected)
    })?;
    let malformed = |why| Problem::new(StatusCode::BAD_REQUEST, "malformed", why);
    let (tallies, refused) = sort(&app, entry, split(&bytes).map_err(malformed)?);
    let stored: u64 = tallies.iter().map(|tally| tally.count).sum();
    if stored > 0 {
        app.store.count_browser_reports(tallies).await?;
    }
    app.outcomes
        .metrics
        .browser_reports(stored, refused.len() as u64);
    match refused.first() {
        // A browser sends a whole batch again after anything else, and what was counted would be counted again.
        Some(first) if stored == 0 => Err(malformed(format!("none was counted: {first}"))),
        _ => Ok(StatusCode::NO_CONTENT),
    }
}

/// Those that count, and why the others do not.
fn sort(app: &App, entry: &Entry, reports: Vec<serde_json::Value>) -> (Vec<Tally>, Vec<String>) {
    let mut sums: BTreeMap<(i64, Kind, String), u64> = BTreeMap::new();
    let mut refused = Vec::new();
    for report in reports {
        match read(report, app.clock.now()) {
            Ok(told) if entry.has_origin(&told.origin) => {
                *sums.entry((told.hour, told.kind, told.detail)).or_default() += 1;
            }
            Ok(_) => refused.push("expected a page of a registered origin as url".to_owned()),
            Err(why) => refused.push(why.to_string()),
        }
    }
    let tally = |((hour, kind, detail), count)| Tally {
        portal: entry.code.clone(),
        hour,
        kind,
        detail,
        count,
    };
    (sums.into_iter().map(tally).collect(), refused)
}

/// What browsers told of a portal by themselves.
#[derive(Serialize, ToSchema)]
pub struct BrowserReports {
    #[schema(value_type = String)]
    portal: Code,
    from: String,
    to: String,
    /// Every kind there is: 0 is that none came.
    kinds: BTreeMap<&'static str, u64>,
    /// The most told first. Absent where they are withheld.
    #[serde(skip_serializing_if = "Option::is_none")]
    details: Option<Vec<Detail>>,
}

#[derive(Serialize, ToSchema)]
pub struct Detail {
    kind: &'static str,
    detail: String,
    count: u64,
}

#[utoipa::path(
    get,
    path = "/v1/portals/{code}/browser-reports",
    tag = "answers",
    params(("code" = String, Path, description = "A portal's code, such as vn-hn"), Question),
    responses((status = 200, body = BrowserReports), (status = "4XX", body = Problem, content_type = "application/problem+json"), (status = 503, body = Problem, content_type = "application/problem+json")),
)]
pub async fn told(
    State(app): State<Arc<App>>,
    access: Access,
    Path(code): Path<String>,
    question: Result<Query<Question>, QueryRejection>,
) -> Result<Json<BrowserReports>, Problem> {
    let Query(question) = question.map_err(|e| Problem::bad_parameter(e.body_text()))?;
    let registry = app.registry()?;
    let entry = find(&registry, &code)?;
    require(&access, Part::Summary, Some(&entry.code))?;
    let window = window(&app, question.from.as_deref(), question.to.as_deref())?;
    let (portal, hours) = (entry.code.clone(), whole_hours(&window));
    let rows = app
        .read(move |store| store.browser_reports(&portal, hours))
        .await?;
    let mut kinds: BTreeMap<_, _> = Kind::ALL.iter().map(|kind| (kind.name(), 0)).collect();
    for (kind, _, count) in &rows {
        *kinds.entry(kind.name()).or_default() += count;
    }
    let detail = |(kind, detail, count): (Kind, String, u64)| Detail {
        kind: kind.name(),
        detail,
        count,
    };
    Ok(Json(BrowserReports {
        portal: entry.code.clone(),
        from: rfc3339(window.start),
        to: rfc3339(window.end),
        kinds,
        details: access
            .may(Part::Errors, &entry.code)
            .then(|| rows.into_iter().map(detail).collect()),
    }))
}
