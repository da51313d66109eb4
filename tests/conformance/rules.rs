//! Which of the 25 rules of `docs/measuring.md` no scenario can show, and why.

use crate::scenarios;

const RULES: u8 = 25;

const ELSEWHERE: &[(u8, &str)] = &[
    (
        24,
        "Safari alone delivers too early, and WebKitGTK has no such entries",
    ),
    (
        25,
        "the reference believes everything; tests/e2e/disbelief.rs shows it",
    ),
];

/// With the reason, or without one: then a scenario is missing.
pub fn uncovered() -> impl Iterator<Item = (u8, &'static str)> {
    (1..=RULES)
        .filter(|rule| !scenarios::all().any(|one| one.rules.contains(rule)))
        .map(|rule| {
            let known = ELSEWHERE.iter().find(|(known, _)| *known == rule);
            (rule, known.map_or("NO REASON", |(_, reason)| reason))
        })
}
