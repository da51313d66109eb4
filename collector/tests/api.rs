//! What the monitor is told.
#![allow(clippy::unwrap_used)]

mod common;

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use common::{Collector, report};
use nhip_collector::clock::{Clock, DAY_MS, HOUR_MS};
use serde_json::{Value, json};

/// 2026-07-01T12:00:00Z
const NOON: i64 = 1_782_907_200_000;

fn clock() -> (Clock, Arc<AtomicI64>) {
    let now = Arc::new(AtomicI64::new(NOON));
    let reading = Arc::clone(&now);
    (Clock::new(move || reading.load(Ordering::SeqCst)), now)
}

#[tokio::test]
async fn a_portal_waits_connects_and_falls_silent() {
    let (clock, now) = clock();
    let collector = Collector::of(false, clock).await;
    let status = async || {
        let portal = collector.json("/v1/portals/vn-hn").await;
        (portal["status"].clone(), portal["since"].clone())
    };
    assert_eq!(status().await, (json!("waiting"), Value::Null));
    collector.add("vn-hn");
    assert_eq!(status().await, (json!("waiting"), Value::Null));
    assert_eq!(collector.post(report("vn-hn", 1)).await.status(), 204);
    let noon = json!("2026-07-01T12:00:00Z");
    assert_eq!(status().await, (json!("connected"), noon.clone()));
    now.fetch_add(DAY_MS + 1, Ordering::SeqCst);
    assert_eq!(status().await, (json!("silent"), noon));
    collector.stop().await;
}

/// What the panel and `nhip verify` ask about the tag of a page.
#[tokio::test]
async fn a_tag_is_told_whether_its_origin_is_registered() {
    let collector = Collector::start().await;
    collector.add("vn-hn");
    let asked = |origin: &str| format!("/v1/portals/VN-HN/tag?origin={origin}");
    let tag = collector.json(&asked("https://DVC.example.vn:443")).await;
    assert_eq!(tag["portal"], "vn-hn");
    assert_eq!(tag["origin"], "https://dvc.example.vn");
    assert_eq!(tag["registered"], true, "{tag}");
    let tag = collector.json(&asked("https://khac.example.vn")).await;
    assert_eq!(tag["registered"], false, "{tag}");
    let refused = collector.get(&asked("khac")).await;
    assert_eq!(refused.status(), 400);
    collector.stop().await;
}

#[tokio::test]
async fn the_window_selects_by_when_the_view_began() {
    let (clock, now) = clock();
    let collector = Collector::of(false, clock).await;
    collector.add("vn-hn");
    // Began at 11:59:58.8, told at noon; and one two hours later.
    collector.post(report("vn-hn", 1)).await;
    now.fetch_add(2 * HOUR_MS, Ordering::SeqCst);
    collector.post(report("vn-hn", 2)).await;
    for (question, began) in [
        ("", 2),
        ("?from=2026-07-01T11:00:00Z&to=2026-07-01T12:00:00Z", 1),
        ("?from=2026-07-01T12:00:00Z", 1),
        (
            "?from=2026-07-01T18:00:00%2B07:00&to=2026-07-01T19:00:00%2B07:00",
            1,
        ),
        ("?to=2026-07-01T11:00:00Z", 0),
        (
            "?device=phone&network=4g&browser=blink&page=/thu-tuc&agency=VN-HN",
            2,
        ),
        ("?device=desktop", 0),
    ] {
        let path = format!("/v1/portals/vn-hn/summary{question}");
        let summary = collector.json(&path).await;
        assert_eq!(summary["views"]["began"], began, "{question}");
    }
    let summary = collector.json("/v1/portals/vn-hn/summary").await;
    assert_eq!(summary["from"], "2026-06-24T14:00:00Z");
    collector.stop().await;
}

