//! Backups of a running server, and what is done with damaged ones.
#![cfg(unix)]
#![allow(clippy::unwrap_used)]

#[path = "common/binary.rs"]
mod binary;
mod common;

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use binary::{Nhip, add, assert_refused, nhip};
use common::{ORIGIN, client, report};

/// Runs `nhip` to its end; its standard output, or the whole of what failed.
fn run(arguments: &[&str], data: &Path) -> Result<String, std::process::Output> {
    let output = nhip(arguments, data).output().unwrap();
    match output.status.success() {
        true => Ok(String::from_utf8(output.stdout).unwrap()),
        false => Err(output),
    }
}

/// How many reports a line such as `'x' has 12 reports, …` tells.
fn reports(told: &str) -> u64 {
    let words: Vec<&str> = told.split_whitespace().collect();
    let at = words.iter().position(|word| *word == "reports,").unwrap();
    words[at - 1].parse().unwrap()
}

#[tokio::test]
async fn a_backup_under_load_has_all_that_was_answered_before_it_began() {
    let dir = tempfile::tempdir().unwrap();
    let data = dir.path().join("data");
    assert!(add(&data, "vn-hn").status.success());
    let server = Nhip::start(&["serve"], &data);
    let (answered, stop) = (
        Arc::new(AtomicU64::new(0)),
        Arc::new(AtomicBool::new(false)),
    );
    let load = {
        let (answered, stop) = (Arc::clone(&answered), Arc::clone(&stop));
        let url = format!("{}/v1/reports", server.base);
        tokio::spawn(async move {
            let client = client();
            while !stop.load(Ordering::Relaxed) {
                let view = answered.load(Ordering::Relaxed);
                let request = client.post(&url).header("content-type", "text/plain");
                let request = request.header("origin", ORIGIN);
                let body = report("vn-hn", view).to_string();
                assert_eq!(request.body(body).send().await.unwrap().status(), 204);
                answered.fetch_add(1, Ordering::Relaxed);
            }
        })
    };
    for round in 0..4 {
        while answered.load(Ordering::Relaxed) < 25 * (round + 1) {
            tokio::time::sleep(std::time::Duration::from_millis(5)).await;
        }
        let before = answered.load(Ordering::Relaxed);
        let file = dir.path().join(format!("backup-{round}.db"));
        let (name, from) = (file.display().to_string(), data.clone());
        let told = tokio::task::spawn_blocking(move || run(&["backup", &name], &from)).await;
        let copied = reports(&told.unwrap().unwrap());
        assert!(copied >= before, "{copied} of {before}");
        println!("round {round}: {before} were answered before, {copied} are in the backup");
    }
    stop.store(true, Ordering::Relaxed);
    load.await.unwrap();
    drop(server);

    // The last one goes to another machine.
    let other = dir.path().join("other");
    let last = dir.path().join("backup-3.db").display().to_string();
    let restored = reports(&run(&["restore", &last], &other).unwrap());
    let server = Nhip::start(&["serve"], &other);
    let summary = server.json("/v1/portals/vn-hn/summary").await;
    assert_eq!(summary["views"]["began"], restored);
    assert_eq!(server.post("vn-hn", u64::MAX).await, 204);
}

#[tokio::test]
async fn what_is_damaged_or_in_the_way_is_named_and_nothing_is_lost() {
    let dir = tempfile::tempdir().unwrap();
    let data = dir.path().join("data");
    assert_refused(
        &run(&["check"], &data).unwrap_err(),
        &["no database", "--data"],
    );
    assert!(add(&data, "vn-hn").status.success());
    let mut server = Nhip::start(&["serve"], &data);
    for view in 0..20 {
        assert_eq!(server.post("vn-hn", view).await, 204);
    }
    let file = dir.path().join("backup.db");
    let name = file.display().to_string();
    assert_eq!(reports(&run(&["backup", &name], &data).unwrap()), 20);
    assert_refused(
        &run(&["backup", &name], &data).unwrap_err(),
        &["exists already"],
    );
    // A server uses the directory.
    assert_refused(
        &run(&["restore", &name, "--replace"], &data).unwrap_err(),
        &["another nhip serves"],
    );
    assert!(server.signal("-TERM").success());
    assert_refused(
        &run(&["restore", &name], &data).unwrap_err(),
        &["--replace"],
    );

    let mut bytes = std::fs::read(&file).unwrap();
    // The head of a page: SQLite cannot tell what was written over a page's free space.
    let middle = bytes.len() / 2 / 4096 * 4096;
    bytes[middle..middle + 600].fill(0x5a);
    let damaged = dir.path().join("damaged.db");
    std::fs::write(&damaged, &bytes).unwrap();
    let damaged = damaged.display().to_string();
    assert_refused(
        &run(&["restore", &damaged, "--replace"], &data).unwrap_err(),
        &["damaged"],
    );
    let no_database = dir.path().join("notes.txt");
    std::fs::write(&no_database, "no database").unwrap();
    let no_database = no_database.display().to_string();
    assert_refused(
        &run(&["restore", &no_database, "--replace"], &data).unwrap_err(),
        &["notes.txt"],
    );
    assert_eq!(
        reports(&run(&["check"], &data).unwrap().replace("whole:", "has")),
        20
    );

    // What was there before stays beside.
    let mut server = Nhip::start(&["serve"], &data);
    assert_eq!(server.post("vn-hn", 99).await, 204);
    assert!(server.signal("-TERM").success());
    assert_eq!(
        reports(&run(&["restore", &name, "--replace"], &data).unwrap()),
        20
    );
    let before = data.join("nhip.db.before-restore");
    let connection = rusqlite::Connection::open(before).unwrap();
    let count = connection.query_row("SELECT count(*) FROM reports", [], |row| row.get(0));
    assert_eq!(count, Ok(21));
}
