//! A clock that is set, by an hour and by a year, forwards and back: nothing that was answered is lost, and none
//! is counted twice.
#![allow(clippy::unwrap_used)]

mod common;

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use common::{Collector, report};
use nhip_collector::clock::{Clock, DAY_MS, HOUR_MS, rfc3339};

/// 2026-06-21T00:00:00Z
const START: i64 = 1_782_000_000_000;

#[tokio::test]
async fn whatever_the_clock_is_set_to_what_was_answered_is_there_once() {
    let dir = tempfile::tempdir().unwrap();
    let now = Arc::new(AtomicI64::new(START));
    let time = Arc::clone(&now);
    let clock = Clock::new(move || time.load(Ordering::Relaxed));
    let mut collector = Collector::at(dir.path(), false, clock.clone()).await;
    collector.add("vn-hn");
    let year = 365 * DAY_MS;
    let (mut answered, mut view) = (0, 0);
    for (round, offset) in [0, HOUR_MS, -HOUR_MS, 0, year, 0, -year, 0]
        .into_iter()
        .enumerate()
    {
        now.store(START + offset, Ordering::Relaxed);
        for _ in 0..20 {
            view += 1;
            let status = collector.post(report("vn-hn", view)).await.status();
            assert_eq!(status, 204, "round {round}");
            answered += 1;
        }
        // Every other time with a start between.
        if round % 2 == 1 {
            collector.stop().await;
            collector = Collector::at(dir.path(), false, clock.clone()).await;
        }
        for path in [
            "/v1/league",
            "/v1/portals/vn-hn/summary",
            "/v1/portals",
            "/portal/vn-hn",
        ] {
            assert_eq!(
                collector.get(path).await.status(),
                200,
                "round {round}: {path}"
            );
        }
    }
    assert_eq!(collector.rows(), answered);
    let mut counted = 0;
    for middle in [START - year, START, START + year] {
        let (from, to) = (rfc3339(middle - DAY_MS), rfc3339(middle + DAY_MS));
        let path = format!("/v1/portals/vn-hn/summary?from={from}&to={to}");
        counted += collector.json(&path).await["views"]["began"]
            .as_i64()
            .unwrap();
    }
    println!(
        "8 rounds: {answered} answered, {} found, {counted} counted",
        collector.rows()
    );
    assert_eq!(counted, answered);
    collector.stop().await;
}
