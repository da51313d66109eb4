use serde_json::{Value, json};

use super::*;
use crate::portals::{Portal, seeded};

const NOW: UnixMs = 1_782_864_000_000;

fn registry() -> Registry {
    let portal = |code: &str, agency: &str| Portal {
        code: code.parse().unwrap(),
        name: code.to_owned(),
        agency: agency.parse().unwrap(),
        origins: vec!["https://dvc.example.vn".parse().unwrap()],
        count_automated: false,
        added: NOW,
        names: Vec::new(),
        paused: false,
    };
    Registry::new(
        seeded().unwrap(),
        vec![portal("vn-hn", "vn-hn"), portal("cong-chung", "vn-vpcp")],
    )
}

fn report(portal: &str) -> Value {
    json!({"v":1,"portal":portal,"view":"5f0c9a1be77d2034","seq":1,"kind":"final",
        "nav":"navigate","age":18250,"page":"/"})
}

fn registered() -> OriginHeader {
    OriginHeader::of(Some(b"https://dvc.example.vn"))
}

fn judged(report: &Value, origin: &OriginHeader) -> Result<NewRow, Refused> {
    judge(&report.to_string(), origin, &registry(), NOW)
}

#[test]
fn a_view_began_its_age_before_it_was_received() {
    let row = judged(&report("vn-hn"), &registered()).unwrap();
    assert_eq!((row.received, row.began), (NOW, NOW - 18_250));
}

#[test]
fn only_registered_origins_are_believed_and_silence_is_flagged() {
    for (header, seen) in [
        (Some("https://dvc.example.vn"), Some(OriginSeen::Registered)),
        (Some("null"), Some(OriginSeen::Null)),
        (None, Some(OriginSeen::Absent)),
        (Some("http://dvc.example.vn"), None),
        (Some("https://dvc.example.vn:8443"), None),
        (Some("https://dvc.example.vn.evil.example"), None),
        (Some("chrome-extension://abc"), None),
        (Some(""), None),
    ] {
        let origin = OriginHeader::of(header.map(str::as_bytes));
        let outcome = judged(&report("vn-hn"), &origin);
        match (outcome, seen) {
            (Ok(row), Some(seen)) => assert_eq!(row.origin, seen, "{header:?}"),
            (Err(refused), None) => {
                assert_eq!(
                    refused.refusal.reason(),
                    "unregistered-origin",
                    "{header:?}"
                );
            }
            (outcome, _) => panic!("{header:?}: {outcome:?}"),
        }
    }
}

#[test]
fn an_agency_whose_portal_nobody_added_takes_nothing() {
    for header in [None, Some("null"), Some("https://dvc.example.vn")] {
        let origin = OriginHeader::of(header.map(str::as_bytes));
        let refused = judged(&report("vn-dn"), &origin).unwrap_err();
        assert_eq!(
            refused.refusal.reason(),
            "unregistered-origin",
            "{header:?}"
        );
    }
}

#[test]
fn the_portals_own_agency_stands_where_none_is_named() {
    for (portal, agency, expected) in [
        ("vn-hn", None, Ok("vn-hn")),
        ("VN-HN", Some("VN-DN"), Ok("vn-dn")),
        ("cong-chung", None, Ok("vn-vpcp")),
        ("cong-chung", Some("vn-hn"), Ok("vn-hn")),
        ("vn-hn", Some("vn-xx"), Err("unknown-agency")),
    ] {
        let mut report = report(portal);
        if let Some(agency) = agency {
            report["agency"] = json!(agency);
        }
        let outcome = judged(&report, &registered());
        let got = match &outcome {
            Ok(row) => Ok(row.report.agency.as_str()),
            Err(refused) => Err(refused.refusal.reason()),
        };
        assert_eq!(got, expected, "{portal} {agency:?}");
    }
}

