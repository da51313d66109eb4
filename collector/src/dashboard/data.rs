//! `/data`: what may be downloaded, and what each column of it means.

use std::sync::Arc;

use askama::Template;
use axum::extract::{Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;

use super::asked::Asked;
use super::language::Language;
use super::{Frame, message, page};
use crate::app::App;
use crate::export::{Column, dictionary};

#[derive(Template)]
#[template(path = "dashboard/data.html")]
struct Data {
    frame: Frame,
    columns: Vec<Column>,
}

pub async fn data(
    State(app): State<Arc<App>>,
    Query(asked): Query<Asked>,
    headers: HeaderMap,
) -> Response {
    let language = Language::of(asked.lang.as_deref(), &headers);
    match dictionary(&app.zone) {
        Ok(columns) => {
            let frame = Frame::new(&app, language, "/data");
            page(StatusCode::OK, &Data { frame, columns })
        }
        Err(error) => {
            tracing::error!(%error, "the data dictionary cannot be written");
            message(&app, language, StatusCode::INTERNAL_SERVER_ERROR, |t| {
                t.unavailable
            })
        }
    }
}
