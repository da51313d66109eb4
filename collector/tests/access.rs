//! What takes a token, and what the operator does beside a running server: tokens, portals, months, the audit.
#![allow(clippy::unwrap_used)]

#[path = "common/binary.rs"]
mod binary;
mod common;

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use binary::{Nhip, add, assert_refused, nhip, said, token};
use common::{Collector, client, report, settings};
use nhip_collector::access::Part;
use nhip_collector::clock::{Clock, DAY_MS};
use nhip_collector::config::Settings;
use nhip_collector::months;
use reqwest::Response;
use serde_json::{Value, json};

async fn get(nhip: &Nhip, path: &str, token: &str) -> Response {
    let mut request = client().get(format!("{}{path}", nhip.base));
    if !token.is_empty() {
        request = request.bearer_auth(token);
    }
    request.send().await.unwrap()
}

async fn status(nhip: &Nhip, path: &str, token: &str) -> u16 {
    get(nhip, path, token).await.status().as_u16()
}

#[tokio::test]
async fn a_token_opens_its_portal_and_nothing_once_it_is_revoked() {
    let dir = tempfile::tempdir().unwrap();
    let data = dir.path();
    for code in ["vn-hn", "vn-dn"] {
        assert!(add(data, code).status.success());
    }
    let server = Nhip::start(&["serve", "--name-views", "1"], data);
    assert_eq!(server.post("vn-hn", 1).await, 204);
    // Beside the running server.
    let own = token(&["--portal", "vn-hn", "--label", "Sở Thông tin"], data);
    let other = token(&["--portal", "vn-dn"], data);
    let national = token(&["--national"], data);

    let summary = "/v1/portals/vn-hn/summary";
    for (token, errors, origins) in [
        ("", false, false),
        (other.as_str(), false, false),
        (own.as_str(), true, true),
        (national.as_str(), true, true),
    ] {
        let told: Value = get(&server, summary, token).await.json().await.unwrap();
        assert_eq!(told["errors"].is_object(), errors, "{token}");
        assert_eq!(told["culprits"].is_object(), errors, "{token}");
        assert_eq!(told["load"]["lcp_ms"]["n"], 1, "{token}");
        let withheld = if errors {
            json!([])
        } else {
            json!(["errors", "culprits"])
        };
        assert_eq!(told["withheld"], withheld, "{token}");
        let portal = get(&server, "/v1/portals/vn-hn", token).await;
        let portal: Value = portal.json().await.unwrap();
        assert_eq!(portal["origins"].is_object(), origins, "{token}");
    }
    let page = "/v1/portals/vn-hn/summary?page=/thu-tuc";
    for (token, expected) in [
        ("", 401),
        (other.as_str(), 403),
        (own.as_str(), 200),
        (national.as_str(), 200),
        ("nhip_00000000_x", 401),
    ] {
        assert_eq!(status(&server, page, token).await, expected, "{token}");
    }
    let refused = get(&server, page, "").await;
    assert_eq!(
        refused.headers()["www-authenticate"],
        "Bearer realm=\"nhip\""
    );
    assert_eq!(
        refused.headers()["content-type"],
        "application/problem+json"
    );
    let why: Value = refused.json().await.unwrap();
    assert_eq!(
        (&why["reason"], &why["status"]),
        (&json!("token-needed"), &json!(401))
    );

    // As a password, too: `curl --user`.
    let path = format!("{}/portal/vn-hn?lang=en", server.base);
    let shown = client()
        .get(&path)
        .basic_auth("an", Some(&own))
        .send()
        .await
        .unwrap();
    assert!(
        shown
            .text()
            .await
            .unwrap()
            .contains("Views that told of errors")
    );

    let id = own.split('_').nth(1).unwrap().to_owned();
    said(&["token", "revoke", &id], data);
    assert_eq!(status(&server, page, &own).await, 401);
    assert_refused(
        &nhip(&["token", "revoke", &id], data).output().unwrap(),
        &["expected a token that is in use", &id],
    );
    let list = said(&["token", "list"], data);
    assert_eq!(list.lines().count(), 3, "{list}");
    let secret = own.rsplit('_').next().unwrap();
    assert!(
        list.contains("Sở Thông tin") && !list.contains(secret),
        "{list}"
    );
    let database = std::fs::read(data.join("nhip.db")).unwrap();
    let wal = std::fs::read(data.join("nhip.db-wal")).unwrap();
    let is_kept = |bytes: &[u8]| {
        bytes
            .windows(secret.len())
            .any(|it| it == secret.as_bytes())
    };
    assert!(!is_kept(&database) && !is_kept(&wal));
}

