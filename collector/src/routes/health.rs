//! `/healthz`: the process answers. `/readyz`: it can read its registry and its store.

use std::sync::Arc;

use axum::extract::State;

use super::Problem;
use crate::app::App;

pub async fn alive() -> &'static str {
    "ok\n"
}

pub async fn ready(State(app): State<Arc<App>>) -> Result<&'static str, Problem> {
    app.registry()?;
    app.activity().await?;
    Ok("ready\n")
}
