//! What every request handler shares.

use std::collections::HashMap;
use std::ops::Range;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use moka::future::Cache;
use nhip_protocol::code::Code;
use nhip_protocol::report::MAX_AGE_MS;
use tokio::sync::Semaphore;

use crate::client::Clients;
use crate::clock::{Clock, DAY_MS, HOUR_MS, UnixMs, hour_of, whole_hours};
use crate::config::Settings;
use crate::first_seen::FirstSeen;
use crate::limits::Limits;
use crate::names::Names;
use crate::outcome::Outcomes;
use crate::portals::{Entry, Registry, Status};
use crate::roller;
use crate::rollup::Filter;
use crate::store::sqlite::Portals;
use crate::store::{Activity, Store, Unreadable};
use crate::summary::{FieldGrade, Summary};
use crate::upkeep::Retention;
use crate::widget::Widget;

/// Where a question names no window, it is about the last 7 days.
pub const DEFAULT_WINDOW_MS: UnixMs = 7 * DAY_MS;

/// Questions that read rows at the same time; more wait. Each holds the views of its window.
const MAX_READS: usize = 4;

/// A view may tell more so many hours after it began.
const MAX_AGE_HOURS: i64 = (MAX_AGE_MS as UnixMs).div_euclid(HOUR_MS);

/// After a store that could not be read at the start.
const REMEMBER_AGAIN: Duration = Duration::from_secs(5);

/// How long a badge's answer is kept.
const GRADE_KEPT: Duration = Duration::from_secs(60);

pub struct App {
    pub store: Arc<dyn Store>,
    pub portals: Arc<Portals>,
    pub outcomes: Arc<Outcomes>,
    pub names: Names,
    pub first_seen: FirstSeen,
    pub clients: Clients,
    pub limits: Limits,
    pub clock: Clock,
    /// Fewer views than this give no grade.
    pub min_views: u64,
    pub retention: Retention,
    /// Where the database is.
    pub data: PathBuf,
    /// Whether the demo portals are served.
    pub demo: bool,
    pub widget: Widget,
    /// For badges, of the last minute.
    pub grades: Cache<Code, FieldGrade>,
    reads: Semaphore,
}

/// An entry of the registry with what is known of it.
pub struct Standing {
    pub entry: Entry,
    pub status: Status,
    pub last_seen: Option<UnixMs>,
    /// `None`: it has never reported, so there is nothing to sum up.
    pub summary: Option<Summary>,
}

impl App {
    /// Blocks: reads what the store knows already.
    pub fn new(
        store: Arc<dyn Store>,
        portals: Portals,
        clock: Clock,
        settings: &Settings,
    ) -> Result<App, Unreadable> {
        Ok(App {
            outcomes: Arc::new(Outcomes::load(Arc::clone(&store))?),
            names: Names::new(settings.name_views, store.names()?),
            first_seen: FirstSeen::new(settings.address_share),
            clients: Clients::new(settings.trusted_proxies.clone()),
            limits: Limits::new(settings.rates),
            store,
            portals: Arc::new(portals),
            clock,
            min_views: settings.min_views,
            retention: settings.retention,
            data: settings.data.clone(),
            demo: settings.demo,
            widget: Widget::new(settings.widget.clone(), &settings.data),
            grades: Cache::builder().time_to_live(GRADE_KEPT).build(),
            reads: Semaphore::new(MAX_READS),
        })
    }

    pub fn registry(&self) -> Result<Arc<Registry>, Unreadable> {
        self.portals.current()
    }

    /// The last 7 days, from a whole hour on: readings are kept by the hour.
    pub fn default_window(&self) -> Range<UnixMs> {
        let now = self.clock.now();
        let start = now - DEFAULT_WINDOW_MS;
        // The millisecond that is running belongs to it: a view that began just now is seen.
        start - start.rem_euclid(HOUR_MS)..now + 1
    }

    pub async fn activity(&self) -> Result<HashMap<Code, Activity>, Unreadable> {
        self.read(|store| store.activity()).await
    }

    pub async fn summary(
        &self,
        entry: &Entry,
        window: Range<UnixMs>,
        filter: Filter,
    ) -> Result<Summary, Unreadable> {
        let (code, automated) = (entry.code.clone(), entry.count_automated());
        let min_views = self.min_views;
        self.read(move |store| {
            let hours = whole_hours(&window);
            let asked = std::slice::from_ref(&code);
            let mut totals = roller::totals(store, asked, &hours, &filter)?;
            let aggregate = totals.remove(&code).unwrap_or_default().counted(automated);
            Ok(Summary::new(code, &window, &aggregate, min_views))
        })
        .await
    }

    /// Every entry of today: those that report first, the best first; then the rest by code.
    pub async fn league(&self, window: Range<UnixMs>) -> Result<Vec<Standing>, Unreadable> {
        let (registry, now) = (self.registry()?, self.clock.now());
        let min_views = self.min_views;
        let mut league = self
            .read(move |store| {
                let activity = store.activity()?;
                let heard: Vec<Code> = activity.keys().cloned().collect();
                let hours = whole_hours(&window);
                let mut totals = roller::totals(store, &heard, &hours, &Filter::default())?;
                let standing = |entry: &Entry| {
                    let active = activity.get(&entry.code);
                    let total = totals.remove(&entry.code);
                    let summary = total.map(|total| {
                        let aggregate = total.counted(entry.count_automated());
                        Summary::new(entry.code.clone(), &window, &aggregate, min_views)
                    });
                    Standing {
                        entry: entry.clone(),
                        status: Status::of(active, now),
                        last_seen: active.map(|active| active.last_seen),
                        summary,
                    }
                };
                Ok(registry.of_today(now).map(standing).collect::<Vec<_>>())
            })
            .await?;
        league.sort_by_key(|standing| {
            let score = standing.summary.as_ref().map(|summary| summary.score);
            (std::cmp::Reverse(score), standing.entry.code.clone())
        });
        Ok(league)
    }

    /// Reads again when the views of the last day began: some of them will tell more. Where the store cannot be
    /// read, tries until it can.
    pub async fn remember(self: &Arc<Self>) {
        while let Err(error) = self.read_first_seen().await {
            tracing::error!(%error, "views of the last day are not known; they are read again soon");
            tokio::time::sleep(REMEMBER_AGAIN).await;
        }
        self.first_seen.fill();
    }

    async fn read_first_seen(self: &Arc<Self>) -> Result<(), Unreadable> {
        let app = Arc::clone(self);
        let running = hour_of(app.clock.now());
        let hours = running - MAX_AGE_HOURS..running + 1;
        self.read(move |store| {
            store.views(hours, &mut |portal, view, dated| {
                if let Ok(portal) = portal.parse() {
                    app.first_seen.know(&portal, view, dated);
                }
                app.first_seen.has_room()
            })
        })
        .await
    }

    /// Runs a question where blocking is allowed, a few at a time.
    pub async fn read<T: Send + 'static>(
        &self,
        question: impl FnOnce(&dyn Store) -> Result<T, Unreadable> + Send + 'static,
    ) -> Result<T, Unreadable> {
        let _permit = self
            .reads
            .acquire()
            .await
            .map_err(|error| Unreadable(error.to_string()))?;
        let store = Arc::clone(&self.store);
        tokio::task::spawn_blocking(move || question(&*store))
            .await
            .map_err(|error| Unreadable(error.to_string()))?
    }
}
