//! Each report has one outcome: stored and refused make up all that was received, by portal and in all.
#![allow(clippy::unwrap_used)]

mod common;

use common::{Collector, report};
use nhip_protocol::refusal::Refusal;
use serde_json::{Value, json};

/// The counters of `/metrics` by outcome.
async fn metrics(collector: &Collector) -> Vec<(String, u64)> {
    let response = collector.get("/metrics").await;
    assert_eq!(response.status(), 200);
    let text = response.text().await.unwrap();
    assert!(text.ends_with("# EOF\n"), "{text}");
    let lines = text.lines().filter_map(|line| {
        let rest = line.strip_prefix("nhip_reports_total{outcome=\"")?;
        let (outcome, count) = rest.split_once("\"} ")?;
        Some((outcome.to_owned(), count.parse().unwrap()))
    });
    lines.collect()
}

/// One of `kinds` ways to report, chosen by `seed`; and the outcomes that it may have.
fn attempt(seed: u64) -> (Value, &'static str) {
    let base = report("vn-hn", seed);
    let with = |key: &str, value: Value| {
        let mut report = base.clone();
        report[key] = value;
        report
    };
    match seed % 9 {
        0 | 1 => (base, "stored"),
        2 => (with("portal", json!("nobody")), "unknown-portal"),
        3 => (with("agency", json!("nobody")), "unknown-agency"),
        4 => (with("age", json!(90_000_000_u64)), "too-late"),
        5 => (with("v", json!(2)), "unsupported-version"),
        6 => (with("load", json!({"lcp": -1})), "implausible"),
        7 => (with("page", json!("x".repeat(5000))), "too-large"),
        _ => (with("seq", json!("one")), "malformed"),
    }
}

#[tokio::test]
async fn stored_and_refused_make_up_all_that_was_received() {
    let collector = Collector::start().await;
    collector.add("vn-hn");
    // A linear congruence (Knuth's MMIX) draws; the same numbers at each run.
    let mut state: u64 = 42;
    let mut draw = || {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        state >> 33
    };
    let mut sent = std::collections::BTreeMap::<String, u64>::new();
    for _ in 0..60 {
        let attempts: Vec<(Value, &str)> = (0..1 + draw() % 12).map(|_| attempt(draw())).collect();
        for (_, outcome) in &attempts {
            *sent.entry((*outcome).to_owned()).or_default() += 1;
        }
        let reports: Vec<&Value> = attempts.iter().map(|(report, _)| report).collect();
        let body = if reports.len() == 1 {
            reports[0].to_string()
        } else {
            json!(reports).to_string()
        };
        collector.post(body).await;
    }
    // Two that are refused as a whole.
    collector.post("{").await;
    let image = collector
        .client
        .post(format!("{}/v1/reports", collector.base));
    let image = image.header("content-type", "image/png").body("{}");
    image.send().await.unwrap();
    *sent.entry("malformed".into()).or_default() += 2;

    let counted = metrics(&collector).await;
    assert_eq!(counted.len(), Refusal::REASONS.len() + 1, "{counted:?}");
    for (outcome, count) in &counted {
        assert_eq!(sent.get(outcome).unwrap_or(&0), count, "{outcome}");
    }
    let portals = collector.json("/v1/portals").await;
    let all = portals["portals"].as_array().unwrap().iter();
    let tables = all
        .map(|portal| &portal["outcomes"])
        .chain([&portals["unassigned"]]);
    let mut visible = 0;
    for table in tables {
        let refused = table["refused"].as_object().unwrap().values();
        visible += table["stored"].as_u64().unwrap();
        visible += refused.map(|count| count.as_u64().unwrap()).sum::<u64>();
    }
    let received: u64 = sent.values().sum();
    assert_eq!(visible, received);
    assert_eq!(collector.rows(), sent["stored"] as i64);
    println!("received {received} = {sent:?}");
    collector.stop().await;
}
