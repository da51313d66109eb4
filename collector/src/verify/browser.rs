//! With a Chromium that is installed: the page as a visitor's browser would have it. What the page
//! reports is led to `/v1/reports/verify`, where it is judged and not kept.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use chromiumoxide::browser::{Browser, BrowserConfig};
use chromiumoxide::cdp::IntoEventKind;
use chromiumoxide::cdp::browser_protocol::fetch::{
    ContinueRequestParams, EventRequestPaused, FailRequestParams,
};
use chromiumoxide::cdp::browser_protocol::log::{EventEntryAdded, LogEntryLevel};
use chromiumoxide::cdp::browser_protocol::network::{
    ErrorReason, EventLoadingFailed, EventLoadingFinished, EventResponseReceived,
    GetResponseBodyParams, RequestId, ResourceType,
};
use chromiumoxide::cdp::js_protocol::runtime::EventConsoleApiCalled;
use chromiumoxide::detection::{DetectionOptions, default_executable};
use chromiumoxide::error::CdpError;
use chromiumoxide::listeners::EventStream;
use chromiumoxide::page::Page;
use futures_util::StreamExt;
use tokio::time::{Instant, timeout_at};
use url::Url;

use super::heads::{drain, late_head, script_of, status_of};
use super::tag::{self, Tag};
use super::{CannotVerify, Ran, Seen, console};

/// So long after its navigation a page may take to report.
const PATIENCE: Duration = Duration::from_secs(20);

/// Where a report is judged and not kept: see the route of that name.
const JUDGED: &str = "/verify";

/// The loader's tags; the same fields as of [`Tag`].
const TAGS: &str = "[...document.querySelectorAll('script[src]')].map((script) => ({
    src: script.getAttribute('src'),
    portal: script.dataset.portal || null,
    endpoint: script.dataset.endpoint ?? null,
    consent: script.dataset.consent ?? null,
    sample: script.dataset.sample ?? null,
    blocking: !script.async && !script.defer && script.type != 'module',
}))";

pub fn executable() -> Option<PathBuf> {
    default_executable(DetectionOptions::default()).ok()
}

pub async fn look(url: &Url, executable: &Path) -> Result<Seen, CannotVerify> {
    let profile = tempfile::tempdir().map_err(|error| CannotVerify::Browser(error.to_string()))?;
    let mut config = BrowserConfig::builder()
        .chrome_executable(executable)
        .new_headless_mode()
        .user_data_dir(profile.path())
        .respect_https_errors()
        .enable_request_intercept()
        .launch_timeout(PATIENCE);
    if is_root() {
        // Chromium refuses to run as root with its sandbox.
        config = config.no_sandbox();
    }
    let config = config.build().map_err(CannotVerify::Browser)?;
    let (mut browser, mut handler) = Browser::launch(config).await.map_err(failed)?;
    let driven = tokio::spawn(async move { while handler.next().await.is_some() {} });
    let seen = visit(&browser, url).await;
    // Killed, not closed: a page that is closed sends its last report, which nobody would hold back.
    browser.kill().await;
    driven.abort();
    seen
}

