//! What became of each report: counted by hour, portal and outcome, readable after a restart.
//!
//! *Stored* is counted by the store in the same commit as the report. Refusals are counted here in
//! memory and written every few seconds: a crash may lose the last of those counts, never a report.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::ops::Range;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use nhip_protocol::code::Code;

use crate::clock::{UnixMs, hour_of};
use crate::intake::Refused;
use crate::locks::lock;
use crate::metrics::Metrics;
use crate::portals::Origin;
use crate::store::{MAX_STRANGERS, OutcomeCount, STORED, Store, Stranger, Unreadable};
use nhip_protocol::refusal::Refusal;

/// How often counts are written.
pub const FLUSH_EVERY: Duration = Duration::from_secs(5);

pub struct Outcomes {
    store: Arc<dyn Store>,
    pub metrics: Metrics,
    pending: Mutex<Pending>,
    /// Held while counts move to the disk, so that a reader sees each of them exactly once.
    moving: tokio::sync::Mutex<()>,
}

/// Bounded: hours that are not written yet (one or two) × portals of the registry × reasons; and
/// [`MAX_STRANGERS`] origins a portal.
#[derive(Default)]
struct Pending {
    counts: BTreeMap<(i64, Option<Code>, &'static str), u64>,
    strangers: HashMap<Code, Vec<(String, UnixMs)>>,
    changed: HashSet<Code>,
}

impl Outcomes {
    /// Blocks: reads the strangers that are known already.
    pub fn load(store: Arc<dyn Store>) -> Result<Outcomes, Unreadable> {
        let mut pending = Pending::default();
        for stranger in store.strangers()? {
            let known = pending.strangers.entry(stranger.portal).or_default();
            known.push((stranger.origin, stranger.last_seen));
        }
        Ok(Outcomes {
            store,
            metrics: Metrics::default(),
            pending: Mutex::new(pending),
            moving: tokio::sync::Mutex::new(()),
        })
    }

    /// The store counts what it keeps by portal, in the same commit.
    pub fn stored(&self, reports: usize) {
        self.metrics.count(STORED, reports as u64);
    }

    pub fn refuse(&self, refused: &Refused, now: UnixMs) {
        self.metrics.count(refused.refusal.reason(), 1);
        let mut pending = self.pending();
        let key = (
            hour_of(now),
            refused.portal.clone(),
            refused.refusal.reason(),
        );
        *pending.counts.entry(key).or_default() += 1;
        if let (Some(portal), Refusal::UnregisteredOrigin { origin, .. }) =
            (&refused.portal, &refused.refusal)
        {
            pending.meet(portal, origin, now);
        }
    }

    /// Writes what has been counted. What cannot be written stays counted.
    pub async fn flush(&self) {
        let _moving = self.moving.lock().await;
        let (counts, strangers) = self.pending().take();
        if counts.is_empty() && strangers.is_empty() {
            return;
        }
        if let Err(error) = self.store.record(counts.clone(), strangers.clone()).await {
            tracing::warn!(%error, "counts of refusals wait in memory");
            self.pending().put_back(counts, strangers);
        }
    }

    /// The counts of `hours`, written or not.
    pub async fn counts(
        self: Arc<Self>,
        hours: Range<i64>,
    ) -> Result<Vec<OutcomeCount>, Unreadable> {
        let _moving = self.moving.lock().await;
        let store = Arc::clone(&self.store);
        let range = hours.clone();
        let mut counts = tokio::task::spawn_blocking(move || store.outcomes(range))
            .await
            .map_err(|error| Unreadable(error.to_string()))??;
        counts.extend(
            self.pending()
                .listed()
                .filter(|count| hours.contains(&count.hour)),
        );
        Ok(counts)
    }

    /// Origins that report for `portal` without being registered, and when each did last; the latest first.
    pub fn strangers(&self, portal: &Code) -> Vec<(String, UnixMs)> {
        let pending = self.pending();
        pending.strangers.get(portal).cloned().unwrap_or_default()
    }

    fn pending(&self) -> std::sync::MutexGuard<'_, Pending> {
        lock(&self.pending)
    }
}

