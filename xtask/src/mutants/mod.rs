//! `cargo xtask mutants`: is each measuring rule, once it is broken, noticed?
//!
//! One build of the widget contains every mutant of `tests/conformance/mutants/`; a page chooses
//! one by `self.nhipMutant`. The conformance suite visits with none, so that what it notices is the
//! mutant's doing, and then with each.

use std::collections::BTreeSet;

use anyhow::{Context, Result, bail};

use crate::install;

mod patch;
mod suite;
mod table;
mod tree;

use suite::{Suite, Visited};
use table::{Mutant, Table};

/// All of them, or those with `names`.
pub fn run(names: &[String]) -> Result<()> {
    install::wasm_tools()?;
    let table = Table::read()?;
    let mutants = table.named(names)?;
    let suite = Suite::of(&tree::build(&table.mutants)?)?;
    sound_without_a_mutant(&suite, &mutants)?;
    let visited = visit(&suite, &mutants)?;

    println!("rule | mutant | caught by | how");
    for (mutant, last) in mutants.iter().zip(&visited) {
        println!("{}", line(mutant, last));
    }
    if names.is_empty() {
        for other in &table.elsewhere {
            println!("{:4} | none | {} | -", other.rule, other.shown_by);
        }
    }
    let caught = visited.iter().filter(|last| last.differs()).count();
    let survived = visited.len() - caught;
    println!("{caught} passed, {survived} failed");
    if survived > 0 {
        bail!("a rule can be broken without anything noticing");
    }
    Ok(())
}

/// The scenarios agree where nothing is broken; else that they differ would say nothing.
fn sound_without_a_mutant(suite: &Suite, mutants: &[&Mutant]) -> Result<()> {
    let names: BTreeSet<_> = mutants
        .iter()
        .flat_map(|mutant| &mutant.caught_by)
        .collect();
    let visits: Vec<_> = names.iter().map(|name| (name.as_str(), 0)).collect();
    let visited = suite.visit(&visits)?;
    let mut faults = Vec::new();
    for (name, number) in &visits {
        match visited.iter().find(|one| one.is(name, *number)) {
            None => faults.push(format!("{name}: the suite has no such scenario")),
            Some(one) if !one.agrees() => faults.push(format!("{name}: {}", one.said())),
            Some(_) => {}
        }
    }
    if !faults.is_empty() {
        bail!("without any mutant:\n{}", faults.join("\n"));
    }
    println!("{} scenarios agree without a mutant", visits.len());
    Ok(())
}

/// For each mutant the visit that caught it, or else the last one. The scenarios of its list are tried
/// in turn, and the first once more: a machine that was too slow for a visit says nothing.
fn visit(suite: &Suite, mutants: &[&Mutant]) -> Result<Vec<Visited>> {
    let mut visited: Vec<Visited> = Vec::new();
    for round in 0.. {
        let is_caught = |mutant: &Mutant| {
            let mut own = visited.iter().filter(|one| one.mutant == mutant.number);
            own.any(Visited::differs)
        };
        let at_large = mutants.iter().filter(|mutant| !is_caught(mutant));
        let visits: Vec<_> = at_large
            .filter_map(|mutant| {
                let mut names = mutant.caught_by.iter().chain(mutant.caught_by.first());
                Some((names.nth(round)?.as_str(), mutant.number))
            })
            .collect();
        if visits.is_empty() {
            break;
        }
        visited.extend(suite.visit(&visits)?);
    }
    mutants
        .iter()
        .map(|mutant| {
            let last = visited.iter().rfind(|one| one.mutant == mutant.number);
            last.cloned()
                .with_context(|| format!("{}: the suite has no such scenario", mutant.caught_by[0]))
        })
        .collect()
}

fn line(Mutant { rule, name, .. }: &Mutant, last: &Visited) -> String {
    match last.differs() {
        true => format!("{rule:4} | {name} | {} | {}", last.name, last.said()),
        false => format!(
            "{rule:4} | {name} | SURVIVED | {}: {}",
            last.name,
            last.said()
        ),
    }
}
