//! Policies that a portal may have: of referrers, of content, of scripts' integrity.

use anyhow::{Context, Result, bail};
use nhip_collector::store::OriginSeen;
use nhip_protocol::report::Kind as ReportKind;
use serde_json::Value;
use thirtyfour::prelude::*;

use crate::rig::collector::Collector;
use crate::rig::driver::{Browser, Kind};
use crate::rig::site::{Answer, Site, html};
use crate::rig::webkit::WebKit;

const PORTAL: &str = "thu-nghiem";

const TAGGED: &str = "data-portal=thu-nghiem";

/// <https://w3c.github.io/webappsec-referrer-policy/#referrer-policies>
const REFERRER_POLICIES: [&str; 8] = [
    "no-referrer",
    "no-referrer-when-downgrade",
    "same-origin",
    "origin",
    "strict-origin",
    "origin-when-cross-origin",
    "strict-origin-when-cross-origin",
    "unsafe-url",
];

/// Visits a page under each policy and leaves it; what the collector saw of the origin of both reports.
async fn referrer_policies(page: &WebDriver, browser: &str) -> Result<()> {
    let site = Site::open()?;
    let collector = Collector::with_portal(PORTAL, &site.address)?;
    println!("{browser}: policy, origin of the first report, origin of the last");
    let mut null_origins = 0;
    for policy in REFERRER_POLICIES {
        let path = format!("/{policy}");
        let page_of = html(&collector.tag(TAGGED), "<h1>Thử</h1>");
        // WebKit's clock ticks in milliseconds, and a response at 0 is none (rule 22).
        let answer = Answer::new("text/html", page_of).after(20);
        site.serve(&path, answer.header(format!("Referrer-Policy: {policy}")));
        page.goto(format!("{}{path}", site.address)).await?;
        let origin = async |kind: ReportKind| {
            let row = collector.row(policy, |row| {
                row.report.page == path && row.report.kind == kind
            });
            anyhow::Ok(row.await?.origin)
        };
        let first = origin(ReportKind::Started).await?;
        page.goto("about:blank").await?;
        let last = origin(ReportKind::Final).await?;
        println!("  {policy}: {first:?}, {last:?}");
        null_origins += u64::from(last == OriginSeen::Null);
        assert_eq!(
            first,
            OriginSeen::Registered,
            "{policy}: a fetch across origins says whose it is"
        );
        assert_ne!(last, OriginSeen::Absent, "{policy}");
    }
    let path = format!("/v1/portals/{PORTAL}/summary");
    let views = collector.get(&path).await?["views"].clone();
    assert_eq!(views["measured"], REFERRER_POLICIES.len(), "{views}");
    assert_eq!(views["null_origin"], null_origins, "{views}");
    Ok(())
}

#[tokio::test]
async fn under_every_referrer_policy_both_reports_arrive_in_chromium() -> Result<()> {
    let browser = Browser::open(Kind::Chromium).await?;
    let outcome = referrer_policies(&browser.page, "Chromium").await;
    browser.close().await?;
    outcome
}

#[tokio::test]
async fn under_every_referrer_policy_both_reports_arrive_in_firefox() -> Result<()> {
    let browser = Browser::open(Kind::Firefox).await?;
    let outcome = referrer_policies(&browser.page, "Firefox").await;
    browser.close().await?;
    outcome
}

#[tokio::test]
async fn under_every_referrer_policy_both_reports_arrive_in_webkit() -> Result<()> {
    let browser = WebKit::open().await?;
    let outcome = referrer_policies(&browser.page, "WebKitGTK").await;
    browser.close().await?;
    outcome
}

/// The directives of docs/embed.md, with `'unsafe-inline'` nowhere.
fn strict(collector: &Collector) -> String {
    format!(
        "default-src 'none'; script-src 'nonce-cong' 'strict-dynamic' 'wasm-unsafe-eval'; \
         style-src 'self'; img-src 'self'; connect-src {}; base-uri 'none'; require-trusted-types-for 'script'",
        collector.address
    )
}

/// A page with `head` under a content security policy, opened.
async fn open_under(kind: Kind, policy: &str, site: &Site, head: &str) -> Result<Browser> {
    let answer = Answer::new("text/html", html(head, "<h1>Thử</h1>"));
    site.serve(
        "/",
        answer.header(format!("Content-Security-Policy: {policy}")),
    );
    let browser = Browser::open(kind).await?;
    browser.page.goto(&site.address).await?;
    Ok(browser)
}

/// Opens a page under `policy`; the badge's position as it is drawn, and what the page's policy blocked.
async fn under(kind: Kind, policy: &str, site: &Site, tag: &str) -> Result<(Browser, Value)> {
    let watch = "<script nonce=cong>window.blocked = [];\
        document.addEventListener('securitypolicyviolation', (event) => \
          blocked.push(event.effectiveDirective + ' ' + event.blockedURI))</script>";
    let browser = open_under(kind, policy, site, &format!("{watch}{tag}")).await?;
    for _ in 0..100 {
        let drawn = "const badge = document.querySelector('nhip-badge'); \
            return [badge && badge.shadowRoot && getComputedStyle(badge).position, blocked]";
        let drawn: Value = browser.page.execute(drawn, vec![]).await?.convert()?;
        if drawn[0].is_string() || drawn[1].as_array().is_some_and(|all| !all.is_empty()) {
            return Ok((browser, drawn));
        }
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }
    browser.close().await?;
    bail!("no badge and nothing blocked in ten seconds")
}

