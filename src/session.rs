//! One page view: signals in, a snapshot out. The numbered rules are those of `docs/measuring.md`.

use nhip_protocol::check::{Check, Verdict};
use nhip_protocol::grade::{self, Grade};
use nhip_protocol::metric;
use nhip_protocol::report::{Dropped, Layout, Nav, Response, Snapshot, Viewport};
use nhip_protocol::unit::Cls;

use crate::measure::layout::LayoutShifts;
use crate::measure::load::{LoadTime, believe};
use crate::measure::response::{InteractionCount, Interactions};
use crate::measure::viewport::layout_stability;
use crate::signal::{Signal, Start};

pub struct Session {
    start: Start,
    /// Entries from before this moment belong to the view before.
    began: f64,
    load: LoadTime,
    layout: LayoutShifts,
    interactions: Interactions,
    viewport: Option<Viewport<u32>>,
}

impl Session {
    pub fn new(start: Start) -> Session {
        Session {
            start,
            began: 0.0,
            load: LoadTime::new(start),
            layout: LayoutShifts::default(),
            interactions: Interactions::default(),
            viewport: None,
        }
    }

    /// `count` is the browser's count of interactions at this moment.
    pub fn push(&mut self, signal: Signal, count: InteractionCount) {
        match signal {
            Signal::Navigation(navigation) => self.load.navigation(navigation),
            Signal::FirstPaint { at } => self.load.first_paint(at),
            Signal::LargestPaint { at } => self.load.largest_paint(at),
            Signal::LoadSettled => self.load.settle(),
            Signal::Shift {
                at,
                score,
                had_recent_input,
            } => {
                if at >= self.began {
                    self.layout.push(at, score, had_recent_input);
                }
            }
            Signal::Event {
                at,
                duration,
                interaction_id,
                is_first_input,
            } => {
                if at >= self.began && self.start.supports.interactions {
                    self.interactions
                        .push(interaction_id, duration, is_first_input);
                }
            }
            Signal::Hidden { at } => self.load.hidden(at),
            Signal::Viewport(viewport) => self.viewport = Some(viewport),
            Signal::Restored { at } => self.restart(at, count),
            Signal::Painted { after } => self.load.painted(after),
        }
    }

    pub fn snapshot(&self, count: InteractionCount) -> Snapshot {
        let mut dropped = Dropped::default();
        let cls = self.cls();
        let mut viewport = self.viewport.clone();
        if let Some(viewport) = &mut viewport {
            viewport.checks[Check::LayoutStability] = Some(layout_stability(cls));
        }
        let load = self.load.value(&mut dropped);
        let server_wait = self.load.server_wait(&mut dropped);
        let inp = self
            .interactions
            .value(count)
            .and_then(|ms| believe(metric::INP.max, ms, &mut dropped.inp));
        Snapshot {
            load,
            response: Response { inp, server_wait },
            layout: Layout { cls },
            viewport,
            dropped,
        }
    }

    /// Shifts count once the page was painted; a page loaded in the background has no CLS.
    fn cls(&self) -> Option<Cls> {
        (self.start.supports.layout_shift && self.load.is_painted())
            .then(|| Cls::from_f64(self.layout.value()))
            .flatten()
    }

    /// A view from the back/forward cache: what is laid out stays, all else begins again (rule 23).
    fn restart(&mut self, at: f64, count: InteractionCount) {
        let start = Start {
            nav: Nav::Bfcache,
            first_hidden: f64::INFINITY,
            activation: 0.0,
            ..self.start
        };
        *self = Session {
            began: at,
            load: LoadTime::restored(start),
            interactions: Interactions::after(count),
            viewport: self.viewport.take(),
            ..Session::new(start)
        };
    }
}

/// The grade of this one view. It needs no minimum of views and says nothing about the portal.
pub fn grade_view(snapshot: &Snapshot) -> Option<Grade> {
    let (mut pass, mut fail) = (0, 0);
    if let Some(viewport) = &snapshot.viewport {
        for (_, verdict) in viewport.checks.iter() {
            pass += u32::from(*verdict == Verdict::Pass);
            fail += u32::from(*verdict == Verdict::Fail);
        }
    }
    grade::grade_view(snapshot.load.lcp, snapshot.response.worse(), pass, fail)
}

#[cfg(test)]
#[path = "session_tests.rs"]
mod tests;
