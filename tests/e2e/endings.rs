//! Every way in which a view ends: it is measured, or lost under a name, and counted once.

use std::time::Duration;

use anyhow::{Context, Result, bail};
use nhip_protocol::report::Kind as ReportKind;
use thirtyfour::prelude::*;

use crate::rig::collector::Collector;
use crate::rig::driver::{Browser, Kind};
use crate::rig::site::{Answer, Site, html};
use crate::rig::webkit::WebKit;

const PORTAL: &str = "thu-nghiem";

#[derive(Clone, Copy, PartialEq)]
enum Ending {
    Navigates,
    ClosesTheTab,
    /// Another tab comes to the front.
    Hides,
    LeavesBeforeLoad,
    /// The page's policy has no `'wasm-unsafe-eval'`.
    WasmIsBlocked,
    /// Nobody answers; the next page finds somebody.
    CollectorIsAway,
}

use Ending::{ClosesTheTab, CollectorIsAway, Hides, LeavesBeforeLoad, Navigates, WasmIsBlocked};

impl Ending {
    const fn name(self) -> &'static str {
        match self {
            Navigates => "navigates",
            ClosesTheTab => "closes-the-tab",
            Hides => "hides",
            LeavesBeforeLoad => "leaves-before-load",
            WasmIsBlocked => "wasm-is-blocked",
            CollectorIsAway => "collector-is-away",
        }
    }

    /// What is known of the view in the end.
    const fn last(self) -> ReportKind {
        match self {
            LeavesBeforeLoad => ReportKind::Abandoned,
            WasmIsBlocked => ReportKind::Blocked,
            _ => ReportKind::Final,
        }
    }
}

struct Stage<'a> {
    page: &'a WebDriver,
    site: Site,
    collector: Collector,
    /// An address where nobody listens.
    nowhere: String,
}

impl Stage<'_> {
    /// Whether the collector has a report of this kind of the page.
    async fn has(&self, name: &str, kind: ReportKind) -> Result<()> {
        let path = format!("/{name}");
        let row = self.collector.row(name, |row| {
            row.report.page == path && row.report.kind == kind
        });
        row.await.map(drop)
    }

    async fn open(&self, ending: Ending, body: &str, attributes: &str) -> Result<()> {
        let policy = match ending {
            WasmIsBlocked => format!(
                "<meta http-equiv=Content-Security-Policy content=\"script-src {}\">",
                self.collector.address
            ),
            _ => String::new(),
        };
        let tag = self
            .collector
            .tag(&format!("data-portal={PORTAL} {attributes}"));
        let page = html(&format!("{policy}{tag}"), &format!("<h1>Thử</h1>{body}"));
        let path = format!("/{}", ending.name());
        // A clock of whole milliseconds would read an answer at once as none.
        self.site
            .serve(&path, Answer::new("text/html", page).after(20));
        let url = format!("{}{path}", self.site.address);
        self.page.goto(url).await.context("the page")
    }

    async fn elsewhere(&self) -> Result<()> {
        self.page
            .goto(format!("{}/khac", self.site.address))
            .await
            .context("elsewhere")
    }

    async fn end(&self, ending: Ending) -> Result<()> {
        let first = self.page.window().await?;
        match ending {
            Navigates => {
                self.open(ending, "", "").await?;
                self.has(ending.name(), ReportKind::Started).await?;
                self.elsewhere().await?;
            }
            ClosesTheTab | Hides => {
                let tab = self.page.new_tab().await?;
                self.page.switch_to_window(tab).await?;
                self.open(ending, "", "").await?;
                self.has(ending.name(), ReportKind::Started).await?;
                if ending == ClosesTheTab {
                    self.page.close_window().await?;
                } else {
                    let front = self.page.new_tab().await?;
                    self.page.switch_to_window(front).await?;
                    self.elsewhere().await?;
                }
                self.page.switch_to_window(first).await?;
            }
            LeavesBeforeLoad => {
                // Nothing answers there: the socket accepts and is silent.
                let silent = std::net::TcpListener::bind("127.0.0.1:0")?;
                let stuck = format!(
                    "<script>setTimeout(() => location = '/khac', 1500)</script><img src=\"http://{}/a.png\">",
                    silent.local_addr()?
                );
                self.open(ending, &stuck, "").await?;
                self.has(ending.name(), ending.last()).await?;
            }
            WasmIsBlocked => {
                self.open(ending, "", "").await?;
                self.has(ending.name(), ending.last()).await?;
                self.elsewhere().await?;
            }
            CollectorIsAway => {
                let endpoint = format!("data-endpoint=\"{}\"", self.nowhere);
                self.open(ending, "", &endpoint).await?;
                tokio::time::sleep(Duration::from_secs(4)).await;
                // The next page of the portal sends what waits.
                self.open(Navigates, "", "").await?;
            }
        }
        self.has(ending.name(), ending.last()).await
    }
}

