//! What a number of views takes, by arithmetic.

use super::factors::{
    AROUND, BUSY, COLUMNS, DRAINED, INTAKE, JSON, PEAK, RAW_DAYS, REPLICAS, REPORTS_A_VIEW, ROLLED,
    ROLLED_TIMES, STORED,
};

/// Of a day with so many views.
pub struct Step {
    /// Reports a second.
    pub mean: f64,
    pub peak: f64,
    pub cores: f64,
    /// Of them, over the day.
    pub rolling: f64,
    /// Bytes a second at the peak.
    pub from_browsers: f64,
    pub to_clickhouse: f64,
    /// Bytes, of all replicas.
    pub disk: f64,
}

impl Step {
    pub fn of(views_a_day: f64) -> Step {
        let reports = views_a_day * REPORTS_A_VIEW;
        let mean = reports / 86_400.0;
        let peak = mean * PEAK;
        Step {
            mean,
            peak,
            cores: peak * (INTAKE + 1.0 / DRAINED) / BUSY,
            rolling: mean * ROLLED_TIMES / ROLLED,
            from_browsers: peak * (JSON + AROUND),
            to_clickhouse: peak * (JSON + COLUMNS) * REPLICAS,
            disk: reports * RAW_DAYS * STORED * REPLICAS,
        }
    }
}
