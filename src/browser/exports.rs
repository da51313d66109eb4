//! What the loader calls. Nothing here can throw into the page: wrong numbers are passed over.

use std::cell::UnsafeCell;

use wasm_bindgen::prelude::*;

use crate::badge;
use crate::browser::{decode, object};
use crate::session::Session;
use crate::signal::Signal;

/// The one session of the page.
struct Single(UnsafeCell<Option<Session>>);

// SAFETY: the module has no shared memory, so there is one thread.
unsafe impl Sync for Single {}

static SESSION: Single = Single(UnsafeCell::new(None));

fn slot() -> &'static mut Option<Session> {
    // SAFETY: there is one thread, each export takes the slot once, and the scripts that are called
    // meanwhile (`object.js`, `element.js`) call no export.
    unsafe { &mut *SESSION.0.get() }
}

fn push(signal: Option<Signal>) {
    if let (Some(signal), Some(session)) = (signal, slot()) {
        session.push(signal, None);
    }
}

#[wasm_bindgen]
pub fn start(nav: u8, first_hidden: f64, activation: f64, supports: u8) {
    let start = decode::start(nav, first_hidden, activation, supports);
    *slot() = Some(Session::new(start));
}

#[wasm_bindgen]
pub fn entries(kind: u8, numbers: &[f64]) {
    for signal in decode::entries(kind, numbers) {
        push(Some(signal));
    }
}

#[wasm_bindgen]
pub fn navigation(numbers: &[f64]) {
    push(decode::navigation(numbers));
}

#[wasm_bindgen]
pub fn findings(page: &[f64], elements: &[f64]) {
    push(decode::findings(page, elements));
}

#[wasm_bindgen]
pub fn settle() {
    push(Some(Signal::LoadSettled));
}

#[wasm_bindgen]
pub fn hidden(at: f64) {
    push(Some(Signal::Hidden { at }));
}

#[wasm_bindgen]
pub fn restored(at: f64, count: f64) {
    if let Some(session) = slot() {
        session.push(Signal::Restored { at }, decode::count(count));
    }
}

#[wasm_bindgen]
pub fn painted(after: f64) {
    push(Some(Signal::Painted { after }));
}

/// The measured part of a report, built for `object.js` to hand out.
#[wasm_bindgen]
pub fn snapshot(count: f64) {
    if let Some(session) = slot() {
        object::build(&session.snapshot(decode::count(count)));
    }
}

/// Draws the view's grade so far into the badge.
#[wasm_bindgen]
pub fn draw(vietnamese: bool, count: f64) {
    if let Some(session) = slot() {
        badge::draw(vietnamese, &session.snapshot(decode::count(count)));
    }
}
