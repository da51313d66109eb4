//! Made-up history: in a database of its own, and said so everywhere.
#![allow(clippy::unwrap_used)]

#[path = "common/binary.rs"]
mod binary;
mod common;

use binary::{add, assert_refused, nhip};
use common::{Collector, report, settings};
use nhip_collector::clock::Clock;
use nhip_collector::config::Settings;

/// An hour that does not end between two starts.
fn clock() -> Clock {
    Clock::new(|| 1_795_431_600_000)
}

async fn history(data: &std::path::Path, days: u16) -> Collector {
    let settings = Settings {
        history: Some(days),
        ..settings(data)
    };
    Collector::with(settings, clock()).await
}

#[tokio::test]
async fn it_fills_a_country_says_that_it_is_made_up_and_takes_nothing_real() {
    let dir = tempfile::tempdir().unwrap();
    let collector = history(dir.path(), 3).await;
    let league = collector.json("/v1/league").await;
    let portals = league["portals"].as_array().unwrap();
    let graded = |it: &&serde_json::Value| it["summary"]["grade"].is_string();
    let graded = portals.iter().filter(graded).count();
    let coverage = &league["coverage"];
    assert!(graded > 30, "{graded} of {} graded", portals.len());
    assert!(coverage["waiting"].as_u64().unwrap() > 0, "{coverage}");
    for page in ["/", "/portal/vn-hn", "/portal/nobody", "/?lang=en"] {
        let text = collector.text(page).await;
        assert!(text.contains("class=\"synthetic\""), "{page}");
    }
    assert_eq!(collector.post(report("vn-hn", 1)).await.status(), 403);
    collector.stop().await;
    assert_refused(&add(dir.path(), "vn-hn"), &["made-up history", "--data"]);

    // The same again is the same, and it is still said where it is only served.
    let again = history(dir.path(), 3).await;
    let same = again.json("/v1/export.json?step=day&portal=vn-hn").await;
    again.stop().await;
    let served = Collector::with(settings(dir.path()), clock()).await;
    assert_eq!(
        served.json("/v1/export.json?step=day&portal=vn-hn").await,
        same
    );
    assert!(served.text("/").await.contains("class=\"synthetic\""));
    served.stop().await;
}

#[test]
fn a_database_with_something_real_is_left_alone() {
    let dir = tempfile::tempdir().unwrap();
    assert!(add(dir.path(), "vn-hn").status.success());
    let demo = ["demo", "--history", "2d", "--listen", "127.0.0.1:0"];
    let output = nhip(&demo, dir.path()).output().unwrap();
    assert_refused(&output, &["made-up history", "real"]);
    let wrong = nhip(&["demo", "--history", "0d"], dir.path())
        .output()
        .unwrap();
    assert_eq!(wrong.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&wrong.stderr).contains("1 to 1095 days"));
}
