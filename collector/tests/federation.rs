//! Collectors that feed collectors: the nation has the same numbers as if one collector had seen every report, and gets them
//! again after a week without a line.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod common;
#[path = "common/made_up.rs"]
mod made_up;

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use common::{Collector, client, settings};
use made_up::{NOW, PORTALS, rows};
use nhip_collector::access::{Scope, Token};
use nhip_collector::app::App;
use nhip_collector::audit::By;
use nhip_collector::clock::{Clock, HOUR_MS, UnixMs, rfc3339};
use nhip_collector::federation::{Failed, Parent, feed_all};
use nhip_collector::portals::seeded;
use nhip_collector::roller::catch_up;
use nhip_collector::rollup::Filter;
use nhip_collector::store::sqlite::{Database, Portals, SqliteStore};
use nhip_collector::store::{FromChild, NewRow, Part, Slice, Store};
use nhip_collector::upkeep::prune;
use nhip_protocol::code::Code;
use serde_json::{Value, json};

/// A collector's inside, at a time that all of a test share.
struct Child {
    app: Arc<App>,
    _dir: tempfile::TempDir,
}

struct Time(Arc<AtomicI64>);

impl Time {
    fn new() -> Time {
        // Everything that was made up is over.
        Time(Arc::new(AtomicI64::new(NOW + 3 * HOUR_MS)))
    }

    fn clock(&self) -> Clock {
        let told = Arc::clone(&self.0);
        Clock::new(move || told.load(Ordering::Relaxed))
    }

    fn pass(&self, ms: UnixMs) {
        self.0.fetch_add(ms, Ordering::Relaxed);
    }
}

impl Child {
    fn new(time: &Time) -> Child {
        let dir = tempfile::tempdir().unwrap();
        for portal in PORTALS {
            common::add(dir.path(), portal);
        }
        let database = Database::open(dir.path()).unwrap();
        let portals = Portals::open(&database, Vec::new()).unwrap();
        let settings = settings(dir.path());
        let (most, clock) = (settings.spool_bytes, time.clock());
        let store = settings.store.start(database, most, clock.clone()).unwrap();
        Child {
            app: Arc::new(App::new(store, portals, clock, &settings).unwrap()),
            _dir: dir,
        }
    }

    async fn take(&self, rows: Vec<NewRow>) {
        self.app.store.append(rows).await.unwrap();
        catch_up(&self.app, true).await.unwrap();
    }

    async fn feed(&self, parent: &Parent) -> Result<usize, Failed> {
        feed_all(&self.app, parent.clone()).await
    }
}

/// Of the database that a running collector has.
fn national_of(data: &Path) -> (u32, u64) {
    let store = SqliteStore::start(Database::open(data).unwrap()).unwrap();
    let read = national(&store);
    store.close();
    read
}

fn outcomes_of(data: &Path) -> BTreeMap<String, u64> {
    let store = SqliteStore::start(Database::open(data).unwrap()).unwrap();
    let mut counts: BTreeMap<String, u64> = BTreeMap::new();
    for it in store.outcomes(0..i64::MAX).unwrap() {
        let key = format!("{:?} {} {}", it.portal, it.hour, it.outcome);
        assert!(counts.insert(key, it.count).is_none(), "one number of each");
    }
    store.close();
    counts
}

fn code(text: &str) -> Code {
    text.parse().unwrap()
}

/// A collector with a token for each of `sources`, of all portals.
async fn parent(time: &Time, sources: &[&str]) -> (Collector, Vec<Parent>) {
    let dir = tempfile::tempdir().unwrap();
    for portal in PORTALS {
        common::add(dir.path(), portal);
    }
    let database = Database::open(dir.path()).unwrap();
    let portals = Portals::open(&database, seeded().unwrap()).unwrap();
    let mut tokens = Vec::new();
    for source in sources {
        let scope = Scope::Feed {
            source: code(source),
            portals: PORTALS.map(code).to_vec(),
        };
        let (token, text) = Token::create(scope, String::new(), NOW).unwrap();
        portals.add_token(&token, &By::operator(NOW)).unwrap();
        tokens.push(text);
    }
    drop(portals);
    let data = dir.keep();
    let collector = Collector::with(settings(&data), time.clock()).await;
    let parents = tokens.into_iter().map(|token| Parent {
        url: collector.base.parse().unwrap(),
        token,
    });
    let parents = parents.collect();
    (collector, parents)
}

