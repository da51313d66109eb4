//! What arrives is stored, or refused for one reason that is counted.
#![allow(clippy::unwrap_used)]

mod common;

use std::collections::HashMap;

use common::{Collector, ORIGIN, assert_cors, report};
use nhip_collector::clock::Clock;
use nhip_collector::config::Settings;
use serde_json::{Value, json};

#[tokio::test]
async fn a_report_is_stored_and_readable() {
    let collector = Collector::start().await;
    collector.add("vn-hn");
    for media_type in [
        "text/plain",
        "application/json",
        "Text/Plain; charset=utf-8",
    ] {
        let response = collector
            .request(report("VN-HN", 1))
            .header("content-type", media_type)
            .header("origin", ORIGIN)
            .header("cookie", "session=1")
            .send()
            .await
            .unwrap();
        // reqwest adds the header to the one of `request`; the first one counts.
        assert_eq!(response.status(), 204, "{media_type}");
        assert_cors(&response);
    }
    let summary = collector.json("/v1/portals/vn-hn/summary").await;
    assert_eq!(summary["views"]["began"], 1);
    assert_eq!(summary["views"]["duplicate"], 2);
    assert_eq!(summary["load"]["lcp_ms"]["p75"], 1310.2);
    assert_eq!(summary["grade"], Value::Null);
    collector.stop().await;
}

#[tokio::test]
async fn a_name_that_few_views_show_never_reaches_the_disk() {
    let dir = tempfile::tempdir().unwrap();
    let settings = Settings {
        name_views: 20,
        ..common::settings(dir.path())
    };
    let collector = Collector::with(settings, Clock::system()).await;
    collector.add("vn-hn");
    let send = async |view: u64, page: &str, culprit: &str| {
        let mut report = report("vn-hn", view);
        report["page"] = json!(page);
        report["viewport"]["culprits"] = json!({"target-size": [culprit]});
        assert_eq!(collector.post(report).await.status(), 204);
    };
    for view in 0..25 {
        send(view, "/thu-tuc/khai-sinh", "a.nut-nho").await;
    }
    // Both look like words of the site; with those of the table below, 19 views show the first.
    for view in 100..116 {
        send(view, "/ho-so/nguyen-van-an", "li#tran-thi-hoa").await;
    }
    // Whatever a browser of somebody's own making sends.
    let table = include_str!("../../protocol/tests/hostile-paths.json");
    let table: HashMap<String, Vec<[String; 3]>> = serde_json::from_str(table).unwrap();
    let hostile: Vec<&[String; 3]> = table.values().flatten().collect();
    for (at, [path, ..]) in hostile.iter().enumerate() {
        for view in 0..3 {
            send(1000 + at as u64 * 10 + view, path, &format!("div#{path}")).await;
        }
    }
    let of = async |page: &str| {
        let path = format!("/v1/portals/vn-hn/summary?page={page}");
        collector.json(&path).await["views"]["began"].clone()
    };
    assert_eq!(of("/thu-tuc/khai-sinh").await, 6, "from the 20th view on");
    assert!(of(":rare").await.as_u64().unwrap() > 19 + 16);
    collector.stop().await;

    let files = std::fs::read_dir(dir.path()).unwrap();
    let files = files.map(|file| file.unwrap().path());
    let disk: Vec<u8> = files
        .filter(|path| path.is_file())
        .flat_map(|path| std::fs::read(path).unwrap())
        .collect();
    let holds = |text: &str| disk.windows(text.len()).any(|part| part == text.as_bytes());
    for (text, expected) in [
        ("/thu-tuc/khai-sinh", true),
        ("a.nut-nho", true),
        ("nguyen-van-an", false),
        ("tran-thi-hoa", false),
    ] {
        assert_eq!(holds(text), expected, "{text}");
    }
    for [path, secret, _] in hostile {
        // Two letters, or four digits, are in any file of numbers and words; a table has this name.
        if secret.chars().count() > 4 && secret != "alert" {
            assert!(!holds(secret), "{secret} of {path}");
        }
    }

    // What was common before a restart is common after it.
    let settings = Settings {
        name_views: 20,
        ..common::settings(dir.path())
    };
    let collector = Collector::with(settings, Clock::system()).await;
    let mut again = report("vn-hn", 200);
    again["page"] = json!("/thu-tuc/khai-sinh");
    assert_eq!(collector.post(again).await.status(), 204);
    let path = "/v1/portals/vn-hn/summary?page=/thu-tuc/khai-sinh";
    assert_eq!(collector.json(path).await["views"]["began"], 7);
    collector.stop().await;
}

