//! The second net of redaction. A person's name can look like a word of the site (`/ho-so/le-van-an`),
//! so a page group, a culprit or a service reaches the disk only when it is registered for the portal, or once
//! enough different views have shown it: many views show the site's words, few somebody's name.

use std::collections::HashMap;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Mutex, MutexGuard};

use nhip_protocol::code::Code;
use nhip_protocol::redact::{NUMBER, OTHER, RARE};
use nhip_protocol::report::ViewId;

use crate::clock::{DAY_MS, HOUR_MS, UnixMs};
use crate::locks::lock;
use crate::portals::Entry;
use crate::store::{Name, NewRow, OriginSeen};

/// So many different views have shown a name before it is kept.
pub const DEFAULT_VIEWS: u64 = 20;

/// The most that may be asked for: each view that a name waits with takes 16 bytes.
pub const MOST_VIEWS: u64 = 1000;

/// In so long a time.
const WINDOW_MS: u64 = DAY_MS.unsigned_abs();

/// So seldom are names that wait gone through: a day is not looked at to the hour.
const TIDY_EVERY_MS: u64 = HOUR_MS.unsigned_abs();

/// Names of a portal that are kept, of each kind: more than anybody reads, too few to
/// fill a disk with. The one that was met longest ago makes room.
const MOST_KEPT: usize = 1000;

/// Names of a portal that wait for more views, of each kind; the one that was met
/// longest ago makes room.
const MOST_WAITING: usize = 1000;

/// What a page group begins with.
const PAGE: char = '/';

/// What a service begins with where names of all kinds stand together: no redacted name has it in it, so
/// a service is never taken for a culprit.
const SERVICE: char = '@';

/// A service as it stands among the names of a portal.
pub fn service(name: &str) -> String {
    format!("{SERVICE}{name}")
}

pub struct Names {
    /// Different views that a name needs.
    views: usize,
    portals: Mutex<HashMap<Code, Seen>>,
    /// When what no view shows any more was last forgotten.
    tidied: AtomicI64,
}

/// The kinds apart, so that the many of one do not crowd out the others.
#[derive(Default)]
struct Seen {
    pages: Kind,
    culprits: Kind,
    services: Kind,
}

#[derive(Default)]
struct Kind {
    /// When each was last met.
    kept: HashMap<String, UnixMs>,
    /// Which views have shown it, and when; the last is the latest.
    waiting: HashMap<String, Vec<(ViewId, UnixMs)>>,
}

impl Names {
    /// With those that were kept before.
    pub fn new(views: u64, kept: Vec<Name>) -> Names {
        let mut portals: HashMap<Code, Seen> = HashMap::new();
        for Name { portal, name } in kept {
            let seen = portals.entry(portal).or_default();
            seen.kind(&name).kept.insert(name, 0);
        }
        Names {
            views: usize::try_from(views.min(MOST_VIEWS)).unwrap_or(usize::MAX),
            portals: Mutex::new(portals),
            tidied: AtomicI64::new(UnixMs::MIN),
        }
    }

    /// Replaces each name of the row's report that is too rare by [`RARE`], and notes in the row which
    /// names are kept from now on, and which made room for them.
    pub fn admit(&self, row: &mut NewRow, entry: &Entry) {
        // Where no browser says that it is a page of the portal's, anybody can have made up the name.
        let counts = row.origin == OriginSeen::Registered;
        let (report, now) = (&mut row.report, row.received);
        let mut portals = self.portals();
        let seen = portals.entry(report.portal.clone()).or_default();
        let culprits = report.viewport.iter_mut();
        let culprits = culprits.flat_map(|viewport| viewport.culprits.values_mut().flatten());
        let named = std::iter::once(&mut report.page).chain(culprits);
        let named = named.map(|name| (name.clone(), name));
        let steps = report.steps.iter_mut().map(|step| &mut step.service);
        let steps = steps.map(|name| (service(name), name));
        for (full, name) in named.chain(steps) {
            if says_nothing(name) || entry.has_name(&full) {
                continue;
            }
            let kind = seen.kind(&full);
            if let Some(met) = kind.kept.get_mut(&full) {
                *met = now;
            } else if counts && kind.meet(&full, report.view, now) >= self.views {
                row.forgotten.extend(kind.keep(&full, now));
                row.learnt.push(full);
            } else {
                *name = RARE.to_owned();
            }
        }
    }

    /// Forgets what no view has shown for the whole window; does so once an hour, however often it is
    /// called, because intake waits meanwhile.
    pub fn tidy(&self, now: UnixMs) {
        let last = self.tidied.load(Ordering::Relaxed);
        if now.abs_diff(last) < TIDY_EVERY_MS {
            return;
        }
        self.tidied.store(now, Ordering::Relaxed);
        for seen in self.portals().values_mut() {
            for kind in [&mut seen.pages, &mut seen.culprits, &mut seen.services] {
                kind.waiting
                    .retain(|_, views| views.last().is_some_and(|(_, at)| is_within(*at, now)));
            }
        }
    }

    fn portals(&self) -> MutexGuard<'_, HashMap<Code, Seen>> {
        lock(&self.portals)
    }
}

impl Seen {
    fn kind(&mut self, name: &str) -> &mut Kind {
        match name.chars().next() {
            Some(PAGE) => &mut self.pages,
            Some(SERVICE) => &mut self.services,
            _ => &mut self.culprits,
        }
    }
}

impl Kind {
    /// How many different views have shown `name` within the window, this one included.
    fn meet(&mut self, name: &str, view: ViewId, now: UnixMs) -> usize {
        if !self.waiting.contains_key(name) {
            make_room(&mut self.waiting, MOST_WAITING, |views| {
                views.last().map(|(_, at)| *at)
            });
        }
        let views = self.waiting.entry(name.to_owned()).or_default();
        views.retain(|(other, at)| *other != view && is_within(*at, now));
        views.push((view, now));
        views.len()
    }

    /// Keeps a name; gives the one that made room for it.
    fn keep(&mut self, name: &str, now: UnixMs) -> Option<String> {
        self.waiting.remove(name);
        let gone = make_room(&mut self.kept, MOST_KEPT, |met| Some(*met));
        self.kept.insert(name.to_owned(), now);
        gone
    }
}

/// Where `most` names are there already, removes the one that was met longest ago, and gives it.
fn make_room<V>(
    names: &mut HashMap<String, V>,
    most: usize,
    met: impl Fn(&V) -> Option<UnixMs>,
) -> Option<String> {
    if names.len() < most {
        return None;
    }
    let oldest = names.iter().min_by_key(|(_, value)| met(value))?.0.clone();
    names.remove(&oldest);
    Some(oldest)
}

/// A clock that jumped, forward or back, makes what was before it old.
fn is_within(at: UnixMs, now: UnixMs) -> bool {
    now.abs_diff(at) < WINDOW_MS
}

/// The site's root, and what has no word in it: `/:n`, `:n#:x`, `:n:nth-child(2)`.
fn says_nothing(name: &str) -> bool {
    name.split(['/', '>', '#', '.']).all(|part| {
        let part = match part.rsplit_once(":nth-child(") {
            Some((before, _)) => before,
            None => part,
        };
        ["", NUMBER, OTHER].contains(&part)
    })
}

#[cfg(test)]
#[path = "names_tests.rs"]
mod tests;
