//! `/healthz`: the process answers. `/readyz`: it can read its registry and its store, and knows the views
//! of the last day again, so that none is counted a second time.

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
    if !app.first_seen.is_filled() {
        return Err(Problem::unavailable(
            "the views of the last day are being read; ask again in a moment".to_owned(),
        ));
    }
    Ok("ready\n")
}
