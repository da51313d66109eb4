//! The viewport checks, judged from what the probe read. What each check fails on, and by which
//! guideline, is in `docs/reference.md`.

use nhip_protocol::check::{Check, Verdict};
use nhip_protocol::metric::CLS_LIMIT;
use nhip_protocol::unit::Cls;

use super::targets;
use crate::snapshot::{Audit, Reading};

/// CSS px below which text is too small to read. Source: Lighthouse, font-size audit.
const LEGIBLE_PX: f32 = 12.0;

/// Share of the text, in percent, that must be legible. Source: Lighthouse, font-size audit.
const LEGIBLE_SHARE: f32 = 60.0;

/// A page that is wider than its viewport by more than a rounding scrolls sideways.
const OVERFLOW_PX: f32 = 1.0;

/// Elements that the probe reads at most; more of a page is not judged.
pub const MOST_ELEMENTS: usize = 3000;

/// What the probe read: the page's own numbers, and its elements in document order.
pub struct Findings<'a> {
    pub page: Page,
    pub elements: &'a [Element],
}

/// Lengths in CSS px.
#[derive(Clone, Debug, PartialEq)]
pub struct Page {
    /// The device has a touch screen.
    pub touch: bool,
    /// A viewport meta says `width=device-width`.
    pub fits_device: bool,
    /// A viewport meta forbids zooming, or stops it below twice the size.
    pub zoom_blocked: bool,
    /// Of the layout viewport.
    pub client_width: f32,
    pub client_height: f32,
    pub scroll_width: f32,
    /// Of the device's screen, as it is held.
    pub device_width: f32,
    /// Every element was read; false on a page larger than the probe's cap.
    pub complete: bool,
}

/// An element's box in document coordinates, and what the checks ask of it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Element {
    /// Index of the nearest ancestor in the list.
    pub parent: Option<u16>,
    pub left: f32,
    pub top: f32,
    pub right: f32,
    pub bottom: f32,
    /// Stands in a box that scrolls or clips: where it sticks out, it does not widen the page.
    pub is_contained: bool,
    /// Can be tapped and is not an inline link in a text.
    pub is_target: bool,
    /// Stays where it is while the page scrolls under it.
    pub is_fixed: bool,
    /// Letters of its own text, spaces around it left out.
    pub letters: f32,
    pub font_px: f32,
}

impl Element {
    /// What stands where nothing was read yet.
    pub const NONE: Element = Element {
        parent: None,
        left: 0.0,
        top: 0.0,
        right: 0.0,
        bottom: 0.0,
        is_contained: false,
        is_target: false,
        is_fixed: false,
        letters: 0.0,
        font_px: 0.0,
    };
}

impl Findings<'_> {
    /// The verdicts that do not change while the page lives, with up to five culprits for each
    /// failure.
    pub fn judge(&self) -> Audit {
        let page = &self.page;
        let mut audit = Audit {
            width: Reading::of(page.client_width.into()),
            height: Reading::of(page.client_height.into()),
            ..Audit::UNTOLD
        };
        let [sticking_out, small_text, too_close] = &mut audit.culprits;
        // Laid out wider than the device and scaled down: nothing overflows, and nothing is legible.
        let laid_out_wide = page.touch && page.client_width > page.device_width + OVERFLOW_PX;
        let overflows = page.scroll_width - page.client_width > OVERFLOW_PX;
        if overflows {
            self.sticking_out(sticking_out);
        }

        let (small, all) = self.letters();
        let legible = small * 100.0 <= all * (100.0 - LEGIBLE_SHARE);
        if !legible || laid_out_wide {
            let below = if legible { f32::INFINITY } else { LEGIBLE_PX };
            self.most_text(below, small_text);
        }

        let all_compared = targets::too_close(self.elements, too_close);
        let is_crowded = too_close[0].told().is_some();
        let any_target = self.elements.iter().any(|element| element.is_target);

        let on_touch = |passes: bool| match page.touch {
            true => Verdict::from(passes),
            // A mouse neither reads the meta nor pinches.
            false => Verdict::Unknown,
        };
        // Of a page that was not read to its end, nobody knows that it passes.
        let unless = |fails: bool, is_sure: bool| match is_sure && page.complete {
            _ if fails => Verdict::Fail,
            true => Verdict::Pass,
            false => Verdict::Unknown,
        };
        audit.decide(Check::ViewportMeta, on_touch(page.fits_device));
        audit.decide(Check::Zoom, on_touch(!page.zoom_blocked));
        audit.decide(
            Check::ContentWidth,
            Verdict::from(!overflows && !laid_out_wide),
        );
        let illegible = all > 0.0 && (!legible || laid_out_wide);
        audit.decide(Check::TextSize, unless(illegible, all > 0.0));
        audit.decide(
            Check::TargetSize,
            unless(is_crowded, any_target && all_compared),
        );
        audit
    }

    /// The outermost elements that reach past the viewport.
    fn sticking_out(&self, culprits: &mut [Reading]) {
        let width = self.page.client_width;
        let reaches_past = |element: &Element| element.right > width + OVERFLOW_PX;
        let mut places = culprits.iter_mut();
        for (index, element) in self.elements.iter().enumerate() {
            let is_outermost = !element
                .parent
                .and_then(|parent| self.elements.get(usize::from(parent)))
                .is_some_and(reaches_past);
            if reaches_past(element) && is_outermost && !element.is_contained {
                match places.next() {
                    Some(place) => *place = Reading::of(index as f64),
                    None => return,
                }
            }
        }
    }

    /// (letters too small, all letters).
    fn letters(&self) -> (f32, f32) {
        let mut small = 0.0;
        let mut all = 0.0;
        for element in self.elements {
            all += element.letters;
            if element.font_px < LEGIBLE_PX {
                small += element.letters;
            }
        }
        (small, all)
    }

    /// The elements with the most text that is smaller than `below`, the most first.
    fn most_text(&self, below: f32, culprits: &mut [Reading]) {
        // What comes after the one before: fewer letters, or as many and further down.
        let (mut last, mut behind) = (f32::INFINITY, 0);
        for place in culprits {
            let (mut most, mut at) = (0.0, None);
            for (index, element) in self.elements.iter().enumerate() {
                let letters = element.letters;
                let comes_after = letters < last || letters == last && index > behind;
                if element.font_px < below && letters > most && comes_after {
                    (most, at) = (letters, Some(index));
                }
            }
            let Some(index) = at else {
                return;
            };
            *place = Reading::of(index as f64);
            (last, behind) = (most, index);
        }
    }
}

/// Whether an ancestor in the list is what is looked for.
pub fn ancestor(
    elements: &[Element],
    element: &Element,
    wanted: impl Fn(&Element) -> bool,
) -> bool {
    let mut above = element.parent;
    // Each one stands before its child, so this ends.
    while let Some(found) = above.and_then(|index| elements.get(usize::from(index))) {
        if wanted(found) {
            return true;
        }
        above = found.parent;
    }
    false
}

/// `layout-stability` follows CLS for as long as the page lives.
pub fn layout_stability(cls: Option<Cls>) -> Verdict {
    match cls {
        Some(cls) => Verdict::from(cls <= CLS_LIMIT),
        None => Verdict::Unknown,
    }
}

#[cfg(test)]
#[path = "viewport_tests.rs"]
mod tests;
