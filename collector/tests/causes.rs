//! What a portal's page says of causes, elements, services and agencies: every figure is the API's.
#![allow(clippy::unwrap_used)]

mod common;

use common::{Collector, report};
use scraper::{ElementRef, Html, Selector};
use serde_json::{Value, json};

/// Slow views with what they were slow by, on two pages for two agencies; elements that fail; a service.
async fn told() -> Collector {
    let collector = Collector::start().await;
    collector.add("vn-hn");
    for view in 1..=24_u64 {
        let mut it = report("vn-hn", view);
        it["weight"] = json!(1 + view % 3);
        it["load"]["lcp"] = json!(2000 + view * 200);
        it["load"]["ttfb"] = json!(if view % 2 == 0 { 1800 } else { 100 });
        it["response"]["server_wait"] = json!(if view % 2 == 0 { 1500 } else { 50 });
        it["causes"] = match view % 2 {
            0 => json!({"server": 1500}),
            _ => json!({"server": 40, "rtt": 20}),
        };
        it["page"] = json!(if view % 4 == 0 { "/" } else { "/thu-tuc" });
        it["agency"] = json!(if view % 3 == 0 { "vn-dn" } else { "vn-hn" });
        it["viewport"]["culprits"] =
            json!({"target-size": ["a.nho", if view % 4 == 0 { "button.x" } else { "a.y" }]});
        it["steps"] = json!([{"service":"khai-sinh","result":"start"}]);
        if view % 4 == 1 {
            it["steps"] = json!([{"service":"khai-sinh","result":"done","ms":60000}]);
        }
        let answer = collector.post(&it).await;
        let status = answer.status();
        assert_eq!(status, 204, "{}", answer.text().await.unwrap());
    }
    collector
}

async fn page(collector: &Collector, query: &str) -> Html {
    let path = format!("/portal/vn-hn?lang=en{query}");
    Html::parse_document(&collector.text(&path).await)
}

fn select<'a>(page: &'a Html, rows: &str) -> Vec<ElementRef<'a>> {
    page.select(&Selector::parse(rows).unwrap()).collect()
}

fn text(it: ElementRef<'_>) -> String {
    it.text().collect::<String>().trim().to_owned()
}

fn cells(page: &Html, rows: &str) -> Vec<Vec<String>> {
    let of = Selector::parse("th, td").unwrap();
    let rows = select(page, rows).into_iter();
    rows.map(|row| row.select(&of).map(text).collect())
        .collect()
}

/// `61.5 %`
fn percent(part: f64, whole: f64) -> String {
    format!("{:.1} %", part / whole * 100.0)
}

const VERDICTS: [&str; 6] = ["network", "server", "page", "device", "mixed", "unknown"];

#[tokio::test]
async fn causes_over_time_are_the_series() {
    let collector = told().await;
    let shown = page(&collector, "&days=1").await;
    let api = collector.json("/v1/portals/vn-hn/series?step=hour").await;
    let blame = &api["points"].as_array().unwrap().last().unwrap()["blame"];
    let expected = VERDICTS.map(|verdict| blame[verdict].to_string());
    let rows = cells(&shown, "#blame-table tbody tr");
    assert_eq!(rows.last().unwrap()[1..], expected);
    assert!(
        expected.iter().filter(|weight| *weight != "0").count() > 1,
        "{expected:?}"
    );
    // The one column that has anything fills the picture.
    let blocks = select(&shown, ".stack rect");
    let height = |it: &ElementRef<'_>| it.attr("height").unwrap().parse::<f64>().unwrap();
    let full: f64 = blocks.iter().map(height).sum();
    assert!((full - 100.0).abs() < 0.1, "{full}");

    let parts = cells(&shown, "#by-page + .scroll tbody tr");
    for row in &parts {
        let path = format!("/v1/portals/vn-hn/summary?page={}", row[0]);
        let api = collector.json(&path).await;
        let weights = VERDICTS.map(|verdict| api["blame"][verdict].as_f64().unwrap());
        let most = weights.iter().copied().fold(0.0, f64::max);
        let share = percent(most, weights.iter().sum());
        assert!(row[6].ends_with(&format!("({share})")), "{row:?}: {share}");
        let culprit = &api["culprits"]["target-size"][0]["selector"];
        let culprit = culprit.as_str().unwrap();
        assert!(row[7].ends_with(culprit), "{row:?}: {culprit}");
    }
    assert_eq!(parts.len(), 2);
    collector.stop().await;
}

