//! From a slow portal to the officer: a real SMTP server, a webhook that is away at first, and the page that tells both.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};
use serde_json::{Value, json};
use thirtyfour::prelude::*;

use crate::axe::violations;
use crate::rig::collector::{Collector, binary};
use crate::rig::driver::{Browser, Kind};
use crate::rig::receivers::Receivers;

/// Everybody is slower than 1 ms and faster than 10 min.
fn config(folder: &Path, receivers: &Receivers, limit_ms: u32) -> Result<PathBuf> {
    let file = folder.join("nhip.toml");
    let (http, smtp) = (receivers.http, receivers.smtp);
    let text = format!(
        "[[alert]]
name = 'cham'
when = 'p75'
reading = 'lcp'
limit_ms = {limit_ms}
hours = 2
portals = ['vn-hn']

[notify]
dashboard = 'https://nhip.example.vn'
webhooks = [{{ name = 'phòng trực', url = 'http://127.0.0.1:{http}/alerts', secret = 'bí mật' }}]

[notify.mail]
smtp = 'smtp://nhip:m%E1%BA%ADt@127.0.0.1:{smtp}'
from = 'Nhịp <nhip@example.vn>'
to = ['An <an@example.vn>']
"
    );
    std::fs::write(&file, text)?;
    Ok(file)
}

/// The next message of the webhook and the next mail, in whatever order they come.
fn both(receivers: &mut Receivers) -> Result<(Value, Value)> {
    let (first, second) = (receivers.next()?, receivers.next()?);
    Ok(match first["mail"].is_string() {
        true => (second, first),
        false => (first, second),
    })
}

/// Of a MIME message in base64 or quoted-printable, decoded by the page's own means.
async fn decoded(browser: &Browser, mail: &Value) -> Result<String> {
    let script = "const [head, body] = arguments[0].split('\\r\\n\\r\\n');\
        const bytes = /encoding: base64/i.test(head)\
            ? atob(body.replace(/\\s/g, ''))\
            : body.replace(/=\\r\\n/g, '').replace(/=(..)/g, (_, hex) => String.fromCharCode(parseInt(hex, 16)));\
        return new TextDecoder().decode(Uint8Array.from(bytes, (one) => one.charCodeAt(0)))";
    let told = browser
        .page
        .execute(script, vec![mail["mail"].clone()])
        .await?;
    Ok(told.json().as_str().context("a text")?.to_owned())
}

#[tokio::test]
async fn an_alert_reaches_mail_and_webhook_and_the_page_tells_of_both() -> Result<()> {
    let mut receivers = Receivers::start(true)?;
    let folder = tempfile::tempdir()?;
    let file = config(folder.path(), &receivers, 1)?;
    let settings = ["--config", file.to_str().context("a path")?];
    let collector = Collector::history_in(tempfile::tempdir()?, 2, &settings)?;

    let (refused, mail) = both(&mut receivers)?;
    assert_eq!(
        (&refused["taken"], &refused["signed"]),
        (&json!(false), &json!(true))
    );
    assert_eq!(mail["to"], json!(["an@example.vn"]));

    let browser = Browser::open(Kind::Chromium).await?;
    let page = &browser.page;
    page.goto(format!("{}/alerts?lang=vi", collector.address))
        .await?;
    let text = decoded(&browser, &mail).await?;
    for part in [
        "CẢNH BÁO: Hà Nội: Tải trang",
        "https://nhip.example.vn/portal/vn-hn",
    ] {
        assert!(text.contains(part), "{text}");
    }
    let sent = async || -> Result<String> {
        Ok(page
            .find(By::Css("#sent ~ .scroll tbody"))
            .await?
            .text()
            .await?)
    };
    let first = sent().await?;
    assert!(
        first.contains("it answered 503") && first.contains("thử lại lúc"),
        "{first}"
    );
    let firing = page
        .find(By::Css("#firing + .scroll tbody"))
        .await?
        .text()
        .await?;
    assert!(
        firing.contains("Hà Nội") && firing.contains("cham"),
        "{firing}"
    );
    assert_eq!(violations(&browser, "window").await?, json!([]));

    // Half a minute later.
    let taken = receivers.next()?;
    assert_eq!(
        (&taken["taken"], &taken["signed"]),
        (&json!(true), &json!(true))
    );
    assert_eq!(taken["key"], refused["key"], "the receiver knows it again");
    let alert = &taken["webhook"]["alerts"][0];
    assert_eq!(
        (&alert["status"], &alert["portal"]),
        (&json!("firing"), &json!("vn-hn"))
    );
    let api: Value = reqwest::get(format!("{}/v1/alerts", collector.address))
        .await?
        .json()
        .await?;
    let evidence = |alert: &Value| alert["evidence"]["p75_ms"].as_f64();
    assert_eq!(evidence(alert), evidence(&api["alerts"][0]));
    assert_eq!(alert["since"], api["alerts"][0]["since"]);

    // Well under the limit of another day.
    let kept = collector.end()?;
    config(folder.path(), &receivers, 600_000)?;
    let collector = Collector::history_in(kept, 2, &settings)?;
    let (over, _) = both(&mut receivers)?;
    assert_eq!(over["webhook"]["alerts"][0]["status"], "resolved");
    page.goto(format!("{}/alerts?lang=vi", collector.address))
        .await?;
    let messages = sent().await?;
    assert_eq!(messages.matches("đã nhận").count(), 4, "{messages}");
    assert!(
        page.find(By::Css("#resolved + .scroll tbody"))
            .await?
            .text()
            .await?
            .contains("Hà Nội")
    );
    browser.close().await
}

#[test]
fn a_test_message_shows_whether_receivers_can_be_reached() -> Result<()> {
    let mut receivers = Receivers::start(false)?;
    let folder = tempfile::tempdir()?;
    let file = config(folder.path(), &receivers, 1)?;
    let test = |smtp: Option<&str>| {
        let mut command = Command::new(binary()?);
        command.args(["alert", "test", "--config"]).arg(&file);
        if let Some(smtp) = smtp {
            command.env("NHIP_SMTP", smtp);
        }
        anyhow::Ok(command.output()?)
    };
    let output = test(None)?;
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    assert_eq!(
        String::from_utf8(output.stdout)?,
        "phòng trực took it\nmail an@example.vn took it\n"
    );
    let (webhook, mail) = both(&mut receivers)?;
    assert_eq!(webhook["webhook"]["alerts"], json!([]));
    assert!(
        mail["mail"]
            .as_str()
            .is_some_and(|it| it.contains("Subject: =?utf-8?")),
        "{mail}"
    );

    // The environment wins; its password is wrong.
    let wrong = format!("smtp://nhip:x@127.0.0.1:{}", receivers.smtp);
    let output = test(Some(&wrong))?;
    let error = String::from_utf8(output.stderr)?;
    assert_eq!(output.status.code(), Some(2), "{error}");
    assert!(
        error.contains("mail an@example.vn: ") && !error.contains("nhip:x"),
        "{error}"
    );
    Ok(())
}
