//! Why the registry stays as it is: what was expected, and what came.

use nhip_protocol::code::Code;

use super::Origin;
use crate::months::Month;

/// Why something of the registry cannot be changed.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum CannotChange {
    #[error(
        "expected something to change, got nothing; `nhip portal edit --help` shows what can be"
    )]
    Nothing,
    #[error("expected an origin of the portal, got '{0}'; `nhip portal list` shows them")]
    NoSuchOrigin(Origin),
    #[error("expected a token that is in use, got '{0}'; `nhip token list` shows them")]
    NoToken(String),
    #[error("expected a month that is not frozen, got '{0}'; what is frozen is never changed")]
    Frozen(Month),
    #[error(
        "expected a month that is frozen and not yet published, got '{0}'; `nhip month list` shows them"
    )]
    NothingToPublish(Month),
}

/// Why a portal cannot be added.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum CannotAdd {
    #[error("expected a portal that was added, got '{0}'; `nhip portal list` shows them")]
    NotThere(Code),
    #[error("expected another code, got '{0}', which stands for all portals")]
    Reserved(Code),
    #[error("expected a new code, got '{0}', which is already added; choose another code")]
    Taken(Code),
    #[error("expected an agency of today, got '{code}', which ended on {valid_until}{hint}")]
    Ended {
        code: Code,
        valid_until: String,
        hint: String,
    },
    #[error("expected a registered agency, got '{0}'; `nhip portal list` shows them")]
    UnknownAgency(Code),
    #[error("expected a name, got an empty one")]
    NoName,
    #[error("expected at least one --origin, got none; without one no report would be taken")]
    NoOrigin,
}
