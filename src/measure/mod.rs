//! The measurements: pure, each one a struct that takes signals and tells a value, or none.

pub mod layout;
pub mod load;
pub mod pace;
pub mod ranking;
pub mod response;
pub mod targets;
pub mod viewport;
