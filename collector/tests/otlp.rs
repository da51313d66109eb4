//! OTLP: what a receiver gets is what the league says, and nothing for what nobody told; one that is away costs a line.
#![allow(clippy::unwrap_used)]

#[path = "common/binary.rs"]
mod binary;
mod common;

use std::collections::BTreeMap;
use std::io::Read;
use std::path::Path;
use std::time::{Duration, Instant};

use axum::Router;
use axum::body::Bytes;
use axum::http::HeaderMap;
use axum::routing::post;
use binary::{Nhip, add, assert_refused, nhip};
use opentelemetry_proto::tonic::collector::metrics::v1::ExportMetricsServiceRequest;
use opentelemetry_proto::tonic::common::v1::any_value::Value as Any;
use opentelemetry_proto::tonic::common::v1::{AnyValue, KeyValue};
use opentelemetry_proto::tonic::metrics::v1::metric::Data;
use opentelemetry_proto::tonic::metrics::v1::number_data_point::Value as Number;
use opentelemetry_proto::tonic::metrics::v1::{Metric, NumberDataPoint};
use prost::Message;
use serde_json::Value;
use tokio::net::TcpListener;
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};

/// By name, unit and attributes.
type Points = BTreeMap<(String, String, Vec<(String, String)>), f64>;

/// A receiver on a free port, and what it gets.
async fn receiver() -> (String, UnboundedReceiver<(HeaderMap, Bytes)>) {
    let (got, gets) = unbounded_channel();
    let take = move |headers: HeaderMap, body: Bytes| async move {
        let _ = got.send((headers, body));
    };
    let router = Router::new().route("/otlp/v1/metrics", post(take));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("http://{}/otlp", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, router).await });
    (base, gets)
}

fn text(value: &Option<AnyValue>) -> String {
    match value.as_ref().and_then(|it| it.value.as_ref()) {
        Some(Any::StringValue(text)) => text.clone(),
        other => panic!("expected a text, got {other:?}"),
    }
}

fn attributes(of: &[KeyValue]) -> Vec<(String, String)> {
    let mut pairs: Vec<(String, String)> = of
        .iter()
        .map(|it| (it.key.clone(), text(&it.value)))
        .collect();
    pairs.sort();
    pairs
}

fn number(point: &NumberDataPoint) -> f64 {
    match point.value.unwrap() {
        Number::AsDouble(value) => value,
        Number::AsInt(value) => value as f64,
    }
}

fn points(body: Bytes) -> Points {
    let request = ExportMetricsServiceRequest::decode(body).unwrap();
    assert_eq!(request.resource_metrics.len(), 1);
    let told = &request.resource_metrics[0];
    let resource = attributes(&told.resource.as_ref().unwrap().attributes);
    for pair in [
        ("service.name", "nhip"),
        ("service.version", env!("CARGO_PKG_VERSION")),
    ] {
        let pair = (pair.0.to_owned(), pair.1.to_owned());
        assert!(resource.contains(&pair), "{resource:?}");
    }
    let metrics = told.scope_metrics.iter().flat_map(|it| &it.metrics);
    let points = metrics.flat_map(|metric: &Metric| {
        assert!(!metric.description.is_empty(), "{metric:?}");
        let points = match metric.data.as_ref().unwrap() {
            Data::Gauge(gauge) => &gauge.data_points,
            Data::Sum(sum) => {
                assert_eq!(metric.name, "nhip.reports");
                // Cumulative: since the start.
                assert!(sum.is_monotonic && sum.aggregation_temporality == 2);
                &sum.data_points
            }
            other => panic!("{other:?}"),
        };
        points.iter().map(|point| {
            let key = (
                metric.name.clone(),
                metric.unit.clone(),
                attributes(&point.attributes),
            );
            (key, number(point))
        })
    });
    points.collect()
}

fn of(portal: &str) -> Vec<(String, String)> {
    vec![("portal".to_owned(), portal.to_owned())]
}

/// A portal with every reading, one whose browsers told little, one that nobody has visited.
async fn filled(data: &Path) {
    let mut server = Nhip::with_three_portals(&["serve", "--name-views", "1"], data).await;
    assert!(server.signal("-TERM").success());
}

const USUAL: [&str; 7] = [
    "serve",
    "--name-views",
    "1",
    "--min-views",
    "3",
    "--otlp-every",
    "1",
];

/// What the league says, as points.
fn expected(league: &Value) -> Points {
    let mut points = Points::new();
    for line in league["portals"].as_array().unwrap() {
        let (portal, summary) = (line["portal"].as_str().unwrap(), &line["summary"]);
        let mut put = |name: &str, unit: &str, value: &Value| {
            if let Some(value) = value.as_f64() {
                let key = (format!("nhip.portal.{name}"), unit.to_owned(), of(portal));
                points.insert(key, value);
            }
        };
        put("score", "{point}", &summary["score"]);
        put("views", "{view}", &summary["views"]["began"]);
        put("lcp.p75", "ms", &summary["load"]["lcp_ms"]["p75"]);
        put("inp.p75", "ms", &summary["response"]["inp_ms"]["p75"]);
        let wait = &summary["response"]["server_wait_ms"];
        put("server_wait.p75", "ms", &wait["p75"]);
        put("fcp.p75", "ms", &summary["paint"]["fcp_ms"]["p75"]);
        put("ttfb.p75", "ms", &summary["paint"]["ttfb_ms"]["p75"]);
        put("cls.p75", "1", &summary["stability"]["cls"]["p75"]);
        if let Some(letter) = summary["grade"].as_str() {
            let mut of = of(portal);
            of.insert(0, ("grade".to_owned(), letter.to_owned()));
            points.insert(("nhip.portal.grade".into(), "1".into(), of), 1.0);
        }
    }
    points
}

