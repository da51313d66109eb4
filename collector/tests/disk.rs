//! A disk that is full: what cannot be kept is refused, what was kept can be read, and when there is room
//! again everything goes on by itself. The kernel's limit on a file's size stands for the disk's end.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used)]

#[path = "common/binary.rs"]
mod binary;
mod common;

use std::path::Path;
use std::process::{Command, Stdio};

use binary::{Nhip, add, nhip};

/// The same command, told not to end at a signal that no full disk sends.
fn unsignalled(data: &Path) -> Command {
    let serve = nhip(&["serve"], data);
    let mut shell = Command::new("sh");
    shell
        .args(["-c", "trap '' XFSZ; exec \"$0\" \"$@\""])
        .arg(serve.get_program())
        .args(serve.get_args())
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null());
    shell
}

/// No file of the process grows beyond `bytes`.
fn limit(server: &Nhip, bytes: &str) {
    let pid = server.child.id().to_string();
    let size = format!("--fsize={bytes}:unlimited");
    let set = Command::new("prlimit")
        .args(["--pid", &pid, &size])
        .status();
    assert!(set.unwrap().success());
}

async fn began(server: &Nhip) -> u64 {
    let summary = server.json("/v1/portals/vn-hn/summary").await;
    summary["views"]["began"].as_u64().unwrap()
}

#[tokio::test]
async fn a_full_disk_loses_nothing_that_was_answered_and_mends_by_itself() {
    let dir = tempfile::tempdir().unwrap();
    assert!(add(dir.path(), "vn-hn").status.success());
    let server = Nhip::run(unsignalled(dir.path()));
    let mut answered = 0;
    for round in 0..3_u64 {
        for view in 0..30 {
            assert_eq!(server.post("vn-hn", round * 1000 + view).await, 204);
            answered += 1;
        }
        let log = std::fs::metadata(dir.path().join("nhip.db-wal")).unwrap();
        limit(&server, &log.len().to_string());
        let mut refused = 0;
        for view in 100..130 {
            match server.post("vn-hn", round * 1000 + view).await {
                204 => answered += 1,
                503 => refused += 1,
                other => panic!("{other}"),
            }
            assert_eq!(began(&server).await, answered, "reads go on");
        }
        assert!(refused > 0, "the disk was not full");
        limit(&server, "unlimited");
        assert_eq!(server.post("vn-hn", round * 1000 + 999).await, 204);
        answered += 1;
        println!(
            "round {round}: {answered} answered with 204, {refused} refused while it was full"
        );
    }
    drop(server);
    let server = Nhip::start(&["serve"], dir.path());
    let found = began(&server).await;
    println!(
        "{answered} answered, {found} found, lost {}",
        answered - found
    );
    assert_eq!(found, answered);
    let counted = server.json("/v1/portals/vn-hn").await["outcomes"]["stored"].clone();
    assert_eq!(counted, answered);
}
