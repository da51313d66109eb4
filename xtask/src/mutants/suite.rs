//! The conformance suite, asked to visit with a build of the widget.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::thread;

use anyhow::{Context, Result, bail};
use serde::Deserialize;
use serde_json::Value;

use crate::command::{output, run};
use crate::root;

/// Suites that visit at the same time. Most of a visit is waiting.
const HANDS: usize = 2;

pub struct Suite {
    program: PathBuf,
    widget: PathBuf,
}

/// What the suite says of one visit.
#[derive(Clone, Debug, Deserialize)]
pub struct Visited {
    pub name: String,
    /// 0 is none.
    pub mutant: u32,
    differing: Vec<String>,
    /// The visit did not exercise what it should.
    weak: Option<String>,
    /// Nothing was told: it may be the machine.
    broke_off: bool,
}

impl Suite {
    /// Visits pages with the widget in a folder.
    pub fn of(widget: &Path) -> Result<Suite> {
        run(cargo().args(["build", "--locked", "--package", "nhip-collector"]))?;
        let built = output(cargo().args([
            "test",
            "--locked",
            "--package",
            "nhip",
            "--test",
            "conformance",
            "--no-run",
            "--message-format=json",
        ]))?;
        let program = built.lines().find_map(program);
        Ok(Suite {
            program: program.context("cargo names no program of the conformance suite")?,
            widget: widget.to_owned(),
        })
    }

    /// Visits scenarios, each with a mutant; 0 is none.
    pub fn visit(&self, visits: &[(&str, u32)]) -> Result<Vec<Visited>> {
        thread::scope(|scope| {
            let hands: Vec<_> = (0..HANDS)
                .map(|hand| {
                    let own = visits.iter().skip(hand).step_by(HANDS).copied().collect();
                    scope.spawn(move || self.visit_alone(hand, own))
                })
                .collect();
            let mut visited = Vec::new();
            for hand in hands {
                match hand.join() {
                    Ok(seen) => visited.extend(seen?),
                    Err(_) => bail!("a suite's thread panicked"),
                }
            }
            Ok(visited)
        })
    }

    /// One browser makes all the visits.
    fn visit_alone(&self, hand: usize, visits: Vec<(&str, u32)>) -> Result<Vec<Visited>> {
        if visits.is_empty() {
            return Ok(Vec::new());
        }
        let told = root().join(format!("target/mutants/visits-{hand}.json"));
        if told.exists() {
            fs::remove_file(&told)?;
        }
        let names = visits
            .iter()
            .map(|(name, mutant)| format!("{name}@{mutant}"));
        // It fails where anything differs, which is what is hoped for.
        let suite = Command::new(&self.program)
            .current_dir(root())
            .arg("--json")
            .arg(&told)
            .args(names)
            .env("NHIP_TEST_WIDGET", &self.widget)
            .output()?;
        let json = fs::read(&told).with_context(|| {
            let said = String::from_utf8_lossy(&suite.stderr);
            format!("the conformance suite broke off: {said}")
        })?;
        Ok(serde_json::from_slice(&json)?)
    }
}

fn cargo() -> Command {
    let mut cargo = Command::new("cargo");
    cargo.current_dir(root());
    cargo
}

/// Of a line that cargo writes for a program: its path.
fn program(line: &str) -> Option<PathBuf> {
    let told: Value = serde_json::from_str(line).ok()?;
    Some(told["executable"].as_str()?.into())
}

impl Visited {
    pub fn is(&self, name: &str, mutant: u32) -> bool {
        self.name == name && self.mutant == mutant
    }

    /// Widget and reference agree, in a visit that exercised what it should.
    pub fn agrees(&self) -> bool {
        self.differing.is_empty() && self.weak.is_none()
    }

    /// They differ, in a visit that exercised what it should.
    pub fn differs(&self) -> bool {
        !self.differing.is_empty() && self.weak.is_none() && !self.broke_off
    }

    /// Why the visit says nothing, else the first difference.
    pub fn said(&self) -> &str {
        let first = self.weak.as_ref().or(self.differing.first());
        first.map_or("agrees", String::as_str)
    }
}
