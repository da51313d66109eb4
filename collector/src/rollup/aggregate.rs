//! Views → counts, distributions, checks; and what the grade is made of.

use nhip_protocol::check::{Check, PerCheck, Verdict};
use nhip_protocol::grade::{CheckCount, Reading, Readings};
use nhip_protocol::metric::{self, Metric};
use nhip_protocol::report::{Kind, Report};
use nhip_protocol::unit::Ms;
use serde::{Deserialize, Serialize};

use super::View;
use super::blame::BlameTally;
use super::counts::{LostAt, SkippedViews, ViewCounts};
use super::culprits::Culprits;
use super::distribution::Distribution;
use super::errors::ErrorTally;
use super::ratings::RatingTally;
use super::sample::Sample;
use super::services::Services;

/// What a check found: weights, and the sample that could tell.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CheckTally {
    pub pass: u64,
    pub fail: u64,
    pub unknown: u64,
    pub told: Sample,
}

impl CheckTally {
    fn merge(&mut self, other: &CheckTally) {
        self.pass += other.pass;
        self.fail += other.fail;
        self.unknown += other.unknown;
        self.told.merge(&other.told);
    }
}

/// Everything that a summary says of a group of views. Two of them merge by addition. On disk what is
/// empty is left out, and a field that an older collector did not write is empty.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Aggregate {
    #[serde(skip_serializing_if = "is_default")]
    pub views: ViewCounts,
    #[serde(skip_serializing_if = "is_default")]
    pub lost_at: LostAt,
    #[serde(skip_serializing_if = "is_default")]
    pub skipped: SkippedViews,
    #[serde(skip_serializing_if = "is_default")]
    pub errors: ErrorTally,
    #[serde(skip_serializing_if = "is_default")]
    pub services: Services,
    #[serde(skip_serializing_if = "is_default")]
    pub ratings: RatingTally,
    #[serde(skip_serializing_if = "Distribution::is_empty")]
    pub lcp: Distribution,
    #[serde(skip_serializing_if = "Distribution::is_empty")]
    pub loaded: Distribution,
    #[serde(skip_serializing_if = "Distribution::is_empty")]
    pub fcp: Distribution,
    #[serde(skip_serializing_if = "Distribution::is_empty")]
    pub ttfb: Distribution,
    #[serde(skip_serializing_if = "Distribution::is_empty")]
    pub inp: Distribution,
    #[serde(skip_serializing_if = "Distribution::is_empty")]
    pub server_wait: Distribution,
    /// Of requests after the load: its sample is of waits, not of views.
    #[serde(skip_serializing_if = "Distribution::is_empty")]
    pub request_wait: Distribution,
    /// Views that told of at least one such wait.
    #[serde(skip_serializing_if = "is_default")]
    pub request_views: u64,
    #[serde(skip_serializing_if = "Distribution::is_empty")]
    pub cls: Distribution,
    #[serde(skip_serializing_if = "PerCheck::is_empty")]
    pub checks: PerCheck<CheckTally>,
    #[serde(skip_serializing_if = "is_default")]
    pub culprits: Culprits,
    #[serde(skip_serializing_if = "is_default")]
    pub blame: BlameTally,
    #[serde(skip_serializing_if = "is_default")]
    pub measured: Sample,
    /// Of views that were abandoned or blocked: they did not load in time.
    #[serde(skip_serializing_if = "is_default")]
    lost_weight: u64,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Class {
    Measured,
    Abandoned,
    Blocked,
}

impl Default for Aggregate {
    fn default() -> Aggregate {
        let of = |metric: Metric| match metric.limit {
            Some(limit) => Distribution::with_limit(limit.tenths()),
            None => Distribution::default(),
        };
        Aggregate {
            views: ViewCounts::default(),
            lost_at: LostAt::default(),
            skipped: SkippedViews::default(),
            errors: ErrorTally::default(),
            services: Services::default(),
            ratings: RatingTally::default(),
            lcp: of(metric::LCP),
            loaded: of(metric::LOADED),
            fcp: of(metric::FCP),
            ttfb: of(metric::TTFB),
            inp: of(metric::INP),
            server_wait: of(metric::SERVER_WAIT),
            request_wait: of(metric::REQUEST_WAIT),
            request_views: 0,
            cls: Distribution::default(),
            checks: PerCheck::default(),
            culprits: Culprits::default(),
            blame: BlameTally::default(),
            measured: Sample::default(),
            lost_weight: 0,
        }
    }
}

impl Aggregate {
    pub fn push(&mut self, view: &View) {
        let report = &view.last;
        self.views.began += 1;
        self.views.late += u64::from(view.late);
        self.views.null_origin += u64::from(view.null_origin);
        self.views.duplicate += view.duplicate;
        self.views.superseded += view.superseded;
        self.views.queue_lost += u64::from(report.queue_lost);
        let class = class(report);
        match class {
            Class::Measured => {
                self.views.measured += 1;
                self.views.unfinished += u64::from(report.kind != Kind::Final);
                self.measured.push(report.weight);
            }
            Class::Abandoned => self.views.abandoned += 1,
            Class::Blocked => self.views.blocked += 1,
        }
        if class != Class::Measured {
            self.lost_weight += u64::from(report.weight);
            self.lost_at.push(report.phase);
        }
        self.skipped.push(&report.skipped);
        self.services.push(&report.steps, report.weight);
        self.ratings.push(report);
        self.errors.push(&report.errors, report.weight);
        self.blame.push(report);
        self.read(report, class);
    }

