//! Who may see what. Some parts of the answers are public by a setting; the others are for tokens.

use std::collections::BTreeSet;

use axum::http::HeaderMap;
use axum::http::header::{AUTHORIZATION, COOKIE};
use base64::Engine as _;
use base64::prelude::{BASE64_STANDARD, BASE64_URL_SAFE_NO_PAD};
use clap::ValueEnum;
use cookie::Cookie;
use nhip_protocol::code::Code;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;
use utoipa::ToSchema;

use crate::clock::UnixMs;

mod scope;

pub use scope::Scope;

/// Set by `/login`: a token, for whoever reads.
pub const LOGIN: &str = "nhip_token";

/// A part of the answers.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, ValueEnum, Serialize, Deserialize, ToSchema,
)]
#[serde(rename_all = "lowercase")]
pub enum Part {
    /// All portals beside each other; months that were published.
    League,
    /// One portal's readings.
    Summary,
    /// The same over time, and as CSV.
    Series,
    /// One portal's grade alone.
    Badge,
    /// Page groups: as a filter, and one by one.
    Pages,
    /// Elements that failed a check.
    Culprits,
    /// What went wrong in views, and what browsers reported.
    Errors,
    /// Registered origins, and those that report without being registered.
    Origins,
    /// Raw rows.
    Reports,
    /// What a portal's developers say of a moment.
    Notes,
    /// What rules found, and who was told.
    Alerts,
}

impl Part {
    pub const PUBLIC: [Part; 4] = [Part::League, Part::Summary, Part::Series, Part::Badge];
}

/// A token as it is kept: without its secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Token {
    pub id: String,
    /// SHA-256 of the whole token. It has 256 random bits, so no slow hash is needed.
    pub hash: [u8; 32],
    pub scope: Scope,
    pub label: String,
    pub created: UnixMs,
    pub revoked: Option<UnixMs>,
}

#[derive(Debug, thiserror::Error)]
#[error("this system gives no random numbers: {0}")]
pub struct NoRandomness(String);

impl Token {
    /// A new one, and the text that is shown once.
    pub fn create(
        scope: Scope,
        label: String,
        now: UnixMs,
    ) -> Result<(Token, String), NoRandomness> {
        let mut random = [0; 36];
        getrandom::fill(&mut random).map_err(|error| NoRandomness(error.to_string()))?;
        let (id, secret) = random.split_at(4);
        let id: String = id.iter().map(|byte| format!("{byte:02x}")).collect();
        let text = format!("nhip_{id}_{}", BASE64_URL_SAFE_NO_PAD.encode(secret));
        let token = Token {
            id,
            hash: Sha256::digest(&text).into(),
            scope,
            label,
            created: now,
            revoked: None,
        };
        Ok((token, text))
    }
}

/// What a request may see.
#[derive(Clone, Debug)]
pub struct Access {
    public: BTreeSet<Part>,
    scope: Option<Scope>,
}

/// The request brought a token that is none, or is none any more.
#[derive(Debug, PartialEq, Eq)]
pub struct BadToken;

impl Access {
    /// By the request's own token.
    pub fn of(
        public: &BTreeSet<Part>,
        tokens: &[Token],
        headers: &HeaderMap,
    ) -> Result<Access, BadToken> {
        match headers.get(AUTHORIZATION) {
            None => Ok(Access {
                public: public.clone(),
                scope: None,
            }),
            Some(value) => {
                let text = value.to_str().ok().and_then(token_in).ok_or(BadToken)?;
                Access::with_token(public, tokens, &text)
            }
        }
    }

    /// The same of a request that changes nothing: the cookie of `/login` stands for a token, too. One that is worth
    /// nothing any more is none.
    pub fn of_reader(
        public: &BTreeSet<Part>,
        tokens: &[Token],
        headers: &HeaderMap,
    ) -> Result<Access, BadToken> {
        let cookies = headers.get_all(COOKIE).iter();
        let mut cookies = cookies
            .filter(|_| !headers.contains_key(AUTHORIZATION))
            .filter_map(|line| line.to_str().ok())
            .flat_map(Cookie::split_parse)
            .filter_map(Result::ok)
            .filter(|cookie| cookie.name() == LOGIN);
        let known = cookies.find_map(|it| Access::with_token(public, tokens, it.value()).ok());
        known.map_or_else(|| Access::of(public, tokens, headers), Ok)
    }

