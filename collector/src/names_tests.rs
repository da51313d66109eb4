use nhip_protocol::report::RawReport;
use serde_json::json;

use super::*;
use crate::portals::{Portal, Registry};

fn row(view: u64, page: &str, culprit: &str, received: UnixMs) -> NewRow {
    let raw: RawReport = serde_json::from_value(json!({"v":1,"portal":"vn-hn",
        "view":format!("{view:016x}"),"seq":1,"kind":"final","nav":"navigate","age":10,"page":page,
        "viewport":{"width":390,"height":844,"checks":{"target-size":"fail"},
            "culprits":{"target-size":[culprit]}}}))
    .unwrap();
    NewRow::new(received, OriginSeen::Registered, raw.validate().unwrap())
}

fn entry(names: &[&str]) -> Entry {
    let code: Code = "vn-hn".parse().unwrap();
    let portal = Portal {
        agency: code.clone(),
        code: code.clone(),
        name: "Hà Nội".to_owned(),
        origins: vec![],
        count_automated: false,
        added: 0,
        names: names.iter().map(|name| (*name).to_owned()).collect(),
        paused: false,
    };
    let registry = Registry::new(vec![], vec![portal]);
    registry.entry(&code).unwrap().clone()
}

/// What is stored of (view, page) pairs that come one after the other, `every` ms apart.
fn pages(names: &Names, entry: &Entry, seen: &[(u64, &str)], every: UnixMs) -> Vec<String> {
    seen.iter()
        .enumerate()
        .map(|(at, (view, page))| {
            let mut row = row(*view, page, "a.nut", at as UnixMs * every);
            names.admit(&mut row, entry);
            row.report.page
        })
        .collect()
}

fn culprit(row: &NewRow) -> String {
    let viewport = row.report.viewport.as_ref().unwrap();
    let mut told = viewport.culprits.iter().flat_map(|(_, told)| told);
    told.next().unwrap().clone()
}

/// Different words, from letters that make no hexadecimal number.
fn word(n: usize) -> String {
    let letter = |at: u32| char::from(b'g' + (n / 19_usize.pow(at) % 19) as u8);
    (0..4).map(letter).collect()
}

const DAY: UnixMs = DAY_MS;

#[test]
fn a_name_is_kept_from_the_view_on_that_makes_it_common() {
    let names = Names::new(3, vec![]);
    let seen = [
        (1, "/thu-tuc"),
        (2, "/thu-tuc"),
        (3, "/thu-tuc"),
        (1, "/thu-tuc"),
    ];
    let stored = pages(&names, &entry(&[]), &seen, 1000);
    assert_eq!(stored, [RARE, RARE, "/thu-tuc", "/thu-tuc"]);
}

#[test]
fn the_same_view_counts_once_however_often_it_reports() {
    let names = Names::new(2, vec![]);
    let stored = pages(&names, &entry(&[]), &[(7, "/ho-so/le-van-an"); 50], 1000);
    assert!(stored.iter().all(|page| page == RARE), "{stored:?}");
}

#[test]
fn names_of_people_that_fewer_views_show_are_never_written() {
    let names = Names::new(DEFAULT_VIEWS, vec![]);
    for (page, culprit) in [
        ("/ho-so/nguyen-van-an", "li#nguyen-van-an"),
        ("/cong-dan/tran-thi-bich-ngoc", "div.tran-thi-bich-ngoc"),
        ("/tra-cuu/ket-qua/le-hoang", "td.ten>le-hoang"),
        ("/u/phamvand", "a#phamvand:nth-child(3)"),
        ("/NguyenThiHoa", "NguyenThiHoa"),
        // A tag that is no word does not cover for what stands behind it.
        ("/12345/le-quoc-toan", "ion-col2#le-quoc-toan"),
        ("/a.b/le-quoc-toan", "x2-tab>a#le-quoc-toan"),
        ("/x", ":x.tran-thi-hoa"),
    ] {
        // Each time a view of its own.
        for view in 1..DEFAULT_VIEWS {
            let mut row = row(view, page, culprit, view as UnixMs);
            names.admit(&mut row, &entry(&[]));
            assert!(row.learnt.is_empty());
            assert_eq!(row.report.page, RARE);
            assert_eq!(self::culprit(&row), RARE, "{culprit}");
        }
    }
}

#[test]
fn views_of_more_than_a_day_ago_do_not_count() {
    let names = Names::new(2, vec![]);
    let stored = pages(&names, &entry(&[]), &[(1, "/a"), (2, "/a"), (3, "/a")], DAY);
    assert_eq!(stored, [RARE, RARE, RARE]);
}

#[test]
fn views_from_before_the_clock_was_set_back_do_not_count() {
    let names = Names::new(2, vec![]);
    for (view, received) in [(1, 400 * DAY), (2, DAY)] {
        let mut row = row(view, "/thu-tuc", "a", received);
        names.admit(&mut row, &entry(&[]));
        assert_eq!(row.report.page, RARE);
    }
}

#[test]
fn what_waited_in_vain_is_forgotten() {
    let names = Names::new(9, vec![]);
    pages(
        &names,
        &entry(&[]),
        &[(1, "/ho-so/le-van-an"), (2, "/tin-tuc")],
        DAY / 2,
    );
    // Nothing is old yet, and an hour has to pass before the next look.
    names.tidy(DAY - 1);
    names.tidy(DAY + 1);
    assert_eq!(waiting(&names), ["/ho-so/le-van-an", "/tin-tuc"]);
    names.tidy(DAY - 1 + 3_600_000);
    assert_eq!(waiting(&names), ["/tin-tuc"]);
}