#[test]
fn a_refusal_is_counted_under_a_portal_only_where_the_registry_knows_it() {
    let mut implausible = report("vn-hn");
    implausible["load"] = json!({"lcp": -1});
    let mut next_version = report("vn-hn");
    next_version["v"] = json!(2);
    next_version["seq"] = json!("a new shape");
    for (text, portal, reason) in [
        (implausible.to_string(), Some("vn-hn"), "implausible"),
        (
            next_version.to_string(),
            Some("vn-hn"),
            "unsupported-version",
        ),
        (report("made-up").to_string(), None, "unknown-portal"),
        (
            r#"{"v":1,"portal":"vn-hn"}"#.into(),
            Some("vn-hn"),
            "malformed",
        ),
        ("{".into(), None, "malformed"),
        ("7".into(), None, "malformed"),
        (
            format!(r#"{{"v":1,"x":"{}"}}"#, "x".repeat(4096)),
            None,
            "too-large",
        ),
    ] {
        let refused = judge(&text, &registered(), &registry(), NOW).unwrap_err();
        let counted = refused.portal.as_ref().map(Code::as_str);
        assert_eq!(
            (counted, refused.refusal.reason()),
            (portal, reason),
            "{text}"
        );
    }
}

#[test]
fn an_array_is_no_object_and_an_object_no_word() {
    for text in [
        r#"[1,"vn-hn","00000000000000aa",1,"final","navigate",100,"/p"]"#,
        r#"{"load":[100]}"#,
        r#"{"load":{"phases":[1,2]}}"#,
        r#"{"viewport":[390,844]}"#,
        r#"{"errors":[1]}"#,
        r#"{"steps":[["nop-ho-so","start"]]}"#,
        r#"{"steps":[{"service":"nop-ho-so","result":{"start":null}}]}"#,
        r#"{"requests":[1,[20]]}"#,
        r#"{"errors":{"resources":[404]}}"#,
        r#"{"kind":{"final":null}}"#,
        r#"{"device":{"phone":null}}"#,
        r#"{"viewport":{"width":390,"height":844,"checks":{"zoom":{"pass":null}}}}"#,
        r#"{"dropped":{"lcp":null}}"#,
    ] {
        let mut text = text.to_owned();
        if let Ok(Value::Object(part)) = serde_json::from_str(&text) {
            let mut whole = report("vn-hn");
            part.into_iter().for_each(|(key, value)| whole[key] = value);
            text = whole.to_string();
        }
        let refused = judge(&text, &registered(), &registry(), NOW).unwrap_err();
        assert_eq!(refused.refusal.reason(), "malformed", "{text}");
    }
}

#[test]
fn an_origin_is_taken_to_the_letter_and_nothing_else_is_remembered() {
    for header in [
        "https://dvc.example.vn/",
        "https://DVC.example.vn",
        "https:dvc.example.vn",
        "https://dvc.example.vn:443",
        "http://u:secret@evil.example/p?token=x",
        "Nguyen Van A 079204001234",
        "",
    ] {
        let origin = OriginHeader::of(Some(header.as_bytes()));
        let refused = judged(&report("vn-hn"), &origin).unwrap_err();
        let expected = Refusal::UnregisteredOrigin {
            origin: NO_ORIGIN.to_owned(),
            portal: "vn-hn".to_owned(),
        };
        assert_eq!(refused.refusal, expected, "{header}");
    }
}

#[test]
fn a_body_is_split_before_it_is_parsed() {
    let array = |n: usize| format!("[{}]", vec!["{}"; n].join(","));
    for (body, expected) in [
        ("{}".to_owned(), Ok(None)),
        (" [] ".to_owned(), Ok(Some(0))),
        (array(50), Ok(Some(50))),
        (array(51), Err("too-large")),
        ("[1,".to_owned(), Err("malformed")),
        ("[".repeat(17), Err("malformed")),
        (r#"{"x":"[[[[[[[[[[[[[[[[[[[[\"[["}"#.to_owned(), Ok(None)),
    ] {
        let split = Batch::split(body.as_bytes());
        let got = match &split {
            Ok(Batch::One(_)) => Ok(None),
            Ok(Batch::Many(reports)) => Ok(Some(reports.len())),
            Err(refusal) => Err(refusal.reason()),
        };
        assert_eq!(got, expected, "{body}");
    }
    assert!(Batch::split(b"\xff").is_err());
}