#[tokio::test]
async fn what_is_public_is_a_setting() {
    let dir = tempfile::tempdir().unwrap();
    let settings = Settings {
        public: BTreeSet::from([Part::Badge]),
        ..settings(dir.path())
    };
    let collector = Collector::with(settings, Clock::system()).await;
    collector.add("vn-hn");
    for (path, status) in [
        ("/v1/portals/vn-hn/grade", 200),
        ("/v1/portals/vn-hn", 200),
        ("/v1/coverage", 200),
        ("/v1/portals/vn-hn/summary", 401),
        ("/v1/portals/vn-hn/series", 401),
        ("/v1/league", 401),
        ("/v1/months", 401),
        ("/", 401),
        ("/portal/vn-hn", 401),
    ] {
        assert_eq!(collector.get(path).await.status(), status, "{path}");
    }
    let portal = collector.json("/v1/portals/vn-hn").await;
    assert!(portal["origins"].is_null(), "{portal}");
    collector.stop().await;
}

#[tokio::test]
async fn the_registry_is_changed_beside_a_running_server_and_every_change_has_its_line() {
    let dir = tempfile::tempdir().unwrap();
    let data = dir.path();
    assert!(add(data, "vn-hn").status.success());
    let server = Nhip::start(&["serve"], data);
    assert_eq!(server.post("vn-hn", 1).await, 204);
    let edit = [
        "portal",
        "edit",
        "vn-hn",
        "--name",
        "Hà Nội",
        "--add-origin",
        "https://moi.example.vn",
        "--remove-origin",
        common::ORIGIN,
    ];
    let told = said(&edit, data);
    assert!(told.contains("name: vn-hn → Hà Nội"), "{told}");
    assert!(told.contains("+https://moi.example.vn"), "{told}");
    assert_eq!(server.post("vn-hn", 2).await, 403);
    let back = ["portal", "edit", "vn-hn", "--add-origin", common::ORIGIN];
    said(&back, data);
    assert_eq!(server.post("vn-hn", 3).await, 204);
    for (arguments, words) in [
        (
            &["portal", "edit", "vn-hn"][..],
            &["something to change"][..],
        ),
        (&back, &["something to change"]),
        (
            &[
                "portal",
                "edit",
                "vn-hn",
                "--remove-origin",
                "https://nie.example.vn",
            ],
            &["origin of the portal", "https://nie.example.vn"],
        ),
        (&["portal", "edit", "vn-dn", "--name", "x"], &["vn-dn"]),
        (&["portal", "remove", "vn-dn"], &["vn-dn"]),
        (&["token", "create", "--portal", "vn-dn"], &["vn-dn"]),
        (
            &[
                "portal",
                "add",
                "national",
                "--name",
                "x",
                "--origin",
                common::ORIGIN,
            ],
            &["stands for all portals"],
        ),
    ] {
        assert_refused(&nhip(arguments, data).output().unwrap(), words);
    }
    let own = token(&["--portal", "vn-hn"], data);
    assert_eq!(
        status(&server, "/v1/portals/vn-hn/summary?page=/", &own).await,
        200
    );
    said(&["portal", "remove", "vn-hn"], data);
    assert_eq!(
        status(&server, "/v1/portals/vn-hn/summary?page=/", &own).await,
        401
    );
    // The agency is of the registry still; nobody reports for it.
    assert_eq!(server.post("vn-hn", 4).await, 403);
    assert_eq!(
        server.json("/v1/portals/vn-hn/summary").await["views"]["began"],
        2
    );
    let audit = said(&["audit"], data);
    let actions: Vec<&str> = audit
        .lines()
        .map(|line| line.split('\t').nth(2).unwrap())
        .collect();
    assert_eq!(
        actions,
        [
            "portal add",
            "portal edit",
            "portal edit",
            "token create",
            "portal remove"
        ]
    );
}

#[test]
fn the_good_lines_of_a_file_are_imported_and_the_others_told() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("cong.csv");
    let import = |text: &str| {
        std::fs::write(&file, text).unwrap();
        let path = file.to_str().unwrap();
        nhip(&["portal", "import", path], dir.path())
            .output()
            .unwrap()
    };
    // As a spreadsheet of this country writes it.
    let output = import(
        "\u{feff}code;name;origins;agency\r\n\
         vn-hn;\"Hà Nội; Thủ đô\";https://a.example.vn https://b.example.vn:8443;\r\n\
         x y;Sai;https://c.example.vn;\r\n\
         vn-dn;Đà Nẵng;;\r\n\
         vn-ct;Cần Thơ;https://d.example.vn/trang;\r\n\
         cong-chung;Cổng chung;https://e.example.vn;vn-ct\r\n\
         le-loi;Lẻ loi;https://f.example.vn;khong-co\r\n",
    );
    assert_eq!(output.status.code(), Some(2));
    let stderr = String::from_utf8(output.stderr).unwrap();
    assert!(stderr.contains("2 added, 4 not"), "{stderr}");
    for line in [
        "line 3: code",
        "line 4: expected at least one",
        "line 5: origins",
        "line 7: ",
    ] {
        assert!(stderr.contains(line), "{line}: {stderr}");
    }
    let list = said(&["portal", "list"], dir.path());
    assert!(list.contains("Hà Nội; Thủ đô\thttps://a.example.vn https://b.example.vn:8443"));
    assert!(list.contains("cong-chung") && !list.contains("le-loi"));
    let again = import("code,name,origins\ncong-chung,Cổng,https://e.example.vn\n");
    assert!(
        String::from_utf8(again.stderr)
            .unwrap()
            .contains("already added")
    );
    assert_refused(
        &import("ma,ten\n1,2\n"),
        &["expected the columns", "ma,ten"],
    );
}

