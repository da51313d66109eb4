//! `GET /v1/export.csv` and `.json`: every portal's readings over time, a line for each part of the window.

use std::ops::Range;
use std::sync::Arc;

use axum::Json;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use nhip_protocol::code::Code;
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
use crate::clock::{UnixMs, parts};
use crate::portals::Entry;
use crate::rollup::Aggregate;
use crate::store::Unreadable;
use crate::summary::{Millis, Percentiles, Summary};

/// Lines of an export: a month of days of a hundred portals. They are held until they are sent.
const MOST_LINES: usize = 5000;

/// So that a spreadsheet takes the file for UTF-8.
const BYTE_ORDER_MARK: &str = "\u{feff}";

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
}

/// Columns in their order.
type Line = Vec<(String, Value)>;

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
    let unwritable = |error: &dyn std::fmt::Display| Problem::from(Unreadable(error.to_string()));
    let mut csv = csv::WriterBuilder::new()
        .delimiter(separator)
        .terminator(csv::Terminator::CRLF)
        .from_writer(BYTE_ORDER_MARK.as_bytes().to_vec());
    // There whether or not anything is below them.
    let nobody: Code = "x".parse().map_err(|error| unwritable(&error))?;
    let nothing = Summary::new(nobody.clone(), &(0..1), &Aggregate::default(), 1);
    let columns = line(&app.zone, &nobody, "", &(0..1), &nothing);
    csv.write_record(columns.iter().map(|(column, _)| column))
        .map_err(|error| unwritable(&error))?;
    for line in &lines {
        csv.write_record(line.iter().map(|(_, value)| cell(value)))
            .map_err(|error| unwritable(&error))?;
    }
    let bytes = csv.into_inner().map_err(|error| unwritable(&error))?;
    let headers = [
        (CONTENT_TYPE, "text/csv; charset=utf-8"),
        (CONTENT_DISPOSITION, "attachment; filename=\"nhip.csv\""),
    ];
    Ok((headers, bytes).into_response())
}

/// What nobody could tell is empty, not 0. A text that a spreadsheet would take for a formula is a text.
fn cell(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) if text.starts_with(['=', '+', '-', '@', '\t', '\r']) => {
            format!("'{text}")
        }
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
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
        let summaries = app.series(entry, parts.clone(), Default::default()).await?;
        for (part, summary) in parts.iter().zip(&summaries) {
            lines.push(line(&app.zone, &entry.code, &entry.name, part, summary));
        }
    }
    Ok(lines)
}

/// Whole numbers: a spreadsheet set to Vietnamese takes the point of 0.021 for thousands. Times are cut off, as on
/// every screen, so that 2,499.9 ms do not read as 2,500.
fn line(
    zone: &TimeZone,
    portal: &Code,
    name: &str,
    part: &Range<UnixMs>,
    summary: &Summary,
) -> Line {
    let mut line = Line::new();
    let mut put = |column: &str, value: Value| line.push((column.to_owned(), value));
    put("portal", json!(portal));
    put("name", json!(name));
    put("from", json!(local(part.start, zone)));
    put("to", json!(local(part.end, zone)));
    put("profile", json!(summary.profile));
    put("grade", json!(summary.grade));
    put("score", json!(summary.score));
    put("sample", json!(summary.sample));
    let views = &summary.views;
    for (column, count) in [
        ("began", views.began),
        ("measured", views.measured),
        ("unfinished", views.unfinished),
        ("abandoned", views.abandoned),
        ("blocked", views.blocked),
        ("automated", views.automated),
        ("surplus", views.surplus),
    ] {
        put(column, json!(count));
    }
    for (metric, times) in [
        ("lcp", &summary.load.lcp_ms),
        ("inp", &summary.response.inp_ms),
        ("server_wait", &summary.response.server_wait_ms),
        ("fcp", &summary.paint.fcp_ms),
        ("ttfb", &summary.paint.ttfb_ms),
    ] {
        let value = |of: fn(&Percentiles<Millis>) -> Millis| {
            json!(times.as_ref().map(|times| of(times).0.tenths() / 10))
        };
        put(&format!("{metric}_p50_ms"), value(|it| it.p50));
        put(&format!("{metric}_p75_ms"), value(|it| it.p75));
        put(&format!("{metric}_p95_ms"), value(|it| it.p95));
        put(
            &format!("{metric}_n"),
            json!(times.as_ref().map(|times| times.n)),
        );
    }
    let cls = summary.stability.cls.as_ref();
    put(
        "cls_p75_thousandths",
        json!(cls.map(|cls| cls.p75.ten_thousandths() / 10)),
    );
    put("cls_n", json!(cls.map(|cls| cls.n)));
    for check in nhip_protocol::check::Check::ALL {
        let told = summary.viewport[check].as_ref();
        put(
            &format!("{}_pass", check.name()),
            json!(told.map(|told| told.pass)),
        );
        put(
            &format!("{}_fail", check.name()),
            json!(told.map(|told| told.fail)),
        );
    }
    line
}

/// With its distance from UTC.
fn local(at: UnixMs, zone: &TimeZone) -> String {
    let at = Timestamp::from_millisecond(at).unwrap_or(Timestamp::UNIX_EPOCH);
    at.display_with_offset(zone.to_offset(at)).to_string()
}
