//! Vietnamese unless the visitor asks for English.

use axum::http::HeaderMap;
use axum::http::header::ACCEPT_LANGUAGE;

use super::strings::{EN, Strings, VI};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Language {
    Vietnamese,
    English,
}

impl Language {
    /// What the address asks for, else the browser's first choice that is spoken here.
    pub fn of(asked: Option<&str>, headers: &HeaderMap) -> Language {
        asked.and_then(Language::named).unwrap_or_else(|| {
            headers
                .get(ACCEPT_LANGUAGE)
                .and_then(|value| value.to_str().ok())
                .and_then(Language::preferred)
                .unwrap_or(Language::Vietnamese)
        })
    }

    /// Where only the address is asked.
    pub fn asked(tag: Option<&str>) -> Language {
        tag.and_then(Language::named)
            .unwrap_or(Language::Vietnamese)
    }

    pub fn strings(self) -> &'static Strings {
        match self {
            Language::Vietnamese => &VI,
            Language::English => &EN,
        }
    }

    fn named(tag: &str) -> Option<Language> {
        let primary = tag.trim().split('-').next().unwrap_or_default();
        match primary.to_ascii_lowercase().as_str() {
            "vi" => Some(Language::Vietnamese),
            "en" => Some(Language::English),
            _ => None,
        }
    }

    fn preferred(accept: &str) -> Option<Language> {
        let mut best: Option<(f32, Language)> = None;
        for item in accept.split(',') {
            let (tag, parameters) = item.split_once(';').unwrap_or((item, ""));
            let quality = parameters.trim().strip_prefix("q=").unwrap_or("1");
            let quality = quality.trim().parse::<f32>().unwrap_or(0.0);
            let Some(language) = Language::named(tag) else {
                continue;
            };
            if quality > 0.0 && best.is_none_or(|(most, _)| quality > most) {
                best = Some((quality, language));
            }
        }
        best.map(|(_, language)| language)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_address_wins_then_the_browser_then_vietnamese() {
        use Language::{English, Vietnamese};
        for (asked, accept, language) in [
            (None, "", Vietnamese),
            (None, "fr", Vietnamese),
            (None, "en-US,en;q=0.9,vi;q=0.8", English),
            (None, "en;q=0.5, vi", Vietnamese),
            (None, "vi;q=0, en;q=0.1", English),
            (Some("en"), "vi", English),
            (Some("vi"), "en", Vietnamese),
            (Some("fr"), "en", English),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(ACCEPT_LANGUAGE, accept.parse().unwrap());
            assert_eq!(
                Language::of(asked, &headers),
                language,
                "{asked:?} {accept}"
            );
        }
    }
}
