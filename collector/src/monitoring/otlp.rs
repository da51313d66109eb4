//! The readings, and reports by outcome, pushed to a receiver of OpenTelemetry (OTLP over HTTP, protobuf).

use std::num::NonZeroU16;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use opentelemetry::KeyValue;
use opentelemetry::metrics::{Meter, MeterProvider};
use opentelemetry_otlp::{
    ExporterBuildError, MetricExporter, Protocol, RetryPolicy, WithExportConfig, WithHttpConfig,
};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::error::{OTelSdkError, OTelSdkResult};
use opentelemetry_sdk::metrics::data::ResourceMetrics;
use opentelemetry_sdk::metrics::exporter::PushMetricExporter;
use opentelemetry_sdk::metrics::reader::MetricReader;
use opentelemetry_sdk::metrics::{ManualReader, SdkMeterProvider};
use url::Url;

use super::client::Client;
use super::reader::Shared;
use super::{Reading, TIMINGS};
use crate::app::App;
use crate::locks::lock;
use crate::outcome::Outcomes;

/// A receiver, and how often it is told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Receiver {
    /// Metrics go to `v1/metrics` below it.
    pub url: Url,
    /// Seconds.
    pub every: NonZeroU16,
}

/// Where nothing else is said.
pub const DEFAULT_EVERY: NonZeroU16 = NonZeroU16::new(60).unwrap();

/// What is told until the next readings come.
type Held = Arc<Mutex<Arc<Vec<Reading>>>>;

pub struct Otlp {
    every: Duration,
    held: Held,
    reader: Shared,
    exporter: MetricExporter,
    /// Collects for the reader as long as it lives.
    _provider: SdkMeterProvider,
}

impl Otlp {
    /// # Errors
    ///
    /// An address that nothing can be sent to.
    pub fn new(receiver: &Receiver, outcomes: Arc<Outcomes>) -> Result<Otlp, ExporterBuildError> {
        let exporter = MetricExporter::builder()
            .with_http()
            .with_protocol(Protocol::HttpBinary)
            .with_endpoint(endpoint(&receiver.url))
            .with_http_client(Client::default())
            // The next minute's is as good.
            .with_retry_policy(RetryPolicy::disabled())
            .build()?;
        let reader = Shared(Arc::new(ManualReader::builder().build()));
        let resource = Resource::builder()
            .with_service_name("nhip")
            .with_attribute(KeyValue::new("service.version", env!("CARGO_PKG_VERSION")))
            .build();
        let provider = SdkMeterProvider::builder()
            .with_reader(reader.clone())
            .with_resource(resource)
            .build();
        let held = Held::default();
        let meter = provider.meter("nhip");
        gauges(&meter, &held);
        meter
            .u64_observable_counter("nhip.reports")
            .with_unit("{report}")
            .with_description("Reports received since the start, each with its one outcome")
            .with_callback(move |observer| {
                for (outcome, count) in outcomes.metrics.reports() {
                    observer.observe(count, &[KeyValue::new("outcome", outcome)]);
                }
            })
            .build();
        Ok(Otlp {
            every: Duration::from_secs(receiver.every.get().into()),
            held,
            reader,
            exporter,
            _provider: provider,
        })
    }

    /// Tells until it is dropped. A receiver that is away is named once, and told the next time.
    pub async fn run(self, app: Arc<App>) {
        let mut is_away = false;
        loop {
            tokio::time::sleep(self.every).await;
            let readings = match app.store.duty().leads() {
                true => app.readings().await.unwrap_or_else(|error| {
                    tracing::error!(%error, "OTLP: portals could not be read");
                    Arc::default()
                }),
                // Another collector of the cluster tells of the portals; each of its own reports.
                false => Arc::default(),
            };
            match self.tell(readings).await {
                Ok(()) if is_away => tracing::info!("OTLP: the receiver takes metrics again"),
                Err(error) if !is_away => {
                    tracing::warn!(%error, "OTLP: the receiver did not take metrics; the next ones are sent to it");
                }
                _ => continue,
            }
            is_away = !is_away;
        }
    }

    async fn tell(&self, readings: Arc<Vec<Reading>>) -> OTelSdkResult {
        let metrics = self.collect(readings)?;
        self.exporter.export(&metrics).await
    }

    fn collect(&self, readings: Arc<Vec<Reading>>) -> Result<ResourceMetrics, OTelSdkError> {
        *lock(&self.held) = readings;
        let mut metrics = ResourceMetrics::default();
        self.reader.collect(&mut metrics)?;
        Ok(metrics)
    }
}

fn endpoint(url: &Url) -> String {
    let base = url.as_str().trim_end_matches('/');
    format!("{base}/v1/metrics")
}

/// A point for each portal that has the value, and none for the others.
fn gauges(meter: &Meter, held: &Held) {
    let gauge = |name: String, unit: &'static str, says: String, value: Value| {
        let held = Arc::clone(held);
        meter
            .f64_observable_gauge(name)
            .with_unit(unit)
            .with_description(says)
            .with_callback(move |observer| {
                let held = Arc::clone(&lock(&held));
                for reading in held.iter() {
                    if let Some(value) = value(reading) {
                        observer.observe(value, &[portal(reading)]);
                    }
                }
            })
            .build();
    };
    let name = |reading: &str| format!("nhip.portal.{reading}");
    gauge(
        name("score"),
        "{point}",
        "Score of the last 7 days, 0 to 100".to_owned(),
        Box::new(|it| it.score.map(f64::from)),
    );
    gauge(
        name("views"),
        "{view}",
        "Views that began in the last 7 days".to_owned(),
        Box::new(|it| Some(it.views as f64)),
    );
    gauge(
        name("cls.p75"),
        "1",
        "75th percentile of the cumulative layout shift in the last 7 days".to_owned(),
        Box::new(|it| it.cls_p75),
    );
    for (at, timing) in TIMINGS.into_iter().enumerate() {
        gauge(
            name(&format!("{timing}.p75")),
            "ms",
            format!("75th percentile of {timing} in the last 7 days"),
            Box::new(move |it| it.p75_ms[at]),
        );
    }
    let held = Arc::clone(held);
    meter
        .u64_observable_gauge(name("grade"))
        .with_unit("1")
        .with_description("1 at the portal's grade of the last 7 days")
        .with_callback(move |observer| {
            let held = Arc::clone(&lock(&held));
            for reading in held.iter() {
                if let Some(letter) = reading.grade {
                    observer.observe(1, &[portal(reading), KeyValue::new("grade", letter)]);
                }
            }
        })
        .build();
}

type Value = Box<dyn Fn(&Reading) -> Option<f64> + Send + Sync>;

fn portal(reading: &Reading) -> KeyValue {
    KeyValue::new("portal", reading.portal.to_string())
}

#[cfg(test)]
#[path = "otlp_tests.rs"]
mod tests;
