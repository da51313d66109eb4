//! `/metrics`: what the collector says of itself, and of each portal to whoever may see the league. `/healthz`: the process answers. `/readyz`: it can read its
//! registry and its store, and knows the views of the last day again, so that none is counted a second time.

use std::sync::Arc;

use axum::extract::State;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};

use super::Problem;
use super::access::require;
use crate::access::{Access, Part};
use crate::app::App;
use crate::store::Unreadable;

pub async fn alive() -> &'static str {
    "ok\n"
}

/// The content type of OpenMetrics' text.
const OPEN_METRICS: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

pub async fn metrics(State(app): State<Arc<App>>, access: Access) -> Result<Response, Problem> {
    let portals = match require(&access, Part::League, None) {
        Ok(()) => app.readings().await.unwrap_or_else(|error| {
            // What the collector says of itself is wanted all the more.
            tracing::error!(%error, "/metrics has no readings of portals");
            Arc::default()
        }),
        Err(_) => Arc::default(),
    };
    let asked = Arc::clone(&app);
    let text = app.read(move |store| {
        // What cannot be told now is left out.
        let stale = store.stale().ok().map(|stale| stale.len());
        let metrics = &asked.outcomes.metrics;
        let text = metrics.text(stale, store.spool().as_ref(), &asked.data, &portals);
        text.map_err(|error| Unreadable(error.to_string()))
    });
    Ok(([(CONTENT_TYPE, OPEN_METRICS)], text.await?).into_response())
}

pub async fn ready(State(app): State<Arc<App>>) -> Result<&'static str, Problem> {
    app.registry()?;
    // Reports that wait for their database are taken without it.
    if app.store.spool().is_none() {
        app.activity().await?;
    }
    if !app.first_seen.is_filled() {
        return Err(Problem::unavailable(
            "the views of the last day are being read; ask again in a moment".to_owned(),
        ));
    }
    Ok("ready\n")
}
