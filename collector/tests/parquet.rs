//! Parquet, read by DuckDB: the same as the other formats tell, in types; NULL where nobody could tell.
#![allow(clippy::unwrap_used)]

#[path = "common/binary.rs"]
mod binary;
mod common;
#[path = "common/duckdb.rs"]
mod duckdb;

use std::collections::BTreeMap;
use std::path::Path;

use binary::{Nhip, add, assert_refused, nhip, said};
use common::{client, report};
use duckdb::ask;
use jiff::Timestamp;
use serde_json::{Value, json};

/// Views of two portals; one has no LCP and no INP at all, one shift is 0, one id has its highest bit set.
async fn filled(data: &Path) {
    for code in ["vn-hn", "vn-dn"] {
        assert!(add(data, code).status.success());
    }
    let server = Nhip::start(&["serve", "--name-views", "1"], data);
    let mut reports = Vec::new();
    for view in 0..40 {
        let mut told = report("vn-hn", u64::wrapping_mul(view, 0x0a1b_2c3d_4e5f_6071));
        told["load"]["lcp"] = json!(900.5 + 37.0 * view as f64);
        reports.push(told);
    }
    for view in 0..3 {
        let mut mute = report("vn-dn", u64::MAX - view);
        mute["load"] = json!({"ttfb": 240.3});
        mute["response"] = json!({"server_wait": 150.2});
        mute["layout"]["cls"] = json!(0);
        mute.as_object_mut().unwrap().remove("net");
        reports.push(mute);
    }
    let post = client().post(format!("{}/v1/reports", server.base));
    let post = post.header("content-type", "text/plain");
    let post = post
        .header("origin", common::ORIGIN)
        .body(json!(reports).to_string());
    assert_eq!(post.send().await.unwrap().status(), 204);
}

/// Written into a file beside the database.
fn file(arguments: &[&str], data: &Path) -> String {
    let written = nhip(
        &[&["export", "--format", "parquet"], arguments].concat(),
        data,
    )
    .output()
    .unwrap();
    let said = String::from_utf8_lossy(&written.stderr);
    assert!(written.status.success(), "{arguments:?}: {said}");
    let file = data.join("export.parquet");
    std::fs::write(&file, written.stdout).unwrap();
    file.to_str().unwrap().to_owned()
}

fn milliseconds(text: &str) -> i64 {
    text.parse::<Timestamp>().unwrap().as_millisecond()
}

/// Name and type of each column.
fn columns(file: &str) -> Vec<(String, String)> {
    let (_, rows) = ask(&format!("DESCRIBE SELECT * FROM '{file}'"));
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    rows.iter()
        .map(|row| (text(&row[0]), text(&row[1])))
        .collect()
}

#[tokio::test]
async fn readings_are_those_of_the_json_and_the_csv() {
    let dir = tempfile::tempdir().unwrap();
    filled(dir.path()).await;
    let to = (Timestamp::now() + jiff::Span::new().hours(1)).to_string();
    let window = ["--step", "hour", "--to", &to];
    let json = said(
        &[&["export", "--format", "json"][..], &window].concat(),
        dir.path(),
    );
    let lines: Vec<BTreeMap<String, Value>> = json
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let csv = said(&[&["export"][..], &window].concat(), dir.path());
    let head = csv.lines().next().unwrap().trim_start_matches('\u{feff}');
    let file = file(&window, dir.path());

    let columns = columns(&file);
    let names: Vec<&str> = columns.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, head.split(',').collect::<Vec<_>>());
    let times = |name: &str| ["from", "to"].contains(&name);
    let words = ["portal", "name", "profile", "grade", "by", "part"];
    for (name, kind) in &columns {
        let expected = match name.as_str() {
            name if times(name) => "TIMESTAMP WITH TIME ZONE",
            name if words.contains(&name) => "VARCHAR",
            _ => "BIGINT",
        };
        assert_eq!(kind, expected, "{name}");
    }

    let read: Vec<String> = names
        .iter()
        .map(|name| match times(name) {
            true => format!("epoch_ms(\"{name}\")"),
            false => format!("\"{name}\""),
        })
        .collect();
    let (_, rows) = ask(&format!("SELECT {} FROM '{file}'", read.join(", ")));
    assert_eq!(rows.len(), lines.len());
    assert!(rows.len() > 2 * 7 * 24, "{}", rows.len());
    for (row, line) in rows.iter().zip(&lines) {
        for (name, value) in names.iter().zip(row) {
            let told = match line[*name].as_str() {
                Some(text) if times(name) => json!(milliseconds(text)),
                _ => line[*name].clone(),
            };
            assert_eq!(value, &told, "{name}: {line:?}");
        }
    }

    // Nobody in Đà Nẵng told an LCP: neither 0, nor a part of a mean.
    let question = format!(
        "SELECT portal, sum(began), max(lcp_p75_ms), sum(cls_p75_thousandths), count(lcp_n), count(inp_p75_ms) \
         FROM '{file}' GROUP BY portal ORDER BY portal DESC"
    );
    let (_, rows) = ask(&question);
    let p75 = lines
        .iter()
        .filter_map(|line| line["lcp_p75_ms"].as_i64())
        .max()
        .unwrap();
    assert_eq!(rows[0][..3], [json!("vn-hn"), json!(40), json!(p75)]);
    assert_eq!(
        rows[1],
        [
            json!("vn-dn"),
            json!(3),
            json!(null),
            json!(0),
            json!(0),
            json!(0)
        ]
    );
}

