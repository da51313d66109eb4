//! In which hour a view began. It is told once, by the first of its reports that came: the others count
//! milliseconds from the same moment, but a device that sleeps stops counting, and its next report would
//! place the view hours later, where it would be counted a second time.

use std::collections::{BTreeMap, HashMap};
use std::hash::{BuildHasher, RandomState};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use nhip_protocol::code::Code;
use nhip_protocol::report::{MAX_AGE_MS, ViewId};

use crate::clock::{HOUR_MS, UnixMs, hour_of};

/// Views that are remembered, about 20 bytes each; the hour that began first makes room. A view that
/// is forgotten goes by what its next report says.
const MOST: usize = 2_000_000;

pub struct FirstSeen {
    hasher: RandomState,
    most: usize,
    hours: Mutex<BTreeMap<i64, Views>>,
    /// What came before the start is known.
    filled: AtomicBool,
}

/// By portal and view as one number: ms after the hour's beginning.
type Views = HashMap<u64, u32>;

impl Default for FirstSeen {
    fn default() -> FirstSeen {
        FirstSeen::of(MOST)
    }
}

impl FirstSeen {
    fn of(most: usize) -> FirstSeen {
        FirstSeen {
            hasher: RandomState::new(),
            most,
            hours: Mutex::default(),
            filled: AtomicBool::new(false),
        }
    }

    /// When the view began that now is said to have begun at `said`.
    pub fn began(&self, portal: &Code, view: ViewId, said: UnixMs) -> UnixMs {
        let key = self.hasher.hash_one((portal.as_str(), view.0));
        let mut hours = self.hours();
        // The latest first: most views are young.
        for (hour, views) in hours.iter().rev() {
            if let Some(after) = views.get(&key) {
                return hour * HOUR_MS + UnixMs::from(*after);
            }
        }
        let after = said.rem_euclid(HOUR_MS) as u32;
        hours.entry(hour_of(said)).or_default().insert(key, after);
        while hours.len() > 1 && hours.values().map(HashMap::len).sum::<usize>() > self.most {
            hours.pop_first();
        }
        said
    }

    /// Forgets views of which no report can be taken any more.
    pub fn tidy(&self, now: UnixMs) {
        let oldest = hour_of(now - MAX_AGE_MS.cast_signed());
        self.hours().retain(|hour, _| *hour >= oldest);
    }

    pub fn fill(&self) {
        self.filled.store(true, Ordering::Release);
    }

    pub fn is_filled(&self) -> bool {
        self.filled.load(Ordering::Acquire)
    }

    /// Whether there is room for more.
    pub fn has_room(&self) -> bool {
        self.hours().values().map(HashMap::len).sum::<usize>() < self.most
    }

    fn hours(&self) -> MutexGuard<'_, BTreeMap<i64, Views>> {
        self.hours.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(text: &str) -> Code {
        text.parse().unwrap()
    }

    #[test]
    fn the_first_report_tells_when_a_view_began() {
        let seen = FirstSeen::default();
        let (hn, dn) = (code("vn-hn"), code("vn-dn"));
        let at = |hours: f64| (hours * HOUR_MS as f64) as UnixMs;
        for (portal, view, said, expected) in [
            (&hn, 1, at(9.5), at(9.5)),
            // It slept since.
            (&hn, 1, at(13.2), at(9.5)),
            (&hn, 1, at(9.4999), at(9.5)),
            // Another view, and the same number at another portal.
            (&hn, 2, at(13.2), at(13.2)),
            (&dn, 1, at(13.2), at(13.2)),
            (&hn, 1, at(20.0), at(9.5)),
        ] {
            let told = seen.began(portal, ViewId(view), said);
            assert_eq!(told, expected, "{portal} {view} {said}");
        }
    }

    #[test]
    fn what_is_too_old_or_too_many_is_forgotten() {
        let hn = code("vn-hn");
        let seen = FirstSeen::of(4);
        for view in 0..6 {
            let hour = view as UnixMs / 2;
            seen.began(&hn, ViewId(view), hour * HOUR_MS + 7);
        }
        assert!(!seen.has_room());
        assert_eq!(seen.began(&hn, ViewId(5), 99 * HOUR_MS), 2 * HOUR_MS + 7);
        assert_eq!(seen.began(&hn, ViewId(0), 2 * HOUR_MS), 2 * HOUR_MS);
        seen.tidy(27 * HOUR_MS);
        assert_eq!(seen.began(&hn, ViewId(5), 30 * HOUR_MS), 30 * HOUR_MS);
    }
}
