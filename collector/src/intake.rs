//! Bytes of a request → reports that are stored, or one reason for each that is not.
//!
//! Input is hostile: size, depth and number are checked before parsing goes far, the registry is
//! asked only about what is plausible.

use std::str;

use nhip_protocol::code::Code;
use nhip_protocol::refusal::Refusal;
use nhip_protocol::report::{MAX_BATCH, MAX_BYTES, RawReport, Report, VERSION};
use serde::Deserialize;
use serde_json::value::RawValue;

use self::shape::Shape;
use crate::clock::UnixMs;
use crate::portals::{Origin, Registry};
use crate::store::{NewRow, OriginSeen};

mod shape;

/// The most bytes of one request.
pub const MAX_BODY: usize = 64 * 1024;

/// A report nests four deep; an array and fields of a newer version leave room.
const MAX_DEPTH: usize = 16;

/// Stands for an `Origin` header that holds no origin.
const NO_ORIGIN: &str = "what is not an origin";

/// What a refusal tells of the sender's own input, at most.
const MAX_MESSAGE: usize = 200;

/// What a request carries.
#[derive(Debug)]
pub enum Batch<'a> {
    One(&'a str),
    Many(Vec<&'a RawValue>),
}

/// What the `Origin` header says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum OriginHeader {
    Absent,
    Null,
    /// `None` where it is not what a browser writes.
    Given(Option<Origin>),
}

/// A report that was refused, and under which portal that is counted.
#[derive(Debug, PartialEq, Eq)]
pub struct Refused {
    /// `None` where the registry does not know the portal: codes that anyone can make up must not
    /// make the counters grow.
    pub portal: Option<Code>,
    pub refusal: Refusal,
}

impl OriginHeader {
    pub fn of(header: Option<&[u8]>) -> OriginHeader {
        match header.map(String::from_utf8_lossy) {
            None => OriginHeader::Absent,
            Some(text) if text == "null" => OriginHeader::Null,
            // To the letter: whoever writes it in another way is no browser, and what is not an
            // origin may be anything, so it is not remembered.
            Some(text) => OriginHeader::Given(
                text.parse()
                    .ok()
                    .filter(|origin: &Origin| origin.as_str() == text),
            ),
        }
    }

    fn shown(&self) -> &str {
        match self {
            OriginHeader::Absent => "",
            OriginHeader::Null => "null",
            OriginHeader::Given(Some(origin)) => origin.as_str(),
            OriginHeader::Given(None) => NO_ORIGIN,
        }
    }
}

impl<'a> Batch<'a> {
    /// One report or an array of them, not looked into yet.
    pub fn split(body: &'a [u8]) -> Result<Batch<'a>, Refusal> {
        let text = str::from_utf8(body)
            .map_err(|_| Refusal::Malformed("expected UTF-8".to_owned()))?
            .trim_ascii();
        if depth(text) > MAX_DEPTH {
            let message = format!("expected at most {MAX_DEPTH} levels");
            return Err(Refusal::Malformed(message));
        }
        if !text.starts_with('[') {
            return Ok(Batch::One(text));
        }
        let reports: Vec<&RawValue> = serde_json::from_str(text).map_err(malformed)?;
        if reports.len() > MAX_BATCH {
            return Err(Refusal::TooLarge {
                expected: "at most 50 reports",
                got: reports.len(),
            });
        }
        Ok(Batch::Many(reports))
    }
}

/// A report that may be stored, or the first reason against it.
pub fn judge(
    text: &str,
    origin: &OriginHeader,
    registry: &Registry,
    received: UnixMs,
) -> Result<NewRow, Refused> {
    let refused = |refusal| refused(text, registry, refusal);
    let report = parse(text).map_err(refused)?;
    let (report, origin) = admit(report, origin, registry).map_err(refused)?;
    Ok(NewRow::new(received, origin, report))
}

/// A refusal, under the portal that the report names if there is such a one.
pub fn refused(text: &str, registry: &Registry, refusal: Refusal) -> Refused {
    Refused {
        portal: named_portal(text).filter(|code| registry.entry(code).is_some()),
        refusal,
    }
}

/// Well-formed and plausible.
fn parse(text: &str) -> Result<Report, Refusal> {
    if text.len() > MAX_BYTES {
        return Err(Refusal::TooLarge {
            expected: "a report of at most 4096 bytes",
            got: text.len(),
        });
    }
    let shape = Shape::of(text).map_err(malformed)?;
    // Of another version only this much can be expected to have the same shape.
    if let Some(v) = shape.version
        && v != VERSION
    {
        return Err(Refusal::UnsupportedVersion(v));
    }
    if let Some(fault) = shape.fault {
        return Err(Refusal::Malformed(fault));
    }
    serde_json::from_str::<RawReport>(text)
        .map_err(malformed)?
        .validate()
}

/// What only the registry can tell: portal, origin, agency.
fn admit(
    mut report: Report,
    origin: &OriginHeader,
    registry: &Registry,
) -> Result<(Report, OriginSeen), Refusal> {
    let entry = registry
        .entry(&report.portal)
        .ok_or_else(|| Refusal::UnknownPortal(report.portal.to_string()))?;
    let seen = match origin {
        // An agency whose portal nobody added has no origin that could be the right one.
        _ if entry.portal.is_none() => None,
        OriginHeader::Absent => Some(OriginSeen::Absent),
        OriginHeader::Null => Some(OriginSeen::Null),
        OriginHeader::Given(given) => given
            .as_ref()
            .is_some_and(|origin| entry.has_origin(origin))
            .then_some(OriginSeen::Registered),
    };
    let seen = seen.ok_or_else(|| Refusal::UnregisteredOrigin {
        origin: origin.shown().to_owned(),
        portal: report.portal.to_string(),
    })?;
    if entry.is_paused() {
        return Err(Refusal::Paused(report.portal.to_string()));
    }
    if report.agency == report.portal {
        report.agency = entry.agency().clone();
    }
    if !registry.knows_agency(&report.agency) {
        return Err(Refusal::UnknownAgency(report.agency.to_string()));
    }
    Ok((report, seen))
}

/// The portal that a refused report names, if it can be told at all.
fn named_portal(text: &str) -> Option<Code> {
    #[derive(Deserialize)]
    struct Named {
        portal: String,
    }
    let named: Named = serde_json::from_str(text).ok()?;
    named.portal.parse().ok()
}

fn malformed(error: serde_json::Error) -> Refusal {
    Refusal::Malformed(error.to_string().chars().take(MAX_MESSAGE).collect())
}

/// How deep brackets nest, outside strings. Needs no parser, so it can come before one.
fn depth(text: &str) -> usize {
    let (mut depth, mut deepest) = (0_usize, 0);
    let (mut in_string, mut escaped) = (false, false);
    for byte in text.bytes() {
        if in_string {
            match byte {
                _ if escaped => escaped = false,
                b'\\' => escaped = true,
                b'"' => in_string = false,
                _ => {}
            }
            continue;
        }
        match byte {
            b'"' => in_string = true,
            b'{' | b'[' => {
                depth += 1;
                deepest = deepest.max(depth);
            }
            b'}' | b']' => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    deepest
}

#[cfg(test)]
#[path = "intake_tests.rs"]
mod tests;
