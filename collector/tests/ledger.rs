//! Several collectors on one ClickHouse are one: what an operator does on one machine holds on all.
#![allow(clippy::unwrap_used, clippy::expect_used)]

#[path = "common/binary.rs"]
mod binary;
#[path = "common/clickhouse.rs"]
mod clickhouse;
mod common;

use std::path::Path;
use std::time::Duration;

use binary::{Nhip, nhip, said};
use clickhouse::ClickHouse;
use serde_json::{Value, json};

fn collector(server: &ClickHouse, data: &Path) -> Nhip {
    let store = format!("clickhouse://127.0.0.1:{}/nhip", server.port);
    let arguments = [
        "serve",
        "--store",
        &store,
        "--min-views",
        "1",
        "--name-views",
        "1",
    ];
    let mut command = nhip(&arguments, data);
    command.stderr(std::process::Stdio::null());
    Nhip::run(command)
}

/// Until `data` says what `is` wants to hear.
async fn until(arguments: &[&str], data: &Path, is: impl Fn(&str) -> bool) -> String {
    let mut last = String::new();
    for _ in 0..100 {
        last = said(arguments, data);
        if is(&last) {
            return last;
        }
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    panic!("{arguments:?} still says:\n{last}");
}

/// `nhip portal list` asks the database who was heard.
fn listed(server: &ClickHouse) -> [String; 4] {
    let store = format!("clickhouse://127.0.0.1:{}/nhip", server.port);
    ["portal", "list", "--store", &store].map(str::to_owned)
}

fn add(data: &Path, code: &str) {
    let origin = "https://dvc.example.vn";
    said(
        &["portal", "add", code, "--name", code, "--origin", origin],
        data,
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_done_on_one_collector_holds_on_all() {
    let server = ClickHouse::old();
    server.ready();
    let dirs = [tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap()];
    let [one, other] = [dirs[0].path(), dirs[1].path()];
    // From before they were one.
    add(one, "vn-hn");
    add(other, "vn-dn");
    let mut first = collector(&server, one);
    let second = collector(&server, other);
    let both = |text: &str| {
        ["vn-hn", "vn-dn"].iter().all(|code| {
            let line = text.lines().find(|line| line.starts_with(code));
            line.is_some_and(|line| line.contains("dvc.example.vn"))
        })
    };
    let list = listed(&server);
    let list = list.each_ref().map(String::as_str);
    for data in [one, other] {
        until(&list, data, both).await;
    }
    // Both take reports for either.
    for (view, collector) in [&first, &second].into_iter().enumerate() {
        assert_eq!(collector.post("vn-hn", view as u64).await, 204);
        assert_eq!(collector.post("vn-dn", 10 + view as u64).await, 204);
    }
    let mut seen = Value::Null;
    for _ in 0..100 {
        seen = first.json("/v1/portals/vn-hn/summary").await["views"]["began"].clone();
        if seen == json!(2) {
            break;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    assert_eq!(seen, 2, "one sees what the other took");

    // A token of one opens the other, until it is revoked there.
    let token = binary::token(&["--national"], one);
    let asks = async |collector: &Nhip| {
        let url = format!("{}/v1/portals/vn-hn/summary?page=/thu-tuc", collector.base);
        let asked = common::client().get(url).bearer_auth(&token).send();
        asked.await.unwrap().status().as_u16()
    };
    let tokens = until(&["token", "list"], other, |text| !text.is_empty()).await;
    let id = tokens.split('\t').next().unwrap().to_owned();
    assert_eq!(asks(&second).await, 200);
    said(&["token", "revoke", &id], other);
    until(&["token", "list"], one, |text| {
        !text.trim_end().ends_with('-')
    })
    .await;
    assert_eq!(asks(&first).await, 401);

    // Of two changes the later one counts, also when the one who made the first could not tell it at once.
    first.signal("-KILL");
    said(&["portal", "edit", "vn-hn", "--name", "Trước"], one);
    tokio::time::sleep(Duration::from_millis(50)).await;
    said(&["portal", "edit", "vn-hn", "--name", "Sau"], other);
    said(&["portal", "remove", "vn-dn"], other);
    let first = collector(&server, one);
    let later =
        |text: &str| text.contains("Sau") && !text.contains("https://dvc.example.vn\nvn-dn");
    until(&list, one, later).await;
    tokio::time::sleep(Duration::from_secs(4)).await;
    for data in [one, other] {
        let list = said(&list, data);
        assert!(list.contains("Sau") && !list.contains("Trước"), "{list}");
        let line = list
            .lines()
            .find(|line| line.starts_with("vn-dn"))
            .unwrap_or("");
        assert!(!line.contains("example.vn"), "{line}");
    }
    assert_eq!(first.post("vn-dn", 99).await, 403);

    // Every line of both is in the audit of both.
    let audit = said(&["audit"], one);
    assert_eq!(audit, said(&["audit"], other));
    for line in [
        "portal add",
        "token create",
        "token revoke",
        "Trước",
        "Sau",
        "portal remove",
    ] {
        assert!(audit.contains(line), "{line}: {audit}");
    }
}
