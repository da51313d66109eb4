//! Numbers → signals. Which numbers, in which order, is the contract with the scripts here and with
//! `www/core/module.js`. A number that a signal does not have is NaN.

use nhip_protocol::report::Nav;

use crate::measure::response::InteractionCount;
use crate::measure::viewport::{Element, Page};
use crate::signal::{Navigation, Signal, Start, Supports};

/// The most numbers of one signal: a navigation.
pub const MOST: usize = 12;

/// Kinds of numbers. The first seven are entry types, by their place in `observe.js`, and share
/// their five numbers: startTime, duration, interactionId, a value, hadRecentInput.
const LARGEST_PAINT: u32 = 0;
const FIRST_PAINT: u32 = 1;
const SHIFT: u32 = 2;
const EVENT: u32 = 3;
const FIRST_INPUT: u32 = 4;
const INTERACTION_PAINT: u32 = 5;
const SOFT_PAINT: u32 = 6;
pub const START: u32 = 7;
pub const NAVIGATION: u32 = 8;
const SETTLED: u32 = 9;
const HIDDEN: u32 = 10;
const RESTORED: u32 = 11;
const PAINTED: u32 = 12;
const SOFT: u32 = 13;
/// Of the probe: the page, an element of it, and that this was all.
pub const PAGE: u32 = 14;
pub const ELEMENT: u32 = 15;
pub const AUDITED: u32 = 16;

/// Before the module was told anything.
pub const NOT_STARTED: Start = Start {
    nav: Nav::Navigate,
    first_hidden: 0.0,
    activation: 0.0,
    supports: Supports {
        largest_paint: false,
        layout_shift: false,
    },
};

/// The signal that numbers of a kind make, or none where the kind is not known.
#[inline(always)]
pub fn signal(kind: u32, numbers: &[f64; MOST]) -> Option<Signal> {
    let &[at, duration, id, value, recent, ..] = numbers;
    let interaction_id = id as u32;
    Some(match kind {
        LARGEST_PAINT => Signal::LargestPaint { at },
        FIRST_PAINT => Signal::FirstPaint { at },
        SHIFT => Signal::Shift {
            at,
            score: value,
            had_recent_input: recent > 0.0,
        },
        EVENT | FIRST_INPUT => Signal::Event {
            at,
            duration,
            interaction_id,
            is_first_input: kind == FIRST_INPUT,
        },
        INTERACTION_PAINT => Signal::InteractionPaint {
            at: value,
            interaction_id,
        },
        SOFT_PAINT => Signal::SoftPaint {
            at,
            painted: value,
            interaction_id,
        },
        SETTLED => Signal::LoadSettled,
        HIDDEN => Signal::Hidden { at },
        RESTORED => Signal::Restored {
            at,
            count: count(duration),
        },
        PAINTED => Signal::Painted { after: at },
        SOFT => Signal::Soft {
            at,
            count: count(duration),
        },
        _ => return None,
    })
}

/// `nav` by its place in the loader's list, then first hidden, activation, and what is supported.
pub fn start(
    &[
        nav,
        first_hidden,
        activation,
        largest_paint,
        layout_shift,
        ..,
    ]: &[f64; MOST],
) -> Start {
    Start {
        nav: match nav as u32 {
            1 => Nav::Reload,
            2 => Nav::BackForward,
            3 => Nav::Prerender,
            _ => Nav::Navigate,
        },
        first_hidden,
        activation,
        supports: Supports {
            largest_paint: largest_paint > 0.0,
            layout_shift: layout_shift > 0.0,
        },
    }
}

/// `navigation.js`: the fields of the entry, in their order.
pub fn navigation(numbers: &[f64; MOST]) -> &Navigation {
    const { assert!(size_of::<Navigation>() == size_of::<[f64; MOST]>()) };
    // SAFETY: both are twelve `f64` in a row, and any bits are an `f64`.
    unsafe { &*numbers.as_ptr().cast() }
}

/// `probe.js`: an element.
pub fn element(numbers: &[f64; MOST]) -> Element {
    const { assert!(size_of::<Element>() <= size_of::<[f64; MOST]>()) };
    // SAFETY: an element is nothing but `f64` in a row, no more than there are, and any bits are one.
    unsafe { std::mem::transmute_copy(numbers) }
}

/// `probe.js`: the page's own numbers.
pub fn page(numbers: &[f64; MOST]) -> Page {
    const { assert!(size_of::<Page>() <= size_of::<[f64; MOST]>()) };
    // SAFETY: as for an element.
    unsafe { std::mem::transmute_copy(numbers) }
}

/// NaN where the browser does not count interactions.
pub fn count(number: f64) -> InteractionCount {
    (number >= 0.0).then_some(number as u32)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::measure::viewport::{CONTAINED, FIXED, TARGET};

    fn numbers(given: &[f64]) -> [f64; MOST] {
        let mut numbers = [f64::NAN; MOST];
        numbers[..given.len()].copy_from_slice(given);
        numbers
    }

    #[test]
    fn an_entry_is_decoded_by_its_type_and_another_type_is_passed_over() {
        let entry = numbers(&[10.0, 0.0, f64::NAN, 0.25, 1.0]);
        assert_eq!(
            signal(SHIFT, &entry),
            Some(Signal::Shift {
                at: 10.0,
                score: 0.25,
                had_recent_input: true
            })
        );
        assert_eq!(signal(99, &entry), None);
    }

    #[test]
    fn an_event_of_a_browser_without_ids_is_of_no_interaction() {
        let decoded = signal(EVENT, &numbers(&[10.0, 200.0]));
        let Some(Signal::Event { interaction_id, .. }) = decoded else {
            panic!("{decoded:?}");
        };
        assert_eq!(interaction_id, 0);
    }

    #[test]
    fn what_the_browser_does_not_count_is_not_zero() {
        assert_eq!(count(f64::NAN), None);
        assert_eq!(count(0.0), Some(0));
    }

    #[test]
    fn an_element_and_a_page_are_their_numbers_in_order() {
        let told = numbers(&[-1.0, 1.0, 2.0, 3.0, 4.0, 3.0, 5.0, 16.0]);
        let element = element(&told);
        assert_eq!((element.left, element.bottom), (1.0, 4.0));
        assert!(element.is(CONTAINED) && element.is(TARGET) && !element.is(FIXED));
        assert_eq!((element.letters, element.font_px), (5.0, 16.0));
        let page = page(&numbers(&[1.0, 0.0, 0.0, 390.0, 844.0, 400.0, 360.0]));
        assert_eq!((page.touch, page.client_width), (1.0, 390.0));
        assert_eq!((page.scroll_width, page.device_width), (400.0, 360.0));
    }
}
