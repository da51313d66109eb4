//! What keeps the reports can be changed, and no answer changes with it: every scenario runs on SQLite and on ClickHouse,
//! Debian's old server and the current engine, and must give the same.
#![allow(clippy::unwrap_used, clippy::expect_used)]

#[path = "common/clickhouse.rs"]
mod clickhouse;
mod common;
#[path = "common/made_up.rs"]
mod made_up;

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use axum::body::Body;
use axum::http::Request;
use clickhouse::ClickHouse;
use http_body_util::BodyExt;
use made_up::{NOW, PORTALS, fed, rows};
use nhip_collector::app::App;
use nhip_collector::audit::By;
use nhip_collector::browser_reports::{Kind, Tally};
use nhip_collector::clock::{Clock, DAY_MS, HOUR_MS, day_of, hours_of};
use nhip_collector::config::Settings;
use nhip_collector::moving;
use nhip_collector::notes::Note;
use nhip_collector::roller::catch_up;
use nhip_collector::routes;
use nhip_collector::store::sqlite::{Database, Portals};
use nhip_collector::store::{Engine, NewRow, OutcomeCount, Slice, Store, StoredRow, Stranger};
use nhip_collector::upkeep::{Retention, prune};
use nhip_protocol::code::Code;
use tower::ServiceExt;

/// A collector's inside on an engine, at a time that the test sets.
struct Place {
    app: Arc<App>,
    now: Arc<AtomicI64>,
    dir: tempfile::TempDir,
}

impl Place {
    fn on(engine: Engine) -> Place {
        let dir = tempfile::tempdir().unwrap();
        for portal in PORTALS {
            common::add(dir.path(), portal);
        }
        Place::of(engine, dir)
    }

    fn of(engine: Engine, dir: tempfile::TempDir) -> Place {
        let now = Arc::new(AtomicI64::new(NOW));
        let told = Arc::clone(&now);
        let clock = Clock::new(move || told.load(Ordering::Relaxed));
        let settings = Settings {
            retention: Retention {
                raw: 3,
                rollups: 40,
            },
            store: engine,
            ..common::settings(dir.path())
        };
        let database = Database::open(dir.path()).unwrap();
        let portals = Portals::open(&database, Vec::new()).unwrap();
        let most = settings.spool_bytes;
        let store = settings.store.start(database, most, clock.clone()).unwrap();
        let app = App::new(store, portals, clock, &settings).unwrap();
        Place {
            app: Arc::new(app),
            now,
            dir,
        }
    }

    fn store(&self) -> &dyn Store {
        &*self.app.store
    }

