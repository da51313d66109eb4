//! Load time: LCP, FCP, TTFB, the phases of the navigation, and `loadEventEnd` where a browser has
//! no LCP. Rules 1 to 5, 19 to 22 of the measuring rules in `docs/reference.md`.

use nhip_protocol::metric::{self, Disbelief, Metric};
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
    /// A view from the back/forward cache: when it was painted, from when it was restored.
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
            restored_paint: None,
        }
    }

    /// A view from the back/forward cache: FCP = LCP = `paint`, TTFB 0 (rule 23).
    pub fn restored(start: Start, paint: f64) -> LoadTime {
        LoadTime {
            restored_paint: Some(paint),
            ..LoadTime::new(start)
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
        if let Some(paint) = self.restored_paint {
            return Load {
                lcp: self
                    .start
                    .supports
                    .largest_paint
                    .then(|| believe(metric::LCP, paint, &mut dropped.lcp))
                    .flatten(),
                fcp: believe(metric::FCP, paint, &mut dropped.fcp),
                ttfb: Some(Ms::whole(0)),
                ..Load::default()
            };
        }
        // Times of a prerendered page count from when it was shown (rule 1).
        let since_shown = |at: f64| (at - self.start.activation).max(0.0);
        let mut load = Load {
            lcp: self
                .largest_paint
                .and_then(|at| believe(metric::LCP, since_shown(at), &mut dropped.lcp)),
            fcp: self
                .first_paint
                .and_then(|at| believe(metric::FCP, since_shown(at), &mut dropped.fcp)),
            ..Load::default()
        };
        if let Some(navigation) = &self.navigation {
            let response_start = since_shown(navigation.response_start);
            load.ttfb = believe(metric::TTFB, response_start, &mut dropped.ttfb);
            // 0 until the load event has ended.
            if navigation.load_end != 0.0 {
                let load_end = since_shown(navigation.load_end);
                load.loaded = believe(metric::LOADED, load_end, &mut dropped.loaded);
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
        believe(metric::SERVER_WAIT, wait, &mut dropped.server_wait)
    }
}

/// The phases do not overlap: `connect` ends where `tls` begins. A phase whose marks are 0 was not
/// told; one that took no time (a reused connection) has equal marks and is 0.
fn phases(n: &Navigation, dropped: &mut Dropped) -> Phases<Ms> {
    let secure = n.tls_start > 0.0;
    let connected = if secure { n.tls_start } else { n.connect_end };
    let mut phase = |told: bool, from: f64, to: f64| {
        (told && from > 0.0 && to > 0.0)
            .then(|| believe(metric::PHASE, to - from, &mut dropped.phases))
            .flatten()
    };
    Phases {
        redirect: phase(n.redirect_end > 0.0, n.redirect_start, n.redirect_end),
        dns: phase(true, n.dns_start, n.dns_end),
        connect: phase(true, n.connect_start, connected),
        tls: phase(secure, n.tls_start, n.connect_end),
        wait: phase(true, n.request_start, n.response_start),
        download: phase(true, n.response_start, n.response_end),
    }
}

/// `ms` where the metric believes it; else the reason is noted.
pub fn believe(metric: Metric, ms: f64, reason: &mut Option<Disbelief>) -> Option<Ms> {
    match metric.believe(ms) {
        Ok(value) => Some(value),
        Err(disbelief) => {
            *reason = Some(disbelief);
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use nhip_protocol::report::Nav;

    use super::*;
    use crate::signal::Supports;

    fn start(nav: Nav, first_hidden: f64, activation: f64) -> Start {
        Start {
            nav,
            first_hidden,
            activation,
            supports: Supports {
                largest_paint: true,
                layout_shift: true,
                interactions: true,
            },
        }
    }

    fn visible() -> LoadTime {
        LoadTime::new(start(Nav::Navigate, f64::INFINITY, 0.0))
    }

    fn navigation() -> Navigation {
        Navigation {
            dns_start: 5.0,
            dns_end: 17.0,
            connect_start: 17.0,
            connect_end: 77.0,
            tls_start: 40.0,
            request_start: 90.0,
            response_start: 240.3,
            response_end: 263.1,
            load_end: 1710.4,
            now: 1800.0,
            ..Navigation::default()
        }
    }

    fn value(load: &LoadTime) -> Load<Ms> {
        load.value(&mut Dropped::default())
    }

    fn ms(ms: f64) -> Option<Ms> {
        Ms::from_f64(ms)
    }

    #[test]
    fn the_last_paint_counts() {
        let mut load = visible();
        load.largest_paint(300.0);
        load.largest_paint(1200.0);
        assert_eq!(value(&load).lcp, ms(1200.0));
    }

    #[test]
    fn a_paint_counts_only_before_the_page_was_first_hidden() {
        let mut load = LoadTime::new(start(Nav::Navigate, 500.0, 0.0));
        load.first_paint(500.0);
        load.largest_paint(499.9);
        load.largest_paint(600.0);
        assert_eq!(value(&load).fcp, None, "strictly before");
        assert_eq!(value(&load).lcp, ms(499.9));
    }

    #[test]
    fn paints_after_input_or_hiding_are_ignored() {
        let mut load = visible();
        load.largest_paint(300.0);
        load.settle();
        load.largest_paint(900.0);
        assert_eq!(value(&load).lcp, ms(300.0));
    }

    #[test]
    fn a_prerendered_page_counts_from_when_it_was_shown() {
        let mut load = LoadTime::new(start(Nav::Prerender, f64::INFINITY, 1000.0));
        load.first_paint(800.0);
        load.largest_paint(1250.0);
        load.navigation(navigation());
        let value = value(&load);
        assert_eq!((value.fcp, value.lcp), (ms(0.0), ms(250.0)));
        assert_eq!(value.ttfb, ms(0.0));
        assert_eq!(value.phases, None, "the visitor waited for none of them");
        assert_eq!(load.server_wait(&mut Dropped::default()), None);
    }

    #[test]
    fn a_restored_page_has_its_own_paint_and_no_server_wait() {
        let mut load = LoadTime::restored(start(Nav::Bfcache, f64::INFINITY, 0.0), 33.4);
        load.navigation(navigation());
        let value = value(&load);
        assert_eq!((value.fcp, value.lcp), (ms(33.4), ms(33.4)));
        assert_eq!((value.ttfb, value.loaded), (ms(0.0), None));
        assert_eq!(load.server_wait(&mut Dropped::default()), None);
    }

    #[test]
    fn phases_do_not_overlap_and_what_was_not_told_is_absent() {
        let mut load = visible();
        load.navigation(navigation());
        let phases = value(&load).phases.unwrap();
        assert_eq!(phases.redirect, None);
        assert_eq!(phases.connect, ms(23.0));
        assert_eq!(phases.tls, ms(37.0));
        assert_eq!(phases.wait, ms(150.3));
        assert_eq!(load.server_wait(&mut Dropped::default()), ms(150.3));
    }

    #[test]
    fn a_response_that_never_was_or_lies_in_the_future_is_ignored() {
        for response_start in [0.0, -3.0, 1800.1] {
            let mut load = visible();
            load.navigation(Navigation {
                response_start,
                ..navigation()
            });
            assert_eq!(value(&load), Load::default(), "{response_start}");
        }
    }

    #[test]
    fn impossible_times_leave_a_reason_and_no_number() {
        let mut load = visible();
        load.largest_paint(7_200_000.0);
        load.navigation(Navigation {
            request_start: 250.0,
            ..navigation()
        });
        let mut dropped = Dropped::default();
        assert_eq!(load.value(&mut dropped).lcp, None);
        assert_eq!(load.server_wait(&mut dropped), None);
        assert_eq!(dropped.lcp, Some(Disbelief::TooLong));
        assert_eq!(dropped.server_wait, Some(Disbelief::Negative));
    }
}
