//! Sends what is due, and tries again what failed: longer and longer after, for a day and a half.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use backon::{BackoffBuilder, ExponentialBuilder};

use super::receivers::Notify;
use super::{Delivery, Message, mail, webhook};
use crate::app::App;
use crate::clock::UnixMs;
use crate::store::Unreadable;

/// From 30 s, four times as long after each try, 6 h at most.
const FIRST: Duration = Duration::from_secs(30);
const FACTOR: f32 = 4.0;
const LONGEST: Duration = Duration::from_secs(6 * 60 * 60);
const MOST_TRIES: usize = 10;

/// How long after the `attempts`th try, which failed, it is tried again; `None`: never.
fn retry_after(attempts: u32) -> Option<Duration> {
    let mut waits = ExponentialBuilder::new()
        .with_min_delay(FIRST)
        .with_factor(FACTOR)
        .with_max_delay(LONGEST)
        .with_max_times(MOST_TRIES)
        .build();
    waits.nth(attempts.checked_sub(1)? as usize)
}

/// Sends what is due, in the order in which it came; how many were tried. Of a receiver that is away only the first is:
/// the others wait as long as it does.
pub async fn send_due(app: &Arc<App>) -> Result<usize, Unreadable> {
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
            let tried = Tried::of(&app.notify, delivery, now);
            if let Some(error) = &tried.error {
                let receiver = &delivery.receiver;
                tracing::warn!(
                    receiver,
                    error,
                    again = tried.due.is_some(),
                    "an alert was not taken"
                );
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
    fn of(notify: &Notify, delivery: &Delivery, now: UnixMs) -> Tried {
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
            Err(Failed::Later(error)) => {
                let wait = retry_after(delivery.attempts + 1);
                let wait =
                    wait.map(|wait| UnixMs::try_from(wait.as_millis()).unwrap_or(UnixMs::MAX));
                Tried {
                    sent: None,
                    due: wait.map(|wait| now.saturating_add(wait)),
                    error: Some(error),
                }
            }
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
    let Some(mail) = notify.mail(&delivery.receiver) else {
        return Err(Failed::Gone);
    };
    let message: Message = serde_json::from_str(&delivery.message)
        .map_err(|error| Failed::Later(error.to_string()))?;
    mail::post(mail, &key, &message).map_err(Failed::Later)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_tried_again_for_more_than_a_day_and_not_for_ever() {
        let waits: Vec<u64> = (1..)
            .map_while(retry_after)
            .map(|it| it.as_secs())
            .collect();
        assert_eq!(waits[..4], [30, 120, 480, 1920]);
        assert!(waits.len() == MOST_TRIES && waits.iter().all(|wait| *wait <= 6 * 3600));
        let hours = waits.iter().sum::<u64>() / 3600;
        assert!((24..48).contains(&hours), "{hours} hours");
    }
}
