//! The badge: the grade of this view, its load time and its response, in a sentence short enough to
//! read aloud. The element itself, with its style, is `element.js`; this draws what it says.

use nhip_protocol::report::Snapshot;
use nhip_protocol::unit::Ms;
use wasm_bindgen::prelude::*;

use crate::session::grade_view;

mod words;

use words::{ENGLISH, VIETNAMESE, Words};

#[wasm_bindgen(module = "/src/badge/element.js")]
extern "C" {
    /// The badge's parts, in the order of `element.js`; what is spoken comes last.
    fn write(letter: &str, load: &str, response: &str, note: &str, spoken: &str);
}

pub fn draw(vietnamese: bool, snapshot: &Snapshot) {
    let words = if vietnamese { &VIETNAMESE } else { &ENGLISH };
    let letter = grade_view(snapshot).map_or(words.no_grade, |grade| grade.letter.as_str());
    let load = load(words, snapshot);
    let response = response(words, snapshot);
    let mut spoken = String::from(words.this_view);
    for text in [letter, &load, &response, words.where_measured] {
        spoken.push_str(". ");
        spoken.push_str(text);
    }
    write(letter, &load, &response, words.note, &spoken);
}

/// LCP in seconds; `loadEventEnd`, named as such, where the browser has no LCP.
fn load(words: &Words, snapshot: &Snapshot) -> String {
    match (snapshot.load.lcp, snapshot.load.loaded) {
        (Some(lcp), _) => labelled(words.load, |text| seconds(text, words, lcp.tenths())),
        (None, Some(loaded)) => {
            labelled(words.loaded, |text| seconds(text, words, loaded.tenths()))
        }
        (None, None) => labelled(words.load, |text| text.push_str(words.untold)),
    }
}

/// The worse of the two readings, under its own name: they are never mixed.
fn response(words: &Words, snapshot: &Snapshot) -> String {
    let worse = snapshot.response.worse();
    let label = if worse == snapshot.response.inp {
        words.inp
    } else {
        words.server_wait
    };
    labelled(label, |text| match worse {
        Some(ms) => milliseconds(text, ms),
        None => text.push_str(words.untold),
    })
}

fn labelled(label: &str, value: impl FnOnce(&mut String)) -> String {
    let mut text = String::from(label);
    value(&mut text);
    text
}

/// `1,3 s`: cut off, not rounded: 2.49 s is under 2.5 s and must not read as it.
fn seconds(text: &mut String, words: &Words, tenths_of_ms: u32) {
    let tenths = tenths_of_ms / 1000;
    push_integer(text, tenths / 10);
    text.push_str(words.decimal);
    push_integer(text, tenths % 10);
    text.push_str(" s");
}

fn milliseconds(text: &mut String, ms: Ms) {
    push_integer(text, ms.tenths() / 10);
    text.push_str(" ms");
}

/// Without the standard library's formatting, which would come whole.
fn push_integer(text: &mut String, n: u32) {
    if n >= 10 {
        push_integer(text, n / 10);
    }
    text.push((b'0' + (n % 10) as u8) as char);
}
