//! Without a browser: the page as it comes, none of its scripts run.

use std::time::Duration;

use scraper::{Html, Selector};
use ureq::{Agent, ResponseExt};
use url::Url;

use super::tag::{self, Tag};
use super::{Answer, CannotVerify, Question, Seen, Verdict, answer};

/// A page, or an answer, that takes longer is none.
const PATIENCE: Duration = Duration::from_secs(20);

/// The most bytes of a page that are read.
const LONGEST: u64 = 4 * 1024 * 1024;

/// What came, and from where after all redirects.
pub struct Reply {
    pub url: Url,
    pub status: u16,
    pub body: String,
}

/// Gets it, or says why not.
pub async fn get(url: &Url) -> Result<Reply, String> {
    let asked = url.clone();
    let got = tokio::task::spawn_blocking(move || {
        let agent: Agent = Agent::config_builder()
            .timeout_global(Some(PATIENCE))
            .http_status_as_error(false)
            .user_agent(concat!("nhip-verify/", env!("CARGO_PKG_VERSION")))
            .build()
            .into();
        let mut reply = agent.get(asked.as_str()).call()?;
        let url = reply.get_uri().to_string().parse().unwrap_or(asked);
        let status = reply.status().as_u16();
        let body = reply
            .body_mut()
            .with_config()
            .limit(LONGEST)
            .lossy_utf8(true);
        Ok::<_, ureq::Error>(Reply {
            url,
            status,
            body: body.read_to_string()?,
        })
    });
    match got.await {
        Ok(reply) => reply.map_err(|error| error.to_string()),
        Err(error) => Err(error.to_string()),
    }
}

pub async fn look(url: &Url) -> Result<Seen, CannotVerify> {
    let unreachable = |reason: String| CannotVerify::Unreachable(url.clone(), reason);
    let reply = get(url).await.map_err(unreachable)?;
    if !is_success(reply.status) {
        return Err(unreachable(format!("it answers {}", reply.status)));
    }
    Ok(Seen {
        url: Some(reply.url),
        tags: tags(&reply.body),
        ran: None,
    })
}

pub fn is_success(status: u16) -> bool {
    (200..300).contains(&status)
}

/// The loader's tags in a page's HTML.
fn tags(page: &str) -> Vec<Tag> {
    let Ok(scripts) = Selector::parse("script[src]") else {
        return Vec::new();
    };
    let page = Html::parse_document(page);
    let tags = page.select(&scripts).map(|script| {
        let attribute = |name: &str| script.attr(name).map(str::to_owned);
        Tag {
            src: attribute("src").unwrap_or_default(),
            portal: attribute("data-portal").filter(|code| !code.is_empty()),
            endpoint: attribute("data-endpoint"),
            consent: attribute("data-consent"),
            sample: attribute("data-sample"),
            blocking: ["async", "defer"]
                .iter()
                .all(|name| script.attr(name).is_none())
                && script.attr("type") != Some("module"),
        }
    });
    tags.filter(|tag| tag::is_loader(&tag.src)).collect()
}

/// Whether the loader comes; what the page's policy makes of it takes a browser.
pub async fn script(page: &Url, tag: &Tag) -> Answer {
    let told = |verdict, told: String| answer(Question::Scripts, verdict, told);
    let Ok(url) = page.join(&tag.src) else {
        return told(Verdict::Wrong, format!("{} is no address", tag.src));
    };
    match get(&url).await {
        Err(reason) => told(Verdict::Wrong, format!("{url}: {reason}")),
        Ok(reply) if !is_success(reply.status) => {
            told(Verdict::Wrong, format!("{url} answers {}", reply.status))
        }
        Ok(_) => told(
            Verdict::Unknown,
            format!("{url} loads; whether the page's policy lets it run takes a browser"),
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_are_found_in_what_pages_are_made_of() {
        let page = "<!doctype html><script src=/khac.js></script>\
            <SCRIPT async SRC='https://do.example.vn/nhip.js' DATA-PORTAL=vn-hn></SCRIPT>\
            <!-- <script src=/nhip.js data-portal=cu></script> -->\
            <script src=/nhip.js></script>";
        let tags = tags(page);
        assert_eq!(tags.len(), 2, "{tags:?}");
        assert_eq!(tags[0].portal.as_deref(), Some("vn-hn"));
        assert!(!tags[0].blocking);
        assert_eq!((tags[1].portal.as_deref(), tags[1].blocking), (None, true));
    }
}
