//! Looks at every portal by every rule, and keeps what changed.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use nhip_protocol::code::Code;

use super::judge::{Case, Judged};
use super::message::Message;
use super::rules::Rule;
use super::{Alert, Changes, Found, NewDelivery, send_due};
use crate::app::{App, DEFAULT_WINDOW_MS};
use crate::clock::UnixMs;
use crate::league::{Standing, Standings};
use crate::portals::{Entry, Registry};
use crate::store::Unreadable;

/// Readings change by the hour, silence by the minute.
const EVERY: Duration = Duration::from_secs(60);

/// Between two looks for messages that are due.
const SEND_EVERY: Duration = Duration::from_secs(5);

/// A break that is longer than this is one in which portals could not be heard.
const BREAK_MS: UnixMs = 15 * 60 * 1000;

/// Watches and sends until it is dropped. A receiver that is away holds up no look.
pub async fn run(app: Arc<App>) {
    let watching = async {
        loop {
            if let Err(error) = watch(&app).await {
                tracing::error!(%error, "portals could not be watched for alerts");
            }
            tokio::time::sleep(EVERY).await;
        }
    };
    let sending = async {
        loop {
            if let Err(error) = send_due(&app).await {
                tracing::error!(%error, "alerts could not be sent");
            }
            tokio::time::sleep(SEND_EVERY).await;
        }
    };
    tokio::join!(watching, sending);
}

/// One look at all portals.
pub async fn watch(app: &Arc<App>) -> Result<(), Unreadable> {
    // Each collector of a cluster would tell the same.
    if !app.store.duty().leads() {
        return Ok(());
    }
    let now = app.clock.now();
    let window = app.default_window();
    let former = window.start - DEFAULT_WINDOW_MS..window.start;
    let leagues = [
        known(app.league(window).await.map(Arc::new)),
        known(app.former_league(former).await),
    ];
    let registry = app.registry()?;
    let (app, rules) = (Arc::clone(app), app.rules.clone());
    let watched = tokio::task::spawn_blocking(move || {
        let listening_since = app.portals.listen(now, BREAK_MS)?;
        let open = app.portals.firing()?;
        let look = Look {
            app: &app,
            registry: &registry,
            leagues: leagues.each_ref().map(|league| match league {
                Some(league) => league.portals.as_slice(),
                None => &[],
            }),
            now,
            listening_since,
            allowed_since: app.portals.allowed_since()?,
        };
        let mut changes = look.changes(&rules, &open)?;
        if let Some(message) = Message::of(&app, &registry, &changes, &open, now) {
            let message =
                serde_json::to_string(&message).map_err(|error| Unreadable(error.to_string()))?;
            changes.deliveries = app
                .notify
                .receivers()
                .map(|receiver| NewDelivery {
                    receiver,
                    message: message.clone(),
                })
                .collect();
        }
        app.portals.keep_alerts(&changes, now, listening_since)
    });
    watched
        .await
        .map_err(|error| Unreadable(error.to_string()))?
}

/// Where one portal's hours cannot be read, no grade is judged, and everything else is.
fn known(league: Result<Arc<Standings>, Unreadable>) -> Option<Arc<Standings>> {
    league
        .inspect_err(|error| tracing::error!(%error, "grades could not be judged for alerts"))
        .ok()
}

struct Look<'a> {
    app: &'a App,
    registry: &'a Registry,
    leagues: [&'a [Standing]; 2],
    now: UnixMs,
    listening_since: UnixMs,
    allowed_since: HashMap<Code, UnixMs>,
}

impl Look<'_> {
    /// Who is paused, or was removed, is silent by a decision.
    fn may_report(&self, entry: &Entry) -> bool {
        // In a made-up history nobody is registered.
        (entry.portal.is_some() || self.app.synthetic) && !entry.is_paused()
    }

    fn changes(&self, rules: &[Rule], open: &[Alert]) -> Result<Changes, Unreadable> {
        let activity = self.app.store.activity()?;
        let by_code = self.leagues.map(|league| -> HashMap<_, _> {
            league.iter().map(|it| (&it.entry.code, it)).collect()
        });
        let mut changes = Changes::default();
        for entry in self.registry.of_today(self.now) {
            if !self.may_report(entry) {
                continue;
            }
            let Some(active) = activity.get(&entry.code) else {
                continue;
            };
            let case = Case {
                store: &*self.app.store,
                entry,
                activity: Some(active),
                standings: [0, 1].map(|at| by_code[at].get(&entry.code).copied()),
                now: self.now,
                listening_since: self.listening_since,
                allowed_since: self.allowed_since.get(&entry.code).copied().unwrap_or(0),
                min_views: self.app.min_views,
            };
            for rule in rules.iter().filter(|rule| rule.is_about(&entry.code)) {
                let fired = open
                    .iter()
                    .find(|alert| alert.rule == rule.name && alert.portal == entry.code);
                let judged = case.judge(rule.condition, fired.map(|it| &it.evidence));
                match (judged, fired) {
                    (Ok(Judged::Firing(evidence)), None) => {
                        changes
                            .firing
                            .push(found(rule, entry.code.clone(), evidence));
                    }
                    (Ok(Judged::Firing(evidence)), Some(fired))
                        if evidence.exceeds(&fired.evidence) =>
                    {
                        changes.resolved.push((fired.id, Some(evidence.clone())));
                        changes
                            .firing
                            .push(found(rule, entry.code.clone(), evidence));
                    }
                    (Ok(Judged::Over(evidence)), Some(fired)) => {
                        changes.resolved.push((fired.id, Some(evidence)));
                    }
                    (Ok(_), _) => {}
                    // One portal's broken hour does not hide the others.
                    (Err(error), _) => {
                        tracing::error!(%error, portal = %entry.code, rule = rule.name, "an alert could not be judged");
                    }
                }
            }
        }
        // A rule, or a portal, that is not watched any more.
        let is_watched = |alert: &Alert| {
            let entry = self.registry.entry(&alert.portal);
            entry.is_some_and(|entry| self.may_report(entry) && !entry.is_over(self.now))
                && rules
                    .iter()
                    .any(|rule| rule.name == alert.rule && rule.is_about(&alert.portal))
        };
        let gone = open.iter().filter(|alert| !is_watched(alert));
        changes.resolved.extend(gone.map(|alert| (alert.id, None)));
        Ok(changes)
    }
}

fn found(rule: &Rule, portal: Code, evidence: super::Evidence) -> Found {
    Found {
        rule: rule.name.clone(),
        portal,
        evidence,
    }
}
