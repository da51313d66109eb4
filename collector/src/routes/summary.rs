//! `GET /v1/portals/{code}/summary`

use std::sync::Arc;

use axum::Json;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Path, Query, State};
use nhip_protocol::code::Code;
use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::window::window;
use super::{Problem, portals};
use crate::app::App;
use crate::rollup::Filter;
use crate::summary::Summary;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Question {
    from: Option<String>,
    to: Option<String>,
    agency: Option<String>,
    device: Option<String>,
    network: Option<String>,
    browser: Option<String>,
    page: Option<String>,
}

pub async fn summary(
    State(app): State<Arc<App>>,
    Path(code): Path<String>,
    question: Result<Query<Question>, QueryRejection>,
) -> Result<Json<Summary>, Problem> {
    let Query(question) = question.map_err(|e| Problem::bad_parameter(e.body_text()))?;
    let registry = app.registry()?;
    let entry = portals::find(&registry, &code)?;
    let window = window(&app, question.from.as_deref(), question.to.as_deref())?;
    let summary = app.summary(entry, window, question.filter()?).await?;
    Ok(Json(summary))
}

impl Question {
    fn filter(&self) -> Result<Filter, Problem> {
        let agency = self.agency.as_deref().map(|text| {
            text.parse::<Code>()
                .map_err(|error| Problem::bad_parameter(format!("agency: {error}")))
        });
        Ok(Filter {
            agency: agency.transpose()?,
            device: word("device", "phone, tablet or desktop", &self.device)?,
            network: word("network", "slow-2g, 2g, 3g or 4g", &self.network)?,
            browser: word("browser", "blink, gecko, webkit or other", &self.browser)?,
            page: self.page.clone(),
        })
    }
}

/// One of the words of the report.
fn word<T: DeserializeOwned>(
    name: &str,
    expected: &str,
    text: &Option<String>,
) -> Result<Option<T>, Problem> {
    let Some(text) = text else { return Ok(None) };
    serde_json::from_value(serde_json::Value::from(text.as_str()))
        .map(Some)
        .map_err(|_| {
            let got: String = text.chars().take(40).collect();
            Problem::bad_parameter(format!("{name}: expected {expected}, got '{got}'"))
        })
}
