//! A database of years. Some hours are made of reports as the collector makes them; they then stand for those of all
//! days and portals.

use std::path::Path;

use nhip_collector::cli::NewPortal;
use nhip_collector::clock::{Clock, HOUR_MS, day_of, hour_of, hours_of};
use nhip_collector::registry;
use nhip_collector::rollup::{Grouping, Hour};
use nhip_collector::store::sqlite::Database;
use nhip_collector::store::{OriginSeen, StoredRow};
use nhip_protocol::report::RawReport;
use rusqlite::params;
use serde_json::json;

use super::reports::{Draw, VIEW, report};

/// Different hours that are made; each 24 in a row are a day.
const SAMPLES: u64 = 40;

pub fn fill(dir: &Path, portals: u64, days_back: u64, views: u64) {
    let codes: Vec<String> = (0..portals).map(|n| format!("cong-{n}")).collect();
    for code in &codes {
        add(dir, code);
    }
    let hours: Vec<Hour> = (0..SAMPLES).map(|seed| sample(seed, views)).collect();
    let days = hours.windows(24).map(|hours| {
        let mut day = Hour::default();
        hours.iter().for_each(|hour| day.merge(hour));
        day
    });
    let days: Vec<Bytes> = days.map(|day| Bytes::of(&day)).collect();
    let hours: Vec<Bytes> = hours.iter().map(Bytes::of).collect();
    let [hour, day] = [&hours, &days].map(|all| {
        let mean = |part: fn(&Bytes) -> usize| all.iter().map(part).sum::<usize>() / all.len();
        json!({"total": mean(|it| it.total.len()), "groups": mean(|it| it.groups.len())})
    });
    let now = Clock::system().now();
    let mut connection = Database::open(dir).unwrap().writer().unwrap();
    connection
        .pragma_update(None, "synchronous", "OFF")
        .unwrap();
    let today = day_of(hour_of(now));
    for (n, code) in codes.iter().enumerate() {
        let transaction = connection.transaction().unwrap();
        let insert = |sql: &str| transaction.prepare(sql).unwrap();
        let mut rollup = insert("INSERT INTO rollups VALUES (?1, ?2, 2, 1, ?3, ?4)");
        let mut hour_of_portal = insert("INSERT INTO hours VALUES (?1, ?2, ?3, ?3)");
        let mut whole_day = insert("INSERT INTO days VALUES (?1, ?2, 2, ?3, ?4)");
        for day in today - days_back.cast_signed()..=today {
            for hour in hours_of(day).filter(|hour| *hour < hour_of(now)) {
                let Bytes { total, groups } = &hours[(hour as usize * 7 + n) % hours.len()];
                rollup.execute(params![code, hour, total, groups]).unwrap();
                let rows = views.cast_signed();
                hour_of_portal.execute(params![hour, code, rows]).unwrap();
            }
            if day < today {
                let Bytes { total, groups } = &days[(day as usize + n) % days.len()];
                whole_day
                    .execute(params![code, day, total, groups])
                    .unwrap();
            }
        }
        drop((rollup, hour_of_portal, whole_day));
        let since = hours_of(today - days_back.cast_signed()).start * HOUR_MS;
        let heard = "INSERT INTO activity VALUES (?1, ?2, ?3)";
        transaction
            .execute(heard, params![code, since, now - HOUR_MS])
            .unwrap();
        transaction.commit().unwrap();
    }
    let bytes = std::fs::metadata(Database::file_in(dir)).unwrap().len();
    println!("{}", json!({"hour": hour, "day": day, "database": bytes}));
}

struct Bytes {
    total: Vec<u8>,
    groups: Vec<u8>,
}

impl Bytes {
    fn of(hour: &Hour) -> Bytes {
        Bytes {
            total: hour.total().encode().unwrap(),
            groups: hour.encode().unwrap(),
        }
    }
}

/// An hour as the collector makes it of rows.
fn sample(seed: u64, views: u64) -> Hour {
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
    let mut hour = Hour::default();
    grouping.views().for_each(|view| hour.push(view));
    hour.cap();
    hour
}

pub fn add(dir: &Path, code: &str) {
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
