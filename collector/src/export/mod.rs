//! Readings and reports for other programs: `/v1/export.*`, a portal's rows, `nhip export`.

use std::io::{self, Write};
use std::ops::Range;

use jiff::tz::TimeZone;
use nhip_protocol::blame::Verdict;
use nhip_protocol::check::Check;
use nhip_protocol::code::Code;
use nhip_protocol::grade::{LOAD_POINTS, RESPONSE_POINTS};
use serde_json::{Value, json};

pub use self::dictionary::{Column, dictionary, package};
pub use self::rows::{scan, write as write_row};
use crate::clock::{UnixMs, timestamp};
use crate::rollup::Aggregate;
use crate::summary::{Millis, Percentiles, ServiceSummary, Summary};

pub mod command;
mod dictionary;
mod parquet;
mod rows;

/// So that a spreadsheet takes the file for UTF-8.
const BYTE_ORDER_MARK: &str = "\u{feff}";

/// Columns in their order.
pub type Line = Vec<(String, Value)>;

/// A table with a line for its columns, which is there whether or not anything is below it.
pub struct Csv<W: Write>(csv::Writer<W>);

impl<W: Write> Csv<W> {
    pub fn begin(to: W, separator: u8, zone: &TimeZone) -> io::Result<Csv<W>> {
        Csv::of(&columns(zone)?, to, separator)
    }

    /// With columns of its own.
    pub fn of(columns: &[impl AsRef<[u8]>], mut to: W, separator: u8) -> io::Result<Csv<W>> {
        to.write_all(BYTE_ORDER_MARK.as_bytes())?;
        let mut csv = csv::WriterBuilder::new()
            .delimiter(separator)
            .terminator(csv::Terminator::CRLF)
            .from_writer(to);
        csv.write_record(columns)?;
        Ok(Csv(csv))
    }

    pub fn write(&mut self, line: &Line) -> io::Result<()> {
        Ok(self
            .0
            .write_record(line.iter().map(|(_, value)| cell(value)))?)
    }

    pub fn end(self) -> io::Result<W> {
        self.0
            .into_inner()
            .map_err(|error| io::Error::other(error.to_string()))
    }
}

fn columns(zone: &TimeZone) -> io::Result<Vec<String>> {
    let nobody: Code = "x".parse().map_err(io::Error::other)?;
    let nothing = Summary::new(nobody.clone(), &(0..1), &Aggregate::default(), 1);
    let line = line(zone, &nobody, "", &(0..1), &nothing, None);
    Ok(line.into_iter().map(|(column, _)| column).collect())
}

/// What nobody could tell is empty, not 0. A text that a spreadsheet would take for a formula is a text.
fn cell(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) if text.starts_with(['=', '+', '-', '@', '\t', '\r']) => {
            format!("'{text}")
        }
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

