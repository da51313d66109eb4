//! Names that may leave the browser: only what looks like a word of the site.
//!
//! The loader applies the same rule before anything is sent (`www/loader/redact.js`); both are held
//! to one table, `protocol/tests/redaction.json`. The collector applies it again, because a report
//! can come from anything.

/// The longest word. Vietnamese slugs of a whole title are made of words with hyphens; what is
/// longer than this without a break is an identifier.
const LONGEST_WORD: usize = 24;

/// The longest segment: a title's slug is cut off no later than here.
const LONGEST_SEGMENT: usize = 64;

/// The most segments of a page group; what lies deeper says more of a dossier than of a page.
const MOST_SEGMENTS: usize = 6;

/// An element and its parent: with more, places alone could spell a number.
const MOST_STEPS: usize = 2;

/// The longest selector of a culprit, in bytes.
const LONGEST_SELECTOR: usize = 120;

/// Stands for a segment with digits.
pub const NUMBER: &str = ":n";

/// Stands for any other segment that is not made of words.
pub const OTHER: &str = ":x";

/// Stands for a name that too few views have shown: the collector's second net.
pub const RARE: &str = ":rare";

/// A path without query and fragment → the page group: `/thu-tuc/12345` → `/thu-tuc/:n`.
///
/// Cuts at `?`, `#` and `;`, keeps at most six segments, and replaces each that
/// [`segment`] does not keep.
pub fn path(path: &str) -> String {
    let path = path.split(['?', '#', ';']).next().unwrap_or_default();
    let mut group = String::new();
    for part in path
        .split('/')
        .filter(|part| !part.is_empty())
        .take(MOST_SEGMENTS)
    {
        group.push('/');
        group.push_str(segment(part));
    }
    // A directory and a page in it of the same name are two pages: `/thu-tuc/` and `/thu-tuc`
    // usually redirect to each other, so they count as one here.
    if group.is_empty() {
        group.push('/');
    }
    group
}

/// One path segment, element id or class: itself where it looks like a word of the site, else
/// `:n` (it has digits) or `:x`.
///
/// Kept: ASCII letters in words of at most 24, joined by single hyphens or underscores, at most 64
/// in all, optionally with a short file ending (`.html`); a word in both cases only where the
/// capitals are those of camelCase, not scattered as in base64; the placeholders themselves.
pub fn segment(text: &str) -> &str {
    if text == NUMBER || text == OTHER {
        return text;
    }
    if text.bytes().any(|b| b.is_ascii_digit()) {
        return NUMBER;
    }
    let stem = [".html", ".htm", ".php", ".aspx", ".jsp", ".do"]
        .iter()
        .find_map(|ending| text.strip_suffix(ending))
        .unwrap_or(text);
    let kept = text.len() <= LONGEST_SEGMENT && stem.split(['-', '_']).all(is_word);
    if kept { text } else { OTHER }
}

/// A structural selector with each name in it redacted: `div#:n.banner:nth-child(2)`. Where it gets too long, it
/// ends behind a whole name.
pub fn selector(text: &str) -> String {
    let mut kept = String::new();
    for step in text.split('>').take(MOST_STEPS).map(str::trim) {
        let (names, nth) = match step.find(":nth-child(") {
            Some(at) => step.split_at(at),
            None => (step, ""),
        };
        let mut joint = if kept.is_empty() { "" } else { ">" };
        let mut name = String::new();
        let mut mark = None;
        for c in names.chars().map(Some).chain([None]) {
            if matches!(c, Some('#' | '.') | None) {
                // `h2` is a tag; behind a mark it would be a name.
                let heading = mark.is_none() && matches!(name.as_bytes(), [b'h', b'1'..=b'6']);
                let told = if heading { &name } else { segment(&name) };
                let length = joint.len() + usize::from(mark.is_some()) + told.len();
                if kept.len() + length > LONGEST_SELECTOR {
                    return kept;
                }
                kept.push_str(joint);
                kept.extend(mark);
                kept.push_str(told);
                (joint, mark) = ("", c);
                name.clear();
            } else {
                name.extend(c);
            }
        }
        let is_nth = nth
            .strip_prefix(":nth-child(")
            .and_then(|rest| rest.strip_suffix(')'))
            .is_some_and(|n| !n.is_empty() && n.len() < 4 && n.bytes().all(|b| b.is_ascii_digit()));
        if is_nth && kept.len() + nth.len() <= LONGEST_SELECTOR {
            kept.push_str(nth);
        }
    }
    kept
}

fn is_word(word: &str) -> bool {
    let letters = !word.is_empty()
        && word.len() <= LONGEST_WORD
        && word.bytes().all(|b| b.is_ascii_alphabetic());
    letters && !looks_random(word)
}

/// Base64 without digits shows in its capitals (`QmFzZXRva`), hex without digits in its alphabet
/// (`deadbeef`): eight or more letters of a to f are no word that a site uses.
fn looks_random(word: &str) -> bool {
    let bytes = word.as_bytes();
    let hex = bytes.len() >= 8 && bytes.iter().all(|b| b.is_ascii_hexdigit());
    // Two capitals side by side in a word that has small letters, too: camelCase has none
    // (`DichVuCong`), base64 nearly always does.
    let mixed = bytes.iter().any(u8::is_ascii_lowercase);
    let scattered = bytes
        .windows(2)
        .any(|pair| pair.iter().all(u8::is_ascii_uppercase));
    hex || (mixed && scattered)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `[from, to]` pairs, which the loader's own test reads as well.
    const TABLE: &str = include_str!("../tests/redaction.json");

    #[test]
    fn paths_follow_the_table_that_the_loader_follows() {
        let table: Vec<(String, String)> = serde_json::from_str(TABLE).unwrap();
        assert!(table.len() > 20);
        for (from, to) in table {
            assert_eq!(path(&from), to, "{from}");
        }
    }

    #[test]
    fn redacting_twice_is_redacting_once() {
        let table: Vec<(String, String)> = serde_json::from_str(TABLE).unwrap();
        for (from, _) in table {
            let once = path(&from);
            assert_eq!(path(&once), once, "{from}");
        }
        // Cut in the middle, the last name would be no word any more.
        let long = format!("div{}", "#nut-nho-OO-O-OO".repeat(12));
        let once = selector(&long);
        assert!(
            once.len() <= LONGEST_SELECTOR && once.ends_with("#nut-nho-OO-O-OO"),
            "{once}"
        );
        assert_eq!(selector(&once), once);
    }
}
