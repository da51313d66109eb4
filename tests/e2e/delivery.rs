//! What becomes of reports that could not be sent, of errors, and of steps of a service.

use std::time::Duration;

use anyhow::{Context, Result};
use nhip_protocol::report::Kind as ReportKind;
use serde_json::Value;

use crate::rig::collector::Collector;
use crate::rig::driver::{Browser, Kind};
use crate::rig::site::{Answer, Site};

const PORTAL: &str = "thu-nghiem";

/// Longer than a page needs for its first report, and for what that one brings.
const SETTLED: Duration = Duration::from_secs(4);

/// An address where nobody listens.
fn nowhere() -> Result<String> {
    let listener = std::net::TcpListener::bind("127.0.0.1:0")?;
    Ok(format!("http://{}/v1/reports", listener.local_addr()?))
}

async fn waiting(browser: &Browser) -> Result<String> {
    let script = "return localStorage['nhip-queue'] || ''";
    Ok(browser.page.execute(script, vec![]).await?.convert()?)
}

async fn waits_for_the_collector(kind: Kind) -> Result<()> {
    let site = Site::open()?;
    let collector = Collector::with_portal(PORTAL, &site.address)?;
    let lost = format!("data-portal={PORTAL} data-endpoint=\"{}\"", nowhere()?);
    site.page("/mot", &collector.tag(&lost), "<h1>Một</h1>");
    let found = collector.tag(&format!("data-portal={PORTAL}"));
    site.page("/hai", &found, "<h1>Hai</h1>");
    let browser = Browser::open(kind).await?;
    browser.page.goto(format!("{}/mot", site.address)).await?;
    tokio::time::sleep(SETTLED).await;
    let kept = waiting(&browser).await?;
    assert_eq!(kept.lines().count(), 1, "the first report: {kept}");
    browser.page.goto(format!("{}/hai", site.address)).await?;
    let first = collector.row("the first report of the first page", |row| {
        row.report.page == "/mot" && row.report.kind == ReportKind::Started
    });
    let first = first.await?;
    let last = collector.row("its last report", |row| {
        row.report.page == "/mot" && row.report.kind == ReportKind::Final
    });
    let last = last.await?;
    assert_eq!(first.report.view, last.report.view);
    assert!(
        first.report.age >= 3000,
        "the wait counts as age: {}",
        first.report.age
    );
    collector
        .row("the second page", |row| row.report.page == "/hai")
        .await?;
    tokio::time::sleep(Duration::from_millis(500)).await;
    assert_eq!(waiting(&browser).await?, "", "what was answered is gone");
    browser.leave().await?;
    browser.close().await?;
    let summary = collector
        .get(&format!("/v1/portals/{PORTAL}/summary"))
        .await?;
    assert_eq!(summary["views"]["began"], 2, "{summary:#}");
    assert_eq!(summary["views"]["measured"], 2, "{summary:#}");
    Ok(())
}

#[tokio::test]
async fn what_nobody_took_is_sent_by_the_next_page_in_chromium() -> Result<()> {
    waits_for_the_collector(Kind::Chromium).await
}

#[tokio::test]
async fn what_nobody_took_is_sent_by_the_next_page_in_firefox() -> Result<()> {
    waits_for_the_collector(Kind::Firefox).await
}

