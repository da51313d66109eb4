//! What is told of a view, as the numbers that leave the module. `www/core/snapshot.js` reads them
//! in this order; the loader adds who, when and how heavy before it sends.

use nhip_protocol::check::{Check, Verdict};
use nhip_protocol::grade::Letter;
use nhip_protocol::metric;
use nhip_protocol::report::MAX_CULPRITS;
use nhip_protocol::unit::{Cls, Ms};

/// A number, or that it could not be told: NaN, which never becomes anything else.
#[derive(Clone, Copy)]
#[repr(transparent)]
pub struct Reading(f64);

impl Reading {
    /// Of the many NaN the one whose bytes are all alike, so that what is untold is one filling of
    /// memory and no template to copy.
    pub const UNTOLD: Reading = Reading(f64::from_bits(u64::MAX));

    pub const fn of(number: f64) -> Reading {
        Reading(number)
    }

    /// One of a few, by its place among them.
    #[inline(never)]
    pub fn choose(&mut self, place: u8) {
        self.0 = f64::from(place);
    }

    pub fn told(self) -> Option<f64> {
        (!self.0.is_nan()).then_some(self.0)
    }
}

impl PartialEq for Reading {
    /// What could not be told twice is the same.
    fn eq(&self, other: &Reading) -> bool {
        self.told() == other.told()
    }
}

impl std::fmt::Debug for Reading {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.told().fmt(f)
    }
}

/// Only these checks name culprits.
pub const NAMING: [Check; 3] = [Check::ContentWidth, Check::TextSize, Check::TargetSize];

/// Every field is a number, and nothing stands between them.
#[derive(Clone, Debug, PartialEq)]
#[repr(C)]
pub struct Snapshot {
    /// The grade of this one view, by its place in the alphabet. It needs no minimum of views and
    /// says nothing about the portal.
    pub letter: Reading,
    pub lcp: Reading,
    pub fcp: Reading,
    pub ttfb: Reading,
    pub loaded: Reading,
    pub inp: Reading,
    pub server_wait: Reading,
    pub cls: Reading,
    pub phases: Phases,
    pub dropped: Dropped,
    pub audit: Audit,
}

/// The phases of the navigation, in ms.
#[derive(Clone, Copy, Debug, PartialEq)]
#[repr(C)]
pub struct Phases {
    pub redirect: Reading,
    pub dns: Reading,
    pub connect: Reading,
    pub tls: Reading,
    pub wait: Reading,
    pub download: Reading,
}

/// Why a reading was dropped instead of told, as a [`metric::Disbelief`].
#[derive(Clone, Debug, PartialEq)]
#[repr(C)]
pub struct Dropped {
    pub lcp: Reading,
    pub fcp: Reading,
    pub ttfb: Reading,
    pub loaded: Reading,
    pub server_wait: Reading,
    pub phases: Reading,
    pub inp: Reading,
    pub cls: Reading,
}

/// The layout viewport in CSS px, a [`Verdict`] for each check, and up to five culprits for each of
/// [`NAMING`], by their index in what the probe told.
#[derive(Clone, Copy, Debug, PartialEq)]
#[repr(C)]
pub struct Audit {
    pub width: Reading,
    pub height: Reading,
    pub checks: [Reading; Check::COUNT],
    pub culprits: [[Reading; MAX_CULPRITS]; NAMING.len()],
}

impl Audit {
    pub const UNTOLD: Audit = Audit {
        width: Reading::UNTOLD,
        height: Reading::UNTOLD,
        checks: [Reading::UNTOLD; Check::COUNT],
        culprits: [[Reading::UNTOLD; MAX_CULPRITS]; NAMING.len()],
    };

    pub fn decide(&mut self, check: Check, verdict: Verdict) {
        self.checks[check as usize].choose(verdict as u8);
    }

    /// How many checks have a verdict.
    pub fn count(&self, verdict: Verdict) -> u32 {
        let is = |reading: &&Reading| reading.0 == f64::from(verdict as u8);
        self.checks.iter().filter(is).count() as u32
    }
}

/// Names one more culprit, if there is a place left.
#[inline(never)]
pub fn name(culprits: &mut [Reading], index: usize) -> bool {
    let place = culprits.iter_mut().find(|place| place.told().is_none());
    place.map(|place| *place = Reading(index as f64)).is_some()
}

impl Snapshot {
    pub const UNTOLD: Snapshot = Snapshot {
        letter: Reading::UNTOLD,
        lcp: Reading::UNTOLD,
        fcp: Reading::UNTOLD,
        ttfb: Reading::UNTOLD,
        loaded: Reading::UNTOLD,
        inp: Reading::UNTOLD,
        server_wait: Reading::UNTOLD,
        cls: Reading::UNTOLD,
        phases: Phases {
            redirect: Reading::UNTOLD,
            dns: Reading::UNTOLD,
            connect: Reading::UNTOLD,
            tls: Reading::UNTOLD,
            wait: Reading::UNTOLD,
            download: Reading::UNTOLD,
        },
        dropped: Dropped {
            lcp: Reading::UNTOLD,
            fcp: Reading::UNTOLD,
            ttfb: Reading::UNTOLD,
            loaded: Reading::UNTOLD,
            server_wait: Reading::UNTOLD,
            phases: Reading::UNTOLD,
            inp: Reading::UNTOLD,
            cls: Reading::UNTOLD,
        },
        audit: Audit::UNTOLD,
    };

    /// LCP; `loadEventEnd` is never graded.
    pub fn load(&self) -> Option<Ms> {
        Ms::from_f64(self.lcp.0)
    }

    /// The longer of the response readings that were told.
    pub fn worse_response(&self) -> Option<Ms> {
        // Of a number and NaN, this is the number.
        Ms::from_f64(self.inp.0.max(self.server_wait.0))
    }

    pub fn shifted(&mut self, cls: Option<Cls>) {
        if let Some(cls) = cls {
            self.cls = Reading(cls.as_f64());
        }
    }

    pub fn graded(&mut self, letter: Option<Letter>) {
        if let Some(letter) = letter {
            self.letter.choose(letter as u8);
        }
    }
}

/// Tells `ms` where it can be believed; else the reason.
#[inline(never)]
pub fn believe(max: Ms, ms: f64, reading: &mut Reading, reason: &mut Reading) {
    match metric::believe(max, ms) {
        Ok(value) => *reading = Reading(value.as_f64()),
        Err(disbelief) => reason.choose(disbelief as u8),
    }
}
