//! `GET /v1/alerts`: what rules found, and who was told.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;

use super::Problem;
use super::access::allow;
use crate::access::{Access, Part};
use crate::alerts::{Alert, Delivery, Evidence, Message};
use crate::app::App;
use crate::clock::rfc3339;
use crate::store::Unreadable;

/// At most 200 of each, the latest first.
#[derive(Serialize, ToSchema)]
pub struct Alerts {
    pub alerts: Vec<AlertLine>,
    /// Of all portals: a portal's own token sees none.
    pub deliveries: Vec<DeliveryLine>,
}

#[derive(Serialize, ToSchema)]
#[schema(as = Alert)]
pub struct AlertLine {
    pub rule: String,
    pub portal: String,
    /// When it was found.
    pub since: String,
    /// `null`: it is firing.
    pub resolved: Option<String>,
    pub evidence: Evidence,
    /// What was found when it was over.
    pub ending: Option<Evidence>,
}

#[derive(Serialize, ToSchema)]
#[schema(as = AlertDelivery)]
pub struct DeliveryLine {
    pub receiver: String,
    pub created: String,
    pub subject: String,
    pub attempts: u32,
    pub sent: Option<String>,
    /// `null`: it was sent, or given up.
    pub next_try: Option<String>,
    /// Why the last try failed.
    pub error: Option<String>,
}

impl Alerts {
    /// What `access` may see. Blocks for a moment.
    pub fn read(app: &App, access: &Access) -> Result<Alerts, Unreadable> {
        let all = access.may_all(Part::Alerts);
        let deliveries = match all {
            true => app.portals.deliveries()?,
            false => Vec::new(),
        };
        let own = access.own().filter(|_| !all);
        Ok(Alerts {
            alerts: app
                .portals
                .alerts(own)?
                .into_iter()
                .map(AlertLine::from)
                .collect(),
            deliveries: deliveries.into_iter().map(DeliveryLine::from).collect(),
        })
    }
}

#[utoipa::path(
    get,
    path = "/v1/alerts",
    tag = "answers",
    responses((status = 200, body = Alerts), (status = "4XX", body = Problem, content_type = "application/problem+json"), (status = 503, body = Problem, content_type = "application/problem+json")),
)]
pub async fn alerts(State(app): State<Arc<App>>, access: Access) -> Result<Json<Alerts>, Problem> {
    allow(
        &access,
        access.may_all(Part::Alerts) || access.own().is_some(),
    )?;
    let read = tokio::task::spawn_blocking(move || Alerts::read(&app, &access));
    let alerts = read.await.map_err(|error| Unreadable(error.to_string()))?;
    Ok(Json(alerts?))
}

impl From<Alert> for AlertLine {
    fn from(alert: Alert) -> AlertLine {
        AlertLine {
            rule: alert.rule,
            portal: alert.portal.to_string(),
            since: rfc3339(alert.since),
            resolved: alert.resolved.map(rfc3339),
            evidence: alert.evidence,
            ending: alert.ending,
        }
    }
}

impl From<Delivery> for DeliveryLine {
    fn from(delivery: Delivery) -> DeliveryLine {
        let message: Option<Message> = serde_json::from_str(&delivery.message).ok();
        DeliveryLine {
            receiver: delivery.receiver,
            created: rfc3339(delivery.created),
            subject: message.map_or_else(String::new, |message| message.subject),
            attempts: delivery.attempts,
            sent: delivery.sent.map(rfc3339),
            next_try: delivery.due.map(rfc3339),
            error: delivery.error,
        }
    }
}
