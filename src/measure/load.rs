//! Load time: LCP, FCP, TTFB, the phases of the navigation, and `loadEventEnd` where a browser has
//! no LCP. Rules 1 to 5, 19 to 23 of `docs/measuring.md`.

use std::borrow::Borrow;

use nhip_protocol::metric;
use nhip_protocol::report::Nav;
use nhip_protocol::unit::Ms;

use crate::signal::{Navigation, Start};
use crate::snapshot::{Phases, Reading, Snapshot, believe};

pub struct LoadTime {
    start: Start,
    /// As the browser gave it, from the time origin.
    first_paint: Option<f64>,
    largest_paint: Option<f64>,
    settled: bool,
    /// Never read where it is not known yet.
    navigation: Navigation,
}

impl LoadTime {
    pub const fn new(start: Start) -> LoadTime {
        LoadTime {
            start,
            first_paint: None,
            largest_paint: None,
            settled: false,
            navigation: Navigation::NONE,
        }
    }

    pub fn first_paint(&mut self, at: f64) {
        if at < self.start.first_hidden {
            self.first_paint = Some(at);
        }
    }

    /// The last entry counts, not the longest: the browser emits in the order of size.
    pub fn largest_paint(&mut self, at: f64) {
        if !self.settled && at < self.start.first_hidden {
            self.largest_paint = Some(at);
        }
    }

    /// A page from the back/forward cache: its paint is its first and its largest (rule 23).
    pub fn painted(&mut self, after: f64) {
        // A clock that ran backwards is not made good by where it started.
        let at = match after < 0.0 {
            true => after,
            false => self.start.activation + after,
        };
        self.first_paint = Some(at);
        if self.start.supports.largest_paint {
            self.largest_paint = Some(at);
        }
        self.settle();
    }

    /// The first paint of what a soft navigation shows, waited for since `at`.
    pub fn soft_paint(&mut self, at: f64, painted: f64) {
        self.start.activation = at;
        self.first_paint(painted);
    }

    /// Chromium goes on emitting after a page was hidden and came back; we don't.
    pub fn settle(&mut self) {
        self.settled = true;
    }

    pub fn hidden(&mut self, at: f64) {
        self.start.first_hidden = self.start.first_hidden.min(at);
        self.settle();
    }

    /// An entry without a response, or with one in the future, is ignored (rule 22).
    pub fn navigation(&mut self, navigation: impl Borrow<Navigation>) {
        let navigation = navigation.borrow();
        if navigation.response_start > 0.0 && navigation.response_start <= navigation.now {
            self.navigation = *navigation;
        }
    }

    /// Whether FCP is known, which is when layout shifts begin to count (rule 6).
    pub fn is_painted(&self) -> bool {
        self.first_paint.is_some()
    }

    /// Tells the readings; of those that can't be believed, the reason.
    pub fn tell(&self, told: &mut Snapshot) {
        let dropped = &mut told.dropped;
        self.since_shown(
            metric::LCP.max,
            self.largest_paint,
            &mut told.lcp,
            &mut dropped.lcp,
        );
        self.since_shown(
            metric::FCP.max,
            self.first_paint,
            &mut told.fcp,
            &mut dropped.fcp,
        );
        let n = &self.navigation;
        if n.now == 0.0 {
            return;
        }
        // Of a soft navigation that only the page told of, nothing is known.
        if self.start.nav != Nav::Soft || self.is_painted() {
            // Nobody waited for a server.
            let at = match self.start.nav {
                Nav::Soft => self.start.activation,
                _ => n.response_start,
            };
            self.since_shown(
                metric::TTFB.max,
                Some(at),
                &mut told.ttfb,
                &mut dropped.ttfb,
            );
        }
        if self.start.nav.loads() {
            // 0 until the load event has ended.
            let at = Some(n.load_end).filter(|end| *end != 0.0);
            self.since_shown(
                metric::LOADED.max,
                at,
                &mut told.loaded,
                &mut dropped.loaded,
            );
        }
        if self.start.nav.waited_for_server() {
            let max = metric::SERVER_WAIT.max;
            let (from, to) = (n.request_start, n.response_start);
            phase(
                max,
                from,
                to,
                &mut told.server_wait,
                &mut dropped.server_wait,
            );
            tell_phases(n, &mut told.phases, &mut dropped.phases);
        }
    }

    /// Times count from when the visitor began to wait (rule 1).
    #[inline(never)]
    fn since_shown(&self, max: Ms, at: Option<f64>, reading: &mut Reading, reason: &mut Reading) {
        if let Some(at) = at {
            // A clock that ran backwards must not become the best of values.
            let since = at - self.start.activation;
            let since = match at >= 0.0 && self.start.nav != Nav::Soft {
                true => since.max(0.0),
                false => since,
            };
            believe(max, since, reading, reason);
        }
    }
}

/// The phases do not overlap: `connect` ends where `tls` begins.
fn tell_phases(n: &Navigation, told: &mut Phases, reason: &mut Reading) {
    let connected = match n.tls_start > 0.0 {
        true => n.tls_start,
        false => n.connect_end,
    };
    let max = metric::PHASE.max;
    // A redirect begins with the page's own clock, at 0.
    let since_origin = match n.redirect_start > 0.0 {
        true => n.redirect_start,
        false => f64::MIN_POSITIVE,
    };
    phase(
        max,
        since_origin,
        n.redirect_end,
        &mut told.redirect,
        reason,
    );
    phase(max, n.dns_start, n.dns_end, &mut told.dns, reason);
    phase(max, n.connect_start, connected, &mut told.connect, reason);
    phase(max, n.tls_start, n.connect_end, &mut told.tls, reason);
    phase(
        max,
        n.request_start,
        n.response_start,
        &mut told.wait,
        reason,
    );
    phase(
        max,
        n.response_start,
        n.response_end,
        &mut told.download,
        reason,
    );
}

/// A phase whose marks are 0 was not told; one that took no time (a reused connection) has equal
/// marks and is 0.
#[inline(never)]
fn phase(max: Ms, from: f64, to: f64, reading: &mut Reading, reason: &mut Reading) {
    if from > 0.0 && to > 0.0 {
        believe(max, to - from, reading, reason);
    }
}

#[cfg(test)]
#[path = "load_tests.rs"]
mod tests;
