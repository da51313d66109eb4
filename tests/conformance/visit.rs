//! What a visit left behind: for each page view what the widget and what the reference told, and
//! for each document the raw facts.

use anyhow::{Context, Result};
use nhip_collector::store::StoredRow;
use nhip_protocol::report::{Nav, Report, ViewId};
use serde::Deserialize;

use crate::facts::{Facts, Posted, Settled, Vital};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Metric {
    Lcp,
    Fcp,
    Ttfb,
    Cls,
    Inp,
}

impl Metric {
    pub const ALL: [Metric; 5] = [
        Metric::Lcp,
        Metric::Fcp,
        Metric::Ttfb,
        Metric::Cls,
        Metric::Inp,
    ];

    pub fn name(self) -> &'static str {
        ["LCP", "FCP", "TTFB", "CLS", "INP"][self as usize]
    }
}

/// One value or none for each metric.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Values([Option<f64>; 5]);

impl Values {
    pub fn of(&self, metric: Metric) -> Option<f64> {
        self.0[metric as usize]
    }
}

/// One page view.
#[derive(Clone, Debug)]
pub struct Segment {
    /// From the back/forward cache.
    pub restored: bool,
    /// Of the widget's reports.
    pub kinds: Vec<String>,
    pub ours: Values,
    pub reference: Values,
    /// What is wrong whatever the values are.
    pub faults: Vec<String>,
}

pub struct Visit {
    pub segments: Vec<Segment>,
    /// Of each document.
    pub facts: Vec<Facts>,
}

impl Visit {
    pub fn new(documents: &[Posted], rows: &[StoredRow]) -> Result<Visit> {
        let mut visit = Visit {
            segments: Vec::new(),
            facts: Vec::new(),
        };
        for (messages, settled) in documents {
            let mut vitals = Vec::new();
            for message in messages.iter().filter(|message| message.what == "vital") {
                vitals.push(Vital::deserialize(&message.data).context("vital")?);
            }
            let views = (0..settled.segments).map(|index| segment(index, settled, &vitals, rows));
            visit.segments.extend(views);
            visit.facts.push(settled.facts.clone());
        }
        Ok(visit)
    }
}

fn segment(index: usize, settled: &Settled, vitals: &[Vital], rows: &[StoredRow]) -> Segment {
    let mut faults = Vec::new();
    let expected = nav(index, &settled.facts);
    let mut reference = Values::default();
    // Of a metric in a segment the last one counts.
    for vital in vitals.iter().filter(|vital| vital.segment == index as i64) {
        for metric in Metric::ALL {
            if metric.name() == vital.name {
                reference.0[metric as usize] = Some(vital.value);
            }
        }
    }
    if index == 0 && vitals.iter().any(|vital| vital.segment < 0) {
        faults.push("the reference told a metric of a view that never began".to_owned());
    }
    let last = settled.segments - 1;
    if index == last && settled.reports.iter().any(|sent| sent.segment > last) {
        faults.push("the widget began a view that nobody else saw".to_owned());
    }
    let sent = || settled.reports.iter().filter(|sent| sent.segment == index);
    let mut views: Vec<_> = sent().map(|sent| sent.view.as_str()).collect();
    views.dedup();
    if views.len() > 1 {
        faults.push(format!("{} views where one began", views.len()));
    }
    let view = views.first().copied().unwrap_or_default();
    if settled
        .reports
        .iter()
        .any(|sent| sent.view == view && sent.segment != index)
    {
        faults.push("a view that went on past its end".to_owned());
    }
    for sent in sent() {
        if !rows
            .iter()
            .any(|row| is(row, &sent.view) && row.report.seq == sent.seq)
        {
            faults.push(format!("report {} of the view never arrived", sent.seq));
        }
    }
    let rows = rows.iter().filter(|row| is(row, view));
    let last = rows.max_by_key(|row| row.report.seq).map(|row| &row.report);
    match last {
        None => faults.push("the widget reported nothing".to_owned()),
        Some(report) => {
            if report.nav != expected {
                faults.push(format!("nav is {:?}, expected {expected:?}", report.nav));
            }
            if !report.dropped.is_empty() {
                faults.push(format!("disbelieved: {:?}", report.dropped));
            }
        }
    }
    Segment {
        restored: expected == Nav::Bfcache,
        kinds: sent().map(|sent| sent.kind.clone()).collect(),
        ours: last.map(told).unwrap_or_default(),
        reference,
        faults,
    }
}

/// Whether a row is of a view.
pub fn is(row: &StoredRow, view: &str) -> bool {
    ViewId::parse(view) == Some(row.report.view)
}

fn told(report: &Report) -> Values {
    Values([
        report.load.lcp.map(|ms| ms.as_f64()),
        report.load.fcp.map(|ms| ms.as_f64()),
        report.load.ttfb.map(|ms| ms.as_f64()),
        report.layout.cls.map(|cls| cls.as_f64()),
        report.response.inp.map(|ms| ms.as_f64()),
    ])
}

/// Of the views after the first, in the order in which they began.
fn nav(index: usize, facts: &Facts) -> Nav {
    let restored = facts.restored.iter().map(|start| (*start, Nav::Bfcache));
    let soft = facts.soft.iter().map(|start| (*start, Nav::Soft));
    let mut later: Vec<_> = restored.chain(soft).collect();
    later.sort_by(|(one, _), (other, _)| one.total_cmp(other));
    match facts.navigation.as_str() {
        _ if index > 0 => later.get(index - 1).map_or(Nav::Bfcache, |(_, nav)| *nav),
        _ if facts.activation_start > 0.0 => Nav::Prerender,
        "reload" => Nav::Reload,
        "back_forward" => Nav::BackForward,
        _ => Nav::Navigate,
    }
}
