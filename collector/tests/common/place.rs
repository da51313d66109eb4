//! A collector's inside on one of the engines, and all that it says.
#![allow(dead_code, clippy::unwrap_used)]

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use axum::body::Body;
use axum::http::Request;
use http_body_util::BodyExt;
use nhip_collector::app::App;
use nhip_collector::audit::By;
use nhip_collector::browser_reports::{Kind, Tally};
use nhip_collector::clock::{Clock, HOUR_MS, day_of};
use nhip_collector::config::Settings;
use nhip_collector::notes::Note;
use nhip_collector::roller::catch_up;
use nhip_collector::routes;
use nhip_collector::store::sqlite::{Database, Portals};
use nhip_collector::store::{Engine, NewRow, OutcomeCount, Slice, Store, StoredRow, Stranger};
use nhip_collector::upkeep::Retention;
use nhip_protocol::code::Code;
use tower::ServiceExt;

use crate::common;
use crate::made_up::{NOW, PORTALS, fed, rows};

/// A collector's inside on an engine, at a time that the test sets.
pub struct Place {
    pub app: Arc<App>,
    pub now: Arc<AtomicI64>,
    pub dir: tempfile::TempDir,
}

impl Place {
    pub fn on(engine: Engine) -> Place {
        let dir = tempfile::tempdir().unwrap();
        for portal in PORTALS {
            common::add(dir.path(), portal);
        }
        Place::of(engine, dir)
    }

    pub fn of(engine: Engine, dir: tempfile::TempDir) -> Place {
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

    pub fn store(&self) -> &dyn Store {
        &*self.app.store
    }

    /// All of it is where it is read.
    pub async fn settled(&self) {
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

    pub async fn append(&self, rows: Vec<NewRow>) {
        for batch in rows.chunks(37) {
            self.store().append(batch.to_vec()).await.unwrap();
        }
        self.settled().await;
    }

    pub async fn roll(&self) {
        self.settled().await;
        self.blocking(|place| {
            let runtime = tokio::runtime::Handle::current();
            runtime.block_on(catch_up(&place.app, true)).unwrap();
        })
        .await;
    }

    /// A store is read where blocking is allowed.
    pub async fn blocking<T: Send + 'static>(
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

    pub async fn get(&self, path: &str) -> (u16, String) {
        let request = Request::get(path).body(Body::empty()).unwrap();
        let router = routes::router(Arc::clone(&self.app));
        let response = router.oneshot(request).await.unwrap();
        let status = response.status().as_u16();
        let body = response.into_body().collect().await.unwrap().to_bytes();
        (status, String::from_utf8_lossy(&body).into_owned())
    }

    /// What the store says of everything that it is asked.
    pub fn told(&self) -> Told {
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
pub const CHILDREN: [&str; 2] = ["bac", "nam"];

pub async fn children(place: &Place, revision: u64) {
    for (at, source) in CHILDREN.into_iter().enumerate() {
        let rows = rows(1000 + at as u64 * 20, 30 + revision * 9, 6, 0);
        let kept = place.store().keep_fed(fed(source, rows, revision)).await;
        kept.unwrap();
    }
    place.settled().await;
}

#[derive(Debug, Default, PartialEq)]
pub struct Told {
    pub rows: Vec<StoredRow>,
    pub sliced: usize,
    pub views: BTreeMap<(i64, String, u64), String>,
    pub dated: BTreeSet<(String, u64, String)>,
    pub rollups: Vec<(Code, i64, u64, Vec<u8>)>,
    pub days: Vec<(Code, i64, Vec<u8>)>,
    pub lists: Vec<String>,
    pub had: Vec<String>,
}

pub fn code(text: &str) -> Code {
    text.parse().unwrap()
}

/// Everything that is no report.
pub async fn tell(place: &Place) {
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
pub const PATHS: [&str; 14] = [
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

pub async fn the_same(one: &Place, other: &Place, when: &str) {
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
