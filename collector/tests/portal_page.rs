//! What a portal's page and its summary say beside the readings, from reports over HTTP.
#![allow(clippy::unwrap_used)]

mod common;

use common::{Collector, report};
use serde_json::{Value, json};

/// A collector that took views 1, 2, 3, … of `vn-hn`, each with its own fields.
async fn told(views: &[Value]) -> Collector {
    let collector = Collector::start().await;
    collector.add("vn-hn");
    for (view, more) in (1..).zip(views) {
        let mut report = report("vn-hn", view);
        let fields = more.as_object().unwrap().clone();
        report.as_object_mut().unwrap().extend(fields);
        assert_eq!(collector.post(&report).await.status(), 204, "{report}");
    }
    collector
}

async fn summary(collector: &Collector) -> Value {
    collector.json("/v1/portals/vn-hn/summary").await
}

/// In Vietnamese and in English, tags and line breaks between words left out.
async fn pages(collector: &Collector) -> [String; 2] {
    let mut pages = [String::new(), String::new()];
    for (page, language) in pages.iter_mut().zip(["vi", "en"]) {
        let html = collector
            .text(&format!("/portal/vn-hn?lang={language}"))
            .await;
        let text = html.split('<').filter_map(|part| part.split_once('>'));
        let words: Vec<&str> = text.flat_map(|(_, text)| text.split_whitespace()).collect();
        *page = words.join(" ");
    }
    pages
}

fn assert_says(page: &str, text: &str) {
    assert!(page.contains(text), "expected '{text}' in {page}");
}

#[tokio::test]
async fn where_the_lost_views_were_lost() {
    let lost = |phase: &str| json!({"kind": "abandoned", "phase": phase, "load": {"ttfb": -1}});
    let collector = told(&[lost("loading"), lost("loading"), lost("complete")]).await;
    let summary = summary(&collector).await;
    let expected = json!({"loading": 2, "interactive": 0, "complete": 1});
    assert_eq!(summary["lost_at"], expected);
    assert_eq!(summary["views"]["abandoned"], 3);
    let [vietnamese, english] = pages(&collector).await;
    assert_says(&vietnamese, "đang đọc tài liệu 2");
    assert_says(&english, "the document was still being read 2");
    assert_says(&english, "the whole page was loaded 1");
    collector.stop().await;
}

#[tokio::test]
async fn what_nobody_told_is_no_zero() {
    let collector = told(&[json!({}), json!({"kind": "blocked"})]).await;
    let summary = summary(&collector).await;
    assert_eq!(summary["lost_at"], Value::Null);
    assert_eq!(summary["response"]["request_wait_ms"], Value::Null);
    let [vietnamese, english] = pages(&collector).await;
    assert_says(&vietnamese, "Các lượt mất đã tải đến đâu không đo được");
    assert_says(&english, "How far the lost views had come not measurable");
    collector.stop().await;
}

#[tokio::test]
async fn what_was_left_out_to_spare_data_is_said_where_there_is_any() {
    let collector = told(&[json!({})]).await;
    let nothing = json!({"audit": 0, "badge": 0});
    assert_eq!(summary(&collector).await["skipped"], nothing);
    for (page, note) in pages(&collector)
        .await
        .iter()
        .zip(["không vẽ huy hiệu", "without a badge"])
    {
        assert!(!page.contains(note), "{page}");
    }
    collector.stop().await;

    let skipped = json!({"skipped": ["audit", "badge"]});
    let collector = told(&[skipped, json!({"skipped": ["audit"]}), json!({})]).await;
    let expected = json!({"audit": 2, "badge": 1});
    assert_eq!(summary(&collector).await["skipped"], expected);
    let [vietnamese, english] = pages(&collector).await;
    assert_says(
        &vietnamese,
        "Số lượt không chạy các kiểm tra tốn công: 2 ; số lượt không vẽ huy hiệu: 1 .",
    );
    assert_says(&english, "views without a badge: 1 . Views that began: 3.");
    collector.stop().await;
}

