//! `nhip verify URL`: whether the tag on a page is there and right, whether what it needs loads, whether
//! its origin is registered, and whether a report would be taken. It changes nothing: the report that the
//! page sends is judged by the collector, and neither stored nor counted.

mod browser;
mod console;
mod heads;
mod plain;
mod tag;

use std::fmt::{self, Write};

use serde::Serialize;
use url::Url;

pub use tag::Tag;

/// What could not be looked at at all.
#[derive(Debug, thiserror::Error)]
pub enum CannotVerify {
    #[error("expected an address such as https://dichvucong.example.vn/, got '{0}'")]
    NotAnAddress(String),
    #[error("{0} cannot be opened: {1}")]
    Unreachable(Url, String),
    #[error("the browser failed: {0}")]
    Browser(String),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    Ok,
    Wrong,
    /// Nothing that was looked at says so or not.
    Unknown,
}

/// One question, and its answer.
#[derive(Debug, Serialize)]
pub struct Answer {
    pub question: Question,
    pub verdict: Verdict,
    /// What was found, and where it is wrong: what was expected.
    pub told: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Question {
    /// Is the tag in the page, once, with a code?
    Tag,
    /// Do the widget's scripts load, and does the page's policy let them run?
    Scripts,
    /// Does the collector know the portal, and this origin as its own?
    Origin,
    /// Would a report from this page be taken?
    Report,
}

#[derive(Debug, Serialize)]
pub struct Verified {
    /// Where the address led to.
    pub url: String,
    /// `chromium`, or `http`: the page was fetched, none of its scripts ran.
    pub by: &'static str,
    pub answers: Vec<Answer>,
}

impl Verified {
    pub fn is_wrong(&self) -> bool {
        self.answers
            .iter()
            .any(|answer| answer.verdict == Verdict::Wrong)
    }
}

impl fmt::Display for Verified {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let by = match self.by {
            "http" => "plain HTTP: no Chromium was found, so its scripts did not run",
            _ => "Chromium",
        };
        writeln!(f, "{} ({by})", self.url)?;
        for answer in &self.answers {
            let mut name = String::new();
            write!(name, "{:?}", answer.question)?;
            let verdict = match answer.verdict {
                Verdict::Ok => "ok",
                Verdict::Wrong => "WRONG",
                Verdict::Unknown => "cannot tell",
            };
            writeln!(
                f,
                "  {:<8} {verdict:<12} {}",
                name.to_lowercase(),
                answer.told
            )?;
        }
        Ok(())
    }
}

/// What was seen of a page, however it was looked at.
#[derive(Debug, Default)]
pub struct Seen {
    pub url: Option<Url>,
    pub tags: Vec<Tag>,
    /// None where no script ran.
    pub ran: Option<Ran>,
}

/// What a browser saw of the widget.
#[derive(Debug, Default)]
pub struct Ran {
    /// Scripts of the widget that came.
    pub scripts: Vec<String>,
    /// What the widget, or the browser about it, said in the console.
    pub said: Vec<String>,
    /// The collector's answer to the page's report: its status, and its text.
    pub answer: Option<(u16, String)>,
}

/// Looks at the page; by plain HTTP where there is no Chromium, or where `plain` asks for it.
pub async fn verify(address: &str, plain: bool) -> Result<Verified, CannotVerify> {
    let url = Url::parse(address)
        .ok()
        .filter(|url| matches!(url.scheme(), "http" | "https") && url.host().is_some())
        .ok_or_else(|| CannotVerify::NotAnAddress(address.chars().take(200).collect()))?;
    let seen = match if plain { None } else { browser::executable() } {
        Some(executable) => browser::look(&url, &executable).await?,
        None => plain::look(&url).await?,
    };
    let at = seen.url.clone().unwrap_or(url);
    let by = if seen.ran.is_some() {
        "chromium"
    } else {
        "http"
    };
    Ok(Verified {
        answers: answers(&at, &seen).await,
        url: at.into(),
        by,
    })
}

