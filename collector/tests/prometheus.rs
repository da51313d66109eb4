//! A real Prometheus scrapes a running collector, and answers every query of the Grafana dashboard.
#![allow(clippy::unwrap_used)]

#[path = "common/binary.rs"]
mod binary;
mod common;

use std::collections::BTreeSet;
use std::net::TcpListener;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use binary::{Nhip, token};
use common::client;
use serde_json::{Value, json};

/// Longer than two scrapes and the roll-ups of an empty machine take.
const PATIENCE: Duration = Duration::from_secs(30);

async fn collector(arguments: &[&str], data: &Path) -> Nhip {
    let usual = ["serve", "--name-views", "1", "--min-views", "3"];
    Nhip::with_three_portals(&[&usual, arguments].concat(), data).await
}

/// Lines of `/metrics` about portals.
async fn portals(server: &Nhip, bearer: Option<&str>) -> BTreeSet<String> {
    let mut get = client().get(format!("{}/metrics", server.base));
    if let Some(bearer) = bearer {
        get = get.bearer_auth(bearer);
    }
    let text = get.send().await.unwrap().text().await.unwrap();
    assert!(text.ends_with("# EOF\n") && text.matches("# EOF").count() == 1);
    assert!(text.contains("nhip_stale_hours{} "), "{text}");
    let lines = text.lines().filter(|line| line.starts_with("nhip_portal_"));
    lines.map(str::to_owned).collect()
}

#[tokio::test]
async fn metrics_have_what_the_league_says_and_nothing_for_what_nobody_told() {
    let dir = tempfile::tempdir().unwrap();
    let server = collector(&[], dir.path()).await;
    let told = portals(&server, None).await;
    let league = server.json("/v1/league").await;
    let of = |code: &str| {
        let mut lines = league["portals"].as_array().unwrap().iter();
        lines.find(|line| line["portal"] == code).unwrap()["summary"].clone()
    };
    let (full, mute) = (of("vn-hn"), of("vn-dn"));
    assert!(of("vn-ct").is_null() && mute["score"].is_null() && mute["load"]["lcp_ms"].is_null());
    let number = |value: &Value| value.as_f64().unwrap();
    let mut expected = BTreeSet::from([
        format!("nhip_portal_score{{portal=\"vn-hn\"}} {}", full["score"]),
        format!(
            "nhip_portal_grade{{portal=\"vn-hn\",grade={}}} 1",
            full["grade"]
        ),
        "nhip_portal_views{portal=\"vn-hn\"} 4".to_owned(),
        "nhip_portal_views{portal=\"vn-dn\"} 1".to_owned(),
        format!(
            "nhip_portal_cls_p75{{portal=\"vn-hn\"}} {:?}",
            number(&full["stability"]["cls"]["p75"])
        ),
        // 0 is a measurement.
        "nhip_portal_p75_milliseconds{portal=\"vn-dn\",metric=\"ttfb\"} 0.0".to_owned(),
    ]);
    for (metric, at) in [
        ("lcp", "/load/lcp_ms"),
        ("inp", "/response/inp_ms"),
        ("server_wait", "/response/server_wait_ms"),
        ("fcp", "/paint/fcp_ms"),
        ("ttfb", "/paint/ttfb_ms"),
    ] {
        let p75 = number(&full.pointer(at).unwrap()["p75"]);
        expected.insert(format!(
            "nhip_portal_p75_milliseconds{{portal=\"vn-hn\",metric=\"{metric}\"}} {p75:?}"
        ));
    }
    assert_eq!(told, expected);

    // Asked again within the minute, nothing is read again.
    assert_eq!(server.post("vn-hn", 50).await, 204);
    assert_eq!(portals(&server, None).await, expected);
}

#[tokio::test]
async fn a_league_that_is_not_public_takes_a_token_in_metrics_too() {
    let dir = tempfile::tempdir().unwrap();
    let server = collector(&["--public", "badge"], dir.path()).await;
    assert_eq!(portals(&server, None).await, BTreeSet::new());
    let one = token(&["--portal", "vn-hn"], dir.path());
    assert_eq!(portals(&server, Some(&one)).await, BTreeSet::new());
    let national = token(&["--national"], dir.path());
    assert!(!portals(&server, Some(&national)).await.is_empty());
}

/// A running Prometheus with a database of its own, ended with the test.
struct Prometheus {
    child: Child,
    base: String,
}

