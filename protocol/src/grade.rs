//! Grading profile `field-1`, in integer arithmetic: hundredths of a point, floored to a whole
//! point at the end, so that every machine agrees on every edge.
//!
//! [`grade_view`] grades one view (the badge), [`grade`] the p75s of many (the collector). It is the
//! part of a ministry's assessment that a browser can measure, and is never called the whole.

use crate::check::PerCheck;
use crate::metric::{LOAD_LIMIT, RESPONSE_LIMIT};
use crate::unit::Ms;

/// The profile's name travels with every grade.
pub const PROFILE: &str = "field-1";

/// Fewer views than this (effective sample) give no grade.
pub const MIN_VIEWS: u64 = 30;

/// Shares of the score, in percent. The published criteria give a browser's part no split of its
/// own; this one is ours.
const LOAD_WEIGHT: u32 = 40;
const RESPONSE_WEIGHT: u32 = 40;
const VIEWPORT_WEIGHT: u32 = 20;

/// A score that lacks what grade A asks for beside the points stops here.
const BELOW_A: u32 = 89;

/// (limit, points), straight lines between. Published: 2.5 s and 4 s, with the bands' edges of 90
/// and 65 points. The other points are ours.
pub const LOAD_POINTS: [(Ms, u32); 5] = [
    (Ms::whole(1000), 100),
    (LOAD_LIMIT, 90),
    (Ms::whole(4000), 65),
    (Ms::whole(6000), 50),
    (Ms::whole(10_000), 0),
];

/// Published: 200 ms and 500 ms. The other points are ours.
pub const RESPONSE_POINTS: [(Ms, u32); 5] = [
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

/// A reading of a group of views.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reading {
    pub p75: Ms,
    /// Whether the group stays strictly under the limit, from exact counts: at least three quarters
    /// of its weight lie under it.
    pub under_limit: bool,
    /// Effective sample size, (Σw)² / Σw².
    pub sample: u64,
}

/// What a check found in a group of views, by weight.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct CheckCount {
    pub pass: u64,
    pub fail: u64,
    /// Effective size of the sample that could tell.
    pub sample: u64,
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

/// Hundredths of a point for each part that could be told, and whether load and response were told
/// and grade A's limits hold.
struct Parts {
    load: Option<u32>,
    response: Option<u32>,
    viewport: Option<u32>,
    under_limits: bool,
}

/// The grade of a group of views, in which a reading counts as told from `min_views` on. `None`
/// where neither load nor response is told.
pub fn grade(readings: &Readings, min_views: u64) -> Option<Grade> {
    let enough = |reading: &Reading| reading.sample >= min_views;
    let load = readings.load.filter(enough);
    let inp = readings.inp.filter(enough);
    let server_wait = readings.server_wait.filter(enough);
    let under = |reading: Option<Reading>| reading.is_none_or(|reading| reading.under_limit);
    let parts = Parts {
        load: load.map(|reading| load_points(reading.p75)),
        // The longer of the two is the worse one.
        response: [inp, server_wait]
            .into_iter()
            .flatten()
            .map(|reading| reading.p75)
            .max()
            .map(response_points),
        viewport: viewport_points(&readings.viewport, min_views),
        under_limits: load.is_some_and(|reading| reading.under_limit)
            && (inp.is_some() || server_wait.is_some())
            && under(inp)
            && under(server_wait)
            && readings.survivors_under_limit,
    };
    let score = score(&parts)?;
    Some(Grade {
        score,
        letter: Letter::of(score),
        told: Told {
            load: parts.load.is_some(),
            response: parts.response.is_some(),
            viewport: parts.viewport.is_some(),
        },
    })
}

/// The grade of one view; `pass` and `fail` are the numbers of its viewport checks.
#[inline]
pub fn grade_view(load: Option<Ms>, response: Option<Ms>, pass: u32, fail: u32) -> Option<Letter> {
    let parts = Parts {
        load: load.map(load_points),
        response: response.map(response_points),
        viewport: (pass * 10_000).checked_div(pass + fail),
        under_limits: load.is_some_and(|load| load < LOAD_LIMIT)
            && response.is_some_and(|response| response < RESPONSE_LIMIT),
    };
    score(&parts).map(Letter::of)
}

/// 0 to 100; `None` where neither load nor response is told: a viewport alone says nothing about
/// speed.
fn score(parts: &Parts) -> Option<u8> {
    let (mut sum, mut weights) = (0, 0);
    let mut add = |points: Option<u32>, weight| {
        if let Some(points) = points {
            sum += points * weight;
            weights += weight;
        }
    };
    add(parts.load, LOAD_WEIGHT);
    add(parts.response, RESPONSE_WEIGHT);
    add(parts.viewport, VIEWPORT_WEIGHT);
    // Of the viewport alone.
    if weights <= VIEWPORT_WEIGHT {
        return None;
    }
    let score = sum / (weights * 100);
    let most = if parts.under_limits { 100 } else { BELOW_A };
    Some(score.min(most) as u8)
}

fn load_points(value: Ms) -> u32 {
    points(value, &LOAD_POINTS)
}

fn response_points(value: Ms) -> u32 {
    points(value, &RESPONSE_POINTS)
}

/// Hundredths of a point for `value`, on the straight line between its neighbours.
fn points(value: Ms, curve: &[(Ms, u32); 5]) -> u32 {
    let mut below = curve[0];
    // Before the first point and behind the last one are their points.
    let value = value.clamp(below.0, curve[4].0);
    for &above in &curve[1..] {
        if value <= above.0 {
            let span = above.0.tenths() - below.0.tenths();
            let into = value.tenths() - below.0.tenths();
            // Rounded to the nearest hundredth. The largest product is 5000 × 40,000 × 2.
            let lost = ((below.1 - above.1) * 100 * into * 2 + span) / (span * 2);
            return below.1 * 100 - lost;
        }
        below = above;
    }
    0
}

/// Hundredths of a point: each told check's pass share, averaged.
fn viewport_points(checks: &PerCheck<CheckCount>, min_views: u64) -> Option<u32> {
    let (mut sum, mut told) = (0, 0);
    for (_, count) in checks.iter() {
        let decided = count.pass + count.fail;
        if decided > 0 && count.sample >= min_views {
            sum += count.pass * 10_000 / decided;
            told += 1;
        }
    }
    // A share is at most 10,000.
    (told > 0).then(|| (sum / told) as u32)
}

#[cfg(test)]
#[path = "grade_tests.rs"]
mod tests;
