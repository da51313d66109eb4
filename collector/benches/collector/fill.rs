//! A database of years. A day of five portals is stored and rolled up as the collector does it; its hours then
//! stand for those of all days and portals.

use std::collections::HashMap;
use std::path::Path;

use nhip_collector::cli::NewPortal;
use nhip_collector::clock::{Clock, DAY_MS, HOUR_MS, hour_of};
use nhip_collector::registry;
use nhip_collector::rollup::{Grouping, Hour};
use nhip_collector::store::sqlite::Database;
use nhip_collector::store::{OriginSeen, StoredRow};
use nhip_protocol::report::RawReport;
use rusqlite::params;

use super::reports::{Draw, VIEW, report};

/// Different hours that are made.
const SAMPLES: u64 = 40;

pub fn fill(dir: &Path, portals: u64, days: u64, views: u64) {
    let codes: Vec<String> = (0..portals).map(|n| format!("cong-{n}")).collect();
    for code in &codes {
        let portal = NewPortal {
            code: code.parse().unwrap(),
            name: format!("Cổng {code}"),
            origins: vec!["https://dvc.example.vn".parse().unwrap()],
            agency: None,
            count_automated: false,
            pages: Vec::new(),
            services: Vec::new(),
        };
        registry::add(dir, portal, &Clock::system()).unwrap();
    }
    let samples: Vec<(Vec<u8>, Vec<u8>)> = (0..SAMPLES).map(|seed| sample(seed, views)).collect();
    let (total, groups) = samples.iter().fold((0, 0), |(total, groups), sample| {
        (total + sample.0.len(), groups + sample.1.len())
    });
    println!(
        "an hour of {views} views: {} bytes of total, {} of groups",
        total / samples.len(),
        groups / samples.len()
    );
    let now = Clock::system().now();
    let mut connection = Database::open(dir).unwrap().writer().unwrap();
    connection
        .pragma_update(None, "synchronous", "OFF")
        .unwrap();
    for code in &codes {
        let transaction = connection.transaction().unwrap();
        let mut rollup = transaction
            .prepare("INSERT INTO rollups VALUES (?1, ?2, 1, 1, ?3, ?4)")
            .unwrap();
        let mut hour_of_portal = transaction
            .prepare("INSERT INTO hours VALUES (?1, ?2, ?3, ?3)")
            .unwrap();
        let last = hour_of(now);
        for hour in last - days as i64 * 24..last {
            let place =
                (hour as usize).wrapping_mul(31) + code.len() * 7 + usize::from(code.as_bytes()[5]);
            let (total, groups) = &samples[place % samples.len()];
            rollup.execute(params![code, hour, total, groups]).unwrap();
            hour_of_portal
                .execute(params![hour, code, views.cast_signed()])
                .unwrap();
        }
        drop((rollup, hour_of_portal));
        transaction
            .execute(
                "INSERT INTO activity VALUES (?1, ?2, ?3)",
                params![code, now - days as i64 * DAY_MS, now - HOUR_MS],
            )
            .unwrap();
        transaction.commit().unwrap();
    }
}

/// The bytes of an hour.
fn sample(seed: u64, views: u64) -> (Vec<u8>, Vec<u8>) {
    let mut draw = Draw::new(seed + 1);
    let mut grouping = Grouping::default();
    for view in 0..views {
        let text = report(&mut draw, "cong").to_string();
        let text = text.replace(VIEW, &format!("{view:016x}"));
        let raw: RawReport = serde_json::from_str(&text).unwrap();
        grouping.push(StoredRow {
            received: 0,
            began: 0,
            origin: OriginSeen::Registered,
            surplus: false,
            report: raw.validate().unwrap(),
        });
    }
    let mut hours = HashMap::new();
    grouping.add_to(&mut hours);
    let mut hour: Hour = hours.into_values().next().unwrap();
    hour.cap();
    (hour.total().encode().unwrap(), hour.encode().unwrap())
}
