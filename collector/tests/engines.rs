//! What keeps the reports can be changed, and no answer changes with it: every scenario runs on SQLite and on ClickHouse,
//! Debian's old server and the current engine, and must give the same.
#![allow(clippy::unwrap_used, clippy::expect_used)]

#[path = "common/clickhouse.rs"]
mod clickhouse;
mod common;
#[path = "common/made_up.rs"]
mod made_up;
#[path = "common/place.rs"]
mod place;

use std::sync::atomic::Ordering;

use clickhouse::{ClickHouse, ZooKeeper};
use made_up::{NOW, rows};
use nhip_collector::clock::{DAY_MS, HOUR_MS, day_of, hours_of};
use nhip_collector::store::Engine;
use nhip_collector::upkeep::prune;
use place::{Place, children, tell, the_same};

/// The life of a database, step by step, on both; `look` when there are reports.
async fn live(engine: Engine, look: impl Fn()) {
    let (sqlite, other) = (Place::on(Engine::Sqlite), Place::on(engine));
    let both = [&sqlite, &other];
    the_same(&sqlite, &other, "empty").await;
    for place in both {
        place.append(rows(0, 600, 5, 0)).await;
        tell(place).await;
    }
    the_same(&sqlite, &other, "not rolled up").await;
    for place in both {
        place.roll().await;
    }
    let stale = other.blocking(|place| place.store().stale().unwrap()).await;
    assert_eq!(stale, []);
    the_same(&sqlite, &other, "rolled up").await;
    look();
    let days = other.blocking(Place::told).await.days.len();
    assert!(days > 12, "whole days: {days}");
    for place in both {
        place.append(rows(600, 90, 2, NOW)).await;
    }
    the_same(&sqlite, &other, "late reports").await;
    for place in both {
        place.roll().await;
    }
    the_same(&sqlite, &other, "rolled up again").await;
    for place in both {
        // Nothing came: the same bytes, the same revisions.
        place.roll().await;
    }
    the_same(&sqlite, &other, "and again").await;
    for revision in [3, 2, 4] {
        for place in both {
            children(place, revision).await;
        }
        the_same(&sqlite, &other, "a child has sent something").await;
        for place in both {
            place.roll().await;
        }
        the_same(&sqlite, &other, "it is rolled up").await;
    }
    let had = other.blocking(Place::told).await.had;
    let corrected = had.iter().filter(|had| had.contains("revision: 4"));
    assert!(had.len() > 40 && corrected.count() > 5, "{had:?}");
    // Three days are over, from midnight to midnight.
    let midnight = hours_of(day_of(NOW / HOUR_MS)).end * HOUR_MS;
    for place in both {
        place.now.store(midnight, Ordering::Relaxed);
        place.settled().await;
        prune(&place.app).await.unwrap();
    }
    let first = other.blocking(Place::told).await.rows[0].began;
    assert_eq!(day_of(first / HOUR_MS), day_of(midnight / HOUR_MS) - 3);
    the_same(&sqlite, &other, "raw rows are gone").await;
    for place in both {
        place.now.store(midnight + 90 * DAY_MS, Ordering::Relaxed);
        place.settled().await;
        prune(&place.app).await.unwrap();
    }
    the_same(&sqlite, &other, "all of it is gone").await;
    let told = other.blocking(Place::told).await;
    assert!(told.rows.is_empty() && told.rollups.is_empty() && told.days.is_empty());
    for place in both {
        place.store().close();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_old_clickhouse_answers_as_sqlite_does() {
    let server = ClickHouse::old();
    server.ready();
    live(Engine::Clickhouse(server.address()), || ()).await;
}

/// Reports are spread over the shards, everything else is on each server.
#[tokio::test(flavor = "multi_thread")]
async fn a_cluster_of_two_shards_answers_as_sqlite_does() {
    let zookeeper = ZooKeeper::start();
    let servers = ClickHouse::cluster(&zookeeper, 4, 2);
    let hosts: Vec<String> = servers
        .iter()
        .map(|server| format!("127.0.0.1:{}", server.port))
        .collect();
    let address = format!("clickhouse://{}/nhip?cluster=nhip", hosts.join(","));
    let look = || {
        let count = |at: usize| -> u64 {
            let told = servers[at].ask("SELECT count() FROM nhip.reports_local");
            told.trim().parse().unwrap()
        };
        let counts: Vec<u64> = (0..4).map(count).collect();
        assert_eq!((counts[0], counts[2]), (counts[1], counts[3]), "replicas");
        assert!(counts[0] > 300 && counts[2] > 300, "{counts:?}");
    };
    live(Engine::Clickhouse(address.parse().unwrap()), look).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_current_clickhouse_answers_as_sqlite_does() {
    let server = ClickHouse::current();
    server.ready();
    live(Engine::Clickhouse(server.address()), || ()).await;
}
