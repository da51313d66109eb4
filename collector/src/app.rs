//! What every request handler shares.

use std::collections::{BTreeSet, HashMap};
use std::ops::Range;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use jiff::tz::TimeZone;
use moka::future::Cache;
use nhip_protocol::code::Code;
use nhip_protocol::report::MAX_AGE_MS;
use tokio::sync::Semaphore;

use crate::access::Part;
use crate::alerts::{Notify, Rule};
use crate::client::Clients;
use crate::clock::{Clock, DAY_MS, HOUR_MS, UnixMs, hour_of};
use crate::config::Settings;
use crate::dashboard::Tries;
use crate::first_seen::FirstSeen;
use crate::league::{Standings, standings};
use crate::limits::Limits;
use crate::monitoring::{self, Reading};
use crate::names::Names;
use crate::outcome::Outcomes;
use crate::portals::{Entry, Registry};
use crate::rollup::Filter;
use crate::series::series;
use crate::store::sqlite::Portals;
use crate::store::{Activity, Store, Unreadable};
use crate::summary::{FieldGrade, Summary};
use crate::upkeep::Retention;
use crate::widget::Widget;

/// Where a question names no window, it is about the last 7 days.
pub const DEFAULT_WINDOW_MS: UnixMs = 7 * DAY_MS;

/// Questions that read rows at the same time; more wait. Each holds the views of its window.
const MAX_READS: usize = 4;

/// Downloads of raw rows at the same time.
const MAX_EXPORTS: usize = 2;

/// A view may tell more so many hours after it began.
const MAX_AGE_HOURS: i64 = (MAX_AGE_MS as UnixMs).div_euclid(HOUR_MS);

/// After a store that could not be read at the start.
const REMEMBER_AGAIN: Duration = Duration::from_secs(5);

/// Leagues of windows that are over, and how long they are kept: until their hours are others.
const LEAGUES: u64 = 16;
const LEAGUE_KEPT: Duration = Duration::from_secs(60 * 60);

/// How long a badge's answer is kept.
const GRADE_KEPT: Duration = Duration::from_secs(60);

/// How long what other systems are told is kept.
const READINGS_KEPT: Duration = Duration::from_secs(60);

