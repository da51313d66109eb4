//! Answers of the API that were known already: 304, without sending them again.

use axum::body::{Body, to_bytes};
use axum::extract::Request;
use axum::http::header::{CACHE_CONTROL, CONTENT_LENGTH, CONTENT_TYPE, ETAG, VARY};
use axum::http::{HeaderValue, StatusCode};
use axum::middleware::Next;
use axum::response::Response;

use super::{Problem, is_known};
use crate::widget::hash;

/// Asked about each time, and no proxy's: with a token there is more in it.
const ASK: HeaderValue = HeaderValue::from_static("private, no-cache");

/// Answers are made whole before they are sent, so that holding one costs nothing more.
pub async fn tag(request: Request, next: Next) -> Response {
    let headers = request.headers().clone();
    let response = next.run(request).await;
    let media_type = response.headers().get(CONTENT_TYPE);
    let is_data = media_type.is_some_and(|it| {
        let it = it.as_bytes();
        [&b"application/json"[..], b"text/csv", b"image/svg+xml"]
            .iter()
            .any(|data| it.starts_with(data))
    });
    if !is_data || response.status() != StatusCode::OK {
        return response;
    }
    let (mut parts, body) = response.into_parts();
    let Ok(bytes) = to_bytes(body, usize::MAX).await else {
        return Problem::unavailable("the answer broke off".to_owned()).into();
    };
    let tag = format!("\"{}\"", hash(&bytes));
    parts.headers.entry(CACHE_CONTROL).or_insert(ASK);
    parts
        .headers
        .append(VARY, HeaderValue::from_static("authorization, cookie"));
    if let Ok(value) = HeaderValue::from_str(&tag) {
        parts.headers.insert(ETAG, value);
    }
    if is_known(&headers, &tag) {
        parts.status = StatusCode::NOT_MODIFIED;
        parts.headers.remove(CONTENT_LENGTH);
        return Response::from_parts(parts, Body::empty());
    }
    Response::from_parts(parts, Body::from(bytes))
}