#[tokio::test]
async fn a_question_that_is_not_understood_says_what_was_expected() {
    let collector = Collector::start().await;
    for (question, expected) in [
        ("from=yesterday", "2026-07-01T00:00:00Z"),
        (
            "from=2026-07-02T00:00:00Z&to=2026-07-01T00:00:00Z",
            "before to",
        ),
        (
            "from=2025-01-01T00:00:00Z&to=2026-07-01T00:00:00Z",
            "92 days",
        ),
        ("device=watch", "phone, tablet or desktop"),
        ("network=5g", "slow-2g"),
        ("browser=ie", "blink"),
        ("agency=vn_hn", "letters"),
        ("colour=red", "colour"),
        ("device=phone&device=tablet", "device"),
    ] {
        let path = format!("/v1/portals/vn-hn/summary?{question}");
        let response = collector.get(&path).await;
        assert_eq!(response.status(), 400, "{question}");
        let answer: Value = response.json().await.unwrap();
        assert_eq!(answer["reason"], "bad-parameter");
        let message = answer["detail"].as_str().unwrap();
        assert!(message.contains(expected), "{question}: {message}");
    }
    collector.stop().await;
}

#[tokio::test]
async fn the_league_has_everyone_of_today_and_grades_who_has_enough_views() {
    let collector = Collector::start().await;
    for code in ["vn-hn", "vn-dn", "cong-chung"] {
        collector.add(code);
    }
    let views =
        |portal: &'static str, n: u64| (0..n).map(|view| report(portal, view)).collect::<Vec<_>>();
    for batch in [views("vn-hn", 2), views("cong-chung", 3)] {
        assert_eq!(collector.post(json!(batch)).await.status(), 204);
    }
    let league = collector.json("/v1/league").await;
    assert_eq!(league["min_views"], 3);
    let coverage = json!({"connected": 2, "silent": 0, "waiting": 50, "registered": 52});
    assert_eq!(league["coverage"], coverage);
    let lines: Vec<_> = league["portals"]
        .as_array()
        .unwrap()
        .iter()
        .map(|line| (line["portal"].as_str().unwrap(), &line["summary"]["grade"]))
        .collect();
    assert_eq!(lines.len(), 52);
    assert_eq!(lines[0], ("cong-chung", &json!("B")));
    assert_eq!(lines[1], ("vn-hn", &Value::Null));
    assert!(
        lines.iter().all(|(code, _)| *code != "vn-03"),
        "merged away"
    );

    let merged = collector.json("/v1/portals/vn-03").await;
    assert_eq!(merged["successor"], "vn-07");
    assert_eq!(merged["valid_until"], "2025-06-30");
    collector.stop().await;
}

#[tokio::test]
async fn automated_views_are_not_graded_unless_the_portal_counts_them() {
    let collector = Collector::demo().await;
    collector.add("vn-hn");
    for (portal, began) in [("vn-hn", 0), ("demo-good", 1)] {
        let mut report = report(portal, 1);
        report["automated"] = json!(true);
        let request = collector.request(report);
        assert_eq!(request.send().await.unwrap().status(), 204);
        let summary = collector
            .json(&format!("/v1/portals/{portal}/summary"))
            .await;
        assert_eq!(summary["views"]["began"], began, "{portal}");
        assert_eq!(summary["views"]["automated"], 1, "{portal}");
    }
    collector.stop().await;
}

#[tokio::test]
async fn what_was_known_already_is_not_sent_again() {
    let collector = Collector::start().await;
    collector.add("vn-hn");
    assert_eq!(collector.post(report("vn-hn", 1)).await.status(), 204);
    let window = "from=2026-01-01T00:00:00Z&to=2026-01-02T00:00:00Z";
    for path in [
        format!("/v1/portals/vn-hn/summary?{window}"),
        format!("/v1/league?{window}"),
        format!("/v1/export.csv?{window}"),
    ] {
        let first = collector.get(&path).await;
        let tag = first.headers()["etag"].clone();
        let url = format!("{}{path}", collector.base);
        let again = collector.client.get(&url).header("if-none-match", &tag);
        let again = again.send().await.unwrap();
        assert_eq!(again.status(), 304, "{path}");
        assert_eq!(again.headers()["etag"], tag, "{path}");
        assert_eq!(again.text().await.unwrap(), "", "{path}");
        let other = collector.client.get(&url).header("if-none-match", "\"x\"");
        assert_eq!(other.send().await.unwrap().status(), 200, "{path}");
    }
    collector.stop().await;
}