#[tokio::test]
async fn an_overloaded_collector_is_asked_again_by_the_same_page() -> Result<()> {
    let site = Site::open()?;
    let collector = Collector::with_portal(PORTAL, &site.address)?;
    let overloaded = Answer {
        status: "503 Service Unavailable",
        ..Answer::new("text/plain", "")
    };
    site.serve("/thu", overloaded.header("Retry-After: 2".to_owned()));
    let tag = collector.tag(&format!("data-portal={PORTAL} data-endpoint=/thu"));
    // The address is relative to the script, which is the collector's.
    let tag = tag.replace("=/thu", &format!("=\"{}/thu\"", site.address));
    site.page("/", &tag, "<h1>Thử</h1>");
    let browser = Browser::open(Kind::Chromium).await?;
    browser.page.goto(&site.address).await?;
    for _ in 0..100 {
        if !site.posted(0).is_empty() {
            break;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    let answered = Answer {
        status: "204 No Content",
        ..Answer::new("text/plain", "")
    };
    site.serve("/thu", answered);
    assert_eq!(
        site.posted(0).len(),
        1,
        "not before the time that it asked for"
    );
    tokio::time::sleep(SETTLED).await;
    assert_eq!(waiting(&browser).await?, "");
    browser.leave().await?;
    for _ in 0..100 {
        if site.posted(0).len() > 2 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    browser.close().await?;
    let posted: Vec<Value> = site
        .posted(0)
        .iter()
        .map(|text| serde_json::from_str(text))
        .collect::<Result<_, _>>()?;
    assert_eq!(
        posted.len(),
        3,
        "the first, again, and the last by beacon: {posted:#?}"
    );
    assert_eq!(posted[0]["seq"], posted[1]["seq"]);
    let ages = [&posted[0]["age"], &posted[1]["age"]].map(Value::as_u64);
    assert!(ages[1] >= ages[0].map(|age| age + 2000), "{ages:?}");
    Ok(())
}

#[tokio::test]
async fn errors_are_counted_by_kind_and_nothing_else_of_them_is_told() -> Result<()> {
    let site = Site::open()?;
    let collector = Collector::with_portal(PORTAL, &site.address)?;
    let error = Answer {
        status: "500 Internal Server Error",
        ..Answer::new("text/plain", "")
    };
    site.serve("/tra-cuu", error);
    let tag = collector.tag(&format!("data-portal={PORTAL}"));
    let body = "<h1>Thử</h1><img src=/khong-co/bi-mat.png>\
        <script>setTimeout(() => { Promise.reject(new Error('bí mật')); throw new Error('bí mật 0912345678') }, 1500);\
        fetch('/tra-cuu?cccd=079204001234')</script>";
    site.page("/", &tag, body);
    let browser = Browser::open(Kind::Chromium).await?;
    browser.page.goto(&site.address).await?;
    tokio::time::sleep(SETTLED).await;
    browser.leave().await?;
    let last = collector.row("the last report", |row| {
        row.report.kind == ReportKind::Final
    });
    let last = last.await?;
    browser.close().await?;
    let errors = serde_json::to_value(&last.report.errors)?;
    assert_eq!(errors["uncaught"], 1, "{errors}");
    assert_eq!(errors["rejected"], 1, "{errors}");
    assert_eq!(
        errors["resources"]["404"], 1,
        "the image, and not the icon that the browser asks for by itself: {errors}"
    );
    assert_eq!(errors["resources"]["500"], 1, "{errors}");
    let disk = collector.disk()?;
    for secret in ["bi-mat", "0912345678", "079204001234"] {
        let found = disk
            .windows(secret.len())
            .any(|bytes| bytes == secret.as_bytes());
        assert!(!found, "{secret}");
    }
    Ok(())
}

#[tokio::test]
async fn a_step_on_another_page_has_its_duration() -> Result<()> {
    let site = Site::open()?;
    let collector = Collector::with_portal(PORTAL, &site.address)?;
    let tag = collector.tag(&format!("data-portal={PORTAL}"));
    let step = |result: &str| format!("<script>nhip.step('nop-ho-so', '{result}')</script>");
    // The tag is async, and what it brings is called by the page once it is there.
    let tag = tag.replace("async ", "");
    site.page("/nop", &format!("{tag}{}", step("start")), "<h1>Nộp</h1>");
    site.page("/xong", &format!("{tag}{}", step("done")), "<h1>Xong</h1>");
    let browser = Browser::open(Kind::Chromium).await?;
    for page in ["/nop", "/xong"] {
        browser.page.goto(format!("{}{page}", site.address)).await?;
        tokio::time::sleep(SETTLED).await;
    }
    let script = "return JSON.stringify([{...sessionStorage}, {...localStorage}])";
    let stored: String = browser.page.execute(script, vec![]).await?.convert()?;
    browser.leave().await?;
    let done = collector.row("the last report of the second page", |row| {
        row.report.page == "/xong" && row.report.kind == ReportKind::Final
    });
    let done = done.await?;
    browser.close().await?;
    let steps = serde_json::to_value(&done.report.steps)?;
    assert_eq!(steps[0]["service"], "nop-ho-so", "{steps}");
    assert_eq!(steps[0]["result"], "done", "{steps}");
    let ms = steps[0]["ms"].as_f64().context("a duration")?;
    assert!((3000.0..60_000.0).contains(&ms), "{steps}");
    assert!(!stored.contains("nop-ho-so"), "{stored}");
    let summary = collector
        .get(&format!("/v1/portals/{PORTAL}/summary"))
        .await?;
    let service = &summary["services"][0];
    assert_eq!(
        (&service["started"], &service["done"]),
        (&1.into(), &1.into()),
        "{summary:#}"
    );
    Ok(())
}

#[tokio::test]
async fn without_consent_a_step_leaves_nothing_in_the_browser() -> Result<()> {
    let site = Site::open()?;
    let collector = Collector::with_portal(PORTAL, &site.address)?;
    let tag = collector.tag(&format!("data-portal={PORTAL} data-consent=required"));
    let tag = tag.replace("async ", "");
    let step = "<script>nhip.step('nop-ho-so', 'start')</script>";
    site.page("/", &format!("{tag}{step}"), "<h1>Thử</h1>");
    let browser = Browser::open(Kind::Chromium).await?;
    browser.page.goto(&site.address).await?;
    tokio::time::sleep(SETTLED).await;
    let kept = "return JSON.stringify([{...localStorage}, {...sessionStorage}])";
    let kept: String = browser.page.execute(kept, vec![]).await?.convert()?;
    browser.leave().await?;
    browser.close().await?;
    assert_eq!(kept, "[{},{}]");
    assert_eq!(collector.rows()?.len(), 0);
    Ok(())
}

/// Presses the badge's button, then the menu's one of this text.
async fn choose(browser: &Browser, text: &str) -> Result<()> {
    let open = "document.querySelector('nhip-badge').shadowRoot.querySelector('button').click()";
    browser.page.execute(open, vec![]).await?;
    let press = format!(
        "const all = [...document.querySelector('nhip-badge').shadowRoot.querySelectorAll('section button')]; \
         const one = all.find((button) => button.textContent == '{text}'); if (one) one.click(); return !!one"
    );
    for _ in 0..50 {
        let pressed: bool = browser
            .page
            .execute(press.clone(), vec![])
            .await?
            .convert()?;
        if pressed {
            return Ok(());
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    anyhow::bail!("no button says {text}")
}

#[tokio::test]
async fn who_opts_out_in_the_badge_sends_nothing_any_more_and_leaves_nothing_behind() -> Result<()>
{
    let site = Site::open()?;
    let collector = Collector::with_portal(PORTAL, &site.address)?;
    let tag = collector.tag(&format!("data-portal={PORTAL} data-badge=bottom-right"));
    site.page("/", &tag, "<h1>Thử</h1>");
    let browser = Browser::open(Kind::Chromium).await?;
    browser.page.goto(&site.address).await?;
    let first = collector.row("the first report", |row| {
        row.report.kind == ReportKind::Started
    });
    first.await?;
    let wait = "localStorage['nhip-queue'] = '1{}'; sessionStorage['nhip-step-nop'] = 1";
    browser.page.execute(wait, vec![]).await?;
    choose(&browser, "Đừng đo tôi").await?;
    let kept = "return JSON.stringify([{...localStorage}, {...sessionStorage}])";
    let kept: String = browser.page.execute(kept, vec![]).await?.convert()?;
    assert_eq!(kept, "[{\"nhip-off\":\"1\"},{}]");
    // The next page shows the badge, and sends nothing, nor does the one that is left.
    browser.page.goto(format!("{}/?sau", site.address)).await?;
    tokio::time::sleep(SETTLED).await;
    assert_eq!(collector.rows()?.len(), 1);
    choose(&browser, "Đo lại").await?;
    browser.page.goto(format!("{}/?lai", site.address)).await?;
    for _ in 0..100 {
        if collector.rows()?.len() > 1 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    browser.leave().await?;
    browser.close().await?;
    assert!(collector.rows()?.len() > 1, "measured again");
    Ok(())
}
