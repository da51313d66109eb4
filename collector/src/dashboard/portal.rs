//! `/portal/{code}`: one portal, with everything that was measured, lost and refused.

use std::sync::Arc;

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use nhip_protocol::refusal::Refusal;

use self::compared::{Compared, choices, compared};
use self::explore::{Explore, Subject};
use self::rows::{CheckRow, ComplaintRow, CountRow, CulpritRow, ErrorRow, ReadingRow};
use self::services::{ServiceRow, services};
use self::spread::{SpreadTable, spread};
use super::alerts::{self, AlertRow};
use super::asked::Asked;
use super::language::Language;
use super::overview::{Grade, name, status_text};
use super::{Frame, Window, access, login, message, page, told};
use crate::access::{Access, Part};
use crate::app::App;
use crate::clock::whole_hours;
use crate::portals::{Entry, Registry, Status};
use crate::routes::{OutcomeTable, Problem};

mod blame;
mod compared;
mod explore;
mod form;
mod host;
mod p75;
mod read;
mod rows;
mod services;
mod spread;

/// What went wrong.
struct Errors {
    /// Views in which anything did.
    views: String,
    rows: Vec<ErrorRow>,
}

#[derive(Template)]
#[template(path = "dashboard/portal.html")]
struct Portal {
    frame: Frame,
    window: Window,
    outcome_window: Window,
    code: String,
    name: String,
    /// Whose part of it this is, where the address asks for one.
    agency: Option<String>,
    status: &'static str,
    status_text: &'static str,
    since: String,
    /// By the ministry, of 2023.
    published: Option<&'static str>,
    /// Of an agency that was merged: its last day, its successor.
    merged: Option<(String, Option<String>)>,
    /// Those that are firing; none where they take a token.
    alerts: Vec<AlertRow>,
    explore: Explore,
    compare: Vec<(String, String)>,
    compared: Option<Compared>,
    grade: Grade,
    profile: &'static str,
    untold: Vec<&'static str>,
    readings: Vec<ReadingRow>,
    spread: Vec<SpreadTable>,
    views: Vec<CountRow>,
    /// Where the lost views were lost; `None`: none of them told.
    lost_at: Option<Vec<CountRow>>,
    began: String,
    lost: String,
    checks: Vec<CheckRow>,
    /// `None`: they take a token.
    culprits: Option<Vec<CulpritRow>>,
    /// Views in which the checks and the badge were left out; `None`: in no view.
    skipped: Option<[String; 2]>,
    /// `None`: they take a token.
    errors: Option<Errors>,
    /// What browsers reported by themselves, by kind; empty where nothing came.
    browser_reports: Vec<CountRow>,
    services: Vec<ServiceRow>,
    /// Views whose visitor answered.
    ratings: String,
    /// The share of the satisfied, and its target; `None`: nobody answered.
    satisfied: Option<[String; 2]>,
    complaints: Vec<ComplaintRow>,
    /// Views over a limit; empty if there is none.
    slow: Vec<CountRow>,
    slow_views: String,
    rules: &'static str,
    stored: String,
    refused: Vec<CountRow>,
    strangers: usize,
    /// Whether `nhip portal add` is still to be done.
    unregistered: bool,
    host: String,
}

pub async fn portal(
    State(app): State<Arc<App>>,
    Path(code): Path<String>,
    Query(asked): Query<Asked>,
    headers: HeaderMap,
) -> Response {
    let asked = asked.told();
    let language = Language::of(asked.lang.as_deref(), &headers);
    let unavailable = || {
        message(&app, language, StatusCode::SERVICE_UNAVAILABLE, |t| {
            t.unavailable
        })
    };
    let Ok(registry) = app.registry() else {
        return unavailable();
    };
    let code = code.parse().ok();
    let Some(entry) = code.as_ref().and_then(|code| registry.entry(code)) else {
        return message(&app, language, StatusCode::NOT_FOUND, |t| t.not_found);
    };
    let seen =
        access(&app, &registry, &headers).filter(|seen| seen.may(Part::Summary, &entry.code));
    let Some(seen) = seen else {
        let here = format!(
            "/portal/{}?lang={}{}",
            entry.code,
            language.strings().code,
            asked.query()
        );
        return login::needed(&app, language, here);
    };
    let visit = Visit {
        app: &app,
        registry: &registry,
        entry,
        seen: &seen,
        asked: &asked,
        language,
    };
    match visit.gather(host::of(&headers)).await {
        Ok(portal) => page(StatusCode::OK, &portal),
        Err(problem) => told(&app, language, problem),
    }
}