/// `of`: what the views have in common, and which of it. Whole numbers: a spreadsheet set to Vietnamese takes the point of 0.021 for thousands. Times are cut off, as on
/// every screen, so that 2,499.9 ms do not read as 2,500.
pub fn line(
    zone: &TimeZone,
    portal: &Code,
    name: &str,
    part: &Range<UnixMs>,
    summary: &Summary,
    of: Option<(&str, &str)>,
) -> Line {
    let mut line = Line::new();
    let mut put = |column: &str, value: Value| line.push((column.to_owned(), value));
    put("portal", json!(portal));
    put("name", json!(name));
    put("from", json!(local(part.start, zone)));
    put("to", json!(local(part.end, zone)));
    put("profile", json!(summary.profile));
    put("grade", json!(summary.grade));
    put("score", json!(summary.score));
    put("sample", json!(summary.sample));
    let views = &summary.views;
    for (column, count) in [
        ("began", views.began),
        ("measured", views.measured),
        ("unfinished", views.unfinished),
        ("abandoned", views.abandoned),
        ("blocked", views.blocked),
        ("automated", views.automated),
        ("surplus", views.surplus),
    ] {
        put(column, json!(count));
    }
    for (metric, times) in [
        ("lcp", &summary.load.lcp_ms),
        ("inp", &summary.response.inp_ms),
        ("server_wait", &summary.response.server_wait_ms),
        ("fcp", &summary.paint.fcp_ms),
        ("ttfb", &summary.paint.ttfb_ms),
    ] {
        let value = |of: fn(&Percentiles<Millis>) -> Millis| {
            json!(times.as_ref().map(|times| of(times).0.tenths() / 10))
        };
        put(&format!("{metric}_p50_ms"), value(|it| it.p50));
        put(&format!("{metric}_p75_ms"), value(|it| it.p75));
        put(&format!("{metric}_p95_ms"), value(|it| it.p95));
        put(
            &format!("{metric}_n"),
            json!(times.as_ref().map(|times| times.n)),
        );
    }
    let cls = summary.stability.cls.as_ref();
    put(
        "cls_p75_thousandths",
        json!(cls.map(|cls| cls.p75.ten_thousandths() / 10)),
    );
    put("cls_n", json!(cls.map(|cls| cls.n)));
    for check in Check::ALL {
        let told = summary.viewport[check].as_ref();
        put(
            &format!("{}_pass", check.name()),
            json!(told.map(|told| told.pass)),
        );
        put(
            &format!("{}_fail", check.name()),
            json!(told.map(|told| told.fail)),
        );
    }
    let (blame, n) = (&summary.blame, summary.blame.n);
    for (verdict, weight) in Verdict::ALL.into_iter().zip(blame.weights()) {
        put(&format!("blame_{}", verdict.name()), json!(weight));
    }
    put("blame_n", json!(n));
    let spread = &summary.spread;
    for (metric, ranges, points) in [
        ("lcp", &spread.lcp_ms, &LOAD_POINTS),
        ("inp", &spread.inp_ms, &RESPONSE_POINTS),
        ("server_wait", &spread.server_wait_ms, &RESPONSE_POINTS),
    ] {
        let ends = points
            .iter()
            .map(|(end, _)| format!("below_{}_ms", end.tenths() / 10));
        for (at, end) in ends.chain(["rest".to_owned()]).enumerate() {
            let weight = ranges.get(at).map(|range| range.weight);
            put(&format!("{metric}_{end}"), json!(weight));
        }
    }
    put("by", json!(of.map(|(by, _)| by)));
    put("part", json!(of.map(|(_, part)| part)));
    line
}

/// The columns of [`services`].
pub const SERVICE: [&str; 12] = [
    "portal",
    "name",
    "from",
    "to",
    "service",
    "started",
    "done",
    "error",
    "done_p50_ms",
    "done_p75_ms",
    "done_p95_ms",
    "done_n",
];

/// A line for each service, the most started first.
pub fn services(zone: &TimeZone, name: &str, part: &Range<UnixMs>, summary: &Summary) -> Vec<Line> {
    let line = |it: &ServiceSummary| {
        let took = it.done_ms.as_ref();
        let ms =
            |of: fn(&Percentiles<Millis>) -> Millis| json!(took.map(|it| of(it).0.tenths() / 10));
        let values = [
            json!(summary.portal),
            json!(name),
            json!(local(part.start, zone)),
            json!(local(part.end, zone)),
            json!(it.service),
            json!(it.started),
            json!(it.done),
            json!(it.error),
            ms(|it| it.p50),
            ms(|it| it.p75),
            ms(|it| it.p95),
            json!(took.map(|it| it.n)),
        ];
        SERVICE.map(str::to_owned).into_iter().zip(values).collect()
    };
    summary.services.iter().map(line).collect()
}

/// With its distance from UTC.
fn local(at: UnixMs, zone: &TimeZone) -> String {
    let at = timestamp(at);
    at.display_with_offset(zone.to_offset(at)).to_string()
}
