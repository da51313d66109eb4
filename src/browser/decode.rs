//! Packed numbers → signals. The order of the numbers is the contract with the scripts here.

use nhip_protocol::report::Nav;

use crate::measure::response::InteractionCount;
use crate::measure::viewport::{Element, Elements, Findings, Page};
use crate::signal::{Navigation, Signal, Start, Supports};

/// Numbers an entry, in `observe.js`: startTime, duration, interactionId, value, hadRecentInput.
const PER_ENTRY: usize = 5;

/// Numbers an element, in `probe.js`.
const PER_ELEMENT: usize = 8;

/// Entry types by their number in `observe.js`.
const LARGEST_PAINT: u8 = 0;
const FIRST_PAINT: u8 = 1;
const SHIFT: u8 = 2;
const EVENT: u8 = 3;
const FIRST_INPUT: u8 = 4;

/// One entry of a type, or none where the type is not known.
fn entry(kind: u8, numbers: &[f64]) -> Option<Signal> {
    let &[at, duration, interaction_id, score, had_recent_input] = numbers else {
        return None;
    };
    Some(match kind {
        LARGEST_PAINT => Signal::LargestPaint { at },
        FIRST_PAINT => Signal::FirstPaint { at },
        SHIFT => Signal::Shift {
            at,
            score,
            had_recent_input: had_recent_input != 0.0,
        },
        EVENT | FIRST_INPUT => Signal::Event {
            at,
            duration,
            interaction_id: interaction_id as u32,
            is_first_input: kind == FIRST_INPUT,
        },
        _ => return None,
    })
}

/// All entries of a batch of one type.
pub fn entries(kind: u8, numbers: &[f64]) -> impl Iterator<Item = Signal> {
    numbers
        .chunks_exact(PER_ENTRY)
        .filter_map(move |numbers| entry(kind, numbers))
}

/// `navigation.js`; none where the browser has no such entry.
pub fn navigation(numbers: &[f64]) -> Option<Signal> {
    let &[
        redirect_start,
        redirect_end,
        dns_start,
        dns_end,
        connect_start,
        connect_end,
        tls_start,
        request_start,
        response_start,
        response_end,
        load_end,
        now,
    ] = numbers
    else {
        return None;
    };
    Some(Signal::Navigation(Navigation {
        redirect_start,
        redirect_end,
        dns_start,
        dns_end,
        connect_start,
        connect_end,
        tls_start,
        request_start,
        response_start,
        response_end,
        load_end,
        now,
    }))
}

/// `probe.js`: the page's own numbers, and eight for each element.
pub fn findings(page: &[f64], elements: &[f64]) -> Option<Signal> {
    let &[
        touch,
        fits_device,
        zoom_blocked,
        client_width,
        client_height,
        scroll_width,
        device_width,
        complete,
    ] = page
    else {
        return None;
    };
    let findings = Findings {
        page: Page {
            touch: touch != 0.0,
            fits_device: fits_device != 0.0,
            zoom_blocked: zoom_blocked != 0.0,
            client_width,
            client_height,
            scroll_width,
            device_width,
            complete: complete != 0.0,
        },
        elements: &Packed(elements),
    };
    Some(Signal::Viewport(findings.judge()))
}

/// Elements as they came.
struct Packed<'a>(&'a [f64]);

impl Elements for Packed<'_> {
    fn len(&self) -> usize {
        self.0.len() / PER_ELEMENT
    }

    fn at(&self, index: usize) -> Element {
        let number = |field: usize| {
            let at = index * PER_ELEMENT + field;
            self.0.get(at).copied().unwrap_or_default()
        };
        let parent = number(0);
        let flags = number(5) as u8;
        Element {
            // Before its child, so that a walk upwards ends.
            parent: (parent >= 0.0 && parent < index as f64).then_some(parent as usize),
            left: number(1),
            top: number(2),
            right: number(3),
            bottom: number(4),
            contains_overflow: flags & 1 != 0,
            is_target: flags & 2 != 0,
            is_fixed: flags & 4 != 0,
            letters: number(6),
            font_px: number(7),
        }
    }
}

/// `nav` by its place in the loader's list, `supports` as bits.
pub fn start(nav: u8, first_hidden: f64, activation: f64, supports: u8) -> Start {
    Start {
        nav: match nav {
            1 => Nav::Reload,
            2 => Nav::BackForward,
            3 => Nav::Prerender,
            _ => Nav::Navigate,
        },
        first_hidden,
        activation,
        supports: Supports {
            largest_paint: supports & 1 != 0,
            layout_shift: supports & 2 != 0,
            interactions: supports & 4 != 0,
        },
    }
}

/// NaN where the browser does not count interactions.
pub fn count(number: f64) -> InteractionCount {
    (number >= 0.0).then_some(number as u32)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_batch_is_decoded_entry_by_entry_and_a_torn_one_is_left_out() {
        let numbers = [10.0, 0.0, 0.0, 0.25, 1.0, 20.0, 0.0, 0.0, 0.5, 0.0, 30.0];
        let signals: Vec<_> = entries(SHIFT, &numbers).collect();
        assert_eq!(signals.len(), 2);
        assert_eq!(
            signals[0],
            Signal::Shift {
                at: 10.0,
                score: 0.25,
                had_recent_input: true
            }
        );
    }

    #[test]
    fn what_the_browser_does_not_count_is_not_zero() {
        assert_eq!(count(f64::NAN), None);
        assert_eq!(count(0.0), Some(0));
    }

    #[test]
    fn an_element_without_a_parent_has_none() {
        let numbers = [
            [-1.0, 0.0, 0.0, 10.0, 10.0, 3.0, 5.0, 16.0],
            [0.0, 0.0, 0.0, 10.0, 10.0, 0.0, 5.0, 16.0],
            // A parent that comes later would make a walk upwards endless.
            [2.0, 0.0, 0.0, 10.0, 10.0, 0.0, 5.0, 16.0],
        ];
        let elements = Packed(numbers.as_flattened());
        assert_eq!(elements.len(), 3);
        let root = elements.at(0);
        assert!(root.contains_overflow && root.is_target);
        assert_eq!(root.parent, None);
        assert_eq!(elements.at(1).parent, Some(0));
        assert_eq!(elements.at(2).parent, None);
    }
}
