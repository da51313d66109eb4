//! `/login`: a token as a cookie that scripts cannot read, for whoever reads pages. It opens what is read, never what is
//! changed: those requests take the token themselves, so that no other site can send one.

use std::num::NonZeroU32;
use std::sync::Arc;

use askama::Template;
use axum::extract::{Form, Query, State};
use axum::http::header::{LOCATION, ORIGIN, RETRY_AFTER, SET_COOKIE};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::{Extension, Router, routing};
use cookie::time::Duration;
use cookie::{Cookie, SameSite};
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};
use serde::Deserialize;
use tower_http::csrf::CsrfLayer;
use url::Url;

use super::language::Language;
use super::{Frame, page, told};
use crate::access::{Access, LOGIN, Scope};
use crate::app::App;
use crate::client::{Client, Peer};

/// A working day.
const HOURS: i64 = 12;

/// Tries of one address in a row, and a minute.
const TRIES: NonZeroU32 = NonZeroU32::new(10).unwrap();

/// Who cannot be told apart shares one measure.
const UNKNOWN: Client = Client(0);

pub struct Tries(DefaultKeyedRateLimiter<Client>);

impl Default for Tries {
    fn default() -> Tries {
        Tries(RateLimiter::keyed(Quota::per_minute(TRIES)))
    }
}

impl Tries {
    fn allow(&self, client: Option<Client>) -> bool {
        self.0.retain_recent();
        self.0.check_key(&client.unwrap_or(UNKNOWN)).is_ok()
    }
}

#[derive(Template)]
#[template(path = "dashboard/login.html")]
struct Login {
    frame: Frame,
    next: String,
    /// What went wrong, or why one is here.
    said: Option<&'static str>,
    /// Whose token it is; `None`: nobody is signed in.
    signed_in: Option<String>,
}

#[derive(Deserialize)]
pub struct Asked {
    lang: Option<String>,
    next: Option<String>,
}

#[derive(Deserialize)]
pub struct Entered {
    lang: Option<String>,
    next: Option<String>,
    #[serde(default)]
    token: String,
}

pub fn router() -> Router<Arc<App>> {
    Router::new()
        .route("/login", routing::get(ask).post(enter))
        .route("/logout", routing::post(leave))
        .layer(CsrfLayer::new())
}

/// The form instead of the page that takes a token.
pub fn needed(app: &App, language: Language, next: String) -> Response {
    let said = Some(language.strings().token_needed);
    form(app, language, StatusCode::UNAUTHORIZED, next, said)
}

fn form(
    app: &App,
    language: Language,
    status: StatusCode,
    next: String,
    said: Option<&'static str>,
) -> Response {
    let login = Login {
        frame: Frame::new(app, language, "/login"),
        next,
        said,
        signed_in: None,
    };
    page(status, &login)
}

async fn ask(
    State(app): State<Arc<App>>,
    Query(asked): Query<Asked>,
    headers: HeaderMap,
) -> Response {
    let language = Language::of(asked.lang.as_deref(), &headers);
    let registry = match app.registry() {
        Ok(registry) => registry,
        Err(error) => return told(&app, language, error.into()),
    };
    let access = Access::of_reader(&app.public, &registry.tokens, &headers).ok();
    let t = language.strings();
    let signed_in = access
        .as_ref()
        .and_then(Access::scope)
        .map(|scope| match scope {
            Scope::National => t.every_portal.to_owned(),
            Scope::Portal(code) => code.to_string(),
            // It opens nothing.
            Scope::Feed { source, .. } => source.to_string(),
        });
    let login = Login {
        frame: Frame::new(&app, language, "/login"),
        next: local(asked.next.as_deref()),
        said: None,
        signed_in,
    };
    page(StatusCode::OK, &login)
}

async fn enter(
    State(app): State<Arc<App>>,
    peer: Option<Extension<Peer>>,
    headers: HeaderMap,
    Form(entered): Form<Entered>,
) -> Response {
    let language = Language::of(entered.lang.as_deref(), &headers);
    let t = language.strings();
    let next = local(entered.next.as_deref());
    let registry = match app.registry() {
        Ok(registry) => registry,
        Err(error) => return told(&app, language, error.into()),
    };
    let token = entered.token.trim();
    if Access::with_token(&app.public, &registry.tokens, token).is_err() {
        // Only what is wrong is counted: nobody else's tries keep an officer out.
        let client = peer.and_then(|Extension(peer)| app.clients.of(peer, &headers));
        if !app.tries.allow(client) {
            let mut response = form(
                &app,
                language,
                StatusCode::TOO_MANY_REQUESTS,
                next,
                Some(t.too_many_tries),
            );
            let minute = HeaderValue::from_static("60");
            response.headers_mut().insert(RETRY_AFTER, minute);
            return response;
        }
        return form(
            &app,
            language,
            StatusCode::UNAUTHORIZED,
            next,
            Some(t.no_such_token),
        );
    }
    let mut cookie = Cookie::new(LOGIN, token.to_owned());
    cookie.set_max_age(Duration::hours(HOURS));
    to(&next, set(cookie, &headers))
}

async fn leave(headers: HeaderMap) -> Response {
    let mut cookie = Cookie::from(LOGIN);
    cookie.make_removal();
    to("/", set(cookie, &headers))
}

/// For this site's own pages; over https alone where the page that asked came that way.
fn set(mut cookie: Cookie<'static>, headers: &HeaderMap) -> String {
    cookie.set_path("/");
    cookie.set_http_only(true);
    cookie.set_same_site(SameSite::Strict);
    let origin = headers.get(ORIGIN);
    cookie.set_secure(origin.is_some_and(|it| it.as_bytes().starts_with(b"https://")));
    cookie.to_string()
}

fn to(next: &str, cookie: String) -> Response {
    let headers = [(LOCATION, next.to_owned()), (SET_COOKIE, cookie)];
    (StatusCode::SEE_OTHER, headers).into_response()
}

/// A page of this host, whatever the address asked for.
fn local(next: Option<&str>) -> String {
    let here = || {
        let base = Url::parse("http://here.invalid").ok()?;
        let url = base.join(next?).ok()?;
        let query = url
            .query()
            .map_or_else(String::new, |query| format!("?{query}"));
        (url.origin() == base.origin()).then(|| format!("{}{query}", url.path()))
    };
    here()
        // A path may look like another host.
        .filter(|path| !path.starts_with("//"))
        .unwrap_or_else(|| "/".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_comes_back_to_a_page_of_this_host_and_nowhere_else() {
        for (next, expected) in [
            (None, "/"),
            (
                Some("/portal/vn-hn?lang=vi&days=30"),
                "/portal/vn-hn?lang=vi&days=30",
            ),
            (Some("https://example.vn/"), "/"),
            (Some("//example.vn/"), "/"),
            (Some("/\\example.vn"), "/"),
            (Some("/.//example.vn"), "/"),
            (Some("javascript:alert(1)"), "/"),
            (Some("/x\r\nset-cookie: a=b"), "/xset-cookie:%20a=b"),
        ] {
            assert_eq!(local(next), expected, "{next:?}");
        }
    }
}
