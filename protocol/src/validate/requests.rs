//! Requests after the load, raw → valid.

use super::{believe, implausible};
use crate::metric;
use crate::refusal::Refusal;
use crate::report::{MAX_WAITS, Requests};
use crate::unit::Ms;

/// Requests of one view are counted up to here: ten a second for a day.
const MAX_REQUESTS: u32 = 1_000_000;

pub(super) fn requests(raw: Requests<f64>) -> Result<Requests<Ms>, Refusal> {
    // Cut off, a sample would no longer be one: what chose it did not know of the end.
    if raw.waits.len() > MAX_WAITS {
        let got = raw.waits.len();
        return Err(implausible("requests.waits", "at most 20 waits", got));
    }
    if (raw.count as usize) < raw.waits.len() {
        let expected = "at least as many requests as waits";
        return Err(implausible("requests.count", expected, raw.count));
    }
    let mut waits = Vec::new();
    for ms in raw.waits {
        waits.extend(believe("requests.waits", metric::REQUEST_WAIT, Some(ms))?);
    }
    Ok(Requests {
        count: raw.count.min(MAX_REQUESTS),
        waits,
    })
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn told(raw: Value) -> Result<Value, String> {
        let raw: Requests<f64> = serde_json::from_value(raw).map_err(|_| "malformed".to_owned())?;
        let requests = requests(raw).map_err(|refusal| refusal.to_string())?;
        let stored = serde_json::to_value(&requests).unwrap();
        let read: Requests<Ms> = serde_json::from_value(stored.clone()).unwrap();
        assert_eq!(read, requests, "reads back as itself");
        Ok(stored)
    }

    #[test]
    fn waits_are_a_sample_of_the_requests_in_tenths_of_a_millisecond() {
        let refused = |message: &str| Err(message.to_owned());
        let malformed = || refused("malformed");
        let most = vec![1.0; MAX_WAITS];
        let too_many = vec![1.0; MAX_WAITS + 1];
        for (raw, expected) in [
            (
                json!({"count": 3, "waits": [0, 12.34, 600_000]}),
                Ok(json!({"count": 3, "waits": [0.0, 12.3, 600_000.0]})),
            ),
            // Nobody could tell a wait, or there was no request: not the same, and neither is a wait of 0.
            (json!({"count": 7}), Ok(json!({"count": 7, "waits": []}))),
            (
                json!({"count": 0, "waits": []}),
                Ok(json!({"count": 0, "waits": []})),
            ),
            (
                json!({"count": 4_000_000_000_u32}),
                Ok(json!({"count": 1_000_000, "waits": []})),
            ),
            (
                json!({"count": 20, "waits": most}),
                Ok(json!({"count": 20, "waits": most})),
            ),
            (
                json!({"count": 21, "waits": too_many}),
                refused("requests.waits: expected at most 20 waits, got 21"),
            ),
            (
                json!({"count": 1, "waits": [1, 2]}),
                refused("requests.count: expected at least as many requests as waits, got 1"),
            ),
            (
                json!({"count": 1, "waits": [-0.1]}),
                refused("requests.waits: expected 0 to 600000 ms, got -0.1"),
            ),
            (
                json!({"count": 2, "waits": [1, 600_000.1]}),
                refused("requests.waits: expected 0 to 600000 ms, got 600000.1"),
            ),
            (json!({"waits": [1]}), malformed()),
            (json!({"count": -1}), malformed()),
            (json!({"count": 1.5}), malformed()),
            (json!({"count": 1, "waits": [null]}), malformed()),
            (json!({"count": 1, "waits": 5}), malformed()),
            (json!({"count": 1, "waits": null}), malformed()),
        ] {
            assert_eq!(told(raw.clone()), expected, "{raw}");
        }
    }
}
