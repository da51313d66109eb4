//! What a child sent, looked at before any of it is kept.

use nhip_protocol::code::Code;
use nhip_protocol::refusal::Refusal;

use super::{Feed, MOST_HOURS, VERSION};
use crate::clock::{HOUR_MS, UnixMs, hour_of};
use crate::rollup::{Hour, Undecodable};
use crate::store::sqlite::FORMAT;
use crate::store::{Activity, FromChild, OutcomeCount, Part, STORED};

/// Sums of it stay far from what a column holds.
const MOST_COUNTED: u64 = 1 << 40;

#[derive(Debug, thiserror::Error)]
pub enum Refused {
    #[error("v: expected {VERSION}, got {0}; upgrade the older of both collectors")]
    Version(u8),
    #[error(
        "format: expected {FORMAT} or less, got {0}; upgrade this collector before those that feed it"
    )]
    Format(u8),
    #[error("expected at most {MOST_HOURS} rollups, got {0}")]
    TooMany(usize),
    #[error("portal: expected one of the token's, got '{0}'")]
    Portal(String),
    #[error("outcomes: expected a known one and at most 2⁴⁰ of it, got {1} of '{0}'")]
    Outcome(String, u64),
    #[error("revision: expected less than 2⁶³, got {0}")]
    Revision(u64),
    #[error("hour: expected one that is over and kept, got {0}")]
    Hour(i64),
    #[error("{portal}, hour {hour}: {cause}")]
    Broken {
        portal: Code,
        hour: i64,
        cause: Undecodable,
    },
}

/// All of it, or why none: `portals` are the token's, `first` is the first hour that is kept.
pub fn checked(
    feed: Feed,
    source: &str,
    portals: &[Code],
    first: i64,
    now: UnixMs,
) -> Result<FromChild, Refused> {
    if feed.v != VERSION {
        return Err(Refused::Version(feed.v));
    }
    if i64::from(feed.format) > FORMAT {
        return Err(Refused::Format(feed.format));
    }
    if feed.rollups.len() > MOST_HOURS {
        return Err(Refused::TooMany(feed.rollups.len()));
    }
    let known = |text: &str| {
        let code = portals.iter().find(|code| code.as_str() == text);
        code.cloned()
            .ok_or_else(|| Refused::Portal(printable(text)))
    };
    // A child's clock may be a little ahead.
    let last = hour_of(now + HOUR_MS / 4);
    let is_kept = |hour: i64| match (first..last).contains(&hour) {
        true => Ok(hour),
        false => Err(Refused::Hour(hour)),
    };
    let mut parts = Vec::with_capacity(feed.rollups.len());
    for fed in feed.rollups {
        let (portal, hour) = (known(&fed.portal)?, is_kept(fed.hour)?);
        if i64::try_from(fed.revision).is_err() {
            return Err(Refused::Revision(fed.revision));
        }
        if let Err(cause) = Hour::decode_sent(&fed.groups) {
            return Err(Refused::Broken {
                portal,
                hour,
                cause,
            });
        }
        parts.push(Part {
            portal,
            hour,
            source: source.to_owned(),
            revision: fed.revision,
            groups: fed.groups,
        });
    }
    let mut heard = Vec::new();
    for (portal, told) in feed.heard {
        let activity = Activity {
            connected_since: told.connected_since.min(told.last_seen),
            last_seen: told.last_seen.min(now),
        };
        heard.push((known(&portal)?, activity));
    }
    let mut outcomes = Vec::new();
    for (portal, hours) in feed.outcomes {
        let portal = known(&portal)?;
        // The running hour's are told again and again.
        for (hour, counts) in hours.range(first..=last) {
            for (outcome, count) in counts {
                let is_known = outcome == STORED || Refusal::REASONS.contains(&outcome.as_str());
                if !is_known || *count > MOST_COUNTED {
                    return Err(Refused::Outcome(printable(outcome), *count));
                }
                outcomes.push(OutcomeCount {
                    hour: *hour,
                    portal: Some(portal.clone()),
                    outcome: outcome.clone(),
                    count: *count,
                });
            }
        }
    }
    Ok(FromChild {
        source: source.to_owned(),
        parts,
        heard,
        outcomes,
    })
}

fn printable(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).take(40).collect()
}
