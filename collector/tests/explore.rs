//! What a portal's page says along its address: every figure is the API's.
#![allow(clippy::unwrap_used)]

mod common;

use common::{Collector, report};
use scraper::{Html, Selector};
use serde_json::{Value, json};

/// Views on phones and desktops, of two pages and networks, each slower than the one before.
async fn told() -> Collector {
    let collector = Collector::start().await;
    for code in ["vn-hn", "vn-dn"] {
        collector.add(code);
    }
    for view in 1..=24 {
        let mut it = report("vn-hn", view);
        it["device"] = json!(if view % 3 == 0 { "desktop" } else { "phone" });
        it["net"] = json!(if view % 4 == 0 { "3g" } else { "4g" });
        it["engine"] = json!(if view % 5 == 0 {
            "gecko/145"
        } else {
            "blink/142"
        });
        it["page"] = json!(if view % 2 == 0 { "/" } else { "/thu-tuc" });
        it["load"]["lcp"] = json!(900 + view * 130);
        it["response"] = json!({"inp": 20 + view * 8, "server_wait": 30 + view * 11});
        assert_eq!(collector.post(&it).await.status(), 204);
        let mut other = report("vn-dn", 1000 + view);
        other["load"]["lcp"] = json!(5000 + view * 10);
        assert_eq!(collector.post(&other).await.status(), 204);
    }
    collector
}

fn cells(page: &Html, rows: &str) -> Vec<Vec<String>> {
    let (rows, cells) = (
        Selector::parse(rows).unwrap(),
        Selector::parse("th, td, dd").unwrap(),
    );
    let text = |it: scraper::ElementRef<'_>| it.text().collect::<String>().trim().to_owned();
    page.select(&rows)
        .map(|row| row.select(&cells).map(text).collect())
        .collect()
}

/// As the page in English writes it.
fn seconds(ms: &Value) -> String {
    let hundredths = (ms.as_f64().unwrap() / 10.0).floor();
    format!("{:.2} s", hundredths / 100.0)
}

fn millis(ms: &Value) -> String {
    format!("{} ms", ms.as_f64().unwrap().floor())
}

async fn page(collector: &Collector, query: &str) -> Html {
    let path = format!("/portal/vn-hn?lang=en{query}");
    let answer = collector.get(&path).await;
    assert_eq!(answer.status(), 200, "{path}");
    Html::parse_document(&answer.text().await.unwrap())
}

#[tokio::test]
async fn each_part_of_the_views_has_the_apis_figures() {
    let collector = told().await;
    let whole = page(&collector, "").await;
    let mut parts = 0;
    for (table, values) in [
        ("device", vec![("Phone", "phone"), ("Desktop", "desktop")]),
        ("network", vec![("4G", "4g"), ("3G", "3g")]),
        (
            "browser",
            vec![
                ("Chrome, Edge, Samsung (Blink)", "blink"),
                ("Firefox (Gecko)", "gecko"),
            ],
        ),
        ("page", vec![("/", "/"), ("/thu-tuc", "/thu-tuc")]),
    ] {
        let rows = cells(&whole, &format!("#by-{table} + .scroll tbody tr"));
        assert_eq!(rows.len(), values.len(), "{table}: {rows:?}");
        for (label, value) in values {
            let path = format!("/v1/portals/vn-hn/summary?{table}={value}");
            let api = collector.json(&path).await;
            let row = rows.iter().find(|row| row[0] == label).unwrap();
            let expected = [
                label.to_owned(),
                api["grade"].as_str().unwrap().to_owned(),
                seconds(&api["load"]["lcp_ms"]["p75"]),
                millis(&api["response"]["inp_ms"]["p75"]),
                millis(&api["response"]["server_wait_ms"]["p75"]),
                api["views"]["measured"].to_string(),
            ];
            assert_eq!(row[..6], expected, "{path}");
            // The page of this part alone says the same.
            let alone = page(&collector, &format!("&{table}={value}")).await;
            let readings = cells(&alone, "#readings ~ .scroll tbody tr");
            assert_eq!(readings[0][2], expected[2], "{path}");
            parts += 1;
        }
    }
    assert_eq!(parts, 8);
    collector.stop().await;
}

