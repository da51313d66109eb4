//! What the widget and the collector agree on, and nothing else.
//!
//! The path of a report through this crate: the widget makes it of its [metrics](metric); it arrives
//! as a [`RawReport`](report::RawReport); [`RawReport::validate`] narrows it to a
//! [`Report`](report::Report), valid by construction, or names one [`Refusal`](refusal::Refusal).
//! [`grade`] turns readings of one view, or p75s of many, into a score and a letter under a named
//! profile. [`blame`](mod@blame) says what made a view slow.
//!
//! [`RawReport::validate`]: report::RawReport::validate

pub mod blame;
pub mod check;
pub mod code;
pub mod grade;
pub mod metric;
pub mod redact;
pub mod refusal;
pub mod report;
pub mod unit;
mod validate;
