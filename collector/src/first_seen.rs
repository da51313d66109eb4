//! In which hour a view began, and whether it is one of too many of its address. Both are told once, by the
//! first of its reports that came: the others count milliseconds from the same moment, but a device that
//! sleeps stops counting, and its next report would place the view hours later, where it would be counted a
//! second time.

use std::collections::{BTreeMap, HashMap};
use std::hash::{BuildHasher, RandomState};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard};

use nhip_protocol::code::Code;
use nhip_protocol::report::{MAX_AGE_MS, ViewId};

use crate::client::Client;
use crate::clock::{HOUR_MS, UnixMs, hour_of};
use crate::locks::lock;

/// Views that are remembered, about 20 bytes each; the hour that began first makes room. A view that
/// is forgotten goes by what its next report says.
const MOST: usize = 2_000_000;

/// How much of a portal's hour one address may be, in percent: a carrier's is large, a script's is all.
pub const DEFAULT_SHARE: u8 = 25;

/// So many views of one address in an hour of a portal are graded whatever its share.
const FREE: u32 = 50;

/// Set beside the ms of a view that is too much; an hour has 22 bits of them.
const SURPLUS: u32 = 1 << 31;

pub struct FirstSeen {
    hasher: RandomState,
    most: usize,
    /// Of a portal's views in an hour, in percent.
    share: u8,
    hours: Mutex<BTreeMap<i64, Views>>,
    /// What came before the start is known.
    filled: AtomicBool,
}

#[derive(Default)]
struct Views {
    /// By portal and view as one number: ms after the hour's beginning, and [`SURPLUS`].
    began: HashMap<u64, u32>,
    /// How many of a portal's, and of each address at it.
    counts: HashMap<u64, u32>,
}

/// What is known of a view since its first report.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Dated {
    pub began: UnixMs,
    /// Its address has had its share of the portal's hour: it is stored, and not graded.
    pub surplus: bool,
}

impl FirstSeen {
    /// `share`: how much of a portal's hour one address may be, in percent.
    pub fn new(share: u8) -> FirstSeen {
        FirstSeen::of(share, MOST)
    }

    fn of(share: u8, most: usize) -> FirstSeen {
        FirstSeen {
            hasher: RandomState::new(),
            most,
            share,
            hours: Mutex::default(),
            filled: AtomicBool::new(false),
        }
    }

    /// What is known of the view that now is said to have begun at `said`.
    pub fn date(&self, portal: &Code, view: ViewId, said: UnixMs, client: Option<Client>) -> Dated {
        let key = self.hasher.hash_one((portal.as_str(), view.0));
        let mut hours = self.hours();
        if let Some(known) = known(&hours, key) {
            return known;
        }
        let views = hours.entry(hour_of(said)).or_default();
        let mut count = |key: u64| {
            let count = views.counts.entry(key).or_default();
            *count += 1;
            *count
        };
        let all = u64::from(count(self.hasher.hash_one(portal.as_str())));
        let surplus = client.is_some_and(|client| {
            let own = count(self.hasher.hash_one((portal.as_str(), client)));
            own > FREE && u64::from(own) * 100 > all * u64::from(self.share)
        });
        let dated = Dated {
            began: said,
            surplus,
        };
        views.keep(key, dated);
        while hours.len() > 1 && len(&hours) > self.most {
            hours.pop_first();
        }
        dated
    }

    /// A view that was stored before the start.
    pub fn know(&self, portal: &Code, view: ViewId, dated: Dated) {
        let key = self.hasher.hash_one((portal.as_str(), view.0));
        let mut hours = self.hours();
        if known(&hours, key).is_none() {
            hours
                .entry(hour_of(dated.began))
                .or_default()
                .keep(key, dated);
        }
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
        len(&self.hours()) < self.most
    }

    fn hours(&self) -> MutexGuard<'_, BTreeMap<i64, Views>> {
        lock(&self.hours)
    }
}

impl Views {
    fn keep(&mut self, key: u64, dated: Dated) {
        let after = dated.began.rem_euclid(HOUR_MS) as u32;
        let mark = if dated.surplus { SURPLUS } else { 0 };
        self.began.insert(key, after | mark);
    }
}

/// The latest hour is asked first: most views are young.
fn known(hours: &BTreeMap<i64, Views>, key: u64) -> Option<Dated> {
    hours.iter().rev().find_map(|(hour, views)| {
        let kept = *views.began.get(&key)?;
        Some(Dated {
            began: hour * HOUR_MS + UnixMs::from(kept & !SURPLUS),
            surplus: kept & SURPLUS != 0,
        })
    })
}

fn len(hours: &BTreeMap<i64, Views>) -> usize {
    let lens = hours
        .values()
        .map(|views| views.began.len() + views.counts.len());
    lens.sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(text: &str) -> Code {
        text.parse().unwrap()
    }

    fn began(seen: &FirstSeen, portal: &Code, view: u64, said: UnixMs) -> UnixMs {
        seen.date(portal, ViewId(view), said, None).began
    }

    #[test]
    fn the_first_report_tells_when_a_view_began() {
        let seen = FirstSeen::new(25);
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
            let told = began(&seen, portal, view, said);
            assert_eq!(told, expected, "{portal} {view} {said}");
        }
    }

    #[test]
    fn what_is_too_old_or_too_many_is_forgotten() {
        let hn = code("vn-hn");
        // Six views, and a count in each of three hours.
        let seen = FirstSeen::of(25, 7);
        for view in 0..6 {
            let hour = view as UnixMs / 2;
            began(&seen, &hn, view, hour * HOUR_MS + 7);
        }
        assert_eq!(began(&seen, &hn, 5, 99 * HOUR_MS), 2 * HOUR_MS + 7);
        assert_eq!(began(&seen, &hn, 0, 2 * HOUR_MS), 2 * HOUR_MS);
        assert!(!seen.has_room());
        seen.tidy(27 * HOUR_MS);
        assert_eq!(began(&seen, &hn, 5, 30 * HOUR_MS), 30 * HOUR_MS);
    }

    #[test]
    fn one_address_is_a_share_of_a_portals_hour_and_no_more() {
        let seen = FirstSeen::new(25);
        let hn = code("vn-hn");
        let mut view = 0;
        let mut surplus = |hour: UnixMs, client: Option<u64>| {
            view += 1;
            let client = client.map(Client);
            let dated = seen.date(&hn, ViewId(view), hour * HOUR_MS, client);
            // Another report of the same view, from anywhere.
            let again = seen.date(&hn, ViewId(view), (hour + 3) * HOUR_MS, Some(Client(99)));
            assert_eq!(again, dated);
            dated.surplus
        };
        let mut count =
            |hour, client, views: u32| (0..views).filter(|_| surplus(hour, client)).count();
        assert_eq!(count(1, Some(1), 50), 0, "the first are free");
        assert_eq!(count(1, Some(1), 10), 10, "it is all of the hour");
        assert_eq!(count(2, Some(1), 50), 0, "another hour");
        assert_eq!(count(1, None, 300), 0, "nobody can tell whose");
        // 60 of 360, and a quarter of all from there on.
        assert_eq!(count(1, Some(1), 30), 0);
        assert!(count(1, Some(1), 400) > 300);
    }

    #[test]
    fn what_was_stored_before_the_start_is_known_again() {
        let seen = FirstSeen::new(25);
        let hn = code("vn-hn");
        let dated = Dated {
            began: 5 * HOUR_MS + 3_599_999,
            surplus: true,
        };
        seen.know(&hn, ViewId(1), dated);
        assert_eq!(seen.date(&hn, ViewId(1), 9 * HOUR_MS, None), dated);
    }
}