fn waiting(names: &Names) -> Vec<String> {
    let portals = names.portals();
    let pages = portals.values().flat_map(|seen| seen.pages.waiting.keys());
    let mut waiting: Vec<String> = pages.cloned().collect();
    waiting.sort();
    waiting
}

#[test]
fn what_is_registered_or_was_kept_before_or_says_nothing_passes() {
    let known = Name {
        portal: "vn-hn".parse().unwrap(),
        name: "/tin-tuc".to_owned(),
    };
    let names = Names::new(3, vec![known]);
    let seen = [(1, "/thu-tuc"), (2, "/tin-tuc"), (3, "/"), (4, "/12345/:x")];
    let stored = pages(&names, &entry(&["/thu-tuc"]), &seen, 1);
    assert_eq!(stored, ["/thu-tuc", "/tin-tuc", "/", "/:n/:x"]);
}

#[test]
fn culprits_wait_as_page_groups_do() {
    let names = Names::new(2, vec![]);
    for (view, expected) in [(1, RARE), (2, "a.nut")] {
        let mut row = row(view, "/", "a.nut", 0);
        names.admit(&mut row, &entry(&[]));
        assert_eq!(culprit(&row), expected);
        assert_eq!(row.learnt.len(), usize::from(expected != RARE));
    }
}

/// What is stored of a view's services.
fn services(names: &Names, entry: &Entry, view: u64, services: &[&str]) -> (Vec<String>, NewRow) {
    let mut row = row(view, "/", ":n", 0);
    let step = |service: &&str| json!({"service": service, "result": "start"});
    let steps: Vec<_> = services.iter().map(step).collect();
    row.report.steps = serde_json::from_value(json!(steps)).unwrap();
    names.admit(&mut row, entry);
    let steps = row.report.steps.iter();
    let stored = steps.map(|step| step.service.clone()).collect();
    (stored, row)
}

#[test]
fn services_wait_as_page_groups_do_and_are_kept_apart_from_culprits() {
    let names = Names::new(2, vec![]);
    let entry = entry(&[]);
    // A culprit of the same name makes no service common.
    for view in 1..3 {
        names.admit(&mut row(view, "/", "nop-ho-so", 0), &entry);
    }
    let (stored, _) = services(&names, &entry, 3, &["nop-ho-so", "nop-ho-so"]);
    assert_eq!(stored, [RARE, RARE], "one view, however often it says so");
    let (stored, told) = services(&names, &entry, 4, &["nop-ho-so", "le-van-an", ":n"]);
    assert_eq!(stored, ["nop-ho-so", RARE, ":n"]);
    assert_eq!(told.learnt, ["@nop-ho-so"]);
    let kept: Vec<Name> = told
        .learnt
        .into_iter()
        .map(|name| Name {
            portal: "vn-hn".parse().unwrap(),
            name,
        })
        .collect();
    // After a restart.
    let names = Names::new(2, kept);
    let (stored, _) = services(&names, &entry, 5, &["nop-ho-so"]);
    assert_eq!(stored, ["nop-ho-so"]);
    let mut shown = row(6, "/", "nop-ho-so", 0);
    names.admit(&mut shown, &entry);
    assert_eq!(culprit(&shown), RARE);
}

#[test]
fn a_registered_service_is_stored_from_its_first_view_on() {
    let names = Names::new(9, vec![]);
    let registered = entry(&["@nop-ho-so", "/nop-phi"]);
    let (stored, row) = services(&names, &registered, 1, &["nop-ho-so", "nop-phi"]);
    assert_eq!(stored, ["nop-ho-so", RARE]);
    assert!(row.learnt.is_empty());
}

#[test]
fn what_does_not_come_from_the_portals_pages_makes_nothing_common() {
    for origin in [OriginSeen::Null, OriginSeen::Absent] {
        let names = Names::new(1, vec![]);
        let mut row = row(1, "/thu-tuc", "a.nut", 0);
        row.origin = origin;
        names.admit(&mut row, &entry(&[]));
        assert_eq!(row.report.page, RARE, "{origin:?}");
    }
}

#[test]
fn a_flood_of_names_makes_nothing_grow() {
    let names = Names::new(MOST_VIEWS, vec![]);
    let entry = entry(&[]);
    for n in 0..3 * MOST_WAITING {
        // One name comes again and again, the others once.
        for page in ["/thu-tuc".to_owned(), format!("/{}", word(n))] {
            names.admit(&mut row(n as u64, &page, "a.nut", n as UnixMs), &entry);
        }
    }
    let portals = names.portals();
    let pages = &portals.values().next().unwrap().pages;
    assert_eq!(pages.waiting.len(), MOST_WAITING);
    assert_eq!(pages.kept.keys().collect::<Vec<_>>(), ["/thu-tuc"]);
    let longest = pages.waiting.values().map(Vec::len).max().unwrap();
    assert!(longest < MOST_VIEWS as usize, "{longest}");
}

#[test]
fn a_full_list_makes_room_by_what_was_met_longest_ago_and_says_so() {
    let names = Names::new(1, vec![]);
    let entry = entry(&[]);
    let mut forgotten = Vec::new();
    for n in 0..MOST_KEPT + 10 {
        for page in ["/thu-tuc".to_owned(), format!("/{}", word(n))] {
            let mut row = row(n as u64, &page, "a.nut", n as UnixMs);
            names.admit(&mut row, &entry);
            assert_eq!(row.report.page, page);
            forgotten.extend(row.forgotten);
        }
    }
    // "/thu-tuc" is met all the time.
    let first: Vec<String> = (0..11).map(|n| format!("/{}", word(n))).collect();
    assert_eq!(forgotten, first);
}
