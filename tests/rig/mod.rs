//! What browser tests stand on: a real browser, a real collector, a site to visit.

pub mod chromium_80;
pub mod collector;
pub mod devtools;
pub mod driver;
pub mod receivers;
pub mod site;
pub mod webkit;
