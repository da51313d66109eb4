//! Services that visitors started, and how far they came.

use super::Language;
use super::rows::values;
use crate::summary::{Millis, ServiceSummary, Summary};

pub struct ServiceRow {
    pub service: String,
    /// started, done, error
    pub counts: [String; 3],
    /// Of a hundred that started: done, failed, the others; `None`: nobody started.
    pub funnel: Option<[f64; 3]>,
    /// `None`: nobody started.
    pub abandoned: Option<String>,
    /// p50, p75, p95, n; `None`: no end told how long it had taken.
    pub done: Option<[String; 4]>,
}

pub fn services(summary: &Summary, language: Language) -> Vec<ServiceRow> {
    let seconds = |ms: Millis| language.seconds(ms.0);
    let row = |s: &ServiceSummary| ServiceRow {
        service: s.service.clone(),
        counts: [s.started, s.done, s.error].map(|count| language.count(count)),
        funnel: funnel(s),
        abandoned: s.abandoned_ratio.map(|ratio| language.percent(ratio)),
        done: values(&s.done_ms, seconds, language),
    };
    summary.services.iter().map(row).collect()
}

/// Whoever started before the window is drawn as if in it.
fn funnel(s: &ServiceSummary) -> Option<[f64; 3]> {
    let all = s.started.max(s.done + s.error);
    let share = |part: u64| (part as f64 * 1000.0 / all as f64).round() / 10.0;
    (s.started > 0).then(|| [s.done, s.error, all - s.done - s.error].map(share))
}
