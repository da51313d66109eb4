use super::*;
use crate::snapshot::NAMING;

/// Findings that own their elements.
struct Probed {
    page: Page,
    elements: Vec<Element>,
}

impl Probed {
    fn judge(&self) -> Audit {
        let findings = Findings {
            page: self.page.clone(),
            elements: &self.elements,
        };
        findings.judge()
    }
}

fn phone(elements: Vec<Element>) -> Probed {
    Probed {
        page: Page {
            touch: true,
            fits_device: true,
            zoom_blocked: false,
            client_width: 390.0,
            client_height: 844.0,
            scroll_width: 390.0,
            device_width: 390.0,
            complete: true,
        },
        elements,
    }
}

/// A block of 100 letters at `left`, `top` with a size.
fn block(left: f32, top: f32, width: f32, height: f32) -> Element {
    Element {
        parent: None,
        left,
        top,
        right: left + width,
        bottom: top + height,
        is_contained: false,
        is_target: false,
        is_fixed: false,
        letters: 100.0,
        font_px: 16.0,
    }
}

fn target(left: f32, top: f32, size: f32) -> Element {
    Element {
        is_target: true,
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
        findings.page.touch = touch;
        findings.page.fits_device = fits;
        findings.page.zoom_blocked = blocked;
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
    wide.elements[1].parent = Some(0);
    wide.elements[2].parent = Some(1);
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
    table.elements[1].is_contained = true;
    table.elements[1].parent = Some(0);
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
    page.page.touch = false;
    check("desktop", &page, Check::ContentWidth, Verdict::Pass, &[]);
    check("desktop", &page, Check::TextSize, Verdict::Pass, &[]);
}

#[test]
fn text_fails_where_less_than_60_percent_is_legible() {
    let text = |small: f32, legible: f32| {
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
fn culprits_of_small_text_come_with_the_most_letters_first_and_are_five() {
    let findings = phone(
        (0..8_u8)
            .map(|n| Element {
                letters: f32::from(n),
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
    let two = |left: f32, size: f32| phone(vec![target(0.0, 0.0, size), target(left, 0.0, size)]);
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
    bar.elements[1].is_fixed = true;
    check("bar", &bar, Check::TargetSize, Verdict::Pass, &[]);
}

#[test]
fn a_target_inside_another_is_one_place_to_tap() {
    let mut nested = phone(vec![target(0.0, 0.0, 20.0), target(2.0, 2.0, 16.0)]);
    nested.elements[1].parent = Some(0);
    check("nested", &nested, Check::TargetSize, Verdict::Pass, &[]);
}

#[test]
fn what_was_not_read_cannot_be_called_good() {
    let mut large = phone(vec![target(0.0, 0.0, 44.0)]);
    large.page.complete = false;
    large.elements[0].letters = 100.0;
    check("cut off", &large, Check::TargetSize, Verdict::Unknown, &[]);
    check("cut off", &large, Check::TextSize, Verdict::Unknown, &[]);
    let spread = (0..300_u16).map(|n| target(f32::from(n) * 100.0, 0.0, 16.0));
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
