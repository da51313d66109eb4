//! The API against the raw rows that it gives out itself: the same figures, made again by the shortest way.
#![allow(clippy::unwrap_used)]

mod common;

use common::{Collector, report};
use serde_json::{Value, json};

const DEVICES: [&str; 3] = ["phone", "tablet", "desktop"];
const RESULTS: [&str; 3] = ["start", "done", "error"];

/// No two views alike, from a generator that is the same everywhere.
async fn told() -> (Collector, u64) {
    let collector = Collector::start().await;
    collector.add("vn-hn");
    let mut state = 42_u64;
    let mut random = |below: u64| {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        (state >> 33) % below
    };
    for view in 1..=400 {
        let mut it = report("vn-hn", view);
        it["weight"] = json!(1 + random(4));
        it["device"] = json!(DEVICES[random(3) as usize]);
        it["load"]["lcp"] = json!(300 + random(9000));
        it["response"] = json!({"server_wait": random(1500)});
        if random(3) > 0 {
            it["response"]["inp"] = json!(8 * (1 + random(80)));
        }
        let check = ["pass", "fail", "unknown"][random(3) as usize];
        it["viewport"]["checks"] = json!({"target-size": check, "zoom": "pass"});
        it["steps"] = json!([{"service":"khai-sinh","result":(RESULTS[random(3) as usize])}]);
        if random(5) == 0 {
            it["errors"] = json!({"uncaught": 1 + random(3)});
        }
        assert_eq!(collector.post(&it).await.status(), 204, "{it}");
        // It told something before: only the last counts.
        if random(4) == 0 {
            it["seq"] = json!(2);
            it["load"]["lcp"] = json!(100 + random(300));
            assert_eq!(collector.post(&it).await.status(), 204);
        }
    }
    // Left before anything was measured.
    for view in 1001..=1040 {
        let it = json!({"v":1,"portal":"vn-hn","view":format!("{view:016x}"),"seq":1,
            "kind":"abandoned","nav":"navigate","age":900,"page":"/","device":"phone"});
        assert_eq!(collector.post(&it).await.status(), 204);
    }
    (collector, 440)
}

/// Of each view the report with the highest number.
fn views(rows: &str) -> Vec<Value> {
    let mut views = std::collections::BTreeMap::new();
    for row in rows.lines() {
        let row: Value = serde_json::from_str(row).unwrap();
        let report = row["report"].clone();
        let (view, seq) = (report["view"].to_string(), report["seq"].as_u64().unwrap());
        let known = views
            .get(&view)
            .map_or(0, |it: &Value| it["seq"].as_u64().unwrap());
        if seq > known {
            views.insert(view, report);
        }
    }
    views.into_values().collect()
}

fn weight(view: &Value) -> u64 {
    view["weight"].as_u64().unwrap_or(1)
}

/// The value at the nearest rank by weight.
fn percentile(views: &[&Value], path: &str, percent: u64) -> f64 {
    let told = views
        .iter()
        .filter_map(|it| Some((it.pointer(path)?.as_f64()?, weight(it))));
    let mut told: Vec<(f64, u64)> = told.collect();
    told.sort_by(|a, b| a.0.total_cmp(&b.0));
    let all: u64 = told.iter().map(|it| it.1).sum();
    let mut sum = 0;
    for (value, weight) in told {
        sum += weight;
        if sum * 100 >= all * percent {
            return value;
        }
    }
    panic!("nothing told {path}");
}

/// Half a bucket of the sketch: 1 %, and the rounding of short times.
fn assert_near(told: &Value, exact: f64, what: &str) {
    let told = told.as_f64().unwrap();
    assert!(
        (told - exact).abs() <= 0.01 * exact + 1.0,
        "{what}: {told}, exactly {exact}"
    );
}

