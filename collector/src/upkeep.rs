//! Raw rows and rollups are kept for as long as was asked, and no longer; the space is given back.

use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::app::App;
use crate::clock::{HOUR_MS, UnixMs, hour_of};
use crate::store::{Keep, Unreadable};

/// How often is looked for what is too old.
const EVERY: Duration = Duration::from_secs(10 * 60);

/// After the start: reports come first.
const FIRST: Duration = Duration::from_secs(30);

/// Between two pieces, so that intake has the disk in between.
const PAUSE: Duration = Duration::from_millis(20);

const DAY_HOURS: i64 = 24;

/// A clock that went so far apart from the time that has passed was set, and nothing is deleted by it.
const CLOCK_SET_MS: UnixMs = HOUR_MS;

/// In days.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Retention {
    pub raw: u16,
    pub rollups: u16,
}

impl Retention {
    pub const DEFAULT: Retention = Retention {
        raw: 14,
        rollups: 3 * 365,
    };

    /// A view is told of for a day; its rows are needed as long.
    pub const LEAST_RAW: u16 = 2;

    /// The first hours that are kept at `now`.
    pub fn keep(self, now: UnixMs) -> Keep {
        let first = |days: u16| hour_of(now) - i64::from(days) * DAY_HOURS;
        Keep {
            raw_from: first(self.raw.max(Retention::LEAST_RAW)),
            rollups_from: first(self.rollups.max(self.raw)),
        }
    }
}

/// Deletes what is too old until it is dropped.
pub async fn run(app: Arc<App>) {
    let (started, began) = (Instant::now(), app.clock.now());
    tokio::time::sleep(FIRST).await;
    loop {
        let passed = UnixMs::try_from(started.elapsed().as_millis()).unwrap_or(UnixMs::MAX);
        let set = app.clock.now() - began - passed;
        if set.abs() > CLOCK_SET_MS {
            tracing::warn!(
                set_by_ms = set,
                "the clock was set since the start: nothing is deleted until the next start"
            );
        } else if let Err(error) = prune(&app).await {
            tracing::error!(%error, "what is too old could not be deleted");
        }
        tokio::time::sleep(EVERY).await;
    }
}

/// Deletes in pieces. Rows that are in no rollup yet stay.
pub async fn prune(app: &App) -> Result<(), Unreadable> {
    if !app.store.duty().leads() {
        return Ok(());
    }
    let keep = app.retention.keep(app.clock.now());
    while app.read(move |store| store.has_older(keep)).await? {
        if let Err(error) = app.store.prune(keep).await {
            return Err(Unreadable(error.to_string()));
        }
        tokio::time::sleep(PAUSE).await;
    }
    Ok(())
}

#[cfg(test)]
#[path = "upkeep_tests.rs"]
mod tests;