/// Of all portals: p75 of LCP in tenths of a millisecond, and how many views told it.
fn national(store: &dyn Store) -> (u32, u64) {
    let hours = 0..(NOW / HOUR_MS + 24 * 30);
    let portals = PORTALS.map(code);
    let totals =
        nhip_collector::question::totals(store, &portals, &hours, &Filter::default()).unwrap();
    let mut all = nhip_collector::rollup::Aggregate::default();
    for total in totals.into_values() {
        all.merge(&total.people);
    }
    let [p75] = all.lcp.percentiles([75]).unwrap();
    (p75, all.lcp.sample().views)
}

/// The nearest rank by weight, of the last snapshot of each view of a person.
fn exact(rows: &[NewRow]) -> u32 {
    let mut last: std::collections::HashMap<_, &NewRow> = std::collections::HashMap::new();
    for row in rows {
        let known = last
            .entry((row.report.portal.clone(), row.report.view))
            .or_insert(row);
        if row.report.seq > known.report.seq {
            *known = row;
        }
    }
    let of_people = last
        .into_values()
        .filter(|row| !row.report.automated && !row.surplus);
    let mut values: Vec<u32> = of_people
        .filter_map(|row| row.report.load.lcp.map(|lcp| lcp.tenths()))
        .collect();
    values.sort_unstable();
    values[(values.len() * 75).div_ceil(100) - 1]
}

/// What the nation says of the window in which everything was made up.
async fn answers(collector: &Collector) -> Vec<Value> {
    let (from, to) = (NOW - 240 * HOUR_MS, NOW + 3 * HOUR_MS);
    let window = format!("from={}&to={}", rfc3339(from), rfc3339(to));
    let mut answers = Vec::new();
    for path in [
        format!("/v1/league?{window}"),
        format!("/v1/portals/vn-hn/summary?{window}"),
        format!("/v1/portals/vn-dn/summary?{window}&device=phone"),
        format!("/v1/portals/vn-hcm/series?{window}&step=day"),
        "/v1/portals".to_owned(),
    ] {
        answers.push(collector.json(&path).await);
    }
    answers
}

/// As [`national`], from the league.
fn country(league: &Value) -> (u32, u64) {
    let lcp = &league["country"]["load"]["lcp_ms"];
    let tenths = lcp["p75"].as_f64().unwrap() * 10.0;
    (tenths.round() as u32, lcp["n"].as_u64().unwrap())
}

#[tokio::test(flavor = "multi_thread")]
async fn the_nation_of_three_children_is_that_of_one_collector() {
    let time = Time::new();
    let (nation, parents) = parent(&time, &["bac", "trung", "nam"]).await;
    let (single, _) = parent(&time, &[]).await;
    let rows = rows(0, 900, 5, 0);
    let children = [Child::new(&time), Child::new(&time), Child::new(&time)];
    for (child, portal) in children.iter().zip(PORTALS) {
        let own = rows
            .iter()
            .filter(|row| row.report.portal.as_str() == portal);
        child.take(own.cloned().collect()).await;
    }
    put(&single, rows.clone()).await;
    for (child, parent) in children.iter().zip(&parents) {
        assert!(child.feed(parent).await.unwrap() > 50);
        assert_eq!(child.feed(parent).await.unwrap(), 0, "it is all there");
    }
    let exact = exact(&rows);
    let (whole, alone) = (answers(&nation).await, answers(&single).await);
    assert_eq!(whole, alone);
    let [merged, alone] = [whole, alone].map(|answers| country(&answers[0]));
    let error = f64::from(merged.0.abs_diff(exact)) / f64::from(exact) * 100.0;
    println!(
        "national p75 of LCP, {} views: exact {} ms, merged {} ms, error {error:.3} %; one collector alone {} ms",
        merged.1,
        f64::from(exact) / 10.0,
        f64::from(merged.0) / 10.0,
        f64::from(alone.0) / 10.0
    );
    assert_eq!(merged, alone, "exactly");
    assert_eq!(
        merged,
        national_of(&nation.data),
        "of every hour that is there"
    );
    assert!(merged.1 > 500 && error < 1.0, "two significant digits");
    assert_eq!(nation.rows(), 0, "no report was sent");
    nation.stop().await;
    single.stop().await;
}

