//! The rows of a portal's page: each number as people write it, beside its label.

use nhip_protocol::check::Check;
use nhip_protocol::report::Failure;

use super::Language;
use crate::browser_reports::Kind;
use crate::rollup::ErrorTally;
use crate::summary::{Millis, Percentiles, Summary};

/// Of a check, those that are shown.
const CULPRITS: usize = 5;

pub struct ReadingRow {
    pub label: &'static str,
    /// p50, p75, p95, n; `None`: no browser could tell.
    pub values: Option<[String; 4]>,
    /// The p75 of what it is compared with.
    pub beside: Option<String>,
}

pub struct CountRow {
    pub label: &'static str,
    pub count: String,
}

pub struct CheckRow {
    pub label: &'static str,
    /// pass, fail, unknown, n; `None`: no browser was asked.
    pub values: Option<[String; 4]>,
    /// Of those that passed or failed, by weight; `None`: no browser could tell.
    pub share: Option<String>,
}

/// An element that fails a check.
pub struct CulpritRow {
    pub check: &'static str,
    pub selector: String,
    pub sum: u64,
    pub weight: String,
}

/// An error, with the status it came with.
pub struct ErrorRow {
    pub label: &'static str,
    /// Empty: it has none.
    pub status: String,
    pub count: String,
}

pub struct ComplaintRow {
    pub label: &'static str,
    pub told: String,
    /// In the order of `Verdict::ALL`; then those over no limit, and those that cannot be told.
    pub measured: Vec<String>,
}

pub fn untold(summary: &Summary, language: Language) -> Vec<&'static str> {
    let t = language.strings();
    summary
        .untold
        .iter()
        .map(|name| match *name {
            "lcp" => t.lcp,
            "inp" => t.inp,
            "server_wait" => t.server_wait,
            _ => t.checks,
        })
        .collect()
}

pub fn readings(summary: &Summary, language: Language) -> Vec<ReadingRow> {
    let t = language.strings();
    let seconds = |ms: Millis| language.seconds(ms.0);
    let millis = |ms: Millis| language.millis(ms.0);
    let row = |label, values| ReadingRow {
        label,
        values,
        beside: None,
    };
    vec![
        row(t.lcp, values(&summary.load.lcp_ms, seconds, language)),
        row(t.inp, values(&summary.response.inp_ms, millis, language)),
        row(
            t.server_wait,
            values(&summary.response.server_wait_ms, millis, language),
        ),
        row(t.request_wait, request_wait(summary, language)),
        row(
            t.cls,
            values(&summary.stability.cls, |cls| language.cls(cls), language),
        ),
        row(t.fcp, values(&summary.paint.fcp_ms, seconds, language)),
        row(t.ttfb, values(&summary.paint.ttfb_ms, millis, language)),
        row(t.loaded, values(&summary.load.loaded_ms, seconds, language)),
    ]
}

/// The column counts views; the waits that they told stand beside them.
fn request_wait(summary: &Summary, language: Language) -> Option<[String; 4]> {
    let waits = summary.response.request_wait_ms?;
    let told = Some(waits.percentiles);
    let [p50, p75, p95, n] = values(&told, |ms| language.millis(ms.0), language)?;
    let views = language.count(waits.views);
    let requests = language.strings().requests;
    Some([p50, p75, p95, format!("{views} ({n} {requests})")])
}

pub fn values<T: Copy>(
    percentiles: &Option<Percentiles<T>>,
    show: impl Fn(T) -> String,
    language: Language,
) -> Option<[String; 4]> {
    let p = percentiles.as_ref()?;
    Some([show(p.p50), show(p.p75), show(p.p95), language.count(p.n)])
}

pub fn views(summary: &Summary, language: Language) -> Vec<CountRow> {
    let t = language.strings();
    let v = &summary.views;
    [
        (t.began, v.began),
        (t.measured, v.measured),
        (t.unfinished, v.unfinished),
        (t.abandoned, v.abandoned),
        (t.blocked, v.blocked),
        (t.late, v.late),
        (t.null_origin, v.null_origin),
        (t.automated, v.automated),
        (t.surplus, v.surplus),
        (t.duplicate, v.duplicate),
        (t.superseded, v.superseded),
        (t.queue_lost, v.queue_lost),
    ]
    .map(|(label, count)| CountRow {
        label,
        count: language.count(count),
    })
    .into()
}

