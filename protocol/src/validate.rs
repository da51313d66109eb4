//! Raw → valid: the one place where a report is believed or refused.

use std::fmt::Display;

use crate::check::{Check, PerCheck};
use crate::code::Code;
use crate::metric::{self, Metric};
use crate::redact;
use crate::refusal::Refusal;
use crate::report::{
    Causes, Engine, Kind, Layout, Load, MAX_AGE_MS, MAX_CULPRITS, MAX_WEIGHT, Phases, Rating,
    RawReport, ReadyState, Report, Response, Skipped, VERSION, ViewId, Viewport,
};
use crate::unit::{Cls, Ms};

mod errors;
mod requests;
mod steps;
mod unjudged;

/// No view sends so many snapshots: one a hidden, and a tab is hidden a few hundred times a day.
const MAX_SEQ: u32 = 10_000;

/// The largest viewport side, in CSS px: a wall of screens, or a page that a phone lays out wide.
const MAX_SIDE: u32 = 20_000;

/// More than the browser's queue holds, many times over, is nobody's count.
const MOST_QUEUED: u32 = 1000;

impl RawReport {
    /// The report, valid, or the first reason against it.
    ///
    /// Page group, culprits and services are redacted here again, whatever the browser did.
    ///
    /// # Errors
    ///
    /// [`Refusal`]: one of `UnsupportedVersion`, `Implausible`, `Contradiction`, `TooLate`. What
    /// only a registry can tell (portal, agency, origin) is not asked here.
    pub fn validate(mut self) -> Result<Report, Refusal> {
        if self.v != VERSION {
            return Err(Refusal::UnsupportedVersion(self.v));
        }
        let age = age(self.age)?;
        let portal = code("portal", &self.portal)?;
        let agency = match &self.agency {
            Some(agency) => code("agency", agency)?,
            None => portal.clone(),
        };
        let view = ViewId::parse(&self.view)
            .ok_or_else(|| implausible("view", "16 hex digits", &self.view))?;
        if !(1..=MAX_SEQ).contains(&self.seq) {
            return Err(implausible("seq", "1 to 10000", self.seq));
        }
        if !(1..=MAX_WEIGHT).contains(&self.weight) {
            return Err(implausible("weight", "1 to 1000", self.weight));
        }
        if self.response.server_wait.is_some() && !self.nav.waited_for_server() {
            return Err(Refusal::Contradiction {
                field: "response.server_wait",
                nav: self.nav.name(),
            });
        }
        if self.kind.is_lost() {
            unjudged::leave_out(&mut self);
        }
        let (engine, engine_version) = engine(self.engine.as_deref())?;
        let load = load(self.load)?;
        let response = response(self.response)?;
        let causes = self.causes.map(|raw| raw.believe(&load));
        // Of a view that was fast there is nothing to tell.
        let causes = causes.filter(|causes| *causes != Causes::default());
        Ok(Report {
            portal,
            view,
            seq: self.seq,
            kind: self.kind,
            nav: self.nav,
            phase: phase(self.kind, self.phase)?,
            age,
            page: redact::path(&self.page),
            agency,
            engine,
            engine_version,
            device: self.device,
            net: self.net,
            weight: self.weight,
            automated: self.automated,
            load,
            response,
            requests: self.requests.map(requests::requests).transpose()?,
            steps: steps::steps(self.steps)?,
            rating: self.rating.map(rating),
            layout: layout(self.layout)?,
            viewport: self.viewport.map(viewport).transpose()?,
            skipped: skipped(&self.skipped),
            queue_lost: self.queue_lost.min(MOST_QUEUED),
            errors: errors::errors(self.errors)?,
            dropped: self.dropped,
            causes,
        })
    }
}

/// Of somebody who is satisfied a cause means nothing.
fn rating(raw: Rating) -> Rating {
    Rating {
        cause: raw.cause.filter(|_| !raw.satisfied),
        ..raw
    }
}

/// Below zero the page's clock ran backwards, or rounds in another way than that of its events: such a view
/// began now, as far as anybody knows. Its readings have reasons of their own.
fn age(age: f64) -> Result<u64, Refusal> {
    if age.is_nan() {
        return Err(implausible("age", "0 or more milliseconds", age));
    }
    let age_ms = age.max(0.0) as u64;
    if age_ms > MAX_AGE_MS {
        return Err(Refusal::TooLate { age_ms });
    }
    Ok(age_ms)
}

fn code(field: &'static str, text: &str) -> Result<Code, Refusal> {
    text.parse()
        .map_err(|error: crate::code::NotACode| Refusal::Implausible {
            field,
            expected: error.to_string().into(),
            got: excerpt(text),
        })
}

