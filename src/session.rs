//! One page view after another: signals in, a snapshot out. The numbered rules are those of
//! `docs/measuring.md`.

use std::borrow::Borrow;
use std::mem::MaybeUninit;

use nhip_protocol::check::{Check, Verdict};
use nhip_protocol::grade::grade_view;
use nhip_protocol::metric::{self, Disbelief, LARGEST_CLS};
use nhip_protocol::report::Nav;
use nhip_protocol::unit::Cls;

use crate::measure::layout::LayoutShifts;
use crate::measure::load::LoadTime;
use crate::measure::response::{InteractionCount, Interactions};
use crate::measure::viewport::{Findings, layout_stability};
use crate::signal::{Navigation, Signal, Start};
use crate::snapshot::{Audit, Snapshot, believe};

pub struct Session {
    start: Start,
    /// Entries from before this moment belong to the view before.
    began: f64,
    /// The interaction that led to this view belongs to the view before, too.
    led_here: u32,
    /// The page was painted before this view began.
    was_painted: bool,
    load: LoadTime,
    layout: LayoutShifts,
    interactions: Interactions,
    audit: Audit,
    /// What was told last. It is told where it lies: to move so many numbers costs more than to
    /// write them.
    told: MaybeUninit<Snapshot>,
}

impl Session {
    pub const fn new(start: Start) -> Session {
        Session {
            start,
            began: 0.0,
            led_here: 0,
            was_painted: false,
            load: LoadTime::new(start),
            layout: LayoutShifts::NONE,
            interactions: Interactions::NONE,
            audit: Audit::UNTOLD,
            told: MaybeUninit::uninit(),
        }
    }

    #[inline(always)]
    pub fn push(&mut self, signal: Signal) {
        match signal {
            // Not of a view that began later.
            Signal::FirstPaint { at } if self.start.nav.loads() => self.load.first_paint(at),
            Signal::LargestPaint { at } if self.start.nav.loads() => self.load.largest_paint(at),
            Signal::InteractionPaint { at, interaction_id } if interaction_id == self.led_here => {
                self.load.largest_paint(at);
            }
            Signal::LoadSettled => self.load.settle(),
            Signal::Shift {
                at,
                score,
                had_recent_input,
            } if at >= self.began => self.layout.push(at, score, had_recent_input),
            Signal::Event {
                at,
                duration,
                interaction_id,
                is_first_input,
            } if at >= self.began && interaction_id != self.led_here => {
                self.interactions
                    .push(interaction_id, duration, is_first_input);
            }
            Signal::Hidden { at } => self.load.hidden(at),
            Signal::Restored { at, count } => self.renew(Nav::Bfcache, at, count),
            Signal::Painted { after } => self.load.painted(after),
            Signal::Soft { at, count } => self.renew(Nav::Soft, at, count),
            Signal::SoftPaint {
                at,
                painted,
                interaction_id,
            } => {
                self.led_here = interaction_id;
                self.load.soft_paint(at, painted);
            }
            _ => {}
        }
    }

    /// The navigation's timing entry, as far as it is known by now.
    pub fn navigation(&mut self, navigation: impl Borrow<Navigation>) {
        self.load.navigation(navigation);
    }

    /// What the viewport checks found.
    pub fn audited(&mut self, findings: &Findings) {
        findings.tell(&mut self.audit);
    }

    /// A new view in a page that was there before.
    fn renew(&mut self, nav: Nav, at: f64, count: InteractionCount) {
        let start = Start {
            nav,
            first_hidden: f64::INFINITY,
            activation: at,
            ..self.start
        };
        self.begin(start, at, count);
    }

    /// The page's own view, or one that began at `at` in a page that was there before. Of a page that
    /// comes back, what is laid out stays (rule 23); another page of an application is painted when
    /// the page was. All else begins again.
    #[inline(always)]
    pub fn begin(&mut self, start: Start, at: f64, count: InteractionCount) {
        self.start = start;
        self.start_over(at, count);
    }

    #[inline(never)]
    fn start_over(&mut self, at: f64, count: InteractionCount) {
        let was_painted = self.was_painted || self.load.is_painted();
        if self.start.nav != Nav::Bfcache {
            self.audit = Audit::UNTOLD;
        }
        let (start, audit) = (self.start, self.audit);
        *self = Session {
            began: at,
            interactions: Interactions::after(count),
            ..Session::new(start)
        };
        self.audit = audit;
        self.was_painted = was_painted && self.start.nav == Nav::Soft;
    }

    /// What was measured so far. `count` is the browser's count of interactions at this moment.
    pub fn snapshot(&mut self, count: InteractionCount) -> &Snapshot {
        let mut cls = self.cls();
        let told = self.told.write(Snapshot::UNTOLD);
        told.audit = self.audit;
        self.load.tell(told);
        if let Some(ms) = self.interactions.value(count) {
            believe(metric::INP.max, ms, &mut told.inp, &mut told.dropped.inp);
        }
        if cls > Some(LARGEST_CLS) {
            told.dropped.cls.choose(Disbelief::TooLong as u8);
            cls = None;
        }
        told.shifted(cls);
        // It follows CLS for as long as the page lives.
        if told.audit.width.told().is_some() {
            told.audit
                .decide(Check::LayoutStability, layout_stability(cls));
        }
        told.graded(grade_view(
            told.load(),
            told.worse_response(),
            told.audit.count(Verdict::Pass),
            told.audit.count(Verdict::Fail),
        ));
        told
    }

    /// Shifts count once the page was painted; a page loaded in the background has no CLS.
    fn cls(&self) -> Option<Cls> {
        let is_painted = self.was_painted || self.load.is_painted();
        (self.start.supports.layout_shift && is_painted)
            .then(|| Cls::from_f64(self.layout.value()))
            .flatten()
    }
}

#[cfg(test)]
#[path = "session_tests.rs"]
mod tests;
