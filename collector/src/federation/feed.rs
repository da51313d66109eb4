//! The child's end: asks what the parent has, sends what is another, again and again.

use std::fmt;
use std::ops::Range;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use url::Url;

use super::{Fed, Feed, Has, MOST_BYTES, MOST_HOURS, VERSION, told};
use crate::app::App;
use crate::clock::hour_of;
use crate::store::{Store, Unreadable};

/// How often is asked whether something is another.
const EVERY: Duration = Duration::from_secs(60);

/// After a failure, at first; up to [`EVERY`].
const RETRY: Duration = Duration::from_secs(2);

/// What a parent may take to answer.
const PATIENCE: Duration = Duration::from_secs(30);

/// Hours that are compared at a time.
const WINDOW: i64 = 240;

/// What may have been rolled up again since: a day of late reports, and as much again.
const RECENT: i64 = 50;

/// How often everything is compared, from the first hour on: a parent may have been restored.
const WHOLE_EVERY: u32 = 24 * 60;

/// Whose counts go in one message.
const PORTALS: usize = 100;

/// Of a message's bytes, so that base64 and names fit.
const MOST_GROUPS: usize = MOST_BYTES / 2;

/// Where rollups are sent.
#[derive(Clone, PartialEq, Eq)]
pub struct Parent {
    pub url: Url,
    pub token: String,
}

/// Without the token.
impl fmt::Debug for Parent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.url)
    }
}