async fn visit(browser: &Browser, url: &Url) -> Result<Seen, CannotVerify> {
    let page = browser.new_page("about:blank").await.map_err(failed)?;
    let mut paused = listen::<EventRequestPaused>(&page).await?;
    let mut came = listen::<EventResponseReceived>(&page).await?;
    let mut whole = listen::<EventLoadingFinished>(&page).await?;
    let mut lost = listen::<EventLoadingFailed>(&page).await?;
    let mut console = listen::<EventConsoleApiCalled>(&page).await?;
    let mut log = listen::<EventEntryAdded>(&page).await?;
    page.enable_log().await.map_err(failed)?;
    let main = page.mainframe().await.map_err(failed)?;

    let opened = page.clone();
    let address = url.to_string();
    let mut opening = std::pin::pin!(async move { opened.goto(address).await.map(drop) });
    let mut is_open = false;
    let deadline = Instant::now() + PATIENCE;
    let mut ran = Ran::default();
    let mut report: Option<RequestId> = None;
    let mut status = 0;
    while ran.answer.is_none() {
        let next = async {
            tokio::select! {
                // An answer's head before its end, where both have come.
                biased;
                Some(event) = paused.next() => Happened::Paused(event),
                Some(event) = came.next() => Happened::Came(event),
                Some(event) = whole.next() => Happened::Whole(event),
                Some(event) = lost.next() => Happened::Lost(event),
                Some(event) = console.next() => Happened::Said(event),
                Some(event) = log.next() => Happened::Logged(event),
                result = &mut opening, if !is_open => Happened::Opened(result.err().map(|e| e.to_string())),
                else => Happened::Over,
            }
        };
        let Ok(happened) = timeout_at(deadline, next).await else {
            break;
        };
        // The streams are filled by another task: an answer's head may have come since its stream was asked.
        if report.as_ref().is_some_and(|id| happened.ends(id))
            && let Some(head) = drain(&mut came, report.as_ref(), &mut ran)
        {
            status = head;
            if status == 204 {
                ran.answer = Some((status, String::new()));
                continue;
            }
        }
        match happened {
            Happened::Opened(Some(error)) => {
                return Err(CannotVerify::Unreachable(url.clone(), error));
            }
            Happened::Opened(None) => is_open = true,
            Happened::Paused(event) => {
                if let Some(id) = resume(&page, &event).await {
                    report = Some(id);
                }
            }
            Happened::Came(event) if Some(&event.request_id) == report.as_ref() => {
                status = status_of(&event);
                if status == 204 {
                    ran.answer = Some((status, String::new()));
                }
            }
            Happened::Came(event)
                if event.r#type == ResourceType::Document
                    && event.frame_id == main
                    && event.response.status >= 400 =>
            {
                let reason = format!("it answers {}", event.response.status);
                return Err(CannotVerify::Unreachable(url.clone(), reason));
            }
            Happened::Came(event) => ran.scripts.extend(script_of(&event)),
            // Only now all of what was answered is there.
            Happened::Whole(event) if Some(&event.request_id) == report.as_ref() => {
                let body = GetResponseBodyParams::new(event.request_id.clone());
                let text = page.execute(body).await.map(|body| body.body.clone());
                ran.answer = Some((status, text.unwrap_or_default()));
            }
            Happened::Whole(_) => {}
            Happened::Lost(event) if Some(&event.request_id) == report.as_ref() => {
                // Of an answer that nobody reads, the browser tells an end of this kind, too, behind its head.
                if status == 0 {
                    status = late_head(&mut came, &event.request_id, &mut ran).await;
                }
                let reason = match status {
                    0 => event.error_text.clone(),
                    _ => String::new(),
                };
                ran.answer = Some((status, reason));
            }
            Happened::Lost(_) => {}
            Happened::Said(event) => ran.hear(console::text(&event)),
            Happened::Logged(event) if event.entry.level == LogEntryLevel::Error => {
                ran.hear(event.entry.text.clone());
            }
            Happened::Logged(_) => {}
            Happened::Over => break,
        }
    }
    if !is_open && ran.scripts.is_empty() {
        let reason = format!("it did not come within {} s", PATIENCE.as_secs());
        return Err(CannotVerify::Unreachable(url.clone(), reason));
    }
    let tags: Vec<Tag> = page
        .evaluate(TAGS)
        .await
        .map_err(failed)?
        .into_value()
        .map_err(|error| CannotVerify::Browser(error.to_string()))?;
    let at = page.url().await.map_err(failed)?;
    Ok(Seen {
        url: at.and_then(|at| Url::parse(&at).ok()),
        tags: tags
            .into_iter()
            .filter(|tag| tag::is_loader(&tag.src))
            .collect(),
        ran: Some(ran),
    })
}

async fn listen<E: IntoEventKind + Unpin>(page: &Page) -> Result<EventStream<E>, CannotVerify> {
    page.event_listener().await.map_err(failed)
}

fn failed(error: CdpError) -> CannotVerify {
    CannotVerify::Browser(error.to_string())
}

enum Happened {
    Opened(Option<String>),
    Paused(Arc<EventRequestPaused>),
    Came(Arc<EventResponseReceived>),
    Whole(Arc<EventLoadingFinished>),
    Lost(Arc<EventLoadingFailed>),
    Said(Arc<EventConsoleApiCalled>),
    Logged(Arc<EventEntryAdded>),
    Over,
}

impl Happened {
    /// Nothing more comes of this request.
    fn ends(&self, id: &RequestId) -> bool {
        match self {
            Happened::Whole(event) => event.request_id == *id,
            Happened::Lost(event) => event.request_id == *id,
            _ => false,
        }
    }
}

/// Lets a request go on; a report goes to where it is only judged, and its id is given.
async fn resume(page: &Page, event: &EventRequestPaused) -> Option<RequestId> {
    let request = &event.request;
    let url = Url::parse(&request.url).ok();
    let is_report = request.method == "POST"
        && url
            .as_ref()
            .is_some_and(|url| url.path().ends_with("/v1/reports"));
    let mut resumed = ContinueRequestParams::new(event.request_id.clone());
    if let (true, Some(mut url)) = (is_report, url) {
        let path = format!("{}{JUDGED}", url.path());
        url.set_path(&path);
        resumed.url = Some(url.into());
    }
    // Nothing is ever changed by looking.
    let asks = ["GET", "HEAD", "OPTIONS"].contains(&request.method.as_str());
    let result = if !asks && !is_report {
        let refused =
            FailRequestParams::new(event.request_id.clone(), ErrorReason::BlockedByClient);
        page.execute(refused).await.map(drop)
    } else {
        page.execute(resumed).await.map(drop)
    };
    if let Err(error) = result {
        tracing::debug!(%error, "a request of the page is gone");
    }
    is_report
        .then(|| event.network_id.clone())
        .flatten()
        .map(|id| RequestId::new(String::from(id)))
}

#[cfg(unix)]
fn is_root() -> bool {
    std::fs::metadata("/proc/self").is_ok_and(|own| std::os::unix::fs::MetadataExt::uid(&own) == 0)
}

#[cfg(not(unix))]
fn is_root() -> bool {
    false
}
