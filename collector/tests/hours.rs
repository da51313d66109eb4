//! In which hour a view is counted, whatever its device's clock did.
#![allow(clippy::unwrap_used)]

mod common;

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use common::{Collector, report};
use nhip_collector::clock::{Clock, HOUR_MS, UnixMs};
use serde_json::{Value, json};

/// Of a whole hour.
const START: UnixMs = 495_000 * HOUR_MS;

fn clock() -> (Clock, Arc<AtomicI64>) {
    let now = Arc::new(AtomicI64::new(START));
    let told = Arc::clone(&now);
    (Clock::new(move || told.load(Ordering::Relaxed)), now)
}

/// The `seq`th report of the one view, sent when its own clock says `age`.
fn told(seq: u32, age: u64) -> Value {
    let mut report = report("vn-hn", 1);
    report["seq"] = json!(seq);
    report["age"] = json!(age);
    report
}

async fn views(collector: &Collector) -> Value {
    collector.json("/v1/portals/vn-hn/summary").await["views"].clone()
}

#[tokio::test]
async fn a_view_whose_device_slept_is_counted_once_and_in_its_first_hour() {
    let dir = tempfile::tempdir().unwrap();
    let (clock, now) = clock();
    let collector = Collector::at(dir.path(), false, clock.clone()).await;
    collector.add("vn-hn");
    assert_eq!(collector.post(told(1, 900)).await.status(), 204);
    // Four hours later its own clock has counted two minutes.
    now.store(START + 4 * HOUR_MS, Ordering::Relaxed);
    assert_eq!(collector.post(told(2, 120_000)).await.status(), 204);
    let counted = views(&collector).await;
    assert_eq!(
        (&counted["began"], &counted["late"]),
        (&json!(1), &json!(1))
    );
    collector.stop().await;

    let collector = Collector::at(dir.path(), false, clock).await;
    collector.ready().await;
    now.store(START + 9 * HOUR_MS, Ordering::Relaxed);
    assert_eq!(collector.post(told(3, 180_000)).await.status(), 204);
    let counted = views(&collector).await;
    assert_eq!(
        (&counted["began"], &counted["superseded"]),
        (&json!(1), &json!(2))
    );
    let first = "?from=2026-06-20T23:00:00Z&to=2026-06-21T01:00:00Z";
    let path = format!("/v1/portals/vn-hn/summary{first}");
    assert_eq!(collector.json(&path).await["views"]["began"], 1);
    collector.stop().await;
}

#[tokio::test]
async fn a_view_that_tells_more_after_a_day_is_refused_with_the_reason() {
    let (clock, now) = clock();
    let collector = Collector::of(false, clock).await;
    collector.add("vn-hn");
    assert_eq!(collector.post(told(1, 900)).await.status(), 204);
    now.store(START + 24 * HOUR_MS, Ordering::Relaxed);
    let response = collector.post(told(2, 60_000)).await;
    assert_eq!(response.status(), 400);
    assert_eq!(
        response.json::<Value>().await.unwrap()["reason"],
        "too-late"
    );
    let portal = collector.json("/v1/portals/vn-hn").await;
    assert_eq!(portal["outcomes"]["refused"]["too-late"], 1);
    assert_eq!(views(&collector).await["began"], 1);
    collector.stop().await;
}
