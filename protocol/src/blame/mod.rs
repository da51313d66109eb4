//! Why a page view was slow: one verdict for a view over a limit, from its report alone.
//!
//! The reading that is the most times over its limit is taken apart ([`parts`]) into what network,
//! server, page and device took of it, and what cannot be told, with those whose it may be ([`shares`]).
//! A verdict holds whoever took what was not told; else it is `unknown`. The rules in words, with what
//! they gave on recorded views, are in `docs/blame.md`.

use serde::Serialize;

use crate::metric::{LOAD_LIMIT, RESPONSE_LIMIT};
use crate::report::{Causes, Kind, Load, Report, Response};
use crate::unit::Ms;

mod link;
mod parts;
mod shares;
mod span;

pub use shares::{Party, Shares};

/// The version of the rules travels with every count of verdicts.
pub const RULES: &str = "blame-1";

/// What made a view slow.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    Network,
    Server,
    Page,
    Device,
    /// No one of them by itself.
    Mixed,
    /// What cannot be told could have decided.
    Unknown,
}

impl Verdict {
    pub const COUNT: usize = 6;

    pub const ALL: [Verdict; Verdict::COUNT] = [
        Verdict::Network,
        Verdict::Server,
        Verdict::Page,
        Verdict::Device,
        Verdict::Mixed,
        Verdict::Unknown,
    ];

    /// As in the API.
    pub const fn name(self) -> &'static str {
        match self {
            Verdict::Network => "network",
            Verdict::Server => "server",
            Verdict::Page => "page",
            Verdict::Device => "device",
            Verdict::Mixed => "mixed",
            Verdict::Unknown => "unknown",
        }
    }
}

impl From<Party> for Verdict {
    fn from(party: Party) -> Verdict {
        match party {
            Party::Network => Verdict::Network,
            Party::Server => Verdict::Server,
            Party::Page => Verdict::Page,
            Party::Device => Verdict::Device,
        }
    }
}

/// The readings that have a limit, by their names in the report.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Slow {
    Lcp,
    ServerWait,
    Inp,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Blame {
    pub verdict: Verdict,
    /// The reading that it speaks of.
    pub reading: Slow,
    /// Percent of that reading, at least, that the one to blame took; of `mixed` and `unknown`, the
    /// largest share that was told.
    pub share: u8,
    /// Percent of that reading of which it could be told who took it.
    pub confidence: u8,
}

/// The verdict on a view over a limit; none on one that is under all that it could tell.
pub fn blame(report: &Report) -> Option<Blame> {
    Evidence::of(report).blame()
}

/// The part of a report that a verdict is made from: the widget has it before there is a report.
#[derive(Clone, Copy, Debug)]
pub struct Evidence<'a> {
    /// What a view that was given up had painted last is no load time.
    pub measured: bool,
    /// Whether the view waited for a server: [`Nav::waited_for_server`](crate::report::Nav).
    pub waited: bool,
    pub load: &'a Load<Ms>,
    pub response: &'a Response<Ms>,
    pub causes: Option<&'a Causes>,
}

impl<'a> Evidence<'a> {
    pub fn of(report: &'a Report) -> Evidence<'a> {
        Evidence {
            measured: matches!(report.kind, Kind::Started | Kind::Final),
            waited: report.nav.waited_for_server(),
            load: &report.load,
            response: &report.response,
            causes: report.causes.as_ref(),
        }
    }

    /// As [`blame`].
    pub fn blame(&self) -> Option<Blame> {
        let (reading, shares) = self.shares()?;
        let (verdict, share) = judge(&shares);
        Some(Blame {
            verdict,
            reading,
            share: shares.percent(share),
            confidence: shares.percent(shares.told()),
        })
    }

    /// Who took how much of the reading that a verdict speaks of.
    pub fn shares(&self) -> Option<(Slow, Shares)> {
        let (reading, value) = self.worst()?;
        let shares = match reading {
            Slow::Lcp => parts::of_load(self, value),
            Slow::ServerWait => parts::of_wait(self, value),
            Slow::Inp => parts::of_interaction(self, value),
        };
        Some((reading, shares))
    }

    /// The reading that is the most times over its limit.
    fn worst(&self) -> Option<(Slow, Ms)> {
        let lcp = self.load.lcp.filter(|_| self.measured);
        let Response { inp, server_wait } = *self.response;
        [
            (Slow::Lcp, lcp, LOAD_LIMIT),
            (Slow::ServerWait, server_wait, RESPONSE_LIMIT),
            (Slow::Inp, inp, RESPONSE_LIMIT),
        ]
        .into_iter()
        .filter_map(|(reading, value, limit)| Some((reading, value?, limit)))
        .filter(|(_, value, limit)| value >= limit)
        .max_by_key(|(_, value, limit)| {
            u64::from(value.tenths()) * 1000 / u64::from(limit.tenths())
        })
        .map(|(reading, value, _)| (reading, value))
    }
}

/// The one who took at least half, and clearly more than anybody else, whoever took what is not told.
fn judge(shares: &Shares) -> (Verdict, u32) {
    let mut verdict = Verdict::Mixed;
    let mut largest = 0;
    for party in Party::ALL {
        let (least, most) = (shares.least(party), shares.most(party));
        largest = largest.max(least);
        let others = || Party::ALL.into_iter().filter(move |other| *other != party);
        let wins = |share: u32, theirs: fn(&Shares, Party) -> u32| {
            decides(share, shares.total())
                && others().all(|other| is_clearly_more(share, theirs(shares, other)))
        };
        if wins(least, Shares::most) {
            return (party.into(), least);
        }
        if wins(most, Shares::least) {
            verdict = Verdict::Unknown;
        }
    }
    (verdict, largest)
}

/// Half of it: less could not have brought the reading far under its limit.
fn decides(share: u32, total: u32) -> bool {
    share * 2 >= total
}

/// Half as much again.
fn is_clearly_more(share: u32, other: u32) -> bool {
    share * 2 >= other * 3
}

#[cfg(test)]
#[path = "../blame_tests.rs"]
mod tests;
