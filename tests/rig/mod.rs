//! What browser tests stand on: a real browser, a real collector, a site to visit.

pub mod collector;
pub mod driver;
pub mod site;