#[tokio::test]
async fn each_refusal_has_its_status_and_reason_is_counted_and_stores_nothing() {
    let collector = Collector::start().await;
    collector.add("vn-hn");
    let with = |pointer: &str, value: Value| {
        let mut report = report("vn-hn", 1);
        report[pointer] = value;
        report.to_string()
    };
    let table = [
        ("{".to_owned(), 400, "malformed", false),
        (String::new(), 400, "malformed", false),
        ("[".repeat(5000), 400, "malformed", false),
        (with("seq", json!("x")), 400, "malformed", true),
        (with("load", json!({"lcp": -1})), 400, "implausible", true),
        (with("nav", json!("bfcache")), 400, "contradiction", true),
        (with("v", json!(2)), 400, "unsupported-version", true),
        (with("age", json!(86_400_001)), 400, "too-late", true),
        (with("agency", json!("vn-xx")), 400, "unknown-agency", true),
        (
            with("later", json!("x".repeat(4096))),
            413,
            "too-large",
            true,
        ),
        ("x".repeat(65_537), 413, "too-large", false),
        ("x".repeat(900_000), 413, "too-large", false),
        (
            format!("[{}]", vec!["1"; 51].join(",")),
            413,
            "too-large",
            false,
        ),
        (
            report("made-up", 1).to_string(),
            404,
            "unknown-portal",
            false,
        ),
        (
            report("vn-dn", 1).to_string(),
            403,
            "unregistered-origin",
            false,
        ),
    ];
    for (body, status, reason, _) in &table {
        let response = collector.post(body).await;
        assert_eq!(response.status(), *status, "{reason}");
        assert_cors(&response);
        let answer: Value = response.json().await.unwrap();
        assert_eq!(answer["reason"], *reason);
        assert!(!answer["detail"].as_str().unwrap().is_empty());
    }
    assert_eq!(collector.rows(), 0);

    let portal = collector.json("/v1/portals/vn-hn").await;
    let all = collector.json("/v1/portals").await;
    for reason in nhip_protocol::refusal::Refusal::REASONS {
        let rows = |counted: bool| {
            table
                .iter()
                .filter(|(_, _, r, known)| *r == reason && *known == counted)
                .count()
        };
        // Counted under vn-dn, which is in the registry.
        let elsewhere = usize::from(reason == "unregistered-origin");
        assert_eq!(
            portal["outcomes"]["refused"][reason],
            rows(true),
            "{reason}"
        );
        let unassigned = &all["unassigned"]["refused"][reason];
        assert_eq!(*unassigned, rows(false) - elsewhere, "{reason}");
    }
    assert_eq!(portal["outcomes"]["stored"], 0);
    collector.stop().await;
}

#[tokio::test]
async fn other_content_types_are_refused_as_malformed() {
    let collector = Collector::start().await;
    collector.add("vn-hn");
    for media_type in [
        None,
        Some("application/x-www-form-urlencoded"),
        Some("text/html"),
    ] {
        let mut request = collector
            .client
            .post(format!("{}/v1/reports", collector.base))
            .body(report("vn-hn", 1).to_string());
        if let Some(media_type) = media_type {
            request = request.header("content-type", media_type);
        }
        let response = request.send().await.unwrap();
        assert_eq!(response.status(), 415, "{media_type:?}");
        assert_cors(&response);
        let answer: Value = response.json().await.unwrap();
        assert_eq!(answer["reason"], "malformed");
    }
    let all = collector.json("/v1/portals").await;
    assert_eq!(all["unassigned"]["refused"]["malformed"], 3);
    assert_eq!(collector.rows(), 0);
    collector.stop().await;
}

