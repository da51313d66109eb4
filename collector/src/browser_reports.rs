//! What browsers report by themselves: the W3C's Reporting API. A page that never arrived is told here, by the
//! next one that does; no script of ours needs to run.
//!
//! Of each report only its kind and one word of a known shape are kept, counted by portal and hour: no address,
//! no text, nothing of a person.
//!
//! <https://www.w3.org/TR/reporting-1/>, <https://www.w3.org/TR/network-error-logging/>,
//! <https://www.w3.org/TR/CSP3/#reporting>

use nhip_protocol::code::Code;
use serde::Deserialize;
use serde_json::Value;
use url::Url;

use crate::clock::{DAY_MS, UnixMs, hour_of};
use crate::portals::Origin;

/// Reports of one request that are read; browsers send a handful.
pub const MOST: usize = 100;

/// What happened longer ago is of no use to anybody.
const OLDEST_MS: UnixMs = 7 * DAY_MS;

/// Where the word is missing, or has another shape than the standard's.
const UNTOLD: &str = "unknown";

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    NetworkError,
    CspViolation,
    Crash,
    Deprecation,
    Intervention,
}

impl Kind {
    pub const ALL: [Kind; 5] = [
        Kind::NetworkError,
        Kind::CspViolation,
        Kind::Crash,
        Kind::Deprecation,
        Kind::Intervention,
    ];

    /// As the standards name it.
    pub const fn name(self) -> &'static str {
        match self {
            Kind::NetworkError => "network-error",
            Kind::CspViolation => "csp-violation",
            Kind::Crash => "crash",
            Kind::Deprecation => "deprecation",
            Kind::Intervention => "intervention",
        }
    }

    pub fn named(name: &str) -> Option<Kind> {
        Kind::ALL.into_iter().find(|kind| kind.name() == name)
    }
}

/// How often something was told of an hour of a portal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tally {
    pub portal: Code,
    pub hour: i64,
    pub kind: Kind,
    pub detail: String,
    pub count: u64,
}

/// What is kept of a report.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told {
    pub kind: Kind,
    pub detail: String,
    /// Where the page is.
    pub origin: Origin,
    pub hour: i64,
}

/// Why a report is not counted.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    #[error("expected a report with type, url and body, got {0}")]
    Malformed(String),
    #[error(
        "expected a type of network-error, csp-violation, crash, deprecation or intervention, got '{0}'"
    )]
    Kind(String),
    #[error("expected the address of a page as url")]
    Url,
    #[error("expected at most 7 days of age")]
    TooLate,
}

#[derive(Deserialize)]
struct Raw {
    #[serde(rename = "type")]
    kind: String,
    #[serde(default)]
    age: f64,
    url: String,
    #[serde(default)]
    body: Value,
}

/// The reports of a body: an array of them, one alone, or a policy's old form (`report-uri`).
///
/// # Errors
///
/// What was expected instead.
pub fn split(bytes: &[u8]) -> Result<Vec<Value>, String> {
    match serde_json::from_slice(bytes) {
        Ok(Value::Array(reports)) if reports.len() > MOST => Err(format!(
            "expected at most {MOST} reports, got {}",
            reports.len()
        )),
        Ok(Value::Array(reports)) => Ok(reports),
        Ok(Value::Object(mut object)) => Ok(vec![match object.remove("csp-report") {
            Some(body) => of_old_form(body),
            None => Value::Object(object),
        }]),
        Ok(_) => Err("expected an array of reports".to_owned()),
        Err(error) => Err(format!("expected an array of reports in JSON ({error})")),
    }
}

fn of_old_form(body: Value) -> Value {
    serde_json::json!({
        "type": Kind::CspViolation.name(),
        "url": body["document-uri"],
        "body": {
            "effectiveDirective": body.get("effective-directive").unwrap_or(&body["violated-directive"]),
            "blockedURL": body["blocked-uri"],
        },
    })
}

/// What is kept of one.
///
/// # Errors
///
/// [`Refused`] says what was expected instead.
pub fn read(report: Value, now: UnixMs) -> Result<Told, Refused> {
    let raw: Raw =
        serde_json::from_value(report).map_err(|error| Refused::Malformed(error.to_string()))?;
    let kind =
        Kind::named(&raw.kind).ok_or_else(|| Refused::Kind(raw.kind.chars().take(40).collect()))?;
    let url = Url::parse(&raw.url).map_err(|_| Refused::Url)?;
    let origin = url.origin().ascii_serialization();
    let origin = origin.parse().map_err(|_| Refused::Url)?;
    if !(0.0..=OLDEST_MS as f64).contains(&raw.age) {
        return Err(Refused::TooLate);
    }
    Ok(Told {
        kind,
        detail: detail(kind, &raw.body, &url),
        origin,
        hour: hour_of(now - raw.age as UnixMs),
    })
}

/// One word or two, each of a known shape.
fn detail(kind: Kind, body: &Value, page: &Url) -> String {
    let text = |name: &str| body[name].as_str().unwrap_or_default();
    match kind {
        Kind::NetworkError => {
            let error = shaped(text("type"), 40, |c| {
                c.is_ascii_lowercase() || ".-_".contains(c)
            });
            let status = body["status_code"].as_u64().unwrap_or_default();
            if error == "http.error" && (400..600).contains(&status) {
                return format!("{error} {status}");
            }
            error
        }
        Kind::CspViolation => {
            let directive = text("effectiveDirective")
                .split(' ')
                .next()
                .unwrap_or_default();
            let directive = shaped(directive, 30, |c| c.is_ascii_lowercase() || c == '-');
            format!("{directive} {}", blocked(text("blockedURL"), page))
        }
        Kind::Crash => match text("reason") {
            reason @ ("oom" | "unresponsive") => reason.to_owned(),
            _ => UNTOLD.to_owned(),
        },
        Kind::Deprecation | Kind::Intervention => shaped(text("id"), 50, |c| {
            c.is_ascii_alphanumeric() || "-_".contains(c)
        }),
    }
}

/// The word itself, where it is as long and of such letters as the standard's are.
fn shaped(word: &str, longest: usize, is_usual: impl Fn(char) -> bool) -> String {
    let fits = (1..=longest).contains(&word.len()) && word.chars().all(is_usual);
    if fits { word } else { UNTOLD }.to_owned()
}

/// What a policy blocked, without saying where it was.
fn blocked(blocked: &str, page: &Url) -> &'static str {
    const WORDS: [&str; 6] = [
        "inline",
        "eval",
        "wasm-eval",
        "self",
        "data",
        "trusted-types-policy",
    ];
    if let Some(word) = WORDS.into_iter().find(|word| *word == blocked) {
        return word;
    }
    match Url::parse(blocked) {
        Ok(url) if url.origin() == page.origin() => "own",
        Ok(url) if matches!(url.scheme(), "http" | "https" | "ws" | "wss") => "other-host",
        _ => UNTOLD,
    }
}

#[cfg(test)]
#[path = "browser_reports_tests.rs"]
mod tests;
