//! Who sends too much is told so, and takes nothing from the others.
#![allow(clippy::unwrap_used)]

mod common;

use std::num::NonZeroU32;

use common::{Collector, assert_cors, report, settings};
use nhip_collector::clock::Clock;
use nhip_collector::limits::Rates;
use serde_json::{Value, json};

async fn collector(address: u32, portal: u32) -> (Collector, tempfile::TempDir) {
    let dir = tempfile::tempdir().unwrap();
    let mut settings = settings(dir.path());
    settings.rates = Rates {
        address: NonZeroU32::new(address).unwrap(),
        portal: NonZeroU32::new(portal).unwrap(),
    };
    let collector = Collector::with(settings, Clock::system()).await;
    collector.add("vn-hn");
    collector.add("vn-dn");
    (collector, dir)
}

async fn refused(collector: &Collector, portal: &str, reason: &str) -> u64 {
    let portal = collector.json(&format!("/v1/portals/{portal}")).await;
    portal["outcomes"]["refused"][reason].as_u64().unwrap()
}

#[tokio::test]
async fn an_address_that_sends_too_much_is_told_when_to_come_again() {
    let (collector, _dir) = collector(1, 5000).await;
    let (mut taken, mut told) = (0, 0);
    for view in 0..60 {
        let response = collector
            .post_from("203.0.113.5", report("vn-hn", view))
            .await;
        if response.status() == 204 {
            taken += 1;
            continue;
        }
        assert_eq!(response.status(), 429);
        assert_cors(&response);
        let after = response.headers()["retry-after"].to_str().unwrap();
        assert!(after.parse::<u32>().unwrap() > 0);
        let problem: Value = response.json().await.unwrap();
        assert_eq!(problem["reason"], "address-limit");
        told += 1;
    }
    assert!(
        (20..40).contains(&taken),
        "{taken} at once, then one a second"
    );
    assert_eq!(refused(&collector, "vn-hn", "address-limit").await, told);
    assert_eq!(refused(&collector, "vn-dn", "address-limit").await, 0);
    // Others are not hindered: another address, another site of IPv6, who cannot be told.
    for address in [
        "203.0.113.6",
        "2001:db8:0:1::5",
        "2001:db8:0:2::5",
        "unknown",
    ] {
        let view = 1000 + address.len() as u64;
        let response = collector.post_from(address, report("vn-hn", view)).await;
        assert_eq!(response.status(), 204, "{address}");
    }
    assert_eq!(collector.post(report("vn-hn", 2000)).await.status(), 204);
    assert_eq!(collector.rows(), taken + 5);
    collector.stop().await;
}

#[tokio::test]
async fn a_portal_that_gets_too_much_leaves_room_for_the_others() {
    let (collector, _dir) = collector(5000, 1).await;
    let views: Vec<Value> = (0..50).map(|view| report("vn-hn", view)).collect();
    let response = collector.post(json!(views)).await;
    assert_eq!(response.status(), 400);
    let answer: Value = response.json().await.unwrap();
    let stored = answer["stored"].as_u64().unwrap();
    assert!((20..30).contains(&stored), "{answer}");
    let told = answer["refused"].as_array().unwrap();
    assert!(
        told.iter().all(|one| one["reason"] == "portal-limit"),
        "{answer}"
    );
    assert_eq!(stored + told.len() as u64, 50);
    let response = collector.post(report("vn-hn", 99)).await;
    assert_eq!(response.status(), 429);
    assert_eq!(collector.post(report("vn-dn", 99)).await.status(), 204);
    assert_eq!(
        refused(&collector, "vn-hn", "portal-limit").await,
        told.len() as u64 + 1
    );
    collector.stop().await;
}

#[tokio::test]
async fn what_one_address_is_too_much_of_a_portals_hour_is_stored_and_not_graded() {
    let (collector, _dir) = collector(5000, 5000).await;
    let slow = |view: u64| {
        let mut slow = report("vn-hn", view);
        slow["load"]["lcp"] = json!(9000);
        slow
    };
    for first in (0..300).step_by(50) {
        let views: Vec<Value> = (first..first + 50).map(slow).collect();
        let response = collector.post_from("203.0.113.5", json!(views)).await;
        assert_eq!(response.status(), 204);
    }
    for view in 1000..1060 {
        let address = format!("198.51.100.{}", view % 200);
        let response = collector.post_from(&address, report("vn-hn", view)).await;
        assert_eq!(response.status(), 204);
    }
    assert_eq!(collector.rows(), 360);
    let summary = collector.json("/v1/portals/vn-hn/summary").await;
    let views = &summary["views"];
    // 50 are free for anybody.
    assert_eq!(
        (&views["began"], &views["surplus"]),
        (&json!(110), &json!(250)),
        "{views}"
    );
    assert_eq!(summary["load"]["lcp_ms"]["p50"], 1310.2);
    collector.stop().await;
}

#[tokio::test]
async fn a_paused_portal_is_gone_until_it_is_resumed() {
    let (collector, dir) = collector(5000, 5000).await;
    let registry = |paused| {
        nhip_collector::registry::pause(
            dir.path(),
            &"vn-hn".parse().unwrap(),
            paused,
            &Clock::system(),
        )
        .unwrap();
    };
    registry(true);
    let response = collector.post(report("vn-hn", 1)).await;
    assert_eq!(response.status(), 410);
    assert_eq!(response.json::<Value>().await.unwrap()["reason"], "paused");
    assert_eq!(refused(&collector, "vn-hn", "paused").await, 1);
    registry(false);
    assert_eq!(collector.post(report("vn-hn", 1)).await.status(), 204);
    collector.stop().await;
}
