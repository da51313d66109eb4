//! `nhip verify`: what it says of right and of wrong tags, with a browser and without; that it leaves
//! nothing behind.

use std::process::{Command, Output};

use anyhow::{Context, Result};
use serde_json::Value;

use crate::rig::collector::{Collector, binary};
use crate::rig::site::{Answer, Site, html};

async fn nhip(arguments: &[&str]) -> Result<Output> {
    let mut command = Command::new(binary()?);
    command.args(arguments);
    // The page is served by this very process.
    Ok(tokio::task::spawn_blocking(move || command.output()).await??)
}

struct Told {
    code: Option<i32>,
    /// Question and verdict, then what was told, in their order.
    answers: Vec<(String, String, String)>,
}

impl Told {
    fn verdicts(&self) -> Vec<(&str, &str)> {
        self.answers
            .iter()
            .map(|(question, verdict, _)| (question.as_str(), verdict.as_str()))
            .collect()
    }

    fn of(&self, question: &str) -> &str {
        let answer = self.answers.iter().find(|(asked, _, _)| asked == question);
        answer.map_or("", |(_, _, told)| told)
    }
}

async fn verify(url: &str, more: &[&str]) -> Result<Told> {
    let output = nhip(&[&["verify", url, "--json"], more].concat()).await?;
    let text = String::from_utf8_lossy(&output.stdout);
    let told: Value = serde_json::from_str(&text)
        .with_context(|| format!("{text}{}", String::from_utf8_lossy(&output.stderr)))?;
    let word = |answer: &Value, name: &str| answer[name].as_str().unwrap_or_default().to_owned();
    Ok(Told {
        code: output.status.code(),
        answers: told["answers"]
            .as_array()
            .context("answers")?
            .iter()
            .map(|answer| {
                (
                    word(answer, "question"),
                    word(answer, "verdict"),
                    word(answer, "told"),
                )
            })
            .collect(),
    })
}

const PORTAL: &str = "thu-nghiem";

#[tokio::test]
async fn a_right_tag_is_right_and_leaves_nothing_behind() -> Result<()> {
    let site = Site::open()?;
    let collector = Collector::with_portal(PORTAL, &site.address)?;
    let before = collector.get(&format!("/v1/portals/{PORTAL}")).await?;
    site.page(
        "/",
        &collector.tag(&format!("data-portal={PORTAL}")),
        "<h1>Thử</h1>",
    );
    let told = verify(&site.address, &[]).await?;
    let all = ["tag", "scripts", "origin", "report"].map(|question| (question, "ok"));
    assert_eq!(told.verdicts(), all, "{:#?}", told.answers);
    assert_eq!(told.code, Some(0));

    let plain = verify(&site.address, &["--plain"]).await?;
    let expected = [
        ("tag", "ok"),
        ("scripts", "unknown"),
        ("origin", "ok"),
        ("report", "unknown"),
    ];
    assert_eq!(plain.verdicts(), expected, "{:#?}", plain.answers);
    assert_eq!(plain.code, Some(0));

    // For whatever was still on its way.
    tokio::time::sleep(std::time::Duration::from_secs(2)).await;
    assert_eq!(collector.rows()?, []);
    let after = collector.get(&format!("/v1/portals/{PORTAL}")).await?;
    assert_eq!(after["outcomes"]["stored"], before["outcomes"]["stored"]);
    assert_eq!(after["outcomes"]["refused"], before["outcomes"]["refused"]);
    assert_eq!(after["last_seen"], Value::Null, "{after:#}");
    Ok(())
}

#[tokio::test]
async fn what_is_wrong_is_named_with_what_was_expected() -> Result<()> {
    let site = Site::open()?;
    let collector = Collector::with_portal(PORTAL, "https://khac.example.vn")?;
    let tag = |attributes: &str| html(&collector.tag(attributes), "<h1>Thử</h1>");
    let right = format!("data-portal={PORTAL}");
    site.serve(
        "/khong-co",
        Answer::new("text/html", html("", "<h1>Thử</h1>")),
    );
    site.serve("/khong-ma", Answer::new("text/html", tag("")));
    site.serve("/nguon-khac", Answer::new("text/html", tag(&right)));
    site.serve(
        "/ma-la",
        Answer::new("text/html", tag("data-portal=khong-ai-biet")),
    );
    let policy = format!("Content-Security-Policy: script-src {}", collector.address);
    site.serve(
        "/chinh-sach",
        Answer::new("text/html", tag(&right)).header(policy),
    );
    for (path, question, part) in [
        ("/khong-co", "tag", "expected <script async"),
        ("/khong-ma", "tag", "data-portal is missing"),
        (
            "/nguon-khac",
            "origin",
            "is not registered for thu-nghiem: expected `nhip portal add",
        ),
        ("/nguon-khac", "report", "unregistered-origin"),
        ("/ma-la", "origin", "knows no portal 'khong-ai-biet'"),
        ("/ma-la", "report", "unknown-portal"),
        ("/chinh-sach", "scripts", "blocked"),
    ] {
        let told = verify(&format!("{}{path}", site.address), &[]).await?;
        assert!(
            told.of(question).contains(part),
            "{path}: {:#?}",
            told.answers
        );
        assert_eq!(told.code, Some(1), "{path}");
    }
    assert_eq!(collector.rows()?, []);
    let refused =
        collector.get(&format!("/v1/portals/{PORTAL}")).await?["outcomes"]["refused"].clone();
    let counted: u64 = refused
        .as_object()
        .context("refused")?
        .values()
        .filter_map(Value::as_u64)
        .sum();
    assert_eq!(counted, 0, "{refused:#}");
    Ok(())
}

/// A tag that is right, and sends nothing to who gave no consent.
#[tokio::test]
async fn a_tag_that_waits_for_consent_is_not_called_wrong() -> Result<()> {
    let site = Site::open()?;
    let collector = Collector::with_portal(PORTAL, &site.address)?;
    let tag = collector.tag(&format!("data-portal={PORTAL} data-consent=required"));
    site.page("/", &tag, "<h1>Thử</h1>");
    let told = verify(&site.address, &[]).await?;
    assert!(
        told.of("report").contains("data-consent"),
        "{:#?}",
        told.answers
    );
    assert_eq!(told.code, Some(0));
    Ok(())
}

#[tokio::test]
async fn what_cannot_be_looked_at_ends_with_its_own_code() -> Result<()> {
    let site = Site::open()?;
    let missing = format!("{}/khong-co", site.address);
    for (url, expected) in [
        ("khong-phai", "expected an address such as"),
        (
            "http://127.0.0.1:9/",
            "http://127.0.0.1:9/ cannot be opened",
        ),
        (missing.as_str(), "it answers 404"),
    ] {
        for more in [&[][..], &["--plain"]] {
            let output = nhip(&[&["verify", url], more].concat()).await?;
            let said = String::from_utf8_lossy(&output.stderr);
            assert!(said.contains(expected), "{said}");
            assert_eq!(output.status.code(), Some(2));
        }
    }
    Ok(())
}
