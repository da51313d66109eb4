//! Reports as they come: of several portals, over some days, some late, some twice.
#![allow(dead_code, clippy::unwrap_used)]

use std::collections::BTreeMap;

use nhip_collector::clock::{DAY_MS, HOUR_MS, UnixMs};
use nhip_collector::rollup::{Grouping, Hour};
use nhip_collector::store::{
    Activity, FromChild, NewRow, OriginSeen, OutcomeCount, Part, STORED, StoredRow,
};
use nhip_protocol::code::Code;
use nhip_protocol::report::RawReport;
use serde_json::json;

use crate::common;

/// The middle of a day of Viet Nam.
pub const NOW: UnixMs = 1_795_000_000_000 / HOUR_MS * HOUR_MS;

pub const PORTALS: [&str; 3] = ["vn-hn", "vn-dn", "vn-hcm"];

/// Reports of `count` views, each of one to three snapshots, some of them twice, over the last `days` days; none came
/// before `first`.
pub fn rows(from_view: u64, count: u64, days: i64, first: UnixMs) -> Vec<NewRow> {
    let mut rows = Vec::new();
    for view in from_view..from_view + count {
        let id = view.wrapping_mul(0x9e37_79b9_7f4a_7c15);
        let portal = PORTALS[(view % 7 % 3) as usize];
        let began = NOW - (view as UnixMs * 7_919_000) % (days * DAY_MS);
        for seq in 1..=1 + view % 3 {
            let age = 500
                + seq * 4_000
                + if view.is_multiple_of(50) {
                    3_700_000
                } else {
                    0
                };
            let mut report = common::report(portal, id);
            report["seq"] = json!(seq);
            report["age"] = json!(age);
            report["page"] = json!(format!("/trang-{}", ["a", "b", "c"][view as usize % 3]));
            report["device"] = json!(["phone", "desktop"][view as usize % 2]);
            report["load"]["lcp"] = json!(900.0 + (view * 37 % 4000) as f64 + seq as f64);
            if view.is_multiple_of(11) {
                report["load"].as_object_mut().unwrap().remove("lcp");
            }
            if view.is_multiple_of(13) {
                report["automated"] = json!(true);
            }
            let raw: RawReport = serde_json::from_value(report).unwrap();
            let origin = match view % 17 {
                0 => OriginSeen::Null,
                1 => OriginSeen::Absent,
                _ => OriginSeen::Registered,
            };
            let received = (began + age as UnixMs).max(first + seq as UnixMs * 1000);
            let mut row = NewRow::new(received, origin, raw.validate().unwrap());
            row.began = began;
            row.surplus = view.is_multiple_of(29);
            if view.is_multiple_of(19) {
                // Sent again, and it came twice.
                rows.push(row.clone());
            }
            rows.push(row);
        }
    }
    // As they came.
    rows.sort_by_key(|row| row.received);
    rows
}

/// What a child sends of these: its hours, when it heard their portals, and what became of them.
pub fn fed(source: &str, rows: Vec<NewRow>, revision: u64) -> FromChild {
    let mut groupings: BTreeMap<(Code, i64), Grouping> = BTreeMap::new();
    let mut fed = FromChild {
        source: source.to_owned(),
        ..FromChild::default()
    };
    for row in rows {
        let (portal, hour) = (row.report.portal.clone(), row.began.div_euclid(HOUR_MS));
        groupings
            .entry((portal, hour))
            .or_default()
            .push(StoredRow {
                received: row.received,
                began: row.began,
                origin: row.origin,
                surplus: row.surplus,
                report: row.report,
            });
    }
    for ((portal, hour), grouping) in groupings {
        let mut groups = Hour::default();
        grouping.views().for_each(|view| groups.push(view));
        let activity = Activity {
            connected_since: hour * HOUR_MS,
            last_seen: hour * HOUR_MS + revision.cast_signed(),
        };
        fed.heard.push((portal.clone(), activity));
        fed.outcomes.push(OutcomeCount {
            hour,
            portal: Some(portal.clone()),
            outcome: STORED.to_owned(),
            count: groups.views() + revision,
        });
        fed.parts.push(Part {
            portal,
            hour,
            source: source.to_owned(),
            revision,
            groups: groups.encode().unwrap(),
        });
    }
    fed
}
