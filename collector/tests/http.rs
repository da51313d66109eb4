//! What every answer carries, and what happens when the disk does not follow.
#![allow(clippy::unwrap_used)]

mod common;

use std::collections::HashMap;
use std::ops::Range;
use std::sync::Arc;

use common::{Collector, assert_cors, client, report};
use nhip_collector::app::App;
use nhip_collector::browser_reports::{Kind, Tally};
use nhip_collector::clock::Clock;
use nhip_collector::first_seen::Dated;
use nhip_collector::months::{Frozen, Month};
use nhip_collector::notes::Note;
use nhip_collector::portals::seeded;
use nhip_collector::routes;
use nhip_collector::store::sqlite::{Database, Portals};
use nhip_collector::store::{
    Activity, Broken, Day, FromChild, Had, Keep, Kept, KeptHour, KeptPart, Name, NewRow, NotKept,
    OutcomeCount, RolledUp, Slice, Stale, Store, StoredRow, Stranger, Unreadable,
};
use nhip_protocol::code::Code;
use nhip_protocol::report::ViewId;
use reqwest::Method;
use serde_json::Value;

#[tokio::test]
async fn every_answer_is_readable_across_origins() {
    let collector = Collector::start().await;
    collector.ready().await;
    for (method, path, status, json) in [
        (Method::GET, "/healthz", 200, false),
        (Method::GET, "/readyz", 200, false),
        (Method::GET, "/v1/portals", 200, true),
        (Method::GET, "/v1/league", 200, true),
        (Method::GET, "/v1/portals/vn-hn", 200, true),
        (Method::GET, "/v1/portals/VN-HN/summary", 200, true),
        (Method::GET, "/v1/portals/made-up", 404, true),
        (
            Method::GET,
            "/v1/portals/vn-hn/tag?origin=https://a.vn",
            200,
            true,
        ),
        (Method::GET, "/v1/portals/vn-hn/tag?origin=a", 400, true),
        (Method::GET, "/v1/portals/vn-hn/tag", 400, true),
        (
            Method::GET,
            "/v1/portals/made-up/tag?origin=https://a.vn",
            404,
            true,
        ),
        (Method::GET, "/v1/portals/x_y/summary", 404, true),
        (Method::GET, "/v1/nothing", 404, true),
        (Method::GET, "/v1/reports", 405, true),
        (Method::DELETE, "/v1/reports", 405, true),
        (Method::POST, "/v1/league", 405, true),
        (Method::POST, "/nothing", 404, true),
        (Method::GET, "/nothing", 404, true),
        (Method::GET, "/nhip-0000000000000000.js", 404, true),
        (Method::GET, "/demo/good/", 404, true),
        (Method::GET, "/", 200, false),
        (Method::GET, "/portal/made-up", 404, false),
    ] {
        let url = format!("{}{path}", collector.base);
        let request = collector.client.request(method.clone(), url);
        let response = request.send().await.unwrap();
        assert_eq!(response.status(), status, "{method} {path}");
        assert_cors(&response);
        if json {
            let answer: Value = response.json().await.unwrap();
            assert_eq!(answer["detail"].is_string(), status >= 400, "{path}");
        }
    }
    collector.stop().await;
}

#[tokio::test]
async fn a_preflight_is_answered() {
    let collector = Collector::start().await;
    let url = format!("{}/v1/reports", collector.base);
    let response = collector
        .client
        .request(Method::OPTIONS, url)
        .header("origin", "https://dvc.example.vn")
        .header("access-control-request-method", "POST")
        .header("access-control-request-headers", "content-type")
        .send()
        .await
        .unwrap();
    assert!(response.status().is_success());
    let value = |name: &str| {
        let value = response.headers().get(name).unwrap();
        value.to_str().unwrap().to_ascii_lowercase()
    };
    assert_eq!(value("access-control-allow-origin"), "*");
    assert!(value("access-control-allow-methods").contains("post"));
    assert!(value("access-control-allow-headers").contains("content-type"));
    collector.stop().await;
}

fn stuck() -> Unreadable {
    Unreadable("stuck".into())
}

/// A store whose disk takes nothing and gives nothing.
struct Stuck(NotKept);