/// Of a view that was not lost it means nothing, and a newer widget may mean something by it.
fn phase(kind: Kind, word: Option<String>) -> Result<Option<ReadyState>, Refusal> {
    let expected = "loading, interactive or complete";
    word.filter(|_| kind.is_lost())
        .map(|word| {
            ReadyState::from_name(&word).ok_or_else(|| implausible("phase", expected, word))
        })
        .transpose()
}

/// `blink/156` → engine and major version. An engine that is not known is `other`, not refused.
fn engine(text: Option<&str>) -> Result<(Engine, Option<u16>), Refusal> {
    let Some(text) = text else {
        return Ok((Engine::Other, None));
    };
    let (name, version) = match text.split_once('/') {
        Some((name, version)) => {
            let version = version
                .parse::<u16>()
                .map_err(|_| implausible("engine", "name/major version", text))?;
            (name, Some(version))
        }
        None => (text, None),
    };
    let engine = match name {
        "blink" => Engine::Blink,
        "gecko" => Engine::Gecko,
        "webkit" => Engine::Webkit,
        _ => Engine::Other,
    };
    Ok((engine, version))
}

fn load(raw: Load<f64>) -> Result<Load<Ms>, Refusal> {
    Ok(Load {
        lcp: believe("load.lcp", metric::LCP, raw.lcp)?,
        fcp: believe("load.fcp", metric::FCP, raw.fcp)?,
        ttfb: believe("load.ttfb", metric::TTFB, raw.ttfb)?,
        loaded: believe("load.loaded", metric::LOADED, raw.loaded)?,
        phases: raw.phases.map(phases).transpose()?,
    })
}

fn response(raw: Response<f64>) -> Result<Response<Ms>, Refusal> {
    Ok(Response {
        inp: believe("response.inp", metric::INP, raw.inp)?,
        server_wait: believe("response.server_wait", metric::SERVER_WAIT, raw.server_wait)?,
    })
}

fn phases(raw: Phases<f64>) -> Result<Phases<Ms>, Refusal> {
    let phase = |field, value| believe(field, metric::PHASE, value);
    Ok(Phases {
        redirect: phase("load.phases.redirect", raw.redirect)?,
        dns: phase("load.phases.dns", raw.dns)?,
        connect: phase("load.phases.connect", raw.connect)?,
        tls: phase("load.phases.tls", raw.tls)?,
        wait: phase("load.phases.wait", raw.wait)?,
        download: phase("load.phases.download", raw.download)?,
    })
}

fn believe(field: &'static str, metric: Metric, ms: Option<f64>) -> Result<Option<Ms>, Refusal> {
    ms.map(|ms| {
        metric.believe(ms).map_err(|_| Refusal::Implausible {
            field,
            expected: format!("0 to {} ms", metric.max.as_f64()).into(),
            got: ms.to_string(),
        })
    })
    .transpose()
}

fn layout(raw: Layout<f64>) -> Result<Layout<Cls>, Refusal> {
    let cls = raw
        .cls
        .map(|value| {
            Cls::from_f64(value)
                .filter(|cls| *cls <= metric::LARGEST_CLS)
                .ok_or_else(|| implausible("layout.cls", "0 to 100", value))
        })
        .transpose()?;
    Ok(Layout { cls })
}

fn viewport(raw: Viewport) -> Result<Viewport, Refusal> {
    for (field, side) in [
        ("viewport.width", raw.width),
        ("viewport.height", raw.height),
    ] {
        if !(1..=MAX_SIDE).contains(&side) {
            return Err(implausible(field, "1 to 20000 CSS px", side));
        }
    }
    let mut culprits = PerCheck::default();
    for check in Check::ALL {
        let Some(named) = &raw.culprits[check] else {
            continue;
        };
        culprits[check] = Some(
            named
                .iter()
                .take(MAX_CULPRITS)
                .map(|s| redact::selector(s))
                .collect(),
        );
    }
    Ok(Viewport { culprits, ..raw })
}

/// A newer widget may leave out more: what is not known says nothing here.
fn skipped(words: &[String]) -> Vec<Skipped> {
    let is_told = |skipped: &Skipped| words.iter().any(|word| word == skipped.name());
    Skipped::ALL.iter().copied().filter(is_told).collect()
}

fn implausible(field: &'static str, expected: &'static str, got: impl Display) -> Refusal {
    Refusal::Implausible {
        field,
        expected: expected.into(),
        got: excerpt(&got.to_string()),
    }
}

/// Enough of a hostile string to recognise it by.
fn excerpt(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).take(40).collect()
}

#[cfg(test)]
#[path = "validate_tests.rs"]
mod tests;
