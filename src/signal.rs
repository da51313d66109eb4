//! Everything that a browser can tell us, as plain data. Times are milliseconds of the page's own
//! clock (`performance.now()`), as the browser gave them: not yet believed.

use nhip_protocol::report::Nav;

use crate::measure::response::InteractionCount;

#[derive(Clone, Debug, PartialEq)]
pub enum Signal {
    /// `first-contentful-paint`.
    FirstPaint { at: f64 },
    /// `largest-contentful-paint`, in the order in which the browser emitted them.
    LargestPaint { at: f64 },
    /// `interaction-contentful-paint`: the largest paint so far that an interaction led to.
    InteractionPaint { at: f64, interaction_id: u32 },
    /// The visitor's first trusted click or key press: LCP is final.
    LoadSettled,
    /// `layout-shift`.
    Shift {
        at: f64,
        score: f64,
        had_recent_input: bool,
    },
    /// `event` or `first-input`.
    Event {
        at: f64,
        duration: f64,
        interaction_id: u32,
        is_first_input: bool,
    },
    /// The page was hidden.
    Hidden { at: f64 },
    /// The page came back from the back/forward cache: a new view began at `at`.
    Restored { at: f64, count: InteractionCount },
    /// A page that came back was painted after so many ms.
    Painted { after: f64 },
    /// A single-page application shows another page since `at`.
    Soft { at: f64, count: InteractionCount },
    /// The browser's own word on such a navigation: `soft-navigation`.
    SoftPaint {
        /// When the interaction that led to it began.
        at: f64,
        painted: f64,
        interaction_id: u32,
    },
}

/// What the page and its browser are like when the module starts.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Start {
    pub nav: Nav,
    /// When the page was first hidden; infinity if never.
    pub first_hidden: f64,
    /// When the visitor began to wait for this view: a prerendered page's `activationStart`, a
    /// restored page's `pageshow`, a soft navigation's interaction; 0 otherwise.
    pub activation: f64,
    pub supports: Supports,
}

/// Which entry types the browser has. Without one, its reading is absent, never 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Supports {
    pub largest_paint: bool,
    pub layout_shift: bool,
}

/// `PerformanceNavigationTiming`; 0 where the browser does not say.
/// Source: <https://www.w3.org/TR/navigation-timing-2/>.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
#[repr(C)]
pub struct Navigation {
    pub redirect_start: f64,
    pub redirect_end: f64,
    pub dns_start: f64,
    pub dns_end: f64,
    pub connect_start: f64,
    pub connect_end: f64,
    pub tls_start: f64,
    pub request_start: f64,
    pub response_start: f64,
    pub response_end: f64,
    pub load_end: f64,
    /// When this was read; 0 where nothing was.
    pub now: f64,
}

impl Navigation {
    /// Of which the browser said nothing.
    pub const NONE: Navigation = Navigation {
        redirect_start: 0.0,
        redirect_end: 0.0,
        dns_start: 0.0,
        dns_end: 0.0,
        connect_start: 0.0,
        connect_end: 0.0,
        tls_start: 0.0,
        request_start: 0.0,
        response_start: 0.0,
        response_end: 0.0,
        load_end: 0.0,
        now: 0.0,
    };
}
