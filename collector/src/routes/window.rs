//! `from` and `to`: RFC 3339, the start in, the end out; the answer is of whole hours.

use std::ops::Range;

use jiff::Timestamp;

use super::Problem;
use crate::app::{App, DEFAULT_WINDOW_MS};
use crate::clock::{DAY_MS, HOUR_MS, UnixMs, whole_hours};

const MINUTE_MS: UnixMs = 60 * 1000;

/// The longest window.
const LONGEST_MS: UnixMs = 92 * DAY_MS;

/// What is missing is filled in: `to` is now, `from` is 7 days before `to`.
pub fn window(app: &App, from: Option<&str>, to: Option<&str>) -> Result<Range<UnixMs>, Problem> {
    let from = from.map(|text| instant("from", text)).transpose()?;
    let to = to.map(|text| instant("to", text)).transpose()?;
    between(app, from, to)
}

/// The same of times that were read.
pub fn between(
    app: &App,
    from: Option<UnixMs>,
    to: Option<UnixMs>,
) -> Result<Range<UnixMs>, Problem> {
    let usual = app.default_window();
    // Until the minute that runs is over: the same question has the same answer within it.
    let usual = usual.start..(usual.end + MINUTE_MS - 1).div_euclid(MINUTE_MS) * MINUTE_MS;
    let end = to.unwrap_or(usual.end);
    let start = match (from, to) {
        (Some(from), _) => from,
        (None, Some(_)) => end - DEFAULT_WINDOW_MS,
        (None, None) => usual.start,
    };
    if start >= end {
        return Err(Problem::bad_parameter("from: expected a time before to"));
    }
    if end - start > LONGEST_MS {
        return Err(Problem::bad_parameter(
            "from, to: expected at most 92 days between them",
        ));
    }
    // Readings are kept by the hour: the hours that are touched, as far as they have run.
    let hours = whole_hours(&(start..end));
    let whole = hours.start * HOUR_MS..hours.end * HOUR_MS;
    Ok(whole.start..whole.end.min(usual.end.max(end)))
}

fn instant(name: &str, text: &str) -> Result<UnixMs, Problem> {
    text.parse::<Timestamp>()
        .map(Timestamp::as_millisecond)
        .map_err(|_| {
            let got: String = text.chars().take(40).collect();
            Problem::bad_parameter(format!(
                "{name}: expected a time such as 2026-07-01T00:00:00Z, got '{got}'"
            ))
        })
}