/// Who asks what.
struct Visit<'a> {
    app: &'a Arc<App>,
    registry: &'a Registry,
    entry: &'a Entry,
    seen: &'a Access,
    asked: &'a Asked,
    language: Language,
}

impl Visit<'_> {
    async fn alerts(&self) -> Result<Vec<AlertRow>, Problem> {
        if !self.seen.may(Part::Alerts, &self.entry.code) {
            return Ok(Vec::new());
        }
        let alerts = alerts::of(self.app, Some(self.entry.code.clone())).await?;
        let (firing, _) = alerts::rows(&alerts, self.registry, self.language, &self.app.zone);
        Ok(firing)
    }

    async fn gather(&self, host: String) -> Result<Portal, Problem> {
        let Visit {
            app,
            entry,
            seen,
            asked,
            language,
            ..
        } = *self;
        let t = language.strings();
        let window = asked.window(app)?;
        let filter = asked.question().filter(seen, &entry.code)?;
        let subject = Subject {
            app,
            registry: self.registry,
            entry,
            access: seen,
            asked,
            window: &window,
            filter: &filter,
            language,
        };
        let (explore, summary) = subject.explore().await?;
        let summary = summary.seen_by(seen);
        let period = asked.compared_window(app)?;
        let with = asked.compare.as_deref();
        let compared = match with.is_some() || period.is_some() {
            true => Some(
                compared(
                    app,
                    self.registry,
                    (entry, seen),
                    (&window, &filter),
                    (with, period),
                    language,
                )
                .await?,
            ),
            false => None,
        };
        let outcomes = OutcomeTable::read(app).await?;
        let outcome = outcomes.of(Some(&entry.code));
        let activity = app.activity().await?;
        let status = Status::of(activity.get(&entry.code), app.clock.now());
        let (code, hours) = (entry.code.clone(), whole_hours(&window));
        let told = app
            .read(move |store| store.browser_reports(&code, hours))
            .await?;
        let mut readings = rows::readings(&summary, language);
        for (row, p75) in readings
            .iter_mut()
            .zip(compared.iter().flat_map(|it| &it.p75))
        {
            row.beside.clone_from(p75);
        }
        Ok(Portal {
            frame: Frame::asking(
                app,
                language,
                format!("/portal/{}", entry.code),
                asked.query(),
            ),
            alerts: self.alerts().await?,
            explore,
            compare: choices(self.registry, &entry.code, app.clock.now(), language),
            compared,
            window: Window::of(&window, language, &app.zone),
            outcome_window: Window::of(&outcomes.window, language, &app.zone),
            code: entry.code.to_string(),
            name: name(entry, language),
            agency: asked.agency.as_deref().map(|code| subject.agency(code)),
            status: status.name(),
            status_text: status_text(status, language),
            since: status
                .since()
                .map_or_else(String::new, |ms| language.time(ms, &app.zone)),
            published: self.registry.published(&entry.code),
            merged: entry.ended.as_ref().map(|ended| {
                let successor = ended.successor.as_ref().map(ToString::to_string);
                (ended.valid_until.clone(), successor)
            }),
            grade: Grade::of(&summary, language),
            profile: summary.profile,
            untold: rows::untold(&summary, language),
            readings,
            spread: spread(&summary, language),
            views: rows::views(&summary, language),
            lost_at: rows::lost_at(&summary, language),
            began: language.count(summary.views.began),
            lost: language.count(summary.views.abandoned + summary.views.blocked),
            checks: rows::checks(&summary, language),
            culprits: rows::culprits(&summary, language),
            skipped: rows::skipped(&summary, language),
            errors: summary.errors.as_ref().map(|errors| Errors {
                views: language.count(errors.views),
                rows: rows::errors(errors, language),
            }),
            browser_reports: rows::browser_reports(&told, language),
            services: services(&summary, language),
            ratings: language.count(summary.ratings.n),
            satisfied: summary.ratings.satisfied_ratio.map(|ratio| {
                [ratio, summary.ratings.target_ratio].map(|ratio| language.percent(ratio))
            }),
            complaints: rows::complaints(&summary, language),
            slow: rows::slow(&summary, language),
            slow_views: language.count(summary.blame.n),
            rules: summary.blame.rules,
            stored: language.count(outcome.stored),
            refused: Refusal::REASONS
                .iter()
                .zip(t.reason_names)
                .filter_map(|(reason, label)| {
                    let count = *outcome.refused.get(reason)?;
                    (count > 0).then(|| CountRow {
                        label,
                        count: language.count(count),
                    })
                })
                .collect(),
            strangers: app.outcomes.strangers(&entry.code).len(),
            unregistered: entry.portal.is_none() && !entry.is_over(app.clock.now()),
            host,
        })
    }
}