    /// All of it is where it is read.
    async fn settled(&self) {
        for _ in 0..400 {
            match self.store().spool() {
                Some(spool) if spool.rows + spool.untold > 0 => {}
                // Whose work it is was told before the clock was set.
                _ if !self.store().duty().leads() => {}
                _ => return,
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        panic!("still waits: {:?}", self.store().spool());
    }

    async fn append(&self, rows: Vec<NewRow>) {
        for batch in rows.chunks(37) {
            self.store().append(batch.to_vec()).await.unwrap();
        }
        self.settled().await;
    }

    async fn roll(&self) {
        self.settled().await;
        self.blocking(|place| {
            let runtime = tokio::runtime::Handle::current();
            runtime.block_on(catch_up(&place.app, true)).unwrap();
        })
        .await;
    }

    /// A store is read where blocking is allowed.
    async fn blocking<T: Send + 'static>(
        &self,
        ask: impl FnOnce(&Place) -> T + Send + 'static,
    ) -> T {
        let place = Place {
            app: Arc::clone(&self.app),
            now: Arc::clone(&self.now),
            dir: tempfile::tempdir().unwrap(),
        };
        tokio::task::spawn_blocking(move || ask(&place))
            .await
            .unwrap()
    }

    async fn get(&self, path: &str) -> (u16, String) {
        let request = Request::get(path).body(Body::empty()).unwrap();
        let router = routes::router(Arc::clone(&self.app));
        let response = router.oneshot(request).await.unwrap();
        let status = response.status().as_u16();
        let body = response.into_body().collect().await.unwrap().to_bytes();
        (status, String::from_utf8_lossy(&body).into_owned())
    }

    /// What the store says of everything that it is asked.
    fn told(&self) -> Told {
        let store = self.store();
        let mut told = Told::default();
        let all: Range<i64> = 0..i64::from(i32::MAX);
        let broken = store
            .scan(all.clone(), &Slice::whole(None), &mut |row| {
                told.rows.push(row)
            })
            .unwrap();
        assert!(broken.is_empty());
        for part in 0..3 {
            let slice = Slice {
                portals: Some(vec![code("vn-hn"), code("vn-dn")]),
                parts: 3,
                part,
            };
            store
                .scan(all.clone(), &slice, &mut |_| told.sliced += 1)
                .unwrap();
        }
        let hours: BTreeSet<i64> = told
            .rows
            .iter()
            .map(|row| row.began.div_euclid(HOUR_MS))
            .collect();
        for hour in hours.into_iter().step_by(9) {
            store
                .last_snapshots(hour, &Slice::whole(None), &mut |view| {
                    let key = (hour, view.last.portal.to_string(), view.last.view.0);
                    let before = told.views.insert(key, format!("{view:?}"));
                    assert!(before.is_none(), "a view twice");
                })
                .unwrap();
        }
        let mut latest = i64::MAX;
        store
            .views(
                NOW / HOUR_MS - 26..NOW / HOUR_MS + 1,
                &mut |portal, view, dated| {
                    let hour = dated.began.div_euclid(HOUR_MS);
                    assert!(hour <= latest, "the latest hour first");
                    latest = hour;
                    told.dated
                        .insert((portal.to_owned(), view.0, format!("{dated:?}")));
                    true
                },
            )
            .unwrap();
        for portal in PORTALS.map(code) {
            for with_groups in [false, true] {
                store
                    .rollups(&portal, all.clone(), with_groups, &mut |kept| {
                        let bytes = kept.bytes.to_vec();
                        told.rollups
                            .push((portal.clone(), kept.hour, kept.revision, bytes));
                    })
                    .unwrap();
                store
                    .days(&portal, 0..1_000_000, with_groups, &mut |day, bytes| {
                        told.days.push((portal.clone(), day, bytes.to_vec()));
                    })
                    .unwrap();
            }
            let reports = store.browser_reports(&portal, all.clone()).unwrap();
            told.lists.push(format!("{reports:?}"));
            let notes = store.notes(&portal, 0..i64::MAX).unwrap();
            told.lists.push(format!("{notes:?}"));
        }
        let activity: BTreeMap<_, _> = store.activity().unwrap().into_iter().collect();
        let mut outcomes = store.outcomes(all).unwrap();
        outcomes.sort_by_key(|it| (it.hour, it.portal.clone(), it.outcome.clone()));
        let mut names = store.names().unwrap();
        names.sort_by_key(|name| (name.portal.clone(), name.name.clone()));
        told.lists.extend([
            format!("{activity:?}"),
            format!("{outcomes:?}"),
            format!("{names:?}"),
            format!("{:?}", store.strangers().unwrap()),
            format!("{:?}", store.stale().unwrap()),
            format!("{:?}", store.stale_days(day_of(NOW / HOUR_MS)).unwrap()),
            format!("{:?}", store.months().unwrap()),
        ]);
        for source in CHILDREN {
            let had = store.had(source, 0..i64::from(i32::MAX)).unwrap();
            let had = had.iter().map(|had| format!("{source}: {had:?}"));
            told.had.extend(had);
        }
        told.had.sort();
        told
    }
}

/// Of portals that this collector hears, too; the second has some hours of the first.
const CHILDREN: [&str; 2] = ["bac", "nam"];

async fn children(place: &Place, revision: u64) {
    for (at, source) in CHILDREN.into_iter().enumerate() {
        let rows = rows(1000 + at as u64 * 20, 30 + revision * 9, 3, 0);
        let kept = place.store().keep_fed(fed(source, rows, revision)).await;
        kept.unwrap();
    }
    place.settled().await;
}

#[derive(Debug, Default, PartialEq)]
struct Told {
    rows: Vec<StoredRow>,
    sliced: usize,
    views: BTreeMap<(i64, String, u64), String>,
    dated: BTreeSet<(String, u64, String)>,
    rollups: Vec<(Code, i64, u64, Vec<u8>)>,
    days: Vec<(Code, i64, Vec<u8>)>,
    lists: Vec<String>,
    had: Vec<String>,
}

fn code(text: &str) -> Code {
    text.parse().unwrap()
}

/// Everything that is no report.
async fn tell(place: &Place) {
    let hour = NOW / HOUR_MS;
    let refused = |hour, portal: Option<&str>, count| OutcomeCount {
        hour,
        portal: portal.map(code),
        outcome: "too-late".to_owned(),
        count,
    };
    let stranger = |origin: &str| Stranger {
        portal: code("vn-hn"),
        origin: origin.to_owned(),
        last_seen: NOW,
    };
    let counts = vec![
        refused(hour, Some("vn-hn"), 3),
        refused(hour - 30, None, 2),
        refused(hour, Some("vn-hn"), 4),
    ];
    let strangers = vec![stranger("https://la.example")];
    place.store().record(counts, strangers).await.unwrap();
    place
        .store()
        .record(vec![refused(hour, Some("vn-hn"), 5)], Vec::new())
        .await
        .unwrap();
    let tally = |kind: &str, detail: &str, count| Tally {
        portal: code("vn-dn"),
        hour,
        kind: Kind::named(kind).unwrap(),
        detail: detail.to_owned(),
        count,
    };
    for tallies in [
        vec![
            tally("csp-violation", "script-src", 2),
            tally("csp-violation", "img-src", 9),
        ],
        vec![tally("csp-violation", "script-src", 20)],
    ] {
        place.store().count_browser_reports(tallies).await.unwrap();
    }
    let note = Note {
        portal: code("vn-hn"),
        at: NOW - HOUR_MS,
        text: "phát hành".to_owned(),
    };
    place.app.portals.note(&note, &By::operator(NOW)).unwrap();
    place.settled().await;
}

/// What the API gives out.
const PATHS: [&str; 14] = [
    "/v1/league",
    "/v1/coverage",
    "/v1/portals",
    "/v1/portals/vn-hn",
    "/v1/portals/vn-hn/summary",
    "/v1/portals/vn-hn/summary?device=phone",
    "/v1/portals/vn-dn/summary?page=/trang-a",
    "/v1/portals/vn-hn/series?step=day",
    "/v1/portals/vn-hcm/series?step=hour",
    "/v1/portals/vn-hn/reports",
    "/v1/portals/vn-hn/notes",
    "/v1/export.csv?step=day",
    "/v1/export.json?portal=vn-hn&by=device",
    "/badge/vn-hn.svg",
];

async fn the_same(one: &Place, other: &Place, when: &str) {
    let told = one.blocking(Place::told).await;
    let others = other.blocking(Place::told).await;
    assert_eq!(told.rows.len(), others.rows.len(), "{when}: rows");
    for (row, same) in told.rows.iter().zip(&others.rows) {
        assert_eq!(row, same, "{when}: a row");
    }
    assert_eq!(told.lists, others.lists, "{when}");
    assert_eq!(told, others, "{when}");
    for path in PATHS {
        let (status, said) = one.get(path).await;
        assert!(
            status == 200 || status == 404,
            "{when}: {path}: {status} {said}"
        );
        assert_eq!((status, said), other.get(path).await, "{when}: {path}");
    }
}

/// The life of a database, step by step, on both.
async fn live(engine: Engine) {
    let (sqlite, other) = (Place::on(Engine::Sqlite), Place::on(engine));
    let both = [&sqlite, &other];
    the_same(&sqlite, &other, "empty").await;
    for place in both {
        place.append(rows(0, 600, 5, 0)).await;
        tell(place).await;
    }
    the_same(&sqlite, &other, "not rolled up").await;
    for place in both {
        place.roll().await;
    }
    let stale = other.blocking(|place| place.store().stale().unwrap()).await;
    assert_eq!(stale, []);
    the_same(&sqlite, &other, "rolled up").await;
    let days = other.blocking(Place::told).await.days.len();
    assert!(days > 12, "whole days: {days}");
    for place in both {
        place.append(rows(600, 90, 2, NOW)).await;
    }
    the_same(&sqlite, &other, "late reports").await;
    for place in both {
        place.roll().await;
    }
    the_same(&sqlite, &other, "rolled up again").await;
    for place in both {
        // Nothing came: the same bytes, the same revisions.
        place.roll().await;
    }
    the_same(&sqlite, &other, "and again").await;
    for revision in [3, 2, 4] {
        for place in both {
            children(place, revision).await;
        }
        the_same(&sqlite, &other, "a child has sent something").await;
        for place in both {
            place.roll().await;
        }
        the_same(&sqlite, &other, "it is rolled up").await;
    }
    let had = other.blocking(Place::told).await.had;
    let corrected = had.iter().filter(|had| had.contains("revision: 4"));
    assert!(had.len() > 40 && corrected.count() > 5, "{had:?}");
    // Three days are over, from midnight to midnight.
    let midnight = hours_of(day_of(NOW / HOUR_MS)).end * HOUR_MS;
    for place in both {
        place.now.store(midnight, Ordering::Relaxed);
        place.settled().await;
        prune(&place.app).await.unwrap();
    }
    let first = other.blocking(Place::told).await.rows[0].began;
    assert_eq!(day_of(first / HOUR_MS), day_of(midnight / HOUR_MS) - 3);
    the_same(&sqlite, &other, "raw rows are gone").await;
    for place in both {
        place.now.store(midnight + 90 * DAY_MS, Ordering::Relaxed);
        place.settled().await;
        prune(&place.app).await.unwrap();
    }
    the_same(&sqlite, &other, "all of it is gone").await;
    let told = other.blocking(Place::told).await;
    assert!(told.rows.is_empty() && told.rollups.is_empty() && told.days.is_empty());
    for place in both {
        place.store().close();
    }
}

/// Without a gap: what was rolled up is copied, what is raw goes by itself, and nothing is counted twice.
#[tokio::test(flavor = "multi_thread")]
async fn moving_to_clickhouse_changes_no_answer() {
    let server = ClickHouse::old();
    server.ready();
    let [stays, moves] = [Place::on(Engine::Sqlite), Place::on(Engine::Sqlite)];
    for place in [&stays, &moves] {
        place.append(rows(0, 400, 9, 0)).await;
        tell(place).await;
        place.roll().await;
        // In some hours it is known what was this collector's own, in others it is not yet.
        children(place, 1).await;
        place.roll().await;
        children(place, 2).await;
        // Of the first days only what was rolled up is left.
        prune(&place.app).await.unwrap();
        place.append(rows(400, 30, 2, NOW)).await;
    }
    let engine = Engine::Clickhouse(server.address());
    let copying = Settings {
        store: engine.clone(),
        ..common::settings(moves.dir.path())
    };
    let Place { app, dir, .. } = moves;
    let said = move || {
        let clock = Clock::new(|| NOW);
        let first = moving::copy(&copying, &clock).unwrap();
        (first, moving::copy(&copying, &clock).unwrap())
    };
    let (first, again) = tokio::task::spawn_blocking(said).await.unwrap();
    assert!(
        !first.starts_with("0 hours") && first.contains(" 0 were there"),
        "{first}"
    );
    assert!(again.starts_with("0 hours copied"), "{again}");
    app.store.close();
    drop(app);
    // Started again, too: it knows of strangers what it read at its start.
    stays.store().close();
    let Place { dir: stayed, .. } = stays;
    let stays = Place::of(Engine::Sqlite, stayed);
    let moved = Place::of(engine, dir);
    moved.settled().await;
    let [one, other] = [&stays, &moved].map(|place| place.blocking(Place::told));
    assert_eq!(one.await.had, other.await.had, "nothing is sent again");
    for place in [&stays, &moved] {
        children(place, 3).await;
        place.roll().await;
    }
    // A revision says how often an hour was another on this engine, and differs.
    for path in PATHS {
        assert_eq!(stays.get(path).await, moved.get(path).await, "{path}");
    }
    let (one, other) = (
        stays.blocking(Place::told).await,
        moved.blocking(Place::told).await,
    );
    assert_eq!(one.rows, other.rows);
    assert_eq!(one.days, other.days);
    assert_eq!(one.lists, other.lists);
    let bytes = |told: &Told| -> Vec<_> {
        let kept = told.rollups.iter();
        kept.map(|(portal, hour, _, bytes)| (portal.clone(), *hour, bytes.clone()))
            .collect()
    };
    assert_eq!(bytes(&one), bytes(&other));
    moved.store().close();
}

#[tokio::test(flavor = "multi_thread")]
async fn an_old_clickhouse_answers_as_sqlite_does() {
    let server = ClickHouse::old();
    server.ready();
    live(Engine::Clickhouse(server.address())).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_current_clickhouse_answers_as_sqlite_does() {
    let server = ClickHouse::current();
    server.ready();
    live(Engine::Clickhouse(server.address())).await;
}
