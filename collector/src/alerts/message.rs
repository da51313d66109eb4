//! What a receiver is told: every alert of one look at the portals in one message, so that an outage of a hundred is
//! not a hundred messages.

use serde::{Deserialize, Serialize};

use super::{Alert, Changes, Evidence};
use crate::app::App;
use crate::clock::{UnixMs, rfc3339};
use crate::dashboard::{self, Language, alert_words};
use crate::portals::Registry;

/// A webhook gets it as JSON; `text` is what a chat shows of it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Message {
    pub at: String,
    pub subject: String,
    pub text: String,
    pub alerts: Vec<Line>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Line {
    /// `firing` or `resolved`
    pub status: String,
    pub rule: String,
    pub portal: String,
    pub name: String,
    /// Since when it is, or was, firing.
    pub since: String,
    pub evidence: Evidence,
    pub text: String,
    pub url: Option<String>,
}

impl Message {
    /// `None`: there is nothing to tell. What ended because its rule is gone is none.
    pub fn of(
        app: &App,
        registry: &Registry,
        changes: &Changes,
        open: &[Alert],
        now: UnixMs,
    ) -> Option<Message> {
        let language = app.notify.language.unwrap_or(Language::Vietnamese);
        let line = |status: &str, rule: &str, portal, since, evidence: &Evidence| {
            let entry = registry.entry(portal);
            let name = entry.map_or_else(|| portal.to_string(), |it| dashboard::name(it, language));
            let told = alert_words::tell(evidence, language, &app.zone);
            Line {
                status: status.to_owned(),
                rule: rule.to_owned(),
                portal: portal.to_string(),
                since: rfc3339(since),
                text: alert_words::line(status == FIRING, &name, &told, language),
                name,
                evidence: evidence.clone(),
                url: app.notify.dashboard.as_ref().and_then(|base| {
                    let page = base.join(&format!("/portal/{portal}")).ok()?;
                    Some(page.to_string())
                }),
            }
        };
        let firing = changes.firing.iter();
        let mut alerts: Vec<Line> = firing
            .map(|it| line(FIRING, &it.rule, &it.portal, now, &it.evidence))
            .collect();
        let firing = alerts.len();
        for (id, evidence) in &changes.resolved {
            let Some(evidence) = evidence else { continue };
            let Some(alert) = open.iter().find(|alert| alert.id == *id) else {
                continue;
            };
            // It goes on as another one.
            let again =
                |line: &Line| line.rule == alert.rule && line.portal == alert.portal.as_str();
            if !alerts.iter().any(again) {
                alerts.push(line(
                    RESOLVED,
                    &alert.rule,
                    &alert.portal,
                    alert.since,
                    evidence,
                ));
            }
        }
        let mut subject = alert_words::subject(firing, alerts.len() - firing, language);
        if app.synthetic {
            subject = format!("{} {subject}", alert_words::synthetic(language));
        }
        (!alerts.is_empty()).then(|| Message::new(now, subject, alerts))
    }

    /// Without an alert: shows that the receiver can be reached.
    pub fn test(language: Language, now: UnixMs) -> Message {
        Message::new(now, alert_words::test(language).to_owned(), Vec::new())
    }

    fn new(now: UnixMs, subject: String, alerts: Vec<Line>) -> Message {
        let lines = alerts.iter().take(MOST_LINES).flat_map(|line| {
            let url = line.url.as_deref().map(|url| format!("  {url}"));
            std::iter::once(line.text.clone()).chain(url)
        });
        let more = alerts.len().saturating_sub(MOST_LINES);
        let more = (more > 0).then(|| format!("… +{more}"));
        let text: Vec<String> = std::iter::once(subject.clone())
            .chain(lines)
            .chain(more)
            .collect();
        Message {
            at: rfc3339(now),
            subject,
            text: text.join("\n"),
            alerts,
        }
    }
}

/// Of the text: chats refuse long ones. `alerts` has all.
const MOST_LINES: usize = 20;

pub const FIRING: &str = "firing";
pub const RESOLVED: &str = "resolved";