pub struct App {
    pub store: Arc<dyn Store>,
    pub portals: Arc<Portals>,
    pub outcomes: Arc<Outcomes>,
    pub names: Names,
    pub first_seen: FirstSeen,
    pub clients: Clients,
    pub limits: Limits,
    /// Of what browsers report by themselves: a page that breaks its policy thirty times sends as many, and they must
    /// not stand in the way of its readings.
    pub browser_limits: Limits,
    /// Of `/login`.
    pub tries: Tries,
    pub clock: Clock,
    /// Fewer views than this give no grade.
    pub min_views: u64,
    pub retention: Retention,
    /// What is watched, and who is told.
    pub rules: Vec<Rule>,
    pub notify: Notify,
    /// Where the database is.
    pub data: PathBuf,
    /// What needs no token.
    pub public: BTreeSet<Part>,
    /// As which portal the dashboard measures itself.
    pub own_portal: Option<Code>,
    /// Where days and months begin.
    pub zone: TimeZone,
    /// Whether the demo portals are served.
    pub demo: bool,
    /// Whether what is kept is made up.
    pub synthetic: bool,
    pub widget: Widget,
    /// Of windows that are over.
    leagues: Cache<(UnixMs, UnixMs), Arc<Standings>>,
    /// For badges, of the last minute.
    grades: Cache<Code, FieldGrade>,
    /// For other systems, of the last minute.
    readings: Cache<(), Arc<Vec<Reading>>>,
    /// Those who read raw rows.
    pub exports: Arc<Semaphore>,
    reads: Arc<Semaphore>,
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
            browser_limits: Limits::new(settings.rates),
            tries: Tries::default(),
            store,
            clock,
            min_views: settings.min_views,
            retention: settings.retention,
            rules: settings.rules.clone(),
            notify: settings.notify.clone(),
            data: settings.data.clone(),
            public: settings.public.clone(),
            own_portal: settings.own_portal.clone(),
            zone: settings.time_zone.clone(),
            demo: settings.demo,
            synthetic: portals.is_synthetic()?,
            portals: Arc::new(portals),
            widget: Widget::new(settings.widget.clone(), &settings.data),
            leagues: Cache::builder()
                .max_capacity(LEAGUES)
                .time_to_live(LEAGUE_KEPT)
                .build(),
            grades: Cache::builder().time_to_live(GRADE_KEPT).build(),
            readings: Cache::builder().time_to_live(READINGS_KEPT).build(),
            exports: Arc::new(Semaphore::new(MAX_EXPORTS)),
            reads: Arc::new(Semaphore::new(MAX_READS)),
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
        let mut one = self.series(entry, vec![window], filter).await?;
        one.pop()
            .ok_or_else(|| Unreadable("no summary was made".to_owned()))
    }

    /// Of the last 7 days; read once a minute, whoever asks meanwhile.
    pub async fn grade(&self, entry: &Entry) -> Result<FieldGrade, Unreadable> {
        let read = async {
            let window = self.default_window();
            let summary = self.summary(entry, window, Filter::default()).await?;
            Ok::<_, Unreadable>(FieldGrade::from(summary))
        };
        let grade = self.grades.try_get_with(entry.code.clone(), read).await;
        // Of several who waited, each gets the one reason.
        grade.map_err(|error| Unreadable(error.0.clone()))
    }

    /// Of every portal, in the last 7 days, for other systems; read once a minute, whoever asks meanwhile.
    pub async fn readings(&self) -> Result<Arc<Vec<Reading>>, Unreadable> {
        let read = async {
            let league = self.league(self.default_window()).await?;
            Ok::<_, Unreadable>(Arc::new(monitoring::readings(&league.portals)))
        };
        let readings = self.readings.try_get_with((), read).await;
        readings.map_err(|error| Unreadable(error.0.clone()))
    }

    /// Every entry of today: those that report first, the best first; then the rest by code.
    pub async fn league(&self, window: Range<UnixMs>) -> Result<Standings, Unreadable> {
        let (registry, now) = (self.registry()?, self.clock.now());
        let min_views = self.min_views;
        self.read(move |store| standings(store, &registry, &window, now, min_views))
            .await
    }

    /// The same of a window that is over: late reports may be missing for up to an hour.
    pub async fn former_league(&self, window: Range<UnixMs>) -> Result<Arc<Standings>, Unreadable> {
        let key = (window.start, window.end);
        let read = async { self.league(window).await.map(Arc::new) };
        let league = self.leagues.try_get_with(key, read).await;
        league.map_err(|error| Unreadable(error.0.clone()))
    }

    /// A portal's readings over time.
    pub async fn series(
        &self,
        entry: &Entry,
        parts: Vec<Range<UnixMs>>,
        filter: Filter,
    ) -> Result<Vec<Summary>, Unreadable> {
        let entry = entry.clone();
        let min_views = self.min_views;
        self.read(move |store| series(store, &entry, &parts, &filter, min_views))
            .await
    }

    /// Reads again when the views of the last day began: some of them will tell more. Where the store cannot be
    /// read, tries until it can.
    pub async fn remember(self: &Arc<Self>) {
        while let Err(error) = self.read_first_seen().await {
            // What is answered waits on this disk: nobody need wait for the database.
            if self.store.spool().is_some() {
                self.first_seen.fill();
            }
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
        let permit = Arc::clone(&self.reads)
            .acquire_owned()
            .await
            .map_err(|error| Unreadable(error.to_string()))?;
        let store = Arc::clone(&self.store);
        // The question runs to its end even if nobody waits any more, and holds its place until then.
        let answer = move || {
            let _permit = permit;
            question(&*store)
        };
        tokio::task::spawn_blocking(answer)
            .await
            .map_err(|error| Unreadable(error.to_string()))?
    }
}
