//! The numbers behind a chart, as JSON for `www/dashboard/charts.js`. What nobody could tell is `null`: a gap.

use std::ops::Range;

use serde_json::{Value, json};

use crate::clock::UnixMs;
use crate::notes::Note;
use crate::summary::{Millis, Percentiles, Summary};

/// Seconds since 1970, of the parts and of the notes, and p50, p75, p95 of each reading in ms.
pub fn series(parts: &[Range<UnixMs>], points: &[Summary], notes: &[Note]) -> Value {
    // The rest of a day is too little to stand beside whole ones.
    let first = match parts {
        [first, second, _, ..] => usize::from(first.end - first.start < second.end - second.start),
        _ => 0,
    };
    let (parts, points) = (&parts[first..], &points[first..]);
    let lines = |of: fn(&Summary) -> Option<Percentiles<Millis>>| {
        let line = |part: fn(&Percentiles<Millis>) -> Millis| -> Vec<Value> {
            let values = points.iter().map(|point| of(point).map(|it| part(&it)));
            values.map(|value| json!(value)).collect()
        };
        json!([line(|it| it.p50), line(|it| it.p75), line(|it| it.p95)])
    };
    let at: Vec<i64> = parts.iter().map(|part| part.start / 1000).collect();
    json!({
        "at": at,
        "notes": notes.iter().map(|note| note.at / 1000).collect::<Vec<_>>(),
        "lcp": lines(|it| it.load.lcp_ms),
        "inp": lines(|it| it.response.inp_ms),
        "server_wait": lines(|it| it.response.server_wait_ms),
    })
}

/// For a `script` element: what would end it is written in another way.
pub fn embedded(value: &Value) -> String {
    value.to_string().replace('<', "\\u003c")
}
