//! The tag as it stands in the page.

use nhip_protocol::code::Code;
use serde::Deserialize;
use url::Url;

use super::{Answer, Question, Verdict, answer};

/// A `<script>` whose file is the widget's.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
pub struct Tag {
    /// As it is written.
    pub src: String,
    pub portal: Option<String>,
    pub endpoint: Option<String>,
    #[serde(default)]
    pub blocking: bool,
    pub consent: Option<String>,
    pub sample: Option<String>,
}

/// Whether a script's address is the loader's: `/nhip.js`, or one with a hash.
pub fn is_loader(src: &str) -> bool {
    let path = src.split(['?', '#']).next().unwrap_or_default();
    let name = path.rsplit('/').next().unwrap_or_default();
    let hash = name
        .strip_prefix("nhip")
        .and_then(|rest| rest.strip_suffix(".js"));
    hash.is_some_and(|hash| {
        hash.is_empty()
            || hash
                .strip_prefix('-')
                .is_some_and(|hash| hash.len() == 16 && hash.bytes().all(|b| b.is_ascii_hexdigit()))
    })
}

impl Tag {
    /// Why a right tag may send nothing in a view that nobody clicks in.
    pub fn may_be_silent(&self) -> Option<&'static str> {
        if self.consent.as_deref() == Some("required") {
            return Some("data-consent is required, and nobody has given it");
        }
        let sample = self.sample.as_deref().filter(|sample| *sample != "1/1");
        sample.map(|_| "data-sample leaves views out; try again, or leave it out")
    }

    /// Where its reports go.
    pub fn endpoint(&self, page: &Url) -> Option<Url> {
        let script = page.join(&self.src).ok()?;
        script
            .join(self.endpoint.as_deref().unwrap_or("/v1/reports"))
            .ok()
    }
}

pub fn judge(tags: &[Tag]) -> Answer {
    let told = |verdict, text: String| answer(Question::Tag, verdict, text);
    let Some(tag) = tags.first() else {
        let expected = r#"<script async src="https://HOST/nhip.js" data-portal="CODE"></script>"#;
        return told(
            Verdict::Wrong,
            format!("none on the page; expected {expected}"),
        );
    };
    let Some(portal) = &tag.portal else {
        return told(
            Verdict::Wrong,
            "data-portal is missing; expected a code such as vn-hn".to_owned(),
        );
    };
    if let Err(error) = portal.parse::<Code>() {
        return told(Verdict::Wrong, format!("data-portal: {error}"));
    }
    if tags.len() > 1 {
        return told(
            Verdict::Wrong,
            format!("{} tags; expected one: only the first works", tags.len()),
        );
    }
    if tag.blocking {
        return told(
            Verdict::Wrong,
            format!(
                "{} has neither async nor defer: the page waits for it",
                tag.src
            ),
        );
    }
    told(Verdict::Ok, format!("{} for {portal}", tag.src))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_loader_is_known_by_its_name() {
        for (src, expected) in [
            ("/nhip.js", true),
            ("https://do.example.vn/a/nhip.js?1", true),
            ("/nhip-0123456789abcdef.js", true),
            ("/nhip-core.js?sha256-x", false),
            ("/js/nhipcau.js", false),
            ("/nhip-0123.js", false),
            ("", false),
        ] {
            assert_eq!(is_loader(src), expected, "{src}");
        }
    }

    #[test]
    fn a_faulty_tag_is_told_what_was_expected() {
        let tag = |portal: Option<&str>, blocking| Tag {
            src: "/nhip.js".to_owned(),
            portal: portal.map(str::to_owned),
            blocking,
            ..Tag::default()
        };
        for (tags, verdict, part) in [
            (vec![], Verdict::Wrong, "none"),
            (
                vec![tag(None, false)],
                Verdict::Wrong,
                "data-portal is missing",
            ),
            (
                vec![tag(Some("Hà Nội"), false)],
                Verdict::Wrong,
                "data-portal: ",
            ),
            (vec![tag(Some("vn-hn"), false); 2], Verdict::Wrong, "2 tags"),
            (
                vec![tag(Some("vn-hn"), true)],
                Verdict::Wrong,
                "neither async",
            ),
            (
                vec![tag(Some("vn-hn"), false)],
                Verdict::Ok,
                "/nhip.js for vn-hn",
            ),
        ] {
            let judged = judge(&tags);
            assert_eq!(judged.verdict, verdict, "{judged:?}");
            assert!(judged.told.contains(part), "{judged:?}");
        }
    }

    #[test]
    fn reports_go_to_the_scripts_own_host_or_where_the_tag_says() {
        let page = Url::parse("https://cong.example.vn/a/").unwrap();
        let mut tag = Tag {
            src: "https://do.example.vn/nhip.js".to_owned(),
            ..Tag::default()
        };
        assert_eq!(
            tag.endpoint(&page).unwrap().as_str(),
            "https://do.example.vn/v1/reports"
        );
        tag.endpoint = Some("https://khac.example.vn/v1/reports".to_owned());
        assert_eq!(
            tag.endpoint(&page).unwrap().as_str(),
            "https://khac.example.vn/v1/reports"
        );
    }
}
