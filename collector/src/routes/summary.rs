//! `GET /v1/portals/{code}/summary`, and `…/series`: the same over time.

use std::sync::Arc;

use axum::Json;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Path, Query, State};
use jiff::tz::TimeZone;
use nhip_protocol::code::Code;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::access::require;
use super::window::window;
use super::{Problem, portals};
use crate::access::{Access, Part};
use crate::app::App;
use crate::clock::{Step, parts};
use crate::rollup::Filter;
use crate::summary::Summary;

/// Of a series.
const MOST_POINTS: usize = 800;

#[derive(Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct Question {
    #[param(format = DateTime)]
    pub from: Option<String>,
    #[param(format = DateTime)]
    pub to: Option<String>,
    pub agency: Option<String>,
    pub device: Option<String>,
    pub network: Option<String>,
    pub browser: Option<String>,
    pub page: Option<String>,
}

#[utoipa::path(
    get,
    path = "/v1/portals/{code}/summary",
    tag = "answers",
    params(("code" = String, Path, description = "A portal's code, such as vn-hn"), Question),
    responses((status = 200, body = Summary), (status = "4XX", body = Problem, content_type = "application/problem+json"), (status = 503, body = Problem, content_type = "application/problem+json")),
)]
pub async fn summary(
    State(app): State<Arc<App>>,
    access: Access,
    Path(code): Path<String>,
    question: Result<Query<Question>, QueryRejection>,
) -> Result<Json<Summary>, Problem> {
    let Query(question) = question.map_err(|e| Problem::bad_parameter(e.body_text()))?;
    let registry = app.registry()?;
    let entry = portals::find(&registry, &code)?;
    require(&access, Part::Summary, Some(&entry.code))?;
    let window = window(&app, question.from.as_deref(), question.to.as_deref())?;
    let filter = question.filter(&access, &entry.code)?;
    let summary = app.summary(entry, window, filter).await?;
    Ok(Json(summary.seen_by(&access)))
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct SeriesQuestion {
    /// `hour`, `day`, `month` or `all`; `day`
    step: Option<String>,
    #[param(format = DateTime)]
    from: Option<String>,
    #[param(format = DateTime)]
    to: Option<String>,
    agency: Option<String>,
    device: Option<String>,
    network: Option<String>,
    browser: Option<String>,
    page: Option<String>,
}

#[derive(Serialize, ToSchema)]
pub struct Series {
    #[schema(value_type = String)]
    portal: Code,
    step: &'static str,
    /// Where days and months begin.
    time_zone: String,
    /// The first and the last one may be of less than a whole step.
    points: Vec<Summary>,
}

#[utoipa::path(
    get,
    path = "/v1/portals/{code}/series",
    tag = "answers",
    params(("code" = String, Path, description = "A portal's code, such as vn-hn"), SeriesQuestion),
    responses((status = 200, body = Series), (status = "4XX", body = Problem, content_type = "application/problem+json"), (status = 503, body = Problem, content_type = "application/problem+json")),
)]
pub async fn series(
    State(app): State<Arc<App>>,
    access: Access,
    Path(code): Path<String>,
    question: Result<Query<SeriesQuestion>, QueryRejection>,
) -> Result<Json<Series>, Problem> {
    let Query(asked) = question.map_err(|e| Problem::bad_parameter(e.body_text()))?;
    let step = asked.step;
    let of = Question {
        from: asked.from,
        to: asked.to,
        agency: asked.agency,
        device: asked.device,
        network: asked.network,
        browser: asked.browser,
        page: asked.page,
    };
    let registry = app.registry()?;
    let entry = portals::find(&registry, &code)?;
    require(&access, Part::Series, Some(&entry.code))?;
    let window = window(&app, of.from.as_deref(), of.to.as_deref())?;
    let (step, step_name) = step_named(step.as_deref())?;
    let parts = parts(&window, step, &app.zone);
    if parts.len() > MOST_POINTS {
        let got = parts.len();
        return Err(Problem::bad_parameter(format!(
            "from, to, step: expected at most {MOST_POINTS} points, got {got}"
        )));
    }
    let filter = of.filter(&access, &entry.code)?;
    let points = app.series(entry, parts, filter).await?;
    Ok(Json(Series {
        portal: entry.code.clone(),
        step: step_name,
        time_zone: zone_name(&app.zone),
        points: points.into_iter().map(|it| it.seen_by(&access)).collect(),
    }))
}

pub fn step_named(name: Option<&str>) -> Result<(Step, &'static str), Problem> {
    match name {
        Some("hour") => Ok((Step::Hour, "hour")),
        None | Some("day") => Ok((Step::Day, "day")),
        Some("month") => Ok((Step::Month, "month")),
        Some("all") => Ok((Step::Whole, "all")),
        Some(other) => {
            let got: String = other.chars().take(40).collect();
            Err(Problem::bad_parameter(format!(
                "step: expected hour, day, month or all, got '{got}'"
            )))
        }
    }
}

pub fn zone_name(zone: &TimeZone) -> String {
    zone.iana_name().unwrap_or("UTC").to_owned()
}

impl Question {
    pub fn is_filtered(&self) -> bool {
        let of = [
            &self.agency,
            &self.device,
            &self.network,
            &self.browser,
            &self.page,
        ];
        of.iter().any(|it| it.is_some())
    }

    pub fn filter(&self, access: &Access, portal: &Code) -> Result<Filter, Problem> {
        if self.page.is_some() {
            require(access, Part::Pages, Some(portal))?;
        }
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
