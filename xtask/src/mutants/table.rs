//! The table of mutants. Each scenario that a mutant names compares the widget with the reference.

use std::collections::BTreeSet;
use std::fs;

use anyhow::{Context, Result, bail};
use serde::Deserialize;

use crate::root;

/// Its files, by theme.
const TABLE: &str = "tests/conformance/mutants";

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Table {
    #[serde(rename = "mutant")]
    pub mutants: Vec<Mutant>,
    #[serde(default)]
    pub elsewhere: Vec<Elsewhere>,
}

/// A rule, broken in one place.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mutant {
    pub name: String,
    /// Of `docs/measuring.md`.
    pub rule: u8,
    pub file: String,
    /// Source text that stands once in the file. Where only a part of it is to be replaced, that
    /// part stands in `«»`.
    pub find: String,
    /// What is there instead: an expression, or whole statements.
    pub replace: String,
    /// Scenarios that notice; the first is tried first.
    pub caught_by: Vec<String>,
    /// Its place in the table, from 1 on.
    #[serde(skip)]
    pub number: u32,
}

/// A rule that no mutant breaks.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Elsewhere {
    pub rule: u8,
    pub shown_by: String,
}

impl Table {
    pub fn read() -> Result<Table> {
        let mut table = Table::default();
        for file in fs::read_dir(root().join(TABLE)).context(TABLE)? {
            let path = file?.path();
            let part: Table = toml::from_str(&fs::read_to_string(&path)?)
                .with_context(|| path.display().to_string())?;
            table.mutants.extend(part.mutants);
            table.elsewhere.extend(part.elsewhere);
        }
        table
            .mutants
            .sort_by(|a, b| (a.rule, &a.name).cmp(&(b.rule, &b.name)));
        let mut names = BTreeSet::new();
        for (mutant, number) in table.mutants.iter_mut().zip(1..) {
            mutant.number = number;
            if !names.insert(mutant.name.clone()) {
                bail!("{TABLE}: two mutants are called {}", mutant.name);
            }
            if mutant.caught_by.is_empty() {
                bail!("{TABLE}: nothing catches {}", mutant.name);
            }
        }
        Ok(table)
    }

    /// Those with `names`; all, where there are none.
    pub fn named(&self, names: &[String]) -> Result<Vec<&Mutant>> {
        if let Some(unknown) = names
            .iter()
            .find(|name| self.mutants.iter().all(|mutant| mutant.name != **name))
        {
            bail!("{TABLE} has no mutant {unknown}");
        }
        let wanted = |mutant: &&Mutant| names.is_empty() || names.contains(&mutant.name);
        Ok(self.mutants.iter().filter(wanted).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RULES: u8 = 25;

    #[test]
    fn every_rule_is_broken_or_has_a_reason_not_to_be() {
        let table = Table::read().unwrap();
        for rule in 1..=RULES {
            let broken = table.mutants.iter().any(|mutant| mutant.rule == rule);
            let elsewhere = table.elsewhere.iter().any(|other| other.rule == rule);
            assert!(broken != elsewhere, "rule {rule}");
        }
    }
}
