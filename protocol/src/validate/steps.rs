//! Steps of services, raw → valid.

use super::implausible;
use crate::metric;
use crate::redact;
use crate::refusal::Refusal;
use crate::report::{MAX_STEPS, Step, StepResult};
use crate::unit::Ms;

/// A service that took longer was not finished in one go; a report is of one day, too.
const LONGEST_SERVICE: Ms = Ms::whole(24 * 60 * 60 * 1000);

pub(super) fn steps(raw: Vec<Step<f64>>) -> Result<Vec<Step<Ms>>, Refusal> {
    // Which ones to leave out nobody can say: a start without its end would count as given up.
    if raw.len() > MAX_STEPS {
        return Err(implausible("steps", "at most 10 steps", raw.len()));
    }
    raw.into_iter().map(step).collect()
}

fn step(raw: Step<f64>) -> Result<Step<Ms>, Refusal> {
    // A start has no duration yet: what stands there means nothing.
    let ms = raw.ms.filter(|_| raw.result != StepResult::Start);
    let believed = |ms| {
        metric::believe(LONGEST_SERVICE, ms)
            .map_err(|_| implausible("steps.ms", "0 to 86400000 ms", ms))
    };
    Ok(Step {
        service: redact::segment(&raw.service).to_owned(),
        result: raw.result,
        ms: ms.map(believed).transpose()?,
    })
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn told(raw: Value) -> Result<Value, String> {
        let raw: Vec<Step<f64>> =
            serde_json::from_value(raw).map_err(|_| "malformed".to_owned())?;
        let steps = steps(raw).map_err(|refusal| refusal.to_string())?;
        let stored = serde_json::to_value(&steps).unwrap();
        let read: Vec<Step<Ms>> = serde_json::from_value(stored.clone()).unwrap();
        assert_eq!(read, steps, "reads back as itself");
        Ok(stored)
    }

    #[test]
    fn a_step_is_a_service_a_result_and_at_its_end_a_duration() {
        let step = |result: &str, ms: Value| {
            let mut step = json!({"service": "nop-ho-so", "result": result});
            if ms != json!("absent") {
                step["ms"] = ms;
            }
            json!([step])
        };
        let refused = |message: &str| Err(message.to_owned());
        let absent = || json!("absent");
        for (raw, expected) in [
            (json!([]), Ok(json!([]))),
            (step("start", absent()), Ok(step("start", absent()))),
            (
                step("done", json!(12_345.67)),
                Ok(step("done", json!(12_345.7))),
            ),
            (step("error", json!(0)), Ok(step("error", json!(0.0)))),
            (step("done", absent()), Ok(step("done", absent()))),
            (
                step("done", json!(86_400_000)),
                Ok(step("done", json!(86_400_000.0))),
            ),
            // Of a start it means nothing.
            (step("start", json!(-5)), Ok(step("start", absent()))),
            (
                step("done", json!(86_400_000.1)),
                refused("steps.ms: expected 0 to 86400000 ms, got 86400000.1"),
            ),
            (
                step("error", json!(-0.1)),
                refused("steps.ms: expected 0 to 86400000 ms, got -0.1"),
            ),
            (step("finished", absent()), refused("malformed")),
            (step("done", Value::Null), refused("malformed")),
            (json!([{"service": "nop-ho-so"}]), refused("malformed")),
            (json!([{"result": "done"}]), refused("malformed")),
            (
                json!([{"service": 5, "result": "done"}]),
                refused("malformed"),
            ),
            (
                json!({"service": "a", "result": "done"}),
                refused("malformed"),
            ),
        ] {
            assert_eq!(told(raw.clone()), expected, "{raw}");
        }
    }

    #[test]
    fn a_view_tells_ten_steps_at_most() {
        let steps = |n| json!(vec![json!({"service": "nop-phi", "result": "start"}); n]);
        assert_eq!(told(steps(10)), Ok(steps(10)));
        let refusal = "steps: expected at most 10 steps, got 11".to_owned();
        assert_eq!(told(steps(11)), Err(refusal));
    }

    #[test]
    fn a_service_is_a_word_of_the_site_or_none() {
        let longest = ["thu-tuc-"; 8].concat() + "x";
        for (service, stored) in [
            ("nop-ho-so", "nop-ho-so"),
            ("khai_sinh", "khai_sinh"),
            ("ho-so-079204001234", ":n"),
            ("nộp hồ sơ", ":x"),
            ("an@example.vn", ":x"),
            ("/nop-ho-so", ":x"),
            ("", ":x"),
            (":rare", ":x"),
            ("@nop-ho-so", ":x"),
            (&longest[1..], &longest[1..]),
            (&longest, ":x"),
        ] {
            let steps = told(json!([{"service": service, "result": "start"}])).unwrap();
            assert_eq!(steps[0]["service"], stored, "{service}");
        }
    }
}