#[tokio::test]
async fn errors_are_shown_with_the_views_that_met_them() {
    let met = json!({"weight": 10, "errors": {"uncaught": 2, "rejected": 1,
        "resources": {"404": 3, "unknown": 1}, "navigation": 503, "mixed": 1}});
    let collector = told(&[met, json!({})]).await;
    let expected = json!({"views": 1, "uncaught": 20, "rejected": 10,
        "resources": {"404": 30, "unknown": 10}, "navigation": {"503": 1}, "mixed": 10});
    assert_eq!(summary(&collector).await["errors"], expected);
    let [vietnamese, english] = pages(&collector).await;
    assert_says(
        &vietnamese,
        "Số lượt xem có báo lỗi: 1 . Số lượt xem đã bắt đầu: 2.",
    );
    assert_says(&vietnamese, "tài nguyên của cổng không tải được 404 30");
    assert_says(
        &vietnamese,
        "tài nguyên của cổng không tải được không rõ 10",
    );
    assert_says(&vietnamese, "phần tử tải qua http trên trang https 10");
    assert_says(&english, "script error that nothing caught 20");
    assert_says(&english, "the page itself failed (views) 503 1");
    collector.stop().await;
}

#[tokio::test]
async fn waits_of_later_requests_are_not_the_wait_for_the_page() {
    let waited = json!({"requests": {"count": 90, "waits": [700, 700, 700]}});
    let collector = told(&[waited.clone(), waited, json!({})]).await;
    let response = &summary(&collector).await["response"];
    let expected = json!({"p50": 700, "p75": 700, "p95": 700, "n": 6, "views": 2});
    assert_eq!(response["request_wait_ms"], expected);
    assert_eq!(response["server_wait_ms"]["p75"], 150.2);
    let [vietnamese, english] = pages(&collector).await;
    let label = "(chỉ để tham khảo, không tính điểm)";
    assert_says(
        &vietnamese,
        &format!("{label} 700 ms 700 ms 700 ms 2 (6 yêu cầu)"),
    );
    assert_says(&english, "700 ms 700 ms 700 ms 2 (6 requests)");
    collector.stop().await;
}

#[tokio::test]
async fn services_are_listed_by_how_often_they_were_started() {
    let collector = told(&[json!({})]).await;
    assert_eq!(summary(&collector).await["services"], json!([]));
    let [_, english] = pages(&collector).await;
    assert_says(&english, "No page told of a service with nhip.step");
    collector.stop().await;

    let step = |service: &str, result: &str| json!({"service": service, "result": result});
    let done = json!({"service": "nop-ho-so", "result": "done", "ms": 90_500.5});
    let start = step("nop-ho-so", "start");
    let collector = told(&[
        json!({"weight": 3, "steps": [start, step("nop-phi", "error")]}),
        json!({"steps": [step("cap-lai", "start"), step("an-toan", "start")]}),
        json!({"steps": [done]}),
    ])
    .await;
    let expected = json!([
        {"service": "nop-ho-so", "started": 3, "done": 1, "error": 0, "abandoned_ratio": 0.6667,
            "done_ms": {"p50": 90_500.5, "p75": 90_500.5, "p95": 90_500.5, "n": 1}},
        {"service": "an-toan", "started": 1, "done": 0, "error": 0, "abandoned_ratio": 1.0,
            "done_ms": null},
        {"service": "cap-lai", "started": 1, "done": 0, "error": 0, "abandoned_ratio": 1.0,
            "done_ms": null},
        {"service": "nop-phi", "started": 0, "done": 0, "error": 3, "abandoned_ratio": null,
            "done_ms": null},
    ]);
    assert_eq!(summary(&collector).await["services"], expected);
    let [vietnamese, english] = pages(&collector).await;
    assert_says(
        &vietnamese,
        "nop-ho-so 3 1 0 66,7 % 90,50 s 90,50 s 90,50 s 1",
    );
    assert_says(&english, "cap-lai 1 0 0 100.0 % not measurable");
    assert_says(&english, "nop-phi 0 0 3 not measurable not measurable");
    collector.stop().await;
}