async fn answers(at: &Url, seen: &Seen) -> Vec<Answer> {
    let tag = tag::judge(&seen.tags);
    let mut answers = vec![tag];
    let Some(tag) = seen.tags.first() else {
        return answers;
    };
    let scripts = match &seen.ran {
        Some(ran) => scripts(ran),
        None => plain::script(at, tag).await,
    };
    answers.push(scripts);
    answers.push(origin(at, tag).await);
    answers.push(report(seen.ran.as_ref(), tag));
    answers
}

fn answer(question: Question, verdict: Verdict, told: impl Into<String>) -> Answer {
    Answer {
        question,
        verdict,
        told: told.into(),
    }
}

fn scripts(ran: &Ran) -> Answer {
    if !ran.said.is_empty() {
        return answer(Question::Scripts, Verdict::Wrong, ran.said.join("; "));
    }
    if !ran
        .scripts
        .iter()
        .any(|script| script.contains("nhip-core"))
    {
        let told = "the core was not fetched within 20 s: was the view sampled out, or does the browser opt out?";
        return answer(Question::Scripts, Verdict::Unknown, told);
    }
    answer(Question::Scripts, Verdict::Ok, ran.scripts.join(", "))
}

/// Asks the collector that the tag names.
async fn origin(at: &Url, tag: &Tag) -> Answer {
    #[derive(serde::Deserialize)]
    struct Known {
        name: String,
        registered: bool,
    }
    let told = |verdict, told: String| answer(Question::Origin, verdict, told);
    let (Some(endpoint), Some(portal)) = (tag.endpoint(at), &tag.portal) else {
        return told(
            Verdict::Wrong,
            "the tag names no collector and portal".to_owned(),
        );
    };
    let origin = at.origin().ascii_serialization();
    let mut asked = endpoint.clone();
    asked.set_path(&format!("/v1/portals/{portal}/tag"));
    asked.set_query(None);
    asked.query_pairs_mut().append_pair("origin", &origin);
    let reply = match plain::get(&asked).await {
        Ok(reply) => reply,
        Err(reason) => {
            let text = format!("no answer from the collector at {endpoint}: {reason}");
            return told(Verdict::Wrong, text);
        }
    };
    match (reply.status, serde_json::from_str::<Known>(&reply.body)) {
        (200, Ok(known)) if known.registered => {
            let name = known.name;
            told(
                Verdict::Ok,
                format!("{origin} is registered for {portal} ({name})"),
            )
        }
        (200, Ok(_)) => told(
            Verdict::Wrong,
            format!(
                "{origin} is not registered for {portal}: expected `nhip portal add {portal} … --origin {origin}`"
            ),
        ),
        (404, _) => told(
            Verdict::Wrong,
            format!("the collector at {endpoint} knows no portal '{portal}'"),
        ),
        (status, _) => told(
            Verdict::Unknown,
            format!("{endpoint} answered {status}, which no collector of this version does"),
        ),
    }
}

fn report(ran: Option<&Ran>, tag: &Tag) -> Answer {
    let told = |verdict, told: &str| answer(Question::Report, verdict, told);
    match ran {
        None => told(
            Verdict::Unknown,
            "a report takes a browser: install Chromium",
        ),
        Some(Ran { answer: None, .. }) => match tag.may_be_silent() {
            Some(why) => told(Verdict::Unknown, &format!("none was sent: {why}")),
            None => told(Verdict::Wrong, "no report was sent within 20 s"),
        },
        Some(Ran {
            answer: Some((204, _)),
            ..
        }) => told(
            Verdict::Ok,
            "would be taken; it was neither stored nor counted",
        ),
        Some(Ran {
            answer: Some((0, reason)),
            ..
        }) => told(
            Verdict::Wrong,
            &format!("did not reach the collector: {reason}"),
        ),
        Some(Ran {
            answer: Some((status, text)),
            ..
        }) => told(Verdict::Wrong, &format!("refused with {status}: {text}")),
    }
}
