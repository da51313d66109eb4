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

use clickhouse::ClickHouse;
use made_up::{NOW, rows};
use nhip_collector::clock::{DAY_MS, HOUR_MS, day_of, hours_of};
use nhip_collector::store::Engine;
use nhip_collector::upkeep::prune;
use place::{Place, children, tell, the_same};

/// The life of a database, step by step, on both.
async fn live(engine: Engine) {
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
    live(Engine::Clickhouse(server.address())).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_current_clickhouse_answers_as_sqlite_does() {
    let server = ClickHouse::current();
    server.ready();
    live(Engine::Clickhouse(server.address())).await;
}
