//! What is new since the window before: who grew better, who worse, by more than chance.

use std::collections::HashMap;

use nhip_protocol::code::Code;

use super::super::language::Language;
use super::name;
use crate::league::Standing;

/// Of each, the largest.
const MOST: usize = 5;

pub struct News {
    pub better: Vec<Change>,
    pub worse: Vec<Change>,
    /// Portals that were graded in both windows, and are neither.
    pub same: String,
    pub compared: String,
}

pub struct Change {
    pub code: String,
    pub name: String,
    /// `B 84 → A 91`
    pub from: String,
    pub to: String,
}

pub fn news(league: &[Standing], before: &[Standing], language: Language) -> News {
    let before: HashMap<&Code, &Standing> = before
        .iter()
        .map(|standing| (&standing.entry.code, standing))
        .collect();
    let mut changes: Vec<(i16, Change)> = Vec::new();
    let (mut same, mut compared) = (0, 0);
    for standing in league {
        let then = before
            .get(&standing.entry.code)
            .and_then(|it| it.summary.as_ref());
        let (Some(now), Some(then)) = (&standing.summary, then) else {
            continue;
        };
        let (Some(score), Some(old)) = (now.score, then.score) else {
            continue;
        };
        compared += 1;
        if score == old || now.certainty.is_like(&then.certainty) {
            same += 1;
            continue;
        }
        let told = |letter: Option<&str>, score| format!("{} {score}", letter.unwrap_or_default());
        changes.push((
            i16::from(score) - i16::from(old),
            Change {
                code: standing.entry.code.to_string(),
                name: name(&standing.entry, language),
                from: told(then.grade, old),
                to: told(now.grade, score),
            },
        ));
    }
    changes.sort_by_key(|(by, _)| *by);
    let (worse, better): (Vec<_>, Vec<_>) = changes.into_iter().partition(|(by, _)| *by < 0);
    let most = |changes: Vec<(i16, Change)>| -> Vec<Change> {
        changes
            .into_iter()
            .map(|(_, change)| change)
            .take(MOST)
            .collect()
    };
    News {
        better: most(better.into_iter().rev().collect()),
        worse: most(worse),
        same: language.count(same),
        compared: language.count(compared),
    }
}
