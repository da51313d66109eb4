use serde_json::{Value, json};

use super::*;

/// The report that the design shows.
fn example() -> Value {
    json!({"v":1,"portal":"vn-hn","view":"5f0c9a1be77d2034","seq":1,"kind":"final","nav":"navigate",
        "age":18250,"page":"/thu-tuc/:n","agency":"vn-hn","engine":"blink/156","device":"phone",
        "net":"4g","weight":1,
        "load":{"lcp":1310.2,"fcp":804.1,"ttfb":240.3,"loaded":1710.4,
            "phases":{"dns":12.1,"connect":60.3,"wait":150.2,"download":22.8}},
        "response":{"inp":96,"server_wait":150.2},
        "layout":{"cls":0.0213},
        "viewport":{"width":390,"height":844,
            "checks":{"content-width":"pass","target-size":"fail","layout-stability":"unknown"}}})
}

fn validate(value: Value) -> Result<Report, Refusal> {
    serde_json::from_value::<RawReport>(value)
        .map_err(|error| Refusal::Malformed(error.to_string()))
        .and_then(RawReport::validate)
}

#[test]
fn the_example_of_the_design_is_valid() {
    let report = validate(example()).unwrap();
    assert_eq!(report.load.lcp, Some(Ms::from_tenths(13_102)));
    assert_eq!(report.layout.cls, Some(Cls::from_ten_thousandths(213)));
    assert_eq!(report.engine_version, Some(156));
    assert_eq!(report.viewport.unwrap().checks[Check::Zoom], None);
}

#[test]
fn a_valid_report_reads_back_as_itself() {
    let report = validate(example()).unwrap();
    let stored = serde_json::to_string(&report).unwrap();
    assert_eq!(serde_json::from_str::<Report>(&stored).unwrap(), report);
}

#[test]
fn each_fault_is_refused_for_its_own_reason() {
    for (pointer, value, reason) in [
        ("/v", json!(2), "unsupported-version"),
        ("/portal", json!("vn_hn"), "implausible"),
        ("/portal", json!(7), "malformed"),
        ("/view", json!("5f0c9a1be77d203"), "implausible"),
        ("/view", json!("5f0c9a1be77d203g"), "implausible"),
        ("/seq", json!(0), "implausible"),
        ("/seq", json!(-1), "malformed"),
        ("/kind", json!("partial"), "malformed"),
        ("/age", json!(86_400_001), "too-late"),
        ("/weight", json!(0), "implausible"),
        ("/weight", json!(1001), "implausible"),
        ("/engine", json!("blink/x"), "implausible"),
        ("/nav", json!("bfcache"), "contradiction"),
        ("/load/lcp", json!(-1), "implausible"),
        ("/load/lcp", json!(600_000.1), "implausible"),
        ("/load/lcp", Value::Null, "malformed"),
        ("/load/lcp", json!("fast"), "malformed"),
        ("/response/inp", json!(60_000), "implausible"),
        ("/layout/cls", json!(-0.1), "implausible"),
        ("/layout/cls", json!(101), "implausible"),
        ("/viewport/width", json!(0), "implausible"),
        ("/viewport/checks/zoom", json!("maybe"), "malformed"),
    ] {
        let mut report = example();
        let (parent, field) = pointer.rsplit_once('/').unwrap();
        report.pointer_mut(parent).unwrap()[field] = value.clone();
        let refusal = validate(report).unwrap_err();
        assert_eq!(refusal.reason(), reason, "{pointer} = {value}: {refusal}");
    }
}

#[test]
fn zero_is_a_measurement_and_absence_stays_absent() {
    let mut report = example();
    report["response"] = json!({"inp": 0});
    report["layout"] = json!({});
    let report = validate(report).unwrap();
    assert_eq!(report.response.inp, Some(Ms::whole(0)));
    assert_eq!(report.response.server_wait, None);
    assert_eq!(report.layout.cls, None);
}

#[test]
fn a_view_of_a_clock_that_ran_backwards_began_now() {
    let mut report = example();
    for (age, expected) in [(-0.4, 0), (-3_600_000.0, 0), (18.9, 18)] {
        report["age"] = json!(age);
        assert_eq!(validate(report.clone()).unwrap().age, expected);
    }
}

#[test]
fn codes_are_compared_without_case_and_the_agency_defaults_to_the_portal() {
    let mut report = example();
    report["portal"] = json!("VN-HN");
    report.as_object_mut().unwrap().remove("agency");
    let report = validate(report).unwrap();
    assert_eq!(report.portal.as_str(), "vn-hn");
    assert_eq!(report.agency, report.portal);
}

