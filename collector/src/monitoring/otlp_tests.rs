use opentelemetry_sdk::metrics::data::{AggregatedMetrics, MetricData};

use super::*;
use crate::store::sqlite::{Database, SqliteStore};

fn reading(portal: &str, grade: Option<&'static str>, lcp: Option<f64>) -> Reading {
    Reading {
        portal: portal.parse().unwrap(),
        grade,
        score: grade.map(|_| 95),
        views: 40,
        p75_ms: [lcp, None, Some(0.0), None, None],
        cls_p75: None,
    }
}

/// Name and value of each point of a gauge, with what it is about.
fn points(metrics: &ResourceMetrics) -> Vec<String> {
    let mut points = Vec::new();
    let scopes = metrics.scope_metrics();
    for metric in scopes.flat_map(|scope| scope.metrics()) {
        let mut push = |value: f64, attributes: Vec<&KeyValue>| {
            let of: Vec<String> = attributes.iter().map(|it| it.value.to_string()).collect();
            points.push(format!("{} {} {value}", metric.name(), of.join(" ")));
        };
        match metric.data() {
            AggregatedMetrics::F64(MetricData::Gauge(gauge)) => gauge
                .data_points()
                .for_each(|point| push(point.value(), point.attributes().collect())),
            AggregatedMetrics::U64(MetricData::Gauge(gauge)) => gauge
                .data_points()
                .for_each(|point| push(point.value() as f64, point.attributes().collect())),
            _ => assert_eq!(metric.name(), "nhip.reports"),
        }
    }
    points.sort();
    points
}

#[test]
fn what_is_told_no_more_has_no_point_any_more() {
    let dir = tempfile::tempdir().unwrap();
    let store = SqliteStore::start(Database::open(dir.path()).unwrap()).unwrap();
    let outcomes = Arc::new(Outcomes::load(Arc::new(store)).unwrap());
    let receiver = Receiver {
        url: "http://127.0.0.1:4318/base/".parse().unwrap(),
        every: DEFAULT_EVERY,
    };
    assert_eq!(
        endpoint(&receiver.url),
        "http://127.0.0.1:4318/base/v1/metrics"
    );
    let otlp = Otlp::new(&receiver, outcomes).unwrap();
    let told = |readings: Vec<Reading>| points(&otlp.collect(Arc::new(readings)).unwrap());

    let both = vec![
        reading("vn-hn", Some("A"), Some(1310.2)),
        reading("vn-dn", None, None),
    ];
    let expected = [
        "nhip.portal.grade vn-hn A 1",
        "nhip.portal.lcp.p75 vn-hn 1310.2",
        "nhip.portal.score vn-hn 95",
        "nhip.portal.server_wait.p75 vn-dn 0",
        "nhip.portal.server_wait.p75 vn-hn 0",
        "nhip.portal.views vn-dn 40",
        "nhip.portal.views vn-hn 40",
    ];
    let mut found = told(both);
    // The attributes' order is OpenTelemetry's own.
    for point in &mut found {
        *point = point.replace("A vn-hn", "vn-hn A");
    }
    assert_eq!(found, expected);
    let one = vec![reading("vn-hn", None, None)];
    let left = [
        "nhip.portal.server_wait.p75 vn-hn 0",
        "nhip.portal.views vn-hn 40",
    ];
    assert_eq!(told(one), left);
    assert_eq!(told(Vec::new()), [""; 0]);
}
