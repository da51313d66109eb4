use super::*;
use crate::snapshot::NAMING;

/// Findings that own their elements.
struct Probed {
    page: Page,
    elements: Vec<Element>,
    complete: bool,
}

impl Probed {
    fn judge(&self) -> Audit {
        let mut text = Legibility::NONE;
        self.elements.iter().for_each(|element| text.push(element));
        let findings = Findings {
            page: &self.page,
            elements: &self.elements,
            text: &text,
            complete: self.complete,
        };
        findings.judge()
    }
}

fn phone(elements: Vec<Element>) -> Probed {
    Probed {
        page: Page {
            touch: 1.0,
            fits_device: 1.0,
            zoom_blocked: 0.0,
            client_width: 390.0,
            client_height: 844.0,
            scroll_width: 390.0,
            device_width: 390.0,
        },
        elements,
        complete: true,
    }
}

/// A block of 100 letters at `left`, `top` with a size.
fn block(left: f64, top: f64, width: f64, height: f64) -> Element {
    Element {
        parent: -1.0,
        left,
        top,
        right: left + width,
        bottom: top + height,
        flags: 0.0,
        letters: 100.0,
        font_px: 16.0,
    }
}

fn target(left: f64, top: f64, size: f64) -> Element {
    Element {
        flags: f64::from(TARGET),
        letters: 0.0,
        ..block(left, top, size, size)
    }
}

fn check(name: &str, findings: &Probed, check: Check, verdict: Verdict, culprits: &[f64]) {
    let audit = findings.judge();
    let told = audit.checks[check as usize].told();
    assert_eq!(told, Some(f64::from(verdict as u8)), "{name}");
    let place = NAMING.iter().position(|naming| *naming == check);
    let named = place
        .map(|place| audit.culprits[place])
        .into_iter()
        .flatten();
    let named: Vec<f64> = named.filter_map(Reading::told).collect();
    assert_eq!(named, culprits, "{name}");
}

#[test]
fn meta_and_zoom_can_be_told_on_a_touch_device_only() {
    for (touch, fits, blocked, meta, zoom) in [
        (true, true, false, Verdict::Pass, Verdict::Pass),
        (true, false, true, Verdict::Fail, Verdict::Fail),
        (false, false, true, Verdict::Unknown, Verdict::Unknown),
    ] {
        let mut findings = phone(vec![]);
        findings.page.touch = f64::from(u8::from(touch));
        findings.page.fits_device = f64::from(u8::from(fits));
        findings.page.zoom_blocked = f64::from(u8::from(blocked));
        check("meta", &findings, Check::ViewportMeta, meta, &[]);
        check("zoom", &findings, Check::Zoom, zoom, &[]);
    }
}

#[test]
fn the_outermost_element_that_sticks_out_is_the_culprit() {
    let mut wide = phone(vec![
        block(0.0, 0.0, 390.0, 2000.0),
        block(0.0, 0.0, 1180.0, 100.0),
        block(0.0, 0.0, 1180.0, 50.0),
    ]);
    wide.elements[1].parent = 0.0;
    wide.elements[2].parent = 1.0;
    wide.page.scroll_width = 1180.0;
    check("wide", &wide, Check::ContentWidth, Verdict::Fail, &[1.0]);
    wide.page.scroll_width = 391.0;
    check(
        "one px is rounding",
        &wide,
        Check::ContentWidth,
        Verdict::Pass,
        &[],
    );
}

#[test]
fn what_scrolls_inside_its_own_box_is_no_culprit() {
    let mut table = phone(vec![
        block(0.0, 0.0, 390.0, 100.0),
        block(0.0, 0.0, 900.0, 100.0),
        block(0.0, 0.0, 500.0, 100.0),
    ]);
    table.elements[1].flags = f64::from(CONTAINED);
    table.elements[1].parent = 0.0;
    table.page.scroll_width = 500.0;
    check("table", &table, Check::ContentWidth, Verdict::Fail, &[2.0]);
}

#[test]
fn a_page_laid_out_wider_than_the_device_fails_though_nothing_overflows() {
    let mut page = phone(vec![block(0.0, 0.0, 980.0, 100.0)]);
    page.page.client_width = 980.0;
    page.page.scroll_width = 980.0;
    // The meta is to blame, not an element.
    check("width", &page, Check::ContentWidth, Verdict::Fail, &[]);
    check("text", &page, Check::TextSize, Verdict::Fail, &[0.0]);
    page.page.touch = 0.0;
    check("desktop", &page, Check::ContentWidth, Verdict::Pass, &[]);
    check("desktop", &page, Check::TextSize, Verdict::Pass, &[]);
}

