//! A reading → who took how much of it.

use super::Evidence;
use super::link::{Link, downloading, round_trip};
use super::shares::Party::{Device, Network, Page, Server};
use super::shares::{Party, Shares};
use super::span::{Span, uncovered};
use crate::report::{Causes, Fetched, Phases};
use crate::unit::Ms;

/// What the calibration takes on the reference device, in ms for a million rounds: the machine on which
/// the recorded cases were recorded, unslowed (`docs/blame.md`).
const REFERENCE_PACE: Ms = Ms::from_tenths(43);

/// A time between two marks of a clock is off by a tick at most; so many times are added up.
const TIMES: u32 = 4;

const ANYBODY: [Party; 4] = Party::ALL;

/// The response's first byte: one round trip is the network's, the rest is the server's.
pub fn of_wait(evidence: &Evidence, wait: Ms) -> Shares {
    let mut shares = Shares::default();
    let told = evidence.causes.and_then(|causes| causes.server);
    let round_trip = evidence.load.phases.as_ref().and_then(round_trip);
    split_wait(&mut shares, wait.tenths(), round_trip, told);
    blur(&mut shares, evidence);
    shares
}

/// All of an interaction is the main thread's.
pub fn of_interaction(evidence: &Evidence, inp: Ms) -> Shares {
    let mut shares = Shares::default();
    split_work(&mut shares, inp.tenths(), pace(evidence.causes));
    blur(&mut shares, evidence);
    shares
}

pub fn of_load(evidence: &Evidence, lcp: Ms) -> Shares {
    let mut shares = Shares::default();
    let lcp = lcp.tenths();
    let load = evidence.load;
    let (Some(ttfb), Some(phases), true) = (
        load.ttfb.map(Ms::tenths),
        load.phases.as_ref(),
        evidence.waited,
    ) else {
        shares.add(&ANYBODY, lcp);
        return shares;
    };
    let ttfb = ttfb.min(lcp);
    let told = evidence.causes.and_then(|causes| causes.server);
    until_first_byte(&mut shares, phases, ttfb, told);
    after_first_byte(&mut shares, evidence, phases, lcp - ttfb);
    blur(&mut shares, evidence);
    shares
}

fn until_first_byte(shares: &mut Shares, phases: &Phases<Ms>, ttfb: u32, told: Option<Ms>) {
    let before = shares.total();
    let tenths = |phase: Option<Ms>| phase.map_or(0, Ms::tenths);
    shares.add(
        &[Network],
        tenths(phases.dns) + tenths(phases.connect) + tenths(phases.tls),
    );
    split_wait(shares, tenths(phases.wait), round_trip(phases), told);
    // Of a redirect nobody knows the parts, of what comes between the phases not even what it was.
    let told = shares.total() - before;
    shares.add(&ANYBODY, ttfb.saturating_sub(told));
}

/// `window` is the time from the first byte to LCP. What happened in it at the same time is told of
/// what LCP waited for: its resource, then what blocked rendering, then the document, then the main
/// thread.
fn after_first_byte(shares: &mut Shares, evidence: &Evidence, phases: &Phases<Ms>, window: u32) {
    let causes = evidence.causes;
    let Some(causes) = causes.filter(|causes| causes.render_delay.is_some()) else {
        shares.add(&ANYBODY, window);
        return;
    };
    let (resource, blocking) = (causes.resource.as_ref(), causes.blocking.as_ref());
    let link = Link::of(phases, causes);
    let download = phases.download.map_or(0, Ms::tenths);
    let spans = [
        span(resource, window),
        span(blocking, window),
        (0, download.min(window)),
    ];
    let mut document = Shares::default();
    link.transfer(&mut document, download, causes.bytes);
    // Of each, what else was on its way.
    let of = |fetched: Option<&Fetched>, other: Option<&Fetched>| {
        let others = [(0, download), other.map_or((0, 0), downloading)];
        fetched.map(|fetched| link.parts(fetched, &others))
    };
    let parts = [
        of(resource, blocking),
        of(blocking, resource),
        Some(document),
    ];
    for (index, part) in parts.into_iter().enumerate() {
        if let Some(part) = part {
            let alone = uncovered(spans[index], &spans[..index]);
            shares.add_scaled(&part, alone, part.total());
        }
    }
    let gap = uncovered((0, window), &spans);
    if blocking.is_none() {
        // The browser does not say what blocked: anything may have.
        shares.add(&ANYBODY, gap);
        return;
    }
    // Work may have gone on beside what was waited for; that much of it did not. Where the browser
    // tells of no work, all or none of the gap may be.
    let busy = causes.busy.map(Ms::tenths);
    let surely = busy.map_or(0, |busy| busy.saturating_sub(window - gap).min(gap));
    let maybe = busy.map_or(gap, |busy| busy.min(gap)) - surely;
    split_work(shares, surely, pace(Some(causes)));
    let device = device_part(maybe, pace(Some(causes)));
    shares.add(&[Page, Device], device);
    shares.add(&[Page], gap - surely - device);
}

fn split_wait(shares: &mut Shares, wait: u32, round_trip: Option<u32>, told: Option<Ms>) {
    match (told, round_trip) {
        (Some(told), _) => {
            let server = told.tenths().min(wait);
            let way = (wait - server).min(round_trip.unwrap_or(wait));
            shares.add(&[Server], server);
            shares.add(&[Network], way);
            shares.add(&[Network, Server], wait - server - way);
        }
        (None, Some(round_trip)) => {
            let way = wait.min(round_trip);
            shares.add(&[Network], way);
            shares.add(&[Server], wait - way);
        }
        (None, None) => shares.add(&[Network, Server], wait),
    }
}

/// Main-thread time: what a device of reference speed would have needed is the page's.
fn split_work(shares: &mut Shares, work: u32, pace: Option<u32>) {
    let device = device_part(work, pace);
    let whose: &[Party] = match pace {
        Some(_) => &[Device],
        None => &[Page, Device],
    };
    shares.add(whose, device);
    shares.add(&[Page], work - device);
}

/// All of it where the pace is not told.
fn device_part(work: u32, pace: Option<u32>) -> u32 {
    let Some(pace) = pace else {
        return work;
    };
    let reference = u64::from(REFERENCE_PACE.tenths());
    let page = u64::from(work) * reference / u64::from(pace).max(reference);
    work - page as u32
}

fn pace(causes: Option<&Causes>) -> Option<u32> {
    Some(causes?.pace?.tenths())
}

/// Times are no better than the clock that took them.
fn blur(shares: &mut Shares, evidence: &Evidence) {
    let tick = evidence.causes.and_then(|causes| causes.tick);
    if let Some(tick) = tick {
        shares.add(&ANYBODY, tick.tenths() * TIMES);
    }
}

/// A resource's time in the window: from when it was asked for until it was there.
fn span(fetched: Option<&Fetched>, window: u32) -> Span {
    fetched.map_or((0, 0), |fetched| {
        let delay = fetched.delay.tenths();
        (
            delay.min(window),
            (delay + fetched.duration.tenths()).min(window),
        )
    })
}
