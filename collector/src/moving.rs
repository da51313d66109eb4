//! `nhip store copy`: what was rolled up goes to ClickHouse, also beside a running collector. Reports that are still kept as
//! they came go by themselves, once the collector is started with `--store`.

use std::ops::Range;

use crate::clock::{Clock, day_of, hours_of};
use crate::config::Settings;
use crate::store::clickhouse::ClickhouseStore;
use crate::store::sqlite::{CannotOpen, Database, SqliteStore};
use crate::store::{Engine, Store, Unreadable};

/// Copied at a time.
const DAYS: i64 = 10;

#[derive(Debug, thiserror::Error)]
pub enum Failed {
    #[error(transparent)]
    Open(#[from] CannotOpen),
    #[error(transparent)]
    Unreadable(#[from] Unreadable),
    #[error("expected where to copy to: --store clickhouse://HOST/DATABASE")]
    Nowhere,
}

/// Copies every hour that is not there; says how many. What is there already stays as it is, so it can be done again.
pub fn copy(settings: &Settings, clock: &Clock) -> Result<String, Failed> {
    let Engine::Clickhouse(address) = &settings.store else {
        return Err(Failed::Nowhere);
    };
    let database = Database::existing(&settings.data)?;
    let from = SqliteStore::start(database.clone())?;
    let to = ClickhouseStore::open(database, address, clock.clone())?;
    let (mut copied, mut there) = (0, 0);
    for (portal, hours) in from.rolled_up_portals()? {
        for part in parts(&hours) {
            // The parts after what they are in: one that comes meanwhile is sent again, and is not taken for rolled up.
            let rolled = from.rolled_up(&portal, part.clone())?;
            let sent = from.sent(&portal, part)?;
            let hours = rolled.len();
            let new = to.copy(&portal, rolled, sent)?;
            copied += new;
            there += hours - new;
        }
    }
    to.close();
    from.close();
    Ok(format!(
        "{copied} hours copied, {there} were there already; now start the collector with the same --store: \
         its reports follow\n"
    ))
}

/// Of whole days.
fn parts(hours: &Range<i64>) -> impl Iterator<Item = Range<i64>> + use<> {
    let (first, last) = (day_of(hours.start), day_of(hours.end - 1));
    let starts = (first..=last).step_by(DAYS as usize);
    starts.map(move |day| hours_of(day).start..hours_of((day + DAYS - 1).min(last)).end)
}
