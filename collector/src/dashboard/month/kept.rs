//! A portal's line of a frozen league, as people read it.

use nhip_protocol::check::Check;
use nhip_protocol::unit::Ms;
use serde_json::Value;

use super::Language;

pub struct Row {
    pub code: String,
    pub name: String,
    pub rank: Option<u64>,
    pub letter: Option<String>,
    pub score: Option<u64>,
    pub sample: String,
    /// Load, INP, server wait; `None`: no browser could tell.
    pub p75: [Option<String>; 3],
    pub began: String,
    pub lost: String,
}

/// One portal's month.
pub struct Portal {
    pub row: Row,
    /// p50, p75, p95, n
    pub readings: Vec<(&'static str, Option<[String; 4]>)>,
    /// pass, fail, unknown, n
    pub checks: Vec<(&'static str, Option<[String; 4]>)>,
    pub blame: Vec<(&'static str, String)>,
}

pub fn row(line: &Value, language: Language) -> Row {
    let summary = &line["summary"];
    let views = &summary["views"];
    let lost = ["abandoned", "blocked"].map(|of| views[of].as_u64().unwrap_or(0));
    let p75 = |metric: Metric| {
        metric
            .of(summary)
            .map(|it| metric.show(&it["p75"], language))
    };
    Row {
        code: line["portal"].as_str().unwrap_or_default().to_owned(),
        name: named(line, language),
        rank: line["rank"].as_u64(),
        letter: summary["grade"].as_str().map(str::to_owned),
        score: summary["score"].as_u64(),
        sample: number(&summary["sample"], language),
        p75: [Metric::Lcp, Metric::Inp, Metric::ServerWait].map(p75),
        began: number(&views["began"], language),
        lost: language.count(lost.iter().sum()),
    }
}

pub fn whole(line: &Value, language: Language) -> Portal {
    let (t, summary) = (language.strings(), &line["summary"]);
    let numbers = |of: &Value, fields: [&str; 4]| {
        let told = |field| number(&of[field], language);
        of.is_object().then(|| fields.map(told))
    };
    let readings = [
        (t.lcp, Metric::Lcp),
        (t.inp, Metric::Inp),
        (t.server_wait, Metric::ServerWait),
    ];
    let reading = |(label, metric): (&'static str, Metric)| {
        let values = metric.of(summary).map(|it| {
            let [p50, p75, p95] = ["p50", "p75", "p95"].map(|of| metric.show(&it[of], language));
            [p50, p75, p95, number(&it["n"], language)]
        });
        (label, values)
    };
    let checks = Check::ALL.into_iter().zip(t.check_names);
    let check = |(check, label): (Check, &'static str)| {
        let of = &summary["viewport"][check.name()];
        (label, numbers(of, ["pass", "fail", "unknown", "n"]))
    };
    let verdicts = ["network", "server", "page", "device", "mixed", "unknown"];
    let verdicts = verdicts.into_iter().zip(t.verdict_names);
    Portal {
        row: row(line, language),
        readings: readings.map(reading).into(),
        checks: checks.map(check).collect(),
        blame: verdicts
            .map(|(name, label)| (label, number(&summary["blame"][name], language)))
            .collect(),
    }
}

#[derive(Clone, Copy)]
enum Metric {
    Lcp,
    Inp,
    ServerWait,
}

impl Metric {
    fn of(self, summary: &Value) -> Option<&Value> {
        let path = match self {
            Metric::Lcp => "/load/lcp_ms",
            Metric::Inp => "/response/inp_ms",
            Metric::ServerWait => "/response/server_wait_ms",
        };
        summary.pointer(path).filter(|it| it.is_object())
    }

    fn show(self, ms: &Value, language: Language) -> String {
        match (ms.as_f64().and_then(Ms::from_f64), self) {
            (Some(ms), Metric::Lcp) => language.seconds(ms),
            (Some(ms), Metric::Inp | Metric::ServerWait) => language.millis(ms),
            (None, _) => language.strings().untold.to_owned(),
        }
    }
}

/// A number that is not there is not 0.
pub fn number(of: &Value, language: Language) -> String {
    let told = of.as_u64().map(|count| language.count(count));
    told.unwrap_or_else(|| language.strings().untold.to_owned())
}

pub fn named(line: &Value, language: Language) -> String {
    let name = match language {
        Language::English => line["name_en"].as_str().or(line["name"].as_str()),
        Language::Vietnamese => line["name"].as_str(),
    };
    name.unwrap_or_default().to_owned()
}
