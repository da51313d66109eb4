//! The only room that reads the web. The scripts beside this file (`observe.js`, `navigation.js`,
//! `probe.js`) read entries and elements as numbers, because numbers cross into the module for nearly
//! nothing and strings do not; this side makes signals of them, and numbers of a snapshot.

pub mod decode;

#[cfg(target_arch = "wasm32")]
mod exports;
