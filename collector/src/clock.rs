//! The one place that reads the time. Tests bring their own.

use std::ops::Range;
use std::sync::Arc;

use clap::ValueEnum;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Span, Timestamp, ToSpan};

/// Milliseconds since 1970-01-01 UTC.
pub type UnixMs = i64;

pub const HOUR_MS: UnixMs = 60 * 60 * 1000;
pub const DAY_MS: UnixMs = 24 * HOUR_MS;

#[derive(Clone)]
pub struct Clock(Arc<dyn Fn() -> UnixMs + Send + Sync>);

impl Clock {
    pub fn system() -> Clock {
        Clock::new(|| Timestamp::now().as_millisecond())
    }

    pub fn new(now: impl Fn() -> UnixMs + Send + Sync + 'static) -> Clock {
        Clock(Arc::new(now))
    }

    pub fn now(&self) -> UnixMs {
        (self.0)()
    }
}

/// The hour that `ms` lies in, as hours since 1970.
pub fn hour_of(ms: UnixMs) -> i64 {
    ms.div_euclid(HOUR_MS)
}

/// A day here has its hours from 17:00 UTC on: midnight where most of what is measured is. Another time zone's days
/// are read hour by hour.
const DAY_BEGINS: i64 = 17;

/// The day that an hour belongs to.
pub fn day_of(hour: i64) -> i64 {
    (hour - DAY_BEGINS).div_euclid(24)
}

/// The hours of a day.
pub fn hours_of(day: i64) -> Range<i64> {
    let first = day * 24 + DAY_BEGINS;
    first..first + 24
}

/// The days that lie in `hours` as a whole.
pub fn whole_days(hours: &Range<i64>) -> Range<i64> {
    day_of(hours.start + 23)..day_of(hours.end)
}

/// The hours that a window touches.
pub fn whole_hours(window: &Range<UnixMs>) -> Range<i64> {
    hour_of(window.start)..hour_of(window.end - 1) + 1
}

/// A time that no calendar holds is the beginning of time.
pub fn timestamp(ms: UnixMs) -> Timestamp {
    Timestamp::from_millisecond(ms).unwrap_or(Timestamp::UNIX_EPOCH)
}

/// When a day begins in `zone`; `None`: no calendar holds it.
pub fn day_begins(day: Date, zone: &TimeZone) -> Option<UnixMs> {
    let day = day.to_zoned(zone.clone()).ok()?;
    Some(day.timestamp().as_millisecond())
}

/// `2026-07-01T00:00:00Z`
pub fn rfc3339(ms: UnixMs) -> String {
    timestamp(ms).to_string()
}

/// How a window is cut.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Step {
    Hour,
    Day,
    Month,
    /// Not at all.
    #[value(name = "all")]
    Whole,
}

/// The parts of a window. Days and months begin at midnight in `zone`; the first and the last part may be less
/// than a whole one.
pub fn parts(window: &Range<UnixMs>, step: Step, zone: &TimeZone) -> Vec<Range<UnixMs>> {
    let mut parts = Vec::new();
    let mut start = window.start;
    while start < window.end {
        let next = match step {
            Step::Whole => window.end,
            Step::Hour => (hour_of(start) + 1) * HOUR_MS,
            Step::Day => midnight(start, 1.day(), zone),
            Step::Month => midnight(start, 1.month(), zone),
        };
        // Where no calendar has a next one, the rest is one part.
        let end = if next > start {
            next.min(window.end)
        } else {
            window.end
        };
        parts.push(start..end);
        start = end;
    }
    parts
}

/// The beginning of the day or month after that of `at`.
fn midnight(at: UnixMs, step: Span, zone: &TimeZone) -> UnixMs {
    let date = timestamp(at).to_zoned(zone.clone()).date();
    let first = if step.get_months() > 0 {
        date.first_of_month()
    } else {
        date
    };
    let next = first.checked_add(step).ok();
    next.and_then(|date| day_begins(date, zone))
        .unwrap_or(UnixMs::MIN)
}

/// The calendar day of `ms` in UTC, `2026-07-01`: compares as text.
pub fn day(ms: UnixMs) -> String {
    let mut text = rfc3339(ms);
    text.truncate("2026-07-01".len());
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_window_is_cut_at_midnights_of_its_time_zone() {
        let zone = TimeZone::get("Asia/Ho_Chi_Minh").unwrap();
        let at = |text: &str| text.parse::<Timestamp>().unwrap().as_millisecond();
        let window = at("2026-01-30T10:00:00Z")..at("2026-02-01T18:30:00Z");
        let ends = |step| -> Vec<String> {
            let parts = parts(&window, step, &zone);
            let pairs = parts.iter().zip(parts.iter().skip(1));
            assert!(pairs.into_iter().all(|(a, b)| a.end == b.start));
            assert_eq!(parts[0].start, window.start);
            parts.iter().map(|part| rfc3339(part.end)).collect()
        };
        let days = [
            "2026-01-30T17:00:00Z",
            "2026-01-31T17:00:00Z",
            "2026-02-01T17:00:00Z",
            "2026-02-01T18:30:00Z",
        ];
        assert_eq!(ends(Step::Day), days);
        assert_eq!(
            ends(Step::Month),
            ["2026-01-31T17:00:00Z", "2026-02-01T18:30:00Z"]
        );
        assert_eq!(ends(Step::Whole), ["2026-02-01T18:30:00Z"]);
        assert_eq!(ends(Step::Hour).len(), 57);
    }
}
