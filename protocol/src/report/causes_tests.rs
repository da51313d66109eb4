use serde_json::{Value, json};

use super::*;

/// Of a view whose first byte came after 100 ms and whose LCP was 3000 ms.
fn believed(causes: Value) -> Causes {
    let load: Load<Ms> = serde_json::from_value(json!({"ttfb": 100, "lcp": 3000})).unwrap();
    let raw: RawCauses = serde_json::from_value(causes).unwrap();
    raw.believe(&load)
}

fn as_json(causes: &Causes) -> Value {
    serde_json::to_value(causes).unwrap()
}

#[test]
fn an_image_is_told_from_the_documents_first_byte_on() {
    let image = json!([150, 151, 190, 191, 260, 2900, 50_000]);
    let document = json!([0, 10, 50, 51, 100, 130, 9000]);
    let causes = believed(json!({"resource": image, "blocking": document, "busy": 0}));
    assert_eq!(
        as_json(&causes),
        json!({
            "resource": {"delay": 50.0, "duration": 2750.0, "connect": 39.0, "wait": 69.0,
                "download": 2640.0, "bytes": 50_000},
            "render_delay": 100.0,
            "blocking": {"delay": 0.0, "duration": 0.0},
            "busy": 0.0,
            "bytes": 9000
        })
    );
}

#[test]
fn a_text_has_no_resource_and_all_its_delay_is_rendering() {
    let document = json!([0, 10, 50, 51, 100, 130, 9000]);
    let causes = believed(json!({"resource": document}));
    assert_eq!(
        as_json(&causes),
        json!({"render_delay": 2900.0, "bytes": 9000})
    );
}

#[test]
fn what_another_origin_or_a_cache_keeps_to_itself_is_absent() {
    let image = json!([150, 0, 0, 0, 0, 2900, 0]);
    assert_eq!(
        as_json(&believed(json!({"resource": image}))),
        json!({"resource": {"delay": 50.0, "duration": 2750.0}, "render_delay": 100.0})
    );
}

#[test]
fn what_cannot_be_believed_is_left_out() {
    let backwards = json!([150, 0, 0, 0, 0, 140, 0]);
    for causes in [
        json!({"resource": backwards}),
        json!({"busy": -1}),
        json!({"busy": 1e9}),
        json!({"server": 0}),
        json!({"pace": [0, 1, 0]}),
        json!({"later": "field"}),
    ] {
        assert_eq!(believed(causes.clone()), Causes::default(), "{causes}");
    }
}

#[test]
fn a_pace_is_told_only_where_the_clocks_tick_is_small_against_it() {
    for (pace, expected, tick) in [
        (json!([256_000, 1.4, 0.1]), Some(55), Some(1)),
        (json!([1_024_000, 5, 1]), Some(49), Some(10)),
        (json!([2_048_000, 100, 100]), None, Some(1000)),
        (json!([2_048_000, 0, 0]), None, None),
    ] {
        let causes = believed(json!({ "pace": pace }));
        let tenths = |ms: Option<Ms>| ms.map(Ms::tenths);
        assert_eq!(
            (tenths(causes.pace), tenths(causes.tick)),
            (expected, tick),
            "{pace}"
        );
    }
}
