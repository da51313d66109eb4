//! What one report costs, each number from a bench of this repository or said to be assumed.

/// A first and a last one (`docs/delivery.md`).
pub const REPORTS_A_VIEW: f64 = 2.0;

/// Bytes of a report as JSON: `cargo bench -p nhip-collector --bench collector -- cluster DIR 10 6000`.
pub const JSON: f64 = 598.0;

/// Assumed: headers of HTTP/2 and TLS records, in bytes.
pub const AROUND: f64 = 450.0;

/// What a report takes in a spool beside its JSON, in bytes: `ROW_BYTES` in the collector.
pub const SPOOLED: f64 = 100.0;

/// Seconds of processor time to answer a report, the disk's included (`docs/bench-collector.md`).
pub const INTAKE: f64 = 42e-6;

/// Reports a second from a spool to ClickHouse, which had the same two processors: the bench above.
pub const DRAINED: f64 = 68_000.0;

/// Reports a second that are rolled up, ClickHouse's work included: the same.
pub const ROLLED: f64 = 165_000.0;

/// Bytes of a report in ClickHouse, after merging: the same.
pub const STORED: f64 = 140.0;

/// Of the cores of a collector: what rolls up takes a fifth of one at most (`SHARE` in `collector/src/roller.rs`).
pub const ROLLING_SHARE: f64 = 0.2;

/// How often the running hour is rolled up at the most, in seconds (`RUNNING_EVERY`).
pub const ROLLED_EVERY: f64 = 60.0;

/// `deploy/`
pub const REPLICAS: f64 = 3.0;

/// `--raw-days`
pub const RAW_DAYS: f64 = 14.0;

/// Assumed: the most that a peak has of the mean, for the paper.
pub const PEAK: f64 = 10.0;

/// Cores are busy to this part at the peak, on paper.
pub const BUSY: f64 = 0.6;

/// How much of the busiest hour an hour of a working day has; assumed, as in the made-up history.
pub const BY_HOUR: [f64; 24] = [
    0.05, 0.03, 0.02, 0.02, 0.03, 0.08, 0.2, 0.5, 0.9, 1.0, 0.95, 0.7, 0.45, 0.75, 0.95, 0.9, 0.75,
    0.5, 0.4, 0.45, 0.5, 0.4, 0.25, 0.12,
];

/// Assumed: a visitor stays on a page so many seconds.
pub const STAY: usize = 60;

/// Assumed: a report that was not taken comes again after so many seconds, with the next page.
pub const AGAIN: usize = 120;

/// Bytes of a report's columns beside its JSON, on the way to ClickHouse: `Written` in
/// `collector/src/store/clickhouse/rows.rs`.
pub const COLUMNS: f64 = 60.0;

/// How often a report is rolled up on paper: once a minute from its own to the end of the hour.
pub const ROLLED_TIMES: f64 = 30.0;
