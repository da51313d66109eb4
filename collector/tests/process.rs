//! The real binary: what it prints, how it ends, what a kill leaves.
#![cfg(unix)]
#![allow(clippy::unwrap_used)]

#[path = "common/binary.rs"]
mod binary;
mod common;

use std::io::{BufRead, BufReader, Read};

use binary::{Nhip, add, assert_refused, nhip};
use common::{ORIGIN, client, report};
use serde_json::Value;

#[tokio::test]
async fn what_was_answered_204_survives_a_kill() {
    let dir = tempfile::tempdir().unwrap();
    assert!(add(dir.path(), "vn-hn").status.success());
    for view in 1..=5 {
        let mut server = Nhip::start(&["serve"], dir.path());
        assert_eq!(server.post("vn-hn", view).await, 204);
        server.signal("-KILL");
    }
    let server = Nhip::start(&["serve"], dir.path());
    let summary = server.json("/v1/portals/vn-hn/summary").await;
    assert_eq!(summary["views"]["began"], 5);
    assert_eq!(summary["min_views"], 30);
}

#[tokio::test]
async fn a_signal_ends_it_in_good_order() {
    for signal in ["-INT", "-TERM"] {
        let dir = tempfile::tempdir().unwrap();
        let mut server = Nhip::start(&["serve"], dir.path());
        assert_eq!(server.post("made-up", 1).await, 404);
        assert!(server.signal(signal).success());
        let mut rest = String::new();
        let stdout = server.child.stdout.as_mut().unwrap();
        stdout.read_to_string(&mut rest).unwrap();
        assert_eq!(rest, "", "one line on standard output, no more");

        let again = Nhip::start(&["serve"], dir.path());
        let all = again.json("/v1/portals").await;
        assert_eq!(all["unassigned"]["refused"]["unknown-portal"], 1);
    }
}

#[tokio::test]
async fn its_log_is_an_object_a_line_where_that_is_asked_for_and_names_no_visitor() {
    let dir = tempfile::tempdir().unwrap();
    assert!(add(dir.path(), "vn-hn").status.success());
    let mut command = nhip(&["serve", "--log-format", "json"], dir.path());
    command
        .args(["--trusted-proxy", "127.0.0.1"])
        .env_remove("NHIP_LOG");
    let mut server = Nhip::run(command);
    let report = client()
        .post(format!("{}/v1/reports", server.base))
        .header("content-type", "text/plain")
        .header("origin", ORIGIN)
        .header("x-forwarded-for", "203.0.113.77")
        .body(report("vn-hn", 1).to_string());
    assert_eq!(report.send().await.unwrap().status(), 204);
    let mut stderr = server.child.stderr.take().unwrap();
    assert!(server.signal("-TERM").success());
    let mut log = String::new();
    stderr.read_to_string(&mut log).unwrap();
    let events = log.lines().map(serde_json::from_str);
    let events: Vec<Value> = events.collect::<Result<_, _>>().unwrap();
    assert!(
        events.iter().any(|event| event["message"] == "stopping"),
        "{log}"
    );
    assert!(
        events.iter().all(|event| event["timestamp"].is_string()),
        "{log}"
    );
    assert!(!log.contains("203.0.113"), "{log}");
}

