use std::ops::Range;
use std::sync::atomic::{AtomicI64, Ordering};

use nhip_protocol::report::RawReport;
use serde_json::json;

use super::*;
use crate::clock::{Clock, HOUR_MS, UnixMs};
use crate::question::totals;
use crate::rollup::{Filter, Total};
use crate::store::sqlite::{Database, Portals, SqliteStore};
use crate::store::{NewRow, OriginSeen};

/// An hour that is over.
pub const HOUR: i64 = 495_000;

/// A collector's inside, at a time that a test sets.
pub struct Place {
    pub app: Arc<App>,
    pub now: Arc<AtomicI64>,
    pub dir: tempfile::TempDir,
}

pub fn place() -> Place {
    let dir = tempfile::tempdir().unwrap();
    let database = Database::open(dir.path()).unwrap();
    let portals = Portals::open(&database, Vec::new()).unwrap();
    let store = Arc::new(SqliteStore::start(database).unwrap());
    let now = Arc::new(AtomicI64::new((HOUR + 2) * HOUR_MS));
    let told = Arc::clone(&now);
    let clock = Clock::new(move || told.load(Ordering::Relaxed));
    let settings =
        crate::config::Settings::resolve(&crate::cli::Flags::default(), crate::config::Role::Serve)
            .unwrap();
    let app = Arc::new(App::new(store, portals, clock, &settings).unwrap());
    Place { app, now, dir }
}

fn code(text: &str) -> Code {
    text.parse().unwrap()
}

/// `lcp` in tenths of a millisecond.
pub fn row(portal: &str, view: u64, received: UnixMs, age: u64, lcp: u64) -> NewRow {
    let report = json!({"v":1,"portal":portal,"view":format!("{view:016x}"),"seq":1,
        "kind":"final","nav":"navigate","age":age,"page":format!("/p-{}", ["a", "b"][view as usize % 2]),
        "device":if view.is_multiple_of(3) { "phone" } else { "desktop" },
        "load":{"lcp":lcp as f64 / 10.0}});
    let raw: RawReport = serde_json::from_value(report).unwrap();
    NewRow::new(received, OriginSeen::Registered, raw.validate().unwrap())
}

impl Place {
    pub async fn append(&self, rows: Vec<NewRow>) {
        self.app.store.append(rows).await.unwrap();
    }

    pub async fn roll(&self) {
        catch_up(&self.app, true).await.unwrap();
    }

    pub fn totals(&self, portal: &str, filter: &Filter) -> Total {
        self.of(portal, HOUR - 30..HOUR + 30, filter)
    }

    /// Of `vn-hn`.
    pub fn between(&self, hours: Range<i64>, filter: &Filter) -> Total {
        self.of("vn-hn", hours, filter)
    }

    fn of(&self, portal: &str, hours: Range<i64>, filter: &Filter) -> Total {
        let portals = [code(portal)];
        totals(&*self.app.store, &portals, &hours, filter)
            .unwrap()
            .remove(&portals[0])
            .unwrap()
    }

    /// Hour, revision and bytes of what is kept.
    pub fn kept(&self, portal: &str) -> Vec<(i64, u64, Vec<u8>)> {
        let mut kept = Vec::new();
        self.app
            .store
            .rollups(&code(portal), i64::MIN..i64::MAX, true, &mut |hour| {
                kept.push((hour.hour, hour.revision, hour.bytes.to_vec()));
            })
            .unwrap();
        kept
    }
}

#[tokio::test]
async fn an_answer_is_the_same_before_and_after_the_hour_is_rolled_up() {
    let place = place();
    let start = HOUR * HOUR_MS;
    for view in 0..300_u64 {
        let portal = ["vn-hn", "vn-dn"][usize::from(view % 5 == 0)];
        let at = start + view.cast_signed() * 20_000;
        place
            .append(vec![row(portal, view, at + 500, 500, 5000 + view * 97)])
            .await;
    }
    let filters = [
        Filter::default(),
        Filter {
            page: Some("/p-a".into()),
            ..Filter::default()
        },
    ];
    let before = filters.clone().map(|filter| place.totals("vn-hn", &filter));
    assert_eq!(before[0].people.views.began, 240);
    assert!((1..240).contains(&before[1].people.views.began));
    assert!(place.kept("vn-hn").is_empty());
    place.roll().await;
    assert!(place.app.store.stale().unwrap().is_empty());
    assert_eq!(place.kept("vn-hn").len(), 2);
    assert_eq!(filters.map(|filter| place.totals("vn-hn", &filter)), before);
}

#[tokio::test]
async fn rolling_up_again_changes_nothing_and_a_late_report_makes_a_new_revision() {
    let place = place();
    let start = HOUR * HOUR_MS;
    place
        .append(vec![row("vn-hn", 1, start + 900, 900, 10_000)])
        .await;
    place.roll().await;
    let first = place.kept("vn-hn");
    assert_eq!((first.len(), first[0].0, first[0].1), (1, HOUR, 1));

    // Nothing came, and it is made anew all the same.
    let again = keepable(
        &*place.app.store,
        HOUR,
        &[Stale {
            portal: code("vn-hn"),
            hour: HOUR,
            rows: 1,
            rows_of_hour: 1,
        }],
    );
    place.app.store.keep_rollups(again.unwrap()).await.unwrap();
    assert_eq!(place.kept("vn-hn"), first);

    // 20 hours in a queue.
    let age = 20 * HOUR_MS;
    let late = row("vn-hn", 2, start + age + 5, age.unsigned_abs(), 20_000);
    place.append(vec![late]).await;
    assert_eq!(
        place.totals("vn-hn", &Filter::default()).people.views.late,
        1
    );
    place.roll().await;
    let second = place.kept("vn-hn");
    assert_eq!((second.len(), second[0].1), (1, 2));
    assert_ne!(second[0].2, first[0].2);
    let people = place.totals("vn-hn", &Filter::default()).people;
    assert_eq!((people.views.began, people.views.late), (2, 1));
}

