//! What the scripts call. Numbers go in and out through the module's memory, so nothing crosses that would need an allocator or a decoder of strings, and the memory never grows.
//! Nothing here can throw into the page: what is no signal is passed over.

use std::cell::UnsafeCell;

use crate::browser::decode;
use crate::measure::viewport::{Element, Findings, Legibility, MOST_ELEMENTS, Page};
use crate::session::Session;
use crate::snapshot::Snapshot;

#[repr(C)]
struct State {
    /// What the scripts write a signal's numbers into.
    numbers: [f64; decode::MOST],
    /// What the probe has read so far.
    page: Page,
    text: Legibility,
    read: usize,
    session: Session,
    elements: [Element; MOST_ELEMENTS],
}

struct Single(UnsafeCell<State>);

// SAFETY: the module has no shared memory, so there is one thread.
unsafe impl Sync for Single {}

static STATE: Single = Single(UnsafeCell::new(State {
    numbers: [0.0; decode::MOST],
    session: Session::new(decode::NOT_STARTED),
    page: Page::NONE,
    text: Legibility::NONE,
    elements: [Element::NONE; MOST_ELEMENTS],
    read: 0,
}));

fn state() -> &'static mut State {
    // SAFETY: there is one thread, the module imports nothing, so no export runs inside another, and
    // each takes the state once.
    unsafe { &mut *STATE.0.get() }
}

/// Where the numbers are.
#[unsafe(no_mangle)]
extern "C" fn numbers() -> *const f64 {
    state().numbers.as_ptr()
}

/// Takes a signal of a kind in `decode.rs`; its numbers stand first in the array. After an element:
/// whether the page's texts are settled, so that no further one need be read.
#[unsafe(no_mangle)]
extern "C" fn signal(kind: u32) -> bool {
    let state = state();
    let numbers = &state.numbers;
    if let Some(signal) = decode::signal(kind, numbers) {
        state.session.push(signal);
        return false;
    }
    match kind {
        decode::START => state.session.begin(decode::start(numbers), 0.0, None),
        decode::NAVIGATION => state.session.navigation(decode::navigation(numbers)),
        decode::PAGE => {
            state.page = decode::page(numbers);
            state.text = Legibility::NONE;
            state.read = 0;
        }
        decode::ELEMENT => {
            if let Some(place) = state.elements.get_mut(state.read) {
                *place = decode::element(numbers);
                state.read += 1;
                state.text.push(place);
                return state.text.is_settled(&state.page, place);
            }
        }
        decode::AUDITED => {
            let findings = Findings {
                page: &state.page,
                elements: state.elements.get(..state.read).unwrap_or(&state.elements),
                text: &state.text,
                complete: numbers[0] > 0.0,
            };
            state.session.audited(&findings);
        }
        _ => {}
    }
    false
}

/// Where the numbers of a snapshot are. `count` is the browser's count of interactions at this
/// moment, NaN where it has none.
#[unsafe(no_mangle)]
extern "C" fn snapshot(count: f64) -> *const Snapshot {
    state().session.snapshot(decode::count(count))
}

/// The device's pace: the script times so many rounds.
#[unsafe(no_mangle)]
extern "C" fn pace(rounds: u32) -> f64 {
    crate::measure::pace::work(rounds)
}
