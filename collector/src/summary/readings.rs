//! What was read of views, as percentiles.

use nhip_protocol::unit::{Cls, Ms};
use serde::{Serialize, Serializer};
use utoipa::ToSchema;

use crate::rollup::{Aggregate, Distribution};

#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Load {
    #[schema(value_type = Option<Percentiles<f64>>)]
    pub lcp_ms: Option<Percentiles<Millis>>,
    /// `loadEventEnd`: shown, never graded.
    #[schema(value_type = Option<Percentiles<f64>>)]
    pub loaded_ms: Option<Percentiles<Millis>>,
}

#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Response {
    #[schema(value_type = Option<Percentiles<f64>>)]
    pub inp_ms: Option<Percentiles<Millis>>,
    #[schema(value_type = Option<Percentiles<f64>>)]
    pub server_wait_ms: Option<Percentiles<Millis>>,
    /// Of requests after the load: shown, never graded.
    pub request_wait_ms: Option<Waits>,
}

/// Nearest ranks by the weight of each wait's view; here `n` is the number of waits.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
pub struct Waits {
    #[serde(flatten)]
    #[schema(value_type = Percentiles<f64>)]
    pub percentiles: Percentiles<Millis>,
    /// The views that told them.
    pub views: u64,
}

#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Stability {
    #[schema(value_type = Option<Percentiles<f64>>)]
    pub cls: Option<Percentiles<Cls>>,
}

#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Paint {
    #[schema(value_type = Option<Percentiles<f64>>)]
    pub fcp_ms: Option<Percentiles<Millis>>,
    #[schema(value_type = Option<Percentiles<f64>>)]
    pub ttfb_ms: Option<Percentiles<Millis>>,
}

/// Nearest ranks by weight; `n` is the number of views that could tell.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
pub struct Percentiles<T> {
    pub p50: T,
    pub p75: T,
    pub p95: T,
    pub n: u64,
}

/// Milliseconds in JSON: whole ones without a fraction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Millis(pub Ms);

impl Serialize for Millis {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0.tenths() {
            tenths if tenths % 10 == 0 => serializer.serialize_u32(tenths / 10),
            _ => serializer.serialize_f64(self.0.as_f64()),
        }
    }
}

impl Load {
    pub fn of(aggregate: &Aggregate) -> Load {
        Load {
            lcp_ms: times(&aggregate.lcp),
            loaded_ms: times(&aggregate.loaded),
        }
    }
}

impl Response {
    pub fn of(aggregate: &Aggregate) -> Response {
        Response {
            inp_ms: times(&aggregate.inp),
            server_wait_ms: times(&aggregate.server_wait),
            request_wait_ms: times(&aggregate.request_wait).map(|percentiles| Waits {
                percentiles,
                views: aggregate.request_views,
            }),
        }
    }
}

impl Stability {
    pub fn of(aggregate: &Aggregate) -> Stability {
        Stability {
            cls: percentiles(&aggregate.cls, Cls::from_ten_thousandths),
        }
    }
}

impl Paint {
    pub fn of(aggregate: &Aggregate) -> Paint {
        Paint {
            fcp_ms: times(&aggregate.fcp),
            ttfb_ms: times(&aggregate.ttfb),
        }
    }
}

pub fn times(distribution: &Distribution) -> Option<Percentiles<Millis>> {
    percentiles(distribution, |tenths| Millis(Ms::from_tenths(tenths)))
}

fn percentiles<T>(distribution: &Distribution, unit: impl Fn(u32) -> T) -> Option<Percentiles<T>> {
    let [p50, p75, p95] = distribution.percentiles([50, 75, 95])?;
    Some(Percentiles {
        p50: unit(p50),
        p75: unit(p75),
        p95: unit(p95),
        n: distribution.sample().views,
    })
}
