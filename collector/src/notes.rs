//! What a portal's developers say of a moment: a release, an outage. It stands beside what was measured.

use nhip_protocol::code::Code;
use serde::Serialize;
use utoipa::ToSchema;

use crate::clock::{UnixMs, rfc3339};

/// The longest text, in characters.
const LONGEST: usize = 100;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note {
    pub portal: Code,
    pub at: UnixMs,
    pub text: String,
}

#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("text: expected 1 to 100 characters, no line breaks, got {got}")]
pub struct BadText {
    got: usize,
}

impl Note {
    pub fn new(portal: Code, at: UnixMs, text: &str) -> Result<Note, BadText> {
        let text = text.trim();
        let got = text.chars().count();
        if !(1..=LONGEST).contains(&got) || text.chars().any(char::is_control) {
            return Err(BadText { got });
        }
        let text = text.to_owned();
        Ok(Note { portal, at, text })
    }
}

/// As the API tells it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Note)]
pub struct Told {
    pub at: String,
    pub text: String,
}

impl From<Note> for Told {
    fn from(note: Note) -> Told {
        Told {
            at: rfc3339(note.at),
            text: note.text,
        }
    }
}