#[tokio::test]
async fn the_chart_and_its_table_have_the_series_figures() {
    let collector = told().await;
    let told = page(&collector, "&days=1").await;
    let json = Selector::parse("#series").unwrap();
    let json: String = told.select(&json).next().unwrap().text().collect();
    let chart: Value = serde_json::from_str(&json).unwrap();
    let api = collector.json("/v1/portals/vn-hn/series?step=hour").await;
    let points = api["points"].as_array().unwrap();
    let last = points.last().unwrap();
    let drawn = |of: &str, line: usize| chart[of][line].as_array().unwrap().last().unwrap().clone();
    assert_eq!(drawn("lcp", 1), last["load"]["lcp_ms"]["p75"]);
    assert_eq!(drawn("inp", 2), last["response"]["inp_ms"]["p95"]);
    assert_eq!(
        drawn("server_wait", 0),
        last["response"]["server_wait_ms"]["p50"]
    );
    // An hour without views is a gap.
    assert_eq!(chart["lcp"][1][0], Value::Null);
    let rows = cells(&told, "#series-table tbody tr");
    assert!((24..=26).contains(&rows.len()), "{}", rows.len());
    assert_eq!(
        rows.last().unwrap()[2],
        seconds(&last["load"]["lcp_ms"]["p75"])
    );
    assert_eq!(rows[0][2], "not measurable");
    collector.stop().await;
}

#[tokio::test]
async fn it_is_set_beside_another_portal_the_country_and_the_window_before() {
    let collector = told().await;
    let api = collector.json("/v1/portals/vn-dn/summary").await;
    let other = page(&collector, "&compare=vn-dn").await;
    let readings = cells(&other, "#readings ~ .scroll tbody tr");
    assert_eq!(readings[0][5], seconds(&api["load"]["lcp_ms"]["p75"]));
    let national = page(&collector, "&compare=national").await;
    // Of two portals the lower one is in the middle.
    let own = collector.json("/v1/portals/vn-hn/summary").await;
    let readings = cells(&national, "#readings ~ .scroll tbody tr");
    assert_eq!(readings[0][5], seconds(&own["load"]["lcp_ms"]["p75"]));
    // Any days: today's are all there are.
    let today =
        jiff::Timestamp::now().to_zoned(jiff::tz::TimeZone::get("Asia/Ho_Chi_Minh").unwrap());
    let today = today.date();
    for (with, expected) in [("", &own), ("vn-dn", &api)] {
        let days = format!("&compare={with}&compare_from={today}&compare_to={today}&days=1");
        let readings = cells(
            &page(&collector, &days).await,
            "#readings ~ .scroll tbody tr",
        );
        assert_eq!(
            readings[0][5],
            seconds(&expected["load"]["lcp_ms"]["p75"]),
            "{days}"
        );
    }
    let long_ago = page(&collector, "&compare_from=2026-01-01&compare_to=2026-01-31").await;
    let readings = cells(&long_ago, "#readings ~ .scroll tbody tr");
    assert_eq!(readings[0][5], "not measurable");
    let before = page(&collector, "&compare=previous").await;
    let readings = cells(&before, "#readings ~ .scroll tbody tr");
    assert_eq!(readings[0][5], "not measurable");
    collector.stop().await;
}

#[tokio::test]
async fn what_is_asked_wrongly_is_said_and_what_is_asked_is_kept_in_the_address() {
    let collector = told().await;
    for (query, expected) in [
        ("days=5", "expected 1, 7, 30 or 90"),
        ("from=yesterday", "expected a day such as 2026-07-01"),
        ("from=2026-07-02&to=2026-06-01", "expected a time before to"),
        ("device=watch", "expected phone, tablet or desktop"),
        ("compare=nobody", "nobody"),
    ] {
        let answer = collector.get(&format!("/portal/vn-hn?{query}")).await;
        assert!(answer.status().is_client_error(), "{query}");
        let text = answer.text().await.unwrap();
        assert!(text.contains(expected), "{query}: {text}");
    }
    // A form sends what is left empty, too.
    let empty = "&days=7&from=&to=&device=phone&network=&browser=&page=&compare=";
    let told = page(&collector, empty).await;
    let link = Selector::parse("nav a[hreflang]").unwrap();
    let link = told.select(&link).next().unwrap().attr("href").unwrap();
    assert_eq!(link, "/portal/vn-hn?lang=vi&days=7&device=phone");
    let chosen = Selector::parse("select[name=device] option[selected]").unwrap();
    let chosen = told.select(&chosen).next().unwrap().attr("value");
    assert_eq!(chosen, Some("phone"));
    // Days that are over, whole.
    let past = page(&collector, "&from=2026-01-01&to=2026-01-31").await;
    let rows = cells(&past, "#series-table tbody tr");
    assert_eq!(rows.len(), 31);
    collector.stop().await;
}