#[tokio::test]
async fn a_portal_can_be_added_beside_a_running_server() {
    let dir = tempfile::tempdir().unwrap();
    let server = Nhip::start(&["serve"], dir.path());
    assert_eq!(server.post("cong-moi", 1).await, 404);
    let output = add(dir.path(), "CONG-MOI");
    assert!(output.status.success());
    let told = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(told.contains(r#"data-portal="cong-moi""#), "{told}");
    assert_eq!(server.post("cong-moi", 1).await, 204);

    let list = nhip(&["portal", "list"], dir.path()).output().unwrap();
    let list = String::from_utf8(list.stdout).unwrap();
    let line = list.lines().find(|line| line.starts_with("cong-moi\t"));
    let line = line.unwrap();
    assert!(
        line.contains("connected") && line.contains(ORIGIN),
        "{line}"
    );
    assert!(
        list.contains("vn-03\tuntil 2025-06-30, now vn-07"),
        "{list}"
    );
}

#[tokio::test]
async fn without_a_command_it_is_the_demo() {
    let dir = tempfile::tempdir().unwrap();
    let server = Nhip::start(&[], dir.path());
    let league = server.json("/v1/league").await;
    assert_eq!(league["min_views"], 3);
    for portal in ["demo-good", "demo-slow", "demo-broken"] {
        let line = server.json(&format!("/v1/portals/{portal}")).await;
        assert_eq!(line["code"], portal);
    }
}

#[tokio::test]
async fn what_stands_in_its_way_is_said_in_one_line() {
    let dir = tempfile::tempdir().unwrap();
    let server = Nhip::start(&["serve"], dir.path());
    let address = server.base.strip_prefix("http://").unwrap();

    let other = tempfile::tempdir().unwrap();
    let in_use = nhip(&["serve", "--listen", address], other.path());
    assert_refused(&{ in_use }.output().unwrap(), &[address, "--listen"]);

    let same = nhip(&["serve", "--listen", "127.0.0.1:0"], dir.path());
    assert_refused(&{ same }.output().unwrap(), &["another nhip", "--data"]);

    // Tests may run as root, who can write everywhere but below a file.
    let file = other.path().join("file");
    std::fs::write(&file, "").unwrap();
    let below = nhip(&["serve", "--listen", "127.0.0.1:0"], &file.join("data"));
    assert_refused(&{ below }.output().unwrap(), &["file/data", "--data"]);

    let newer = tempfile::tempdir().unwrap();
    rusqlite::Connection::open(newer.path().join("nhip.db"))
        .unwrap()
        .execute_batch("PRAGMA user_version = 99")
        .unwrap();
    let serve = nhip(&["serve", "--listen", "127.0.0.1:0"], newer.path());
    assert_refused(&{ serve }.output().unwrap(), &["schema 99", "newer"]);

    let config = nhip(&["serve", "--config", "/missing.toml"], other.path());
    assert_refused(&{ config }.output().unwrap(), &["/missing.toml"]);
}

#[test]
fn a_wrong_command_line_says_what_was_expected_and_what_came() {
    let dir = tempfile::tempdir().unwrap();
    assert!(add(dir.path(), "vn-hn").status.success());
    for (arguments, words) in [
        (
            ["portal", "add", "vn_hn", "--name", "x", "--origin", ORIGIN],
            ["vn_hn", "letters and digits"],
        ),
        (
            [
                "portal",
                "add",
                "a",
                "--name",
                "x",
                "--origin",
                "example.vn",
            ],
            ["example.vn", "https://"],
        ),
        (
            [
                "portal",
                "add",
                "a",
                "--name",
                "x",
                "--origin",
                "https://a.vn/x",
            ],
            ["https://a.vn/x", "without a path"],
        ),
        (
            [
                "portal", "add", "a", "--name", "a\nvn-hn", "--origin", ORIGIN,
            ],
            ["--name", "no tabs or line breaks"],
        ),
        (
            ["portal", "add", "vn-hn", "--name", "x", "--origin", ORIGIN],
            ["already added", "another code"],
        ),
        (
            ["portal", "add", "vn-03", "--name", "x", "--origin", ORIGIN],
            ["2025-06-30", "vn-07"],
        ),
        (
            ["portal", "add", "a", "--name", " ", "--origin", ORIGIN],
            ["--name", "1 to 100 characters"],
        ),
        (
            [
                "portal",
                "list",
                "--listen",
                "8787",
                "--min-views",
                "1",
                "-v",
            ],
            ["8787", "address and a port"],
        ),
    ] {
        let output = nhip(&arguments, dir.path()).output().unwrap();
        let stderr = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        assert!(
            words.iter().all(|word| stderr.contains(word)),
            "{arguments:?}: {stderr}"
        );
    }
}

#[tokio::test]
async fn a_flag_wins_over_the_environment_and_that_over_the_file() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("nhip.toml");
    std::fs::write(&file, "min_views = 5").unwrap();
    for (environment, flag, expected) in [
        (None, None, 5),
        (Some("6"), None, 6),
        (Some("6"), Some("7"), 7),
    ] {
        let data = tempfile::tempdir().unwrap();
        let mut command = nhip(&["serve", "--listen", "127.0.0.1:0"], data.path());
        command.env("NHIP_CONFIG", &file);
        if let Some(value) = environment {
            command.env("NHIP_MIN_VIEWS", value);
        }
        if let Some(value) = flag {
            command.args(["--min-views", value]);
        }
        let mut child = command.spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.as_mut().unwrap())
            .read_line(&mut line)
            .unwrap();
        let base = line.trim_end().strip_prefix("listening on ").unwrap();
        let server = Nhip {
            base: base.to_owned(),
            child,
        };
        assert_eq!(server.json("/v1/league").await["min_views"], expected);
    }
}

#[test]
fn help_teaches() {
    let dir = tempfile::tempdir().unwrap();
    for (arguments, words) in [
        (
            vec!["--help"],
            ["Examples:", "nhip portal add", "NHIP_LISTEN"],
        ),
        (
            vec!["portal", "add", "--help"],
            ["Examples:", "--origin", "--agency"],
        ),
    ] {
        let output = nhip(&arguments, dir.path()).output().unwrap();
        let stdout = String::from_utf8(output.stdout).unwrap();
        assert!(words.iter().all(|word| stdout.contains(word)), "{stdout}");
    }
}

#[tokio::test]
async fn one_address_serves_both_families() {
    let dir = tempfile::tempdir().unwrap();
    let mut command = nhip(&["serve", "--listen", "[::]:0"], dir.path());
    let mut server = command.spawn().unwrap();
    let mut line = String::new();
    let stdout = server.stdout.as_mut().unwrap();
    std::io::BufRead::read_line(&mut std::io::BufReader::new(stdout), &mut line).unwrap();
    let port = line.trim_end().rsplit(':').next().unwrap();
    let mut answered = Vec::new();
    for host in ["127.0.0.1", "[::1]"] {
        let answer = client()
            .get(format!("http://{host}:{port}/healthz"))
            .send()
            .await;
        answered.push(answer.is_ok_and(|answer| answer.status() == 200));
    }
    server.kill().unwrap();
    server.wait().unwrap();
    assert_eq!(answered, [true, true]);
}
