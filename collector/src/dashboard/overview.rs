//! `/`: every portal of today. Those that report first, the best first; then those that do not.

use std::ops::Range;
use std::sync::Arc;
use std::time::Duration;

use askama::Template;
use axum::extract::{Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use jiff::tz::TimeZone;

use self::news::{News, news};
pub use self::readings::Reading;
use self::readings::{p75, readings, viewport_share};
use self::tiles::{Tiles, tiles};
use super::asked::{Asked, DAYS};
use super::language::Language;
use super::{Frame, Window, access, login, page, told};
use crate::access::Part;
use crate::app::App;
use crate::clock::{HOUR_MS, UnixMs, rfc3339, whole_hours};
use crate::league::{Coverage, Standing};
use crate::portals::{Entry, Status};
use crate::rollup::ViewCounts;
use crate::routes::Problem;
use crate::summary::Summary;

mod news;
mod readings;
pub mod tiles;

/// Windows begin with an hour.
const REMEMBER_EVERY: Duration = Duration::from_secs(60);

#[derive(Template)]
#[template(path = "dashboard/overview.html")]
struct Overview {
    frame: Frame,
    window: Window,
    /// As the API takes it.
    asked: String,
    days: Vec<(u16, bool)>,
    connected: String,
    silent: String,
    waiting_count: String,
    registered: String,
    views: String,
    lost: String,
    /// Of all portals' views together.
    readings: [(&'static str, Option<Reading>); 3],
    /// Letter, or words, and how many portals have it.
    grades: Vec<(&'static str, &'static str, usize)>,
    maps: [Tiles; 2],
    before: Window,
    news: News,
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
    rank: Option<usize>,
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

pub async fn overview(
    State(app): State<Arc<App>>,
    Query(asked): Query<Asked>,
    headers: HeaderMap,
) -> Response {
    let asked = asked.told();
    let language = Language::of(asked.lang.as_deref(), &headers);
    let registry = match app.registry() {
        Ok(registry) => registry,
        Err(error) => return told(&app, language, error.into()),
    };
    if access(&app, &registry, &headers).is_none_or(|seen| !seen.may_all(Part::League)) {
        let here = format!("/?lang={}{}", language.strings().code, asked.query());
        return login::needed(&app, language, here);
    }
    match gather(&app, &asked, language).await {
        Ok(overview) => page(StatusCode::OK, &overview),
        Err(problem) => told(&app, language, problem),
    }
}

async fn gather(app: &App, asked: &Asked, language: Language) -> Result<Overview, Problem> {
    let t = language.strings();
    let days = asked.days()?;
    let window = asked.window(app)?;
    let before = before(&window);
    let league = app.league(window.clone()).await?;
    let former = app.former_league(before.clone()).await?;
    let coverage = Coverage::of(&league.portals);
    let summaries = || league.portals.iter().filter_map(|it| it.summary.as_ref());
    let sum =
        |of: fn(&ViewCounts) -> u64| language.count(summaries().map(|it| of(&it.views)).sum());
    let graded = |letter: Option<&str>| summaries().filter(|it| it.grade == letter).count();
    let mut grades: Vec<(&str, &str, usize)> = ["A", "B", "C", "D", "E"]
        .map(|letter| (letter, letter, graded(Some(letter))))
        .into();
    grades.push(("few", t.country.few, graded(None)));
    grades.push(("none", t.country.waiting_now, coverage.waiting));
    Ok(Overview {
        frame: Frame::asking(app, language, "/".to_owned(), asked.query()),
        window: Window::of(&window, language, &app.zone),
        asked: format!("from={}&to={}", rfc3339(window.start), rfc3339(window.end)),
        days: DAYS.map(|of| (of, !asked.has_dates() && of == days)).into(),
        connected: language.count(coverage.connected as u64),
        silent: language.count(coverage.silent as u64),
        waiting_count: language.count(coverage.waiting as u64),
        registered: language.count(coverage.registered as u64),
        views: sum(|views| views.began),
        lost: sum(|views| views.abandoned + views.blocked),
        readings: readings(&league.country, language),
        grades,
        maps: tiles(&league.portals, language),
        before: Window::of(&before, language, &app.zone),
        news: news(&league.portals, &former.portals, language),
        rows: league
            .portals
            .iter()
            .filter_map(|s| row(s, language, &app.zone))
            .collect(),
        waiting: league
            .portals
            .iter()
            .filter(|standing| standing.summary.is_none())
            .map(|standing| Waiting {
                code: standing.entry.code.to_string(),
                name: name(&standing.entry, language),
            })
            .collect(),
    })
}

/// As long, and over when `window` begins.
fn before(window: &Range<UnixMs>) -> Range<UnixMs> {
    let hours = whole_hours(window);
    let before = 2 * hours.start - hours.end..hours.start;
    before.start * HOUR_MS..before.end * HOUR_MS
}

/// Keeps the leagues at hand that the overview sets beside those of its windows: nobody waits for them.
pub async fn remember(app: Arc<App>) {
    loop {
        for days in DAYS {
            let asked = Asked {
                days: Some(days.to_string()),
                ..Asked::default()
            };
            let Ok(window) = asked.window(&app) else {
                continue;
            };
            if let Err(error) = app.former_league(before(&window)).await {
                tracing::error!(%error, days, "a former league could not be read");
            }
        }
        tokio::time::sleep(REMEMBER_EVERY).await;
    }
}

fn row(standing: &Standing, language: Language, zone: &TimeZone) -> Option<Row> {
    let summary = standing.summary.as_ref()?;
    let (views, certainty) = (&summary.views, &summary.certainty);
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
            p75(
                &summary.load.lcp_ms,
                certainty.lcp_ms,
                |ms| language.seconds(ms),
                language,
            ),
            p75(
                &summary.response.inp_ms,
                certainty.inp_ms,
                |ms| language.millis(ms),
                language,
            ),
            p75(
                &summary.response.server_wait_ms,
                certainty.server_wait_ms,
                |ms| language.millis(ms),
                language,
            ),
            viewport_share(summary, language),
        ],
        rank: standing.rank,
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
