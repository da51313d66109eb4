//! What a token is for.

use nhip_protocol::code::{Code, NotACode};

/// Whose private parts a token opens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Scope {
    National,
    Portal(Code),
    /// Opens nothing: a collector sends rollups of these portals with it.
    Feed {
        source: Code,
        portals: Vec<Code>,
    },
}

impl Scope {
    /// As it is stored; no portal has this code: it is checked where one is added.
    pub const NATIONAL: &str = "national";

    /// That it names.
    pub fn portals(&self) -> &[Code] {
        match self {
            Scope::National => &[],
            Scope::Portal(code) => std::slice::from_ref(code),
            Scope::Feed { portals, .. } => portals,
        }
    }

    /// Before the source and the portals of a feed; no code has a space.
    const FEED: &str = "feed ";

    pub fn written(&self) -> String {
        match self {
            Scope::National => Scope::NATIONAL.to_owned(),
            Scope::Portal(code) => code.to_string(),
            Scope::Feed { source, portals } => {
                let portals: Vec<&str> = portals.iter().map(Code::as_str).collect();
                format!("{}{source} {}", Scope::FEED, portals.join(" "))
            }
        }
    }

    /// As [`Scope::written`] wrote it.
    pub fn read(text: &str) -> Result<Scope, NotACode> {
        if text == Scope::NATIONAL {
            return Ok(Scope::National);
        }
        let Some(feed) = text.strip_prefix(Scope::FEED) else {
            return text.parse().map(Scope::Portal);
        };
        let (source, portals) = feed.split_once(' ').unwrap_or((feed, ""));
        Ok(Scope::Feed {
            source: source.parse()?,
            portals: portals
                .split_whitespace()
                .map(str::parse)
                .collect::<Result<_, _>>()?,
        })
    }
}
