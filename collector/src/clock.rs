//! The one place that reads the time. Tests bring their own.

use std::ops::Range;
use std::sync::Arc;

use jiff::Timestamp;

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

/// The hours that a window touches.
pub fn whole_hours(window: &Range<UnixMs>) -> Range<i64> {
    hour_of(window.start)..hour_of(window.end - 1) + 1
}

/// `2026-07-01T00:00:00Z`; a time that no calendar holds is the beginning of time.
pub fn rfc3339(ms: UnixMs) -> String {
    Timestamp::from_millisecond(ms)
        .unwrap_or(Timestamp::UNIX_EPOCH)
        .to_string()
}

/// The calendar day of `ms` in UTC, `2026-07-01`: compares as text.
pub fn day(ms: UnixMs) -> String {
    let mut text = rfc3339(ms);
    text.truncate("2026-07-01".len());
    text
}
