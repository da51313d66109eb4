//! The viewport checks, judged from what the probe read. What each check fails on, and by which
//! guideline, is in `docs/reference.md`.

use nhip_protocol::check::{Check, Verdict};
use nhip_protocol::metric::CLS_LIMIT;
use nhip_protocol::report::MAX_CULPRITS;
use nhip_protocol::unit::Cls;

use super::ranking::{Ranked, rank};
use super::targets;
use crate::snapshot::{Audit, Reading, name};

/// CSS px below which text is too small to read. Source: Lighthouse, font-size audit.
const LEGIBLE_PX: f64 = 12.0;

/// Share of the text, in percent, that must be legible. Source: Lighthouse, font-size audit.
const LEGIBLE_SHARE: f64 = 60.0;

/// A page that is wider than its viewport by more than a rounding scrolls sideways.
const OVERFLOW_PX: f64 = 1.0;

/// Elements that the probe reads at most; more of a page is not judged.
pub const MOST_ELEMENTS: usize = 3000;

/// What the probe read: the page's own numbers, and the elements that matter, a parent before its
/// children.
pub struct Findings<'a> {
    pub page: &'a Page,
    pub elements: &'a [Element],
    /// Of all of them.
    pub text: &'a Legibility,
    /// Nothing was left out; false on a page larger than the probe's caps.
    pub complete: bool,
}

/// Lengths in CSS px. A yes is 1.
#[derive(Clone, Copy, Debug, PartialEq)]
#[repr(C)]
pub struct Page {
    /// The device has a touch screen.
    pub touch: f64,
    /// A viewport meta says `width=device-width`.
    pub fits_device: f64,
    /// A viewport meta forbids zooming, or stops it below twice the size.
    pub zoom_blocked: f64,
    /// Of the layout viewport.
    pub client_width: f64,
    pub client_height: f64,
    pub scroll_width: f64,
    /// Of the device's screen, as it is held.
    pub device_width: f64,
}

impl Page {
    pub const NONE: Page = Page {
        touch: 0.0,
        fits_device: 0.0,
        zoom_blocked: 0.0,
        client_width: 0.0,
        client_height: 0.0,
        scroll_width: 0.0,
        device_width: 0.0,
    };

    /// Scaled down by the device: nothing overflows, and nothing is legible.
    fn is_laid_out_wide(&self) -> bool {
        self.touch > 0.0 && self.client_width > self.device_width + OVERFLOW_PX
    }
}

/// How much of the text is large enough to read.
pub struct Legibility {
    small: f64,
    all: f64,
}

impl Legibility {
    pub const NONE: Legibility = Legibility {
        small: 0.0,
        all: 0.0,
    };

    pub fn push(&mut self, element: &Element) {
        self.all += element.letters;
        if element.font_px < LEGIBLE_PX {
            self.small += element.letters;
        }
    }

    fn passes(&self) -> bool {
        self.small * 100.0 <= self.all * (100.0 - LEGIBLE_SHARE)
    }

    /// Texts come from the smallest on: after `element`, none can make the page fail.
    pub fn is_settled(&self, page: &Page, element: &Element) -> bool {
        element.letters > 0.0
            && element.font_px >= LEGIBLE_PX
            && self.passes()
            && !page.is_laid_out_wide()
    }
}

/// An element's box in document coordinates, and what the checks ask of it, as the probe tells it.
#[derive(Clone, Copy, Debug, PartialEq)]
#[repr(C)]
pub struct Element {
    /// Index of the nearest ancestor in the list; negative where there is none.
    pub parent: f64,
    pub left: f64,
    pub top: f64,
    pub right: f64,
    pub bottom: f64,
    /// [`CONTAINED`], [`TARGET`], [`FIXED`], added up.
    pub flags: f64,
    /// Letters of its own text, spaces around it left out.
    pub letters: f64,
    pub font_px: f64,
}

/// Stands in a box that scrolls or clips: where it sticks out, it does not widen the page.
pub const CONTAINED: u8 = 1;
/// Can be tapped and is not an inline link in a text.
pub const TARGET: u8 = 2;
/// Stays where it is while the page scrolls under it.
pub const FIXED: u8 = 4;

