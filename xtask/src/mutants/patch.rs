//! Mutants written into a source text: each place chooses at run time between what stands there and
//! what the table says instead.

use std::ops::Range;

use anyhow::{Result, bail};
use regex::Regex;

use super::table::Mutant;

/// A part of a source text, with the mutants that replace it.
struct Place<'a> {
    part: Range<usize>,
    mutants: Vec<&'a Mutant>,
}

/// `text` with the mutants of its `file`.
///
/// # Errors
///
/// A mutant's text does not stand there once, or two mutants' places overlap.
pub fn patched(file: &str, text: &str, mutants: &[Mutant]) -> Result<String> {
    let mut places: Vec<Place> = Vec::new();
    for mutant in mutants.iter().filter(|mutant| mutant.file == file) {
        let part = find(file, text, &mutant.find)?;
        match places.iter_mut().find(|place| place.part == part) {
            Some(place) => place.mutants.push(mutant),
            None => places.push(Place {
                part,
                mutants: vec![mutant],
            }),
        }
    }
    places.sort_by_key(|place| place.part.start);
    let mut result = String::new();
    let mut written = 0;
    for Place { part, mutants } in places {
        if part.start < written {
            bail!("{file}: {} overlaps another mutant", mutants[0].name);
        }
        result += &text[written..part.start];
        result += &choice(file.ends_with(".rs"), &text[part.clone()], &mutants);
        written = part.end;
    }
    Ok(result + &text[written..])
}

/// Where the marked part of `wanted` is, or all of it.
///
/// # Errors
///
/// It does not stand there once.
pub fn find(file: &str, text: &str, wanted: &str) -> Result<Range<usize>> {
    let pattern = match (wanted.split_once('«'), wanted.split_once('»')) {
        (Some((before, _)), Some((until, after))) => {
            let part = &until[before.len() + '«'.len_utf8()..];
            format!(r"{}\s*({})\s*{}", words(before), words(part), words(after))
        }
        _ => format!("({})", words(wanted)),
    };
    let pattern = Regex::new(&pattern)?;
    let found: Vec<_> = pattern.captures_iter(text).collect();
    let [one] = found.as_slice() else {
        bail!(
            "{file}: the table of mutants is stale: expected once, found {} times: {wanted}",
            found.len()
        );
    };
    Ok(one.get(1).map_or(0..0, |part| part.range()))
}

/// A pattern for the same text however it is broken into lines: with a comma before a bracket that
/// closes, or without one.
fn words(text: &str) -> String {
    let mut pattern = String::new();
    let mut last = None;
    let mut spaced = false;
    for letter in text.chars() {
        if letter.is_whitespace() {
            spaced = true;
            continue;
        }
        let is_word = |letter: char| letter.is_alphanumeric() || letter == '_';
        match last {
            None => {}
            Some(last) if is_word(last) && is_word(letter) => {
                pattern += if spaced { r"\s+" } else { "" };
            }
            Some(_) => pattern += r"\s*",
        }
        if ")]}".contains(letter) && last.is_some_and(|last| last != ',') {
            pattern += r",?\s*";
        }
        pattern += &regex::escape(&letter.to_string());
        last = Some(letter);
        spaced = false;
    }
    pattern
}

/// Statements where what stands there ends as one; else an expression.
fn choice(rust: bool, original: &str, mutants: &[&Mutant]) -> String {
    let statements = original.ends_with([';', '}']);
    let mut text = String::new();
    for Mutant {
        number, replace, ..
    } in mutants
    {
        text += &match (rust, statements) {
            (true, _) => format!("if crate::mutant::is({number}) {{ {replace} }} else "),
            (false, true) => format!("if (self.nhipMutant == {number}) {{ {replace} }} else "),
            (false, false) => format!("self.nhipMutant == {number} ? {replace} : "),
        };
    }
    match (rust, statements) {
        (_, true) => format!("{text}{{ {original} }}"),
        (true, false) => format!("({text}{{ {original} }})"),
        (false, false) => format!("({text}{original})"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mutant(number: u32, find: &str, replace: &str) -> Mutant {
        Mutant {
            name: format!("mutant {number}"),
            rule: 1,
            file: "a.rs".to_owned(),
            find: find.to_owned(),
            replace: replace.to_owned(),
            caught_by: Vec::new(),
            number,
        }
    }

    fn check(text: &str, mutants: &[Mutant], expected: &str) {
        assert_eq!(patched("a.rs", text, mutants).unwrap(), expected);
    }

    #[test]
    fn a_place_chooses_between_what_is_there_and_each_mutant() {
        check(
            "if at < hidden && a { b }",
            &[
                mutant(1, "if «at < hidden» && a", "at <= hidden"),
                mutant(2, "if «at < hidden» &&", "true"),
            ],
            "if (if crate::mutant::is(1) { at <= hidden } else if crate::mutant::is(2) { true } \
             else { at < hidden }) && a { b }",
        );
        check(
            "a(); settle(); b();",
            &[mutant(1, "settle();", "")],
            "a(); if crate::mutant::is(1) {  } else { settle(); } b();",
        );
    }

    #[test]
    fn how_a_text_is_broken_into_lines_makes_no_difference() {
        check(
            "f(\n    a,\n    b,\n)",
            &[mutant(1, "f(a, b)", "c")],
            "(if crate::mutant::is(1) { c } else { f(\n    a,\n    b,\n) })",
        );
    }

    #[test]
    fn what_is_not_there_once_is_stale() {
        for text in ["", "a; a;"] {
            let stale = patched("a.rs", text, &[mutant(1, "a;", "b;")]);
            assert!(stale.unwrap_err().to_string().contains("stale"));
        }
        let overlapping = [mutant(1, "a + b", "0"), mutant(2, "b + c", "0")];
        assert!(patched("a.rs", "a + b + c", &overlapping).is_err());
    }
}
