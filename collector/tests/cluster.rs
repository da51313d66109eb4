//! Three ClickHouse servers with ZooKeeper, two collectors in front, load on both; in each round one server and one
//! collector are killed, and started again. What was answered 204 is counted once.
#![cfg(unix)]
#![allow(clippy::unwrap_used, clippy::expect_used)]

#[path = "common/binary.rs"]
mod binary;
#[path = "common/clickhouse.rs"]
mod clickhouse;
mod common;

use std::collections::HashSet;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use binary::{Nhip, add, nhip};
use clickhouse::{ClickHouse, ZooKeeper};
use common::{ORIGIN, client, report};
use serde_json::json;
use tokio::sync::RwLock;

const ROUNDS: usize = 6;
const SENDERS: u64 = 6;

fn collector(store: &str, data: &Path) -> Nhip {
    let log = std::fs::OpenOptions::new()
        .append(true)
        .create(true)
        .open(data.join("log"))
        .unwrap();
    let mut command = nhip(&["serve", "--store", store, "--name-views", "1"], data);
    command.args(["--min-views", "1"]).stderr(log);
    Nhip::run(command)
}

/// Who sends, and what was answered.
struct Load {
    collectors: RwLock<Vec<String>>,
    next: AtomicU64,
    over: AtomicBool,
}

impl Load {
    /// Sends each report until somebody answers 204, as a widget does: the view and the sequence number of each.
    async fn send(self: Arc<Load>, sender: u64) -> Vec<(u64, u64)> {
        let client = client();
        let mut answered = Vec::new();
        let mut at = sender as usize;
        while !self.over.load(Ordering::Relaxed) {
            let view = self.next.fetch_add(1, Ordering::Relaxed);
            for seq in 1..=2 {
                let mut body = report("vn-hn", view);
                body["seq"] = json!(seq);
                body["age"] = json!(seq * 700);
                loop {
                    at += 1;
                    let base = {
                        let collectors = self.collectors.read().await;
                        collectors[at % collectors.len()].clone()
                    };
                    let sent = client
                        .post(format!("{base}/v1/reports"))
                        .timeout(Duration::from_secs(5))
                        .header("content-type", "text/plain")
                        .header("origin", ORIGIN)
                        .body(body.to_string())
                        .send();
                    match sent.await.map(|response| response.status().as_u16()) {
                        Ok(204) => break answered.push((view, seq)),
                        Ok(429 | 503) | Err(_) => {
                            tokio::time::sleep(Duration::from_millis(20)).await;
                        }
                        Ok(status) => panic!("{status}"),
                    }
                }
            }
            // Two processors are everybody's.
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        answered
    }
}

async fn waiting(collector: &Nhip) -> u64 {
    let url = format!("{}/metrics", collector.base);
    let Ok(response) = client().get(url).send().await else {
        return u64::MAX;
    };
    let text = response.text().await.unwrap_or_default();
    let line = text
        .lines()
        .find(|line| line.starts_with("nhip_spool_reports"));
    line.and_then(|line| line.rsplit(' ').next()?.parse().ok())
        .unwrap_or(u64::MAX)
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_answered_is_counted_once_whoever_is_killed() {
    let zookeeper = ZooKeeper::start();
    let mut servers = ClickHouse::cluster(&zookeeper, 3, 3);
    let hosts: Vec<String> = servers
        .iter()
        .map(|server| format!("127.0.0.1:{}", server.port))
        .collect();
    let store = format!(
        "clickhouse://{}/nhip?cluster=nhip&quorum=2",
        hosts.join(",")
    );
    let dirs = [tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap()];
    let mut collectors = Vec::new();
    for dir in &dirs {
        assert!(add(dir.path(), "vn-hn").status.success());
        collectors.push(collector(&store, dir.path()));
    }
    let bases = |collectors: &[Nhip]| collectors.iter().map(|it| it.base.clone()).collect();
    let load = Arc::new(Load {
        collectors: RwLock::new(bases(&collectors)),
        next: AtomicU64::new(1),
        over: AtomicBool::new(false),
    });
    let senders: Vec<_> = (0..SENDERS)
        .map(|sender| tokio::spawn(Arc::clone(&load).send(sender)))
        .collect();
    for round in 0..ROUNDS {
        let (server, number) = (round % servers.len(), round % collectors.len());
        tokio::time::sleep(Duration::from_millis(1500 + round as u64 * 170)).await;
        servers[server].kill();
        tokio::time::sleep(Duration::from_millis(300 + round as u64 * 110)).await;
        assert!(!collectors[number].signal("-KILL").success());
        tokio::time::sleep(Duration::from_millis(700)).await;
        collectors[number] = collector(&store, dirs[number].path());
        *load.collectors.write().await = bases(&collectors);
        servers[server].start();
        let sent = load.next.load(Ordering::Relaxed);
        println!(
            "round {round}: server {server} and collector {number} killed, {sent} views so far"
        );
        tokio::time::sleep(Duration::from_millis(2500)).await;
    }
    load.over.store(true, Ordering::Relaxed);
    let mut answered = HashSet::new();
    for sender in senders {
        answered.extend(sender.await.unwrap());
    }
    servers.iter().for_each(ClickHouse::ready);
    for collector in &collectors {
        let mut left = u64::MAX;
        for _ in 0..600 {
            left = waiting(collector).await;
            if left == 0 {
                break;
            }
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
        assert_eq!(left, 0, "reports still wait");
    }

    let stored: HashSet<(u64, u64)> = servers[0]
        .ask("SELECT DISTINCT view, seq FROM nhip.reports")
        .lines()
        .map(|line| {
            let (view, seq) = line.split_once('\t').unwrap();
            (view.parse().unwrap(), seq.parse().unwrap())
        })
        .collect();
    let views: HashSet<u64> = stored.iter().map(|(view, _)| *view).collect();
    // Written twice, because nobody could say whether they were written; and taken twice, because nobody had answered.
    let rows = servers[0].ask("SELECT count(), uniqExact(collector, id) FROM nhip.reports");
    let (rows, taken) = rows.trim().split_once('\t').unwrap();
    let repeated = taken.parse::<usize>().unwrap() - stored.len();
    let lost = answered.difference(&stored).count();
    let (mut began, mut duplicate) = (0, 0);
    for _ in 0..300 {
        let summary = collectors[0].json("/v1/portals/vn-hn/summary").await;
        began = summary["views"]["began"].as_u64().unwrap_or(0)
            + summary["views"]["surplus"].as_u64().unwrap_or(0);
        duplicate = summary["views"]["duplicate"].as_u64().unwrap_or(0);
        if began == views.len() as u64 {
            break;
        }
        // More rows than a question reads itself: the next roll-up has them.
        tokio::time::sleep(Duration::from_secs(1)).await;
    }
    let doubled = began as i64 - views.len() as i64;
    println!(
        "{ROUNDS} rounds: answered {}, stored {rows}, taken {taken}, unique {}, views {}, lost = {lost}, doubled = {doubled}",
        answered.len(),
        stored.len(),
        views.len()
    );
    assert!(answered.len() > 1000, "there was load");
    assert_eq!((lost, doubled), (0, 0));
    assert_eq!(
        duplicate, repeated as u64,
        "each report that was taken twice is told, once"
    );
    let other = collectors[1].json("/v1/portals/vn-hn/summary").await;
    let mut first = collectors[0].json("/v1/portals/vn-hn/summary").await;
    // The end of the window is the moment of the question.
    first["to"] = other["to"].clone();
    assert_eq!(first, other, "both collectors say the same");
}
