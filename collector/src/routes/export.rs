//! `GET /v1/export.csv` and `.json`: every portal's readings over time, a line for each part of the window.

use std::io;
use std::ops::Range;
use std::sync::Arc;

use axum::Json;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use jiff::tz::TimeZone;
use serde::Deserialize;
use serde_json::{Map, Value, json};
use utoipa::IntoParams;

use super::Problem;
use super::access::require;
use super::portals::find;
use super::summary::{step_named, zone_name};
use super::window::window;
use crate::access::{Access, Part};
use crate::app::App;
use crate::clock::{UnixMs, parts, whole_hours};
use crate::export::{Csv, Line, SERVICE, line, services};
use crate::portals::Entry;
use crate::question;
use crate::rollup::{Dimension, Filter};
use crate::series::split;
use crate::store::Unreadable;

/// Lines of an export: a month of days of a hundred portals. They are held until they are sent.
const MOST_LINES: usize = 5000;

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct Question {
    #[param(format = DateTime)]
    from: Option<String>,
    #[param(format = DateTime)]
    to: Option<String>,
    /// `hour`, `day`, `month` or `all`; `day`
    step: Option<String>,
    /// One portal alone
    portal: Option<String>,
    /// `comma`, `semicolon` or `tab`, for CSV; `comma`
    separator: Option<String>,
    /// Of one portal, a line for each part of the window's views: `device`, `network`, `browser`, `agency` or `page`; or for
    /// each `service`, with columns of its own
    by: Option<String>,
    /// Of one portal, these views alone
    agency: Option<String>,
    device: Option<String>,
    network: Option<String>,
    browser: Option<String>,
    page: Option<String>,
}

type Asked = Result<Query<Question>, QueryRejection>;

#[utoipa::path(
    get,
    path = "/v1/export.json",
    tag = "answers",
    params(Question),
    responses((status = 200, body = serde_json::Value), (status = "4XX", body = Problem, content_type = "application/problem+json"), (status = 503, body = Problem, content_type = "application/problem+json")),
)]
pub async fn as_json(
    State(app): State<Arc<App>>,
    access: Access,
    question: Asked,
) -> Result<Json<Value>, Problem> {
    let Query(question) = question.map_err(|e| Problem::bad_parameter(e.body_text()))?;
    let lines = lines(&app, &access, &question).await?;
    let lines: Vec<Map<String, Value>> = lines.into_iter().map(Map::from_iter).collect();
    Ok(Json(
        json!({"time_zone": zone_name(&app.zone), "lines": lines}),
    ))
}

#[utoipa::path(
    get,
    path = "/v1/export.csv",
    tag = "answers",
    params(Question),
    responses((status = 200, body = String, content_type = "text/csv"), (status = "4XX", body = Problem, content_type = "application/problem+json"), (status = 503, body = Problem, content_type = "application/problem+json")),
)]
pub async fn as_csv(
    State(app): State<Arc<App>>,
    access: Access,
    question: Asked,
) -> Result<Response, Problem> {
    let Query(question) = question.map_err(|e| Problem::bad_parameter(e.body_text()))?;
    let separator = match question.separator.as_deref() {
        None | Some("comma") => b',',
        // What a spreadsheet expects where the comma is in numbers.
        Some("semicolon") => b';',
        Some("tab") => b'\t',
        Some(_) => {
            let expected = "separator: expected comma, semicolon or tab";
            return Err(Problem::bad_parameter(expected));
        }
    };
    let lines = lines(&app, &access, &question).await?;
    let columns = (question.by.as_deref() == Some("service")).then_some(&SERVICE[..]);
    let bytes = table(&lines, columns, separator, &app.zone)
        .map_err(|error| Problem::from(Unreadable(error.to_string())))?;
    let headers = [
        (CONTENT_TYPE, "text/csv; charset=utf-8"),
        (CONTENT_DISPOSITION, "attachment; filename=\"nhip.csv\""),
    ];
    Ok((headers, bytes).into_response())
}

#[utoipa::path(
    get,
    path = "/v1/datapackage.json",
    tag = "answers",
    responses((status = 200, body = serde_json::Value), (status = "4XX", body = Problem, content_type = "application/problem+json"), (status = 503, body = Problem, content_type = "application/problem+json")),
)]
pub async fn package(State(app): State<Arc<App>>) -> Result<Json<Value>, Problem> {
    let package = crate::export::package(&app.zone, app.synthetic);
    Ok(Json(
        package.map_err(|error| Unreadable(error.to_string()))?,
    ))
}

