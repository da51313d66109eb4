//! What the API and the dashboard say of a portal in a window.

use std::ops::Range;

use nhip_protocol::blame::{RULES, Verdict};
use nhip_protocol::check::PerCheck;
use nhip_protocol::code::Code;
use nhip_protocol::grade::{Grade, PROFILE, grade};
use serde::Serialize;
use utoipa::ToSchema;

pub use self::certainty::Certainty;
pub use self::field_grade::FieldGrade;
pub use self::private::Culprit;
pub use self::ratings::RatingSummary;
pub use self::readings::{Load, Millis, Paint, Percentiles, Response, Stability, Waits};
pub use self::services::ServiceSummary;
pub use self::spread::{Range as SpreadRange, Spread};
use crate::access::Part;
use crate::clock::{UnixMs, rfc3339};
use crate::rollup::{Aggregate, BlameTally, ErrorTally, LostAt, SkippedViews, ViewCounts};

mod certainty;
mod field_grade;
mod private;
mod ratings;
mod readings;
mod services;
mod spread;

/// A ratio has so many steps: four digits, the same on every machine.
const RATIO_PARTS: u64 = 10_000;

/// Fields may be added; these keep their names. A reading that no browser could tell is `null`.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Summary {
    #[schema(value_type = String)]
    pub portal: Code,
    pub from: String,
    pub to: String,
    pub profile: &'static str,
    /// `null`: not enough data.
    pub grade: Option<&'static str>,
    pub score: Option<u8>,
    pub certainty: Certainty,
    /// Fewer views than this (effective sample) give no grade, and no reading a part in one.
    pub min_views: u64,
    /// The effective sample: measured views, by their weights.
    pub sample: u64,
    /// Readings that too few browsers could tell; their weight was shared among the others.
    pub untold: Vec<&'static str>,
    pub views: ViewCounts,
    /// Views, not weights; `null`: no lost view told.
    pub lost_at: Option<LostAt>,
    pub skipped: SkippedViews,
    /// Absent where it is withheld.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub errors: Option<ErrorTally>,
    pub services: Vec<ServiceSummary>,
    pub ratings: RatingSummary,
    pub load: Load,
    pub response: Response,
    pub spread: Spread,
    pub stability: Stability,
    pub paint: Paint,
    #[schema(value_type = BTreeMap<String, CheckSummary>)]
    pub viewport: PerCheck<CheckSummary>,
    /// Absent where they are withheld.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<BTreeMap<String, Vec<Culprit>>>)]
    pub culprits: Option<PerCheck<Vec<Culprit>>>,
    pub blame: BlameSummary,
    /// What takes a token.
    pub withheld: Vec<Part>,
}

/// `pass`, `fail` and `unknown` are sums of weights, as the grade takes them; `n` is the number of
/// views that could tell.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
pub struct CheckSummary {
    pub pass: u64,
    pub fail: u64,
    pub unknown: u64,
    pub n: u64,
}

/// What made the views over a limit slow: sums of weights by verdict, under the rules of a version; `n`
/// is the number of such views.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
pub struct BlameSummary {
    pub rules: &'static str,
    pub network: u64,
    pub server: u64,
    pub page: u64,
    pub device: u64,
    pub mixed: u64,
    pub unknown: u64,
    pub n: u64,
}

impl Summary {
    pub fn new(
        portal: Code,
        window: &Range<UnixMs>,
        aggregate: &Aggregate,
        min_views: u64,
    ) -> Summary {
        let readings = aggregate.readings();
        let sample = aggregate.measured.effective();
        let grade = (sample >= min_views)
            .then(|| grade(&readings, min_views))
            .flatten();
        let told = [
            ("lcp", readings.load.map(|r| r.sample)),
            ("inp", readings.inp.map(|r| r.sample)),
            ("server_wait", readings.server_wait.map(|r| r.sample)),
            (
                "viewport",
                readings.viewport.iter().map(|(_, c)| c.sample).max(),
            ),
        ];
        Summary {
            portal,
            from: rfc3339(window.start),
            to: rfc3339(window.end),
            profile: PROFILE,
            grade: grade.map(|grade: Grade| grade.letter.as_str()),
            score: grade.map(|grade| grade.score),
            certainty: Certainty::of(aggregate, &readings, min_views),
            min_views,
            sample,
            untold: told
                .into_iter()
                // Nobody's reading is untold even where the minimum is nothing.
                .filter(|(_, sample)| sample.is_none_or(|sample| sample < min_views.max(1)))
                .map(|(name, _)| name)
                .collect(),
            views: aggregate.views,
            lost_at: aggregate.lost_at.told(),
            skipped: aggregate.skipped,
            errors: Some(aggregate.errors.clone()),
            services: services::services(&aggregate.services),
            ratings: RatingSummary::of(&aggregate.ratings),
            load: Load::of(aggregate),
            response: Response::of(aggregate),
            spread: Spread::of(aggregate),
            stability: Stability::of(aggregate),
            paint: Paint::of(aggregate),
            viewport: checks(aggregate),
            culprits: Some(private::culprits(&aggregate.culprits)),
            blame: BlameSummary::of(&aggregate.blame),
            withheld: Vec::new(),
        }
    }
}

impl BlameSummary {
    /// In the order of [`Verdict::ALL`].
    pub fn weights(&self) -> [u64; Verdict::COUNT] {
        [
            self.network,
            self.server,
            self.page,
            self.device,
            self.mixed,
            self.unknown,
        ]
    }

    fn of(tally: &BlameTally) -> BlameSummary {
        BlameSummary {
            rules: RULES,
            network: tally.weight(Verdict::Network),
            server: tally.weight(Verdict::Server),
            page: tally.weight(Verdict::Page),
            device: tally.weight(Verdict::Device),
            mixed: tally.weight(Verdict::Mixed),
            unknown: tally.weight(Verdict::Unknown),
            n: tally.over.views,
        }
    }
}

/// Rounded to the nearest part; `None`: of nothing.
fn ratio(part: u64, whole: u64) -> Option<f64> {
    let parts = (part * RATIO_PARTS + whole / 2).checked_div(whole)?;
    Some(parts as f64 / RATIO_PARTS as f64)
}

fn checks(aggregate: &Aggregate) -> PerCheck<CheckSummary> {
    let mut summary = PerCheck::default();
    for (check, tally) in aggregate.checks.iter() {
        summary[check] = Some(CheckSummary {
            pass: tally.pass,
            fail: tally.fail,
            unknown: tally.unknown,
            n: tally.told.views,
        });
    }
    summary
}

#[cfg(test)]
#[path = "summary_tests.rs"]
mod tests;
