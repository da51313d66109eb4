//! What leaves for other programs: raw rows by token, `nhip export`, the badge.
#![allow(clippy::unwrap_used)]

#[path = "common/binary.rs"]
mod binary;
mod common;

use std::path::Path;

use binary::{Nhip, add, assert_refused, nhip, said, token};
use common::{Collector, client, report};
use nhip_collector::clock::Clock;
use serde_json::{Value, json};

fn lines(text: &str) -> Vec<Value> {
    let lines = text.lines().map(|line| serde_json::from_str(line).unwrap());
    lines.collect()
}

/// Two portals, two reports of one view of the first.
async fn server(data: &Path) -> Nhip {
    for code in ["vn-hn", "vn-dn"] {
        assert!(add(data, code).status.success());
    }
    let server = Nhip::start(&["serve", "--name-views", "1", "--min-views", "1"], data);
    let mut second = report("vn-hn", 1);
    second["seq"] = json!(2);
    for body in [report("vn-hn", 1), second, report("vn-dn", 2)] {
        let post = client().post(format!("{}/v1/reports", server.base));
        let post = post.header("content-type", "text/plain");
        let post = post.header("origin", common::ORIGIN).body(body.to_string());
        assert_eq!(post.send().await.unwrap().status(), 204);
    }
    server
}

#[tokio::test]
async fn raw_rows_come_a_line_a_report_to_whoever_has_the_portals_token() {
    let dir = tempfile::tempdir().unwrap();
    let server = server(dir.path()).await;
    let url = format!("{}/v1/portals/vn-hn/reports", server.base);
    let denied = client().get(&url).send().await.unwrap();
    assert_eq!(denied.status(), 401);

    let token = &token(&["--portal", "vn-hn"], dir.path());
    let answer = client().get(&url).bearer_auth(token).send().await.unwrap();
    assert_eq!(answer.headers()["content-type"], "application/x-ndjson");
    let rows = lines(&answer.text().await.unwrap());
    assert_eq!(rows.len(), 2);
    let seqs: Vec<&Value> = rows.iter().map(|row| &row["report"]["seq"]).collect();
    assert_eq!(seqs, [1, 2]);
    for row in &rows {
        assert_eq!(row["report"]["portal"], "vn-hn");
        assert_eq!(row["report"]["load"]["lcp"], 1310.2);
        assert_eq!(
            (&row["origin"], &row["surplus"]),
            (&json!("registered"), &json!(false))
        );
        assert!(row["began"].as_str() < row["received"].as_str(), "{row}");
    }

    let past = "?from=2026-07-01T00:00:00Z&to=2026-07-02T00:00:00Z";
    let none = client()
        .get(format!("{url}{past}"))
        .bearer_auth(token)
        .send()
        .await
        .unwrap();
    assert_eq!(
        (none.status().as_u16(), none.text().await.unwrap()),
        (200, String::new())
    );
    let other = format!("{}/v1/portals/vn-dn/reports", server.base);
    let denied = client().get(other).bearer_auth(token).send().await.unwrap();
    assert_eq!(denied.status(), 403);
}

#[tokio::test]
async fn export_writes_what_the_api_says_beside_a_running_server() {
    let dir = tempfile::tempdir().unwrap();
    let server = server(dir.path()).await;
    let arguments = [
        "export",
        "--step",
        "all",
        "--format",
        "json",
        "--min-views",
        "1",
    ];
    let told = lines(&said(&arguments, dir.path()));
    let api = server.json("/v1/export.json?step=all").await;
    let api = api["lines"].as_array().unwrap();
    assert_eq!((told.len(), api.len()), (2, 2));
    for (told, api) in told.iter().zip(api) {
        for column in [
            "portal",
            "began",
            "grade",
            "lcp_p75_ms",
            "inp_n",
            "zoom_pass",
        ] {
            assert_eq!(told[column], api[column], "{column}");
        }
    }

    let csv = said(
        &["export", "--step", "all", "--portal", "vn-dn"],
        dir.path(),
    );
    let csv: Vec<&str> = csv.split_terminator("\r\n").collect();
    assert!(
        csv[0].starts_with("\u{feff}portal,name,from,to,"),
        "{csv:?}"
    );
    assert!(csv.len() == 2 && csv[1].starts_with("vn-dn,"), "{csv:?}");

    let rows = lines(&said(&["export", "--raw"], dir.path()));
    assert_eq!(rows.len(), 3);
    let rows = lines(&said(&["export", "--raw", "--portal", "vn-dn"], dir.path()));
    assert!(rows.len() == 1 && rows[0]["report"]["portal"] == "vn-dn");
    assert_eq!(
        said(&["export", "--raw", "--to", "2026-07-01"], dir.path()),
        ""
    );
}

#[test]
fn export_says_what_it_cannot_write() {
    let dir = tempfile::tempdir().unwrap();
    assert!(add(dir.path(), "vn-hn").status.success());
    let refused = |arguments: &[&str], words: &[&str]| {
        let arguments = [&["export"], arguments].concat();
        assert_refused(&nhip(&arguments, dir.path()).output().unwrap(), words);
    };
    refused(&["--portal", "vn-xx"], &["vn-xx", "registry"]);
    refused(
        &["--from", "yesterday"],
        &["--from", "expected", "yesterday"],
    );
    refused(
        &["--from", "2026-07-02", "--to", "2026-07-01"],
        &["--from", "before"],
    );
}

#[tokio::test]
async fn a_badge_shows_the_grade_with_its_count_or_says_that_there_is_none() {
    let collector = Collector::of(false, Clock::system()).await;
    collector.add("vn-hn");
    let svg = |path: &'static str| {
        let collector = &collector;
        async move {
            let answer = collector.get(path).await;
            assert_eq!(answer.status(), 200, "{path}");
            assert_eq!(answer.headers()["content-type"], "image/svg+xml");
            answer.text().await.unwrap()
        }
    };
    // Of an agency that nobody measures, and in both languages.
    let none = svg("/badge/vn-dn.svg").await;
    assert!(
        none.contains("0 lượt: chưa đủ dữ liệu") && none.contains(">–<"),
        "{none}"
    );
    for view in 0..3 {
        assert_eq!(collector.post(report("vn-hn", view)).await.status(), 204);
    }
    let grade = collector.json("/v1/portals/vn-hn/grade").await;
    let letter = grade["grade"].as_str().unwrap();
    let told = svg("/badge/vn-hn.svg").await;
    assert!(told.contains(&format!(">{letter}<")), "{told}");
    assert!(told.contains("3 lượt · 7 ngày qua"), "{told}");
    let english = svg("/badge/vn-hn.svg?lang=en").await;
    assert!(english.contains("3 views · last 7 days") && english.contains("No official grade"));

    for (path, status) in [("/badge/vn-xx.svg", 404), ("/badge/vn-hn.png", 404)] {
        assert_eq!(collector.get(path).await.status(), status, "{path}");
    }
    collector.stop().await;
}
