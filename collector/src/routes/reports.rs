//! `POST /v1/reports`: 204 once every report is on disk, or one reason for each that is not kept.

use std::sync::Arc;
use std::time::Instant;

use axum::body::Body;
use axum::extract::State;
use axum::http::header::{CONTENT_TYPE, ORIGIN, USER_AGENT};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::{Extension, Json};
use nhip_protocol::code::Code;
use nhip_protocol::refusal::Refusal;
use nhip_protocol::report::MAX_AGE_MS;
use serde::Serialize;
use utoipa::ToSchema;

use super::Problem;
use crate::agent;
use crate::app::App;
use crate::body;
use crate::client::{Client, Peer};
use crate::clock::UnixMs;
use crate::intake::{self, Batch, MAX_BODY, OriginHeader, Refused};
use crate::portals::Registry;
use crate::store::{NewRow, NotKept};

/// Some reports of an array were refused; the others are stored.
#[derive(Serialize, ToSchema)]
struct Mixed {
    stored: usize,
    refused: Vec<RefusedAt>,
}

#[derive(Serialize, ToSchema)]
struct RefusedAt {
    index: usize,
    #[serde(flatten)]
    problem: Problem,
}

/// What the request says of who sends.
struct Sender<'a> {
    origin: OriginHeader,
    agent: &'a str,
    client: Option<Client>,
}

impl<'a> Sender<'a> {
    fn of(headers: &'a HeaderMap, client: Option<Client>) -> Self {
        Self {
            origin: OriginHeader::of(headers.get(ORIGIN).map(|value| value.as_bytes())),
            agent: headers
                .get(USER_AGENT)
                .and_then(|value| value.to_str().ok())
                .unwrap_or_default(),
            client,
        }
    }

    /// A report that is to be stored, or the first reason against it. What is cheap to ask comes first.
    fn admit(
        &self,
        app: &App,
        text: &str,
        registry: &Registry,
        now: UnixMs,
    ) -> Result<NewRow, Refused> {
        if self
            .client
            .is_some_and(|client| !app.limits.allow_client(client))
        {
            return Err(intake::refused(text, registry, Refusal::AddressLimit));
        }
        let mut row = self.judge(text, registry, now)?;
        let portal = &row.report.portal;
        let refused = |refusal| Refused {
            portal: Some(portal.clone()),
            refusal,
        };
        if !app.limits.allow_portal(portal) {
            return Err(refused(Refusal::PortalLimit(portal.to_string())));
        }
        let dated = app
            .first_seen
            .date(portal, row.report.view, row.began, self.client);
        let age_ms = row.received.saturating_sub(dated.began);
        if age_ms > MAX_AGE_MS.cast_signed() {
            let age_ms = age_ms.unsigned_abs();
            return Err(refused(Refusal::TooLate { age_ms }));
        }
        row.began = dated.began;
        row.surplus = dated.surplus;
        Ok(row)
    }

    fn judge(&self, text: &str, registry: &Registry, now: UnixMs) -> Result<NewRow, Refused> {
        let mut row = intake::judge(text, &self.origin, registry, now)?;
        agent::tell(&mut row.report, self.agent);
        Ok(row)
    }
}

