//! The pages of a demo portal; what they say stands in `www/demo`.

use askama::Template;
use axum::http::StatusCode;
use axum::http::header::CACHE_CONTROL;
use axum::response::{Html, IntoResponse, Response};

use super::DemoPortal;

#[derive(Clone, Copy, Debug)]
pub enum Page {
    Home,
    Procedures,
    Info,
    Upload,
    Payment,
    Done,
    Privacy,
}

pub const ALL: [Page; 7] = [
    Page::Home,
    Page::Procedures,
    Page::Info,
    Page::Upload,
    Page::Payment,
    Page::Done,
    Page::Privacy,
];

/// A template with the variables that every page of the demo has.
macro_rules! templates {
    ($($name:ident = $file:literal),+ $(,)?) => {
        $(
            #[derive(Template)]
            #[template(path = $file)]
            struct $name<'a> {
                base: &'a str,
                code: &'a str,
                name: &'a str,
                slow: bool,
                broken: bool,
            }
        )+
    };
}

templates! {
    Home = "demo/home.html",
    Procedures = "demo/procedures.html",
    Info = "demo/form_info.html",
    Upload = "demo/form_upload.html",
    Payment = "demo/form_payment.html",
    Done = "demo/form_done.html",
    Privacy = "demo/privacy.html",
}

impl Page {
    /// Below the portal's base.
    pub const fn path(self) -> &'static str {
        match self {
            Page::Home => "/",
            Page::Procedures => "/thu-tuc/",
            Page::Info => "/nop-ho-so/thong-tin",
            Page::Upload => "/nop-ho-so/tai-len",
            Page::Payment => "/nop-ho-so/thanh-toan",
            Page::Done => "/nop-ho-so/hoan-tat",
            Page::Privacy => "/quyen-rieng-tu",
        }
    }

    pub fn render(self, portal: &DemoPortal) -> Response {
        let base = &format!("/demo/{}", portal.path);
        let DemoPortal {
            code,
            name,
            slow,
            broken,
            ..
        } = *portal;
        macro_rules! render {
            ($template:ident) => {
                $template {
                    base,
                    code,
                    name,
                    slow,
                    broken,
                }
                .render()
            };
        }
        let html = match self {
            Page::Home => render!(Home),
            Page::Procedures => render!(Procedures),
            Page::Info => render!(Info),
            Page::Upload => render!(Upload),
            Page::Payment => render!(Payment),
            Page::Done => render!(Done),
            Page::Privacy => render!(Privacy),
        };
        match html {
            // Not `no-store`, which keeps a page out of the back/forward cache.
            Ok(html) => ([(CACHE_CONTROL, "no-cache")], Html(html)).into_response(),
            Err(error) => {
                tracing::error!(%error, page = ?self, "a page of the demo cannot be rendered");
                StatusCode::INTERNAL_SERVER_ERROR.into_response()
            }
        }
    }
}