/// Lets views end in each of these ways; prints what arrived, and compares the sums.
async fn views_end(page: &WebDriver, browser: &str, endings: &[Ending]) -> Result<()> {
    let site = Site::open()?;
    let collector = Collector::with_portal(PORTAL, &site.address)?;
    site.page("/khac", "", "<h1>Khác</h1>");
    let listener = std::net::TcpListener::bind("127.0.0.1:0")?;
    let nowhere = format!("http://{}/v1/reports", listener.local_addr()?);
    drop(listener);
    let stage = Stage {
        page,
        site,
        collector,
        nowhere,
    };
    for ending in endings {
        let ended = stage.end(*ending).await;
        ended.with_context(|| format!("{browser}: {}", ending.name()))?;
    }
    stage.elsewhere().await?;
    tokio::time::sleep(Duration::from_secs(1)).await;
    let rows = stage.collector.rows()?;
    println!("{browser}: ending, reports that arrived");
    for ending in endings {
        let path = format!("/{}", ending.name());
        let kinds: Vec<&str> = rows
            .iter()
            .filter(|row| row.report.page == path)
            .map(|row| row.report.kind.name())
            .collect();
        println!("  {}: {}", ending.name(), kinds.join(", "));
    }
    let mut views: Vec<_> = rows.iter().map(|row| row.report.view).collect();
    views.sort();
    views.dedup();
    let path = format!("/v1/portals/{PORTAL}/summary");
    let told = stage.collector.get(&path).await?["views"].clone();
    let count = |name: &str| told[name].as_u64().context("a count");
    let (began, measured) = (count("began")?, count("measured")?);
    let (abandoned, blocked) = (count("abandoned")?, count("blocked")?);
    println!("  began {began} = measured {measured} + abandoned {abandoned} + blocked {blocked}");
    if began != measured + abandoned + blocked || began != views.len() as u64 {
        bail!("unexplained: {told}");
    }
    let of = |kind: ReportKind| endings.iter().filter(|one| one.last() == kind).count() as u64;
    assert_eq!(abandoned, of(ReportKind::Abandoned), "{told}");
    assert_eq!(blocked, of(ReportKind::Blocked), "{told}");
    assert_eq!(count("unfinished")?, 0, "{told}");
    Ok(())
}

const ALL: [Ending; 6] = [
    Navigates,
    LeavesBeforeLoad,
    WasmIsBlocked,
    CollectorIsAway,
    Hides,
    // WebKitGTK leaves the first tab hidden after it.
    ClosesTheTab,
];

async fn in_browser(kind: Kind, name: &str) -> Result<()> {
    let browser = Browser::open(kind).await?;
    let outcome = views_end(&browser.page, name, &ALL).await;
    browser.close().await?;
    outcome
}

#[tokio::test]
async fn no_view_is_lost_without_a_name_in_chromium() -> Result<()> {
    in_browser(Kind::Chromium, "Chromium").await
}

#[tokio::test]
async fn no_view_is_lost_without_a_name_in_firefox() -> Result<()> {
    in_browser(Kind::Firefox, "Firefox").await
}

#[tokio::test]
async fn no_view_is_lost_without_a_name_in_webkit() -> Result<()> {
    let browser = WebKit::open().await?;
    // A new tab does not hide the page there, and a page that still loads is told neither to be hidden
    // nor to go when its own script leads elsewhere; the driver waits for its load.
    let endings: Vec<Ending> = ALL
        .into_iter()
        .filter(|one| ![Hides, LeavesBeforeLoad].contains(one))
        .collect();
    let outcome = views_end(&browser.page, "WebKitGTK", &endings).await;
    browser.close().await?;
    outcome
}
