//! Numbers → signals. Which numbers, in which order, is the contract with the scripts here and with
//! `www/loader/module.js`. A number that a signal does not have is NaN.

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
/// Of the probe: an element, and the page that they are of.
pub const ELEMENT: u32 = 14;
pub const PAGE: u32 = 15;

/// Before the module was told anything.
pub const NOT_STARTED: Start = Start {
    nav: Nav::Navigate,
    first_hidden: 0.0,
    activation: 0.0,
    supports: Supports {
        largest_paint: false,
        layout_shift: false,
        interactions: false,
    },
};

/// The signal that numbers of a kind make, or none where the kind is not known.
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
        interactions,
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
            interactions: interactions > 0.0,
        },
    }
}

/// `navigation.js`: the fields of the entry, in their order.
pub fn navigation(numbers: &[f64; MOST]) -> Navigation {
    const { assert!(size_of::<Navigation>() == size_of::<[f64; MOST]>()) };
    // SAFETY: both are twelve `f64` in a row, and any bits are an `f64`.
    unsafe { std::mem::transmute(*numbers) }
}

/// `probe.js`: an element that will stand at `index`.
pub fn element(
    &[
        parent,
        left,
        top,
        right,
        bottom,
        flags,
        letters,
        font_px,
        ..,
    ]: &[f64; MOST],
    index: usize,
) -> Element {
    let flags = flags as u8;
    Element {
        // Before its child, so that a walk upwards ends.
        parent: (parent >= 0.0 && parent < index as f64).then_some(parent as u16),
        left: left as f32,
        top: top as f32,
        right: right as f32,
        bottom: bottom as f32,
        is_contained: flags & 1 != 0,
        is_target: flags & 2 != 0,
        is_fixed: flags & 4 != 0,
        letters: letters as f32,
        font_px: font_px as f32,
    }
}

/// `probe.js`: the page's own numbers.
pub fn page(
    &[
        touch,
        fits_device,
        zoom_blocked,
        client_width,
        client_height,
        scroll_width,
        device_width,
        complete,
        ..,
    ]: &[f64; MOST],
) -> Page {
    Page {
        touch: touch > 0.0,
        fits_device: fits_device > 0.0,
        zoom_blocked: zoom_blocked > 0.0,
        client_width: client_width as f32,
        client_height: client_height as f32,
        scroll_width: scroll_width as f32,
        device_width: device_width as f32,
        complete: complete > 0.0,
    }
}

/// NaN where the browser does not count interactions.
pub fn count(number: f64) -> InteractionCount {
    (number >= 0.0).then_some(number as u32)
}

#[cfg(test)]
mod tests {
    use super::*;

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
    fn what_the_browser_does_not_count_is_not_zero() {
        assert_eq!(count(f64::NAN), None);
        assert_eq!(count(0.0), Some(0));
    }

    #[test]
    fn an_element_without_a_parent_has_none() {
        let root = element(&numbers(&[-1.0, 0.0, 0.0, 10.0, 10.0, 3.0, 5.0, 16.0]), 0);
        assert!(root.is_contained && root.is_target);
        assert_eq!(root.parent, None);
        assert_eq!(element(&numbers(&[0.0]), 1).parent, Some(0));
        // A parent that comes later would make a walk upwards endless.
        assert_eq!(element(&numbers(&[2.0]), 2).parent, None);
    }
}