#[tokio::test]
async fn what_is_no_page_may_load_nothing() {
    let collector = Collector::start().await;
    for path in [
        "/v1/portals",
        "/metrics",
        "/healthz",
        "/nothing",
        "/v1/export.csv",
        "/nhip.js",
    ] {
        let answer = collector.get(path).await;
        let policy = answer.headers()["content-security-policy"]
            .to_str()
            .unwrap();
        assert_eq!(
            policy, "default-src 'none'; frame-ancestors 'none'",
            "{path}"
        );
    }
    collector.stop().await;
}

#[tokio::test]
async fn a_series_has_a_point_for_each_day_and_says_whose_midnight_it_is() {
    let collector = Collector::start().await;
    collector.add("vn-hn");
    assert_eq!(collector.post(report("vn-hn", 1)).await.status(), 204);
    let series = collector.json("/v1/portals/vn-hn/series").await;
    assert_eq!(
        (&series["time_zone"], &series["step"]),
        (&json!("Asia/Ho_Chi_Minh"), &json!("day"))
    );
    let points = series["points"].as_array().unwrap();
    assert_eq!(points.len(), 8, "a week from a whole hour on");
    assert!(points[1]["from"].as_str().unwrap().ends_with("T17:00:00Z"));
    let began = |point: &Value| point["views"]["began"].as_u64().unwrap();
    assert_eq!(points.iter().map(began).sum::<u64>(), 1);
    assert_eq!(began(&points[7]), 1);
    for (question, words) in [
        ("step=week", "expected hour, day, month or all"),
        ("devise=phone", "unknown field"),
        (
            "from=2026-01-01T00:00:00Z&to=2026-03-01T00:00:00Z&step=hour",
            "at most 800 points",
        ),
    ] {
        let answer = collector
            .get(&format!("/v1/portals/vn-hn/series?{question}"))
            .await;
        assert_eq!(answer.status(), 400, "{question}");
        assert!(answer.text().await.unwrap().contains(words), "{question}");
    }
    collector.stop().await;
}

#[tokio::test]
async fn an_export_opens_in_a_spreadsheet() {
    let collector = Collector::start().await;
    let portal = nhip_collector::cli::NewPortal {
        code: "vn-hn".parse().unwrap(),
        name: "=Hà Nội; \"Thủ đô\"".to_owned(),
        origins: vec![common::ORIGIN.parse().unwrap()],
        agency: None,
        count_automated: false,
        pages: Vec::new(),
        services: Vec::new(),
    };
    nhip_collector::registry::add(&collector.data, portal, &Clock::system()).unwrap();
    for view in 0..3 {
        assert_eq!(collector.post(report("vn-hn", view)).await.status(), 204);
    }
    let answer = collector
        .get("/v1/export.csv?step=all&separator=semicolon")
        .await;
    assert_eq!(answer.headers()["content-type"], "text/csv; charset=utf-8");
    let bytes = answer.bytes().await.unwrap();
    let text = std::str::from_utf8(&bytes).unwrap();
    let text = text.strip_prefix('\u{feff}').unwrap();
    let mut lines = csv::ReaderBuilder::new()
        .delimiter(b';')
        .from_reader(text.as_bytes());
    let columns = lines.headers().unwrap().clone();
    let first: Vec<&str> = columns.iter().take(6).collect();
    assert_eq!(first, ["portal", "name", "from", "to", "profile", "grade"]);
    let line = lines.records().next().unwrap().unwrap();
    let cell = |column: &str| {
        let place = columns.iter().position(|it| it == column).unwrap();
        line[place].to_owned()
    };
    assert_eq!(cell("name"), "'=Hà Nội; \"Thủ đô\"");
    assert_eq!(
        (cell("began"), cell("lcp_p75_ms"), cell("lcp_n")),
        ("3".into(), "1310".into(), "3".into())
    );
    assert_eq!(cell("cls_p75_thousandths"), "21");
    assert_eq!(cell("layout-stability_pass"), "", "nobody could tell");
    assert!(cell("from").ends_with("+07:00"), "{}", cell("from"));
    let json = collector.json("/v1/export.json?step=all").await;
    assert_eq!(json["lines"][0]["began"], 3);
    let none = collector
        .text("/v1/export.csv?portal=vn-dn&from=2026-01-01T00:00:00Z&to=2026-01-01T01:00:00Z")
        .await;
    assert!(none.starts_with("\u{feff}portal,name,from"), "{none}");
    let days = collector.json("/v1/export.json?portal=vn-hn").await;
    assert_eq!(days["lines"].as_array().unwrap().len(), 8);
    collector.stop().await;
}