#[tokio::test]
async fn raw_reports_are_those_of_the_json() {
    let dir = tempfile::tempdir().unwrap();
    filled(dir.path()).await;
    let json = said(&["export", "--raw"], dir.path());
    let lines: Vec<Value> = json
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let file = file(&["--raw"], dir.path());

    let expected = [
        ("received", "TIMESTAMP WITH TIME ZONE", "/received"),
        ("began", "TIMESTAMP WITH TIME ZONE", "/began"),
        ("portal", "VARCHAR", "/report/portal"),
        ("agency", "VARCHAR", "/report/agency"),
        ("page", "VARCHAR", "/report/page"),
        ("view", "UBIGINT", "/report/view"),
        ("seq", "BIGINT", "/report/seq"),
        ("kind", "VARCHAR", "/report/kind"),
        ("nav", "VARCHAR", "/report/nav"),
        ("phase", "VARCHAR", "/report/phase"),
        ("age_ms", "BIGINT", "/report/age"),
        ("device", "VARCHAR", "/report/device"),
        ("network", "VARCHAR", "/report/net"),
        ("engine", "VARCHAR", "/report/engine"),
        ("engine_version", "BIGINT", "/report/engine_version"),
        ("weight", "BIGINT", "/report/weight"),
        ("automated", "BOOLEAN", "/report/automated"),
        ("surplus", "BOOLEAN", "/surplus"),
        ("origin", "VARCHAR", "/origin"),
        ("lcp_ms", "DOUBLE", "/report/load/lcp"),
        ("fcp_ms", "DOUBLE", "/report/load/fcp"),
        ("ttfb_ms", "DOUBLE", "/report/load/ttfb"),
        ("loaded_ms", "DOUBLE", "/report/load/loaded"),
        ("inp_ms", "DOUBLE", "/report/response/inp"),
        ("server_wait_ms", "DOUBLE", "/report/response/server_wait"),
        ("cls", "DOUBLE", "/report/layout/cls"),
        ("report", "JSON", "/report"),
    ];
    let columns = columns(&file);
    let told: Vec<(&str, &str)> = columns
        .iter()
        .map(|(a, b)| (a.as_str(), b.as_str()))
        .collect();
    assert_eq!(told, expected.map(|(name, kind, _)| (name, kind)));

    let read = expected.map(|(name, _, _)| match name {
        "received" | "began" => format!("epoch_ms({name})"),
        "view" => "format('{:016x}', view)".to_owned(),
        name => name.to_owned(),
    });
    let (_, rows) = ask(&format!("SELECT {} FROM '{file}'", read.join(", ")));
    assert_eq!((rows.len(), lines.len()), (43, 43));
    for (row, line) in rows.iter().zip(&lines) {
        for ((name, kind, at), value) in expected.iter().zip(row) {
            let told = line.pointer(at).unwrap_or(&Value::Null);
            match (*name, told) {
                ("received" | "began", Value::String(text)) => {
                    assert_eq!(value, &json!(milliseconds(text)), "{name}");
                }
                ("report", told) => {
                    let report: Value = serde_json::from_str(value.as_str().unwrap()).unwrap();
                    assert_eq!(&report, told);
                }
                _ if *kind == "DOUBLE" => assert_eq!(value.as_f64(), told.as_f64(), "{name}"),
                (_, told) => assert_eq!(value, told, "{name}"),
            }
        }
    }

    let question = format!(
        "SELECT max(view), sum(lcp_ms), count(lcp_ms), count(network), min(cls), count(cls), \
         sum(CAST(report->>'$.load.lcp' AS DOUBLE)) FROM '{file}'"
    );
    let (_, rows) = ask(&question);
    let lcp: f64 = lines
        .iter()
        .filter_map(|line| line["report"]["load"]["lcp"].as_f64())
        .sum();
    let told = json!([u64::MAX, lcp, 40, 40, 0.0, 43, lcp]);
    assert_eq!(json!(rows[0]), told);
}

#[tokio::test]
async fn what_the_manual_asks_has_an_answer() {
    let dir = tempfile::tempdir().unwrap();
    filled(dir.path()).await;
    let manual = include_str!("../../docs/operations.md");
    let (_, sql) = manual.split_once("```sql\n").unwrap();
    let (sql, _) = sql.split_once("```").unwrap();
    let mut asked = 0;
    for question in sql.split_terminator(';').filter(|it| !it.trim().is_empty()) {
        let (name, arguments) = match question.contains("'quarter.parquet'") {
            true => ("quarter.parquet", &[][..]),
            false => ("reports.parquet", &["--raw"][..]),
        };
        let file = file(arguments, dir.path());
        let (_, rows) = ask(&question.replace(name, &file));
        assert!(!rows.is_empty(), "{question}");
        asked += 1;
    }
    assert_eq!(asked, 3);
}

#[test]
fn what_parquet_cannot_be_is_said() {
    let dir = tempfile::tempdir().unwrap();
    assert!(add(dir.path(), "vn-hn").status.success());
    let arguments = ["export", "--raw", "--format", "csv"];
    let refused = nhip(&arguments, dir.path()).output().unwrap();
    assert_refused(&refused, &["--raw", "json or parquet", "csv"]);
    let refused = nhip(&["export", "--raw", "--step", "day"], dir.path())
        .output()
        .unwrap();
    assert_eq!(refused.status.code(), Some(2));

    // Nobody has reported: columns without a row.
    let head = said(&["export"], dir.path()).split(',').count();
    for (arguments, count) in [(&["--raw"][..], 27), (&["--step", "all"], head)] {
        let file = file(arguments, dir.path());
        assert_eq!(columns(&file).len(), count);
        assert_eq!(
            ask(&format!("SELECT count(*) FROM '{file}'")).1,
            [[json!(0)]]
        );
    }
}