fn table(
    lines: &[Line],
    columns: Option<&[&str]>,
    separator: u8,
    zone: &TimeZone,
) -> io::Result<Vec<u8>> {
    let mut csv = match columns {
        Some(columns) => Csv::of(columns, Vec::new(), separator)?,
        None => Csv::begin(Vec::new(), separator, zone)?,
    };
    for line in lines {
        csv.write(line)?;
    }
    csv.end()
}

async fn lines(app: &App, access: &Access, question: &Question) -> Result<Vec<Line>, Problem> {
    let registry = app.registry()?;
    let only = question
        .portal
        .as_deref()
        .map(|code| find(&registry, code))
        .transpose()?;
    require(access, Part::Series, only.map(|entry| &entry.code))?;
    let window = window(app, question.from.as_deref(), question.to.as_deref())?;
    let filter = filter(access, question, only)?;
    if let Some(by) = question.by.as_deref() {
        let entry = only.ok_or_else(|| Problem::bad_parameter("by: expected a portal with it"))?;
        return of_parts(app, access, entry, &window, &filter, by).await;
    }
    let (step, _) = step_named(question.step.as_deref())?;
    let parts = parts(&window, step, &app.zone);
    let activity = app.activity().await?;
    let entries: Vec<&Entry> = match only {
        Some(entry) => vec![entry],
        None => registry
            .entries()
            .filter(|it| activity.contains_key(&it.code))
            .collect(),
    };
    let count = parts.len() * entries.len();
    if count > MOST_LINES {
        return Err(Problem::bad_parameter(format!(
            "from, to, step: expected at most {MOST_LINES} lines, got {count}; ask for a part of it"
        )));
    }
    let mut lines = Vec::with_capacity(count);
    for entry in entries {
        let summaries = app.series(entry, parts.clone(), filter.clone()).await?;
        for (part, summary) in parts.iter().zip(&summaries) {
            lines.push(line(
                &app.zone,
                &entry.code,
                &entry.name,
                part,
                summary,
                None,
            ));
        }
    }
    Ok(lines)
}

/// Of one portal alone: which devices, pages and agencies there are is each portal's own.
fn filter(access: &Access, question: &Question, only: Option<&Entry>) -> Result<Filter, Problem> {
    let asked = super::Question {
        agency: question.agency.clone(),
        device: question.device.clone(),
        network: question.network.clone(),
        browser: question.browser.clone(),
        page: question.page.clone(),
        ..super::Question::default()
    };
    match only {
        Some(entry) => asked.filter(access, &entry.code),
        None if asked.is_filtered() => Err(Problem::bad_parameter(
            "agency, device, network, browser, page: expected a portal with them",
        )),
        None => Ok(Filter::default()),
    }
}

async fn of_parts(
    app: &App,
    access: &Access,
    entry: &Entry,
    window: &Range<UnixMs>,
    filter: &Filter,
    by: &str,
) -> Result<Vec<Line>, Problem> {
    if by == "service" {
        let summary = app.summary(entry, window.clone(), filter.clone()).await?;
        return Ok(services(&app.zone, &entry.name, window, &summary));
    }
    let dimension = match by {
        "device" => Dimension::Device,
        "network" => Dimension::Network,
        "browser" => Dimension::Browser,
        "agency" => Dimension::Agency,
        "page" => Dimension::Page,
        _ => {
            return Err(Problem::bad_parameter(
                "by: expected device, network, browser, agency, page or service",
            ));
        }
    };
    if dimension == Dimension::Page {
        require(access, Part::Pages, Some(&entry.code))?;
    }
    let (code, hours) = (entry.code.clone(), whole_hours(window));
    let read = app.read(move |store| question::groups(store, &code, &hours));
    let groups = read.await?;
    let parts = split(&groups, entry, window, filter, dimension, app.min_views);
    let lines = parts.iter().map(|(name, part)| {
        // What the browser did not tell has no name.
        let of = Some((by, name.as_deref().unwrap_or_default()));
        line(&app.zone, &entry.code, &entry.name, window, part, of)
    });
    Ok(lines.collect())
}
