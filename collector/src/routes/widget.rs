//! `/nhip.js`, `/nhip-HASH.js`, and the scripts that these fetch: compressed, cacheable, readable across origins.

use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::{Path, RawQuery, State};
use axum::http::header::{
    ACCEPT_ENCODING, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_TYPE, ETAG, HeaderName,
    IF_NONE_MATCH, VARY,
};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::Problem;
use crate::app::App;
use crate::widget::{LOADER, MODULE, PARTS, WidgetFile};

const JAVASCRIPT: &str = "text/javascript; charset=utf-8";
const WASM: &str = "application/wasm";

/// Two years, for names that change with their content.
const FOR_GOOD: &str = "public, max-age=63072000, immutable";

/// An hour: a release reaches every portal within it, and a day of views costs 24 questions.
const AN_HOUR: &str = "public, max-age=3600";

/// Asked about each time, answered 304.
const ASK: &str = "public, no-cache";

/// <https://fetch.spec.whatwg.org/#cross-origin-resource-policy-header>: portals that are
/// cross-origin isolated may embed the widget, too.
const CORP: HeaderName = HeaderName::from_static("cross-origin-resource-policy");
const TIMING: HeaderName = HeaderName::from_static("timing-allow-origin");

pub async fn loader(State(app): State<Arc<App>>, headers: HeaderMap) -> Response {
    match &app.widget.files().await.loader {
        Some(file) => serve(file, JAVASCRIPT, AN_HOUR, &headers),
        None => not_built().into(),
    }
}

/// The scripts that the widget's scripts fetch.
pub fn parts() -> Router<Arc<App>> {
    let mut router = Router::new();
    for (index, of) in PARTS.iter().enumerate() {
        let answer = async move |State(app): State<Arc<App>>,
                                 RawQuery(query): RawQuery,
                                 headers: HeaderMap| {
            part(&app, index, &query.unwrap_or_default(), &headers).await
        };
        router = router.route(&format!("/{}", of.name), get(answer));
    }
    router
}

/// `NAME?INTEGRITY` is kept for good; without its own integrity the file is asked about.
async fn part(app: &App, index: usize, query: &str, headers: &HeaderMap) -> Response {
    let hash = hash_of(query).unwrap_or_default();
    let files = app.widget.files().await;
    match &files.parts[index] {
        Some(file) if hash == file.hash => serve(file, JAVASCRIPT, FOR_GOOD, headers),
        current => match (app.widget.former(&hash, PARTS[index].ending).await, current) {
            (Some(former), _) => serve(&former, JAVASCRIPT, FOR_GOOD, headers),
            (None, Some(file)) => serve(file, JAVASCRIPT, ASK, headers),
            (None, None) => not_built().into(),
        },
    }
}

/// `sha256-…` as it stands in `integrity` → the name that the archive has for the file.
fn hash_of(integrity: &str) -> Option<String> {
    let digest = STANDARD.decode(integrity.strip_prefix("sha256-")?).ok()?;
    Some(digest.iter().take(8).map(|b| format!("{b:02x}")).collect())
}

/// `/nhip_bg.wasm?HASH`, which loaders of former releases ask for.
pub async fn module(
    State(app): State<Arc<App>>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Response {
    let hash = query.unwrap_or_default();
    match app.widget.former(&hash, MODULE).await {
        Some(former) => serve(&former, WASM, FOR_GOOD, &headers),
        None => Problem::not_found("expected the hash of a former release's module").into(),
    }
}

/// `/nhip-HASH.js`, for tags with `integrity`: of this release, or of any that this collector served.
pub async fn versioned_loader(
    State(app): State<Arc<App>>,
    Path(name): Path<String>,
    headers: HeaderMap,
) -> Response {
    let hash = name
        .strip_prefix("nhip-")
        .and_then(|rest| rest.strip_suffix(".js"));
    let Some(hash) = hash else {
        return Problem::not_found(format!("nothing is served at '/{name}'")).into();
    };
    let files = app.widget.files().await;
    if let Some(file) = files.loader.as_ref().filter(|file| file.hash == hash) {
        return serve(file, JAVASCRIPT, FOR_GOOD, &headers);
    }
    if let Some(former) = app.widget.former(hash, LOADER).await {
        return serve(&former, JAVASCRIPT, FOR_GOOD, &headers);
    }
    match &files.loader {
        Some(file) => Problem::not_found(format!(
            "expected nhip-{}.js, the loader of this collector, got '{name}'",
            file.hash
        ))
        .into(),
        None => not_built().into(),
    }
}

fn not_built() -> Problem {
    Problem::not_found("the widget was not built into this collector; run `cargo xtask build`")
}

fn serve(
    file: &WidgetFile,
    media_type: &'static str,
    caching: &'static str,
    headers: &HeaderMap,
) -> Response {
    let (encoding, bytes) = match best_encoding(headers) {
        Some("br") => (Some("br"), &file.brotli),
        Some("gzip") => (Some("gzip"), &file.gzip),
        _ => (None, &file.plain),
    };
    // One tag an encoding: they are different bytes.
    let tag = format!("\"{}-{}\"", file.hash, encoding.unwrap_or("plain"));
    let common = [
        (CACHE_CONTROL, caching),
        (VARY, "accept-encoding"),
        (CORP, "cross-origin"),
        (TIMING, "*"),
    ];
    if is_known(headers, &tag) {
        return (StatusCode::NOT_MODIFIED, common, [(ETAG, tag)]).into_response();
    }
    let content = [(CONTENT_TYPE, media_type)];
    let body = Body::from(bytes.clone());
    let mut response = (common, content, [(ETAG, tag)], body).into_response();
    if let Some(encoding) = encoding {
        let value = axum::http::HeaderValue::from_static(encoding);
        response.headers_mut().insert(CONTENT_ENCODING, value);
    }
    response
}

/// Whether the client has what `tag` names. Weak comparison, as RFC 9110 (13.1.2) wants it.
pub fn is_known(headers: &HeaderMap, tag: &str) -> bool {
    headers
        .get_all(IF_NONE_MATCH)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .map(|candidate| candidate.trim().trim_start_matches("W/"))
        .any(|candidate| candidate == tag || candidate == "*")
}

/// The smaller of what the client accepts; `q=0` is a refusal.
fn best_encoding(headers: &HeaderMap) -> Option<&'static str> {
    let accepted: Vec<&str> = headers
        .get_all(ACCEPT_ENCODING)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .filter_map(|item| {
            let (name, parameters) = item.split_once(';').unwrap_or((item, ""));
            let quality = parameters.trim().strip_prefix("q=").unwrap_or("1");
            (quality.parse::<f32>().unwrap_or(0.0) > 0.0).then_some(name.trim())
        })
        .collect();
    ["br", "gzip"].into_iter().find(|encoding| {
        accepted
            .iter()
            .any(|name| name.eq_ignore_ascii_case(encoding))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_smallest_accepted_encoding_is_chosen() {
        for (accept, chosen) in [
            ("", None),
            ("gzip", Some("gzip")),
            ("gzip, deflate, br", Some("br")),
            ("br;q=0, gzip;q=0.5", Some("gzip")),
            ("br;q=x", None),
            ("BR", Some("br")),
            ("zstd", None),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(ACCEPT_ENCODING, accept.parse().unwrap());
            assert_eq!(best_encoding(&headers), chosen, "{accept}");
        }
    }
}