#[tokio::test]
async fn the_good_reports_of_an_array_are_stored() {
    let collector = Collector::start().await;
    collector.add("vn-hn");
    let good = json!([report("vn-hn", 1), report("vn-hn", 2)]);
    assert_eq!(collector.post(good).await.status(), 204);
    assert_eq!(collector.post("[]").await.status(), 204);

    let mut slow = report("vn-hn", 3);
    slow["load"]["lcp"] = json!(-5);
    let mixed = json!([report("vn-hn", 4), slow, report("made-up", 5), 7]);
    let response = collector.post(mixed).await;
    assert_eq!(response.status(), 400);
    let answer: Value = response.json().await.unwrap();
    assert_eq!(answer["stored"], 1);
    let refused: Vec<_> = answer["refused"]
        .as_array()
        .unwrap()
        .iter()
        .map(|r| (r["index"].as_u64(), r["reason"].as_str()))
        .collect();
    assert_eq!(
        refused,
        [
            (Some(1), Some("implausible")),
            (Some(2), Some("unknown-portal")),
            (Some(3), Some("malformed"))
        ]
    );
    assert_eq!(collector.rows(), 3);
    collector.stop().await;
}

#[tokio::test]
async fn a_null_origin_is_stored_and_flagged_and_a_foreign_one_is_shown() {
    let collector = Collector::start().await;
    collector.add("vn-hn");
    for (view, origin, status) in [
        (1, Some(ORIGIN), 204),
        (2, Some("null"), 204),
        (3, None, 204),
        (4, Some("https://other.example"), 403),
        (5, Some("https://other.example"), 403),
        // The collector's own address is an origin as any other.
        (6, Some(collector.base.as_str()), 403),
    ] {
        let mut request = collector.request(report("vn-hn", view));
        if let Some(origin) = origin {
            request = request.header("origin", origin);
        }
        let response = request.send().await.unwrap();
        assert_eq!(response.status(), status, "{origin:?}");
    }
    let connection = rusqlite::Connection::open(collector.data.join("nhip.db")).unwrap();
    let flags: Vec<i64> = connection
        .prepare("SELECT flags FROM reports ORDER BY id")
        .unwrap()
        .query_map([], |row| row.get(0))
        .unwrap()
        .map(Result::unwrap)
        .collect();
    assert_eq!(flags, [0, 1, 2]);
    let portal = collector.json("/v1/portals/vn-hn").await;
    assert_eq!(
        portal["origins"]["unregistered"][0]["origin"],
        collector.base
    );
    assert_eq!(portal["unregistered_origins"], 2);
    assert_eq!(portal["outcomes"]["refused"]["unregistered-origin"], 3);
    collector.stop().await;
}

#[tokio::test]
async fn retries_and_older_snapshots_are_stored_and_counted_apart() {
    let collector = Collector::start().await;
    collector.add("vn-hn");
    let mut started = report("vn-hn", 1);
    started["kind"] = json!("started");
    started["load"]["lcp"] = json!(9000);
    let mut last = report("vn-hn", 1);
    last["seq"] = json!(2);
    for body in [&last, &started, &last] {
        assert_eq!(collector.post(body).await.status(), 204);
    }
    let summary = collector.json("/v1/portals/vn-hn/summary").await;
    let views = &summary["views"];
    assert_eq!(
        (&views["began"], &views["unfinished"]),
        (&json!(1), &json!(0))
    );
    assert_eq!(
        (&views["duplicate"], &views["superseded"]),
        (&json!(1), &json!(1))
    );
    assert_eq!(summary["load"]["lcp_ms"]["p75"], 1310.2);
    collector.stop().await;
}

#[tokio::test]
async fn reports_and_counts_are_there_after_a_restart() {
    let dir = tempfile::tempdir().unwrap();
    let first = Collector::at(dir.path(), false, Clock::system()).await;
    first.add("vn-hn");
    assert_eq!(first.post(report("vn-hn", 1)).await.status(), 204);
    assert_eq!(first.post("{").await.status(), 400);
    first.stop().await;

    let second = Collector::at(dir.path(), false, Clock::system()).await;
    let summary = second.json("/v1/portals/vn-hn/summary").await;
    assert_eq!(summary["views"]["began"], 1);
    let all = second.json("/v1/portals").await;
    assert_eq!(all["unassigned"]["refused"]["malformed"], 1);
    second.stop().await;
}