#[utoipa::path(
    post,
    path = "/v1/reports",
    tag = "reports",
    request_body(content = super::openapi::Report, content_type = "application/json"),
    responses((status = 204), (status = 400, content((Mixed = "application/json"), (Problem = "application/problem+json"))), (status = "4XX", body = Problem, content_type = "application/problem+json"), (status = 503, body = Problem, content_type = "application/problem+json")),
)]
pub async fn receive(
    State(app): State<Arc<App>>,
    peer: Option<Extension<Peer>>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Problem> {
    let now = app.clock.now();
    let refuse = |refusal: Refusal| {
        let problem = Problem::from(&refusal);
        let portal = None;
        app.outcomes.refuse(&Refused { portal, refusal }, now);
        problem
    };
    if !is_readable(&headers) {
        let refusal = Refusal::Malformed(
            "expected the content type text/plain or application/json".to_owned(),
        );
        return Err(Problem::new(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            refusal.reason(),
            refuse(refusal).detail,
        ));
    }
    let bytes = read(body).await.map_err(refuse)?;
    let whole = Instant::now();
    let client = peer.and_then(|Extension(peer)| app.clients.of(peer, &headers));
    let sender = Sender::of(&headers, client);
    let answer = match Batch::split(&bytes).map_err(refuse)? {
        Batch::One(text) => one(&app, text, &sender).await,
        Batch::Many(reports) => {
            let texts: Vec<&str> = reports.iter().map(|report| report.get()).collect();
            many(&app, &texts, &sender).await
        }
    };
    app.outcomes.metrics.answered(whole.elapsed());
    answer
}

/// `POST /v1/reports/verify`: what would become of one report. It is neither stored nor counted.
#[utoipa::path(
    post,
    path = "/v1/reports/verify",
    tag = "reports",
    request_body(content = super::openapi::Report, content_type = "application/json"),
    responses((status = 204), (status = "4XX", body = Problem, content_type = "application/problem+json"), (status = 503, body = Problem, content_type = "application/problem+json")),
)]
pub async fn verify(
    State(app): State<Arc<App>>,
    headers: HeaderMap,
    body: Body,
) -> Result<StatusCode, Problem> {
    let refuse = |refusal: Refusal| Problem::from(&refusal);
    let bytes = read(body).await.map_err(refuse)?;
    let Batch::One(text) = Batch::split(&bytes).map_err(refuse)? else {
        return Err(refuse(Refusal::Malformed("expected one report".to_owned())));
    };
    let registry = app.registry()?;
    Sender::of(&headers, None)
        .judge(text, &registry, app.clock.now())
        .map(|_| StatusCode::NO_CONTENT)
        .map_err(|refused| refuse(refused.refusal))
}

async fn read(body: Body) -> Result<Vec<u8>, Refusal> {
    body::read(body, MAX_BODY)
        .await
        .map_err(|unread| match unread {
            body::Unread::TooLong { got } => Refusal::TooLarge {
                expected: "a body of at most 65536 bytes",
                got,
            },
            body::Unread::Broken => Refusal::Malformed("the body broke off".to_owned()),
        })
}

async fn one(app: &App, text: &str, sender: &Sender<'_>) -> Result<Response, Problem> {
    let (registry, now) = (app.registry()?, app.clock.now());
    match sender.admit(app, text, &registry, now) {
        Ok(row) => {
            keep(app, &registry, vec![row]).await?;
            Ok(StatusCode::NO_CONTENT.into_response())
        }
        Err(refused) => {
            app.outcomes.refuse(&refused, now);
            Err(Problem::from(&refused.refusal))
        }
    }
}

async fn many(app: &App, texts: &[&str], sender: &Sender<'_>) -> Result<Response, Problem> {
    let (registry, now) = (app.registry()?, app.clock.now());
    let (mut rows, mut refusals) = (Vec::new(), Vec::new());
    for (index, text) in texts.iter().enumerate() {
        match sender.admit(app, text, &registry, now) {
            Ok(row) => rows.push(row),
            Err(refused) => refusals.push((index, refused)),
        }
    }
    let stored = rows.len();
    if stored > 0 {
        keep(app, &registry, rows).await?;
    }
    // Counted only now: where the good ones were not kept, the whole array comes again, and with it these.
    if refusals.is_empty() {
        return Ok(StatusCode::NO_CONTENT.into_response());
    }
    let refused = refusals
        .into_iter()
        .map(|(index, refused)| {
            app.outcomes.refuse(&refused, now);
            let problem = Problem::from(&refused.refusal);
            RefusedAt { index, problem }
        })
        .collect();
    Ok((StatusCode::BAD_REQUEST, Json(Mixed { stored, refused })).into_response())
}

/// On disk, with no name that too few views have shown. What is not kept is counted as such.
async fn keep(app: &App, registry: &Registry, mut rows: Vec<NewRow>) -> Result<(), NotKept> {
    for row in &mut rows {
        if let Some(entry) = registry.entry(&row.report.portal) {
            app.names.admit(row, entry);
        }
    }
    let portals: Vec<Code> = rows.iter().map(|row| row.report.portal.clone()).collect();
    let kept = app.store.append(rows).await;
    if kept.is_ok() {
        app.outcomes.stored(portals.len());
    } else {
        for portal in portals {
            let refused = Refused {
                portal: Some(portal),
                refusal: Refusal::NotKept,
            };
            app.outcomes.refuse(&refused, app.clock.now());
        }
    }
    kept
}

/// `text/plain` is what a beacon can send across origins without a preflight.
fn is_readable(headers: &HeaderMap) -> bool {
    headers
        .get(CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.split(';').next())
        .map(str::trim)
        .is_some_and(|media_type| {
            ["text/plain", "application/json"]
                .iter()
                .any(|readable| media_type.eq_ignore_ascii_case(readable))
        })
}
