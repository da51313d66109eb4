//! What a rule found, in numbers; [`Evidence::tell`] in words.

use nhip_protocol::unit::Ms;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::rules::{Reading, Share};

/// Milliseconds, percent, hours.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "when", rename_all = "lowercase")]
#[schema(as = AlertEvidence)]
pub enum Evidence {
    Grade {
        /// 7 days before
        was: String,
        was_score: u8,
        now: String,
        now_score: u8,
    },
    P75 {
        reading: Reading,
        /// Of the last hour, or of the last hours that had enough views.
        p75_ms: f64,
        limit_ms: f64,
        hours: u16,
    },
    Silence {
        last_seen: String,
        hours: u16,
    },
    Share {
        of: Share,
        percent: f64,
        limit_percent: u8,
        hours: u16,
    },
}

impl Evidence {
    pub fn p75(reading: Reading, p75: Ms, limit: Ms, hours: u16) -> Evidence {
        Evidence::P75 {
            reading,
            p75_ms: p75.as_f64(),
            limit_ms: limit.as_f64(),
            hours,
        }
    }

    pub fn fall((was, was_score): (&str, u8), (now, now_score): (&str, u8)) -> Evidence {
        Evidence::Grade {
            was: was.to_owned(),
            was_score,
            now: now.to_owned(),
            now_score,
        }
    }

    /// Whether this is worth telling beside `told`, which is firing: a grade that fell further.
    pub fn exceeds(&self, told: &Evidence) -> bool {
        match (self, told) {
            (Evidence::Grade { now, .. }, Evidence::Grade { now: told, .. }) => now > told,
            _ => false,
        }
    }
}
