//! Load time: LCP, FCP, TTFB, the phases of the navigation, and `loadEventEnd` where a browser has
//! no LCP. Rules 1 to 5, 19 to 23 of `docs/measuring.md`.

use nhip_protocol::metric::{self, Disbelief};
use nhip_protocol::report::{Dropped, Load, Phases};
use nhip_protocol::unit::Ms;

use crate::signal::{Navigation, Start};

pub struct LoadTime {
    start: Start,
    /// As the browser gave it, from the time origin.
    first_paint: Option<f64>,
    largest_paint: Option<f64>,
    settled: bool,
    navigation: Option<Navigation>,
    /// The view came from the back/forward cache.
    restored: bool,
    /// Such a view's paint, from when it was restored.
    restored_paint: Option<f64>,
}

impl LoadTime {
    pub fn new(start: Start) -> LoadTime {
        LoadTime {
            start,
            first_paint: None,
            largest_paint: None,
            settled: false,
            navigation: None,
            restored: false,
            restored_paint: None,
        }
    }

    /// A view from the back/forward cache: FCP = LCP = its paint, TTFB 0 (rule 23).
    pub fn restored(start: Start) -> LoadTime {
        LoadTime {
            restored: true,
            ..LoadTime::new(start)
        }
    }

    pub fn painted(&mut self, after: f64) {
        self.restored_paint = Some(after);
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

    /// Chromium goes on emitting after a page was hidden and came back; we don't.
    pub fn settle(&mut self) {
        self.settled = true;
    }

    pub fn hidden(&mut self, at: f64) {
        self.start.first_hidden = self.start.first_hidden.min(at);
        self.settle();
    }

    /// An entry without a response, or with one in the future, is ignored (rule 22).
    pub fn navigation(&mut self, navigation: Navigation) {
        if navigation.response_start > 0.0 && navigation.response_start <= navigation.now {
            self.navigation = Some(navigation);
        }
    }

    /// Whether FCP is known, which is when layout shifts begin to count (rule 6).
    pub fn is_painted(&self) -> bool {
        self.first_paint.is_some() || self.restored_paint.is_some()
    }

    /// The readings; those that can't be believed are noted in `dropped` instead.
    pub fn value(&self, dropped: &mut Dropped) -> Load<Ms> {
        if self.restored {
            let paint = self
                .restored_paint
                .and_then(|paint| believe(metric::FCP.max, paint, &mut dropped.fcp));
            return Load {
                lcp: paint.filter(|_| self.start.supports.largest_paint),
                fcp: paint,
                ttfb: Some(Ms::whole(0)),
                ..Load::default()
            };
        }
        // Times of a prerendered page count from when it was shown (rule 1).
        let since_shown = |at: f64| match self.start.activation > 0.0 && at >= 0.0 {
            true => (at - self.start.activation).max(0.0),
            // A clock that ran backwards must not become the best of values.
            false => at,
        };
        let mut load = Load {
            lcp: self
                .largest_paint
                .and_then(|at| believe(metric::LCP.max, since_shown(at), &mut dropped.lcp)),
            fcp: self
                .first_paint
                .and_then(|at| believe(metric::FCP.max, since_shown(at), &mut dropped.fcp)),
            ..Load::default()
        };
        if let Some(navigation) = &self.navigation {
            let response_start = since_shown(navigation.response_start);
            load.ttfb = believe(metric::TTFB.max, response_start, &mut dropped.ttfb);
            // 0 until the load event has ended.
            if navigation.load_end != 0.0 {
                let load_end = since_shown(navigation.load_end);
                load.loaded = believe(metric::LOADED.max, load_end, &mut dropped.loaded);
            }
            if self.start.nav.waited_for_server() {
                load.phases = Some(phases(navigation, dropped));
            }
        }
        load
    }

    /// `responseStart − requestStart` of a navigation for which the visitor waited.
    pub fn server_wait(&self, dropped: &mut Dropped) -> Option<Ms> {
        let navigation = self.navigation?;
        if !self.start.nav.waited_for_server() || navigation.request_start <= 0.0 {
            return None;
        }
        let wait = navigation.response_start - navigation.request_start;
        believe(metric::SERVER_WAIT.max, wait, &mut dropped.server_wait)
    }
}

/// The phases do not overlap: `connect` ends where `tls` begins. A phase whose marks are 0 was not
/// told; one that took no time (a reused connection) has equal marks and is 0.
fn phases(n: &Navigation, dropped: &mut Dropped) -> Phases<Ms> {
    let connected = match n.tls_start > 0.0 {
        true => n.tls_start,
        false => n.connect_end,
    };
    let mut phase = |from: f64, to: f64| {
        (from > 0.0 && to > 0.0)
            .then(|| believe(metric::PHASE.max, to - from, &mut dropped.phases))
            .flatten()
    };
    Phases {
        redirect: phase(n.redirect_start, n.redirect_end),
        dns: phase(n.dns_start, n.dns_end),
        connect: phase(n.connect_start, connected),
        tls: phase(n.tls_start, n.connect_end),
        wait: phase(n.request_start, n.response_start),
        download: phase(n.response_start, n.response_end),
    }
}

/// `ms` where it can be believed; else the reason is noted.
#[inline(never)]
pub fn believe(max: Ms, ms: f64, reason: &mut Option<Disbelief>) -> Option<Ms> {
    match metric::believe(max, ms) {
        Ok(value) => Some(value),
        Err(disbelief) => {
            *reason = Some(disbelief);
            None
        }
    }
}

#[cfg(test)]
#[path = "load_tests.rs"]
mod tests;
