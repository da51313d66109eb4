use super::*;
use crate::clock::HOUR_MS;

/// 2026-07-01T00:00:00Z
const NOW: UnixMs = 1_782_864_000_000;

fn portal(code: &str) -> Portal {
    let code: Code = code.parse().unwrap();
    Portal {
        agency: code.clone(),
        code,
        name: "Hà Nội".into(),
        origins: vec!["https://dvc.example.vn".parse().unwrap()],
        count_automated: false,
        added: NOW,
        names: Vec::new(),
        paused: false,
    }
}

#[test]
fn an_entry_waits_connects_and_falls_silent() {
    let seen = |last_seen| Activity {
        connected_since: NOW - 40 * HOUR_MS,
        last_seen,
    };
    for (activity, status) in [
        (None, Status::Waiting),
        (
            Some(seen(NOW - 24 * HOUR_MS)),
            Status::Connected {
                since: NOW - 40 * HOUR_MS,
            },
        ),
        (
            Some(seen(NOW - 24 * HOUR_MS - 1)),
            Status::Silent {
                since: NOW - 24 * HOUR_MS - 1,
            },
        ),
    ] {
        assert_eq!(Status::of(activity.as_ref(), NOW), status);
    }
}

#[test]
fn adding_a_seeded_code_completes_its_entry() {
    let registry = Registry::new(seeded().unwrap(), vec![portal("vn-hn")]);
    let entry = registry.entry(&"vn-hn".parse().unwrap()).unwrap();
    assert_eq!(entry.name_en.as_deref(), Some("Hanoi"));
    assert!(entry.portal.is_some());
    assert_eq!(registry.entries().count(), seeded().unwrap().len());
}

#[test]
fn what_cannot_be_added_says_what_was_expected() {
    let registry = Registry::new(seeded().unwrap(), vec![portal("vn-hn")]);
    let check = |change: &dyn Fn(&mut Portal), expected: &str| {
        let mut candidate = portal("cong-moi");
        change(&mut candidate);
        let result = registry.admit(&candidate, NOW).map_err(|e| e.to_string());
        match (&result, expected) {
            (Ok(()), "") => {}
            (Err(message), text) if !text.is_empty() && message.contains(text) => {}
            _ => panic!("expected '{expected}', got {result:?}"),
        }
    };
    check(&|_| {}, "");
    check(&|p| p.agency = "vn-dn".parse().unwrap(), "");
    check(&|p| *p = portal("vn-hn"), "choose another code");
    check(&|p| *p = portal("vn-03"), "its successor is 'vn-07'");
    check(&|p| p.agency = "vn-03".parse().unwrap(), "2025-06-30");
    check(&|p| p.agency = "vn-xx".parse().unwrap(), "vn-xx");
    check(&|p| p.name = " ".into(), "a name");
    check(&|p| p.origins.clear(), "--origin");
}

#[test]
fn a_merged_agency_is_not_of_today_but_was_until_its_last_day() {
    let registry = Registry::new(seeded().unwrap(), Vec::new());
    let merged = registry.entry(&"vn-03".parse().unwrap()).unwrap();
    // 2025-06-30T23:00Z and 2025-07-01T00:00Z
    assert!(!merged.is_over(1_751_324_400_000));
    assert!(merged.is_over(1_751_328_000_000));
    assert_eq!(registry.of_today(NOW).count(), 51);
}
