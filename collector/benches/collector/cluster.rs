//! What a report and an hour take in ClickHouse, and how long they take to get there: the factors of `docs/scale.md`.

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use nhip_collector::app::App;
use nhip_collector::cli::Flags;
use nhip_collector::clock::{Clock, HOUR_MS, hour_of};
use nhip_collector::config::{Role, Settings};
use nhip_collector::federation::Fed;
use nhip_collector::portals::seeded;
use nhip_collector::roller::catch_up;
use nhip_collector::store::sqlite::{Database, Portals};
use nhip_collector::store::{Engine, NewRow, OriginSeen, Store};
use nhip_protocol::report::RawReport;
use serde_json::{Value, json};

use super::fill::add;
use super::reports::{Draw, VIEW, report};
use crate::clickhouse::ClickHouse;

/// Of a body that many visitors' reports could come in.
const BATCH: usize = 50;

pub fn run(dir: &Path, portals: u64, views: u64) {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let told = runtime.block_on(measure(dir, portals, views));
    println!("{told}");
}

/// Two reports a view, all of one hour, `views` of each portal.
async fn measure(dir: &Path, portals: u64, views: u64) -> Value {
    let codes: Vec<String> = (0..portals).map(|n| format!("cong-{n}")).collect();
    for code in &codes {
        add(dir, code);
    }
    let mut server = ClickHouse::prepared(&crate::clickhouse::free_ports(1), None);
    let now = Clock::system().now();
    let settings = Settings {
        data: dir.to_owned(),
        store: Engine::Clickhouse(server.address()),
        ..Settings::resolve(&Flags::default(), Role::Serve).unwrap()
    };
    let database = Database::open(dir).unwrap();
    let registry = Portals::open(&database, seeded().unwrap()).unwrap();
    let clock = Clock::system();
    let most = settings.spool_bytes;
    let store = settings.store.start(database, most, clock.clone()).unwrap();
    let app = Arc::new(App::new(store, registry, clock, &settings).unwrap());

    // ClickHouse is away: everything waits on this disk.
    let rows = rows(&codes, views, now);
    let reports = rows.len() as f64;
    let bytes: usize = rows.iter().map(|row| size(&row.report)).sum();
    let spooling = Instant::now();
    for batch in rows.chunks(BATCH) {
        app.store.append(batch.to_vec()).await.unwrap();
    }
    let spooled = spooling.elapsed();
    server.start();
    server.ready();
    let draining = Instant::now();
    let mut left = u64::MAX;
    while left > 0 {
        tokio::time::sleep(Duration::from_millis(20)).await;
        let spool = app.store.spool().unwrap();
        left = spool.rows + spool.untold;
    }
    let drained = draining.elapsed();
    while !app.store.duty().leads() {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let rolling = Instant::now();
    catch_up(&app, true).await.unwrap();
    let rolled = rolling.elapsed();
    for table in ["reports", "rollups", "sketches"] {
        server.ask(&format!("OPTIMIZE TABLE nhip.{table} FINAL"));
    }
    let on_disk = |table: &str| -> f64 {
        let sql = format!(
            "SELECT sum(bytes_on_disk) FROM system.parts WHERE active AND database = 'nhip' AND table = '{table}'"
        );
        server.ask(&sql).trim().parse().unwrap()
    };
    let fed = fed(&*app.store, &codes[0], hour_of(now) - 1);
    let told = json!({
        "reports": reports,
        "portals": portals,
        "views_of_a_portal": views,
        "json_bytes": bytes as f64 / reports,
        "spooled_per_s": reports / spooled.as_secs_f64(),
        "drained_per_s": reports / drained.as_secs_f64(),
        "rolled_up_per_s": reports / rolled.as_secs_f64(),
        "raw_bytes": on_disk("reports") / reports,
        "rollup_bytes": on_disk("rollups") / portals as f64,
        "sketch_bytes": on_disk("sketches") / portals as f64,
        "fed_bytes": fed,
    });
    app.store.close();
    told
}

fn rows(codes: &[String], views: u64, now: i64) -> Vec<NewRow> {
    let mut draw = Draw::new(7);
    let hour = (hour_of(now) - 1) * HOUR_MS;
    let mut rows = Vec::new();
    for view in 0..views * codes.len() as u64 {
        let code = &codes[(view % codes.len() as u64) as usize];
        let began = hour + (view as i64 * 37) % HOUR_MS;
        // As random as a browser's.
        let id = format!("{:016x}", view.wrapping_mul(0x9e37_79b9_7f4a_7c15));
        for seq in 1..=2 {
            let text = report(&mut draw, code).to_string().replace(VIEW, &id);
            let mut raw: Value = serde_json::from_str(&text).unwrap();
            raw["seq"] = json!(seq);
            let raw: RawReport = serde_json::from_value(raw).unwrap();
            let received = began + i64::from(seq) * 4000;
            let mut row = NewRow::new(received, OriginSeen::Registered, raw.validate().unwrap());
            row.began = began;
            rows.push(row);
        }
    }
    rows
}

fn size(report: &nhip_protocol::report::Report) -> usize {
    serde_json::to_string(report).unwrap().len()
}

/// What an hour of a portal takes on its way to a parent.
fn fed(store: &dyn Store, code: &str, hour: i64) -> usize {
    let portal = code.parse().unwrap();
    let mut bytes = 0;
    let mut each = |kept: nhip_collector::store::KeptHour<'_>| {
        let fed = Fed {
            portal: code.to_owned(),
            hour: kept.hour,
            revision: kept.revision,
            groups: kept.bytes.to_vec(),
        };
        bytes = serde_json::to_string(&fed).unwrap().len();
    };
    tokio::task::block_in_place(|| {
        store
            .rollups(&portal, hour..hour + 1, true, &mut each)
            .unwrap();
    });
    bytes
}
