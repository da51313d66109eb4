//! Who means harm: slow, many, large, malformed. Each time the collector still answers an honest visitor, stays
//! small, and counts what it refused.
#![allow(clippy::unwrap_used)]

#[path = "common/binary.rs"]
mod binary;
mod common;

use std::time::{Duration, Instant};

use binary::{Nhip, add};
use common::{ORIGIN, client, report};
use reqwest::Body;
use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// Of the aim, in bytes.
const MOST_MEMORY: u64 = 200 * 1024 * 1024;

fn server(dir: &std::path::Path) -> Nhip {
    assert!(add(dir, "vn-hn").status.success());
    Nhip::start(&["serve", "--address-rate", "1000000"], dir)
}

fn address(server: &Nhip) -> &str {
    server.base.strip_prefix("http://").unwrap()
}

/// The most memory that the process ever had.
fn memory(server: &Nhip) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{}/status", server.child.id())).unwrap();
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmHWM:"))
        .unwrap();
    line.split_whitespace()
        .next()
        .unwrap()
        .parse::<u64>()
        .unwrap()
        * 1024
}

/// Sends `bytes`; the status that comes back, if one does.
async fn raw(server: &Nhip, bytes: &[u8]) -> Option<u16> {
    let mut stream = TcpStream::connect(address(server)).await.unwrap();
    // It may be answered, and closed, before all is sent.
    let _ = stream.write_all(bytes).await;
    let mut answer = Vec::new();
    let _ = tokio::time::timeout(Duration::from_secs(20), stream.read_to_end(&mut answer)).await;
    let text = String::from_utf8_lossy(&answer);
    text.split(' ').nth(1)?.parse().ok()
}

#[tokio::test]
async fn ten_thousand_open_connections_leave_room_for_a_visitor() {
    let dir = tempfile::tempdir().unwrap();
    let server = server(dir.path());
    rlimit::increase_nofile_limit(20_000).unwrap();
    let mut open = Vec::new();
    while open.len() < 10_000 {
        let connecting = TcpStream::connect(address(&server));
        let stream = tokio::time::timeout(Duration::from_secs(10), connecting).await;
        let mut stream = stream.expect("the collector accepts").unwrap();
        // Half of them have begun a request.
        if open.len() % 2 == 0 {
            stream
                .write_all(b"POST /v1/reports HTTP/1.1\r\nhost: x\r\n")
                .await
                .unwrap();
        }
        open.push(stream);
    }
    let began = Instant::now();
    for view in 0..50 {
        assert_eq!(server.post("vn-hn", view).await, 204);
    }
    let memory = memory(&server);
    println!(
        "{} connections open, 50 of 50 reports answered in {:?}, memory {} MB",
        open.len(),
        began.elapsed(),
        memory / 1024 / 1024
    );
    assert!(memory < MOST_MEMORY, "{memory}");
}

