//! Alerts: what the portals' readings should not do, noticed by rules, and told by webhook and e-mail.
//!
//! An alert is firing from the moment its rule finds it until the rule finds that it is over. The limit for that is
//! another one (hysteresis), so that a reading at the edge is told once. The words are those of Prometheus'
//! Alertmanager: firing, resolved, receiver.

mod blocks;
pub mod command;
mod evidence;
mod judge;
mod mail;
mod message;
mod receivers;
mod rules;
mod send;
mod watch;
mod webhook;

use nhip_protocol::code::Code;

pub use self::evidence::Evidence;
pub use self::message::Message;
pub use self::receivers::{Mail, Notify, Webhook, Written as WrittenNotify};
pub use self::rules::{Condition, Reading, Rule, Share, Written as WrittenRule};
pub use self::send::{Tried, send_due};
pub use self::watch::{run, watch};
use crate::clock::UnixMs;

/// An alert as it is kept.
#[derive(Clone, Debug, PartialEq)]
pub struct Alert {
    pub id: i64,
    pub rule: String,
    pub portal: Code,
    /// When it was found, not when its cause began.
    pub since: UnixMs,
    /// `None`: it is firing.
    pub resolved: Option<UnixMs>,
    /// What was found.
    pub evidence: Evidence,
    /// What was found when it was over; `None` also where the rule is gone.
    pub ending: Option<Evidence>,
}

/// A message on its way to a receiver.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Delivery {
    pub id: i64,
    pub receiver: String,
    pub created: UnixMs,
    /// [`Message`] as JSON.
    pub message: String,
    /// How often it was tried.
    pub attempts: u32,
    /// When it is tried next; `None`: it was sent, or given up.
    pub due: Option<UnixMs>,
    pub sent: Option<UnixMs>,
    /// Why the last try failed.
    pub error: Option<String>,
}

/// What a look at all portals changes.
#[derive(Clone, Debug, Default)]
pub struct Changes {
    pub firing: Vec<Found>,
    pub resolved: Vec<(i64, Option<Evidence>)>,
    pub deliveries: Vec<NewDelivery>,
}

impl Changes {
    pub fn is_empty(&self) -> bool {
        self.firing.is_empty() && self.resolved.is_empty() && self.deliveries.is_empty()
    }
}

/// An alert that is not kept yet.
#[derive(Clone, Debug)]
pub struct Found {
    pub rule: String,
    pub portal: Code,
    pub evidence: Evidence,
}

#[derive(Clone, Debug)]
pub struct NewDelivery {
    pub receiver: String,
    pub message: String,
}

#[cfg(test)]
mod tests;
