//! One rule, one portal: is it firing, is it over?

use super::blocks::blocks;
use super::evidence::Evidence;
use super::rules::{Condition, Reading, Share};
use crate::clock::{HOUR_MS, UnixMs, hour_of, rfc3339};
use crate::league::Standing;
use crate::portals::Entry;
use crate::rollup::{Aggregate, Distribution};
use crate::store::{Activity, Store, Unreadable};
use nhip_protocol::unit::Ms;

/// What was firing is over at nine tenths of the limit: a reading at the edge is told once.
const OVER_AT: f64 = 0.9;

/// Points above those that it fell to, where the letter is back: at the edge between two letters it is told once.
const BACK_BY: u8 = 3;

#[derive(Clone, Debug, PartialEq)]
pub enum Judged {
    Firing(Evidence),
    Over(Evidence),
    /// Nothing changes: it lies between the two limits, or too few views tell.
    Unchanged,
}

/// What a rule may look at.
pub struct Case<'a> {
    pub store: &'a dyn Store,
    pub entry: &'a Entry,
    pub activity: Option<&'a Activity>,
    /// Of the last 7 days, and of the 7 days before.
    pub standings: [Option<&'a Standing>; 2],
    pub now: UnixMs,
    /// Since when the collector has been listening without a break.
    pub listening_since: UnixMs,
    /// Since when the portal may report: it was added, or resumed; 0 where nobody knows.
    pub allowed_since: UnixMs,
    pub min_views: u64,
}

impl Case<'_> {
    /// Blocks. `fired`: what is firing under this rule.
    pub fn judge(
        &self,
        condition: Condition,
        fired: Option<&Evidence>,
    ) -> Result<Judged, Unreadable> {
        match condition {
            Condition::GradeFall => Ok(self.grade(fired)),
            Condition::Silence { hours } => Ok(self.silence(hours)),
            Condition::P75 {
                reading,
                limit,
                hours,
            } => self.p75(reading, limit, hours),
            Condition::Share { of, percent, hours } => self.share(of, percent, hours),
        }
    }

    fn grade(&self, fired: Option<&Evidence>) -> Judged {
        let graded = |at: usize| {
            let summary = self.standings[at]?.summary.as_ref()?;
            Some((summary.grade?, summary.score?, summary.certainty))
        };
        let Some(now) = graded(0) else {
            return Judged::Unchanged;
        };
        if let Some(Evidence::Grade {
            was,
            was_score,
            now_score,
            ..
        }) = fired
        {
            let evidence = Evidence::fall((was, *was_score), (now.0, now.1));
            let is_back = now.0 <= was.as_str() && now.1 >= now_score.saturating_add(BACK_BY);
            return match is_back {
                true => Judged::Over(evidence),
                // Further than what was told, or not: who looks at both knows.
                false => Judged::Firing(evidence),
            };
        }
        match graded(1) {
            Some(before) if now.0 > before.0 && !now.2.is_like(&before.2) => {
                Judged::Firing(Evidence::fall((before.0, before.1), (now.0, now.1)))
            }
            _ => Judged::Unchanged,
        }
    }

    fn silence(&self, hours: u16) -> Judged {
        // Who has never reported is not connected: that is no news.
        let Some(activity) = self.activity else {
            return Judged::Unchanged;
        };
        let evidence = Evidence::Silence {
            last_seen: rfc3339(activity.last_seen),
            hours,
        };
        // While the collector itself was away, or the portal paused, nobody could be heard.
        let heard = activity.last_seen.max(self.listening_since);
        let silent = self.now - heard.max(self.allowed_since);
        if silent > i64::from(hours) * HOUR_MS {
            Judged::Firing(evidence)
        } else if self.now - activity.last_seen < HOUR_MS.min(i64::from(hours) * HOUR_MS / 2) {
            Judged::Over(evidence)
        } else {
            Judged::Unchanged
        }
    }

    fn p75(&self, reading: Reading, limit: Ms, hours: u16) -> Result<Judged, Unreadable> {
        let of = |block: &Aggregate| -> Option<u32> {
            let distribution: &Distribution = match reading {
                Reading::Lcp => &block.lcp,
                Reading::Inp => &block.inp,
                Reading::ServerWait => &block.server_wait,
            };
            let [p75] = distribution.percentiles([75])?;
            (distribution.sample().effective() >= self.min_views).then_some(p75)
        };
        let limit_tenths = f64::from(limit.tenths());
        self.each_block(
            hours,
            limit_tenths,
            |b| of(b).map(f64::from),
            |tenths| Evidence::p75(reading, Ms::from_tenths(tenths as u32), limit, hours),
        )
    }

    fn share(&self, of: Share, limit: u8, hours: u16) -> Result<Judged, Unreadable> {
        let percent = |block: &Aggregate| {
            let views = &block.views;
            let part = match of {
                Share::Errors => block.errors.views,
                Share::Losses => views.abandoned + views.blocked,
            };
            (views.began >= self.min_views.max(1)).then(|| part as f64 * 100.0 / views.began as f64)
        };
        self.each_block(hours, f64::from(limit), percent, |percent| {
            Evidence::Share {
                of,
                percent: (percent * 10.0).round() / 10.0,
                limit_percent: limit,
                hours,
            }
        })
    }

    /// Firing where each block is over the limit, over where each is well under it.
    fn each_block(
        &self,
        hours: u16,
        limit: f64,
        value: impl Fn(&Aggregate) -> Option<f64>,
        evidence: impl Fn(f64) -> Evidence,
    ) -> Result<Judged, Unreadable> {
        let end = hour_of(self.now);
        let from = hour_of(self.allowed_since);
        let is_enough = |block: &Aggregate| value(block).is_some();
        let blocks = blocks(self.store, self.entry, from..end, hours, is_enough)?;
        let Some(blocks) = blocks else {
            return Ok(Judged::Unchanged);
        };
        let values: Vec<f64> = blocks.iter().filter_map(value).collect();
        let Some(&latest) = values.first() else {
            return Ok(Judged::Unchanged);
        };
        Ok(if values.iter().all(|value| *value > limit) {
            Judged::Firing(evidence(latest))
        } else if values.iter().all(|value| *value <= limit * OVER_AT) {
            Judged::Over(evidence(latest))
        } else {
            Judged::Unchanged
        })
    }
}
