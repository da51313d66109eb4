//! Where the widget and the reference differ for a known reason: each for one metric of one view of
//! one scenario, and only if each told what is written here.

use crate::visit::{Metric, Visit};

/// What one of the two told.
#[derive(Clone, Copy, Debug)]
pub enum Told {
    Absent,
    Is(f64),
    AtLeast(f64),
    /// What the raw facts say.
    Fact(fn(&Visit) -> f64),
}

impl Told {
    fn fits(self, visit: &Visit, value: Option<f64>) -> bool {
        match (self, value) {
            (Told::Absent, value) => value.is_none(),
            (Told::Is(expected), value) => value == Some(expected),
            (Told::AtLeast(least), value) => value >= Some(least),
            (Told::Fact(fact), Some(value)) => (fact(visit) - value).abs() <= 1.0,
            (Told::Fact(_), None) => false,
        }
    }
}

pub struct Known {
    pub scenario: &'static str,
    /// Counted over the whole visit.
    pub view: usize,
    pub metric: Metric,
    pub ours: Told,
    pub reference: Told,
    pub why: &'static str,
}

const NO_LOAD_EVENT: &str = "the reference tells TTFB after the load event only";

const NOT_YET_IDLE: &str = "what waits for an idle moment when the page is hidden is looked at by the \
    reference after its last report";

const NO_MODULE: &str = "shifts are the module's; a view that was left before it came has no CLS";

const NO_CORE: &str = "what a view had painted when it was left before it was measured is no load time, and \
    the loader has no room to tell it";

const HIDDEN_BEFORE_FRAME: &str = "the reference does not ask whether a restored view was hidden before its \
    first paint (rules 3 and 6)";

pub const KNOWN: &[Known] = &[
    Known {
        scenario: "response-in-the-future-then-left",
        view: 0,
        metric: Metric::Lcp,
        ours: Told::Absent,
        reference: Told::AtLeast(0.0),
        why: NO_CORE,
    },
    Known {
        scenario: "prerendered-then-left",
        view: 0,
        metric: Metric::Lcp,
        ours: Told::Absent,
        reference: Told::AtLeast(0.0),
        why: NO_CORE,
    },
    Known {
        scenario: "left-before-module",
        view: 0,
        metric: Metric::Lcp,
        ours: Told::Absent,
        reference: Told::AtLeast(0.0),
        why: NO_CORE,
    },
    Known {
        scenario: "restored-before-module",
        view: 0,
        metric: Metric::Lcp,
        ours: Told::Absent,
        reference: Told::AtLeast(0.0),
        why: NO_CORE,
    },
    Known {
        scenario: "load-never-comes",
        view: 0,
        metric: Metric::Ttfb,
        ours: Told::Fact(|visit| visit.facts[0].response_start),
        reference: Told::Absent,
        why: NO_LOAD_EVENT,
    },
    Known {
        scenario: "left-before-module",
        view: 0,
        metric: Metric::Ttfb,
        ours: Told::Fact(|visit| visit.facts[0].response_start),
        reference: Told::Absent,
        why: NO_LOAD_EVENT,
    },
    Known {
        scenario: "left-before-module",
        view: 0,
        metric: Metric::Cls,
        ours: Told::Absent,
        reference: Told::Is(0.0),
        why: NO_MODULE,
    },
    Known {
        scenario: "response-in-the-future-then-left",
        view: 0,
        metric: Metric::Cls,
        ours: Told::Absent,
        reference: Told::Is(0.0),
        why: NO_MODULE,
    },
    Known {
        scenario: "prerendered-then-left",
        view: 0,
        metric: Metric::Cls,
        ours: Told::Absent,
        reference: Told::Is(0.0),
        why: NO_MODULE,
    },
    Known {
        scenario: "restored-before-module",
        view: 0,
        metric: Metric::Cls,
        ours: Told::Absent,
        reference: Told::Is(0.0),
        why: NO_MODULE,
    },
    Known {
        scenario: "restored-then-hidden-at-once",
        view: 1,
        metric: Metric::Lcp,
        ours: Told::Absent,
        reference: Told::AtLeast(600.0),
        why: HIDDEN_BEFORE_FRAME,
    },
    Known {
        scenario: "restored-then-hidden-at-once",
        view: 1,
        metric: Metric::Fcp,
        ours: Told::Absent,
        reference: Told::AtLeast(600.0),
        why: HIDDEN_BEFORE_FRAME,
    },
    Known {
        scenario: "restored-then-hidden-at-once",
        view: 1,
        metric: Metric::Cls,
        ours: Told::Absent,
        reference: Told::Is(0.0),
        why: HIDDEN_BEFORE_FRAME,
    },
    Known {
        scenario: "hidden-before-idle",
        view: 0,
        metric: Metric::Inp,
        ours: Told::Fact(|visit| visit.facts[0].longest_interaction()),
        reference: Told::Absent,
        why: NOT_YET_IDLE,
    },
    // Of the two entries the first was looked at in time: then the visit is weak.
    Known {
        scenario: "hidden-before-idle",
        view: 0,
        metric: Metric::Inp,
        ours: Told::Fact(|visit| visit.facts[0].longest_interaction()),
        reference: Told::Fact(|visit| visit.facts[0].firsts()),
        why: NOT_YET_IDLE,
    },
    // Only if the entry was delivered before the page was hidden; then the visit is weak.
    Known {
        scenario: "pending-fast-first-input",
        view: 0,
        metric: Metric::Inp,
        ours: Told::Fact(|visit| visit.facts[0].firsts()),
        reference: Told::Absent,
        why: NOT_YET_IDLE,
    },
    Known {
        scenario: "restored-fast-click",
        view: 1,
        metric: Metric::Inp,
        ours: Told::Absent,
        reference: Told::Is(8.0),
        why: "the reference makes up 8 ms for a restored view with only fast interactions",
    },
    Known {
        scenario: "soft-fast-interaction",
        view: 1,
        metric: Metric::Inp,
        ours: Told::Absent,
        reference: Told::Is(8.0),
        why: "the reference makes up 8 ms for a soft navigation with only fast interactions",
    },
    Known {
        scenario: "soft-held-key",
        view: 1,
        metric: Metric::Inp,
        ours: Told::Absent,
        reference: Told::Fact(|visit| visit.facts[0].longest("keyup")),
        why: "of the interaction that led to a page, the reference counts what came after the paint to \
            that page; it is the page's before, which was told by then",
    },
];

/// The first that says what was told.
pub fn find(scenario: &str, visit: &Visit, view: usize, metric: Metric) -> Option<&'static Known> {
    let segment = visit.segments.get(view)?;
    KNOWN.iter().find(|known| {
        (known.scenario, known.view, known.metric) == (scenario, view, metric)
            && known.ours.fits(visit, segment.ours.of(metric))
            && known.reference.fits(visit, segment.reference.of(metric))
    })
}
