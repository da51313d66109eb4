//! Two tellers of the same page view, compared.

use crate::known::{self, Known};
use crate::visit::{Metric, Segment, Visit};

/// The widget keeps tenths of a millisecond, and reads the clock at a moment of its own nowhere but
/// after a restore.
const TIME_MS: f64 = 1.0;

/// Both measure a restored view's paint in an animation frame; a frame may lie between them.
const FRAME_MS: f64 = 17.0;

/// The widget keeps ten-thousandths.
const SCORE: f64 = 0.0001;

pub struct Comparison {
    pub differing: Vec<String>,
    /// Differences with a known reason.
    pub explained: Vec<String>,
}

pub fn compare(scenario: &str, visit: &Visit) -> Comparison {
    let mut comparison = Comparison {
        differing: Vec::new(),
        explained: Vec::new(),
    };
    for (index, segment) in visit.segments.iter().enumerate() {
        let place = match segment.restored {
            true => format!("view {index} (restored)"),
            false => format!("view {index}"),
        };
        let faults = segment.faults.iter();
        let faults = faults.map(|fault| format!("{place}: {fault}"));
        comparison.differing.extend(faults);
        for metric in Metric::ALL {
            let (ours, reference) = (segment.ours.of(metric), segment.reference.of(metric));
            if agree(metric, segment, ours, reference) {
                continue;
            }
            let difference = format!(
                "{place}: {} is {}, the reference says {}",
                metric.name(),
                said(ours),
                said(reference)
            );
            match known::find(scenario, visit, index, metric) {
                Some(Known { why, .. }) => {
                    comparison.explained.push(format!("{difference}: {why}"))
                }
                None => comparison.differing.push(difference),
            }
        }
    }
    comparison
}

fn agree(metric: Metric, segment: &Segment, ours: Option<f64>, reference: Option<f64>) -> bool {
    let (Some(ours), Some(reference)) = (ours, reference) else {
        return ours == reference;
    };
    let most = match metric {
        Metric::Cls => SCORE,
        Metric::Lcp | Metric::Fcp if segment.restored => FRAME_MS,
        _ => TIME_MS,
    };
    (ours - reference).abs() <= most
}

fn said(value: Option<f64>) -> String {
    value.map_or("absent".to_owned(), |value| {
        let digits = if value < 10.0 { 4 } else { 1 };
        format!("{value:.digits$}")
    })
}

/// The metrics that the reference told of a view, as a scenario writes them: `LCP FCP TTFB CLS`.
pub fn names(segment: &Segment) -> String {
    let told = |metric: &Metric| segment.reference.of(*metric).is_some();
    let names: Vec<_> = Metric::ALL
        .into_iter()
        .filter(told)
        .map(Metric::name)
        .collect();
    names.join(" ")
}
