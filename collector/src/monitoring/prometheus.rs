//! The readings as gauges of Prometheus.

use std::sync::atomic::AtomicU64;

use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::registry::{Registry, Unit};

use super::Reading;

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Portal {
    portal: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Grade {
    portal: String,
    grade: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Timing {
    portal: String,
    metric: &'static str,
}

type Number = Gauge<f64, AtomicU64>;

/// Made anew for each answer: a portal that tells something no more has no gauge of it any more.
pub fn registry(readings: &[Reading]) -> Registry {
    let score = Family::<Portal, Gauge>::default();
    let grade = Family::<Grade, Gauge>::default();
    let views = Family::<Portal, Gauge<u64, AtomicU64>>::default();
    let p75 = Family::<Timing, Number>::default();
    let cls = Family::<Portal, Number>::default();
    for reading in readings {
        let portal = reading.portal.to_string();
        let of = Portal {
            portal: portal.clone(),
        };
        views.get_or_create(&of).set(reading.views);
        if let Some(points) = reading.score {
            score.get_or_create(&of).set(points.into());
        }
        if let Some(shift) = reading.cls_p75 {
            cls.get_or_create(&of).set(shift);
        }
        if let Some(letter) = reading.grade {
            let of = Grade {
                portal: portal.clone(),
                grade: letter,
            };
            grade.get_or_create(&of).set(1);
        }
        for (metric, ms) in reading.timings() {
            let of = Timing {
                portal: portal.clone(),
                metric,
            };
            p75.get_or_create(&of).set(ms);
        }
    }
    let mut registry = Registry::with_prefix("nhip_portal");
    registry.register("score", "Score of the last 7 days, 0 to 100", score);
    registry.register("grade", "1 at the portal's grade of the last 7 days", grade);
    registry.register("views", "Views that began in the last 7 days", views);
    registry.register_with_unit(
        "p75",
        "75th percentile of a timing in the last 7 days",
        Unit::Other("milliseconds".to_owned()),
        p75,
    );
    registry.register(
        "cls_p75",
        "75th percentile of the cumulative layout shift in the last 7 days",
        cls,
    );
    registry
}