    /// Adds how many other views there were, and how long what they told took.
    pub fn merge_readings(&mut self, other: &Aggregate) {
        self.views.merge(&other.views);
        for (own, other) in [
            (&mut self.lcp, &other.lcp),
            (&mut self.loaded, &other.loaded),
            (&mut self.fcp, &other.fcp),
            (&mut self.ttfb, &other.ttfb),
            (&mut self.inp, &other.inp),
            (&mut self.server_wait, &other.server_wait),
            (&mut self.request_wait, &other.request_wait),
            (&mut self.cls, &other.cls),
        ] {
            own.merge(other);
        }
        self.request_views += other.request_views;
    }

    /// Adds what was read of other views.
    pub fn merge(&mut self, other: &Aggregate) {
        self.merge_readings(other);
        self.lost_at.merge(&other.lost_at);
        self.skipped.merge(&other.skipped);
        self.errors.merge(&other.errors);
        self.services.merge(&other.services);
        self.ratings.merge(&other.ratings);
        for (check, tally) in other.checks.iter() {
            self.checks[check].get_or_insert_default().merge(tally);
        }
        self.culprits.merge(&other.culprits);
        self.blame.merge(&other.blame);
        self.measured.merge(&other.measured);
        self.lost_weight += other.lost_weight;
    }

    fn read(&mut self, report: &Report, class: Class) {
        // What an abandoned view had painted last is no load time; what its server took is known.
        let (lcp, loaded) = match class {
            Class::Measured => (report.load.lcp, report.load.loaded),
            Class::Abandoned | Class::Blocked => (None, None),
        };
        for (distribution, reading) in [
            (&mut self.lcp, lcp),
            (&mut self.loaded, loaded),
            (&mut self.fcp, report.load.fcp),
            (&mut self.ttfb, report.load.ttfb),
            (&mut self.inp, report.response.inp),
            (&mut self.server_wait, report.response.server_wait),
        ] {
            if let Some(ms) = reading {
                distribution.push(ms.tenths(), report.weight);
            }
        }
        if let Some(requests) = &report.requests {
            self.request_views += u64::from(!requests.waits.is_empty());
            for wait in &requests.waits {
                self.request_wait.push(wait.tenths(), report.weight);
            }
        }
        if let Some(cls) = report.layout.cls {
            self.cls.push(cls.ten_thousandths(), report.weight);
        }
        if let Some(viewport) = &report.viewport {
            for (check, verdict) in viewport.checks.iter() {
                self.tally(check, *verdict, report.weight);
            }
            self.culprits.push(&viewport.culprits, report.weight);
        }
    }

    fn tally(&mut self, check: Check, verdict: Verdict, weight: u32) {
        let tally = self.checks[check].get_or_insert_default();
        match verdict {
            Verdict::Pass => tally.pass += u64::from(weight),
            Verdict::Fail => tally.fail += u64::from(weight),
            Verdict::Unknown => tally.unknown += u64::from(weight),
        }
        if verdict != Verdict::Unknown {
            tally.told.push(weight);
        }
    }

    /// What the grading profile asks for.
    pub fn readings(&self) -> Readings {
        let mut viewport = PerCheck::default();
        for (check, tally) in self.checks.iter() {
            viewport[check] = Some(CheckCount {
                pass: tally.pass,
                fail: tally.fail,
                sample: tally.told.effective(),
            });
        }
        // A view whose browser cannot tell LCP speaks neither for nor against.
        let judged = self.lcp.sample().weight + self.lost_weight;
        let in_time = self.lcp.weight_under();
        Readings {
            load: reading(&self.lcp),
            inp: reading(&self.inp),
            server_wait: reading(&self.server_wait),
            viewport,
            survivors_under_limit: three_quarters(in_time, judged),
        }
    }
}

/// A view that could not run the module says so itself; one without a load reading was abandoned.
fn class(report: &Report) -> Class {
    match report.kind {
        Kind::Blocked => Class::Blocked,
        Kind::Abandoned => Class::Abandoned,
        Kind::Started | Kind::Final => {
            let load = &report.load;
            // A page that did not load while the visitor waited (it was restored, or prerendered)
            // has no load event of its own: where there is no LCP, its paint says that it is there.
            let shown = load.fcp.is_some() && !report.nav.waited_for_server();
            if load.lcp.is_some() || load.loaded.is_some() || shown {
                Class::Measured
            } else {
                Class::Abandoned
            }
        }
    }
}

fn reading(distribution: &Distribution) -> Option<Reading> {
    let [p75] = distribution.percentiles([75])?;
    Some(Reading {
        p75: Ms::from_tenths(p75),
        under_limit: three_quarters(distribution.weight_under(), distribution.sample().weight),
        sample: distribution.sample().effective(),
    })
}

fn three_quarters(part: u64, whole: u64) -> bool {
    whole > 0 && part * 4 >= whole * 3
}

fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}
