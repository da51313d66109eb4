//! Any text: what is redacted stays as it is when it is redacted again, and no run of digits that could be a
//! number of somebody's comes through.
#![no_main]

use libfuzzer_sys::fuzz_target;
use nhip_protocol::redact::{path, segment, selector};

/// A place among siblings has three; every number of a person has more.
const LONGEST_DIGITS: usize = 3;

fuzz_target!(|text: &str| {
    let redacted = path(text);
    assert_eq!(path(&redacted), redacted);
    let one = segment(text);
    assert_eq!(segment(one), one);
    let element = selector(text);
    assert_eq!(selector(&element), element);
    for kept in [redacted.as_str(), one, element.as_str()] {
        let longest = kept.split(|c: char| !c.is_ascii_digit()).map(str::len).max();
        assert!(longest.unwrap_or(0) <= LONGEST_DIGITS, "{text:?} became {kept:?}");
        assert!(!kept.contains(['?', '@', '%']), "{text:?} became {kept:?}");
    }
});
