//! Months whose results are kept as they were: frozen once, then published. A later change of the profile, of a
//! setting or of a portal never rewrites them.

use std::fmt;
use std::ops::Range;
use std::path::Path;
use std::str::FromStr;

use jiff::ToSpan;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use nhip_protocol::grade::PROFILE;
use nhip_protocol::report::MAX_AGE_MS;

use crate::audit::By;
use crate::clock::{Clock, HOUR_MS, UnixMs, day_begins, rfc3339, timestamp, whole_hours};
use crate::config::Settings;
use crate::league::{League, standings};
use crate::portals::{BadSeed, seeded};
use crate::store::sqlite::{CannotOpen, Database, NotAdded, Portals, SqliteStore};
use crate::store::{Store, Unreadable};

/// A month of the calendar, `2026-10`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Month(Date);

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected a month such as 2026-10, got '{0}'")]
pub struct NotAMonth(String);

/// What a month was.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Frozen {
    pub month: Month,
    pub profile: String,
    pub min_views: u64,
    pub frozen: UnixMs,
    pub published: Option<UnixMs>,
    /// How many of today's registry it has.
    pub portals: u64,
    /// [`League`] as JSON.
    pub league: String,
}

#[derive(Debug, thiserror::Error)]
pub enum Failed {
    #[error(transparent)]
    Open(#[from] CannotOpen),
    #[error(transparent)]
    Seed(#[from] BadSeed),
    #[error(transparent)]
    Unreadable(#[from] Unreadable),
    #[error(transparent)]
    NotChanged(#[from] NotAdded),
    #[error(
        "expected a month that is over, with all its reports: {month} can be frozen from {from} on"
    )]
    TooEarly { month: Month, from: String },
    #[error(
        "{hours} hours of {month} have reports that are not rolled up; leave the collector running \
         for a minute, then freeze again"
    )]
    NotRolledUp { month: Month, hours: usize },
    #[error("expected a month whose readings are all kept, got {month}; they are from {from} on")]
    NotKept { month: Month, from: String },
    #[error("the month cannot be written: {0}")]
    Json(#[from] serde_json::Error),
}

impl Month {
    /// From its first moment in `zone` to the next month's.
    pub fn window(self, zone: &TimeZone) -> Range<UnixMs> {
        let start = |date: Date| day_begins(date, zone).unwrap_or(0);
        start(self.0)..start(self.0.saturating_add(1.month()))
    }

    pub fn of(at: UnixMs, zone: &TimeZone) -> Month {
        Month(timestamp(at).to_zoned(zone.clone()).date().first_of_month())
    }
}

impl FromStr for Month {
    type Err = NotAMonth;

    fn from_str(text: &str) -> Result<Month, NotAMonth> {
        let date = format!("{text}-01").parse::<Date>();
        let month = date.ok().map(Month).filter(|it| it.to_string() == text);
        month.ok_or_else(|| NotAMonth(text.chars().take(40).collect()))
    }
}

impl fmt::Display for Month {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}", self.0.year(), self.0.month())
    }
}

/// Keeps what `month` was, as grades are given today.
pub fn freeze(settings: &Settings, month: Month, clock: &Clock) -> Result<String, Failed> {
    let (window, now) = (month.window(&settings.time_zone), clock.now());
    // Reports of its last hour are taken for a day.
    let complete = window.end + MAX_AGE_MS.cast_signed() + HOUR_MS;
    if now < complete {
        let from = rfc3339(complete);
        return Err(Failed::TooEarly { month, from });
    }
    let database = Database::existing(&settings.data)?;
    let portals = Portals::open(&database, seeded()?)?;
    let store = settings.store.open(database, clock.clone())?;
    let hours = whole_hours(&window);
    let mut stale = store.stale()?;
    stale.retain(|stale| hours.contains(&stale.hour));
    if !stale.is_empty() {
        let hours = stale.len();
        return Err(Failed::NotRolledUp { month, hours });
    }
    let kept = settings.retention.keep(now).rollups_from;
    if kept > hours.start {
        let from = rfc3339(kept * HOUR_MS);
        return Err(Failed::NotKept { month, from });
    }
    let registry = portals.current()?;
    let standings = standings(
        &*store,
        &registry,
        &window,
        window.end - 1,
        settings.min_views,
    )?;
    store.close();
    let league = League::new(&window, settings.min_views, standings).as_of_its_window();
    let graded = league.graded();
    let frozen = Frozen {
        month,
        profile: PROFILE.to_owned(),
        min_views: settings.min_views,
        frozen: now,
        published: None,
        portals: league.portals.len() as u64,
        league: serde_json::to_string(&league)?,
    };
    portals.freeze(&frozen, &By::operator(now))?;
    Ok(format!(
        "{month} is frozen: {} portals, {graded} of them graded; `nhip month publish {month}` shows it to all\n",
        frozen.portals
    ))
}

/// Shows a frozen month to all.
pub fn publish(data: &Path, month: Month, clock: &Clock) -> Result<String, Failed> {
    let portals = Portals::open(&Database::existing(data)?, seeded()?)?;
    portals.publish(month, &By::operator(clock.now()))?;
    Ok(format!("{month} is published: GET /v1/months/{month}\n"))
}

/// A line a month, tabs between: month, profile, portals, frozen, published.
pub fn list(data: &Path) -> Result<String, Failed> {
    let store = SqliteStore::start(Database::existing(data)?)?;
    let months = store.months()?;
    store.close();
    let line = |it: &Frozen| {
        let published = it.published.map_or_else(|| "-".to_owned(), rfc3339);
        let (month, profile, frozen) = (it.month, &it.profile, rfc3339(it.frozen));
        format!(
            "{month}\t{profile}\t{}\t{frozen}\t{published}\n",
            it.portals
        )
    };
    Ok(months.iter().map(line).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_month_is_written_in_one_way() {
        for (text, is_one) in [
            ("2026-10", true),
            ("2026-02", true),
            ("2026-13", false),
            ("2026-1", false),
            ("2026-10-01", false),
            ("26-10", false),
            ("", false),
        ] {
            assert_eq!(text.parse::<Month>().is_ok(), is_one, "{text}");
        }
    }

    #[test]
    fn a_month_begins_at_midnight_in_its_time_zone() {
        let zone = TimeZone::get("Asia/Ho_Chi_Minh").unwrap();
        let month: Month = "2026-12".parse().unwrap();
        let window = month.window(&zone);
        assert_eq!(rfc3339(window.start), "2026-11-30T17:00:00Z");
        assert_eq!(rfc3339(window.end), "2026-12-31T17:00:00Z");
        assert_eq!(Month::of(window.start, &zone), month);
        assert_eq!(Month::of(window.end - 1, &zone), month);
    }
}
