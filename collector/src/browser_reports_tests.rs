use super::*;
use crate::clock::HOUR_MS;
use serde_json::json;

const NOW: UnixMs = 500_000 * HOUR_MS + 60_000;

fn of(kind: &str, body: Value) -> Result<Told, Refused> {
    let url = "https://dvc.example.vn/ho-so/nguyen-van-an?cccd=001099012345";
    read(
        json!({"type": kind, "age": 120_000, "url": url, "body": body}),
        NOW,
    )
}

#[test]
fn of_a_report_one_word_is_kept() {
    for (kind, body, expected) in [
        (
            "network-error",
            json!({"type": "dns.name_not_resolved"}),
            "dns.name_not_resolved",
        ),
        (
            "network-error",
            json!({"type": "http.error", "status_code": 503}),
            "http.error 503",
        ),
        ("network-error", json!({"type": "nguyen van an"}), "unknown"),
        ("network-error", json!({}), "unknown"),
        (
            "csp-violation",
            json!({"effectiveDirective": "script-src-elem", "blockedURL": "https://a.example/x?an"}),
            "script-src-elem other-host",
        ),
        (
            "csp-violation",
            json!({"effectiveDirective": "script-src 'self'", "blockedURL": "inline"}),
            "script-src inline",
        ),
        (
            "csp-violation",
            json!({"effectiveDirective": "img-src", "blockedURL": "https://dvc.example.vn/an.png"}),
            "img-src own",
        ),
        ("crash", json!({"reason": "oom"}), "oom"),
        ("crash", json!({"reason": "an"}), "unknown"),
        (
            "deprecation",
            json!({"id": "UnloadHandler", "message": "an"}),
            "UnloadHandler",
        ),
        ("intervention", json!({"id": "x".repeat(51)}), "unknown"),
        ("intervention", json!(null), "unknown"),
    ] {
        let told = of(kind, body.clone()).unwrap();
        assert_eq!(told.detail, expected, "{kind} {body}");
        assert_eq!(told.origin.as_str(), "https://dvc.example.vn");
        assert_eq!(told.hour, 499_999, "two minutes ago");
    }
    assert!(matches!(of("hash", json!({})), Err(Refused::Kind(_))));
}

#[test]
fn what_is_no_report_is_refused() {
    let url = "https://dvc.example.vn/";
    for report in [
        json!(1),
        json!({"type": "crash"}),
        json!({"type": "crash", "url": "nowhere"}),
        json!({"type": "crash", "url": "data:text/html,x"}),
        json!({"type": "crash", "url": url, "age": -1}),
        json!({"type": "crash", "url": url, "age": 1e12}),
    ] {
        assert!(read(report.clone(), NOW).is_err(), "{report}");
    }
    let many = json!(vec![json!({}); MOST + 1]).to_string();
    for body in ["", "1", "[", many.as_str()] {
        assert!(split(body.as_bytes()).is_err(), "{body}");
    }
}

#[test]
fn the_old_form_of_a_violation_is_read() {
    let body = json!({"csp-report": {"document-uri": "https://dvc.example.vn/",
        "violated-directive": "style-src 'self'", "blocked-uri": "inline"}});
    let reports = split(body.to_string().as_bytes()).unwrap();
    let told = read(reports[0].clone(), NOW).unwrap();
    assert_eq!(told.detail, "style-src inline");
}
