//! The token of a request.

use std::sync::Arc;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{Method, StatusCode};
use nhip_protocol::code::Code;

use super::Problem;
use crate::access::{Access, Part};
use crate::app::App;

impl FromRequestParts<Arc<App>> for Access {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Access, Problem> {
        let registry = app.registry()?;
        // A request that changes something brings its token itself: no other site can make a browser send one.
        let of = match parts.method {
            Method::GET => Access::of_reader,
            _ => Access::of,
        };
        of(&app.public, &registry.tokens, &parts.headers).map_err(|_| {
            Problem::new(
                StatusCode::UNAUTHORIZED,
                "bad-token",
                "expected a token that is in use, as `Authorization: Bearer TOKEN`",
            )
        })
    }
}

/// `portal`: `None`, of all portals at once.
pub fn require(access: &Access, part: Part, portal: Option<&Code>) -> Result<(), Problem> {
    let may = match portal {
        Some(portal) => access.may(part, portal),
        None => access.may_all(part),
    };
    allow(access, may)
}

/// To change what is a portal's takes its token, whatever is public.
pub fn require_own(access: &Access, portal: &Code) -> Result<(), Problem> {
    allow(access, access.owns(portal))
}

pub fn allow(access: &Access, may: bool) -> Result<(), Problem> {
    if may {
        return Ok(());
    }
    Err(if access.has_token() {
        Problem::new(
            StatusCode::FORBIDDEN,
            "other-scope",
            "expected a token of this portal, or a national one",
        )
    } else {
        Problem::new(
            StatusCode::UNAUTHORIZED,
            "token-needed",
            "expected a token, as `Authorization: Bearer TOKEN`; `nhip token create` makes one",
        )
    })
}