#[derive(Debug, thiserror::Error)]
pub enum Failed {
    #[error(transparent)]
    Unreadable(#[from] Unreadable),
    #[error("{0}")]
    Away(#[from] ureq::Error),
    #[error("{status}: {said}")]
    Refused { status: u16, said: String },
    #[error("expected v {VERSION}, got {0}; upgrade the older of both collectors")]
    Version(u8),
    #[error("the collector is closing")]
    Stopped,
}

/// Feeds the parent until it is dropped.
pub async fn run(app: Arc<App>, parent: Parent) {
    let child = Arc::new(Child::of(parent));
    let _stop = StopOnDrop(Arc::clone(&child));
    let (mut turn, mut pause, mut is_away) = (0_u32, RETRY, false);
    loop {
        // One of a cluster does.
        if !app.store.duty().leads() {
            tokio::time::sleep(RETRY).await;
            continue;
        }
        let running = hour_of(app.clock.now());
        let first = match turn % WHOLE_EVERY {
            0 => app.retention.keep(app.clock.now()).rollups_from,
            _ => running - RECENT,
        };
        match once(&app, &child, first..running).await {
            Ok(sent) => {
                if is_away || sent > 0 {
                    tracing::info!(sent, parent = %child.parent.url, "the parent collector has every closed hour");
                }
                (is_away, pause, turn) = (false, RETRY, turn.wrapping_add(1));
                app.outcomes.metrics.fed(true);
                tokio::time::sleep(EVERY).await;
            }
            Err(error) => {
                if !is_away {
                    tracing::warn!(%error, parent = %child.parent.url, "the parent collector does not take rollups; they are sent when it does");
                }
                is_away = true;
                app.outcomes.metrics.fed(false);
                tokio::time::sleep(pause).await;
                pause = (pause * 2).min(EVERY);
            }
        }
    }
}

/// Everything that the parent has not; how many hours that was.
///
/// # Errors
///
/// What the parent said, or why it was not heard.
pub async fn feed_all(app: &App, parent: Parent) -> Result<usize, Failed> {
    let now = app.clock.now();
    let hours = app.retention.keep(now).rollups_from..hour_of(now);
    once(app, &Arc::new(Child::of(parent)), hours).await
}

/// Beside the questions: a slow parent must not take the place of one.
async fn once(app: &App, child: &Arc<Child>, hours: Range<i64>) -> Result<usize, Failed> {
    let (child, store) = (Arc::clone(child), Arc::clone(&app.store));
    tokio::task::spawn_blocking(move || child.feed(&*store, hours))
        .await
        .map_err(|error| Unreadable(error.to_string()))?
}

struct Child {
    agent: ureq::Agent,
    parent: Parent,
    stopped: AtomicBool,
}

/// What blocks is not dropped with the task that waits for it: it has to be told.
struct StopOnDrop(Arc<Child>);

impl Drop for StopOnDrop {
    fn drop(&mut self) {
        self.0.stopped.store(true, Ordering::Relaxed);
    }
}

impl Child {
    fn of(parent: Parent) -> Child {
        let config = ureq::Agent::config_builder()
            .timeout_global(Some(PATIENCE))
            .http_status_as_error(false)
            .build();
        Child {
            agent: config.new_agent(),
            parent,
            stopped: AtomicBool::new(false),
        }
    }

    /// Sends what the parent has not, of `hours`, the latest first; how many hours those were.
    fn feed(&self, store: &dyn Store, hours: Range<i64>) -> Result<usize, Failed> {
        let mut sent = 0;
        let mut end = hours.end;
        while end > hours.start {
            let window = (end - WINDOW).max(hours.start)..end;
            let has = self.ask(&window)?;
            let window = window.start.max(has.first)..window.end;
            if window.is_empty() {
                break;
            }
            let mut stale = store.stale()?;
            stale.retain(|stale| window.contains(&stale.hour));
            let mut another = 0;
            for portal in has.portals.iter().filter_map(|text| text.parse().ok()) {
                if self.stopped.load(Ordering::Relaxed) {
                    return Err(Failed::Stopped);
                }
                let fed = told::another(store, &has, &stale, &portal, &window)?;
                another += self.send_all(fed)?;
            }
            // What is counted grows without a rollup in the last hours only.
            if another > 0 || end == hours.end {
                for portals in has.portals.chunks(PORTALS) {
                    self.send(&told::news(store, portals, &window)?)?;
                }
            }
            (sent, end) = (sent + another, window.start);
        }
        Ok(sent)
    }

    fn ask(&self, hours: &Range<i64>) -> Result<Has, Failed> {
        let mut url = self.url();
        url.query_pairs_mut()
            .append_pair("from", &hours.start.to_string())
            .append_pair("to", &hours.end.to_string());
        let asked = self
            .agent
            .get(url.as_str())
            .header("authorization", &self.token());
        let mut response = taken(asked.call()?)?;
        let has: Has = response
            .body_mut()
            .with_config()
            .limit(64 << 20)
            .read_json()?;
        match has.v {
            VERSION => Ok(has),
            other => Err(Failed::Version(other)),
        }
    }

    fn send_all(&self, another: Vec<Fed>) -> Result<usize, Failed> {
        let (count, mut bytes) = (another.len(), 0);
        let mut feed = Feed::nothing();
        for fed in another {
            bytes += fed.groups.len();
            feed.rollups.push(fed);
            if feed.rollups.len() == MOST_HOURS || bytes > MOST_GROUPS {
                self.send(&feed)?;
                (bytes, feed.rollups) = (0, Vec::new());
            }
        }
        if !feed.rollups.is_empty() {
            self.send(&feed)?;
        }
        Ok(count)
    }

    fn send(&self, feed: &Feed) -> Result<(), Failed> {
        let sent = self
            .agent
            .post(self.url().as_str())
            .header("authorization", &self.token())
            .send_json(feed)?;
        taken(sent).map(drop)
    }

    /// Below whatever path the parent is served at.
    fn url(&self) -> Url {
        let mut url = self.parent.url.clone();
        let path = format!("{}/v1/rollups", url.path().trim_end_matches('/'));
        url.set_path(&path);
        url
    }

    fn token(&self) -> String {
        format!("Bearer {}", self.parent.token)
    }
}

type Response = ureq::http::Response<ureq::Body>;

fn taken(mut response: Response) -> Result<Response, Failed> {
    let status = response.status().as_u16();
    match status {
        200..300 => Ok(response),
        _ => Err(Failed::Refused {
            status,
            // A problem says in one line what is wrong.
            said: response
                .body_mut()
                .with_config()
                .limit(4096)
                .read_to_string()
                .unwrap_or_default(),
        }),
    }
}
