//! The readings of people's views in an hour as columns, for whoever asks in SQL: Grafana, a notebook. The collector itself
//! reads `rollups`.

use clickhouse::Row;
use serde::Serialize;

use super::engine::{Away, Engine};
use crate::rollup::{Aggregate, Distribution, Total, Undecodable};

/// In a metric's integer unit: tenths of a millisecond, ten-thousandths of CLS.
#[derive(Row, Serialize)]
pub struct Sketch {
    portal: String,
    hour: i32,
    metric: &'static str,
    /// 0: it has none.
    limit: u32,
    /// Weight strictly under the limit.
    under: u64,
    /// That told it.
    views: u64,
    bucket: Vec<u32>,
    weight: Vec<u64>,
    sum: Vec<u64>,
    version: u64,
}

/// Of an hour that was rolled up; of a metric that nobody's browser told there is none.
pub fn of(portal: &str, hour: i32, total: &[u8], version: u64) -> Result<Vec<Sketch>, Undecodable> {
    let people = Total::decode(total)?.people;
    let read = metrics(&people)
        .into_iter()
        .filter(|(_, it)| !it.is_empty());
    let sketch = |(metric, it): (&'static str, &Distribution)| {
        let mut sketch = Sketch {
            portal: portal.to_owned(),
            hour,
            metric,
            limit: it.limit().unwrap_or(0),
            under: it.weight_under(),
            views: it.sample().views,
            bucket: Vec::new(),
            weight: Vec::new(),
            sum: Vec::new(),
            version,
        };
        for (lowest, weight, sum) in it.buckets() {
            sketch.bucket.push(lowest);
            sketch.weight.push(weight);
            sketch.sum.push(sum);
        }
        sketch
    };
    Ok(read.map(sketch).collect())
}

fn metrics(of: &Aggregate) -> [(&'static str, &Distribution); 6] {
    [
        ("lcp", &of.lcp),
        ("inp", &of.inp),
        ("server_wait", &of.server_wait),
        ("fcp", &of.fcp),
        ("ttfb", &of.ttfb),
        ("cls", &of.cls),
    ]
}

pub async fn write(engine: &Engine, sketches: &[Sketch]) -> Result<(), Away> {
    engine.insert("sketches", sketches).await
}
