//! `nhip alert test`: does every receiver take a message?

use super::{Message, Notify, mail, webhook};
use crate::clock::Clock;
use crate::dashboard::Language;

#[derive(Debug, thiserror::Error)]
pub enum Failed {
    #[error(
        "expected receivers in [notify] of the configuration file, got none; --config names it"
    )]
    NoReceiver,
    #[error("{0}")]
    NotTaken(String),
    #[error("the message cannot be written: {0}")]
    Json(#[from] serde_json::Error),
}

/// Sends each receiver a message that is no alert, once. Blocks.
pub fn test(notify: &Notify, clock: &Clock) -> Result<String, Failed> {
    let now = clock.now();
    let message = Message::test(notify.language.unwrap_or(Language::Vietnamese), now);
    let (json, key) = (serde_json::to_string(&message)?, format!("nhip-test-{now}"));
    let mut told = String::new();
    let mut failed = Vec::new();
    for name in notify.receivers() {
        let posted = match (notify.webhook(&name), notify.mail(&name)) {
            (Some(webhook), _) => webhook::post(webhook, &key, &json),
            (None, Some((mail, to))) => mail::post(mail, to, &key, &message),
            (None, None) => continue,
        };
        match posted {
            Ok(()) => told.push_str(&format!("{name} took it\n")),
            Err(error) => failed.push(format!("{name}: {error}")),
        }
    }
    match failed.is_empty() {
        false => Err(Failed::NotTaken(format!("{told}{}", failed.join("; ")))),
        true if told.is_empty() => Err(Failed::NoReceiver),
        true => Ok(told),
    }
}
