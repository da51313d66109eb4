//! Why this view was slow, told where it was slow: the collector's own rules
//! ([`nhip_protocol::blame`]) in a module of their own, which the badge's menu and the panel fetch when
//! somebody asks. Numbers go in and out through its memory, as with the widget's module.

use std::cell::UnsafeCell;

use nhip_protocol::blame::{Evidence, Party, Slow};
use nhip_protocol::report::{Load, Phases, RawCauses, Response};
use nhip_protocol::unit::Ms;

/// What the script writes, in this order (`www/why/index.js`); NaN is what the browser could not tell.
pub mod slot {
    /// Whether the view waited for a server: 1 or 0.
    pub const WAITED: usize = 0;
    pub const LCP: usize = 1;
    pub const TTFB: usize = 2;
    /// redirect, dns, connect, tls, wait, download.
    pub const PHASES: usize = 3;
    pub const INP: usize = 9;
    pub const SERVER_WAIT: usize = 10;
    /// Seven marks each, as in a report's causes; the first is NaN where there is no such resource.
    pub const RESOURCE: usize = 11;
    pub const BLOCKING: usize = 18;
    pub const BUSY: usize = 25;
    /// Rounds, the milliseconds that they took, the clock's least step.
    pub const PACE: usize = 26;
    pub const SERVER: usize = 29;
    pub const COUNT: usize = 30;
}

/// What the script reads: verdict, reading, share, confidence, then the percent that each party is known
/// to have taken, in the orders of `blame::Verdict`, `blame::Slow` and `blame::Party`.
pub const ANSWERS: usize = 8;

struct Single(UnsafeCell<[f64; slot::COUNT]>);

// SAFETY: the module has no shared memory, so there is one thread.
unsafe impl Sync for Single {}

static NUMBERS: Single = Single(UnsafeCell::new([f64::NAN; slot::COUNT]));

/// Where the numbers are.
#[unsafe(no_mangle)]
extern "C" fn numbers() -> *const f64 {
    NUMBERS.0.get().cast()
}

/// Puts the answers where the numbers were; false where the view was not slow.
#[unsafe(no_mangle)]
extern "C" fn judge() -> bool {
    // SAFETY: there is one thread, the module imports nothing, so no export runs inside another.
    let numbers = unsafe { &mut *NUMBERS.0.get() };
    let Some(answers) = answer(numbers) else {
        return false;
    };
    numbers[..ANSWERS].copy_from_slice(&answers);
    true
}

/// The verdict on these numbers; none on a view that was not slow.
pub fn answer(numbers: &[f64; slot::COUNT]) -> Option<[f64; ANSWERS]> {
    let told = |at: usize| Some(numbers[at]).filter(|number| !number.is_nan());
    let ms = |at: usize| told(at).and_then(Ms::from_f64);
    let marks = |at: usize| {
        told(at)?;
        numbers[at..at + 7].try_into().ok()
    };
    let phase = |index: usize| ms(slot::PHASES + index);
    let phases = Phases {
        redirect: phase(0),
        dns: phase(1),
        connect: phase(2),
        tls: phase(3),
        wait: phase(4),
        download: phase(5),
    };
    let load = Load {
        lcp: ms(slot::LCP),
        fcp: None,
        ttfb: ms(slot::TTFB),
        loaded: None,
        phases: (0..6).any(|index| phase(index).is_some()).then_some(phases),
    };
    let response = Response {
        inp: ms(slot::INP),
        server_wait: ms(slot::SERVER_WAIT),
    };
    let causes = RawCauses {
        resource: marks(slot::RESOURCE),
        blocking: marks(slot::BLOCKING),
        busy: told(slot::BUSY),
        pace: told(slot::PACE).and_then(|_| numbers[slot::PACE..slot::PACE + 3].try_into().ok()),
        server: told(slot::SERVER),
    }
    .believe(&load);
    let evidence = Evidence {
        measured: true,
        waited: numbers[slot::WAITED] > 0.0,
        load: &load,
        response: &response,
        causes: Some(&causes),
    };
    let blame = evidence.blame()?;
    let (_, shares) = evidence.shares()?;
    let reading = match blame.reading {
        Slow::Lcp => 0,
        Slow::ServerWait => 1,
        Slow::Inp => 2,
    };
    let percent = |party| f64::from(shares.percent(shares.least(party)));
    let [network, server, page, device] = Party::ALL.map(percent);
    Some([
        f64::from(blame.verdict as u32),
        f64::from(reading),
        f64::from(blame.share),
        f64::from(blame.confidence),
        network,
        server,
        page,
        device,
    ])
}

#[cfg(test)]
mod tests {
    use nhip_protocol::blame::Verdict;

    use super::*;

    fn numbers(told: &[(usize, f64)]) -> [f64; slot::COUNT] {
        let mut numbers = [f64::NAN; slot::COUNT];
        for (at, number) in told {
            numbers[*at] = *number;
        }
        numbers
    }

    #[test]
    fn a_fast_view_has_no_verdict() {
        let fast = numbers(&[(slot::LCP, 2499.9), (slot::INP, 199.9)]);
        assert_eq!(answer(&fast), None);
        assert_eq!(answer(&numbers(&[])), None, "nor one that tells nothing");
    }

    #[test]
    fn a_slow_server_is_told_with_its_share() {
        let slow = numbers(&[
            (slot::WAITED, 1.0),
            (slot::SERVER_WAIT, 1000.0),
            (slot::PHASES + 2, 100.0),
            (slot::PHASES + 4, 1000.0),
        ]);
        let answers = answer(&slow).unwrap();
        let [
            verdict,
            reading,
            share,
            confidence,
            network,
            server,
            page,
            device,
        ] = answers;
        assert_eq!(verdict, f64::from(Verdict::Server as u32));
        assert_eq!((reading, share, confidence), (1.0, 90.0, 100.0));
        assert_eq!((network, server, page, device), (10.0, 90.0, 0.0, 0.0));
    }

    #[test]
    fn work_without_a_pace_is_nobodys_for_sure() {
        let busy = numbers(&[(slot::INP, 600.0)]);
        assert_eq!(
            answer(&busy).unwrap()[0],
            f64::from(Verdict::Unknown as u32)
        );
    }
}
