//! `/alerts`: what rules found, what they look for, and who was told.

use std::sync::Arc;

use askama::Template;
use axum::extract::{Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use jiff::tz::TimeZone;
use nhip_protocol::code::Code;

use super::asked::Asked;
use super::language::Language;
use super::strings::alerts as words;
use super::{Frame, access, login, name, page, told};
use crate::access::Part;
use crate::alerts::{Alert, Delivery, Message};
use crate::app::App;
use crate::portals::Registry;
use crate::routes::Problem;
use crate::store::Unreadable;

#[derive(Template)]
#[template(path = "dashboard/alerts.html")]
struct Page {
    frame: Frame,
    firing: Vec<AlertRow>,
    resolved: Vec<AlertRow>,
    deliveries: Vec<DeliveryRow>,
    nobody_told: bool,
    /// Name, what it looks for, portals.
    rules: Vec<(String, String, Option<String>)>,
}

pub struct AlertRow {
    pub code: String,
    pub name: String,
    pub told: String,
    pub rule: String,
    pub since: String,
    pub resolved: Option<String>,
}

struct DeliveryRow {
    created: String,
    receiver: String,
    text: String,
    attempts: u32,
    /// `None`: it was given up.
    when: Option<(&'static str, String)>,
    error: Option<String>,
}

pub async fn alerts(
    State(app): State<Arc<App>>,
    Query(asked): Query<Asked>,
    headers: HeaderMap,
) -> Response {
    let language = Language::of(asked.lang.as_deref(), &headers);
    let registry = match app.registry() {
        Ok(registry) => registry,
        Err(error) => return told(&app, language, error.into()),
    };
    let seen = access(&app, &registry, &headers).filter(|seen| seen.may_all(Part::Alerts));
    if seen.is_none() {
        return login::needed(
            &app,
            language,
            format!("/alerts?lang={}", language.strings().code),
        );
    }
    let read = async { Ok::<_, Unreadable>((of(&app, None).await?, deliveries(&app).await?)) };
    let (alerts, deliveries) = match read.await {
        Ok(read) => read,
        Err(error) => return told(&app, language, Problem::from(error)),
    };
    let (firing, resolved) = rows(&alerts, &registry, language, &app.zone);
    let deliveries = deliveries
        .iter()
        .map(|it| delivery(it, language, &app.zone));
    page(
        StatusCode::OK,
        &Page {
            firing,
            resolved,
            deliveries: deliveries.collect(),
            nobody_told: app.notify.receivers().next().is_none(),
            rules: app
                .rules
                .iter()
                .map(|rule| {
                    let portals: Vec<&str> = rule.portals.iter().map(|it| it.as_str()).collect();
                    let portals = (!portals.is_empty()).then(|| portals.join(", "));
                    (
                        rule.name.clone(),
                        words::rule(rule.condition, language),
                        portals,
                    )
                })
                .collect(),
            frame: Frame::new(&app, language, "/alerts"),
        },
    )
}

/// Of a portal, or of all.
pub async fn of(app: &Arc<App>, portal: Option<Code>) -> Result<Vec<Alert>, Unreadable> {
    let app = Arc::clone(app);
    let read = tokio::task::spawn_blocking(move || app.portals.alerts(portal.as_ref()));
    read.await.map_err(|error| Unreadable(error.to_string()))?
}

async fn deliveries(app: &Arc<App>) -> Result<Vec<Delivery>, Unreadable> {
    let app = Arc::clone(app);
    let read = tokio::task::spawn_blocking(move || app.portals.deliveries());
    read.await.map_err(|error| Unreadable(error.to_string()))?
}

/// Those that are firing, and the others.
pub fn rows(
    alerts: &[Alert],
    registry: &Registry,
    language: Language,
    zone: &TimeZone,
) -> (Vec<AlertRow>, Vec<AlertRow>) {
    let row = |alert: &Alert| AlertRow {
        code: alert.portal.to_string(),
        name: registry
            .entry(&alert.portal)
            .map_or_else(|| alert.portal.to_string(), |entry| name(entry, language)),
        told: words::tell(&alert.evidence, language, zone),
        rule: alert.rule.clone(),
        since: language.time(alert.since, zone),
        resolved: alert.resolved.map(|at| language.time(at, zone)),
    };
    let rows = alerts.iter().map(row);
    rows.partition(|row| row.resolved.is_none())
}

fn delivery(delivery: &Delivery, language: Language, zone: &TimeZone) -> DeliveryRow {
    let a = &language.strings().alerts;
    let message: Option<Message> = serde_json::from_str(&delivery.message).ok();
    DeliveryRow {
        created: language.time(delivery.created, zone),
        receiver: delivery.receiver.clone(),
        text: message.map_or_else(String::new, |message| message.subject),
        attempts: delivery.attempts,
        when: match (delivery.sent, delivery.due) {
            (Some(sent), _) => Some((a.taken, language.time(sent, zone))),
            (None, Some(due)) => Some((a.again, language.time(due, zone))),
            (None, None) => None,
        },
        error: delivery.error.clone(),
    }
}
