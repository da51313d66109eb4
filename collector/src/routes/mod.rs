//! The route table, and what every answer carries.

mod access;
mod alerts;
mod answer;
mod browser_reports;
mod etag;
mod export;
mod grade;
mod health;
mod league;
mod months;
mod notes;
mod openapi;
mod portals;
mod reports;
mod rollups;
mod rows;
mod summary;
mod tag;
mod widget;
mod window;

use std::sync::Arc;
use std::time::Duration;

use axum::extract::OriginalUri;
use axum::http::header::{
    AUTHORIZATION, CONTENT_SECURITY_POLICY, CONTENT_TYPE, REFERRER_POLICY, RETRY_AFTER,
    X_CONTENT_TYPE_OPTIONS,
};
use axum::http::{HeaderValue, Method, StatusCode};
use axum::middleware;
use axum::response::Response;
use axum::routing::get;
use axum::{Extension, Router};
use tower::util::MapResponseLayer;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::cors::{Any, CorsLayer};
use tower_http::set_header::SetResponseHeaderLayer;
use tower_http::timeout::TimeoutLayer;
use utoipa::OpenApi;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use self::openapi::Api;
pub use access::require;
pub use answer::Problem;
pub use portals::{OutcomeTable, find};
pub use summary::{Question, zone_name};
pub use widget::is_known;
pub use window::between;

use crate::app::App;
use crate::{dashboard, demo};

/// The whole of a request, its body included, must have come and been answered by then.
const TIMEOUT: Duration = Duration::from_secs(30);

const NOTHING: HeaderValue = HeaderValue::from_static("default-src 'none'; frame-ancestors 'none'");

/// How long a browser may remember the answer to a preflight.
const PREFLIGHT: Duration = Duration::from_secs(24 * 60 * 60);

pub fn router(app: Arc<App>) -> Router {
    let (taken, mut document) = OpenApiRouter::with_openapi(Api::openapi())
        .routes(routes!(reports::receive))
        .routes(routes!(reports::verify))
        .routes(routes!(browser_reports::receive))
        .routes(routes!(rows::rows))
        .routes(routes!(rollups::has, rollups::receive))
        .split_for_parts();
    let (answers, answered) = answers().split_for_parts();
    document.merge(answered);
    let mut router = Router::new()
        .merge(taken)
        .merge(answers.layer(middleware::from_fn(etag::tag)))
        .merge(documented(&document))
        .route("/healthz", get(health::alive))
        .route("/readyz", get(health::ready))
        .route("/metrics", get(health::metrics))
        .route("/nhip.js", get(widget::loader))
        .route("/nhip_bg.wasm", get(widget::module))
        .route(
            "/{file}",
            get(widget::versioned_loader).fallback(unknown_route),
        )
        .merge(dashboard::router())
        .merge(widget::parts())
        .layer(TimeoutLayer::with_status_code(
            StatusCode::REQUEST_TIMEOUT,
            TIMEOUT,
        ));
    if app.demo {
        router = router.merge(demo::router());
    }
    router
        .fallback(unknown_route)
        .method_not_allowed_fallback(unknown_method)
        .with_state(app)
        .layer(CatchPanicLayer::custom(panicked))
        // One layer of many parts: each layer of its own is another copy of all below it for each request.
        .layer((
            CorsLayer::new()
                .allow_origin(Any)
                .allow_methods([Method::GET, Method::POST])
                .allow_headers([CONTENT_TYPE, AUTHORIZATION])
                .expose_headers([RETRY_AFTER])
                .max_age(PREFLIGHT),
            // Not stricter: under `no-referrer` a browser sends `Origin: null` with its beacons.
            header(REFERRER_POLICY, "strict-origin-when-cross-origin"),
            header(X_CONTENT_TYPE_OPTIONS, "nosniff"),
            MapResponseLayer::new(finish),
        ))
}

/// What is asked of what was kept.
fn answers() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::default()
        .routes(routes!(portals::list))
        .routes(routes!(portals::one))
        .routes(routes!(summary::summary))
        .routes(routes!(summary::series))
        .routes(routes!(tag::tag))
        .routes(routes!(grade::grade))
        .routes(routes!(dashboard::badge))
        .routes(routes!(browser_reports::told))
        .routes(routes!(league::league))
        .routes(routes!(league::coverage))
        .routes(routes!(export::as_csv))
        .routes(routes!(export::as_json))
        .routes(routes!(export::package))
        .routes(routes!(notes::list, notes::add))
        .routes(routes!(alerts::alerts))
        .routes(routes!(months::list))
        .routes(routes!(months::one))
}

/// `/openapi.json`; not there if it cannot be written, which a test would see.
fn documented(document: &utoipa::openapi::OpenApi) -> Router<Arc<App>> {
    match openapi::Served::new(document) {
        Ok(served) => Router::new()
            .route("/openapi.json", get(openapi::openapi))
            .layer(Extension(served)),
        Err(error) => {
            tracing::error!(%error, "/openapi.json cannot be written");
            Router::new()
        }
    }
}

fn header(
    name: axum::http::HeaderName,
    value: &'static str,
) -> SetResponseHeaderLayer<HeaderValue> {
    SetResponseHeaderLayer::if_not_present(name, HeaderValue::from_static(value))
}

async fn unknown_route(uri: OriginalUri) -> Problem {
    Problem::not_found(format!("nothing is served at '{}'", uri.path()))
}

async fn unknown_method(method: Method, uri: OriginalUri) -> Problem {
    Problem::new(
        StatusCode::METHOD_NOT_ALLOWED,
        "method-not-allowed",
        format!("'{}' does not take {method}", uri.path()),
    )
}

/// What is no page needs nothing, wherever it is opened; pages say themselves what they need. The layers' own
/// errors have no body: they get one.
fn finish(response: Response) -> Response {
    let mut response = match response.status() {
        StatusCode::REQUEST_TIMEOUT => late().into(),
        _ => response,
    };
    let media_type = response.headers().get(CONTENT_TYPE);
    let is_page = media_type.is_some_and(|it| it.as_bytes().starts_with(b"text/html"));
    if !is_page {
        let headers = response.headers_mut();
        headers.entry(CONTENT_SECURITY_POLICY).or_insert(NOTHING);
    }
    response
}

fn late() -> Problem {
    let seconds = TIMEOUT.as_secs();
    Problem::new(
        StatusCode::REQUEST_TIMEOUT,
        "timeout",
        format!("expected the whole request within {seconds} seconds"),
    )
}

fn panicked(_: Box<dyn std::any::Any + Send>) -> Response {
    Problem::new(
        StatusCode::INTERNAL_SERVER_ERROR,
        "internal",
        "the collector failed at this request; its log says more",
    )
    .into()
}
