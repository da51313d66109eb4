//! End to end: a page in a real browser, a real collector on port 0. Every test asserts on what the
//! collector stored, not on what was sent.
//!
//! `cargo xtask test` builds the collector and runs these; by hand: `cargo build`, then
//! `cargo test --package nhip --test e2e`.

mod alerts;
mod axe;
mod badge;
mod browser_reports;
mod crash;
mod dashboard;
mod delivery;
mod demo;
mod disbelief;
mod endings;
mod lifecycle;
mod long_life;
mod looks;
mod menu;
mod panel;
mod policies;
mod privacy;
mod queue;
mod rating;
mod requests;
mod soft;
mod sparing;
mod tag;
mod untroubled;
mod verify;
mod viewport;

// Each suite uses a part of it.
#[allow(dead_code)]
#[path = "../rig/mod.rs"]
mod rig;
