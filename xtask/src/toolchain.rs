//! Finds a Rust toolchain that compiles the module, in the two ways there are.
//!
//! The widget's code size depends on a standard library that is compiled with it, for size and for
//! the module's baseline. That takes the library's source, which rustup has as a component and
//! Debian as a package.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Result, bail};

use crate::command::output;

/// The compiler that `pkg/` is built with. Another one builds a module that behaves the same and
/// differs in its bytes.
pub const RUST: &str = "1.96.0";

/// Debian's packages for the distribution's way (security suite of Debian 12 and newer).
pub const DEBIAN_PACKAGES: [&str; 4] = ["rustc-web", "cargo-web", "rust-web-src", "lld-22"];

/// A compiler with what the module needs.
pub struct Toolchain {
    rustc: PathBuf,
    cargo: PathBuf,
    linker: Option<PathBuf>,
    /// The standard library's source is there; else only its prebuilt wasm target.
    builds_std: bool,
    /// `rustc --version`.
    pub version: String,
}

impl Toolchain {
    /// The first that will do: the distribution's, rustup's pinned one, rustup's default one.
    ///
    /// # Errors
    ///
    /// None is there; the message says what to install.
    pub fn find() -> Result<Toolchain> {
        distribution()
            .or_else(|| rustup(Some(RUST)))
            .or_else(|| rustup(None))
            .map_or_else(
                || {
                    bail!(
                        "no Rust toolchain here can build the module. Either, on Debian:\n    \
                         apt-get update && apt-get install --no-install-recommends {}\n\
                         or, with rustup:\n    \
                         rustup toolchain install {RUST} --component rust-src --target wasm32-unknown-unknown",
                        DEBIAN_PACKAGES.join(" ")
                    )
                },
                Ok,
            )
    }

    /// Cargo with this compiler and nothing of the one that runs us.
    pub fn cargo(&self) -> Command {
        let mut cargo = Command::new(&self.cargo);
        for (name, _) in std::env::vars() {
            let ours = name.starts_with("CARGO") && name != "CARGO_HOME";
            if ours || name.starts_with("RUST") && name != "RUSTUP_HOME" {
                cargo.env_remove(name);
            }
        }
        cargo.env("RUSTC", &self.rustc).env("RUSTC_BOOTSTRAP", "1");
        if let Some(linker) = &self.linker {
            cargo.env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER", linker);
        }
        cargo
    }

    pub fn builds_std(&self) -> bool {
        self.builds_std
    }

    /// Whether this is the compiler, version and way, that committed `pkg/` claims to be built by.
    pub fn note(&self) -> String {
        let std = if self.builds_std {
            "std built with it"
        } else {
            "prebuilt std; the module is larger"
        };
        format!("{}, {std}", self.version)
    }
}

fn distribution() -> Option<Toolchain> {
    let bin = Path::new("/usr/bin");
    let linker = bin.join("wasm-ld-22");
    let toolchain = with_std_source(&bin.join("rustc"), &bin.join("cargo"), Some(linker.clone()))?;
    (linker.exists() && toolchain.version.starts_with(&format!("rustc {RUST} ")))
        .then_some(toolchain)
}

fn rustup(name: Option<&str>) -> Option<Toolchain> {
    let which = |tool: &str| {
        let mut rustup = Command::new("rustup");
        rustup.arg("which").arg(tool);
        if let Some(name) = name {
            rustup.args(["--toolchain", name]);
        }
        output(&mut rustup)
            .ok()
            .map(|path| PathBuf::from(path.trim()))
    };
    let (rustc, cargo) = (which("rustc")?, which("cargo")?);
    with_std_source(&rustc, &cargo, None).or_else(|| {
        let target = sysroot(&rustc)?.join("lib/rustlib/wasm32-unknown-unknown");
        target.exists().then_some(())?;
        Some(Toolchain {
            version: version(&rustc)?,
            rustc,
            cargo,
            linker: None,
            builds_std: false,
        })
    })
}

fn with_std_source(rustc: &Path, cargo: &Path, linker: Option<PathBuf>) -> Option<Toolchain> {
    let source = sysroot(rustc)?.join("lib/rustlib/src/rust/library/std");
    source.exists().then_some(())?;
    Some(Toolchain {
        version: version(rustc)?,
        rustc: rustc.to_owned(),
        cargo: cargo.to_owned(),
        linker,
        builds_std: true,
    })
}

fn sysroot(rustc: &Path) -> Option<PathBuf> {
    let said = output(Command::new(rustc).args(["--print", "sysroot"])).ok()?;
    Some(PathBuf::from(said.trim()))
}

/// `rustc 1.96.0 (ac68faa20 2026-05-25)`, without what a distribution adds.
fn version(rustc: &Path) -> Option<String> {
    let said = output(Command::new(rustc).arg("--version")).ok()?;
    let end = said.find(')').map_or(said.trim_end().len(), |at| at + 1);
    Some(said[..end].to_owned())
}