#[test]
fn what_the_browser_did_not_redact_is_redacted_here() {
    let mut report = example();
    report["page"] = json!("/cong-dan/079204001234?ten=An");
    report["viewport"]["culprits"] = json!({
        "content-width": ["div#cccd-079204001234.bang-rong > span.x9:nth-child(2)", "a:nth-child(x)", "h2.tieu-de"]
    });
    let report = validate(report).unwrap();
    assert_eq!(report.page, "/cong-dan/:n");
    let culprits = report.viewport.unwrap().culprits;
    let named = culprits[Check::ContentWidth].as_ref().unwrap();
    assert_eq!(named[0], "div#:n.bang-rong>span.:n:nth-child(2)");
    assert_eq!(named[1], "a");
    assert_eq!(named[2], "h2.tieu-de");
}

#[test]
fn unknown_fields_and_checks_of_a_newer_widget_are_passed_over() {
    let mut report = example();
    report["later"] = json!({"deep": [1, 2]});
    report["viewport"]["checks"]["contrast"] = json!("pass");
    assert!(validate(report).is_ok());
}

#[test]
fn only_a_lost_view_says_how_far_its_document_had_come() {
    for (kind, phase, expected) in [
        ("abandoned", json!("loading"), Ok(Some(ReadyState::Loading))),
        (
            "abandoned",
            json!("interactive"),
            Ok(Some(ReadyState::Interactive)),
        ),
        ("blocked", json!("complete"), Ok(Some(ReadyState::Complete))),
        ("blocked", json!("uninitialized"), Err("implausible")),
        ("blocked", json!(""), Err("implausible")),
        ("blocked", json!(3), Err("malformed")),
        ("blocked", Value::Null, Err("malformed")),
        // Passed over: it is no reason to lose a view that was measured.
        ("final", json!("loading"), Ok(None)),
        ("started", json!("a word of tomorrow"), Ok(None)),
    ] {
        let mut report = example();
        report["kind"] = json!(kind);
        report["phase"] = phase.clone();
        let got = validate(report);
        let got = got.as_ref().map(|report| report.phase);
        assert_eq!(got.map_err(Refusal::reason), expected, "{kind} {phase}");
    }
}

#[test]
fn what_was_skipped_is_told_once_in_words_that_are_known() {
    use Skipped::{Audit, Badge};
    for (words, expected) in [
        (json!([]), Ok(vec![])),
        (json!(["audit"]), Ok(vec![Audit])),
        (json!(["badge", "audit", "badge"]), Ok(vec![Audit, Badge])),
        (json!(["photos", "Audit", "", "badge"]), Ok(vec![Badge])),
        (json!("audit"), Err("malformed")),
        (json!({"audit": true}), Err("malformed")),
        (json!([1]), Err("malformed")),
        (json!([{"audit": null}]), Err("malformed")),
        (Value::Null, Err("malformed")),
    ] {
        let mut report = example();
        report["skipped"] = words.clone();
        let got = validate(report).map(|report| report.skipped);
        assert_eq!(got.map_err(|refusal| refusal.reason()), expected, "{words}");
    }
    assert_eq!(validate(example()).unwrap().skipped, []);
}

#[test]
fn an_answer_is_satisfied_or_not_and_has_a_cause_of_the_survey_or_none() {
    let told = |rating: Value| {
        let mut report = example();
        report["rating"] = rating;
        let raw: Result<RawReport, _> = serde_json::from_value(report);
        let stored = serde_json::to_value(raw.ok()?.validate().ok()?).unwrap();
        Some(stored["rating"].clone())
    };
    for (raw, expected) in [
        (json!({"satisfied": true}), Some(json!({"satisfied": true}))),
        (
            json!({"satisfied": true, "cause": "device"}),
            Some(json!({"satisfied": true})),
        ),
        (
            json!({"satisfied": false}),
            Some(json!({"satisfied": false})),
        ),
        (
            json!({"satisfied": false, "cause": "procedure"}),
            Some(json!({"satisfied": false, "cause": "procedure"})),
        ),
        (json!({"satisfied": false, "cause": "an@example.vn"}), None),
        (json!({"satisfied": false, "cause": null}), None),
        (json!({"satisfied": "no"}), None),
        (json!({"cause": "payment"}), None),
        (json!(null), None),
    ] {
        assert_eq!(told(raw.clone()), expected, "{raw}");
    }
}
