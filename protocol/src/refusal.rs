//! Why a report is refused: every reason there is.

use std::borrow::Cow;

/// One report, one reason. [`Refusal::reason`] is the name that is counted and shown; the message
/// says what was expected and what came.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    #[error("expected a report as JSON: {0}")]
    Malformed(String),
    #[error("expected {expected}, got {got}")]
    TooLarge { expected: &'static str, got: usize },
    #[error("expected report version 1, got {0}")]
    UnsupportedVersion(u64),
    #[error("{field}: expected {expected}, got {got}")]
    Implausible {
        field: &'static str,
        expected: Cow<'static, str>,
        got: String,
    },
    #[error("{field} must be absent where nav is {nav}")]
    Contradiction {
        field: &'static str,
        nav: &'static str,
    },
    #[error("the view began {age_ms} ms ago; reports are taken for 24 hours")]
    TooLate { age_ms: u64 },
    #[error("no portal is registered as '{0}'")]
    UnknownPortal(String),
    #[error("no agency is registered as '{0}'")]
    UnknownAgency(String),
    #[error("'{origin}' is not a registered origin of '{portal}'")]
    UnregisteredOrigin { origin: String, portal: String },
    #[error("'{0}' is paused: it takes no reports for now")]
    Paused(String),
    #[error("too many reports from one address; send it again later")]
    AddressLimit,
    #[error("too many reports for '{0}'; send it again later")]
    PortalLimit(String),
    #[error("the report was not kept; send it again later")]
    NotKept,
}

impl Refusal {
    /// Every reason, for tables that must be complete.
    pub const REASONS: [&'static str; 13] = [
        "malformed",
        "too-large",
        "unsupported-version",
        "implausible",
        "contradiction",
        "too-late",
        "unknown-portal",
        "unknown-agency",
        "unregistered-origin",
        "paused",
        "address-limit",
        "portal-limit",
        "not-kept",
    ];

    /// The name under which this refusal is counted, in kebab case.
    pub const fn reason(&self) -> &'static str {
        let index = match self {
            Refusal::Malformed(_) => 0,
            Refusal::TooLarge { .. } => 1,
            Refusal::UnsupportedVersion(_) => 2,
            Refusal::Implausible { .. } => 3,
            Refusal::Contradiction { .. } => 4,
            Refusal::TooLate { .. } => 5,
            Refusal::UnknownPortal(_) => 6,
            Refusal::UnknownAgency(_) => 7,
            Refusal::UnregisteredOrigin { .. } => 8,
            Refusal::Paused(_) => 9,
            Refusal::AddressLimit => 10,
            Refusal::PortalLimit(_) => 11,
            Refusal::NotKept => 12,
        };
        Refusal::REASONS[index]
    }
}
