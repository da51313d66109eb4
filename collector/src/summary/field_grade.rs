//! The part of a summary that a badge shows.

use nhip_protocol::code::Code;
use serde::Serialize;
use utoipa::ToSchema;

use super::Summary;

#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct FieldGrade {
    #[schema(value_type = String)]
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
