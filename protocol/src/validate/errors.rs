//! Counts of errors, raw → valid.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use super::implausible;
use crate::refusal::Refusal;
use crate::report::{Errors, FAILURES, Failure, MAX_FAILURES, RawErrors};

/// Errors of one view are counted up to here.
const MAX_ERRORS: u32 = 10_000;

pub(super) fn errors(raw: RawErrors) -> Result<Errors, Refusal> {
    Ok(Errors {
        uncaught: raw.uncaught.min(MAX_ERRORS),
        rejected: raw.rejected.min(MAX_ERRORS),
        resources: resources(raw.resources)?,
        navigation: raw.navigation.map(navigation).transpose()?,
        mixed: raw.mixed.min(MAX_ERRORS),
    })
}

/// Of more statuses than one view may tell, those that failed most often.
fn resources(raw: BTreeMap<String, u32>) -> Result<BTreeMap<Failure, u32>, Refusal> {
    let mut failures = Vec::new();
    for (key, count) in raw {
        let failure = Failure::parse(&key).ok_or_else(|| {
            implausible("errors.resources", "a status, 400 to 599, or unknown", key)
        })?;
        // None of a kind is what its absence says.
        if count > 0 {
            failures.push((failure, count.min(MAX_ERRORS)));
        }
    }
    failures.sort_by_key(|(failure, count)| (Reverse(*count), *failure));
    failures.truncate(MAX_FAILURES);
    Ok(failures.into_iter().collect())
}

fn navigation(status: u32) -> Result<u16, Refusal> {
    u16::try_from(status)
        .ok()
        .filter(|status| FAILURES.contains(status))
        .ok_or_else(|| implausible("errors.navigation", "a status, 400 to 599", status))
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn told(raw: Value) -> Result<Value, &'static str> {
        let raw: RawErrors = serde_json::from_value(raw).map_err(|_| "malformed")?;
        let errors = errors(raw).map_err(|refusal| refusal.reason())?;
        let stored = serde_json::to_value(&errors).unwrap();
        let read: Errors = serde_json::from_value(stored.clone()).unwrap();
        assert_eq!(read, errors, "reads back as itself");
        Ok(stored)
    }

    #[test]
    fn counts_are_capped_and_statuses_are_those_of_failures() {
        for (raw, expected) in [
            (json!({}), Ok(json!({"uncaught": 0, "rejected": 0}))),
            (
                json!({"uncaught": 1, "rejected": 2, "resources": {"404": 2, "unknown": 1},
                    "navigation": 500, "mixed": 1}),
                Ok(
                    json!({"uncaught": 1, "rejected": 2, "resources": {"404": 2, "unknown": 1},
                    "navigation": 500, "mixed": 1}),
                ),
            ),
            (
                json!({"uncaught": 10_001, "rejected": 4_294_967_295_u32,
                    "resources": {"400": 10_000, "599": 10_001}, "mixed": 10_001}),
                Ok(json!({"uncaught": 10_000, "rejected": 10_000,
                    "resources": {"400": 10_000, "599": 10_000}, "mixed": 10_000})),
            ),
            (
                json!({"resources": {"404": 0}, "mixed": 0}),
                Ok(json!({"uncaught": 0, "rejected": 0})),
            ),
            (json!({"resources": {"399": 1}}), Err("implausible")),
            (json!({"resources": {"600": 1}}), Err("implausible")),
            (json!({"resources": {"200": 0}}), Err("implausible")),
            (json!({"resources": {"+404": 1}}), Err("implausible")),
            (json!({"resources": {"0404": 1}}), Err("implausible")),
            (json!({"resources": {"": 1}}), Err("implausible")),
            (json!({"resources": {"/ho-so/1": 1}}), Err("implausible")),
            (json!({"resources": {"404": -1}}), Err("malformed")),
            (json!({"resources": {"404": null}}), Err("malformed")),
            (json!({"resources": [404]}), Err("malformed")),
            (json!({"navigation": 399}), Err("implausible")),
            (json!({"navigation": 600}), Err("implausible")),
            (json!({"navigation": 65_936}), Err("implausible")),
            (json!({"navigation": 0}), Err("implausible")),
            (json!({"navigation": "404"}), Err("malformed")),
            (json!({"navigation": null}), Err("malformed")),
            (json!({"mixed": -1}), Err("malformed")),
            (json!({"mixed": 0.5}), Err("malformed")),
        ] {
            assert_eq!(told(raw.clone()), expected, "{raw}");
        }
    }

    #[test]
    fn of_too_many_statuses_those_that_failed_most_are_kept() {
        let many: serde_json::Map<String, Value> = (400..420_u32)
            .map(|status| (status.to_string(), json!(if status < 415 { 1 } else { 2 })))
            .collect();
        let kept = told(json!({"resources": many})).unwrap();
        let kept: Vec<&String> = kept["resources"].as_object().unwrap().keys().collect();
        let expected = ["400", "401", "402", "415", "416", "417", "418", "419"];
        assert_eq!(kept, expected, "of the others, the lowest");
    }

    #[test]
    fn a_refusal_says_what_was_expected_and_what_came() {
        let raw = |raw| serde_json::from_value(raw).unwrap();
        for (value, message) in [
            (
                json!({"resources": {"200": 1}}),
                "errors.resources: expected a status, 400 to 599, or unknown, got 200",
            ),
            (
                json!({"navigation": 302}),
                "errors.navigation: expected a status, 400 to 599, got 302",
            ),
        ] {
            assert_eq!(errors(raw(value)).unwrap_err().to_string(), message);
        }
    }
}
