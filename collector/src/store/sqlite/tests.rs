use nhip_protocol::report::RawReport;
use serde_json::json;

use super::*;
use crate::clock::{HOUR_MS, UnixMs};
use crate::store::{OriginSeen, STORED};

fn row(view: u64, received: UnixMs) -> NewRow {
    let raw: RawReport = serde_json::from_value(json!({"v":1,"portal":"vn-hn",
        "view":format!("{view:016x}"),"seq":1,"kind":"final","nav":"navigate","age":10,
        "page":"/","load":{"lcp":1310.2}}))
    .unwrap();
    NewRow::new(received, OriginSeen::Null, raw.validate().unwrap())
}

fn open(dir: &std::path::Path) -> SqliteStore {
    SqliteStore::start(Database::open(dir).unwrap()).unwrap()
}

fn scan(store: &SqliteStore, hours: Range<i64>) -> Vec<u64> {
    let mut views = Vec::new();
    store
        .scan(hours, &Slice::whole(None), &mut |row| {
            views.push(row.report.view.0);
        })
        .unwrap();
    views
}

fn sql(dir: &std::path::Path, sql: &str) {
    let connection = Connection::open(dir.join("nhip.db")).unwrap();
    connection.execute_batch(sql).unwrap();
}

#[tokio::test]
async fn rows_read_back_as_they_were_after_a_restart() {
    let dir = tempfile::tempdir().unwrap();
    let rows = vec![row(u64::MAX, 1000), row(2, HOUR_MS + 2000)];
    let store = open(dir.path());
    store.append(rows.clone()).await.unwrap();
    store.close();
    assert_eq!(store.append(rows.clone()).await, Err(NotKept::Closing));

    let store = open(dir.path());
    let mut read = Vec::new();
    store
        .scan(0..9, &Slice::whole(None), &mut |row| read.push(row))
        .unwrap();
    for (stored, new) in read.iter().zip(&rows) {
        assert_eq!(stored.report, new.report);
        assert_eq!((stored.received, stored.began), (new.received, new.began));
        assert_eq!(stored.origin, OriginSeen::Null);
    }
    assert_eq!(read.len(), 2);
    assert_eq!(scan(&store, 1..9), [2]);
    assert_eq!(scan(&store, 0..1), [u64::MAX]);
    let other = Slice::whole(Some("vn-dn".parse().unwrap()));
    let mut none = 0;
    store.scan(0..9, &other, &mut |_| none += 1).unwrap();
    assert_eq!(none, 0);
}

#[tokio::test]
async fn a_clock_that_goes_back_overwrites_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path());
    store.append(vec![row(1, 9000)]).await.unwrap();
    store.append(vec![row(2, 5000)]).await.unwrap();
    drop(store);
    let store = open(dir.path());
    store.append(vec![row(3, 4000)]).await.unwrap();
    assert_eq!(scan(&store, 0..9), [1, 2, 3]);
}

#[tokio::test]
async fn a_write_that_fails_is_said_and_reading_goes_on() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path());
    store.append(vec![row(1, 1000)]).await.unwrap();
    let away = "CREATE TRIGGER full BEFORE INSERT ON reports
        BEGIN SELECT RAISE(ABORT, 'no room'); END";
    sql(dir.path(), away);
    let error = store.append(vec![row(2, 2000)]).await.unwrap_err();
    assert_eq!(error, NotKept::Disk("no room".into()));
    assert_eq!(scan(&store, 0..9), [1]);
    sql(dir.path(), "DROP TRIGGER full");
    store.append(vec![row(2, 2000)]).await.unwrap();
    assert_eq!(scan(&store, 0..9), [1, 2]);
    let counts = store.outcomes(0..1).unwrap();
    assert_eq!((counts[0].outcome.as_str(), counts[0].count), (STORED, 2));
}

#[tokio::test]
async fn many_at_once_are_all_kept() {
    let dir = tempfile::tempdir().unwrap();
    let store = std::sync::Arc::new(open(dir.path()));
    let senders: Vec<_> = (0..200)
        .map(|view| {
            let store = std::sync::Arc::clone(&store);
            tokio::spawn(async move { store.append(vec![row(view, 1000)]).await })
        })
        .collect();
    for sender in senders {
        sender.await.unwrap().unwrap();
    }
    let mut views = scan(&store, 0..9);
    views.sort_unstable();
    assert_eq!(views, (0..200).collect::<Vec<_>>());
}

#[tokio::test]
async fn a_portal_connects_anew_after_a_day_of_silence() {
    const HOUR: UnixMs = HOUR_MS;
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path());
    for (received, connected_since) in [
        (HOUR, HOUR),
        (20 * HOUR, HOUR),
        (44 * HOUR, HOUR),
        (69 * HOUR, 69 * HOUR),
        (69 * HOUR - 1, 69 * HOUR),
    ] {
        store.append(vec![row(1, received)]).await.unwrap();
        let activity = store.activity().unwrap();
        let portal = activity.get(&"vn-hn".parse().unwrap()).unwrap();
        assert_eq!(portal.connected_since, connected_since, "{received}");
    }
}

#[test]
fn a_database_of_a_newer_schema_is_left_alone() {
    let dir = tempfile::tempdir().unwrap();
    Database::open(dir.path()).unwrap();
    sql(dir.path(), "PRAGMA user_version = 99");
    let error = Database::open(dir.path()).unwrap_err();
    assert!(error.to_string().contains("schema 99"), "{error}");
}

#[test]
fn a_database_of_the_first_schema_is_brought_on_and_keeps_its_portals_and_rows() {
    let dir = tempfile::tempdir().unwrap();
    sql(dir.path(), migrations::MIGRATIONS[0]);
    sql(
        dir.path(),
        "PRAGMA user_version = 1;
         INSERT INTO portals VALUES ('vn-hn', 'Hà Nội', 'vn-hn', 'https://dvc.example.vn', 0, 5)",
    );
    // The second report of a view says that it began in another hour, as after a device's sleep.
    for (id, view, received, began) in [
        (7, 1, HOUR_MS + 9, HOUR_MS),
        (8, 1, 3 * HOUR_MS + 9, 3 * HOUR_MS),
        (9, 2, 3 * HOUR_MS + 9, 3 * HOUR_MS),
    ] {
        let report = serde_json::to_string(&row(view, received).report).unwrap();
        let insert = format!(
            "INSERT INTO reports VALUES ({id}, {received}, {began}, 'vn-hn', {view}, 1, 0, '{report}')"
        );
        sql(dir.path(), &insert);
    }
    let database = Database::open(dir.path()).unwrap();
    let portals = Portals::open(&database, Vec::new()).unwrap();
    let registry = portals.current().unwrap();
    let entry = registry.entry(&"vn-hn".parse().unwrap()).unwrap();
    assert_eq!(entry.name, "Hà Nội");
    assert!(!entry.has_name("/thu-tuc"));
    let store = open(dir.path());
    assert_eq!(store.names().unwrap(), []);
    assert_eq!(scan(&store, 1..2), [1, 1]);
    assert_eq!(scan(&store, 3..4), [2]);
    let stale = store.stale().unwrap();
    let rows: Vec<_> = stale.iter().map(|stale| (stale.hour, stale.rows)).collect();
    assert_eq!(rows, [(3, 1), (1, 2)]);
}
