//! A collector on a large database: how long it takes to start, and to answer.

use std::path::Path;
use std::time::{Duration, Instant};

use clap::ValueEnum;
use nhip_collector::access::Part;
use nhip_collector::cli::Flags;
use nhip_collector::clock::Clock;
use nhip_collector::config::{Role, Settings};
use nhip_collector::server::Server;
use serde_json::json;

/// Times each question is asked; the first ones find nothing in the system's memory.
const TIMES: usize = 15;

const QUESTIONS: [(&str, &str); 16] = [
    ("30 days of a portal", "/v1/portals/cong-1/summary?FROM30"),
    (
        "30 days of a portal, phones",
        "/v1/portals/cong-1/summary?FROM30&device=phone",
    ),
    (
        "30 days of a portal, day by day",
        "/v1/portals/cong-1/series?FROM30",
    ),
    ("league of 7 days", "/v1/league"),
    ("league of 30 days", "/v1/league?FROM30"),
    ("league of 92 days", "/v1/league?FROM92"),
    ("page: the country, 7 days", "/"),
    ("page: the country, 30 days", "/?days=30"),
    ("page: the country, 90 days", "/?days=90"),
    ("page: a portal, 7 days", "/portal/cong-1"),
    ("page: a portal, 30 days", "/portal/cong-1?days=30"),
    ("page: a portal, 90 days", "/portal/cong-1?days=90"),
    (
        "page: a portal, 90 days, phones",
        "/portal/cong-1?days=90&device=phone",
    ),
    (
        "page: a portal, 90 days, beside the national median",
        "/portal/cong-1?days=90&compare=national",
    ),
    (
        "page: a portal, 90 days, phones, beside the 90 before",
        "/portal/cong-1?days=90&device=phone&compare=previous",
    ),
    ("page: alerts", "/alerts"),
];

pub fn ask(dir: &Path) {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(asked(dir));
}

async fn asked(dir: &Path) {
    let flags = Flags {
        listen: Some("127.0.0.1:0".parse().unwrap()),
        data: Some(dir.to_owned()),
        // With all that a page can have.
        public: Some(Part::value_variants().to_vec()),
        ..Flags::default()
    };
    let settings = Settings::resolve(&flags, Role::Serve).unwrap();
    let clock = Clock::system();
    let now = jiff::Timestamp::from_millisecond(clock.now()).unwrap();
    let started = Instant::now();
    let server = Server::start(settings, clock).await.unwrap();
    let base = format!("http://{}", server.address());
    let client = reqwest::Client::new();
    while client
        .get(format!("{base}/readyz"))
        .send()
        .await
        .unwrap()
        .status()
        != 200
    {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    let start = started.elapsed();
    let mut answers = Vec::new();
    for (name, path) in QUESTIONS {
        let mut path = path.to_owned();
        for days in [30, 92] {
            let from = now - jiff::SignedDuration::from_hours(days * 24 - 1);
            path = path.replace(&format!("FROM{days}"), &format!("from={from}"));
        }
        let mut took = Vec::new();
        for _ in 0..TIMES {
            let asked = Instant::now();
            let answer = client.get(format!("{base}{path}")).send().await.unwrap();
            assert_eq!(answer.status(), 200, "{path}");
            answer.bytes().await.unwrap();
            took.push(asked.elapsed().as_secs_f64() * 1000.0);
        }
        let first = took[0];
        took.sort_by(f64::total_cmp);
        let (median, longest) = (took[TIMES / 2], took[TIMES - 1]);
        answers
            .push(json!({"question": name, "first": first, "median": median, "longest": longest}));
    }
    server.stop().await;
    println!(
        "{}",
        json!({"start_ms": start.as_secs_f64() * 1000.0, "answers": answers})
    );
}