async fn works_under_a_strict_policy(kind: Kind) -> Result<()> {
    let site = Site::open()?;
    let collector = Collector::with_portal(PORTAL, &site.address)?;
    let tag = collector.tag(&format!("{TAGGED} data-badge=bottom-right nonce=cong"));
    let (browser, drawn) = under(kind, &strict(&collector), &site, &tag).await?;
    let started = collector.row("the first report", |row| {
        row.report.kind == ReportKind::Started
    });
    let started = started.await?;
    browser.leave().await?;
    let last = collector.row("the last report", |row| {
        row.report.kind == ReportKind::Final
    });
    last.await?;
    browser.close().await?;
    assert!(started.report.load.lcp.is_some());
    assert_eq!(
        drawn,
        serde_json::json!(["fixed", []]),
        "drawn as it is meant, and nothing is blocked"
    );
    Ok(())
}

#[tokio::test]
async fn a_policy_of_nonces_and_trusted_types_blocks_nothing_in_chromium() -> Result<()> {
    works_under_a_strict_policy(Kind::Chromium).await
}

#[tokio::test]
async fn a_policy_of_nonces_and_trusted_types_blocks_nothing_in_firefox() -> Result<()> {
    works_under_a_strict_policy(Kind::Firefox).await
}

/// Hash and integrity of the loader that is tested, from the manifest that a portal's developer reads.
fn manifest() -> Result<(String, String)> {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    let folder = std::env::var_os("NHIP_TEST_WIDGET").map_or_else(|| root.join("pkg"), Into::into);
    let manifest = std::fs::read_to_string(folder.join("manifest.json"))?;
    let manifest: Value = serde_json::from_str(&manifest)?;
    let told = |name: &str| {
        let told = manifest["files"]["nhip.js"][name].as_str();
        told.map(str::to_owned).context("in the manifest")
    };
    Ok((told("hash")?, told("integrity")?))
}

async fn pinned(kind: Kind, integrity: &str) -> Result<usize> {
    let site = Site::open()?;
    let collector = Collector::with_portal(PORTAL, &site.address)?;
    let (hash, _) = manifest()?;
    let tag = format!(
        "<script async crossorigin=anonymous integrity=\"{integrity}\" src=\"{}/nhip-{hash}.js\" {TAGGED}></script>",
        collector.address
    );
    site.page("/", &tag, "<h1>Thử</h1>");
    let browser = Browser::open(kind).await?;
    browser.page.goto(&site.address).await?;
    let loaded = "return performance.getEntriesByType('resource').length && typeof nhip";
    let mut running = Value::Null;
    for _ in 0..50 {
        running = browser.page.execute(loaded, vec![]).await?.convert()?;
        if running == "object" {
            let started = collector.row("the first report", |row| {
                row.report.kind == ReportKind::Started
            });
            started.await?;
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    browser.leave().await?;
    browser.close().await?;
    assert_eq!(running == "object", !collector.rows()?.is_empty());
    Ok(collector.rows()?.len())
}

#[tokio::test]
async fn a_tag_with_the_manifests_integrity_runs_and_another_does_not() -> Result<()> {
    let (_, integrity) = manifest()?;
    let other = format!("sha384-{}", "A".repeat(64));
    for kind in [Kind::Chromium, Kind::Firefox] {
        assert!(pinned(kind, &integrity).await? > 0, "{kind:?}");
        assert_eq!(pinned(kind, &other).await?, 0, "{kind:?}");
    }
    Ok(())
}

/// What the page's console says under a policy, once the widget has said something.
async fn said_under(policy: &str, site: &Site, collector: &Collector) -> Result<Vec<String>> {
    let watch = "<script nonce=cong>window.said = []; const old = console.warn;\
        console.warn = (...words) => { said.push(words.join(' ')); old(...words) }</script>";
    let tag = collector.tag(&format!("{TAGGED} nonce=cong"));
    let browser = open_under(Kind::Chromium, policy, site, &format!("{watch}{tag}")).await?;
    // One second after the module failed, and what sending that says.
    tokio::time::sleep(std::time::Duration::from_secs(3)).await;
    let said = browser.page.execute("return window.said", vec![]).await?;
    let said = said.convert()?;
    browser.leave().await?;
    browser.close().await?;
    Ok(said)
}

#[tokio::test]
async fn a_policy_without_wasm_is_said_and_the_view_is_blocked() -> Result<()> {
    let site = Site::open()?;
    let collector = Collector::with_portal(PORTAL, &site.address)?;
    let policy = format!("script-src 'nonce-cong'; connect-src {}", collector.address);
    let said = said_under(&policy, &site, &collector).await?;
    assert_eq!(said.len(), 1, "{said:?}");
    assert!(
        said[0].starts_with("nhip: blocked CompileError"),
        "{said:?}"
    );
    let blocked = collector.row("the blocked view", |row| {
        row.report.kind == ReportKind::Blocked
    });
    assert!(blocked.await?.report.load.loaded.is_some());
    Ok(())
}

#[tokio::test]
async fn a_policy_without_the_collector_is_said() -> Result<()> {
    let site = Site::open()?;
    let collector = Collector::with_portal(PORTAL, &site.address)?;
    let policy = "script-src 'nonce-cong' 'wasm-unsafe-eval'; connect-src 'self'";
    let said = said_under(policy, &site, &collector).await?;
    let unreachable = format!("nhip: cannot reach {}/v1/reports", collector.address);
    assert_eq!(said, [unreachable]);
    assert_eq!(collector.rows()?.len(), 0);
    Ok(())
}