impl Drop for Prometheus {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Prometheus {
    fn scraping(target: &str, dir: &Path) -> Prometheus {
        let config = dir.join("prometheus.yml");
        let jobs = json!([{"job_name": "nhip", "static_configs": [{"targets": [target]}]}]);
        let global = json!({"scrape_interval": "1s"});
        // JSON is YAML.
        let text = json!({"global": global, "scrape_configs": jobs}).to_string();
        std::fs::write(&config, text).unwrap();
        // It cannot choose one itself and say which.
        let free = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = free.local_addr().unwrap().to_string();
        drop(free);
        let flag = |name: &str, value: &str| format!("--{name}={value}");
        let child = Command::new("prometheus")
            .arg(flag("config.file", config.to_str().unwrap()))
            .arg(flag(
                "storage.tsdb.path",
                dir.join("tsdb").to_str().unwrap(),
            ))
            .arg(flag("web.listen-address", &address))
            .arg(flag("log.level", "error"))
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .spawn()
            .unwrap_or_else(|error| {
                panic!("prometheus cannot be run ({error}): run `cargo xtask install`")
            });
        let base = format!("http://{address}/api/v1");
        Prometheus { child, base }
    }

    /// `None`: it does not answer yet, or has nothing to answer.
    async fn ask(&self, path: &str, query: &[(&str, &str)]) -> Option<Vec<Value>> {
        let url = url::Url::parse_with_params(&format!("{}{path}", self.base), query).unwrap();
        let answer = client().get(url).send().await.ok()?;
        if answer.status() == 503 {
            return None;
        }
        let answer: Value = answer.json().await.unwrap();
        assert_eq!(answer["status"], "success", "{query:?}: {answer}");
        let found = answer["data"].get("result").unwrap_or(&answer["data"]);
        let found = found.as_array().unwrap().clone();
        (!found.is_empty()).then_some(found)
    }

    async fn wait(&self, path: &str, query: &[(&str, &str)]) -> Vec<Value> {
        let until = Instant::now() + PATIENCE;
        while Instant::now() < until {
            if let Some(found) = self.ask(path, query).await {
                return found;
            }
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
        panic!("no answer to {query:?}");
    }
}

#[tokio::test]
async fn every_query_of_the_grafana_dashboard_has_an_answer() {
    let dir = tempfile::tempdir().unwrap();
    let server = collector(&[], dir.path()).await;
    let target = server.base.strip_prefix("http://").unwrap();
    let prometheus = Prometheus::scraping(target, dir.path());

    let text = include_str!("../../docs/grafana/prometheus.json");
    let dashboard: Value = serde_json::from_str(text).unwrap();
    let variables = dashboard["templating"]["list"].as_array().unwrap();
    let named = |name: &str| variables.iter().find(|it| it["name"] == name).unwrap();
    assert_eq!(named("datasource")["query"], "prometheus");
    let everything = named("portal")["allValue"].as_str().unwrap();
    assert_eq!(
        named("portal")["definition"],
        "label_values(nhip_portal_views, portal)"
    );
    let codes = [("match[]", "nhip_portal_views")];
    let codes = prometheus.wait("/label/portal/values", &codes).await;
    assert_eq!(codes, ["vn-dn", "vn-hn"]);

    let panels = dashboard["panels"].as_array().unwrap();
    let ids: BTreeSet<u64> = panels.iter().map(|it| it["id"].as_u64().unwrap()).collect();
    assert_eq!(ids.len(), panels.len());
    let mut asked = 0;
    for panel in panels {
        for target in panel["targets"].as_array().unwrap() {
            assert_eq!(target["datasource"]["uid"], "${datasource}");
            let written = target["expr"].as_str().unwrap();
            let query = written
                .replace("$portal", everything)
                .replace("$__rate_interval", "10s");
            assert!(!query.contains('$'), "{query}");
            let found = prometheus.wait("/query", &[("query", &query)]).await;
            for series in &found {
                let value: f64 = series["value"][1].as_str().unwrap().parse().unwrap();
                assert!(value.is_finite(), "{query}: {series}");
            }
            asked += 1;
        }
    }
    assert!(asked >= panels.len() && panels.len() >= 8, "{asked}");

    // What arrived is what the league says.
    let league = server.json("/v1/league").await;
    let best = &league["portals"][0];
    let score = prometheus
        .wait("/query", &[("query", "nhip_portal_score")])
        .await;
    assert_eq!(score.len(), 1);
    assert_eq!(score[0]["metric"]["portal"], best["portal"]);
    assert_eq!(
        score[0]["value"][1],
        json!(best["summary"]["score"].to_string())
    );
}
