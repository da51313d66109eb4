//! Who changed what, and when: `nhip audit`.

use crate::clock::{UnixMs, rfc3339};

/// Who asks for a change. The name is what the system says of the user: an aid to memory, no proof.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct By {
    pub at: UnixMs,
    pub who: String,
}

impl By {
    /// The user of this process; behind `sudo`, the one who asked for it.
    pub fn operator(at: UnixMs) -> By {
        let names = ["SUDO_USER", "USER", "LOGNAME"];
        let known = names.iter().find_map(|name| std::env::var(name).ok());
        By {
            at,
            who: known
                .filter(|who| !who.is_empty())
                .unwrap_or_else(|| "unknown".to_owned()),
        }
    }
}

/// One change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    pub by: By,
    pub action: String,
    pub subject: String,
    pub detail: String,
}

impl std::fmt::Display for Line {
    /// Tabs between: when, who, what, of what, details.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Line {
            by,
            action,
            subject,
            detail,
        } = self;
        let at = rfc3339(by.at);
        write!(f, "{at}\t{}\t{action}\t{subject}\t{detail}", by.who)
    }
}
