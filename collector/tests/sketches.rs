//! Whoever asks ClickHouse in SQL gets what the API says: every query of the Grafana dashboard, on an old and on the current
//! engine.
#![allow(clippy::unwrap_used, clippy::expect_used)]

#[path = "common/clickhouse.rs"]
mod clickhouse;
mod common;
#[path = "common/made_up.rs"]
mod made_up;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use axum::http::Request;
use clickhouse::ClickHouse;
use http_body_util::BodyExt;
use made_up::{NOW, PORTALS, rows};
use nhip_collector::app::App;
use nhip_collector::clock::{Clock, HOUR_MS, rfc3339};
use nhip_collector::config::Settings;
use nhip_collector::roller::catch_up;
use nhip_collector::routes;
use nhip_collector::store::Engine;
use nhip_collector::store::sqlite::{Database, Portals};
use serde_json::Value;
use tower::ServiceExt;

const DASHBOARD: &str = include_str!("../../docs/grafana/clickhouse.json");

/// As Grafana puts its variables in.
fn filled(sql: &str, from: i64, to: i64) -> String {
    let portals = PORTALS.map(|portal| format!("'{portal}'")).join(",");
    sql.replace("$__fromTime", &format!("toDateTime({})", from / 1000))
        .replace("$__toTime", &format!("toDateTime({})", to / 1000))
        .replace("${portal:singlequote}", &portals)
}

async fn asked(server: ClickHouse) {
    server.ready();
    let dir = tempfile::tempdir().unwrap();
    for portal in PORTALS {
        common::add(dir.path(), portal);
    }
    let settings = Settings {
        store: Engine::Clickhouse(server.address()),
        ..common::settings(dir.path())
    };
    let clock = Clock::new(|| NOW + 2 * HOUR_MS);
    let database = Database::open(dir.path()).unwrap();
    let portals = Portals::open(&database, Vec::new()).unwrap();
    let most = settings.spool_bytes;
    let store = settings.store.start(database, most, clock.clone()).unwrap();
    let app = Arc::new(App::new(store, portals, clock, &settings).unwrap());
    app.store.append(rows(0, 500, 4, 0)).await.unwrap();
    for _ in 0..600 {
        let spool = app.store.spool().unwrap();
        if spool.rows + spool.untold == 0 && app.store.duty().leads() {
            break;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    catch_up(&app, true).await.unwrap();

    let (from, to) = (NOW - 120 * HOUR_MS, NOW + 2 * HOUR_MS);
    let league = format!("/v1/league?from={}&to={}", rfc3339(from), rfc3339(to));
    let request = Request::get(league).body(Body::empty()).unwrap();
    let answer = routes::router(Arc::clone(&app))
        .oneshot(request)
        .await
        .unwrap();
    let bytes = answer.into_body().collect().await.unwrap().to_bytes();
    let league: Value = serde_json::from_slice(&bytes).unwrap();
    let said = |group: &str, metric: &str| -> BTreeMap<String, f64> {
        let portals = league["portals"].as_array().unwrap().iter();
        let of = |it: &Value| {
            let p75 = it["summary"][group][metric]["p75"].as_f64();
            Some((it["portal"].as_str()?.to_owned(), p75?))
        };
        portals.filter_map(of).collect()
    };

    let dashboard: Value = serde_json::from_str(DASHBOARD).unwrap();
    let mut queries = BTreeMap::new();
    for panel in dashboard["panels"].as_array().unwrap() {
        let sql = panel["targets"][0]["rawSql"].as_str().unwrap();
        let title = panel["title"].as_str().unwrap();
        let lines = server.ask(&filled(sql, from, to));
        assert!(!lines.trim().is_empty(), "{title} is empty: {sql}");
        queries.insert(title.to_owned(), lines);
    }
    let variable = dashboard["templating"]["list"][1]["query"]
        .as_str()
        .unwrap();
    assert_eq!(server.ask(variable).lines().count(), PORTALS.len());
    for (title, group, metric) in [
        ("p75 of LCP", "load", "lcp_ms"),
        ("p75 of INP", "response", "inp_ms"),
        ("p75 of Server wait", "response", "server_wait_ms"),
    ] {
        let told: BTreeMap<String, f64> = queries[title]
            .lines()
            .map(|line| {
                let mut columns = line.split('\t');
                let portal = columns.next().unwrap().to_owned();
                (portal, columns.next().unwrap().parse().unwrap())
            })
            .collect();
        assert_eq!(told, said(group, metric), "{title}");
        assert_eq!(told.len(), PORTALS.len());
    }
    app.store.close();
}

#[tokio::test(flavor = "multi_thread")]
async fn sql_on_an_old_clickhouse_says_what_the_api_says() {
    asked(ClickHouse::old()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn sql_on_the_current_clickhouse_says_what_the_api_says() {
    asked(ClickHouse::current()).await;
}
