//! The visitor's connection, as far as the view tells of it, and what it took of a resource.

use super::shares::Party::{Network, Page, Server};
use super::shares::Shares;
use super::span::{Span, uncovered};
use crate::report::{Causes, Fetched, Phases};
use crate::unit::Ms;

/// What a transfer may take is the page's own weight; beyond it, the network is slow. In bytes for a
/// tenth of a millisecond: 10 Mbit/s, what Lighthouse takes for a good connection ("dense 4G").
/// Source: <https://github.com/GoogleChrome/lighthouse/blob/main/core/config/constants.js>.
const REFERENCE_RATE: u32 = 125;

/// On a slower connection answers wait behind each other: 1.6 Mbit/s, Lighthouse's "slow 4G".
const SLOW_RATE: u32 = 20;

/// A shorter transfer than TCP's first window, ten segments, says nothing about the rate.
/// Source: <https://www.rfc-editor.org/rfc/rfc6928>.
const FIRST_WINDOW: u32 = 14_600;

/// What is known of the visitor's connection.
pub struct Link {
    round_trip: Option<u32>,
    /// Bytes, and the tenths of a millisecond that they took.
    rate: Option<(u32, u32)>,
}

impl Link {
    pub fn of(phases: &Phases<Ms>, causes: &Causes) -> Link {
        Link {
            round_trip: round_trip(phases),
            rate: rate(phases, causes),
        }
    }

    /// `others` are the times at which something else was on its way to the visitor.
    pub fn parts(&self, fetched: &Fetched, others: &[Span]) -> Shares {
        let mut shares = Shares::default();
        let duration = fetched.duration.tenths();
        let (Some(connect), Some(wait), Some(download)) =
            (fetched.connect, fetched.wait, fetched.download)
        else {
            // Another origin's, which does not say.
            shares.add(&[Network, Server, Page], duration);
            return shares;
        };
        shares.add(&[Network], connect.tenths());
        let (first_byte, _) = downloading(fetched);
        let waiting = (first_byte.saturating_sub(wait.tenths()), first_byte);
        self.wait(&mut shares, waiting, connect.tenths(), others);
        self.transfer(&mut shares, download.tenths(), fetched.bytes);
        // In a queue behind what else the page asked for.
        let queued = duration.saturating_sub(shares.total());
        shares.add(&[Network, Server, Page], queued);
        shares
    }

    /// On a slow connection an answer waits behind the others that are on their way, too.
    fn wait(&self, shares: &mut Shares, (from, to): Span, connect: u32, others: &[Span]) {
        let way = match (self.round_trip, connect) {
            (Some(round_trip), 0) => round_trip,
            (None, 0) => {
                shares.add(&[Network, Server], to - from);
                return;
            }
            (_, connect) => connect,
        };
        let way = (to - from).min(way);
        shares.add(&[Network], way);
        let rest = to - from - way;
        if !self.rate.is_some_and(is_slow) {
            shares.add(&[Server], rest);
            return;
        }
        let alone = uncovered((from + way, to), others);
        shares.add(&[Network], rest - alone);
        shares.add(&[Network, Server], alone);
    }

    /// What a good connection would have needed, too, is the page's weight. What takes longer than it
    /// did for others came late, or beside them.
    pub fn transfer(&self, shares: &mut Shares, time: u32, bytes: Option<u32>) {
        let (Some(bytes), Some((most, took))) = (bytes, self.rate) else {
            shares.add(&[Network, Server, Page], time);
            return;
        };
        let weight = time.min(bytes / REFERENCE_RATE);
        let needed = u64::from(bytes) * u64::from(took) / u64::from(most.max(1));
        let needed = time.min(needed as u32).max(weight);
        shares.add(&[Page], weight);
        shares.add(&[Network], needed - weight);
        shares.add(&[Network, Server], time - needed);
    }
}

/// The best rate that was seen.
fn rate(phases: &Phases<Ms>, causes: &Causes) -> Option<(u32, u32)> {
    let fetched = |fetched: &Fetched| Some((fetched.bytes?, fetched.download?.tenths()));
    [
        causes.bytes.zip(phases.download.map(Ms::tenths)),
        causes.resource.as_ref().and_then(fetched),
        causes.blocking.as_ref().and_then(fetched),
    ]
    .into_iter()
    .flatten()
    .filter(|(bytes, _)| *bytes >= FIRST_WINDOW)
    .max_by_key(|(bytes, time)| u64::from(*bytes) * 1000 / u64::from(*time).max(1))
}

fn is_slow((bytes, time): (u32, u32)) -> bool {
    bytes / SLOW_RATE < time
}

/// The connection's round trip; none where it was there already. A connection that was begun before the
/// navigation looks shorter than it was; of TLS, a round trip is half or all.
pub fn round_trip(phases: &Phases<Ms>) -> Option<u32> {
    let connect = phases.connect.map(Ms::tenths).filter(|time| *time > 0)?;
    Some(connect.max(phases.tls.map_or(0, Ms::tenths) / 2))
}

/// When a resource was on its way to the visitor, from the document's first byte on.
pub fn downloading(fetched: &Fetched) -> Span {
    let end = fetched.delay.tenths() + fetched.duration.tenths();
    let download = fetched.download.map_or(0, Ms::tenths);
    (end.saturating_sub(download), end)
}
