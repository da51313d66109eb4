//! What the visitor answered when asked: an opinion, which no browser measures.

use serde::{Deserialize, Serialize};

use super::{Complaint, told};

/// One answer a view. Nothing in it is written by the visitor.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Rating {
    pub satisfied: bool,
    /// Of somebody who is not satisfied, where that was told.
    #[serde(
        default,
        deserialize_with = "told",
        skip_serializing_if = "Option::is_none"
    )]
    pub cause: Option<Complaint>,
}
