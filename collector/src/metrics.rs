//! What the collector says of itself, for Prometheus (`GET /metrics`).

use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicU64;
use std::time::Duration;

use nhip_protocol::refusal::Refusal;
use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::encoding::text::{encode_eof, encode_registry};
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::metrics::info::Info;
use prometheus_client::registry::{Registry, Unit};

use crate::monitoring::{self, Reading};
use crate::store::sqlite::Database;
use crate::store::{STORED, Spool};

/// Upper bounds, in seconds, of how long an answer took: an fsync takes one of the first.
const SECONDS: [f64; 10] = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1.0, 5.0];

/// Of what browsers report by themselves.
const REFUSED: &str = "refused";

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Outcome {
    outcome: &'static str,
}

/// What has no labels, and is left out where it cannot be told.
#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Nothing {}

pub struct Metrics {
    registry: Registry,
    reports: Family<Outcome, Counter>,
    browser_reports: Family<Outcome, Counter>,
    answers: Histogram,
    pub connections: Gauge,
    stale_hours: Family<Nothing, Gauge>,
    waiting: Family<Nothing, Gauge<u64, AtomicU64>>,
    waiting_bytes: Family<Nothing, Gauge<u64, AtomicU64>>,
    stuck: Family<Nothing, Gauge>,
    unfed: Family<Nothing, Gauge>,
    database: Gauge<u64, AtomicU64>,
}

impl Default for Metrics {
    fn default() -> Metrics {
        let mut registry = Registry::with_prefix("nhip");
        let reports = Family::<Outcome, Counter>::default();
        // An outcome that never happened is 0, not missing.
        for outcome in Refusal::REASONS.into_iter().chain([STORED]) {
            let _ = reports.get_or_create(&Outcome { outcome });
        }
        let browser_reports = Family::<Outcome, Counter>::default();
        registry.register(
            "browser_reports",
            "What browsers reported by themselves",
            browser_reports.clone(),
        );
        for outcome in [STORED, REFUSED] {
            let _ = browser_reports.get_or_create(&Outcome { outcome });
        }
        let answers = Histogram::new(SECONDS);
        let (connections, database) = (Gauge::default(), Gauge::default());
        let (stale_hours, stuck, unfed) = (Family::default(), Family::default(), Family::default());
        registry.register(
            "upstream_stuck",
            "1: the parent collector does not take rollups",
            Family::clone(&unfed),
        );
        let (waiting, waiting_bytes) = (Family::default(), Family::default());
        let version = Info::new([("version", env!("CARGO_PKG_VERSION"))]);
        registry.register("build", "Version of this collector", version);
        registry.register(
            "reports",
            "Reports received, each with its one outcome",
            reports.clone(),
        );
        registry.register_with_unit(
            "intake",
            "From a report's whole request to its answer",
            Unit::Seconds,
            answers.clone(),
        );
        registry.register("connections", "Open connections", connections.clone());
        registry.register(
            "stale_hours",
            "Hours of portals that have rows which are not in their rollup",
            stale_hours.clone(),
        );
        registry.register_with_unit(
            "database",
            "Size of the database with its write-ahead log",
            Unit::Bytes,
            database.clone(),
        );
        registry.register(
            "spool_reports",
            "Reports on this machine's disk that wait for the database",
            waiting.clone(),
        );
        registry.register_with_unit(
            "spool",
            "What they take",
            Unit::Bytes,
            waiting_bytes.clone(),
        );
        registry.register(
            "spool_stuck",
            "1: the database does not take them",
            stuck.clone(),
        );
        Metrics {
            waiting,
            waiting_bytes,
            stuck,
            unfed,
            registry,
            reports,
            browser_reports,
            answers,
            connections,
            stale_hours,
            database,
        }
    }
}

impl Metrics {
    pub fn count(&self, outcome: &'static str, reports: u64) {
        self.reports
            .get_or_create(&Outcome { outcome })
            .inc_by(reports);
    }

    /// How many reports had each outcome since the start.
    pub fn reports(&self) -> impl Iterator<Item = (&'static str, u64)> {
        let outcomes = Refusal::REASONS.into_iter().chain([STORED]);
        outcomes.map(|outcome| {
            (
                outcome,
                self.reports.get_or_create(&Outcome { outcome }).get(),
            )
        })
    }

    pub fn browser_reports(&self, stored: u64, refused: u64) {
        for (outcome, reports) in [(STORED, stored), (REFUSED, refused)] {
            let counter = self.browser_reports.get_or_create(&Outcome { outcome });
            counter.inc_by(reports);
        }
    }

    /// Whether the parent collector took what was sent.
    pub fn fed(&self, taken: bool) {
        self.unfed.get_or_create(&Nothing {}).set((!taken).into());
    }

    pub fn answered(&self, after: Duration) {
        self.answers.observe(after.as_secs_f64());
    }

    /// In the text format of OpenMetrics, with what is known of the portals. What is `None` is left out.
    ///
    /// # Errors
    ///
    /// What a value's own encoding says; none here can fail.
    pub fn text(
        &self,
        stale_hours: Option<usize>,
        spool: Option<&Spool>,
        data: &Path,
        portals: &[Reading],
    ) -> Result<String, std::fmt::Error> {
        self.stale_hours.clear();
        if let Some(hours) = stale_hours {
            let hours = i64::try_from(hours).unwrap_or(i64::MAX);
            self.stale_hours.get_or_create(&Nothing {}).set(hours);
        }
        if let Some(spool) = spool {
            self.waiting.get_or_create(&Nothing {}).set(spool.rows);
            self.waiting_bytes
                .get_or_create(&Nothing {})
                .set(spool.bytes);
            let stuck = i64::from(spool.trouble.is_some());
            self.stuck.get_or_create(&Nothing {}).set(stuck);
        }
        let size = |file: PathBuf| std::fs::metadata(file).map_or(0, |it| it.len());
        let files = Database::files_in(data);
        self.database.set(files.into_iter().map(size).sum());
        let mut text = String::new();
        encode_registry(&mut text, &self.registry)?;
        encode_registry(&mut text, &monitoring::registry(portals))?;
        encode_eof(&mut text)?;
        Ok(text)
    }
}