    pub fn with_token(
        public: &BTreeSet<Part>,
        tokens: &[Token],
        text: &str,
    ) -> Result<Access, BadToken> {
        let hash: [u8; 32] = Sha256::digest(text).into();
        let known = tokens
            .iter()
            .find(|token| token.revoked.is_none() && bool::from(token.hash.ct_eq(&hash)));
        Ok(Access {
            public: public.clone(),
            scope: Some(known.ok_or(BadToken)?.scope.clone()),
        })
    }

    pub fn scope(&self) -> Option<&Scope> {
        self.scope.as_ref()
    }

    /// Whether `part` of the answers about `portal` is for this request.
    pub fn may(&self, part: Part, portal: &Code) -> bool {
        self.public.contains(&part) || self.owns(portal)
    }

    /// Whether the token is this portal's own, or a national one.
    pub fn owns(&self, portal: &Code) -> bool {
        match &self.scope {
            Some(Scope::National) => true,
            Some(Scope::Portal(own)) => own == portal,
            Some(Scope::Feed { .. }) | None => false,
        }
    }

    /// The portal whose token it is.
    pub fn own(&self) -> Option<&Code> {
        match &self.scope {
            Some(Scope::Portal(own)) => Some(own),
            Some(Scope::National | Scope::Feed { .. }) | None => None,
        }
    }

    /// The same of all portals at once.
    pub fn may_all(&self, part: Part) -> bool {
        self.public.contains(&part) || self.is_national()
    }

    pub fn is_national(&self) -> bool {
        self.scope == Some(Scope::National)
    }

    pub fn has_token(&self) -> bool {
        self.scope.is_some()
    }
}

/// `Bearer TOKEN`; or `Basic`, with any name and the token as the password: a browser's own question.
fn token_in(authorization: &str) -> Option<String> {
    let (scheme, rest) = authorization.split_once(' ')?;
    let rest = rest.trim();
    if scheme.eq_ignore_ascii_case("bearer") {
        return Some(rest.to_owned());
    }
    if !scheme.eq_ignore_ascii_case("basic") {
        return None;
    }
    let decoded = String::from_utf8(BASE64_STANDARD.decode(rest).ok()?).ok()?;
    let (_, password) = decoded.split_once(':')?;
    Some(password.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn access(tokens: &[Token], authorization: &str) -> Result<Access, BadToken> {
        let mut headers = HeaderMap::new();
        if !authorization.is_empty() {
            headers.insert(AUTHORIZATION, authorization.parse().unwrap());
        }
        Access::of(&BTreeSet::from(Part::PUBLIC), tokens, &headers)
    }

    #[test]
    fn a_token_opens_what_its_scope_says_and_nothing_once_revoked() {
        let [hn, dn]: [Code; 2] = ["vn-hn", "vn-dn"].map(|code| code.parse().unwrap());
        let create = |scope| Token::create(scope, String::new(), 0).unwrap();
        let (national, national_text) = create(Scope::National);
        let (own, own_text) = create(Scope::Portal(hn.clone()));
        let (mut old, old_text) = create(Scope::National);
        old.revoked = Some(1);
        let tokens = [national, own, old];
        let basic = format!("Basic {}", BASE64_STANDARD.encode(format!("an:{own_text}")));
        for (authorization, expected) in [
            (String::new(), Some([false, false, false])),
            (format!("Bearer {national_text}"), Some([true, true, true])),
            (format!("bearer {own_text}"), Some([true, false, false])),
            (basic, Some([true, false, false])),
            (format!("Bearer {old_text}"), None),
            (format!("Bearer {own_text}x"), None),
            ("Bearer".to_owned(), None),
            ("Digest x".to_owned(), None),
            ("Basic !".to_owned(), None),
        ] {
            let access = access(&tokens, &authorization).ok();
            let may = access.as_ref().map(|access| {
                assert!(access.may(Part::Summary, &hn) && access.may_all(Part::League));
                [
                    access.may(Part::Errors, &hn),
                    access.may(Part::Errors, &dn),
                    access.may_all(Part::Pages),
                ]
            });
            assert_eq!(may, expected, "{authorization}");
        }
    }

    #[test]
    fn tokens_differ_and_do_not_hold_their_secret() {
        let create = || Token::create(Scope::National, String::new(), 0).unwrap();
        let ((a, a_text), (b, b_text)) = (create(), create());
        assert_ne!(a_text, b_text);
        assert_ne!(a.hash, b.hash);
        assert!(a_text.starts_with(&format!("nhip_{}_", a.id)));
        assert_eq!(a_text.len(), "nhip_".len() + 8 + 1 + 43);
    }
}
