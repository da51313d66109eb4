//! `cargo xtask`: what cargo itself does not do for this repository.

use std::path::{Path, PathBuf};

use anyhow::Result;
use clap::{Parser, Subcommand};

mod baseline;
mod bench;
mod blame;
mod budget;
mod bundle;
mod chromium_80;
mod command;
mod fuzz;
mod install;
mod manifest;
mod mutants;
mod npm;
mod pkg;
mod python;
mod scale;
mod schema;
mod schemathesis;
mod size;
mod test;
mod tidy;
mod toolchain;
mod wasm;

/// Builds, tests and judges Nhịp.
#[derive(Parser)]
#[command(name = "cargo xtask")]
struct Cli {
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Install what builds and tests need, and is missing
    Install,
    /// Build the widget into pkg/ and the report's schema into docs/
    Build,
    /// Everything: install what is missing, format, lints, rules, unit and browser tests, budgets
    Test,
    /// Sizes of what a visitor downloads, beside other libraries'; fails over the budget
    Budget,
    /// What the product costs and how much it can take
    Bench {
        #[command(subcommand)]
        what: bench::Bench,
    },
    /// Whether each measuring rule, once it is broken, is noticed
    Mutants {
        /// Of tests/conformance/mutants/; all, if none is named
        names: Vec<String>,
    },
    /// Writes docs/report.schema.json alone: after a change to the report, without the module's tools
    Schema,
    /// Writes the tables of docs/scale.md: what numbers of views take, and a day of each
    Scale,
    /// Makes views slow in known ways in real browsers, and keeps what they report as cases of blame
    RecordBlame {
        /// Beginnings of cases' names; all, if none is named: about ten minutes
        names: Vec<String>,
    },
    /// Requests made from the API's own description, right ones and wrong ones
    Api,
    /// A short run of each fuzz target
    Fuzz,
    /// The repository's own rules
    Tidy,
}

fn main() -> Result<()> {
    match Cli::parse().task {
        Task::Build => {
            install::wasm_tools()?;
            let built = pkg::build(&root().join("pkg"))?;
            schema::write()?;
            println!("{built}");
            Ok(())
        }
        Task::Install => install::everything(),
        Task::Test => test::run_all(),
        Task::Budget => budget::run(),
        Task::Mutants { names } => mutants::run(&names),
        Task::Schema => schema::write(),
        Task::Scale => scale::write(),
        Task::RecordBlame { names } => blame::run(&names),
        Task::Api => {
            command::run(
                std::process::Command::new("cargo")
                    .current_dir(root())
                    .args(["build", "--package", "nhip-collector"]),
            )?;
            schemathesis::try_api()
        }
        Task::Fuzz => fuzz::run_short(),
        Task::Tidy => tidy::run(),
        Task::Bench { what } => bench::run(what),
    }
}

/// The workspace's folder.
fn root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent().unwrap_or(here).to_path_buf()
}
