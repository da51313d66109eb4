//! Every answer that is not the thing asked for: a status, and JSON that says why (RFC 9457).

use axum::Json;
use axum::http::header::{CONTENT_TYPE, RETRY_AFTER, WWW_AUTHENTICATE};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use nhip_protocol::refusal::Refusal;
use serde::{Serialize, Serializer};
use utoipa::ToSchema;

use crate::store::{NotKept, Unreadable};

/// Seconds after which a sender that met a limit, a full queue or a full disk may come again.
const COME_AGAIN: HeaderValue = HeaderValue::from_static("5");

#[derive(Debug, Serialize, ToSchema)]
pub struct Problem {
    /// The status in words.
    title: &'static str,
    #[serde(serialize_with = "number")]
    #[schema(value_type = u16)]
    pub status: StatusCode,
    /// One of a known set.
    pub reason: &'static str,
    /// What was expected, and what came.
    pub detail: String,
    /// The same: widgets look for it under this name.
    message: String,
}

fn number<S: Serializer>(status: &StatusCode, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_u16(status.as_u16())
}

/// The media type of RFC 9457. Without a `type`, a problem is its status's.
const PROBLEM: HeaderValue = HeaderValue::from_static("application/problem+json");

/// What opens the door, where a token does.
const CHALLENGE: HeaderValue = HeaderValue::from_static("Bearer realm=\"nhip\"");

impl Problem {
    pub fn new(status: StatusCode, reason: &'static str, detail: impl Into<String>) -> Problem {
        let detail = detail.into();
        Problem {
            title: status.canonical_reason().unwrap_or("Error"),
            status,
            reason,
            message: detail.clone(),
            detail,
        }
    }

    pub fn not_found(message: impl Into<String>) -> Problem {
        Problem::new(StatusCode::NOT_FOUND, "not-found", message)
    }

    pub fn bad_parameter(message: impl Into<String>) -> Problem {
        Problem::new(StatusCode::BAD_REQUEST, "bad-parameter", message)
    }

    pub fn unavailable(message: String) -> Problem {
        Problem::new(StatusCode::SERVICE_UNAVAILABLE, "unavailable", message)
    }
}

/// The status of a single report's refusal.
impl From<&Refusal> for Problem {
    fn from(refusal: &Refusal) -> Problem {
        let status = match refusal {
            Refusal::TooLarge { .. } => StatusCode::PAYLOAD_TOO_LARGE,
            Refusal::UnknownPortal(_) => StatusCode::NOT_FOUND,
            Refusal::UnregisteredOrigin { .. } => StatusCode::FORBIDDEN,
            Refusal::Paused(_) => StatusCode::GONE,
            Refusal::AddressLimit | Refusal::PortalLimit(_) => StatusCode::TOO_MANY_REQUESTS,
            Refusal::NotKept => StatusCode::SERVICE_UNAVAILABLE,
            Refusal::Malformed(_)
            | Refusal::UnsupportedVersion(_)
            | Refusal::Implausible { .. }
            | Refusal::Contradiction { .. }
            | Refusal::TooLate { .. }
            | Refusal::UnknownAgency(_) => StatusCode::BAD_REQUEST,
        };
        Problem::new(status, refusal.reason(), refusal.to_string())
    }
}

impl From<NotKept> for Problem {
    fn from(not_kept: NotKept) -> Problem {
        // What the disk said is in the log; a stranger needs to know only that it was not kept.
        Problem::unavailable(match not_kept {
            NotKept::Disk(_) => "the report was not kept; send it again later".to_owned(),
            NotKept::QueueFull | NotKept::SpoolFull | NotKept::Closing => {
                format!("{not_kept}; send it again later")
            }
        })
    }
}

impl From<Unreadable> for Problem {
    fn from(error: Unreadable) -> Problem {
        tracing::error!(%error);
        Problem::unavailable("the store cannot be read now".to_owned())
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let mut response = (self.status, Json(&self)).into_response();
        let later = [
            StatusCode::TOO_MANY_REQUESTS,
            StatusCode::SERVICE_UNAVAILABLE,
        ];
        response.headers_mut().insert(CONTENT_TYPE, PROBLEM);
        if self.status == StatusCode::UNAUTHORIZED {
            response.headers_mut().insert(WWW_AUTHENTICATE, CHALLENGE);
        }
        if later.contains(&self.status) {
            response.headers_mut().insert(RETRY_AFTER, COME_AGAIN);
        }
        response
    }
}

impl From<Problem> for Response {
    fn from(problem: Problem) -> Response {
        problem.into_response()
    }
}