#[tokio::test]
async fn what_visitors_told_stands_beside_what_was_measured_and_apart_from_the_grade() {
    // A server that says itself that it took so long.
    let slow = json!({"server_wait": 900});
    let unhappy = |cause: &str| json!({"satisfied": false, "cause": cause});
    let mut views = [
        json!({"rating": {"satisfied": true}, "weight": 3}),
        json!({"rating": unhappy("network"), "response": slow, "causes": {"server": 850}}),
        json!({"rating": unhappy("network")}),
        // Nobody can tell whether it was slow.
        json!({"rating": {"satisfied": false}, "load": {"loaded": 900}, "response": {}}),
        json!({}),
    ];
    let collector = told(&views).await;
    let summary = summary(&collector).await;
    let graded = &summary["score"];
    assert!(graded.is_u64(), "{graded}");
    let ratings = &summary["ratings"];
    for (field, expected) in [
        ("self_selected", json!(true)),
        ("n", json!(4)),
        ("satisfied", json!(3)),
        ("unsatisfied", json!(3)),
        ("satisfied_ratio", json!(0.5)),
        ("target_ratio", json!(0.9)),
    ] {
        assert_eq!(ratings[field], expected, "{field}");
    }
    let causes = ratings["causes"].as_array().unwrap();
    let complaints: Vec<_> = causes
        .iter()
        .map(|cause| {
            (
                cause["cause"].as_str().unwrap_or("-"),
                cause["told"].as_u64().unwrap(),
            )
        })
        .filter(|(_, told)| *told > 0)
        .collect();
    assert_eq!(complaints, [("network", 2), ("-", 1)]);
    assert_eq!(causes.len(), 8);
    assert_eq!(causes[4]["measured"]["server"], 1);
    assert_eq!(causes[4]["measured"]["n"], 1);
    let [vietnamese, english] = pages(&collector).await;
    assert_says(
        &vietnamese,
        "Hài lòng: 50,0 % (mục tiêu 90,0 %). Số câu trả lời: 4 .",
    );
    assert_says(&vietnamese, "Mạng của tôi 2 0 1 0 0 0 0 1 0");
    assert_says(&english, "Self-selected");
    assert_says(&english, "No cause told 1 0 0 0 0 0 0 0 1");
    collector.stop().await;

    for view in &mut views {
        view.as_object_mut().unwrap().remove("rating");
    }
    let collector = told(&views).await;
    let silent = crate::summary(&collector).await;
    assert_eq!(&silent["score"], graded, "no part of the grade");
    assert_eq!(silent["ratings"]["n"], 0);
    assert_eq!(silent["ratings"]["satisfied_ratio"], Value::Null, "no zero");
    let [vietnamese, english] = pages(&collector).await;
    assert_says(&vietnamese, "Chưa ai trả lời.");
    assert_says(&english, "Nobody answered.");
    collector.stop().await;
}

#[tokio::test]
async fn a_badges_grade_is_that_of_the_summary_and_read_once_a_minute() {
    let collector = told(&[json!({}), json!({}), json!({})]).await;
    let summary = summary(&collector).await;
    let grade = collector.json("/v1/portals/vn-hn/grade").await;
    for field in ["portal", "grade", "sample", "profile"] {
        assert_eq!(grade[field], summary[field], "{field}");
    }
    assert_eq!(grade["sample"], 3);
    assert_eq!(collector.post(&report("vn-hn", 9)).await.status(), 204);
    assert_eq!(collector.json("/v1/portals/vn-hn/grade").await, grade);
    assert_eq!(
        collector.get("/v1/portals/nowhere/grade").await.status(),
        404
    );
    collector.stop().await;
}