impl Element {
    /// What stands where nothing was read yet.
    pub const NONE: Element = Element {
        parent: 0.0,
        left: 0.0,
        top: 0.0,
        right: 0.0,
        bottom: 0.0,
        flags: 0.0,
        letters: 0.0,
        font_px: 0.0,
    };

    pub fn is(&self, flag: u8) -> bool {
        self.flags as u32 & u32::from(flag) != 0
    }
}

impl Findings<'_> {
    #[cfg(test)]
    fn judge(&self) -> Audit {
        let mut audit = Audit::UNTOLD;
        self.tell(&mut audit);
        audit
    }

    /// Tells the verdicts that do not change while the page lives, with up to five culprits for each
    /// failure.
    pub fn tell(&self, audit: &mut Audit) {
        let page = self.page;
        *audit = Audit::UNTOLD;
        audit.width = Reading::of(page.client_width);
        audit.height = Reading::of(page.client_height);
        let [sticking_out, small_text, too_close] = &mut audit.culprits;
        let laid_out_wide = page.is_laid_out_wide();
        let overflows = page.scroll_width - page.client_width > OVERFLOW_PX;
        if overflows {
            self.sticking_out(sticking_out);
        }

        let legible = self.text.passes();
        if !legible || laid_out_wide {
            let below = if legible { f64::INFINITY } else { LEGIBLE_PX };
            self.most_text(below, small_text);
        }

        let all_compared = targets::too_close(self.elements, too_close);
        let is_crowded = too_close[0].told().is_some();

        let on_touch = |passes: bool| match page.touch > 0.0 {
            true => Verdict::from(passes),
            // A mouse neither reads the meta nor pinches.
            false => Verdict::Unknown,
        };
        // Of a page that was not read to its end, nobody knows that it passes.
        let unless = |fails: bool, is_sure: bool| match is_sure && self.complete {
            _ if fails => Verdict::Fail,
            true => Verdict::Pass,
            false => Verdict::Unknown,
        };
        audit.decide(Check::ViewportMeta, on_touch(page.fits_device > 0.0));
        audit.decide(Check::Zoom, on_touch(page.zoom_blocked <= 0.0));
        audit.decide(
            Check::ContentWidth,
            Verdict::from(!overflows && !laid_out_wide),
        );
        let illegible = self.text.all > 0.0 && (!legible || laid_out_wide);
        audit.decide(Check::TextSize, unless(illegible, self.text.all > 0.0));
        audit.decide(Check::TargetSize, unless(is_crowded, all_compared));
    }

    /// The outermost elements that reach past the viewport.
    fn sticking_out(&self, culprits: &mut [Reading]) {
        let width = self.page.client_width;
        let reaches_past = |element: &Element| element.right > width + OVERFLOW_PX;
        for (index, element) in self.elements.iter().enumerate() {
            let is_outermost = !parent(self.elements, element).is_some_and(reaches_past);
            if reaches_past(element) && is_outermost && !element.is(CONTAINED) {
                name(culprits, index);
            }
        }
    }

    /// The elements with the most text that is smaller than `below`, the most first.
    fn most_text(&self, below: f64, culprits: &mut [Reading]) {
        // The last place is for what falls off.
        let mut most = [Ranked::NONE; MAX_CULPRITS + 1];
        for (id, element) in (0..).zip(self.elements) {
            if element.font_px < below {
                let latency = element.letters;
                rank(&mut most, Ranked { id, latency });
            }
        }
        for Ranked { id, latency } in &most[..MAX_CULPRITS] {
            if *latency > 0.0 {
                name(culprits, *id as usize);
            }
        }
    }
}

#[inline(never)]
fn parent<'a>(elements: &'a [Element], element: &Element) -> Option<&'a Element> {
    // A negative index wraps around to one that is past the end of any list.
    elements.get(element.parent as i32 as usize)
}

/// Whether `inner` stands in `outer`.
pub fn is_inside(elements: &[Element], inner: &Element, outer: &Element) -> bool {
    let mut above = parent(elements, inner);
    // As high as the list is long: numbers that make a circle must not make it endless.
    for _ in elements {
        match above {
            Some(element) if std::ptr::eq(element, outer) => return true,
            Some(element) => above = parent(elements, element),
            None => return false,
        }
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