#[tokio::test]
async fn who_sends_a_head_byte_by_byte_is_cut_off() {
    let dir = tempfile::tempdir().unwrap();
    let server = server(dir.path());
    let began = Instant::now();
    let slow = (0..200).map(|_| async {
        let mut stream = TcpStream::connect(address(&server)).await.unwrap();
        let head = b"POST /v1/reports HTTP/1.1\r\nx: ";
        for byte in head.iter().chain(std::iter::repeat(&b'a')) {
            if stream.write_all(&[*byte]).await.is_err() {
                return began.elapsed();
            }
            tokio::time::sleep(Duration::from_millis(500)).await;
            assert!(
                began.elapsed() < Duration::from_secs(60),
                "nobody cut it off"
            );
        }
        began.elapsed()
    });
    let honest = async {
        let mut answered = 0;
        while began.elapsed() < Duration::from_secs(15) {
            answered += u64::from(server.post("vn-hn", answered).await == 204);
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        answered
    };
    let (cut, answered) = tokio::join!(futures_util::future::join_all(slow), honest);
    let last = cut.iter().max().unwrap();
    println!("200 slow heads, all cut off after {last:?}; {answered} honest reports answered");
    assert!(answered > 50, "{answered}");
}

#[tokio::test]
async fn a_body_of_a_gigabyte_is_refused_without_being_held() {
    let dir = tempfile::tempdir().unwrap();
    let server = server(dir.path());
    let chunk = vec![b' '; 1024 * 1024];
    // With its length told, and without.
    let chunks =
        futures_util::stream::iter((0..1024).map(move |_| Ok::<_, std::io::Error>(chunk.clone())));
    let url = format!("{}/v1/reports", server.base);
    let request = client()
        .post(url)
        .header("content-type", "text/plain")
        .header("origin", ORIGIN);
    let status = request
        .body(Body::wrap_stream(chunks))
        .send()
        .await
        .map(|it| it.status().as_u16());
    let told = b"POST /v1/reports HTTP/1.1\r\nhost: x\r\ncontent-type: text/plain\r\ncontent-length: 1073741824\r\n\r\n";
    let mut whole = told.to_vec();
    whole.resize(whole.len() + 8 * 1024 * 1024, b' ');
    let second = raw(&server, &whole).await;
    let memory = memory(&server);
    println!(
        "a chunked gigabyte: {status:?}; one with its length: {second:?}; memory {} MB",
        memory / 1024 / 1024
    );
    // Who goes on sending to a closed connection may never read the answer.
    assert!(
        status.as_ref().map_or(true, |status| *status == 413),
        "{status:?}"
    );
    assert!(second.is_none_or(|status| status == 413), "{second:?}");
    assert!(memory < MOST_MEMORY / 4, "{memory}");
    let refused = server.json("/v1/portals").await["unassigned"]["refused"]["too-large"].clone();
    assert_eq!(refused, 2);
    assert_eq!(server.post("vn-hn", 1).await, 204);
}

#[tokio::test]
async fn floods_of_headers_are_refused() {
    let dir = tempfile::tempdir().unwrap();
    let server = server(dir.path());
    let many: String = (0..5000).map(|n| format!("x-{n}: a\r\n")).collect();
    let long = format!("x: {}\r\n", "a".repeat(2 * 1024 * 1024));
    for (name, headers) in [("5000 headers", many), ("a header of 2 MB", long)] {
        let request = format!("POST /v1/reports HTTP/1.1\r\nhost: x\r\n{headers}\r\n");
        let status = raw(&server, request.as_bytes()).await;
        println!("{name}: {status:?}");
        assert!(
            status.is_none_or(|status| status == 431),
            "{name}: {status:?}"
        );
    }
    for request in [
        "\0\0\0\0\r\n\r\n",
        "GET\r\n\r\n",
        "POST /v1/reports HTTP/9.9\r\n\r\n",
    ] {
        let status = raw(&server, request.as_bytes()).await;
        assert!(
            status.is_none_or(|status| (400..=505).contains(&status)),
            "{request:?}: {status:?}"
        );
    }
    assert_eq!(server.post("vn-hn", 1).await, 204);
}

#[tokio::test]
async fn what_is_no_report_is_refused_with_a_reason_and_counted() {
    let dir = tempfile::tempdir().unwrap();
    let server = server(dir.path());
    let good = report("vn-hn", 1).to_string();
    let bodies: Vec<(&str, Vec<u8>)> = vec![
        ("nothing", Vec::new()),
        ("deep arrays", vec![b'['; 60_000]),
        ("deep objects", "{\"a\":".repeat(10_000).into_bytes()),
        (
            "invalid UTF-8",
            b"{\"v\":1,\"portal\":\"\xff\xfe\"}".to_vec(),
        ),
        (
            "a key twice",
            good.replacen('{', "{\"v\":1,", 1).into_bytes(),
        ),
        (
            "a huge number",
            good.replace("1310.2", "1e999").into_bytes(),
        ),
        (
            "a long number",
            good.replace("1310.2", &"9".repeat(3000)).into_bytes(),
        ),
        (
            "an age in words",
            good.replace("\"age\":1200", "\"age\":\"old\"").into_bytes(),
        ),
        ("a null", good.replace("1310.2", "null").into_bytes()),
        ("no number", good.replace("1310.2", "NaN").into_bytes()),
        ("half of it", good.as_bytes()[..good.len() / 2].to_vec()),
        ("two of them", format!("{good}{good}").into_bytes()),
        (
            "a lone surrogate",
            good.replace("/thu-tuc", "\\ud800").into_bytes(),
        ),
        ("zero bytes", vec![0; 1000]),
    ];
    let sent = bodies.len() as u64;
    for (name, body) in bodies {
        let url = format!("{}/v1/reports", server.base);
        let request = client()
            .post(url)
            .header("content-type", "text/plain")
            .header("origin", ORIGIN);
        let answer = request.body(body).send().await.unwrap();
        assert_eq!(answer.status(), 400, "{name}");
        let why: Value = answer.json().await.unwrap();
        let (reason, detail) = (
            why["reason"].as_str().unwrap(),
            why["detail"].as_str().unwrap(),
        );
        println!("{name}: {reason}, {detail}");
        assert!(
            ["malformed", "implausible"].contains(&reason),
            "{name}: {why}"
        );
        assert!(detail.len() < 300, "{name}: {why}");
    }
    let lines = server.json("/v1/portals").await;
    let of = |line: &Value| {
        let reasons = line["refused"].as_object().unwrap();
        reasons
            .values()
            .map(|count| count.as_u64().unwrap())
            .sum::<u64>()
    };
    let portals = lines["portals"].as_array().unwrap().iter();
    let refused: u64 = portals.map(|line| of(&line["outcomes"])).sum();
    assert_eq!(refused + of(&lines["unassigned"]), sent);
}