#[tokio::test]
async fn the_api_describes_itself_and_every_answer_is_as_described() {
    let collector = Collector::start().await;
    collector.add("vn-hn");
    assert_eq!(collector.post(report("vn-hn", 1)).await.status(), 204);
    let document = collector.json("/openapi.json").await;
    assert!(document["openapi"].as_str().unwrap().starts_with("3.1"));
    let paths = document["paths"].as_object().unwrap();
    // Whatever is pointed to is there.
    let text = document.to_string();
    for pointer in text.split("\"$ref\":\"#").skip(1) {
        let pointer = pointer.split('"').next().unwrap();
        assert!(document.pointer(pointer).is_some(), "{pointer}");
    }
    let schemas = &document["components"]["schemas"];
    let mut asked = 0;
    for (path, operations) in paths {
        let Some(get) = operations.get("get") else {
            continue;
        };
        let path = path
            .replace("{code}", "vn-hn")
            .replace("{file}", "vn-hn.svg")
            .replace("{month}", "2026-10");
        let query = if path.ends_with("/tag") {
            "?origin=https://a.vn"
        } else {
            ""
        };
        let answer = collector.get(&format!("{path}{query}")).await;
        if path.contains("/months/") {
            assert_eq!(answer.status(), 404, "nothing is frozen");
            continue;
        }
        if path == "/v1/rollups" {
            assert_eq!(answer.status(), 401, "for collectors alone");
            continue;
        }
        assert_eq!(answer.status(), 200, "{path}");
        asked += 1;
        let content = &get["responses"]["200"]["content"];
        let media_type = answer.headers()["content-type"]
            .to_str()
            .unwrap()
            .to_owned();
        let described = content.as_object().unwrap().keys().next().unwrap();
        assert!(media_type.starts_with(described), "{path}: {media_type}");
        let Some(name) = content["application/json"]["schema"]["$ref"].as_str() else {
            continue;
        };
        let schema = &schemas[name.rsplit('/').next().unwrap()];
        let told: Value = answer.json().await.unwrap();
        let required = schema["required"].as_array().into_iter().flatten();
        for field in required {
            assert!(
                told.get(field.as_str().unwrap()).is_some(),
                "{path}: {field}"
            );
        }
        if let (Some(fields), Some(told)) = (schema["properties"].as_object(), told.as_object()) {
            let undescribed: Vec<&String> =
                told.keys().filter(|it| !fields.contains_key(*it)).collect();
            assert!(undescribed.is_empty(), "{path}: {undescribed:?}");
        }
    }
    assert_eq!(asked, 17);
    let report = &schemas["Report"]["properties"];
    assert!(report["portal"].is_object(), "{report}");
    collector.stop().await;
}
