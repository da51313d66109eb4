//! `/`: every portal of today. Those that report first, the best first; then those that do not.

use std::sync::Arc;

use askama::Template;
use axum::extract::{Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use jiff::tz::TimeZone;

use super::language::Language;
use super::{Asked, Frame, Window, access, ask_for_token, message, page};
use crate::access::Part;
use crate::app::App;
use crate::league::Standing;
use crate::portals::{Entry, Status};
use crate::summary::{Millis, Percentiles, Summary};

#[derive(Template)]
#[template(path = "dashboard/overview.html")]
struct Overview {
    frame: Frame,
    window: Window,
    connected: String,
    registered: String,
    rows: Vec<Row>,
    waiting: Vec<Waiting>,
}

struct Row {
    code: String,
    name: String,
    status: &'static str,
    status_text: &'static str,
    since: String,
    grade: Grade,
    /// Load, INP, server wait, viewport; `None`: no browser could tell.
    readings: [Option<Reading>; 4],
    began: String,
    measured: String,
    lost: String,
    last_seen: String,
}

struct Waiting {
    code: String,
    name: String,
}

/// A letter with its score, or how many views there are of how many it takes.
pub struct Grade {
    pub letter: Option<&'static str>,
    pub score: String,
    pub sample: String,
    pub min_views: String,
}

/// A value and the number of views that it is made of.
pub struct Reading {
    pub value: String,
    pub n: String,
}

pub async fn overview(
    State(app): State<Arc<App>>,
    Query(asked): Query<Asked>,
    headers: HeaderMap,
) -> Response {
    let language = Language::of(asked.lang.as_deref(), &headers);
    let unavailable = || {
        message(&app, language, StatusCode::SERVICE_UNAVAILABLE, |t| {
            t.unavailable
        })
    };
    let Ok(registry) = app.registry() else {
        return unavailable();
    };
    if access(&app, &registry, &headers).is_none_or(|seen| !seen.may_all(Part::League)) {
        return ask_for_token(&app, language);
    }
    let window = app.default_window();
    let league = match app.league(window.clone()).await {
        Ok(league) => league,
        Err(error) => {
            tracing::error!(%error);
            return unavailable();
        }
    };
    let connected = league
        .iter()
        .filter(|standing| matches!(standing.status, Status::Connected { .. }))
        .count();
    let overview = Overview {
        frame: Frame::new(&app, language, "/"),
        window: Window::of(&window, language, &app.zone),
        connected: language.count(connected as u64),
        registered: language.count(league.len() as u64),
        rows: league
            .iter()
            .filter_map(|s| row(s, language, &app.zone))
            .collect(),
        waiting: league
            .iter()
            .filter(|standing| standing.summary.is_none())
            .map(|standing| Waiting {
                code: standing.entry.code.to_string(),
                name: name(&standing.entry, language),
            })
            .collect(),
    };
    page(StatusCode::OK, &overview)
}

fn row(standing: &Standing, language: Language, zone: &TimeZone) -> Option<Row> {
    let summary = standing.summary.as_ref()?;
    let views = &summary.views;
    Some(Row {
        code: standing.entry.code.to_string(),
        name: name(&standing.entry, language),
        status: standing.status.name(),
        status_text: status_text(standing.status, language),
        since: standing
            .status
            .since()
            .map_or_else(String::new, |ms| language.time(ms, zone)),
        grade: Grade::of(summary, language),
        readings: [
            p75(&summary.load.lcp_ms, |ms| language.seconds(ms), language),
            p75(&summary.response.inp_ms, |ms| language.millis(ms), language),
            p75(
                &summary.response.server_wait_ms,
                |ms| language.millis(ms),
                language,
            ),
            viewport_share(summary, language),
        ],
        began: language.count(views.began),
        measured: language.count(views.measured),
        lost: language.count(views.abandoned + views.blocked),
        last_seen: standing
            .last_seen
            .map_or_else(String::new, |ms| language.time(ms, zone)),
    })
}

impl Grade {
    pub fn of(summary: &Summary, language: Language) -> Grade {
        Grade {
            letter: summary.grade,
            score: summary
                .score
                .map_or_else(String::new, |score| score.to_string()),
            sample: language.count(summary.sample),
            min_views: language.count(summary.min_views),
        }
    }
}

/// The name in the page's language, where the registry has one.
pub fn name(entry: &Entry, language: Language) -> String {
    match (language, &entry.name_en) {
        (Language::English, Some(name)) => name.clone(),
        _ => entry.name.clone(),
    }
}

pub fn status_text(status: Status, language: Language) -> &'static str {
    let t = language.strings();
    match status {
        Status::Waiting => t.waiting,
        Status::Connected { .. } => t.connected,
        Status::Silent { .. } => t.silent,
    }
}

fn p75(
    percentiles: &Option<Percentiles<Millis>>,
    show: impl Fn(nhip_protocol::unit::Ms) -> String,
    language: Language,
) -> Option<Reading> {
    percentiles.as_ref().map(|percentiles| Reading {
        value: show(percentiles.p75.0),
        n: language.count(percentiles.n),
    })
}

/// The share that passed, averaged over the checks that some browser could tell.
fn viewport_share(summary: &Summary, language: Language) -> Option<Reading> {
    let (mut percent, mut checks, mut n) = (0, 0, 0);
    for (_, check) in summary.viewport.iter() {
        let share = (check.pass * 100).checked_div(check.pass + check.fail);
        if let Some(share) = share {
            percent += share;
            checks += 1;
            n = n.max(check.n);
        }
    }
    let share = percent.checked_div(checks)?;
    Some(Reading {
        value: format!("{share} %"),
        n: language.count(n),
    })
}
