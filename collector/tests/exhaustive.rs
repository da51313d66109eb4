//! Whatever stands in a field: a report is stored, or refused for one reason that is counted, and what
//! was stored can be read.
#![allow(clippy::unwrap_used)]

mod common;

use common::{Collector, report};
use nhip_protocol::refusal::Refusal;
use serde_json::{Value, json};

/// What a widget sends, a newer one might, and none would.
fn values() -> Vec<Value> {
    let start = json!({"service": "nop-ho-so", "result": "start", "ms": 5});
    let requests = |count: i64, waits: Value| json!({"count": count, "waits": waits});
    vec![
        Value::Null,
        json!(true),
        json!(-1),
        json!(0.5),
        json!(404),
        json!(1e300),
        json!(""),
        json!("loading"),
        json!("audit"),
        json!("\u{202e}<script>"),
        json!([]),
        json!(["audit", "audit", "?"]),
        json!([null]),
        json!([[]]),
        json!([["nop-ho-so", "start"]]),
        json!([{}]),
        json!([start]),
        json!([start, {"service": "x".repeat(500), "result": "done", "ms": 86_400_001}]),
        json!([{"service": "a", "result": {"start": null}}]),
        json!(vec![start; 11]),
        json!({}),
        json!({"404": 1}),
        json!({"later": {"deep": [1]}}),
        requests(2, json!([1, 2.25])),
        requests(1, json!([1, 2])),
        requests(30, json!(vec![1; 21])),
        requests(1, json!([-1])),
        json!({"count": {"u32": 1}}),
        json!({"uncaught": 4_294_967_295_u32, "rejected": 1, "mixed": 1}),
        json!({"uncaught": 4_294_967_296_u64}),
        json!({"resources": {"404": 2, "unknown": 1}, "navigation": 500}),
        json!({"resources": {"200": 2}}),
        json!({"resources": [404]}),
        json!({"resources": null}),
        json!({"navigation": 200}),
        json!({"satisfied": true}),
        json!({"satisfied": false, "cause": "payment"}),
        json!({"satisfied": false, "cause": null}),
        json!({"satisfied": false, "cause": "<script>"}),
        json!({"satisfied": 1}),
        json!({"cause": "payment"}),
    ]
}

#[tokio::test]
async fn every_value_of_every_field_ends_in_one_outcome() {
    let collector = Collector::start().await;
    collector.add("vn-hn");
    let mut reports = Vec::new();
    for field in ["phase", "skipped", "errors", "requests", "steps", "rating"] {
        for kind in ["started", "final", "abandoned", "blocked"] {
            for value in values() {
                let mut report = report("vn-hn", reports.len() as u64);
                report["kind"] = json!(kind);
                report[field] = value;
                reports.push(report);
            }
        }
    }
    let (mut stored, mut refused) = (0, 0);
    for batch in reports.chunks(10) {
        let response = collector.post(json!(batch)).await;
        if response.status() == 204 {
            stored += batch.len();
            continue;
        }
        assert_eq!(response.status(), 400);
        let answer: Value = response.json().await.unwrap();
        stored += answer["stored"].as_u64().unwrap() as usize;
        for one in answer["refused"].as_array().unwrap() {
            let reason = one["reason"].as_str().unwrap();
            assert!(Refusal::REASONS.contains(&reason), "{one}");
            assert!(!one["detail"].as_str().unwrap().is_empty(), "{one}");
            refused += 1;
        }
    }
    assert_eq!(stored + refused, reports.len());
    assert!(stored > 50 && refused > 50, "{stored} and {refused}");
    assert_eq!(collector.rows(), stored as i64);

    let outcomes = &collector.json("/v1/portals/vn-hn").await["outcomes"];
    assert_eq!(outcomes["stored"], stored);
    let counts = outcomes["refused"].as_object().unwrap().values();
    let counted: u64 = counts.map(|count| count.as_u64().unwrap()).sum();
    assert_eq!(counted, refused as u64);
    // Every row is read back, in one of these classes.
    let summary = collector.json("/v1/portals/vn-hn/summary").await;
    let views = &summary["views"];
    assert_eq!(views["began"], stored);
    let classes = ["measured", "abandoned", "blocked"].map(|class| views[class].as_u64().unwrap());
    assert_eq!(classes.iter().sum::<u64>(), stored as u64);
    for language in ["vi", "en"] {
        let page = collector
            .get(&format!("/portal/vn-hn?lang={language}"))
            .await;
        assert_eq!(page.status(), 200);
        assert!(!page.text().await.unwrap().contains("<script>"));
    }
    collector.stop().await;
}
