//! ClickHouse is away, slow to say yes, or back: what was answered waits on this machine's disk, and is counted once.
#![allow(clippy::unwrap_used, clippy::expect_used)]

#[path = "common/clickhouse.rs"]
mod clickhouse;
mod common;

use std::path::Path;
use std::time::Duration;

use clickhouse::{ClickHouse, free_ports};
use common::{Collector, report, settings};
use nhip_collector::clock::Clock;
use nhip_collector::config::Settings;
use nhip_collector::store::Engine;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

fn over(data: &Path, port: u16) -> Settings {
    let address = format!("clickhouse://127.0.0.1:{port}/nhip");
    Settings {
        store: Engine::Clickhouse(address.parse().unwrap()),
        ..settings(data)
    }
}

async fn metric(collector: &Collector, name: &str) -> Option<u64> {
    let text = collector.text("/metrics").await;
    let line = text.lines().find(|line| line.starts_with(name))?;
    line.rsplit(' ').next()?.parse().ok()
}

async fn drained(collector: &Collector) {
    becomes_zero(collector, "nhip_spool_reports").await;
}

async fn becomes_zero(collector: &Collector, name: &str) {
    for _ in 0..300 {
        if metric(collector, name).await == Some(0) {
            return;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    panic!("{name} is not 0 after 30 s");
}

/// Until the summary has so many views.
async fn views(collector: &Collector, began: u64) -> Value {
    let mut views = Value::Null;
    for _ in 0..100 {
        views = collector.json("/v1/portals/vn-hn/summary").await["views"].clone();
        if views["began"] == json!(began) {
            break;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    assert_eq!(views["began"], json!(began));
    views
}

#[tokio::test(flavor = "multi_thread")]
async fn reports_are_taken_without_clickhouse_and_follow_when_it_is_there() {
    let dir = tempfile::tempdir().unwrap();
    let mut server = ClickHouse::prepared(&free_ports(1), None);
    common::add(dir.path(), "vn-hn");
    let at = over(dir.path(), server.port);
    let collector = Collector::with(at.clone(), Clock::system()).await;
    collector.ready().await;
    for view in 0..20 {
        assert_eq!(collector.post(report("vn-hn", view)).await.status(), 204);
    }
    // Reading says that it cannot, and the metrics why.
    let asked = collector.get("/v1/portals/vn-hn/summary").await;
    assert_eq!(asked.status(), 503);
    assert_eq!(metric(&collector, "nhip_spool_reports").await, Some(20));
    assert!(metric(&collector, "nhip_spool_bytes").await > Some(10_000));
    assert_eq!(metric(&collector, "nhip_spool_stuck").await, Some(1));
    assert_eq!(metric(&collector, "nhip_stale_hours").await, None);
    let page = collector.text("/?lang=en").await;
    assert!(page.contains("class=\"stuck\"") && page.contains("20 reports wait"));
    // A collector that ends meanwhile keeps them.
    collector.stop().await;
    let collector = Collector::with(at, Clock::system()).await;
    assert_eq!(metric(&collector, "nhip_spool_reports").await, Some(20));
    for view in 20..25 {
        assert_eq!(collector.post(report("vn-hn", view)).await.status(), 204);
    }
    server.start();
    server.ready();
    drained(&collector).await;
    let told = views(&collector, 25).await;
    assert!(!collector.text("/").await.contains("class=\"stuck\""));
    assert_eq!(told["duplicate"], 0);
    // Once the collectors have met, too.
    becomes_zero(&collector, "nhip_spool_stuck").await;
    assert_eq!(collector.rows(), 0, "nothing stays here");
    // In the order of receipt.
    let order = server.ask("SELECT received, id FROM nhip.reports ORDER BY received, id");
    let ids: Vec<u64> = order
        .lines()
        .map(|line| line.split('\t').nth(1).unwrap().parse().unwrap())
        .collect();
    assert!(ids.is_sorted(), "{ids:?}");
    // Read-only, as a replica is that lost its ZooKeeper: it waits again.
    server.kill();
    for view in 25..30 {
        assert_eq!(collector.post(report("vn-hn", view)).await.status(), 204);
    }
    tokio::time::sleep(Duration::from_secs(2)).await;
    assert_eq!(metric(&collector, "nhip_spool_reports").await, Some(5));
    server.start();
    server.ready();
    drained(&collector).await;
    views(&collector, 30).await;
    collector.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_spool_is_told_and_loses_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let mut server = ClickHouse::prepared(&free_ports(1), None);
    common::add(dir.path(), "vn-hn");
    let at = Settings {
        spool_bytes: 30_000,
        ..over(dir.path(), server.port)
    };
    let collector = Collector::with(at, Clock::system()).await;
    let mut taken = 0;
    let refused = loop {
        let response = collector.post(report("vn-hn", taken)).await;
        if response.status() != 204 {
            break response;
        }
        taken += 1;
        assert!(taken < 200, "it is bounded");
    };
    assert_eq!(refused.status(), 503);
    assert!(refused.headers().contains_key("retry-after"));
    let told: Value = refused.json().await.unwrap();
    assert!(
        told["message"].as_str().unwrap().contains("waits"),
        "{told}"
    );
    assert!(taken > 20, "{taken}");
    server.start();
    server.ready();
    drained(&collector).await;
    assert_eq!(collector.post(report("vn-hn", taken)).await.status(), 204);
    views(&collector, taken + 1).await;
    collector.stop().await;
}

/// Lets everything through; while `cut` is set, ClickHouse does what it is asked, and nobody hears of it.
async fn proxy(to: u16, cut: watch::Receiver<bool>) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        while let Ok((client, _)) = listener.accept().await {
            let cut = cut.clone();
            tokio::spawn(async move {
                let server = TcpStream::connect(("127.0.0.1", to)).await.unwrap();
                let (mut from_client, mut to_client) = client.into_split();
                let (mut from_server, mut to_server) = server.into_split();
                let asking = tokio::io::copy(&mut from_client, &mut to_server);
                let answering = async {
                    let mut buffer = vec![0; 65536];
                    while let Ok(read) = from_server.read(&mut buffer).await {
                        if read == 0 || *cut.borrow() {
                            break;
                        }
                        to_client.write_all(&buffer[..read]).await.unwrap();
                    }
                };
                tokio::select! {
                    _ = asking => {}
                    () = answering => {}
                }
            });
        }
    });
    port
}

#[tokio::test(flavor = "multi_thread")]
async fn a_batch_whose_answer_was_lost_counts_once() {
    let dir = tempfile::tempdir().unwrap();
    let server = ClickHouse::old();
    server.ready();
    let (cut, is_cut) = watch::channel(false);
    let port = proxy(server.port, is_cut).await;
    common::add(dir.path(), "vn-hn");
    let collector = Collector::with(over(dir.path(), port), Clock::system()).await;
    for view in 0..10 {
        assert_eq!(collector.post(report("vn-hn", view)).await.status(), 204);
    }
    views(&collector, 10).await;
    cut.send_replace(true);
    for view in 10..30 {
        assert_eq!(collector.post(report("vn-hn", view)).await.status(), 204);
        // The next try has more rows: no engine can tell that it has some of them.
        tokio::time::sleep(Duration::from_millis(150)).await;
    }
    tokio::time::sleep(Duration::from_secs(1)).await;
    cut.send_replace(false);
    drained(&collector).await;
    let rows = server.ask("SELECT count() > 30, uniqExact(collector, id) FROM nhip.reports");
    assert_eq!(rows, "1\t30\n", "some were written twice");
    let told = views(&collector, 30).await;
    assert_eq!(told["duplicate"], 0, "nobody sent anything twice");
    let outcomes = collector.json("/v1/portals/vn-hn").await;
    assert_eq!(outcomes["outcomes"]["stored"], 30, "{outcomes}");
    collector.stop().await;
}
