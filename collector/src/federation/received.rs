//! What a child sent, looked at before any of it is kept.

use nhip_protocol::code::Code;

use super::{Feed, MOST_HOURS, VERSION};
use crate::clock::{DAY_MS, UnixMs, hour_of};
use crate::rollup::{Hour, Undecodable};
use crate::store::sqlite::FORMAT;
use crate::store::{Activity, FromChild, OutcomeCount, Part};

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
    let last = hour_of(now + DAY_MS / 24 / 4);
    let is_kept = |hour: i64| match (first..last).contains(&hour) {
        true => Ok(hour),
        false => Err(Refused::Hour(hour)),
    };
    let mut parts = Vec::with_capacity(feed.rollups.len());
    for fed in feed.rollups {
        let (portal, hour) = (known(&fed.portal)?, is_kept(fed.hour)?);
        if let Err(cause) = Hour::decode(&fed.groups) {
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
        for (hour, counts) in hours {
            for (outcome, count) in counts {
                outcomes.push(OutcomeCount {
                    hour,
                    portal: Some(portal.clone()),
                    outcome: outcome
                        .chars()
                        .filter(char::is_ascii_graphic)
                        .take(40)
                        .collect(),
                    count,
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
