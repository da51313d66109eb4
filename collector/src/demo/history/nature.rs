//! What a made-up portal is like: its visitors, its server, its releases and outages. Any hour can be asked for by
//! itself, and the same one has the same answer each time.

use std::f64::consts::TAU;

use fastrand::Rng;
use jiff::Timestamp;
use jiff::civil::Weekday;
use jiff::tz::TimeZone;
use nhip_protocol::code::Code;

use crate::clock::{HOUR_MS, timestamp};

/// Of a hundred portals so many never report, and so many fell silent.
const WAITING: u64 = 8;
const SILENT: u64 = 8;

/// Views of a working day's hour, as parts of those at its peak.
const BY_HOUR: [f64; 24] = [
    0.05, 0.03, 0.02, 0.02, 0.03, 0.08, 0.2, 0.5, 0.9, 1.0, 0.95, 0.7, 0.45, 0.75, 0.95, 0.9, 0.75,
    0.5, 0.4, 0.45, 0.5, 0.4, 0.25, 0.12,
];

/// A portal, as far as it does not change.
pub struct Nature {
    seed: u64,
    /// Views of an hour at the peak.
    peak: f64,
    lcp: f64,
    server_wait: f64,
    inp: f64,
    /// Part of the phones that are on 3G or worse.
    pub rural: f64,
    /// Days between releases.
    rhythm: i64,
    /// Growing better or worse, as a part a day.
    trend: f64,
    /// Chance that a view passes a check that can fail here.
    pub careful: f64,
    /// Days before the end after which it reports no more.
    pub silent_for: Option<i64>,
}

/// A portal in an hour.
pub struct Weather {
    pub views: u64,
    /// Medians in ms, on a good connection and a desktop.
    pub lcp: f64,
    pub server_wait: f64,
    pub inp: f64,
    /// Part of the views that are given up.
    pub abandoned: f64,
    /// Part of the views in which something fails.
    pub errors: f64,
    pub rng: Rng,
}

impl Nature {
    /// `None`: it never reported.
    pub fn of(code: &Code) -> Option<Nature> {
        let seed = seed(code);
        let fate = (seed >> 24) % 100;
        if fate < WAITING {
            return None;
        }
        let mut rng = Rng::with_seed(seed);
        Some(Nature {
            seed,
            peak: spread(&mut rng, 14.0, 0.6).min(60.0),
            lcp: spread(&mut rng, 1150.0, 0.4),
            server_wait: spread(&mut rng, 60.0, 0.8),
            inp: spread(&mut rng, 75.0, 0.35),
            rural: 0.1 + 0.5 * rng.f64(),
            rhythm: rng.i64(14..40),
            trend: (rng.f64() - 0.55) * 0.004,
            careful: 0.6 + 0.4 * rng.f64(),
            silent_for: (fate < WAITING + SILENT).then(|| rng.i64(2..20)),
        })
    }

    /// `hour` since 1970, `ago` days before the end of the history.
    pub fn weather(&self, hour: i64, ago: i64, zone: &TimeZone) -> Weather {
        let day = hour.div_euclid(24);
        let mut rng = self.rng(1, hour);
        let release = day.div_euclid(self.rhythm);
        let mut released = self.rng(2, release);
        let level = |rng: &mut Rng| spread(rng, 1.0, 0.16) * (1.0 - self.trend * ago as f64);
        let (lcp, server_wait, inp) = (
            self.lcp * level(&mut released),
            self.server_wait * level(&mut released),
            self.inp * level(&mut released),
        );
        let is_out = self.is_out(day, hour.rem_euclid(24));
        let busy = BY_HOUR[local_hour(hour, zone)];
        let visitors = self.peak * busy * weekday(hour, zone) * spread(&mut rng, 1.0, 0.15);
        Weather {
            views: visitors.round() as u64,
            lcp: lcp * if is_out { 2.2 } else { 1.0 },
            // Many at once wait for each other.
            server_wait: server_wait * (0.8 + 0.5 * busy) * if is_out { 9.0 } else { 1.0 },
            inp,
            abandoned: if is_out { 0.45 } else { 0.015 },
            errors: if is_out { 0.5 } else { 0.02 },
            rng,
        }
    }

    /// One day in fifty something breaks for some hours.
    fn is_out(&self, day: i64, hour: i64) -> bool {
        let mut rng = self.rng(3, day);
        if rng.f64() > 0.02 {
            return false;
        }
        let from = rng.i64(0..12);
        (from..from + rng.i64(1..7)).contains(&hour)
    }

    fn rng(&self, of: u64, at: i64) -> Rng {
        let mixed =
            self.seed ^ of.rotate_left(32) ^ at.unsigned_abs().wrapping_mul(0x9e37_79b9_7f4a_7c15);
        Rng::with_seed(mixed)
    }
}

/// FNV-1a: the same on every machine.
fn seed(code: &Code) -> u64 {
    code.as_str()
        .bytes()
        .fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
        })
}

/// Log-normal around `median`.
pub fn spread(rng: &mut Rng, median: f64, sigma: f64) -> f64 {
    let normal = (-2.0 * (1.0 - rng.f64()).ln()).sqrt() * (TAU * rng.f64()).cos();
    median * (sigma * normal).exp()
}

fn local_hour(hour: i64, zone: &TimeZone) -> usize {
    at(hour).to_zoned(zone.clone()).hour().unsigned_abs().into()
}

fn weekday(hour: i64, zone: &TimeZone) -> f64 {
    match at(hour).to_zoned(zone.clone()).weekday() {
        Weekday::Saturday => 0.4,
        Weekday::Sunday => 0.3,
        Weekday::Monday => 1.15,
        _ => 1.0,
    }
}

fn at(hour: i64) -> Timestamp {
    timestamp(hour * HOUR_MS)
}