#[tokio::test]
async fn a_frozen_month_stays_what_it_was() {
    let dir = tempfile::tempdir().unwrap();
    // In Hà Nội it is November already.
    let start = 1_793_466_000_000; // 2026-10-31T17:00:00Z
    let now = Arc::new(AtomicI64::new(start));
    let time = Arc::clone(&now);
    let clock = Clock::new(move || time.load(Ordering::Relaxed));
    let settings = settings(dir.path());
    let collector = Collector::with(settings.clone(), clock.clone()).await;
    collector.add("vn-hn");
    for view in 0..4 {
        // One of them began in October.
        now.store(
            if view == 0 {
                start - 5_000
            } else {
                start + 5_000
            },
            Ordering::Relaxed,
        );
        let response = collector.post(report("vn-hn", view)).await;
        assert_eq!(response.status(), 204);
    }
    let month: months::Month = "2026-11".parse().unwrap();
    let early = months::freeze(&settings, month, &clock)
        .unwrap_err()
        .to_string();
    assert!(
        early.contains("2026-11 can be frozen from 2026-12-01T18:00:00Z on"),
        "{early}"
    );
    now.store(start + 40 * DAY_MS, Ordering::Relaxed);
    let unready = months::freeze(&settings, month, &clock)
        .unwrap_err()
        .to_string();
    assert!(unready.contains("not rolled up"), "{unready}");
    collector.stop().await;
    let collector = Collector::with(settings.clone(), clock.clone()).await;
    collector.rolled_up().await;
    months::freeze(&settings, month, &clock).unwrap();
    let again = months::freeze(&settings, month, &clock)
        .unwrap_err()
        .to_string();
    assert!(again.contains("never changed"), "{again}");

    let path = "/v1/months/2026-11";
    assert_eq!(
        collector.json("/v1/months").await.as_array().unwrap().len(),
        0
    );
    assert_eq!(collector.get(path).await.status(), 404);
    months::publish(dir.path(), month, &clock).unwrap();
    let published = collector.json(path).await;
    assert_eq!(published["profile"], "field-1");
    let line = &published["league"]["portals"][0];
    assert_eq!(
        (&line["portal"], &line["summary"]["views"]["began"]),
        (&json!("vn-hn"), &json!(3))
    );
    assert_eq!(line["summary"]["from"], "2026-10-31T17:00:00Z");
    // The same as a page, of all and of one.
    let shown = collector.text("/months/2026-11?lang=en").await;
    let summary = &line["summary"];
    let p75 = summary["load"]["lcp_ms"]["p75"].as_f64().unwrap() / 1000.0;
    let p75 = format!("{:.2} s", (p75 * 100.0).floor() / 100.0);
    let score = format!(
        "<strong>{}</strong> {}",
        summary["grade"].as_str().unwrap(),
        summary["score"]
    );
    assert!(
        shown.contains(&p75) && shown.contains(&score),
        "{p75} {score} {shown}"
    );
    let one = collector.text("/months/2026-11?lang=en&portal=vn-hn").await;
    assert!(
        one.contains(&p75) && one.contains("Report of 2026-11: "),
        "{one}"
    );
    assert!(collector.text("/months").await.contains("/months/2026-11"));
    for path in [
        "/months/2026-11?portal=vn-dn",
        "/months/2026-10",
        "/months/x",
    ] {
        assert_eq!(collector.get(path).await.status(), 404, "{path}");
    }
    // What comes later rewrites nothing.
    let database = rusqlite::Connection::open(dir.path().join("nhip.db")).unwrap();
    database.execute("DELETE FROM rollups", []).unwrap();
    assert_eq!(collector.json(path).await, published);
    assert_eq!(collector.get("/v1/months/2026-13").await.status(), 400);
    collector.stop().await;
}