#[tokio::test]
async fn a_receiver_gets_what_the_league_says() {
    let dir = tempfile::tempdir().unwrap();
    filled(dir.path()).await;
    let (url, mut gets) = receiver().await;
    let mut command = nhip(&USUAL, dir.path());
    command.args(["--otlp", &url]);
    command.env(
        "OTEL_EXPORTER_OTLP_HEADERS",
        "authorization=Bearer%20secret",
    );
    let server = Nhip::run(command);

    let (headers, body) = gets.recv().await.unwrap();
    assert_eq!(headers["content-type"], "application/x-protobuf");
    assert_eq!(headers["authorization"], "Bearer secret");
    let (reports, portals): (Points, Points) = points(body)
        .into_iter()
        .partition(|((name, ..), _)| name == "nhip.reports");
    let league = server.json("/v1/league").await;
    let expected = expected(&league);
    assert_eq!(portals, expected);
    // Nine of the one, views and the first byte (0 is a measurement) of the other, nothing of the third.
    assert_eq!(expected.len(), 9 + 2);
    let first_byte = ("nhip.portal.ttfb.p75".into(), "ms".into(), of("vn-dn"));
    assert_eq!(expected[&first_byte], 0.0);

    // An outcome that never happened is 0.
    let stored = |points: &Points| {
        let outcome = vec![("outcome".to_owned(), "stored".to_owned())];
        points[&("nhip.reports".into(), "{report}".into(), outcome)]
    };
    assert!(reports.len() > 5 && reports.values().all(|count| *count == 0.0));
    assert_eq!(stored(&reports), 0.0);
    for view in 50..53 {
        assert_eq!(server.post("vn-hn", view).await, 204);
    }
    let until = Instant::now() + Duration::from_secs(20);
    while stored(&points(gets.recv().await.unwrap().1)) != 3.0 {
        assert!(Instant::now() < until);
    }
}

/// Runs for some rounds beside `url`, and gives what it wrote to its log.
async fn beside(url: &str) -> String {
    let dir = tempfile::tempdir().unwrap();
    assert!(add(dir.path(), "vn-hn").status.success());
    let mut command = nhip(&USUAL, dir.path());
    command.args(["--otlp", url]).env_remove("NHIP_LOG");
    let mut server = Nhip::run(command);
    // The rounds are the collector's own, in its own process.
    tokio::time::sleep(Duration::from_millis(3500)).await;
    assert_eq!(server.post("vn-hn", 1).await, 204);
    let stopping = Instant::now();
    assert!(server.signal("-TERM").success());
    let took = stopping.elapsed();
    assert!(took < Duration::from_secs(3), "{took:?}");
    let mut log = String::new();
    server
        .child
        .stderr
        .take()
        .unwrap()
        .read_to_string(&mut log)
        .unwrap();
    log
}

#[tokio::test]
async fn a_receiver_that_is_away_costs_one_line_and_holds_up_nothing() {
    let closed = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", closed.local_addr().unwrap());
    drop(closed);
    let log = beside(&url).await;
    assert_eq!(log.matches("OTLP").count(), 1, "{log}");
    assert!(log.contains("did not take metrics"), "{log}");
}

#[tokio::test]
async fn a_receiver_that_never_answers_holds_up_nothing() {
    // The kernel accepts; nobody reads.
    let mute = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", mute.local_addr().unwrap());
    let log = beside(&url).await;
    assert_eq!(log.matches("OTLP").count(), 0, "{log}");
}

#[test]
fn a_receiver_that_is_none_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    for url in ["ftp://a.vn", "localhost:4318", "http://a.vn/?key=1"] {
        let refused = nhip(
            &["serve", "--listen", "127.0.0.1:0", "--otlp", url],
            dir.path(),
        )
        .output()
        .unwrap();
        assert_eq!(refused.status.code(), Some(2), "{url}");
        let said = String::from_utf8_lossy(&refused.stderr);
        assert!(said.contains("http://127.0.0.1:4318"), "{said}");
    }
    for (text, word) in [
        ("otlp = 'x'", "otlp: expected"),
        ("otlp_every = 0", "nonzero"),
    ] {
        let config = dir.path().join("nhip.toml");
        std::fs::write(&config, text).unwrap();
        let config = config.to_str().unwrap();
        let arguments = ["serve", "--listen", "127.0.0.1:0", "--config", config];
        assert_refused(&nhip(&arguments, dir.path()).output().unwrap(), &[word]);
    }
}
