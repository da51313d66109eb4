//! Grading profile `field-1`, in integer arithmetic: hundredths of a point, floored to a whole
//! point at the end, so that every machine agrees on every edge.
//!
//! The same function grades one view (the badge) and the p75s of many (the collector). It is the
//! part of a ministry's assessment that a browser can measure, and is never called the whole.

use crate::check::{PerCheck, Verdict};
use crate::metric::{LOAD_LIMIT, RESPONSE_LIMIT};
use crate::unit::Ms;

/// The profile's name travels with every grade.
pub const PROFILE: &str = "field-1";

/// Fewer views than this (effective sample) give no grade.
pub const MIN_VIEWS: u64 = 30;

/// Shares of the score, in percent. The published criteria give a browser's part no split of its
/// own; this one is ours.
const LOAD_WEIGHT: u64 = 40;
const RESPONSE_WEIGHT: u64 = 40;
const VIEWPORT_WEIGHT: u64 = 20;

/// A score that lacks what grade A asks for beside the points stops here.
const BELOW_A: u8 = 89;

/// (limit, points), straight lines between. Published: 2.5 s and 4 s, with the bands' edges of 90
/// and 65 points. The other points are ours.
const LOAD_POINTS: [(Ms, u64); 5] = [
    (Ms::whole(1000), 100),
    (LOAD_LIMIT, 90),
    (Ms::whole(4000), 65),
    (Ms::whole(6000), 50),
    (Ms::whole(10_000), 0),
];

/// Published: 200 ms and 500 ms. The other points are ours.
const RESPONSE_POINTS: [(Ms, u64); 5] = [
    (Ms::whole(50), 100),
    (RESPONSE_LIMIT, 90),
    (Ms::whole(500), 65),
    (Ms::whole(1000), 50),
    (Ms::whole(3000), 0),
];

/// The published bands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Letter {
    A,
    B,
    C,
    D,
    E,
}

impl Letter {
    pub const fn as_str(self) -> &'static str {
        match self {
            Letter::A => "A",
            Letter::B => "B",
            Letter::C => "C",
            Letter::D => "D",
            Letter::E => "E",
        }
    }

    const fn of(score: u8) -> Letter {
        match score {
            90.. => Letter::A,
            80.. => Letter::B,
            65.. => Letter::C,
            50.. => Letter::D,
            _ => Letter::E,
        }
    }
}

/// A reading of one view, or of a group of views.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reading {
    /// The value, or the group's p75.
    pub p75: Ms,
    /// Whether the group stays strictly under the limit, from exact counts: at least three quarters
    /// of its weight lie under it. For one view: its value does.
    pub under_limit: bool,
    /// Effective sample size, (Σw)² / Σw².
    pub sample: u64,
}

impl Reading {
    /// The reading of a single view.
    pub fn of_view(value: Ms, limit: Ms) -> Reading {
        Reading {
            p75: value,
            under_limit: value < limit,
            sample: 1,
        }
    }
}

/// What a check found in a group of views, by weight.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct CheckCount {
    pub pass: u64,
    pub fail: u64,
    /// Effective size of the sample that could tell.
    pub sample: u64,
}

impl From<Verdict> for CheckCount {
    /// The count of a single view. What can't be told counts for nothing.
    fn from(verdict: Verdict) -> CheckCount {
        CheckCount {
            pass: u64::from(verdict == Verdict::Pass),
            fail: u64::from(verdict == Verdict::Fail),
            sample: 1,
        }
    }
}

/// What is graded. A reading that nobody's browser could tell is `None`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Readings {
    /// LCP. `loadEventEnd` is never graded.
    pub load: Option<Reading>,
    pub inp: Option<Reading>,
    pub server_wait: Option<Reading>,
    pub viewport: PerCheck<CheckCount>,
    /// Whether three quarters of the views that began, lost ones counted as over the limit, loaded
    /// in under [`LOAD_LIMIT`]. Survivors don't win.
    pub survivors_under_limit: bool,
}

/// A score from 0 to 100, its letter, and which parts could be told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Grade {
    pub score: u8,
    pub letter: Letter,
    pub told: Told,
}

/// The parts of a score that enough browsers could tell; the weight of the others was shared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Told {
    pub load: bool,
    pub response: bool,
    pub viewport: bool,
}

/// The grade of `readings`, each of which counts as told from `min_views` on. `None` where neither
/// load nor response is told: a viewport alone says nothing about speed.
pub fn grade(readings: &Readings, min_views: u64) -> Option<Grade> {
    let enough = |reading: &Reading| reading.sample >= min_views;
    let load = readings.load.filter(enough);
    let inp = readings.inp.filter(enough);
    let server_wait = readings.server_wait.filter(enough);

    let load_points = load.map(|reading| points(reading.p75, &LOAD_POINTS));
    // The later of the two readings is the worse one.
    let response_points = inp
        .into_iter()
        .chain(server_wait)
        .map(|reading| points(reading.p75, &RESPONSE_POINTS))
        .min();
    let viewport_points = viewport_points(&readings.viewport, min_views);
    if load_points.is_none() && response_points.is_none() {
        return None;
    }

    let (mut sum, mut weights) = (0, 0);
    for (points, weight) in [
        (load_points, LOAD_WEIGHT),
        (response_points, RESPONSE_WEIGHT),
        (viewport_points, VIEWPORT_WEIGHT),
    ] {
        if let Some(points) = points {
            sum += points * weight;
            weights += weight;
        }
    }
    let mut score = (sum / (weights * 100)) as u8;

    let response_under = response_points.is_some()
        && inp.is_none_or(|reading| reading.under_limit)
        && server_wait.is_none_or(|reading| reading.under_limit);
    let load_under = load.is_some_and(|reading| reading.under_limit);
    if !(load_under && response_under && readings.survivors_under_limit) {
        score = score.min(BELOW_A);
    }
    Some(Grade {
        score,
        letter: Letter::of(score),
        told: Told {
            load: load_points.is_some(),
            response: response_points.is_some(),
            viewport: viewport_points.is_some(),
        },
    })
}

/// Hundredths of a point for `value`, on the straight line between its neighbours.
fn points(value: Ms, curve: &[(Ms, u64)]) -> u64 {
    let mut below = curve[0];
    for &above in curve {
        if value <= above.0 {
            let span = u64::from(above.0.tenths() - below.0.tenths());
            if span == 0 {
                return above.1 * 100;
            }
            let into = u64::from(value.tenths() - below.0.tenths());
            // Rounded to the nearest hundredth.
            let lost = ((below.1 - above.1) * 100 * into * 2 + span) / (span * 2);
            return below.1 * 100 - lost;
        }
        below = above;
    }
    below.1 * 100
}

/// Hundredths of a point: each told check's pass share, averaged.
fn viewport_points(checks: &PerCheck<CheckCount>, min_views: u64) -> Option<u64> {
    let (mut sum, mut told) = (0, 0);
    for (_, count) in checks.iter() {
        let decided = count.pass + count.fail;
        if decided > 0 && count.sample >= min_views {
            sum += count.pass * 10_000 / decided;
            told += 1;
        }
    }
    (told > 0).then(|| sum / told)
}

#[cfg(test)]
#[path = "grade_tests.rs"]
mod tests;
