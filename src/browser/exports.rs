//! What the loader calls. Nothing here can throw into the page: wrong numbers are passed over.

use std::cell::RefCell;

use wasm_bindgen::prelude::*;

use crate::badge;
use crate::browser::{decode, object};
use crate::session::Session;
use crate::signal::Signal;

thread_local! {
    static SESSION: RefCell<Option<Session>> = const { RefCell::new(None) };
}

fn with_session<T>(act: impl FnOnce(&mut Session) -> T) -> Option<T> {
    SESSION.with_borrow_mut(|session| session.as_mut().map(act))
}

fn push(signal: Option<Signal>) {
    if let Some(signal) = signal {
        with_session(|session| session.push(signal, None));
    }
}

#[wasm_bindgen]
pub fn start(nav: u8, first_hidden: f64, activation: f64, supports: u8) {
    let start = decode::start(nav, first_hidden, activation, supports);
    SESSION.set(Some(Session::new(start)));
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
    let count = decode::count(count);
    with_session(|session| session.push(Signal::Restored { at }, count));
}

#[wasm_bindgen]
pub fn painted(after: f64) {
    push(Some(Signal::Painted { after }));
}

/// The measured part of a report, built for `object.js` to hand out.
#[wasm_bindgen]
pub fn snapshot(count: f64) {
    with_session(|session| object::build(&session.snapshot(decode::count(count))));
}

/// Draws the view's grade so far into the badge.
#[wasm_bindgen]
pub fn draw(vietnamese: bool, count: f64) {
    with_session(|session| badge::draw(vietnamese, &session.snapshot(decode::count(count))));
}
