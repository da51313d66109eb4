//! Files that are served as they are: embedded, with a tag, asked about each time.

use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, ETAG};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use rust_embed::EmbeddedFile;

use crate::routes::{Problem, is_known};
use crate::widget::hash;

pub fn serve(name: &str, file: Option<EmbeddedFile>, headers: &HeaderMap) -> Response {
    let Some(file) = file else {
        return Problem::not_found(format!("there is no file '{name}'")).into();
    };
    let tag = format!("\"{}\"", hash(&file.data));
    let common = [(CACHE_CONTROL, "no-cache"), (ETAG, tag.as_str())];
    if is_known(headers, &tag) {
        return (StatusCode::NOT_MODIFIED, common).into_response();
    }
    let content = [(CONTENT_TYPE, media_type(name))];
    (common, content, file.data.into_owned()).into_response()
}

fn media_type(name: &str) -> &'static str {
    match name.rsplit_once('.').map(|(_, ending)| ending) {
        Some("css") => "text/css; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("svg") => "image/svg+xml",
        Some("jpg") => "image/jpeg",
        Some("png") => "image/png",
        Some("txt") => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}
