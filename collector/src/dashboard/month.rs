//! `/months` and `/months/2026-10`: results as they were when they were frozen, of the nation or of one portal, to be
//! printed. They are read from what was kept, not made again: no later code can read them in another way.

use std::sync::Arc;

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use serde::Deserialize;
use serde_json::Value;

use self::kept::{Portal, Row, named, number, row, whole};
use super::language::Language;
use super::{Frame, Window, access, login, message, page, told};
use crate::access::{Access, Part};
use crate::app::App;
use crate::months::{Frozen, Month};
use crate::routes::Problem;

mod kept;

#[derive(Deserialize)]
pub struct Asked {
    lang: Option<String>,
    /// One portal alone.
    portal: Option<String>,
}

#[derive(Template)]
#[template(path = "dashboard/months.html")]
struct Months {
    frame: Frame,
    /// Month, profile, portals, when it was frozen, when published.
    months: Vec<(String, String, u64, String, Option<String>)>,
}

#[derive(Template)]
#[template(path = "dashboard/month.html")]
struct Page {
    frame: Frame,
    month: String,
    profile: String,
    frozen: String,
    window: Window,
    min_views: u64,
    coverage: [String; 4],
    /// Letter or words, and how many portals.
    grades: Vec<(&'static str, &'static str, usize)>,
    rows: Vec<Row>,
    /// Never reported before its end.
    waiting: Vec<String>,
    portal: Option<Portal>,
}

pub async fn list(
    State(app): State<Arc<App>>,
    Query(asked): Query<Asked>,
    headers: HeaderMap,
) -> Response {
    let language = Language::of(asked.lang.as_deref(), &headers);
    let seen = match reader(&app, language, &headers, "/months") {
        Ok(seen) => seen,
        Err(response) => return *response,
    };
    let mut months = match app.read(|store| store.months()).await {
        Ok(months) => months,
        Err(error) => return told(&app, language, error.into()),
    };
    months.retain(|frozen| may_see(&seen, frozen));
    let time = |at| language.time(at, &app.zone);
    let line = |it: &Frozen| {
        let published = it.published.map(time);
        let (month, profile) = (it.month.to_string(), it.profile.clone());
        (month, profile, it.portals, time(it.frozen), published)
    };
    let months = Months {
        months: months.iter().map(line).collect(),
        frame: Frame::new(&app, language, "/months"),
    };
    page(StatusCode::OK, &months)
}

pub async fn one(
    State(app): State<Arc<App>>,
    Path(month): Path<String>,
    Query(asked): Query<Asked>,
    headers: HeaderMap,
) -> Response {
    let language = Language::of(asked.lang.as_deref(), &headers);
    let not_found = || message(&app, language, StatusCode::NOT_FOUND, |t| t.month.not_there);
    let Ok(month) = month.parse::<Month>() else {
        return not_found();
    };
    let path = format!("/months/{month}");
    let seen = match reader(&app, language, &headers, &path) {
        Ok(seen) => seen,
        Err(response) => return *response,
    };
    let frozen = match app.read(move |store| store.month(month)).await {
        Ok(frozen) => frozen.filter(|it| may_see(&seen, it)),
        Err(error) => return told(&app, language, error.into()),
    };
    let Some(frozen) = frozen else {
        return not_found();
    };
    match gather(&app, &frozen, asked.portal.as_deref(), language) {
        Ok(Some(shown)) => page(StatusCode::OK, &shown),
        Ok(None) => not_found(),
        Err(error) => {
            let error = crate::store::Unreadable(error.to_string());
            told(&app, language, Problem::from(error))
        }
    }
}

/// Who may see leagues; or the way to become one.
fn reader(
    app: &App,
    language: Language,
    headers: &HeaderMap,
    path: &str,
) -> Result<Access, Box<Response>> {
    let registry = app
        .registry()
        .map_err(|error| Box::new(told(app, language, error.into())))?;
    access(app, &registry, headers)
        .filter(|seen| seen.may_all(Part::League))
        .ok_or_else(|| {
            let here = format!("{path}?lang={}", language.strings().code);
            Box::new(login::needed(app, language, here))
        })
}

fn may_see(access: &Access, frozen: &Frozen) -> bool {
    frozen.published.is_some() || access.is_national()
}

/// `None`: the portal is none of that month.
fn gather(
    app: &App,
    frozen: &Frozen,
    only: Option<&str>,
    language: Language,
) -> Result<Option<Page>, serde_json::Error> {
    let t = language.strings();
    let league: Value = serde_json::from_str(&frozen.league)?;
    let no_lines = Vec::new();
    let lines = league["portals"].as_array().unwrap_or(&no_lines);
    let reported = |line: &&Value| line["summary"].is_object();
    let portal = match only {
        None => None,
        Some(code) => match lines
            .iter()
            .filter(reported)
            .find(|it| it["portal"] == code)
        {
            Some(line) => Some(whole(line, language)),
            None => return Ok(None),
        },
    };
    let count = |letter: &str| {
        let graded = lines.iter().filter(|it| it["summary"]["grade"] == letter);
        graded.count()
    };
    let mut grades: Vec<_> = ["A", "B", "C", "D", "E"]
        .map(|letter| (letter, letter, count(letter)))
        .into();
    let few = lines.iter().filter(reported);
    let few = few.filter(|it| it["summary"]["grade"].is_null()).count();
    grades.push(("few", t.country.few, few));
    let coverage = ["connected", "silent", "waiting", "registered"];
    let window = frozen.month.window(&app.zone);
    let mut frame = Frame::new(app, language, format!("/months/{}", frozen.month));
    if let Some(code) = only {
        frame.query = format!("&portal={code}");
    }
    Ok(Some(Page {
        frame,
        month: frozen.month.to_string(),
        profile: frozen.profile.clone(),
        frozen: language.time(frozen.frozen, &app.zone),
        window: Window::of(&window, language, &app.zone),
        min_views: frozen.min_views,
        coverage: coverage.map(|of| number(&league["coverage"][of], language)),
        grades,
        rows: lines
            .iter()
            .filter(reported)
            .map(|it| row(it, language))
            .collect(),
        waiting: lines
            .iter()
            .filter(|it| !reported(it))
            .map(|it| named(it, language))
            .collect(),
        portal,
    }))
}
