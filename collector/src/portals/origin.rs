//! Origins: `scheme://host[:port]`, the way a browser writes them in its `Origin` header.

use std::fmt;
use std::str::FromStr;

use url::Url;

/// Lower-case, without a default port, without a path (RFC 6454, section 6.2).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Origin(String);

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected an origin such as https://dichvucong.example.vn, got '{got}'{hint}")]
pub struct NotAnOrigin {
    pub got: String,
    hint: &'static str,
}

impl Origin {
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Origin {
    type Err = NotAnOrigin;

    fn from_str(text: &str) -> Result<Origin, NotAnOrigin> {
        let refuse = |hint| NotAnOrigin {
            got: text.chars().take(100).collect(),
            hint,
        };
        let url = Url::parse(text).map_err(|_| refuse(": scheme and host are needed"))?;
        if !matches!(url.scheme(), "http" | "https") {
            return Err(refuse(": http or https"));
        }
        if !matches!(url.path(), "" | "/") || url.query().is_some() || url.fragment().is_some() {
            return Err(refuse(": without a path"));
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(refuse(": without a user"));
        }
        Ok(Origin(url.origin().ascii_serialization()))
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn origins_are_normalised_or_refused() {
        for (text, origin) in [
            ("https://DVC.example.vn", Some("https://dvc.example.vn")),
            (
                "https://dvc.example.vn:443/",
                Some("https://dvc.example.vn"),
            ),
            ("http://dvc.example.vn:80", Some("http://dvc.example.vn")),
            ("http://127.0.0.1:8787", Some("http://127.0.0.1:8787")),
            ("http://[::1]:8787", Some("http://[::1]:8787")),
            ("https://cổng.vn", Some("https://xn--cng-qmz.vn")),
            ("https://dvc.example.vn/trang", None),
            ("https://dvc.example.vn/?a", None),
            ("https://an@dvc.example.vn", None),
            ("dvc.example.vn", None),
            ("file:///tmp", None),
            ("null", None),
            ("", None),
        ] {
            let parsed = text.parse::<Origin>().ok();
            assert_eq!(parsed.as_ref().map(Origin::as_str), origin, "{text}");
        }
    }
}
