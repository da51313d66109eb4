//! All portals beside each other.

use std::cmp::Reverse;
use std::ops::Range;

use nhip_protocol::code::Code;
use nhip_protocol::grade::PROFILE;
use serde::Serialize;
use utoipa::ToSchema;

use crate::clock::{UnixMs, rfc3339, whole_hours};
use crate::portals::{Entry, Registry, Status};
use crate::question;
use crate::rollup::{Aggregate, Filter, ViewCounts};
use crate::store::{Store, Unreadable};
use crate::summary::{Certainty, Load, Paint, Response, Stability, Summary};

/// An entry of the registry with what is known of it.
pub struct Standing {
    pub entry: Entry,
    pub status: Status,
    pub last_seen: Option<UnixMs>,
    /// `None`: it has never reported, so there is nothing to sum up.
    pub summary: Option<Summary>,
    /// Among those that are graded; chance alone may have made the difference to others of the same rank.
    pub rank: Option<usize>,
}

/// Every portal, and all of them together.
pub struct Standings {
    pub portals: Vec<Standing>,
    pub country: Country,
}

/// The views of all portals together, each view counting alike: percentiles by weight. Not graded: a grade is a portal's.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Country {
    pub views: ViewCounts,
    pub load: Load,
    pub response: Response,
    pub stability: Stability,
    pub paint: Paint,
}

/// Every entry of `today`: those that report first, the best first; then the rest by code. Blocks.
pub fn standings(
    store: &dyn Store,
    registry: &Registry,
    window: &Range<UnixMs>,
    today: UnixMs,
    min_views: u64,
) -> Result<Standings, Unreadable> {
    let activity = store.activity()?;
    let heard: Vec<Code> = activity.keys().cloned().collect();
    let mut totals = question::totals(store, &heard, &whole_hours(window), &Filter::default())?;
    let mut all = Aggregate::default();
    let standing = |entry: &Entry| {
        let active = activity.get(&entry.code);
        let summary = totals.remove(&entry.code).map(|total| {
            let aggregate = total.counted(entry.count_automated());
            all.merge_readings(&aggregate);
            Summary::new(entry.code.clone(), window, &aggregate, min_views)
        });
        Standing {
            entry: entry.clone(),
            status: Status::of(active, today),
            last_seen: active.map(|active| active.last_seen),
            summary,
            rank: None,
        }
    };
    let mut league: Vec<Standing> = registry.of_today(today).map(standing).collect();
    league.sort_by_key(|standing| {
        let score = standing.summary.as_ref().map(|summary| summary.score);
        (Reverse(score), standing.entry.code.clone())
    });
    rank(&mut league);
    Ok(Standings {
        portals: league,
        country: Country::of(&all),
    })
}

impl Country {
    fn of(all: &Aggregate) -> Country {
        Country {
            views: all.views,
            load: Load::of(all),
            response: Response::of(all),
            stability: Stability::of(all),
            paint: Paint::of(all),
        }
    }
}

/// The first whose score differs from its rank's best by more than chance begins the next rank.
fn rank(league: &mut [Standing]) {
    let mut first: Option<(usize, Certainty)> = None;
    for (at, standing) in league.iter_mut().enumerate() {
        let graded = standing.summary.as_ref().filter(|it| it.score.is_some());
        let Some(certainty) = graded.map(|it| it.certainty) else {
            continue;
        };
        let (rank, _) = *match &mut first {
            Some(first) if first.1.is_like(&certainty) => first,
            first => first.insert((at + 1, certainty)),
        };
        standing.rank = Some(rank);
    }
}

/// `GET /v1/league`, and a month that was frozen.
#[derive(Serialize, ToSchema)]
pub struct League {
    pub from: String,
    pub to: String,
    pub profile: &'static str,
    pub min_views: u64,
    pub coverage: Coverage,
    /// Absent of months that were frozen before it was told.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub country: Option<Country>,
    pub portals: Vec<Line>,
}

/// How many portals of the registry report.
#[derive(Clone, Copy, Debug, Default, Serialize, ToSchema)]
pub struct Coverage {
    pub connected: usize,
    pub silent: usize,
    pub waiting: usize,
    pub registered: usize,
}

#[derive(Serialize, ToSchema)]
#[schema(as = LeagueLine)]
pub struct Line {
    #[schema(value_type = String)]
    pub portal: Code,
    pub name: String,
    pub name_en: Option<String>,
    pub status: &'static str,
    pub since: Option<String>,
    pub last_seen: Option<String>,
    /// Equal where chance alone may have made the difference; `null`: not graded.
    pub rank: Option<usize>,
    /// `null`: it has never reported.
    pub summary: Option<Summary>,
}

impl Coverage {
    pub fn of(league: &[Standing]) -> Coverage {
        let mut coverage = Coverage::default();
        for standing in league {
            coverage.push(standing.status);
        }
        coverage
    }

    pub fn push(&mut self, status: Status) {
        self.registered += 1;
        match status {
            Status::Connected { .. } => self.connected += 1,
            Status::Silent { .. } => self.silent += 1,
            Status::Waiting => self.waiting += 1,
        }
    }
}

impl League {
    /// Without what is not public of a portal.
    pub fn new(window: &Range<UnixMs>, min_views: u64, standings: Standings) -> League {
        let Standings { portals, country } = standings;
        League {
            from: rfc3339(window.start),
            to: rfc3339(window.end),
            profile: PROFILE,
            min_views,
            coverage: Coverage::of(&portals),
            country: Some(country),
            portals: portals.into_iter().map(Line::from).collect(),
        }
    }

    /// Says of a past window whether each portal reported in it, and nothing of what came since.
    #[must_use]
    pub fn as_of_its_window(mut self) -> League {
        let mut coverage = Coverage::default();
        for line in &mut self.portals {
            let views = line.summary.as_ref().map(|summary| &summary.views);
            let status = match views {
                Some(views) if views.began + views.automated + views.surplus > 0 => {
                    Status::Connected { since: 0 }
                }
                Some(_) => Status::Silent { since: 0 },
                None => Status::Waiting,
            };
            coverage.push(status);
            line.status = status.name();
            (line.since, line.last_seen) = (None, None);
        }
        self.coverage = coverage;
        self
    }

    pub fn graded(&self) -> usize {
        let grades = self.portals.iter().filter_map(|line| line.summary.as_ref());
        grades.filter(|summary| summary.grade.is_some()).count()
    }
}

impl From<Standing> for Line {
    fn from(standing: Standing) -> Line {
        Line {
            portal: standing.entry.code,
            name: standing.entry.name,
            name_en: standing.entry.name_en,
            status: standing.status.name(),
            since: standing.status.since().map(rfc3339),
            last_seen: standing.last_seen.map(rfc3339),
            rank: standing.rank,
            summary: standing.summary.map(Summary::public),
        }
    }
}
