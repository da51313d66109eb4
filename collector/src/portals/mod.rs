//! The registry: which portals may report, from which origins, for which agencies.
//!
//! Every agency of the seed is an entry from the start, so that a portal that is missing shows as
//! missing. `nhip portal add` completes an entry or makes a new one.

mod agencies;
mod difference;
mod origin;
pub mod published;
mod refused;

use std::collections::{BTreeMap, HashSet};

use nhip_protocol::code::Code;

pub use agencies::{Agency, BadSeed, Ended, seeded};
pub use difference::difference;
pub use origin::{NotAnOrigin, Origin};
pub use refused::{CannotAdd, CannotChange};

use crate::access::{Scope, Token};
use crate::clock::{DAY_MS, UnixMs, day};
use crate::store::Activity;

/// A portal that has said nothing for so long is silent.
const SILENT_AFTER_MS: UnixMs = DAY_MS;

/// A portal as `nhip portal add` writes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Portal {
    pub code: Code,
    pub name: String,
    /// The agency that stands in a report which names none.
    pub agency: Code,
    pub origins: Vec<Origin>,
    /// Whether automated browsers are graded, too: demo portals and tests.
    pub count_automated: bool,
    pub added: UnixMs,
    /// Page groups, and services as [`crate::names::service`] has them, that may be stored from their
    /// first view on.
    pub names: Vec<String>,
    /// Its reports are refused, and its widgets fall silent.
    pub paused: bool,
}

/// A line of the registry: an agency of the seed, an added portal, or both in one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    pub code: Code,
    pub name: String,
    pub name_en: Option<String>,
    pub ended: Option<Ended>,
    /// `None`: an agency whose portal is not connected yet.
    pub portal: Option<Portal>,
}

impl Entry {
    pub fn agency(&self) -> &Code {
        self.portal.as_ref().map_or(&self.code, |p| &p.agency)
    }

    pub fn count_automated(&self) -> bool {
        self.portal.as_ref().is_some_and(|p| p.count_automated)
    }

    pub fn is_paused(&self) -> bool {
        self.portal.as_ref().is_some_and(|p| p.paused)
    }

    pub fn has_origin(&self, origin: &Origin) -> bool {
        self.portal
            .as_ref()
            .is_some_and(|p| p.origins.contains(origin))
    }

    pub fn has_name(&self, name: &str) -> bool {
        self.portal
            .as_ref()
            .is_some_and(|p| p.names.iter().any(|known| known == name))
    }

    /// Whether the agency was merged away before `now`.
    pub fn is_over(&self, now: UnixMs) -> bool {
        self.ended
            .as_ref()
            .is_some_and(|ended| ended.valid_until < day(now))
    }
}

/// Whether a portal reports, and since when that is so.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// Has never reported.
    Waiting,
    Connected {
        since: UnixMs,
    },
    /// Has not reported for 24 hours.
    Silent {
        since: UnixMs,
    },
}

impl Status {
    pub fn of(activity: Option<&Activity>, now: UnixMs) -> Status {
        match activity {
            None => Status::Waiting,
            Some(activity) if now - activity.last_seen > SILENT_AFTER_MS => Status::Silent {
                since: activity.last_seen,
            },
            Some(activity) => Status::Connected {
                since: activity.connected_since,
            },
        }
    }

    pub const fn name(self) -> &'static str {
        match self {
            Status::Waiting => "waiting",
            Status::Connected { .. } => "connected",
            Status::Silent { .. } => "silent",
        }
    }

    pub const fn since(self) -> Option<UnixMs> {
        match self {
            Status::Waiting => None,
            Status::Connected { since } | Status::Silent { since } => Some(since),
        }
    }
}

/// The registry at one moment.
#[derive(Clone, Debug, Default)]
pub struct Registry {
    entries: BTreeMap<Code, Entry>,
    agencies: HashSet<Code>,
    pub tokens: Vec<Token>,
}