#[tokio::test]
async fn the_overviews_figures_are_the_leagues() {
    let collector = told().await;
    let answer = collector.get("/?lang=en&days=30").await;
    let overview = Html::parse_document(&answer.text().await.unwrap());
    let league = collector.json("/v1/league").await;
    let of = |code: &str| {
        let portals = league["portals"].as_array().unwrap();
        portals
            .iter()
            .find(|it| it["portal"] == code)
            .unwrap()
            .clone()
    };
    let rows = cells(&overview, "#reporting ~ .scroll tbody tr");
    assert_eq!(rows.len(), 2);
    for row in rows {
        let portal = of(if row[1].contains("vn-hn") {
            "vn-hn"
        } else {
            "vn-dn"
        });
        let summary = &portal["summary"];
        assert_eq!(
            row[0],
            portal["rank"]
                .as_u64()
                .map_or("–".to_owned(), |rank| rank.to_string())
        );
        let load = &summary["load"]["lcp_ms"]["p75"];
        let [low, high] = [0, 1].map(|end| seconds(&summary["certainty"]["lcp_ms"][end]));
        let expected = format!("{}[{low}; {high}]24 views", seconds(load));
        assert_eq!(row[4], expected);
    }
    let coverage = cells(&overview, ".glance div");
    let country = &league["country"];
    let lcp = &country["load"]["lcp_ms"];
    assert_eq!(country["views"]["began"], lcp["n"]);
    let told = |at: usize| coverage[at].last().unwrap().clone();
    assert_eq!(
        told(4),
        format!("{} {} views", seconds(&lcp["p75"]), lcp["n"])
    );
    assert_eq!(coverage.len(), 7);
    let letters = cells(&overview, "#grades ~ table tbody tr");
    let graded: u64 = letters
        .iter()
        .map(|row| row[1].parse::<u64>().unwrap())
        .sum();
    assert_eq!(graded, league["coverage"]["registered"].as_u64().unwrap());
    let squares = Selector::parse(".map a").unwrap();
    assert_eq!(overview.select(&squares).count() as u64, graded);
    collector.stop().await;
}

#[tokio::test]
async fn what_differs_by_chance_alone_has_one_rank() {
    let collector = Collector::start().await;
    for (code, more) in [("vn-hn", 0), ("vn-dn", 3), ("vn-sg", 4000)] {
        collector.add(code);
        for view in 0..40 {
            let mut it = report(code, view);
            it["load"]["lcp"] = json!(1500 + (view * 37) % 400 * 5 + more);
            assert_eq!(collector.post(&it).await.status(), 204);
        }
    }
    let league = collector.json("/v1/league").await;
    let portals = league["portals"].as_array().unwrap();
    let ranks: Vec<(&Value, &Value)> = portals[..3]
        .iter()
        .map(|it| (&it["portal"], &it["rank"]))
        .collect();
    let places = ranks.iter().map(|(_, rank)| rank.as_u64().unwrap());
    assert_eq!(places.collect::<Vec<_>>(), [1, 1, 3], "{ranks:?}");
    assert_eq!(*ranks[2].0, "vn-sg");
    assert_eq!(portals[3]["rank"], Value::Null);
    collector.stop().await;
}