#[tokio::test]
async fn every_figure_of_the_summary_is_in_the_raw_rows() {
    let (collector, began) = told().await;
    let rows = collector.text("/v1/portals/vn-hn/reports").await;
    let all = views(&rows);
    assert_eq!(all.len() as u64, began);
    for device in [None, Some("phone"), Some("tablet"), Some("desktop")] {
        let query = device.map_or_else(String::new, |it| format!("?device={it}"));
        let api = collector
            .json(&format!("/v1/portals/vn-hn/summary{query}"))
            .await;
        let part: Vec<&Value> = all
            .iter()
            .filter(|it| device.is_none_or(|device| it["device"] == device))
            .collect();
        let count = |is: &dyn Fn(&Value) -> bool| part.iter().filter(|it| is(it)).count();
        let sum = |is: &dyn Fn(&Value) -> bool| -> u64 {
            part.iter().filter(|it| is(it)).map(|it| weight(it)).sum()
        };
        let has_load = |it: &Value| it.pointer("/load/lcp").is_some();
        assert_eq!(api["views"]["began"], part.len(), "{query}");
        assert_eq!(api["views"]["measured"], count(&has_load), "{query}");
        let abandoned = count(&|it| it["kind"] == "abandoned");
        assert_eq!(api["views"]["abandoned"], abandoned, "{query}");
        for (told, path) in [
            ("/load/lcp_ms", "/load/lcp"),
            ("/response/inp_ms", "/response/inp"),
            ("/response/server_wait_ms", "/response/server_wait"),
        ] {
            let told = api.pointer(told).unwrap();
            let n = count(&|it| it.pointer(path).is_some());
            assert_eq!(told["n"], n, "{query} {path}");
            for percent in [50, 75, 95] {
                let exact = percentile(&part, path, percent);
                let what = format!("{query} {path} p{percent}");
                assert_near(&told[format!("p{percent}")], exact, &what);
            }
        }
        for verdict in ["pass", "fail", "unknown"] {
            let told = &api["viewport"]["target-size"][verdict];
            let found = |it: &Value| {
                it.pointer("/viewport/checks/target-size")
                    .is_some_and(|it| it == verdict)
            };
            assert_eq!(*told, sum(&found), "{query} {verdict}");
        }
        for (told, result) in [("started", "start"), ("done", "done"), ("error", "error")] {
            let stepped = |it: &Value| it.pointer("/steps/0/result").is_some_and(|it| it == result);
            assert_eq!(api["services"][0][told], sum(&stepped), "{query} {told}");
        }
        let failed = |it: &Value| it.pointer("/errors/uncaught").and_then(Value::as_u64) > Some(0);
        assert_eq!(api["errors"]["views"], count(&failed), "{query}");
        let uncaught: u64 = part
            .iter()
            .filter_map(|it| Some(it.pointer("/errors/uncaught")?.as_u64()? * weight(it)))
            .sum();
        assert_eq!(api["errors"]["uncaught"], uncaught, "{query}");
        // Over a limit in load, server wait or interaction.
        let slow = count(&|it| {
            let over = |path: &str, limit: f64| {
                it.pointer(path)
                    .and_then(Value::as_f64)
                    .is_some_and(|ms| ms >= limit)
            };
            over("/load/lcp", 2500.0)
                || over("/response/server_wait", 200.0)
                || over("/response/inp", 200.0)
        });
        assert_eq!(api["blame"]["n"], slow, "{query}");
        // The weights on both sides of the score's points are exact.
        let under = |it: &Value| {
            it.pointer("/load/lcp")
                .and_then(Value::as_f64)
                .is_some_and(|ms| ms < 2500.0)
        };
        let ranges = api["spread"]["lcp_ms"].as_array().unwrap();
        let below = ranges
            .iter()
            .filter(|it| it["below"].as_f64().is_some_and(|ms| ms <= 2500.0));
        let below: u64 = below.map(|it| it["weight"].as_u64().unwrap()).sum();
        assert_eq!(below, sum(&under), "{query}");
    }
    collector.stop().await;
}
