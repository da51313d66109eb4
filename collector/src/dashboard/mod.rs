//! The pages for the monitor: `www/dashboard`. They work without scripts; every number with its count and window.

mod alerts;
mod asked;
mod badge;
mod charts;
mod data;
mod format;
mod history;
mod language;
mod login;
mod month;
mod overview;
mod portal;
mod strings;

use std::ops::Range;
use std::sync::Arc;

use askama::Template;
use axum::Router;
use axum::extract::{Path, Query, State};
use axum::http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{Html, IntoResponse, Response};
use axum::routing::get;
use jiff::tz::TimeZone;
use nhip_protocol::code::Code;
use rust_embed::RustEmbed;
use tower_http::compression::CompressionLayer;
use url::form_urlencoded;

use self::asked::Asked;
pub use self::language::Language;
use self::strings::Strings;
use crate::access::Access;
use crate::app::App;
use crate::assets;
use crate::clock::UnixMs;
use crate::demo;
use crate::portals::Registry;
use crate::routes::Problem;

/// Room for the widget on these pages: its module, its own requests; nothing from elsewhere.
const POLICY: &str = "default-src 'none'; style-src 'self'; script-src 'self' 'wasm-unsafe-eval'; \
    connect-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'self'; \
    frame-ancestors 'none'";

#[derive(RustEmbed)]
#[folder = "../www/dashboard"]
#[include = "*.css"]
#[include = "*.js"]
struct Own;

/// What draws.
#[derive(RustEmbed)]
#[folder = "../www/vendor/uplot"]
struct UPlot;

/// What every page shows around its content.
pub struct Frame {
    pub t: &'static Strings,
    pub language: Language,
    /// The page in the other language.
    pub path: String,
    /// What its address asks beside the language.
    pub query: String,
    pub demo: Option<Demo>,
    /// Everything on it is made up.
    pub synthetic: bool,
    /// Reports that the database does not take.
    pub stuck: Option<String>,
    /// As which portal these pages measure themselves; `None`: they don't.
    pub own: Option<Code>,
}

/// The banner of the demo.
pub struct Demo {
    pub min_views: u64,
    pub portals: Vec<DemoLink>,
}

pub struct DemoLink {
    pub code: &'static str,
    pub path: &'static str,
    pub text: &'static str,
}

pub use badge::{__path_badge, badge};
pub use login::Tries;

pub use overview::{name, remember};
pub use strings::alerts as alert_words;

pub fn router() -> Router<Arc<App>> {
    Router::new()
        .route("/", get(overview::overview))
        .route("/portal/{code}", get(portal::portal))
        .route("/alerts", get(alerts::alerts))
        .route("/data", get(data::data))
        .route("/months", get(month::list))
        .route("/months/{month}", get(month::one))
        .route("/history", get(history::history))
        .merge(login::router())
        .route("/demo", get(demo_list))
        .route("/demo/", get(demo_list))
        .route("/dashboard/{file}", get(style))
        .layer(CompressionLayer::new())
}

async fn style(Path(file): Path<String>, headers: HeaderMap) -> Response {
    assets::serve(
        &file,
        Own::get(&file).or_else(|| UPlot::get(&file)),
        &headers,
    )
}

impl Frame {
    /// The way to what takes a token, and back.
    pub fn login(&self) -> String {
        let here = format!("{}?lang={}{}", self.path, self.t.code, self.query);
        let next: String = form_urlencoded::byte_serialize(here.as_bytes()).collect();
        format!("/login?lang={}&next={next}", self.t.code)
    }

    fn asking(app: &App, language: Language, path: String, query: String) -> Frame {
        Frame {
            query,
            ..Frame::new(app, language, path)
        }
    }

    fn new(app: &App, language: Language, path: impl Into<String>) -> Frame {
        let t = language.strings();
        let demo = app.demo.then(|| Demo {
            min_views: app.min_views,
            portals: demo::PORTALS
                .iter()
                .map(|portal| DemoLink {
                    code: portal.code,
                    path: portal.path,
                    text: match (portal.slow, portal.broken) {
                        (true, _) => t.demo_slow,
                        (_, true) => t.demo_broken,
                        _ => t.demo_good,
                    },
                })
                .collect(),
        });
        Frame {
            t,
            language,
            path: path.into(),
            query: String::new(),
            demo,
            synthetic: app.synthetic,
            stuck: app.store.stuck().map(|reports| language.count(reports)),
            own: app.own_portal.clone(),
        }
    }
}

/// What was wrong with the question, or with the store.
fn told(app: &App, language: Language, problem: Problem) -> Response {
    let t = language.strings();
    let (text, detail) = match problem.status {
        StatusCode::BAD_REQUEST | StatusCode::NOT_FOUND => (t.bad_question, problem.detail),
        StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => {
            return login::needed(app, language, "/".to_owned());
        }
        _ => (t.unavailable, String::new()),
    };
    let status = problem.status;
    page(
        status,
        &Message {
            text,
            detail,
            frame: Frame::new(app, language, "/"),
        },
    )
}

/// `Số liệu từ … đến …`
struct Window {
    from: String,
    to: String,
}

impl Window {
    fn of(range: &Range<UnixMs>, language: Language, zone: &TimeZone) -> Window {
        Window {
            from: language.time(range.start, zone),
            to: language.time(range.end, zone),
        }
    }
}

#[derive(Template)]
#[template(path = "dashboard/demo.html")]
struct DemoList {
    frame: Frame,
}

async fn demo_list(
    State(app): State<Arc<App>>,
    Query(asked): Query<Asked>,
    headers: HeaderMap,
) -> Response {
    let language = Language::of(asked.lang.as_deref(), &headers);
    if !app.demo {
        return message(&app, language, StatusCode::NOT_FOUND, |t| t.not_found);
    }
    page(
        StatusCode::OK,
        &DemoList {
            frame: Frame::new(&app, language, "/demo/"),
        },
    )
}

#[derive(Template)]
#[template(path = "dashboard/message.html")]
struct Message {
    frame: Frame,
    text: &'static str,
    detail: String,
}

fn message(
    app: &App,
    language: Language,
    status: StatusCode,
    text: impl Fn(&Strings) -> &'static str,
) -> Response {
    page(
        status,
        &Message {
            text: text(language.strings()),
            detail: String::new(),
            frame: Frame::new(app, language, "/"),
        },
    )
}

/// What this visitor may see; `None`: the token is none.
fn access(app: &App, registry: &Registry, headers: &HeaderMap) -> Option<Access> {
    Access::of_reader(&app.public, &registry.tokens, headers).ok()
}

fn page(status: StatusCode, template: &impl Template) -> Response {
    match template.render() {
        Ok(html) => {
            let headers = [
                (CONTENT_SECURITY_POLICY, POLICY),
                (CACHE_CONTROL, "private, no-cache"),
            ];
            (status, headers, Html(html)).into_response()
        }
        Err(error) => {
            tracing::error!(%error, "a page of the dashboard cannot be rendered");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}