impl Store for Stuck {
    fn append(&self, _: Vec<NewRow>) -> Kept<'_> {
        Box::pin(std::future::ready(Err(self.0.clone())))
    }

    fn record(&self, _: Vec<OutcomeCount>, _: Vec<Stranger>) -> Kept<'_> {
        Box::pin(std::future::ready(Err(self.0.clone())))
    }

    fn names(&self) -> Result<Vec<Name>, Unreadable> {
        Ok(Vec::new())
    }

    fn scan(
        &self,
        _: Range<i64>,
        _: &Slice,
        _: &mut dyn FnMut(StoredRow),
    ) -> Result<Broken, Unreadable> {
        Err(stuck())
    }

    fn views(
        &self,
        _: Range<i64>,
        _: &mut dyn FnMut(&str, ViewId, Dated) -> bool,
    ) -> Result<(), Unreadable> {
        Err(stuck())
    }

    fn stale(&self) -> Result<Vec<Stale>, Unreadable> {
        Err(stuck())
    }

    fn keep_rollups(&self, _: Vec<RolledUp>) -> Kept<'_> {
        Box::pin(std::future::ready(Err(self.0.clone())))
    }

    fn days(
        &self,
        _: &Code,
        _: Range<i64>,
        _: bool,
        _: &mut dyn FnMut(i64, &[u8]),
    ) -> Result<(), Unreadable> {
        Err(stuck())
    }

    fn stale_days(&self, _: i64) -> Result<Vec<(Code, i64)>, Unreadable> {
        Err(stuck())
    }

    fn keep_day(&self, _: Day) -> Kept<'_> {
        Box::pin(std::future::ready(Err(self.0.clone())))
    }

    fn has_older(&self, _: Keep) -> Result<bool, Unreadable> {
        Err(stuck())
    }

    fn prune(&self, _: Keep) -> Kept<'_> {
        Box::pin(std::future::ready(Err(self.0.clone())))
    }

    fn rollups(
        &self,
        _: &Code,
        _: Range<i64>,
        _: bool,
        _: &mut dyn FnMut(KeptHour<'_>),
    ) -> Result<(), Unreadable> {
        Err(stuck())
    }

    fn keep_fed(&self, _: FromChild) -> Kept<'_> {
        Box::pin(std::future::ready(Err(self.0.clone())))
    }

    fn parts(&self, _: i64, _: &[Code], _: &mut dyn FnMut(KeptPart<'_>)) -> Result<(), Unreadable> {
        Err(stuck())
    }

    fn had(&self, _: &str, _: Range<i64>) -> Result<Vec<Had>, Unreadable> {
        Err(stuck())
    }

    fn outcomes(&self, _: Range<i64>) -> Result<Vec<OutcomeCount>, Unreadable> {
        Ok(Vec::new())
    }

    fn activity(&self) -> Result<HashMap<Code, Activity>, Unreadable> {
        Ok(HashMap::new())
    }

    fn count_browser_reports(&self, _: Vec<Tally>) -> Kept<'_> {
        Box::pin(std::future::ready(Err(self.0.clone())))
    }

    fn browser_reports(
        &self,
        _: &Code,
        _: Range<i64>,
    ) -> Result<Vec<(Kind, String, u64)>, Unreadable> {
        Err(stuck())
    }

    fn notes(&self, _: &Code, _: Range<i64>) -> Result<Vec<Note>, Unreadable> {
        Ok(Vec::new())
    }

    fn months(&self) -> Result<Vec<Frozen>, Unreadable> {
        Err(stuck())
    }

    fn month(&self, _: Month) -> Result<Option<Frozen>, Unreadable> {
        Err(stuck())
    }

    fn strangers(&self) -> Result<Vec<Stranger>, Unreadable> {
        Ok(Vec::new())
    }

    fn close(&self) {}
}

#[tokio::test]
async fn what_cannot_be_kept_is_answered_503_with_when_to_come_again() {
    for reason in [
        NotKept::QueueFull,
        NotKept::Disk("/var: no space".into()),
        NotKept::Closing,
    ] {
        let dir = tempfile::tempdir().unwrap();
        let database = Database::open(dir.path()).unwrap();
        common::add(dir.path(), "vn-hn");
        let portals = Portals::open(&database, seeded().unwrap()).unwrap();
        let store = Arc::new(Stuck(reason));
        let settings = common::settings(dir.path());
        let app = App::new(store, portals, Clock::system(), &settings).unwrap();
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base = format!("http://{}", listener.local_addr().unwrap());
        let serving =
            tokio::spawn(async move { axum::serve(listener, routes::router(Arc::new(app))).await });

        let array = serde_json::json!([report("vn-hn", 1), {"v": 1}]);
        for body in [report("vn-hn", 1).to_string(), array.to_string()] {
            let response = client()
                .post(format!("{base}/v1/reports"))
                .header("content-type", "text/plain")
                .body(body)
                .send()
                .await
                .unwrap();
            assert_eq!(response.status(), 503);
            assert_cors(&response);
            let again = response.headers()["retry-after"].to_str().unwrap();
            assert!(again.parse::<u32>().unwrap() > 0);
            let answer: Value = response.json().await.unwrap();
            assert!(!answer.to_string().contains("/var"), "{answer}");
        }
        for path in ["/v1/league", "/v1/portals/vn-hn/summary", "/"] {
            let response = client().get(format!("{base}{path}")).send().await.unwrap();
            assert_eq!(response.status(), 503, "{path}");
            assert_cors(&response);
        }
        serving.abort();
    }
}