impl Pending {
    fn meet(&mut self, portal: &Code, origin: &str, now: UnixMs) {
        if origin.parse::<Origin>().is_err() {
            return;
        }
        let known = self.strangers.entry(portal.clone()).or_default();
        known.retain(|(other, _)| other != origin);
        known.insert(0, (origin.to_owned(), now));
        known.truncate(MAX_STRANGERS);
        self.changed.insert(portal.clone());
    }

    fn listed(&self) -> impl Iterator<Item = OutcomeCount> {
        self.counts
            .iter()
            .map(|((hour, portal, outcome), count)| OutcomeCount {
                hour: *hour,
                portal: portal.clone(),
                outcome: (*outcome).to_owned(),
                count: *count,
            })
    }

    fn take(&mut self) -> (Vec<OutcomeCount>, Vec<Stranger>) {
        let counts = self.listed().collect();
        self.counts.clear();
        let strangers = self
            .changed
            .drain()
            .flat_map(|portal| {
                let known = self.strangers.get(&portal).cloned().unwrap_or_default();
                known.into_iter().map(move |(origin, last_seen)| Stranger {
                    portal: portal.clone(),
                    origin,
                    last_seen,
                })
            })
            .collect();
        (counts, strangers)
    }

    fn put_back(&mut self, counts: Vec<OutcomeCount>, strangers: Vec<Stranger>) {
        for count in counts {
            let known = Refusal::REASONS.into_iter().find(|r| *r == count.outcome);
            if let Some(reason) = known {
                let key = (count.hour, count.portal, reason);
                *self.counts.entry(key).or_default() += count.count;
            }
        }
        self.changed.extend(strangers.into_iter().map(|s| s.portal));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::sqlite::{Database, SqliteStore};

    fn outcomes(dir: &std::path::Path) -> Arc<Outcomes> {
        let store = SqliteStore::start(Database::open(dir).unwrap()).unwrap();
        Arc::new(Outcomes::load(Arc::new(store)).unwrap())
    }

    fn stranger(n: usize) -> Refused {
        Refused {
            portal: Some("vn-hn".parse().unwrap()),
            refusal: Refusal::UnregisteredOrigin {
                origin: format!("https://{n}.example"),
                portal: "vn-hn".into(),
            },
        }
    }

    async fn sum(outcomes: &Arc<Outcomes>) -> u64 {
        let counts = Arc::clone(outcomes).counts(0..10).await.unwrap();
        counts.iter().map(|count| count.count).sum()
    }

    #[tokio::test]
    async fn a_refusal_counts_once_before_and_after_it_is_written_and_after_a_restart() {
        let dir = tempfile::tempdir().unwrap();
        let first = outcomes(dir.path());
        first.refuse(&stranger(1), 0);
        first.refuse(&stranger(1), 0);
        assert_eq!(sum(&first).await, 2);
        first.flush().await;
        assert_eq!(sum(&first).await, 2);
        first.refuse(&stranger(2), 0);
        assert_eq!(sum(&first).await, 3);
        first.flush().await;
        drop(first);
        let again = outcomes(dir.path());
        assert_eq!(sum(&again).await, 3);
        assert_eq!(again.strangers(&"vn-hn".parse().unwrap()).len(), 2);
    }

    #[tokio::test]
    async fn only_the_last_strangers_are_remembered() {
        let dir = tempfile::tempdir().unwrap();
        let outcomes = outcomes(dir.path());
        for n in 0..100 {
            outcomes.refuse(&stranger(n), n as i64);
        }
        outcomes.flush().await;
        let kept = outcomes.store.strangers().unwrap();
        assert_eq!(kept.len(), MAX_STRANGERS);
        assert_eq!(kept[0].origin, "https://99.example");
    }

    #[tokio::test]
    async fn what_cannot_be_written_stays_counted() {
        let dir = tempfile::tempdir().unwrap();
        let outcomes = outcomes(dir.path());
        outcomes.refuse(&stranger(1), 0);
        outcomes.store.close();
        outcomes.flush().await;
        assert_eq!(sum(&outcomes).await, 1);
    }
}
