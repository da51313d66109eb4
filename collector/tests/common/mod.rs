//! A collector on a free port with a data directory of its own, and what a browser would send it.
#![allow(dead_code, clippy::unwrap_used, clippy::expect_used)]

use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::ValueEnum;
use jiff::tz::TimeZone;
use nhip_collector::access::Part;
use nhip_collector::alerts::{Notify, Rule};
use nhip_collector::cli::NewPortal;
use nhip_collector::clock::Clock;
use nhip_collector::config::Settings;
use nhip_collector::limits::Rates;
use nhip_collector::registry;
use nhip_collector::server::Server;
use nhip_collector::store::{DEFAULT_SPOOL, Engine};
use nhip_collector::upkeep::Retention;
use reqwest::{Client, RequestBuilder, Response, redirect};
use serde_json::{Value, json};

/// A small collector whose names are stored at once.
pub fn settings(data: &Path) -> Settings {
    Settings {
        widget: None,
        otlp: None,
        own_portal: None,
        rules: Rule::usual(),
        notify: Notify::default(),
        listen: "127.0.0.1:0".parse().unwrap(),
        data: data.to_owned(),
        min_views: 3,
        name_views: 1,
        trusted_proxies: vec!["127.0.0.0/8".parse().unwrap()],
        rates: Rates::DEFAULT,
        address_share: 25,
        retention: Retention::DEFAULT,
        public: Part::value_variants().iter().copied().collect(),
        time_zone: TimeZone::get("Asia/Ho_Chi_Minh").unwrap(),
        demo: false,
        history: None,
        upstream: None,
        store: Engine::Sqlite,
        spool_bytes: DEFAULT_SPOOL,
    }
}

pub const ORIGIN: &str = "https://dvc.example.vn";

pub struct Collector {
    pub base: String,
    pub data: PathBuf,
    pub client: Client,
    server: Option<Server>,
    _dir: Option<tempfile::TempDir>,
}

impl Collector {
    pub async fn start() -> Collector {
        Collector::of(false, Clock::system()).await
    }

    pub async fn demo() -> Collector {
        Collector::of(true, Clock::system()).await
    }

    pub async fn of(demo: bool, clock: Clock) -> Collector {
        let dir = tempfile::tempdir().unwrap();
        let mut collector = Collector::at(dir.path(), demo, clock).await;
        collector._dir = Some(dir);
        collector
    }

    pub async fn at(data: &Path, demo: bool, clock: Clock) -> Collector {
        let settings = Settings {
            demo,
            ..settings(data)
        };
        Collector::with(settings, clock).await
    }

    pub async fn with(settings: Settings, clock: Clock) -> Collector {
        let data = settings.data.clone();
        let server = Server::start(settings, clock).await.unwrap();
        Collector {
            base: format!("http://{}", server.address()),
            data,
            client: client(),
            server: Some(server),
            _dir: None,
        }
    }

    /// Waits until the last day's views are read; reports are taken before.
    pub async fn ready(&self) {
        for _ in 0..500 {
            if self.get("/readyz").await.status() == 200 {
                return;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        panic!("not ready after 10 s");
    }

    /// Waits until every row is in its rollup.
    pub async fn rolled_up(&self) {
        let database = rusqlite::Connection::open(self.data.join("nhip.db")).unwrap();
        let stale = "SELECT count(*) FROM hours WHERE rows <> rolled";
        for _ in 0..500 {
            let left: i64 = database.query_row(stale, [], |row| row.get(0)).unwrap();
            if left == 0 {
                return;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        panic!("not rolled up after 10 s");
    }

    /// Registers a portal beside the running server.
    pub fn add(&self, code: &str) {
        add(&self.data, code);
    }

    pub async fn get(&self, path: &str) -> Response {
        let url = format!("{}{path}", self.base);
        self.client.get(url).send().await.unwrap()
    }

    pub async fn json(&self, path: &str) -> Value {
        let response = self.get(path).await;
        assert_eq!(response.status(), 200, "{path}");
        response.json().await.unwrap()
    }

    pub async fn text(&self, path: &str) -> String {
        self.get(path).await.text().await.unwrap()
    }

    /// As a page of the registered origin sends it.
    pub async fn post(&self, body: impl ToString) -> Response {
        self.request(body)
            .header("origin", ORIGIN)
            .send()
            .await
            .unwrap()
    }

    /// The same through a proxy that says whose it is.
    pub async fn post_from(&self, address: &str, body: impl ToString) -> Response {
        self.request(body)
            .header("origin", ORIGIN)
            .header("x-forwarded-for", address)
            .send()
            .await
            .unwrap()
    }

    pub fn request(&self, body: impl ToString) -> RequestBuilder {
        self.client
            .post(format!("{}/v1/reports", self.base))
            .header("content-type", "text/plain;charset=UTF-8")
            .body(body.to_string())
    }

    /// Every row on disk, as the store reads it.
    pub fn rows(&self) -> i64 {
        let connection = rusqlite::Connection::open(self.data.join("nhip.db")).unwrap();
        connection
            .query_row("SELECT count(*) FROM reports", [], |row| row.get(0))
            .unwrap()
    }

    pub async fn stop(mut self) {
        self.server.take().unwrap().stop().await;
    }
}

pub fn add(data: &Path, code: &str) {
    let portal = NewPortal {
        code: code.parse().unwrap(),
        name: code.to_owned(),
        origins: vec![ORIGIN.parse().unwrap()],
        agency: None,
        count_automated: false,
        pages: Vec::new(),
        services: Vec::new(),
    };
    registry::add(data, portal, &Clock::system()).unwrap();
}

pub fn client() -> Client {
    Client::builder()
        .redirect(redirect::Policy::none())
        .build()
        .unwrap()
}

/// A view of `portal` with every reading.
pub fn report(portal: &str, view: u64) -> Value {
    json!({"v":1,"portal":portal,"view":format!("{view:016x}"),"seq":1,"kind":"final",
        "nav":"navigate","age":1200,"page":"/thu-tuc","engine":"blink/156","device":"phone",
        "net":"4g","weight":1,
        "load":{"lcp":1310.2,"fcp":804.1,"ttfb":240.3,"loaded":1710.4},
        "response":{"inp":96,"server_wait":150.2},"layout":{"cls":0.0213},
        "viewport":{"width":390,"height":844,
            "checks":{"content-width":"pass","target-size":"fail","zoom":"unknown"}}})
}

/// Every answer must be readable by the page that asked, whatever it says.
pub fn assert_cors(response: &Response) {
    let status = response.status();
    let headers = response.headers();
    let value = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    assert_eq!(value("access-control-allow-origin"), Some("*"), "{status}");
    let exposed = value("access-control-expose-headers").unwrap_or_default();
    assert!(exposed.eq_ignore_ascii_case("retry-after"), "{status}");
    assert_eq!(value("x-content-type-options"), Some("nosniff"), "{status}");
    assert!(value("referrer-policy").is_some(), "{status}");
    assert_eq!(value("set-cookie"), None, "{status}");
}
