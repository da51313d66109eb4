//! Paths that carry what is somebody's: numbers of citizens and dossiers, telephones, e-mail addresses,
//! tokens, names. The second half was written after the code and is never used to tune it: a path of it
//! that gets through moves to the first half with its cure, and others take its place.
//!
//! `cargo test -p nhip-protocol --test hostile_paths -- --nocapture` prints the table.
#![allow(clippy::unwrap_used)]

use nhip_protocol::redact;
use serde::Deserialize;

/// A path, what of it is somebody's, and the net in which that is caught.
type Row = (String, String, String);

#[derive(Deserialize)]
struct Table {
    tuned: Vec<Row>,
    held_out: Vec<Row>,
}

#[test]
fn what_is_somebodys_is_caught_in_the_net_that_is_named() {
    let table: Table = serde_json::from_str(include_str!("hostile-paths.json")).unwrap();
    assert!(table.tuned.len() + table.held_out.len() >= 60);
    assert!(table.held_out.len() >= table.tuned.len());
    let mut through = Vec::new();
    for (half, rows) in [("tuned", &table.tuned), ("held out", &table.held_out)] {
        println!("\n{half}: path → what leaves the browser, caught by");
        for (path, secret, net) in rows {
            assert!(path.contains(secret.as_str()), "{path}: {secret}");
            let group = redact::path(path);
            println!("  {path} → {group}, {net}");
            // What looks like a word leaves the browser and is the collector's to hide.
            let leaves = group.contains(secret.as_str());
            if leaves != (net == "collector") {
                through.push(path);
            }
        }
        let in_browser = rows.iter().filter(|(.., net)| net == "browser").count();
        println!("  {} of {} in the browser", in_browser, rows.len());
    }
    assert!(through.is_empty(), "not as the table says: {through:?}");
}
