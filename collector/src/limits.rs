//! How much one address, and one portal, may send. In memory only.

use std::num::NonZeroU32;
use std::sync::atomic::{AtomicI64, Ordering};

use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};
use nhip_protocol::code::Code;

use crate::client::Client;
use crate::clock::UnixMs;

/// A burst of so many seconds is taken at once: many visitors stand behind one carrier's address, and a
/// portal's visitors come at the full hour.
const BURST_SECONDS: NonZeroU32 = rate(20);

/// Addresses that are remembered, about 50 bytes each. Beyond that nobody's address is limited until those
/// that were quiet are forgotten: the portals' own limits stand.
const MOST_CLIENTS: usize = 500_000;

/// So seldom is looked for addresses that can be forgotten.
const TIDY_EVERY_MS: UnixMs = 60_000;

/// Reports a second, on average.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rates {
    pub address: NonZeroU32,
    pub portal: NonZeroU32,
}

impl Rates {
    /// A carrier's address may stand for thousands of visitors, each with two or three reports a page.
    pub const DEFAULT: Rates = Rates {
        address: rate(200),
        portal: rate(5000),
    };
}

const fn rate(reports: u32) -> NonZeroU32 {
    match NonZeroU32::new(reports) {
        Some(rate) => rate,
        None => NonZeroU32::MIN,
    }
}

pub struct Limits {
    clients: DefaultKeyedRateLimiter<u64>,
    portals: DefaultKeyedRateLimiter<Code>,
    tidied: AtomicI64,
}

impl Limits {
    pub fn new(rates: Rates) -> Limits {
        let quota = |rate: NonZeroU32| {
            Quota::per_second(rate).allow_burst(rate.saturating_mul(BURST_SECONDS))
        };
        Limits {
            clients: RateLimiter::keyed(quota(rates.address)),
            portals: RateLimiter::keyed(quota(rates.portal)),
            tidied: AtomicI64::new(UnixMs::MIN),
        }
    }

    /// Whether one more report of this client may be taken.
    pub fn allow_client(&self, client: Client) -> bool {
        self.clients.len() >= MOST_CLIENTS || self.clients.check_key(&client.0).is_ok()
    }

    /// Whether one more report for this portal may be taken. It is a registered one: their number is bounded.
    pub fn allow_portal(&self, portal: &Code) -> bool {
        self.portals.check_key(portal).is_ok()
    }

    /// Forgets who has been quiet.
    pub fn tidy(&self, now: UnixMs) {
        if now.saturating_sub(self.tidied.load(Ordering::Relaxed)) < TIDY_EVERY_MS {
            return;
        }
        self.tidied.store(now, Ordering::Relaxed);
        self.clients.retain_recent();
        self.clients.shrink_to_fit();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn limits(address: u32, portal: u32) -> Limits {
        Limits::new(Rates {
            address: NonZeroU32::new(address).unwrap(),
            portal: NonZeroU32::new(portal).unwrap(),
        })
    }

    #[test]
    fn each_address_and_each_portal_has_its_own_measure() {
        let limits = limits(1, 2);
        let taken = |allow: &dyn Fn() -> bool| (0..100).take_while(|_| allow()).count();
        // More only if the test takes a second.
        assert!((20..25).contains(&taken(&|| limits.allow_client(Client(1)))));
        assert!((20..25).contains(&taken(&|| limits.allow_client(Client(2)))));
        let portal: Code = "vn-hn".parse().unwrap();
        assert!((40..50).contains(&taken(&|| limits.allow_portal(&portal))));
    }

    #[test]
    fn who_may_send_as_much_as_ever_is_forgotten() {
        let limits = limits(1000, 1);
        for client in 0..50 {
            assert!(limits.allow_client(Client(client)));
        }
        std::thread::sleep(std::time::Duration::from_millis(20));
        limits.tidy(0);
        assert_eq!(limits.clients.len(), 0);
    }
}