#[tokio::test]
async fn the_distribution_has_the_apis_weights_and_is_exact_at_the_limit() {
    let collector = told().await;
    let api = collector.json("/v1/portals/vn-hn/summary").await;
    let told = page(&collector, "").await;
    let tables = Selector::parse("table.spread").unwrap();
    assert_eq!(told.select(&tables).count(), 3);
    let rows = cells(&told, "table.spread:first-child tbody tr");
    let ranges = api["spread"]["lcp_ms"].as_array().unwrap();
    assert_eq!(rows.len(), ranges.len());
    let mut weights = Vec::new();
    for (row, range) in rows.iter().zip(ranges) {
        let weight = range["weight"].as_u64().unwrap();
        assert_eq!(row[2], format!("{:.1} %", weight as f64 * 100.0 / 24.0));
        weights.push(weight);
    }
    assert_eq!(weights.iter().sum::<u64>(), 24);
    // 1030, 1160 … 4020 ms: twelve of them are under 2.5 s.
    assert_eq!(weights[0] + weights[1], 12);
    let limit = cells(&told, "table.spread:first-child tr.limit");
    assert_eq!(limit[0][0], "2.50 s – 4.00 s");
    collector.stop().await;
}

#[tokio::test]
async fn what_is_downloaded_is_what_is_shown() {
    let collector = told().await;
    let links = |page: &Html| -> Vec<String> {
        let links = Selector::parse("a[href^='/v1/']").unwrap();
        let hrefs = page
            .select(&links)
            .map(|it| it.attr("href").unwrap().to_owned());
        hrefs.collect()
    };
    let overview = collector.get("/?lang=en&days=30").await;
    let links_of_country = links(&Html::parse_document(&overview.text().await.unwrap()));
    assert_eq!(links_of_country.len(), 2);
    for link in &links_of_country {
        let told = collector.text(link).await;
        let from = link
            .split("from=")
            .nth(1)
            .unwrap()
            .split('T')
            .next()
            .unwrap();
        assert!(told.contains("vn-hn"), "{link}: {told}");
        let days = collector.json("/v1/league").await;
        assert_ne!(days["from"].as_str().unwrap().split('T').next(), Some(from));
    }
    // Over time, by device, network, browser and page.
    for query in ["&days=30", "&days=30&device=phone"] {
        let shown = page(&collector, query).await;
        let files = links(&shown);
        assert!(files.len() >= 4, "{files:?}");
        for file in &files {
            let csv = collector.text(file).await;
            let rows = csv.lines().count() - 1;
            match file.split("&by=").nth(1) {
                None => assert!(rows > 29, "{file}: {csv}"),
                Some(by) => {
                    let table = cells(&shown, &format!("#by-{by} + .scroll tbody tr"));
                    assert_eq!(rows, table.len(), "{file}");
                    let measured = column(&csv, "measured");
                    let sum: u64 = measured.iter().map(|it| it.parse::<u64>().unwrap()).sum();
                    assert_eq!(sum, if query.contains("phone") { 16 } else { 24 }, "{file}");
                    assert!(column(&csv, "part").iter().all(|part| !part.is_empty()));
                }
            }
        }
    }
    for (query, expected) in [
        ("by=device", "expected a portal"),
        ("device=phone", "expected a portal"),
        ("portal=vn-hn&by=moon", "expected device"),
        ("portal=vn-hn&device=watch", "expected phone"),
    ] {
        let refused = collector.get(&format!("/v1/export.csv?{query}")).await;
        assert_eq!(refused.status(), 400, "{query}");
        assert!(refused.text().await.unwrap().contains(expected), "{query}");
    }
    // Each column has its line in the dictionary, on the page and for programs.
    let header = collector.text("/v1/export.csv").await;
    let header: Vec<&str> = header
        .trim_start_matches('\u{feff}')
        .lines()
        .next()
        .unwrap()
        .split(',')
        .collect();
    let package = collector.json("/v1/datapackage.json").await;
    let fields = package["resources"][0]["schema"]["fields"]
        .as_array()
        .unwrap();
    let names: Vec<&str> = fields
        .iter()
        .map(|it| it["name"].as_str().unwrap())
        .collect();
    assert_eq!(names, header);
    let data = Html::parse_document(&collector.text("/data?lang=vi").await);
    assert_eq!(
        cells(&data, "#dictionary ~ .scroll tbody tr").len(),
        header.len()
    );
    collector.stop().await;
}

/// Of a file with semicolons.
fn column(csv: &str, name: &str) -> Vec<String> {
    let mut lines = csv.trim_start_matches('\u{feff}').lines();
    let at = lines.next().unwrap().split(';').position(|it| it == name);
    lines
        .map(|line| line.split(';').nth(at.unwrap()).unwrap().to_owned())
        .collect()
}