#[tokio::test]
async fn the_running_hour_waits_for_its_turn_and_is_answered_all_the_same() {
    let place = place();
    let now = place.now.load(Ordering::Relaxed);
    place.append(vec![row("vn-hn", 1, now, 0, 10_000)]).await;
    catch_up(&place.app, false).await.unwrap();
    assert!(place.kept("vn-hn").is_empty());
    assert_eq!(
        place.totals("vn-hn", &Filter::default()).people.views.began,
        1
    );
    place.now.fetch_add(HOUR_MS, Ordering::Relaxed);
    catch_up(&place.app, false).await.unwrap();
    assert_eq!(place.kept("vn-hn").len(), 1);
}

#[tokio::test]
async fn percentiles_of_rollups_are_those_of_the_raw_rows() {
    let place = place();
    let start = HOUR * HOUR_MS;
    let mut exact = Vec::new();
    let mut rows = Vec::new();
    for view in 0..2000_u64 {
        // Two humps, over ten hours.
        let lcp = if view % 4 == 3 { 60_000 } else { 11_000 } + view * 7919 % 9000;
        exact.push(lcp);
        let began = start - (view % 10).cast_signed() * HOUR_MS;
        rows.push(row("vn-hn", view, began + 700, 700, lcp));
    }
    for batch in rows.chunks(200) {
        place.append(batch.to_vec()).await;
    }
    place.roll().await;
    assert_eq!(place.kept("vn-hn").len(), 10);
    let people = place.totals("vn-hn", &Filter::default()).people;
    exact.sort_unstable();
    for (percent, told) in [50, 75, 95]
        .into_iter()
        .zip(people.lcp.percentiles([50, 75, 95]).unwrap())
    {
        let exact = exact[(exact.len() * percent).div_ceil(100) - 1];
        let off = u64::from(told).abs_diff(exact);
        assert!(off * 100 <= exact, "p{percent} is {exact}, told {told}");
    }
    let under = exact.iter().filter(|lcp| **lcp < 25_000).count() as u64;
    assert_eq!(people.lcp.weight_under(), under, "exact, not by the sketch");
}

#[test]
fn a_large_hour_is_read_in_parts_and_gives_the_same() {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .build()
        .unwrap();
    let place = place();
    let rows = (0..500)
        .map(|view| row("vn-hn", view, HOUR * HOUR_MS + 900, 900, 5000 + view * 31))
        .collect();
    runtime.block_on(place.append(rows));
    let store = &*place.app.store;
    let stale = |rows| Stale {
        portal: code("vn-hn"),
        hour: HOUR,
        rows,
        rows_of_hour: rows,
    };
    let whole = roll(store, HOUR, &[stale(500)]).unwrap();
    let parts = roll(store, HOUR, &[stale(ROWS_HELD * 7)]).unwrap();
    assert_eq!(whole[&code("vn-hn")], parts[&code("vn-hn")]);
    assert_eq!(whole[&code("vn-hn")].hour.total().people.views.began, 500);
}

#[tokio::test]
async fn a_late_report_of_one_portal_leaves_the_others_rollups_as_they_are() {
    let place = place();
    let at = HOUR * HOUR_MS + 900;
    place
        .append(vec![
            row("vn-hn", 1, at, 900, 10_000),
            row("vn-dn", 2, at, 900, 10_000),
            row("vn-dn", 3, at, 900, 10_000),
        ])
        .await;
    place.roll().await;
    // As upkeep may leave an hour between two pieces.
    let database = rusqlite::Connection::open(place.dir.path().join("nhip.db")).unwrap();
    let delete = "DELETE FROM reports WHERE rowid = (SELECT max(rowid) FROM reports)";
    assert_eq!(database.execute(delete, []), Ok(1));
    place.append(vec![row("vn-hn", 4, at, 900, 10_000)]).await;
    let portals = [code("vn-hn"), code("vn-dn")];
    let hours = HOUR..HOUR + 1;
    let totals = totals(&*place.app.store, &portals, &hours, &Filter::default()).unwrap();
    let began = portals.map(|portal| totals[&portal].people.views.began);
    assert_eq!(began, [2, 2]);
}

#[test]
fn small_portals_are_read_together_and_a_large_one_in_parts() {
    let stale = |portal: &str, rows| Stale {
        portal: code(portal),
        hour: HOUR,
        rows,
        rows_of_hour: 0,
    };
    let batches = batches(&[
        stale("vn-hn", 20_000),
        stale("vn-dn", 30_000),
        stale("vn-ct", 1),
        stale("vn-hcm", 120_001),
        stale("vn-hue", 5),
    ]);
    let codes = |portals: &[&str]| portals.iter().map(|it| code(it)).collect::<Vec<_>>();
    let expected = [
        (codes(&["vn-hn", "vn-dn"]), 1),
        (codes(&["vn-ct"]), 1),
        (codes(&["vn-hcm"]), 3),
        (codes(&["vn-hue"]), 1),
    ];
    assert_eq!(batches, expected);
}
