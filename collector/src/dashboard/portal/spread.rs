//! How a portal's views lie around the points that its score is made of.

use nhip_protocol::metric::{LOAD_LIMIT, RESPONSE_LIMIT};
use nhip_protocol::unit::Ms;

use super::super::language::Language;
use crate::summary::{SpreadRange, Summary};

pub struct SpreadTable {
    pub title: &'static str,
    pub rows: Vec<SpreadRow>,
}

pub struct SpreadRow {
    pub label: String,
    pub share: String,
    /// Of a hundred, for the bar.
    pub width: String,
    /// At or over the limit of grade A.
    pub over: bool,
    /// The first of those.
    pub is_limit: bool,
}

/// Those readings that any browser could tell.
pub fn spread(summary: &Summary, language: Language) -> Vec<SpreadTable> {
    let t = language.strings();
    let seconds: fn(Language, Ms) -> String = Language::seconds;
    let millis: fn(Language, Ms) -> String = Language::millis;
    let told = [
        (t.lcp, &summary.spread.lcp_ms, LOAD_LIMIT, seconds),
        (t.inp, &summary.spread.inp_ms, RESPONSE_LIMIT, millis),
        (
            t.server_wait,
            &summary.spread.server_wait_ms,
            RESPONSE_LIMIT,
            millis,
        ),
    ];
    told.into_iter()
        .filter(|(_, ranges, ..)| !ranges.is_empty())
        .map(|(title, ranges, limit, show)| SpreadTable {
            title,
            rows: rows(ranges, limit, |ms| show(language, ms), language),
        })
        .collect()
}

fn rows(
    ranges: &[SpreadRange],
    limit: Ms,
    show: impl Fn(Ms) -> String,
    language: Language,
) -> Vec<SpreadRow> {
    let all: u64 = ranges.iter().map(|range| range.weight).sum();
    let mut from: Option<Ms> = None;
    let row = |range: &SpreadRange| {
        let label = match (from, range.below) {
            (None, Some(below)) => format!("< {}", show(below.0)),
            (Some(from), Some(below)) => format!("{} – {}", show(from), show(below.0)),
            (Some(from), None) => format!("≥ {}", show(from)),
            (None, None) => String::new(),
        };
        let share = range.weight as f64 / all.max(1) as f64;
        let row = SpreadRow {
            label,
            share: language.percent(share),
            width: format!("{:.1}", share * 100.0),
            over: from.is_some_and(|from| from >= limit),
            is_limit: from == Some(limit),
        };
        from = range.below.map(|below| below.0);
        row
    };
    ranges.iter().map(row).collect()
}