pub fn lost_at(summary: &Summary, language: Language) -> Option<Vec<CountRow>> {
    let (t, lost_at) = (language.strings(), summary.lost_at?);
    let rows = [
        (t.lost_loading, lost_at.loading),
        (t.lost_interactive, lost_at.interactive),
        (t.lost_complete, lost_at.complete),
    ];
    let row = |(label, count)| CountRow {
        label,
        count: language.count(count),
    };
    Some(rows.map(row).into())
}

pub fn checks(summary: &Summary, language: Language) -> Vec<CheckRow> {
    let names = language.strings().check_names;
    Check::ALL
        .into_iter()
        .zip(names)
        .map(|(check, label)| CheckRow {
            label,
            values: summary.viewport[check]
                .map(|c| [c.pass, c.fail, c.unknown, c.n].map(|count| language.count(count))),
            share: summary.viewport[check]
                .filter(|c| c.pass + c.fail > 0)
                .map(|c| language.percent(c.pass as f64 / (c.pass + c.fail) as f64)),
        })
        .collect()
}

pub fn skipped(summary: &Summary, language: Language) -> Option<[String; 2]> {
    let counts = [summary.skipped.audit, summary.skipped.badge];
    (counts != [0, 0]).then(|| counts.map(|count| language.count(count)))
}

pub fn errors(errors: &ErrorTally, language: Language) -> Vec<ErrorRow> {
    let t = language.strings();
    let row = |label, status: String, count| ErrorRow {
        label,
        status,
        count: language.count(count),
    };
    let mut rows = vec![
        row(t.error_uncaught, String::new(), errors.uncaught),
        row(t.error_rejected, String::new(), errors.rejected),
    ];
    // Not every browser can tell: none told is not none there.
    if errors.mixed > 0 {
        rows.push(row(t.error_mixed, String::new(), errors.mixed));
    }
    for (failure, count) in &errors.resources {
        let status = match failure {
            Failure::Status(status) => status.to_string(),
            Failure::Unknown => t.error_unknown.to_owned(),
        };
        rows.push(row(t.error_resource, status, *count));
    }
    for (status, views) in &errors.navigation {
        rows.push(row(t.error_navigation, status.to_string(), *views));
    }
    rows
}

/// Kinds that were told, with how many reports there were.
pub fn browser_reports(told: &[(Kind, String, u64)], language: Language) -> Vec<CountRow> {
    let names = language.strings().browser_kinds;
    let sum = |kind| {
        let of_kind = told.iter().filter(|(told, _, _)| *told == kind);
        of_kind.map(|(_, _, count)| count).sum::<u64>()
    };
    let rows = Kind::ALL.into_iter().zip(names);
    rows.filter(|(kind, _)| sum(*kind) > 0)
        .map(|(kind, label)| CountRow {
            label,
            count: language.count(sum(kind)),
        })
        .collect()
}

/// Of each check the most seen; `None`: they take a token.
pub fn culprits(summary: &Summary, language: Language) -> Option<Vec<CulpritRow>> {
    let names = language.strings().check_names;
    let told = summary.culprits.as_ref()?;
    let rows = Check::ALL.into_iter().zip(names).flat_map(|(check, name)| {
        let seen = told[check].iter().flatten().take(CULPRITS);
        seen.map(move |culprit| CulpritRow {
            check: name,
            selector: culprit.selector.clone(),
            sum: culprit.weight,
            weight: language.count(culprit.weight),
        })
    });
    Some(rows.collect())
}

/// Those that somebody told.
pub fn complaints(summary: &Summary, language: Language) -> Vec<ComplaintRow> {
    let names = language.strings().complaint_names;
    summary
        .ratings
        .causes
        .iter()
        .zip(names)
        .filter(|(cause, _)| cause.told > 0)
        .map(|(cause, label)| {
            let verdicts = cause.measured.weights();
            let untold = cause.told - cause.fast - verdicts.iter().sum::<u64>();
            ComplaintRow {
                label,
                told: language.count(cause.told),
                measured: verdicts
                    .into_iter()
                    .chain([cause.fast, untold])
                    .map(|weight| language.count(weight))
                    .collect(),
            }
        })
        .collect()
}

pub fn slow(summary: &Summary, language: Language) -> Vec<CountRow> {
    let b = &summary.blame;
    if b.n == 0 {
        return Vec::new();
    }
    b.weights()
        .into_iter()
        .zip(language.strings().verdict_names)
        .map(|(weight, label)| CountRow {
            label,
            count: language.count(weight),
        })
        .collect()
}
