use serde_json::{Value, json};

use super::super::tests::{at, grouped};
use super::*;
use crate::store::StoredRow;

/// Views of different pages, devices and readings; some told twice.
fn rows(views: std::ops::Range<u64>) -> Vec<StoredRow> {
    let mut rows = Vec::new();
    for view in views {
        let more = json!({"page": format!("/p-{}", ["a", "b", "c"][view as usize % 3]),
            "device": if view % 2 == 0 { "phone" } else { "desktop" },
            "net": if view % 5 == 0 { Value::Null } else { json!("4g") },
            "weight": 1 + view % 4, "automated": view % 7 == 0,
            "load": {"lcp": 900 + view * 37 % 5000, "fcp": 700, "ttfb": 300},
            "response": {"inp": view * 13 % 900, "server_wait": 100 + view % 400},
            "layout": {"cls": 0.01},
            "viewport": {"width": 390, "height": 844,
                "checks": {"zoom": "fail", "text-size": "pass"},
                "culprits": {"zoom": [format!("p.{}", ["hai", "ba"][view as usize % 2])]}},
            "errors": {"uncaught": view % 3, "resources": {"404": 1}},
            "steps": [{"service": "nop-ho-so", "result": "done", "ms": 9000}],
            "rating": {"satisfied": view % 2 == 0}});
        let mut more = more;
        if more["net"].is_null() {
            more.as_object_mut().unwrap().remove("net");
        }
        rows.push(at(view, 2, more.clone()));
        rows.push(at(view, 1, more));
    }
    rows
}

#[test]
fn the_same_rows_in_any_order_give_the_same_bytes() {
    let mut rows = rows(0..60);
    let first = grouped(rows.clone());
    for _ in 0..5 {
        rows.rotate_left(17);
        rows.reverse();
        let again = grouped(rows.clone());
        assert_eq!(again.encode().unwrap(), first.encode().unwrap());
        assert_eq!(
            again.total().encode().unwrap(),
            first.total().encode().unwrap()
        );
    }
}

#[test]
fn what_was_kept_is_read_back_as_it_was() {
    let hour = grouped(rows(0..60));
    assert_eq!(Hour::decode(&hour.encode().unwrap()).unwrap(), hour);
    let total = hour.total();
    assert_eq!(Total::decode(&total.encode().unwrap()).unwrap(), total);
    assert!(total.people.views.began > 0 && total.automated.views.began > 0);
    let empty = Total::decode(&Total::default().encode().unwrap()).unwrap();
    // A limit is the metric's, not the bytes'.
    assert_eq!(empty, Total::default());
    assert!(Hour::decode(b"?").is_err());
}

#[test]
fn hours_merge_to_what_all_their_views_give() {
    let whole = grouped(rows(0..90)).total();
    let mut merged = Total::default();
    for part in [60..90, 0..7, 7..60] {
        merged.merge(&grouped(rows(part)).total());
    }
    assert_eq!(merged, whole);
}

#[test]
fn pages_that_are_seen_least_are_together_as_other_and_nothing_is_lost() {
    let seen = |page: String, views: u64, first: u64| {
        (first..first + views).map(move |view| at(view, 1, json!({"page": page.clone()})))
    };
    let name = |n: u64| {
        let letter = |n: u64| char::from(b'a' + (n % 26) as u8);
        format!("/p-{}{}", letter(n / 26), letter(n))
    };
    // 150 pages twice, then 100 once, in no order.
    let mut rows: Vec<StoredRow> = (0..150)
        .flat_map(|n| seen(name(n), 2, 1000 + n * 2))
        .collect();
    rows.extend((150..250).rev().flat_map(|n| seen(name(n), 1, 5000 + n)));
    let mut hour = grouped(rows);
    hour.cap();
    let pages: BTreeMap<&str, u64> = hour
        .groups()
        .map(|(group, read)| (group.page.as_str(), read.views.began))
        .collect();
    assert_eq!(pages.len(), MOST_PAGES + 1);
    assert_eq!(pages[OTHER], 50);
    assert_eq!(pages[name(0).as_str()], 2);
    // Of those seen once, the first by name.
    assert!(pages.contains_key(name(199).as_str()) && !pages.contains_key(name(200).as_str()));
    assert_eq!(hour.total().people.views.began, 400);
    let other = Filter {
        page: Some(OTHER.to_owned()),
        ..Filter::default()
    };
    assert_eq!(hour.filtered(&other).people.views.began, 50);
}

#[test]
fn agencies_beyond_the_most_seen_keep_their_views_without_their_name() {
    let letters = |n: u64| {
        format!(
            "{}{}",
            char::from(b'a' + (n / 26) as u8),
            char::from(b'a' + (n % 26) as u8)
        )
    };
    let rows = (0..130).map(|n| at(n, 1, json!({"agency": format!("vn-{}", letters(n))})));
    let mut hour = grouped(rows);
    hour.cap();
    let nameless: u64 = hour
        .groups()
        .filter(|(group, _)| group.agency.is_none())
        .map(|(_, read)| read.views.began)
        .sum();
    assert_eq!((nameless, hour.total().people.views.began), (30, 130));
}

#[test]
fn a_check_keeps_the_culprits_that_most_views_showed() {
    let shown = |view: u64, name: String, weight: u64| {
        at(
            view,
            1,
            json!({"weight": weight, "viewport": {"width": 390, "height": 844,
            "checks": {"zoom": "fail"}, "culprits": {"zoom": [name]}}}),
        )
    };
    let name = |n: u64| format!("p.{}", char::from(b'a' + n as u8));
    let mut hour = grouped((0..24).map(|n| shown(n, name(n), if n == 23 { 9 } else { 1 })));
    hour.cap();
    let json = serde_json::to_value(hour.total().people.culprits).unwrap();
    let zoom = json["zoom"].as_object().unwrap();
    assert_eq!(
        (zoom.len(), &zoom[&name(23)], &zoom[OTHER]),
        (21, &json!(9), &json!(4))
    );
    assert!(zoom.contains_key(&name(18)) && !zoom.contains_key(&name(19)));
}

#[test]
fn groups_that_were_not_packed_are_read() {
    let hour = grouped(rows(0..60));
    let former = rmp_serde::to_vec_named(&hour.groups.iter().collect::<Vec<_>>()).unwrap();
    assert_eq!(Hour::decode(&former).unwrap(), hour);
    let packed = hour.encode().unwrap();
    assert_eq!(Hour::decode(&packed).unwrap(), hour);
    assert!(
        packed.len() * 3 < former.len(),
        "{} of {}",
        packed.len(),
        former.len()
    );
}
