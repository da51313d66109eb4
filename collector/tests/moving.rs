//! `nhip store copy`, between two starts of a collector that has children.
#![allow(clippy::unwrap_used, clippy::expect_used)]

#[path = "common/clickhouse.rs"]
mod clickhouse;
mod common;
#[path = "common/made_up.rs"]
mod made_up;
#[path = "common/place.rs"]
mod place;

use std::path::Path;

use clickhouse::ClickHouse;
use made_up::{NOW, rows};
use nhip_collector::clock::Clock;
use nhip_collector::config::Settings;
use nhip_collector::moving;
use nhip_collector::store::Engine;
use nhip_collector::upkeep::prune;
use place::{PATHS, Place, Told, children, tell};

#[tokio::test(flavor = "multi_thread")]
async fn moving_to_clickhouse_changes_no_answer() {
    moving(false).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_copied_after_the_move_is_not_lost_where_children_were_faster() {
    moving(true).await;
}

/// Without a gap: what was rolled up is copied, what is raw goes by itself, and nothing is counted twice.
async fn moving(late: bool) {
    let server = ClickHouse::old();
    server.ready();
    let [stays, moves] = [Place::on(Engine::Sqlite), Place::on(Engine::Sqlite)];
    for place in [&stays, &moves] {
        place.append(rows(0, 400, 9, 0)).await;
        tell(place).await;
        place.roll().await;
        // In some hours it is known what was this collector's own, in others it is not yet.
        children(place, 1).await;
        place.roll().await;
        children(place, 2).await;
        // Of the first days only what was rolled up is left.
        prune(&place.app).await.unwrap();
        place.append(rows(400, 30, 2, NOW)).await;
    }
    let engine = Engine::Clickhouse(server.address());
    // Started again, too: it knows of strangers what it read at its start.
    stays.store().close();
    let Place { dir: stayed, .. } = stays;
    let stays = Place::of(Engine::Sqlite, stayed);
    let Place { app, dir, .. } = moves;
    if !late {
        copy(&engine, dir.path()).await;
    }
    app.store.close();
    drop(app);
    let path = dir.path().to_owned();
    let moved = Place::of(engine.clone(), dir);
    moved.settled().await;
    if late {
        children(&moved, 2).await;
        moved.roll().await;
        copy(&engine, &path).await;
        moved.roll().await;
    }
    if !late {
        let [one, other] = [&stays, &moved].map(|place| place.blocking(Place::told));
        assert_eq!(one.await.had, other.await.had, "nothing is sent again");
    }
    for place in [&stays, &moved] {
        children(place, 3).await;
        place.roll().await;
    }
    // A revision says how often an hour was another on this engine, and differs.
    for path in PATHS {
        assert_eq!(stays.get(path).await, moved.get(path).await, "{path}");
    }
    let (one, other) = (
        stays.blocking(Place::told).await,
        moved.blocking(Place::told).await,
    );
    assert_eq!(one.rows, other.rows);
    assert_eq!(one.days, other.days);
    assert_eq!(one.lists, other.lists);
    let bytes = |told: &Told| -> Vec<_> {
        let kept = told.rollups.iter();
        kept.map(|(portal, hour, _, bytes)| (portal.clone(), *hour, bytes.clone()))
            .collect()
    };
    assert_eq!(bytes(&one), bytes(&other));
    moved.store().close();
}

/// Twice, which changes nothing.
async fn copy(engine: &Engine, data: &Path) {
    let settings = Settings {
        store: engine.clone(),
        ..common::settings(data)
    };
    let copy = move || {
        let clock = Clock::new(|| NOW);
        [(); 2].map(|()| moving::copy(&settings, &clock).unwrap())
    };
    let [first, again] = tokio::task::spawn_blocking(copy).await.unwrap();
    assert!(!first.starts_with("0 hours"), "{first}");
    assert!(again.starts_with("0 hours copied"), "{again}");
}
