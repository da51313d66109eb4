//! The part of a summary that a badge shows.

use nhip_protocol::code::Code;
use serde::Serialize;

use super::Summary;

#[derive(Clone, Debug, Serialize)]
pub struct FieldGrade {
    pub portal: Code,
    pub from: String,
    pub to: String,
    pub profile: &'static str,
    /// `null`: not enough data.
    pub grade: Option<&'static str>,
    /// The effective sample.
    pub sample: u64,
}

impl From<Summary> for FieldGrade {
    fn from(summary: Summary) -> FieldGrade {
        FieldGrade {
            portal: summary.portal,
            from: summary.from,
            to: summary.to,
            profile: summary.profile,
            grade: summary.grade,
            sample: summary.sample,
        }
    }
}
