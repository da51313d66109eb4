//! What browsers report by themselves: taken, redacted, counted, shown.
#![allow(clippy::unwrap_used)]

mod common;

use common::{Collector, ORIGIN};
use reqwest::{Method, Response};
use serde_json::{Value, json};

async fn send(collector: &Collector, code: &str, body: impl ToString) -> Response {
    let url = format!("{}/v1/browser-reports/{code}", collector.base);
    let request = collector.client.post(url).header("origin", ORIGIN);
    let request = request.header("content-type", "application/reports+json");
    request.body(body.to_string()).send().await.unwrap()
}

fn told(kind: &str, body: Value) -> Value {
    json!({"type": kind, "age": 1000, "url": format!("{ORIGIN}/ho-so/nguyen-van-an?so=001099012345"),
        "user_agent": "Mozilla/5.0 nguyen-van-an", "body": body})
}

#[tokio::test]
async fn what_browsers_report_is_counted_by_kind_without_a_word_of_a_person() {
    let collector = Collector::start().await;
    collector.add("vn-hn");
    let url = format!("{}/v1/browser-reports/vn-hn", collector.base);
    let preflight = collector.client.request(Method::OPTIONS, url);
    let preflight = preflight
        .header("origin", ORIGIN)
        .header("access-control-request-method", "POST")
        .header("access-control-request-headers", "content-type");
    let answer = preflight.send().await.unwrap();
    assert!(answer.status().is_success());
    assert_eq!(answer.headers()["access-control-allow-origin"], "*");

    let down = told(
        "network-error",
        json!({"type": "tcp.timed_out", "server_ip": "192.0.2.7"}),
    );
    let violation = told(
        "csp-violation",
        json!({"effectiveDirective": "script-src-elem",
        "blockedURL": "https://nguyen-van-an.example/a.js", "sample": "nguyen-van-an"}),
    );
    let both = json!([down, violation, down]);
    assert_eq!(send(&collector, "vn-hn", both).await.status(), 204);
    assert_eq!(
        send(&collector, "vn-hn", told("crash", json!({"reason": "oom"})))
            .await
            .status(),
        204
    );

    let path = "/v1/portals/vn-hn/browser-reports";
    let counted = collector.json(path).await;
    assert_eq!(
        counted["kinds"],
        json!({"network-error": 2, "csp-violation": 1, "crash": 1, "deprecation": 0, "intervention": 0})
    );
    let first = json!({"kind": "network-error", "detail": "tcp.timed_out", "count": 2});
    assert_eq!(counted["details"][0], first);
    let page = collector.text("/portal/vn-hn?lang=en").await;
    assert!(page.contains("pages that did not arrive (network errors)"));

    let disk = std::fs::read(collector.data.join("nhip.db-wal")).unwrap();
    for secret in ["nguyen-van-an", "001099012345", "192.0.2.7", "Mozilla"] {
        let holds = disk
            .windows(secret.len())
            .any(|part| part == secret.as_bytes());
        assert!(!holds, "{secret}");
    }
    collector.stop().await;
}

#[tokio::test]
async fn the_good_ones_are_kept_and_the_others_told() {
    let collector = Collector::start().await;
    collector.add("vn-hn");
    let good = told("crash", json!({}));
    let foreign = json!({"type": "crash", "age": 0, "url": "https://other.example/", "body": {}});
    // Anything but 204 makes a browser send all of it again.
    let mixed = json!([good, foreign, {"type": "hash"}, 7]);
    assert_eq!(send(&collector, "vn-hn", mixed).await.status(), 204);
    let none = send(&collector, "vn-hn", json!([foreign, 7])).await;
    assert_eq!(none.status(), 400);
    let why: Value = none.json().await.unwrap();
    assert!(
        why["detail"]
            .as_str()
            .unwrap()
            .starts_with("none was counted: "),
        "{why}"
    );
    for (code, body, status) in [
        ("made-up", "[]".to_owned(), 404),
        ("vn-hn", "[]".to_owned(), 204),
        ("vn-hn", "nonsense".to_owned(), 400),
        ("vn-hn", "[".repeat(60_000), 400),
        ("vn-hn", format!("[{}]", " ".repeat(600_000)), 413),
    ] {
        let answer = send(&collector, code, &body).await;
        assert_eq!(answer.status(), status, "{code} {}", body.len());
    }
    let kinds = collector.json("/v1/portals/vn-hn/browser-reports").await;
    assert_eq!(kinds["kinds"]["crash"], 1);
    let metrics = collector.text("/metrics").await;
    for line in [
        "nhip_browser_reports_total{outcome=\"stored\"} 1",
        "nhip_browser_reports_total{outcome=\"refused\"} 5",
    ] {
        assert!(metrics.contains(line), "{metrics}");
    }
    collector.stop().await;
}

#[tokio::test]
async fn an_hour_keeps_a_hundred_details_and_the_rest_as_other() {
    let collector = Collector::start().await;
    collector.add("vn-hn");
    for part in 0..2 {
        let reports: Vec<Value> = (0..80)
            .map(|n| {
                told(
                    "deprecation",
                    json!({"id": format!("Feature{}", part * 80 + n)}),
                )
            })
            .collect();
        assert_eq!(
            send(&collector, "vn-hn", json!(reports)).await.status(),
            204
        );
    }
    let told = collector.json("/v1/portals/vn-hn/browser-reports").await;
    let details = told["details"].as_array().unwrap();
    assert_eq!(told["kinds"]["deprecation"], 160);
    assert!((100..=102).contains(&details.len()), "{}", details.len());
    assert_eq!(details[0]["detail"], ":other");
    collector.stop().await;
}
