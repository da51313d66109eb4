//! What tells why a view was slow: the inputs of [`blame`](mod@crate::blame). They describe the view's
//! own readings where those are over their limits, and nothing else.
//!
//! What cannot be believed is left out instead of refused: no reading depends on it, and without it the
//! verdict is unknown.

use serde::{Deserialize, Serialize};

use super::measured::{Load, told};
use crate::metric::{LCP, PHASE};
use crate::unit::Ms;

/// `startTime`, `domainLookupStart`, `connectEnd`, `requestStart`, `responseStart`, `responseEnd` and
/// `transferSize` of a resource; 0 where it does not tell.
/// Source: <https://www.w3.org/TR/resource-timing/>.
type Marks = [f64; 7];

/// As the browser tells them (`www/more/causes.js`).
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct RawCauses {
    /// The resource that LCP shows; of a text, the document. Absent where the browser has no entry of it.
    #[serde(default, deserialize_with = "told")]
    pub resource: Option<Marks>,
    /// Of the document and what blocked rendering, the last to end.
    #[serde(default, deserialize_with = "told")]
    pub blocking: Option<Marks>,
    /// Milliseconds of long tasks that ended before LCP.
    #[serde(default, deserialize_with = "told")]
    pub busy: Option<f64>,
    /// Rounds of `src/measure/pace.rs`, the milliseconds that they took, the least step of the clock.
    #[serde(default, deserialize_with = "told")]
    pub pace: Option<[f64; 3]>,
    /// The longest duration in the document's `Server-Timing`; 0 where there is none.
    #[serde(default, deserialize_with = "told")]
    pub server: Option<f64>,
}

/// The same, believed.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Causes {
    /// The resource that LCP shows; a text has none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub resource: Option<Fetched>,
    /// From the end of that resource, or from the document's first byte where there is none, to LCP.
    /// Absent where there is one that was not told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub render_delay: Option<Ms>,
    /// What blocked rendering last; all 0 where nothing did beside the document.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub blocking: Option<Fetched>,
    /// Long tasks before LCP.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub busy: Option<Ms>,
    /// What a million rounds of the calibration took.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pace: Option<Ms>,
    /// The least step of the browser's clock.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tick: Option<Ms>,
    /// Of the document, as transferred; absent where it came from a cache.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bytes: Option<u32>,
    /// What the server says of itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub server: Option<Ms>,
}

/// A resource's way here. What another origin keeps to itself is absent.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Fetched {
    /// From the document's first byte until the browser knew that it needs this.
    pub delay: Ms,
    /// From then until all of it was there.
    pub duration: Ms,
    /// Of the duration: name look-up, connection and TLS together; 0 on a connection that was there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub connect: Option<Ms>,
    /// From the request to the first byte.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub wait: Option<Ms>,
    /// From the first byte to the last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub download: Option<Ms>,
    /// As transferred; absent where it came from a cache.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bytes: Option<u32>,
}

impl RawCauses {
    /// In the terms of a view whose load is this; what cannot be believed is left out.
    pub fn believe(self, load: &Load<Ms>) -> Causes {
        let since = load.ttfb.map(Ms::as_f64);
        let lcp = load.lcp.map(Ms::as_f64);
        let document = |marks: &Marks| marks[0] <= 0.0;
        let mut causes = Causes {
            busy: self.busy.and_then(|ms| LCP.believe(ms).ok()),
            server: self
                .server
                .and_then(|ms| PHASE.believe(ms).ok())
                .filter(|ms| ms.tenths() > 0),
            bytes: [&self.resource, &self.blocking]
                .into_iter()
                .flatten()
                .find(|marks| document(marks))
                .and_then(bytes),
            ..Causes::default()
        };
        if let Some([rounds, took, tick]) = self.pace {
            causes.tick = PHASE.believe(tick).ok().filter(|ms| ms.tenths() > 0);
            // Less is too near to the clock's tick to be told apart from it.
            if rounds > 0.0 && took >= tick * 4.0 {
                causes.pace = Ms::from_f64(took / rounds * 1e6).filter(|pace| pace.tenths() > 0);
            }
        }
        let (Some(since), Some(lcp)) = (since, lcp) else {
            return causes;
        };
        causes.blocking = self.blocking.and_then(|marks| match document(&marks) {
            true => Some(Fetched::NOTHING),
            false => fetched(&marks, since),
        });
        let end = match &self.resource {
            Some(marks) if document(marks) => Some(since),
            Some(marks) => {
                causes.resource = fetched(marks, since);
                causes.resource.is_some().then_some(marks[5])
            }
            None => None,
        };
        causes.render_delay = end.and_then(|end| Ms::from_f64((lcp - end).max(0.0)));
        causes
    }
}

impl Fetched {
    /// Nothing beside the document.
    const NOTHING: Fetched = Fetched {
        delay: Ms::whole(0),
        duration: Ms::whole(0),
        connect: None,
        wait: None,
        download: None,
        bytes: None,
    };
}

fn fetched(marks: &Marks, since: f64) -> Option<Fetched> {
    let &[start, dns, connected, request, response, end, ..] = marks;
    let part = |from: f64, to: f64| PHASE.believe(to - from).ok();
    let own = |from: f64, to: f64| (request > 0.0).then(|| part(from, to)).flatten();
    Some(Fetched {
        // What was asked for before the first byte (early hints) did not wait.
        delay: PHASE.believe((start - since).max(0.0)).ok()?,
        duration: part(start.max(since), end)?,
        connect: own(dns, connected),
        wait: own(request, response),
        download: own(response, end),
        bytes: bytes(marks),
    })
}

fn bytes(marks: &Marks) -> Option<u32> {
    let bytes = marks[6];
    (bytes >= 1.0 && bytes <= f64::from(u32::MAX)).then_some(bytes as u32)
}

#[cfg(test)]
#[path = "causes_tests.rs"]
mod tests;
