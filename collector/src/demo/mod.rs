//! Three portals to try the measurement on: one good, one slow, one broken. Nothing that is typed
//! into them is kept.

pub mod history;
mod pages;

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::Path;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use rust_embed::RustEmbed;
use tower_http::timeout::TimeoutLayer;

use crate::app::App;
use crate::clock::UnixMs;
use crate::portals::{NotAnOrigin, Origin, Portal};
use crate::store::sqlite::{NotAdded, Portals};
use crate::{assets, body};

/// With three views a grade shows while one is still trying things out.
pub const MIN_VIEWS: u64 = 3;

/// The demo's pages are nobody's, so their names are stored at once.
pub const NAME_VIEWS: u64 = 1;

/// How long the slow portal thinks before it answers with a page.
const SLOW_SERVER: Duration = Duration::from_millis(800);

/// How long it holds back the photo that is its largest paint.
const SLOW_PHOTO: Duration = Duration::from_secs(3);

/// The largest upload that is taken, and thrown away.
const MAX_UPLOAD: usize = 20 * 1024 * 1024;

/// An upload of that size from a slow network.
const UPLOAD_TIMEOUT: Duration = Duration::from_secs(10 * 60);

#[derive(RustEmbed)]
#[folder = "../www/demo/assets"]
#[allow_missing = true]
struct DemoAssets;

#[derive(RustEmbed)]
#[folder = "../www/vendor"]
#[allow_missing = true]
struct Vendored;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DemoPortal {
    /// In the address: `/demo/good/`.
    pub path: &'static str,
    pub code: &'static str,
    pub name: &'static str,
    pub slow: bool,
    pub broken: bool,
}

pub const PORTALS: [DemoPortal; 3] = [
    DemoPortal {
        path: "good",
        code: "demo-good",
        name: "Cổng dịch vụ công mẫu (tốt)",
        slow: false,
        broken: false,
    },
    DemoPortal {
        path: "slow",
        code: "demo-slow",
        name: "Cổng dịch vụ công mẫu (chậm)",
        slow: true,
        broken: false,
    },
    DemoPortal {
        path: "broken",
        code: "demo-broken",
        name: "Cổng dịch vụ công mẫu (hỏng)",
        slow: false,
        broken: true,
    },
];

/// As which the dashboard measures itself.
pub const OWN: &str = "demo-nhip";

/// The steps of filing, in order: what is posted to one leads to the next.
const STEPS: [&str; 4] = ["thong-tin", "tai-len", "thanh-toan", "hoan-tat"];

#[derive(Debug, thiserror::Error)]
pub enum CannotRegister {
    #[error(transparent)]
    NotAdded(#[from] NotAdded),
    #[error(transparent)]
    NotAnOrigin(#[from] NotAnOrigin),
    #[error("demo code: {0}")]
    NotACode(#[from] nhip_protocol::code::NotACode),
}

/// Registers the demo portals under the address that was found free.
pub fn register(portals: &Portals, address: SocketAddr, now: UnixMs) -> Result<(), CannotRegister> {
    let port = address.port();
    let mut hosts = vec![address.to_string(), format!("localhost:{port}")];
    if address.ip().is_unspecified() {
        hosts.push(format!("127.0.0.1:{port}"));
        hosts.push(format!("[::1]:{port}"));
    }
    let origins = hosts
        .iter()
        .map(|host| format!("http://{host}").parse::<Origin>())
        .collect::<Result<Vec<_>, _>>()?;
    let own = (OWN, "Bảng điều khiển Nhịp");
    let named = PORTALS.map(|demo| (demo.code, demo.name));
    for (code, name) in named.into_iter().chain([own]) {
        let code: nhip_protocol::code::Code = code.parse()?;
        portals.put(&Portal {
            agency: code.clone(),
            code,
            name: name.to_owned(),
            origins: origins.clone(),
            count_automated: true,
            added: now,
            names: Vec::new(),
            paused: false,
        })?;
    }
    Ok(())
}

pub fn router() -> Router<Arc<App>> {
    let mut router = Router::new()
        .route("/demo/assets/{*file}", get(asset))
        .route("/vendor/{*file}", get(vendored));
    for portal in PORTALS {
        router = router.merge(portal_router(portal));
    }
    router.layer(TimeoutLayer::with_status_code(
        StatusCode::REQUEST_TIMEOUT,
        UPLOAD_TIMEOUT,
    ))
}

fn portal_router(portal: DemoPortal) -> Router<Arc<App>> {
    let base = format!("/demo/{}", portal.path);
    let mut router = Router::new();
    for page in pages::ALL {
        let address = format!("{base}{}", page.path());
        let answer = async move || {
            let page = page.render(&portal);
            if !portal.slow {
                return page.into_response();
            }
            tokio::time::sleep(SLOW_SERVER).await;
            // Without a connection to set up, as here, only the server can tell its part of the wait.
            let told = format!("app;dur={}", SLOW_SERVER.as_millis());
            ([("server-timing", told)], page).into_response()
        };
        // `/thu-tuc` finds `/thu-tuc/`, as on any portal.
        if let Some(bare) = address.strip_suffix('/') {
            let target = address.clone();
            let redirect = async move || Redirect::permanent(&target);
            router = router.route(bare, get(redirect));
        }
        router = router.route(&address, get(answer));
    }
    for (step, next) in STEPS.iter().zip(&STEPS[1..]) {
        let next = format!("{base}/nop-ho-so/{next}");
        let take = async move |body: Body| take_form(body, &next).await;
        router = router.route(
            &format!("{base}/nop-ho-so/{step}"),
            axum::routing::post(take),
        );
    }
    if portal.slow {
        let photo = async |headers: HeaderMap| {
            tokio::time::sleep(SLOW_PHOTO).await;
            let name = "anh-lon.jpg";
            assets::serve(name, DemoAssets::get(name), &headers)
        };
        router = router.route(&format!("{base}/anh-lon.jpg"), get(photo));
    }
    router
}

async fn take_form(body: Body, next: &str) -> Response {
    match body::discard(body, MAX_UPLOAD).await {
        Ok(()) => Redirect::to(next).into_response(),
        Err(body::Unread::TooLong { .. }) => StatusCode::PAYLOAD_TOO_LARGE.into_response(),
        Err(body::Unread::Broken) => StatusCode::BAD_REQUEST.into_response(),
    }
}

async fn asset(Path(file): Path<String>, headers: HeaderMap) -> Response {
    assets::serve(&file, DemoAssets::get(&file), &headers)
}

async fn vendored(Path(file): Path<String>, headers: HeaderMap) -> Response {
    assets::serve(&file, Vendored::get(&file), &headers)
}
