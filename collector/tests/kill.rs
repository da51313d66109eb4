//! `kill -9` at any moment under load: what was answered 204 is there exactly once.
#![cfg(unix)]
#![allow(clippy::unwrap_used)]

#[path = "common/binary.rs"]
mod binary;
mod common;

use std::collections::HashMap;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use binary::{Nhip, add};
use common::{ORIGIN, client, report};
use reqwest::Client;

const ROUNDS: u64 = 20;
const SENDERS: usize = 8;

/// Sends views until nobody answers any more; those that were answered 204.
async fn send(client: Client, url: String, next: Arc<AtomicU64>) -> Vec<u64> {
    let mut answered = Vec::new();
    loop {
        let view = next.fetch_add(1, Ordering::Relaxed);
        let request = client
            .post(&url)
            .header("content-type", "text/plain")
            .header("origin", ORIGIN)
            .body(report("vn-hn", view).to_string());
        match request.send().await {
            Ok(response) if response.status() == 204 => answered.push(view),
            Ok(response) => panic!("{}", response.status()),
            Err(_) => return answered,
        }
    }
}

/// How often each view is on disk.
fn found(data: &Path) -> HashMap<u64, u64> {
    let connection = rusqlite::Connection::open(data.join("nhip.db")).unwrap();
    let mut select = connection
        .prepare("SELECT view, count(*) FROM reports GROUP BY view")
        .unwrap();
    let rows = select.query_map([], |row| Ok((row.get::<_, i64>(0)?, row.get::<_, i64>(1)?)));
    rows.unwrap()
        .map(|row| row.map(|(view, count)| (view.cast_unsigned(), count.unsigned_abs())))
        .collect::<Result<_, _>>()
        .unwrap()
}

#[tokio::test]
async fn what_was_answered_is_there_exactly_once_after_twenty_kills() {
    let dir = tempfile::tempdir().unwrap();
    assert!(add(dir.path(), "vn-hn").status.success());
    let next = Arc::new(AtomicU64::new(1));
    let mut answered = Vec::new();
    for round in 0..ROUNDS {
        let mut server = Nhip::start(&["serve"], dir.path());
        let url = format!("{}/v1/reports", server.base);
        let client = client();
        let senders: Vec<_> = (0..SENDERS)
            .map(|_| tokio::spawn(send(client.clone(), url.clone(), Arc::clone(&next))))
            .collect();
        // A moment of its own in each round.
        tokio::time::sleep(Duration::from_millis(40 + round * 37 % 200)).await;
        assert!(!server.signal("-KILL").success());
        for sender in senders {
            answered.extend(sender.await.unwrap());
        }
    }
    let found = found(dir.path());
    let lost = answered
        .iter()
        .filter(|view| !found.contains_key(view))
        .count();
    let doubled = found.values().filter(|count| **count > 1).count();
    println!(
        "{ROUNDS} rounds: {} answered, {} found, lost {lost}, doubled {doubled}",
        answered.len(),
        found.len()
    );
    assert!(answered.len() > 200, "too few to tell: {}", answered.len());
    assert_eq!((lost, doubled), (0, 0));
    // Who was not answered cannot know: those views may be there, and are few.
    assert!(found.len() <= answered.len() + SENDERS * ROUNDS as usize);

    let server = Nhip::start(&["serve"], dir.path());
    let summary = server.json("/v1/portals/vn-hn/summary").await;
    assert_eq!(summary["views"]["began"], found.len());
    let portal = server.json("/v1/portals/vn-hn").await;
    assert_eq!(portal["outcomes"]["stored"], found.len());
}
