//! Sends what is due, and tries again what failed: longer and longer after, for a day and a half.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use backon::{BackoffBuilder, ExponentialBuilder};

use super::receivers::Notify;
use super::{Delivery, Message, mail, webhook};
use crate::app::App;
use crate::clock::{HOUR_MS, UnixMs};
use crate::store::Unreadable;

/// From 30 s, four times as long after each try, 6 h at most.
const FIRST: Duration = Duration::from_secs(30);
const FACTOR: f32 = 4.0;
const LONGEST: Duration = Duration::from_secs(6 * 60 * 60);

/// A message that is older is given up.
const OLDEST_MS: UnixMs = 36 * HOUR_MS;

/// How long after the `attempts`th try, where it failed, it is tried again.
fn retry_after(attempts: u32) -> Duration {
    let mut waits = ExponentialBuilder::new()
        .with_min_delay(FIRST)
        .with_factor(FACTOR)
        .with_max_delay(LONGEST)
        .without_max_times()
        .build();
    let at = attempts.saturating_sub(1) as usize;
    waits.nth(at.min(MOST_STEPS)).unwrap_or(LONGEST)
}

/// By then the longest wait is reached.
const MOST_STEPS: usize = 10;

/// Sends what is due, in the order in which it came; how many were tried. Of a receiver that is away only the first is:
/// the others wait as long as it does.
pub async fn send_due(app: &Arc<App>) -> Result<usize, Unreadable> {
    if !app.store.duty().leads() {
        return Ok(0);
    }
    let app = Arc::clone(app);
    let sent = tokio::task::spawn_blocking(move || {
        let now = app.clock.now();
        let due = app.portals.due(now)?;
        let mut count = 0;
        let mut away = HashMap::new();
        for delivery in &due {
            if let Some(until) = away.get(&delivery.receiver) {
                app.portals.postpone(delivery.id, *until)?;
                continue;
            }
            count += 1;
            // Noted first: what cannot be noted must not be sent again and again.
            let wait = retry_after(delivery.attempts + 1).as_millis();
            let again = now.saturating_add(UnixMs::try_from(wait).unwrap_or(UnixMs::MAX));
            app.portals.trying(delivery.id, again)?;
            let tried = Tried::of(&app.notify, delivery, now, again);
            if let Some(error) = &tried.error {
                let receiver = &delivery.receiver;
                let again = tried.due.is_some();
                tracing::warn!(receiver, error, again, "an alert was not taken");
            }
            app.portals.tried(delivery.id, &tried)?;
            if let Some(until) = tried.due {
                away.insert(&delivery.receiver, until);
            }
        }
        Ok(count)
    });
    sent.await.map_err(|error| Unreadable(error.to_string()))?
}

/// What became of a try.
pub struct Tried {
    pub sent: Option<UnixMs>,
    pub due: Option<UnixMs>,
    pub error: Option<String>,
}

impl Tried {
    fn of(notify: &Notify, delivery: &Delivery, now: UnixMs, again: UnixMs) -> Tried {
        match post(notify, delivery) {
            Ok(()) => Tried {
                sent: Some(now),
                due: None,
                error: None,
            },
            Err(Failed::Gone) => Tried {
                sent: None,
                due: None,
                error: Some("the configuration names no such receiver any more".to_owned()),
            },
            Err(Failed::Later(error)) => Tried {
                sent: None,
                due: (now - delivery.created < OLDEST_MS).then_some(again),
                error: Some(error),
            },
        }
    }
}

enum Failed {
    Gone,
    Later(String),
}

fn post(notify: &Notify, delivery: &Delivery) -> Result<(), Failed> {
    let key = format!("nhip-{}-{}", delivery.created, delivery.id);
    if let Some(webhook) = notify.webhook(&delivery.receiver) {
        return webhook::post(webhook, &key, &delivery.message).map_err(Failed::Later);
    }
    let Some((mail, to)) = notify.mail(&delivery.receiver) else {
        return Err(Failed::Gone);
    };
    let message: Message = serde_json::from_str(&delivery.message)
        .map_err(|error| Failed::Later(error.to_string()))?;
    mail::post(mail, to, &key, &message).map_err(Failed::Later)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_tried_again_after_longer_and_longer() {
        let waits: Vec<u64> = (1..9).map(|it| retry_after(it).as_secs()).collect();
        assert_eq!(waits, [30, 120, 480, 1920, 7680, 21600, 21600, 21600]);
        assert_eq!(retry_after(u32::MAX), LONGEST);
    }
}
