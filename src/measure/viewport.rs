//! The viewport checks, judged from what the probe read. What each check fails on, and by which
//! guideline, is in `docs/reference.md`.

use nhip_protocol::check::{Check, PerCheck, Verdict};
use nhip_protocol::metric::CLS_LIMIT;
use nhip_protocol::report::{MAX_CULPRITS, Viewport};
use nhip_protocol::unit::Cls;

use super::targets;

/// CSS px below which text is too small to read. Source: Lighthouse, font-size audit.
const LEGIBLE_PX: f64 = 12.0;

/// Share of the text, in percent, that must be legible. Source: Lighthouse, font-size audit.
const LEGIBLE_SHARE: f64 = 60.0;

/// A page that is wider than its viewport by more than a rounding scrolls sideways.
const OVERFLOW_PX: f64 = 1.0;

/// What the probe read: the page's own numbers, and its elements in document order.
pub struct Findings<'a, E: ?Sized> {
    pub page: Page,
    pub elements: &'a E,
}

/// A list of elements; packed in the module, a slice in tests.
pub trait Elements {
    fn len(&self) -> usize;

    /// Element `index`, below [`Elements::len`].
    fn at(&self, index: usize) -> Element;

    fn is_empty(&self) -> bool {
        self.len() == 0
    }
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
    pub client_width: f64,
    pub client_height: f64,
    pub scroll_width: f64,
    /// Of the device's screen, as it is held.
    pub device_width: f64,
    /// Every element was read; false on a page larger than the probe's cap.
    pub complete: bool,
}

/// An element's box in document coordinates, and what the checks ask of it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Element {
    /// Index of the nearest ancestor in the list.
    pub parent: Option<usize>,
    pub left: f64,
    pub top: f64,
    pub right: f64,
    pub bottom: f64,
    /// Scrolls or clips sideways: what sticks out of its content does not widen the page.
    pub contains_overflow: bool,
    /// Can be tapped and is not an inline link in a text.
    pub is_target: bool,
    /// Stays where it is while the page scrolls under it.
    pub is_fixed: bool,
    /// Letters of its own text, spaces left out.
    pub letters: f64,
    pub font_px: f64,
}

impl<E: Elements + ?Sized> Findings<'_, E> {
    /// The verdicts that do not change while the page lives, with up to five culprits for each
    /// failure, by their index in `elements`.
    pub fn judge(&self) -> Viewport<u32> {
        let page = &self.page;
        let mut checks = PerCheck::default();
        let mut culprits = PerCheck::default();
        let on_touch = |passes: bool| match page.touch {
            true => Verdict::from(passes),
            // A mouse neither reads the meta nor pinches.
            false => Verdict::Unknown,
        };
        checks[Check::ViewportMeta] = Some(on_touch(page.fits_device));
        checks[Check::Zoom] = Some(on_touch(!page.zoom_blocked));

        // Laid out wider than the device and scaled down: nothing overflows, and nothing is legible.
        let laid_out_wide = page.touch && page.client_width > page.device_width + OVERFLOW_PX;
        let overflows = page.scroll_width - page.client_width > OVERFLOW_PX;
        checks[Check::ContentWidth] = Some(Verdict::from(!overflows && !laid_out_wide));
        if overflows {
            culprits[Check::ContentWidth] = Some(self.sticking_out());
        }

        let (small, all) = self.letters();
        let legible = small * 100.0 <= all * (100.0 - LEGIBLE_SHARE);
        checks[Check::TextSize] = Some(match legible && !laid_out_wide {
            _ if all == 0.0 => Verdict::Unknown,
            false => Verdict::Fail,
            true if page.complete => Verdict::Pass,
            // The rest of the page was not read.
            true => Verdict::Unknown,
        });
        if all > 0.0 && (!legible || laid_out_wide) {
            let below = if legible { f64::INFINITY } else { LEGIBLE_PX };
            culprits[Check::TextSize] = Some(self.most_text(below));
        }

        let (too_close, all_compared) = targets::too_close(self.elements);
        let any_target = self.each().any(|(_, element)| element.is_target);
        checks[Check::TargetSize] = Some(
            match (
                too_close.is_empty(),
                any_target && page.complete && all_compared,
            ) {
                (false, _) => Verdict::Fail,
                (true, true) => Verdict::Pass,
                // Nothing to tap, or the rest of the page was not read.
                (true, false) => Verdict::Unknown,
            },
        );
        if !too_close.is_empty() {
            culprits[Check::TargetSize] = Some(too_close);
        }

        Viewport {
            width: page.client_width as u32,
            height: page.client_height as u32,
            checks,
            culprits,
        }
    }

    fn each(&self) -> impl Iterator<Item = (u32, Element)> {
        (0..self.elements.len()).map(|index| (index as u32, self.elements.at(index)))
    }

    /// The outermost elements that reach past the viewport, but for those inside a box that contains
    /// its overflow.
    fn sticking_out(&self) -> Vec<u32> {
        let width = self.page.client_width;
        let reaches_past = |element: Element| element.right > width + OVERFLOW_PX;
        let mut found = Vec::with_capacity(MAX_CULPRITS);
        for (index, element) in self.each() {
            let parent = element.parent.map(|parent| self.elements.at(parent));
            if found.len() < MAX_CULPRITS
                && reaches_past(element)
                && !parent.is_some_and(reaches_past)
                && !self.is_contained(element)
            {
                found.push(index);
            }
        }
        found
    }

    fn is_contained(&self, element: Element) -> bool {
        let mut above = element.parent;
        while let Some(index) = above {
            let ancestor = self.elements.at(index);
            if ancestor.contains_overflow {
                return true;
            }
            above = ancestor.parent;
        }
        false
    }

    /// (letters too small, all letters).
    fn letters(&self) -> (f64, f64) {
        let mut small = 0.0;
        let mut all = 0.0;
        for (_, element) in self.each() {
            all += element.letters;
            if element.font_px < LEGIBLE_PX {
                small += element.letters;
            }
        }
        (small, all)
    }

    /// The elements with the most text that is smaller than `below`, the most first.
    fn most_text(&self, below: f64) -> Vec<u32> {
        let mut found = Vec::with_capacity(MAX_CULPRITS + 1);
        for (index, element) in self.each() {
            if element.letters > 0.0 && element.font_px < below {
                found.push(index);
                let letters = |at: u32| self.elements.at(at as usize).letters;
                // Sorted but for the last: it moves up as far as it belongs.
                for at in (1..found.len()).rev() {
                    if letters(found[at]) > letters(found[at - 1]) {
                        found.swap(at, at - 1);
                    }
                }
                found.truncate(MAX_CULPRITS);
            }
        }
        found
    }
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
