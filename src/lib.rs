//! The widget. The path of a page view:
//!
//! 1. The loader (`www/loader/`) draws the view's id, keeps what cannot be known later, and fetches the core
//!    (`www/core/`) at the page's load, which starts this module.
//! 2. The scripts in `src/browser/` hand over what the browser tells as numbers;
//!    [`browser::decode`] makes [`signal::Signal`]s of them.
//! 3. A [`session::Session`] feeds the [`measure`]ments and tells a [`snapshot::Snapshot`], which is
//!    numbers again.
//! 4. The core puts the snapshot into the view's envelope and sends it; the script in `src/badge/` draws
//!    the view's grade.
//!
//! The module imports nothing and allocates nothing. All of it but the exports is tested on the host.

pub mod browser;
pub mod measure;
pub mod session;
pub mod signal;
pub mod snapshot;