/// Reports that a collector took, at the times at which it took them.
async fn put(collector: &Collector, rows: Vec<NewRow>) {
    let store = SqliteStore::start(Database::open(&collector.data).unwrap()).unwrap();
    store.append(rows).await.unwrap();
    store.close();
}

#[tokio::test(flavor = "multi_thread")]
async fn an_hour_that_was_opened_again_is_corrected_and_a_week_without_a_line_is_caught_up_with() {
    let time = Time::new();
    let (nation, parents) = parent(&time, &["bac"]).await;
    let (single, _) = parent(&time, &[]).await;
    let child = Child::new(&time);
    let (early, late) = (rows(0, 200, 3, 0), rows(200, 60, 2, NOW));
    child.take(early.clone()).await;
    put(&single, early).await;
    let sent = child.feed(&parents[0]).await.unwrap();
    assert!(sent > 50, "{sent}");
    assert_eq!(answers(&nation).await, answers(&single).await);
    // More reports of hours that were sent.
    child.take(late.clone()).await;
    put(&single, late).await;
    let corrected = child.feed(&parents[0]).await.unwrap();
    assert!((1..=sent).contains(&corrected), "{corrected}");
    assert_eq!(answers(&nation).await, answers(&single).await);
    // Nobody hears the child for a week.
    let nowhere = Parent {
        url: "http://127.0.0.1:9".parse().unwrap(),
        ..parents[0].clone()
    };
    for day in 1..=7 {
        time.pass(24 * HOUR_MS);
        let mut rows = rows(1000 * day, 40, 1, 0);
        let shift = day as i64 * 24 * HOUR_MS;
        for row in &mut rows {
            row.began += shift;
            row.received += shift;
        }
        put(&single, rows.clone()).await;
        child.take(rows).await;
        assert!(matches!(child.feed(&nowhere).await, Err(Failed::Away(_))));
    }
    let behind = national_of(&nation.data);
    assert!(child.feed(&parents[0]).await.unwrap() > 100);
    let [caught_up, alone] = [&nation, &single].map(|it| national_of(&it.data));
    assert_ne!(behind, caught_up);
    assert_eq!(caught_up, alone);
    assert_eq!(answers(&nation).await, answers(&single).await);
    nation.stop().await;
    single.stop().await;
}

/// In the hour in which a portal moves, both have seen some of it.
#[tokio::test(flavor = "multi_thread")]
async fn what_several_collectors_saw_of_a_portal_is_added() {
    let time = Time::new();
    let (nation, parents) = parent(&time, &["bac", "nam"]).await;
    let (single, _) = parent(&time, &[]).await;
    let children = [Child::new(&time), Child::new(&time)];
    let rows = rows(0, 300, 2, 0);
    let third = |at: u64| -> Vec<NewRow> {
        let of = rows.iter().filter(|row| row.report.view.0 % 3 == at);
        of.cloned().collect()
    };
    put(&nation, third(0)).await;
    for (at, (child, parent)) in children.iter().zip(&parents).enumerate() {
        child.take(third(at as u64 + 1)).await;
        child.feed(parent).await.unwrap();
    }
    // What was told already, adds nothing.
    children[0].feed(&parents[0]).await.unwrap();
    put(&single, rows.clone()).await;
    assert_eq!(national_of(&nation.data), national_of(&single.data));
    assert_eq!(outcomes_of(&nation.data), outcomes_of(&single.data));
    nation.stop().await;
    single.stop().await;
}