impl Registry {
    pub fn new(agencies: Vec<Agency>, portals: Vec<Portal>) -> Registry {
        let mut registry = Registry::default();
        for agency in agencies {
            let entry = Entry {
                code: agency.code.clone(),
                name: agency.name_vi,
                name_en: Some(agency.name_en),
                ended: agency.ended,
                portal: None,
            };
            registry.entries.insert(agency.code, entry);
        }
        for portal in portals {
            let seed = registry.entries.remove(&portal.code);
            let entry = Entry {
                code: portal.code.clone(),
                name: portal.name.clone(),
                // The seed's English name belongs to its Vietnamese one.
                name_en: seed
                    .as_ref()
                    .filter(|seed| seed.name == portal.name)
                    .and_then(|seed| seed.name_en.clone()),
                ended: seed.and_then(|seed| seed.ended),
                portal: Some(portal),
            };
            registry.entries.insert(entry.code.clone(), entry);
        }
        registry.agencies = registry.entries.keys().cloned().collect();
        registry
    }

    pub fn entry(&self, code: &Code) -> Option<&Entry> {
        self.entries.get(code)
    }

    pub fn entries(&self) -> impl Iterator<Item = &Entry> {
        self.entries.values()
    }

    /// The entries of today: without the agencies that were merged away.
    pub fn of_today(&self, now: UnixMs) -> impl Iterator<Item = &Entry> {
        self.entries().filter(move |entry| !entry.is_over(now))
    }

    pub fn knows_agency(&self, code: &Code) -> bool {
        self.agencies.contains(code)
    }

    /// Whether `portal` may be added.
    ///
    /// # Errors
    ///
    /// [`CannotAdd`] says what was expected instead.
    pub fn admit(&self, portal: &Portal, now: UnixMs) -> Result<(), CannotAdd> {
        let entry = self.entry(&portal.code);
        if entry.is_some_and(|entry| entry.portal.is_some()) {
            return Err(CannotAdd::Taken(portal.code.clone()));
        }
        if portal.code.as_str() == Scope::NATIONAL {
            return Err(CannotAdd::Reserved(portal.code.clone()));
        }
        self.is_of_today(&portal.code, now)?;
        self.admit_agency(portal, now)?;
        is_whole(portal)
    }

    /// Whether the portal `before` may become `after`. One whose agency was merged away may still be paused.
    ///
    /// # Errors
    ///
    /// [`CannotAdd`] says what was expected instead.
    pub fn admit_change(
        &self,
        before: &Portal,
        after: &Portal,
        now: UnixMs,
    ) -> Result<(), CannotAdd> {
        if after.agency != before.agency {
            self.admit_agency(after, now)?;
        }
        is_whole(after)
    }

    fn admit_agency(&self, portal: &Portal, now: UnixMs) -> Result<(), CannotAdd> {
        self.is_of_today(&portal.agency, now)?;
        if portal.agency != portal.code && !self.knows_agency(&portal.agency) {
            return Err(CannotAdd::UnknownAgency(portal.agency.clone()));
        }
        Ok(())
    }

    fn is_of_today(&self, code: &Code, now: UnixMs) -> Result<(), CannotAdd> {
        match self.entry(code).filter(|entry| entry.is_over(now)) {
            Some(over) => Err(ended(over)),
            None => Ok(()),
        }
    }
}

fn is_whole(portal: &Portal) -> Result<(), CannotAdd> {
    if portal.name.trim().is_empty() {
        return Err(CannotAdd::NoName);
    }
    if portal.origins.is_empty() {
        return Err(CannotAdd::NoOrigin);
    }
    Ok(())
}

fn ended(entry: &Entry) -> CannotAdd {
    let (valid_until, successor) = match &entry.ended {
        Some(ended) => (ended.valid_until.clone(), ended.successor.as_ref()),
        None => (String::new(), None),
    };
    CannotAdd::Ended {
        code: entry.code.clone(),
        valid_until,
        hint: successor.map_or_else(String::new, |code| format!("; its successor is '{code}'")),
    }
}

#[cfg(test)]
#[path = "tests.rs"]
mod tests;
