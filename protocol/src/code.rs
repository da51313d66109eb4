//! Codes of portals and agencies: `vn-hn`. Lower-case, compared without case.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Letters, digits and single hyphens between them; at most [`Code::MAX`] bytes.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Code(String);

/// What was wrong with a code.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("letters and digits with single hyphens between, 1 to 32, such as vn-hn")]
pub struct NotACode;

impl Code {
    /// The longest code: room for `country-ministry-department-portal`.
    pub const MAX: usize = 32;

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Code {
    type Err = NotACode;

    fn from_str(text: &str) -> Result<Code, NotACode> {
        let fits = !text.is_empty()
            && text.len() <= Code::MAX
            && text
                .split('-')
                .all(|part| !part.is_empty() && part.bytes().all(|b| b.is_ascii_alphanumeric()));
        fits.then(|| Code(text.to_ascii_lowercase()))
            .ok_or(NotACode)
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Serialize for Code {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for Code {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Code, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_lower_cased_and_bounded() {
        for (text, code) in [
            ("VN-HN", Some("vn-hn")),
            ("demo-good", Some("demo-good")),
            ("", None),
            ("-vn", None),
            ("vn--hn", None),
            ("vn_hn", None),
            ("vn-đn", None),
            ("a".repeat(33).as_str(), None),
        ] {
            assert_eq!(
                text.parse::<Code>().ok().as_ref().map(Code::as_str),
                code,
                "{text}"
            );
        }
    }
}