/// A portal moves; when its first hour comes from below, this collector's own reports of that hour are gone.
#[tokio::test(flavor = "multi_thread")]
async fn what_a_parent_had_itself_is_not_lost_with_its_reports() {
    let time = Time::new();
    let parent_place = Child::new(&time);
    let child = Child::new(&time);
    let rows = rows(0, 300, 2, 0);
    let half = |at: u64| -> Vec<NewRow> {
        let of = rows.iter().filter(|row| row.report.view.0 % 2 == at);
        of.cloned().collect()
    };
    parent_place.take(half(0)).await;
    child.take(half(1)).await;
    // Longer than raw reports are kept.
    time.pass(20 * 24 * HOUR_MS);
    prune(&parent_place.app).await.unwrap();
    let mut raw = 0;
    let all = Slice::whole(None);
    parent_place
        .app
        .store
        .scan(0..i64::MAX, &all, &mut |_| raw += 1)
        .unwrap();
    assert_eq!(raw, 0);
    for revision in [7, 8] {
        let sent = parts(&child, revision);
        assert!(sent.len() > 50);
        let fed = FromChild {
            source: "bac".to_owned(),
            parts: sent,
            ..FromChild::default()
        };
        parent_place.app.store.keep_fed(fed).await.unwrap();
        catch_up(&parent_place.app, true).await.unwrap();
        assert_eq!(
            parent_place.app.store.stale().unwrap(),
            [],
            "no hour waits for ever"
        );
    }
    let single = Child::new(&time);
    single.take(rows.clone()).await;
    let [both, alone] = [&parent_place, &single].map(|it| national(&*it.app.store));
    assert_eq!(both, alone);
}

/// Every hour that a child has, as a parent gets it.
fn parts(child: &Child, revision: u64) -> Vec<Part> {
    let mut parts = Vec::new();
    for portal in PORTALS.map(code) {
        child
            .app
            .store
            .rollups(&portal, 0..i64::MAX, true, &mut |kept| {
                parts.push(Part {
                    portal: portal.clone(),
                    hour: kept.hour,
                    source: "bac".to_owned(),
                    revision,
                    groups: kept.bytes.to_vec(),
                });
            })
            .unwrap();
    }
    parts
}

#[tokio::test(flavor = "multi_thread")]
async fn who_may_not_feed_is_told_why() {
    let time = Time::new();
    let (nation, parents) = parent(&time, &["bac"]).await;
    let child = Child::new(&time);
    child.take(rows(0, 30, 1, 0)).await;
    let stranger = Parent {
        token: "nhip_00000000_x".to_owned(),
        ..parents[0].clone()
    };
    let refused = child.feed(&stranger).await.unwrap_err();
    assert!(
        matches!(refused, Failed::Refused { status: 401, .. }),
        "{refused}"
    );
    let url = format!("{}/v1/rollups", nation.base);
    let send = async |body: Value| {
        let request = client()
            .post(&url)
            .bearer_auth(&parents[0].token)
            .json(&body);
        let response = request.send().await.unwrap();
        let status = response.status().as_u16();
        (status, response.text().await.unwrap())
    };
    let hour = NOW / HOUR_MS - 3;
    let told = |outcome: &str, count: u64| {
        json!({"v": 1, "format": 2, "rollups": [],
            "outcomes": {"vn-hn": {(hour.to_string()): {(outcome): count}}}})
    };
    let fed = |portal: &str, hour: i64, groups: &str| {
        json!({"v": 1, "format": 2, "rollups": [
            {"portal": portal, "hour": hour, "revision": 1, "groups": groups}]})
    };
    for (body, says) in [
        (
            json!({"v": 2, "format": 2, "rollups": []}),
            "v: expected 1, got 2",
        ),
        (
            json!({"v": 1, "format": 9, "rollups": []}),
            "format: expected 2 or less",
        ),
        (json!({"v": 1}), "missing field"),
        (
            fed("vn-ct", hour, ""),
            "expected one of the token's, got 'vn-ct'",
        ),
        (
            fed("vn-hn", hour + 90, ""),
            "hour: expected one that is over",
        ),
        (fed("vn-hn", 3, ""), "hour: expected one that is over"),
        (fed("vn-hn", hour, "!"), "Invalid"),
        (fed("vn-hn", hour, "bmljaHQ="), "vn-hn, hour"),
        (told("stored", u64::MAX), "at most 2⁴⁰"),
        (told("anything", 1), "expected a known one"),
    ] {
        let (status, said) = send(body).await;
        assert_eq!(status, 400, "{said}");
        assert!(said.contains(says), "{says}: {said}");
    }
    // It opens nothing else.
    let asked = client()
        .get(format!("{}/v1/portals/vn-hn/reports", nation.base))
        .bearer_auth(&parents[0].token);
    assert_eq!(asked.send().await.unwrap().status(), 200, "public here");
    assert_eq!(nation.get("/v1/rollups?from=0&to=1").await.status(), 401);
    nation.stop().await;
}
