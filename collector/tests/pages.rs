//! What people see: the dashboard in two languages, and the demo portals.
#![allow(clippy::unwrap_used)]

mod common;

use std::time::{Duration, Instant};

use common::{Collector, assert_cors, report};
use serde_json::json;

fn assert_all(page: &str, words: &[&str]) {
    for word in words {
        assert!(page.contains(word), "expected '{word}' in {page}");
    }
}

#[tokio::test]
async fn the_overview_shows_everyone_and_says_what_it_does_not_know() {
    let collector = Collector::demo().await;
    let mut blind = report("demo-good", 1);
    blind["response"] = json!({"server_wait": 150.2});
    let request = collector.request(json!([blind, report("demo-slow", 1)]));
    assert_eq!(request.send().await.unwrap().status(), 204);

    let response = collector.get("/").await;
    assert_cors(&response);
    let policy = response.headers()["content-security-policy"]
        .to_str()
        .unwrap();
    assert!(policy.starts_with("default-src 'none'"), "{policy}");
    let page = response.text().await.unwrap();
    assert_all(
        &page,
        &[
            r#"<html lang="vi">"#,
            "đang kết nối",
            "chưa đủ dữ liệu",
            "tối thiểu 3",
            "không đo được",
            "1,31 s",
            "150 ms",
            "Hà Nội",
            "Chưa kết nối",
            "/demo/good/",
            "Đây là bản trình diễn",
            "<caption",
            r#"scope="row""#,
        ],
    );
    assert!(!page.contains("Hà Giang"), "merged away");

    let page = collector.text("/?lang=en").await;
    assert_all(
        &page,
        &[r#"<html lang="en">"#, "not measurable", "1.31 s", "Hanoi"],
    );
    let url = format!("{}/", collector.base);
    let english = collector.client.get(url).header("accept-language", "en-GB");
    let english = english.send().await.unwrap().text().await.unwrap();
    assert_all(&english, &[r#"<html lang="en">"#]);
    collector.stop().await;
}

#[tokio::test]
async fn a_portals_page_has_its_grade_its_losses_its_refusals_and_its_tag() {
    let collector = Collector::start().await;
    collector.add("vn-hn");
    let mut lost = report("vn-hn", 9);
    lost["kind"] = json!("blocked");
    let batch = json!([
        report("vn-hn", 1),
        report("vn-hn", 2),
        report("vn-hn", 3),
        lost
    ]);
    assert_eq!(collector.post(batch).await.status(), 204);
    let mut strange = report("vn-hn", 4);
    strange["load"]["lcp"] = json!(-1);
    assert_eq!(collector.post(strange).await.status(), 400);

    let page = collector.text("/portal/VN-HN?lang=en").await;
    let tag = format!(r#"src="{}/nhip.js" data-portal="vn-hn""#, collector.base);
    assert_all(
        &page,
        &[
            r#"<strong class="grade large">B</strong>"#,
            "not an official grade",
            "field-1",
            "cannot be counted",
            "implausible value",
            "1.31 s",
            "96 ms",
            &tag,
        ],
    );
    assert!(!page.contains("This is the demo"));

    let waiting = collector.text("/portal/vn-dn").await;
    assert_all(
        &waiting,
        &["chưa kết nối", "nhip portal add vn-dn", "không đo được"],
    );
    let merged = collector.text("/portal/vn-03").await;
    assert_all(&merged, &["2025-06-30", "/portal/vn-07"]);
    let unknown = collector.get("/portal/x").await;
    assert_eq!(unknown.status(), 404);
    assert_all(&unknown.text().await.unwrap(), &["Không có cổng nào"]);
    collector.stop().await;
}

#[tokio::test]
async fn what_a_stranger_writes_stays_text() {
    let collector = Collector::start().await;
    let url = format!("{}/portal/vn-hn?lang=en", collector.base);
    let page = collector
        .client
        .get(url)
        .header("host", "a.example\"><script>")
        .send()
        .await
        .unwrap()
        .text()
        .await
        .unwrap();
    assert!(!page.contains("a.example"), "{page}");
    assert_all(&page, &["https://HOST/nhip.js"]);
    collector.stop().await;
}

#[tokio::test]
async fn the_style_is_served_and_asked_about() {
    let collector = Collector::start().await;
    let style = collector.get("/dashboard/dashboard.css").await;
    assert_eq!(style.headers()["content-type"], "text/css; charset=utf-8");
    let tag = style.headers()["etag"].clone();
    let url = format!("{}/dashboard/dashboard.css", collector.base);
    let again = collector.client.get(url).header("if-none-match", tag);
    assert_eq!(again.send().await.unwrap().status(), 304);
    // Only styles: the templates are not pages.
    assert_eq!(collector.get("/dashboard/base.html").await.status(), 404);
    collector.stop().await;
}

#[tokio::test]
async fn every_page_of_the_demo_is_served_and_may_be_kept_for_going_back() {
    let collector = Collector::demo().await;
    for portal in ["good", "broken"] {
        for path in [
            "/",
            "/thu-tuc/",
            "/nop-ho-so/thong-tin",
            "/nop-ho-so/tai-len",
            "/nop-ho-so/thanh-toan",
            "/nop-ho-so/hoan-tat",
            "/quyen-rieng-tu",
        ] {
            let page = collector.get(&format!("/demo/{portal}{path}")).await;
            assert_eq!(page.status(), 200, "{portal}{path}");
            assert_eq!(page.headers()["cache-control"], "no-cache");
            let tag = format!(r#"data-portal="demo-{portal}""#);
            assert_all(&page.text().await.unwrap(), &[&tag]);
        }
    }
    for (from, to) in [
        ("/demo/good", "/demo/good/"),
        ("/demo/slow/thu-tuc", "/demo/slow/thu-tuc/"),
    ] {
        let response = collector.get(from).await;
        assert_eq!(response.status(), 308);
        assert_eq!(response.headers()["location"], to);
    }
    for path in ["/demo", "/demo/"] {
        let links = ["/demo/good/", "/demo/slow/", "/demo/broken/"];
        assert_all(&collector.text(path).await, &links);
    }
    for path in [
        "/demo/assets/demo.css",
        "/demo/assets/demo.js",
        "/vendor/govuk-frontend/govuk-frontend.min.css",
    ] {
        assert_eq!(collector.get(path).await.status(), 200, "{path}");
    }
    for path in [
        "/demo/assets/../base.html",
        "/vendor/nothing",
        "/demo/good/x",
    ] {
        assert_eq!(collector.get(path).await.status(), 404, "{path}");
    }
    collector.stop().await;
}

#[tokio::test]
async fn the_slow_portal_is_slow() {
    let collector = Collector::demo().await;
    let (page, photo) = ("/demo/slow/", "/demo/slow/anh-lon.jpg");
    for (path, least) in [(page, 800), (photo, 3000)] {
        let start = Instant::now();
        assert_eq!(collector.get(path).await.status(), 200);
        assert!(start.elapsed() >= Duration::from_millis(least), "{path}");
    }
    collector.stop().await;
}

#[tokio::test]
async fn a_step_throws_away_what_it_is_given_and_leads_to_the_next() {
    let collector = Collector::demo().await;
    for (step, next) in [
        ("thong-tin", "tai-len"),
        ("tai-len", "thanh-toan"),
        ("thanh-toan", "hoan-tat"),
    ] {
        let url = format!("{}/demo/slow/nop-ho-so/{step}", collector.base);
        let body = vec![b'x'; 5_000_000];
        let response = collector.client.post(url).body(body).send().await.unwrap();
        assert_eq!(response.status(), 303, "{step}");
        let target = format!("/demo/slow/nop-ho-so/{next}");
        assert_eq!(response.headers()["location"], target.as_str());
    }
    collector.stop().await;
}

#[tokio::test]
async fn a_portals_page_says_why_its_slow_views_were_slow() {
    let collector = Collector::demo().await;
    let page = collector.text("/portal/demo-good").await;
    assert_all(&page, &["Không lượt xem nào vượt ngưỡng"]);
    let mut slow = report("demo-good", 1);
    slow["load"]["phases"] = json!({"connect": 20, "wait": 900});
    slow["response"] = json!({"server_wait": 900});
    let request = collector.request(json!([slow]));
    assert_eq!(request.send().await.unwrap().status(), 204);
    let page = collector.text("/portal/demo-good?lang=en").await;
    let row = r#"The portal&#39;s server</th><td class="number">1</td>"#;
    assert_all(&page, &["Why views were slow", row, "blame-1"]);
}