#[test]
fn text_fails_where_less_than_60_percent_is_legible() {
    let text = |small: f64, legible: f64| {
        phone(vec![
            Element {
                letters: legible,
                font_px: 12.0,
                ..block(0.0, 0.0, 10.0, 10.0)
            },
            Element {
                letters: small,
                font_px: 11.9,
                ..block(0.0, 0.0, 10.0, 10.0)
            },
        ])
    };
    check(
        "40 %",
        &text(40.0, 60.0),
        Check::TextSize,
        Verdict::Pass,
        &[],
    );
    check(
        "41 %",
        &text(41.0, 59.0),
        Check::TextSize,
        Verdict::Fail,
        &[1.0],
    );
    check(
        "no text",
        &text(0.0, 0.0),
        Check::TextSize,
        Verdict::Unknown,
        &[],
    );
}

#[test]
fn texts_are_settled_once_no_larger_one_can_make_the_page_fail() {
    let mut page = phone(vec![]).page;
    let text = |letters: f64, font_px: f64| Element {
        letters,
        font_px,
        ..block(0.0, 0.0, 0.0, 0.0)
    };
    let mut told = Legibility::NONE;
    // From the smallest on.
    for (letters, font_px, settled) in [(40.0, 11.0, false), (59.0, 14.0, false), (1.0, 16.0, true)]
    {
        let text = text(letters, font_px);
        told.push(&text);
        assert_eq!(told.is_settled(&page, &text), settled, "{font_px}");
    }
    page.device_width = 100.0;
    let scaled_down = text(1.0, 16.0);
    assert!(
        !told.is_settled(&page, &scaled_down),
        "all of it is too small"
    );
}

#[test]
fn culprits_of_small_text_come_with_the_most_letters_first_and_are_five() {
    let findings = phone(
        (0..8_u8)
            .map(|n| Element {
                letters: f64::from(n),
                font_px: 9.0,
                ..block(0.0, 0.0, 10.0, 10.0)
            })
            .collect(),
    );
    check(
        "five",
        &findings,
        Check::TextSize,
        Verdict::Fail,
        &[7.0, 6.0, 5.0, 4.0, 3.0],
    );
}

#[test]
fn small_targets_need_a_free_circle() {
    let two = |left: f64, size: f64| phone(vec![target(0.0, 0.0, size), target(left, 0.0, size)]);
    let at = Check::TargetSize;
    check(
        "16 px side by side",
        &two(16.0, 16.0),
        at,
        Verdict::Fail,
        &[0.0, 1.0],
    );
    check(
        "16 px with 8 px between",
        &two(24.0, 16.0),
        at,
        Verdict::Pass,
        &[],
    );
    check(
        "16 px with 7 px between",
        &two(23.0, 16.0),
        at,
        Verdict::Fail,
        &[0.0, 1.0],
    );
    check(
        "24 px side by side",
        &two(24.0, 24.0),
        at,
        Verdict::Pass,
        &[],
    );
    let beside_large = phone(vec![target(0.0, 0.0, 16.0), target(18.0, 0.0, 100.0)]);
    check(
        "a small one beside a large one",
        &beside_large,
        at,
        Verdict::Fail,
        &[0.0],
    );
}

#[test]
fn what_is_fixed_does_not_crowd_what_scrolls_under_it() {
    let mut bar = phone(vec![target(0.0, 0.0, 16.0), target(8.0, 0.0, 16.0)]);
    bar.elements[1].flags = f64::from(TARGET | FIXED);
    check("bar", &bar, Check::TargetSize, Verdict::Pass, &[]);
}

#[test]
fn a_target_inside_another_is_one_place_to_tap() {
    let mut nested = phone(vec![target(0.0, 0.0, 20.0), target(2.0, 2.0, 16.0)]);
    nested.elements[1].parent = 0.0;
    check("nested", &nested, Check::TargetSize, Verdict::Pass, &[]);
}

#[test]
fn what_was_not_read_cannot_be_called_good() {
    let mut large = phone(vec![target(0.0, 0.0, 44.0)]);
    large.complete = false;
    large.elements[0].letters = 100.0;
    check("cut off", &large, Check::TargetSize, Verdict::Unknown, &[]);
    check("cut off", &large, Check::TextSize, Verdict::Unknown, &[]);
    let spread = (0..300_u16).map(|n| target(f64::from(n) * 100.0, 0.0, 16.0));
    check(
        "too many to compare",
        &phone(spread.collect()),
        Check::TargetSize,
        Verdict::Unknown,
        &[],
    );
    check(
        "no targets",
        &phone(vec![]),
        Check::TargetSize,
        Verdict::Unknown,
        &[],
    );
}

#[test]
fn stability_follows_cls_or_cannot_be_told() {
    for (cls, verdict) in [
        (Some(0.0), Verdict::Pass),
        (Some(0.1), Verdict::Pass),
        (Some(0.1001), Verdict::Fail),
        (None, Verdict::Unknown),
    ] {
        assert_eq!(layout_stability(cls.and_then(Cls::from_f64)), verdict);
    }
}