#[tokio::test]
async fn elements_shares_and_services_are_the_summarys() {
    let collector = told().await;
    let shown = page(&collector, "").await;
    let api = collector.json("/v1/portals/vn-hn/summary").await;
    let check = &api["viewport"]["target-size"];
    let [pass, fail] = ["pass", "fail"].map(|of| check[of].as_f64().unwrap());
    let checks = cells(&shown, "#checks + .scroll tbody tr");
    let row = checks
        .iter()
        .find(|row| row.get(3) == Some(&check["fail"].to_string()) && fail > 0.0);
    assert_eq!(row.unwrap()[1], percent(pass, pass + fail));
    let culprits = cells(&shown, "#culprits + .scroll tbody tr");
    let told = api["culprits"]["target-size"].as_array().unwrap();
    assert_eq!(culprits.len(), told.len());
    for (row, culprit) in culprits.iter().zip(told) {
        assert_eq!(row[1], culprit["selector"].as_str().unwrap());
        assert_eq!(row[2], culprit["weight"].to_string());
    }
    let service: &Value = &api["services"][0];
    let csv = collector
        .text("/v1/export.csv?portal=vn-hn&by=service")
        .await;
    let expected = format!(",khai-sinh,{},{},0,", service["started"], service["done"]);
    assert!(csv.lines().count() == 2 && csv.contains(&expected), "{csv}");
    let all = collector.text("/v1/export.csv?portal=vn-hn&step=all").await;
    let column = |name: &str| {
        let mut lines = all.lines().map(|line| line.split(',').collect::<Vec<_>>());
        let at = lines.next().unwrap().iter().position(|it| *it == name);
        lines.next().unwrap()[at.unwrap()].to_owned()
    };
    assert_eq!(column("blame_server"), api["blame"]["server"].to_string());
    assert_eq!(
        column("lcp_below_2500_ms"),
        api["spread"]["lcp_ms"][1]["weight"].to_string()
    );
    assert_eq!(
        column("lcp_rest"),
        api["spread"]["lcp_ms"][5]["weight"].to_string()
    );
    let [started, done] = ["started", "done"].map(|of| service[of].as_f64().unwrap());
    let bars = select(&shown, ".funnel rect");
    let widths: Vec<f64> = bars
        .iter()
        .map(|bar| bar.attr("width").unwrap().parse().unwrap())
        .collect();
    let [width_done, width_error, width_open] = widths[..] else {
        panic!("{widths:?}")
    };
    assert!(
        (width_done - done / started * 100.0).abs() < 0.06,
        "{widths:?}"
    );
    assert_eq!(width_error, 0.0);
    assert!((width_done + width_open - 100.0).abs() < 0.2, "{widths:?}");
    collector.stop().await;
}

#[tokio::test]
async fn an_agency_within_a_portal_has_its_name_and_its_views() {
    let collector = told().await;
    let agencies = cells(&page(&collector, "").await, "#by-agency + .scroll tbody tr");
    let row = agencies
        .iter()
        .find(|row| row[0].contains("vn-dn"))
        .unwrap();
    assert!(row[0].contains("Da Nang"), "{row:?}");
    assert_eq!(row[5], "8");
    let alone = page(&collector, "&agency=vn-dn").await;
    let title = text(select(&alone, "h1")[0]);
    assert!(title.contains("Da Nang (vn-dn)"), "{title}");
    let api = collector
        .json("/v1/portals/vn-hn/summary?agency=vn-dn")
        .await;
    assert_eq!(api["views"]["measured"], 8);
    let views = cells(&alone, "#views + .scroll tbody tr");
    assert_eq!(views[1][1], "8");
    collector.stop().await;
}
