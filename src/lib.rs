//! The widget. The path of a page view:
//!
//! 1. The loader (`www/loader/`) reads the tag, draws the view's id, notes when the page was first
//!    hidden, and starts this module at the page's load.
//! 2. [`browser`] hands over what the browser tells as packed numbers, one crossing a batch;
//!    [`browser::decode`] makes [`signal::Signal`]s of them.
//! 3. A [`session::Session`] feeds the [`measure`]ments and tells a snapshot.
//! 4. The loader puts the snapshot into its envelope and sends it; `badge` draws the view's grade.
//!
//! `signal`, `session` and `measure` are pure and are tested on the host. Only `browser` and
//! `badge` know that there is a browser.

pub mod browser;
pub mod measure;
pub mod session;
pub mod signal;

#[cfg(target_arch = "wasm32")]
mod badge;

#[cfg(target_arch = "wasm32")]
#[global_allocator]
static ALLOCATOR: lol_alloc::AssumeSingleThreaded<lol_alloc::FreeListAllocator> =
    // SAFETY: the module has no shared memory, so there is one thread.
    unsafe { lol_alloc::AssumeSingleThreaded::new(lol_alloc::FreeListAllocator::new()) };
