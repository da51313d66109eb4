//! A token as a cookie: who reads gets in, who changes does not, and no other site comes along.
#![allow(clippy::unwrap_used)]

#[path = "common/binary.rs"]
mod binary;
mod common;

use binary::{Nhip, add, said, token};
use common::client;
use reqwest::{Method, Response};

struct Visitor {
    server: Nhip,
    cookie: String,
}

impl Visitor {
    async fn ask(
        &self,
        method: Method,
        path: &str,
        headers: &[(&str, &str)],
        body: &str,
    ) -> Response {
        let mut request = client().request(method, format!("{}{path}", self.server.base));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        if !self.cookie.is_empty() {
            request = request.header("cookie", format!("a=b; {}; c=d", self.cookie));
        }
        request.body(body.to_owned()).send().await.unwrap()
    }

    async fn get(&self, path: &str) -> u16 {
        self.ask(Method::GET, path, &[], "").await.status().as_u16()
    }

    async fn enter(&self, token: &str, headers: &[(&str, &str)]) -> Response {
        let form = ("content-type", "application/x-www-form-urlencoded");
        let body = format!("token={token}&lang=en&next=%2Falerts%3Flang%3Den");
        self.ask(Method::POST, "/login", &[headers, &[form]].concat(), &body)
            .await
    }
}

fn header(answer: &Response, name: &str) -> String {
    let value = answer.headers().get(name);
    value.map_or_else(String::new, |it| it.to_str().unwrap().to_owned())
}

#[tokio::test]
async fn a_cookie_opens_what_is_read_and_nothing_that_is_changed() {
    let dir = tempfile::tempdir().unwrap();
    for code in ["vn-hn", "vn-dn"] {
        assert!(add(dir.path(), code).status.success());
    }
    let national = token(&["--national"], dir.path());
    let own = token(&["--portal", "vn-hn"], dir.path());
    let server = Nhip::start(&["serve"], dir.path());
    let same = ("sec-fetch-site", "same-origin");
    let mut visitor = Visitor {
        server,
        cookie: String::new(),
    };

    let shut = visitor.ask(Method::GET, "/alerts?lang=en", &[], "").await;
    assert_eq!(shut.status(), 401);
    let form = shut.text().await.unwrap();
    assert!(
        form.contains("name=\"token\"") && form.contains("/alerts?lang=en"),
        "{form}"
    );
    assert_eq!(visitor.get("/v1/alerts").await, 401);
    assert_eq!(visitor.enter("nhip_x_y", &[same]).await.status(), 401);

    // Another site's form.
    for from in [
        &[("sec-fetch-site", "cross-site")][..],
        &[("sec-fetch-site", "same-site")],
        &[("origin", "https://dvc.example.vn")],
    ] {
        assert_eq!(
            visitor.enter(&national, from).await.status(),
            403,
            "{from:?}"
        );
    }
    let entered = visitor.enter(&national, &[same]).await;
    assert_eq!(
        (
            entered.status().as_u16(),
            header(&entered, "location").as_str()
        ),
        (303, "/alerts?lang=en")
    );
    let cookie = header(&entered, "set-cookie");
    for part in ["HttpOnly", "SameSite=Strict", "Path=/", "Max-Age=43200"] {
        assert!(cookie.contains(part), "{part}: {cookie}");
    }
    assert!(!cookie.contains("Secure"), "{cookie}");
    let https = ("origin", "https://do.example.vn");
    let secure = visitor.enter(&national, &[same, https]).await;
    assert!(header(&secure, "set-cookie").contains("Secure"));

    visitor.cookie = cookie.split(';').next().unwrap().to_owned();
    for path in [
        "/alerts",
        "/v1/alerts",
        "/v1/portals/vn-dn/notes",
        "/v1/portals/vn-dn/reports",
    ] {
        assert_eq!(visitor.get(path).await, 200, "{path}");
    }
    let private = visitor.ask(Method::GET, "/v1/alerts", &[], "").await;
    assert_eq!(header(&private, "cache-control"), "private, no-cache");
    assert!(header(&private, "vary").contains("cookie"));
    // To change something takes the token itself.
    let json = ("content-type", "application/json");
    let (notes, text) = ("/v1/portals/vn-dn/notes", "{\"text\":\"x\"}");
    let note = visitor.ask(Method::POST, notes, &[json, same], text).await;
    assert_eq!(note.status(), 401);

    let left = visitor.ask(Method::POST, "/logout", &[same], "").await;
    assert!(
        header(&left, "set-cookie").contains("Max-Age=0"),
        "{:?}",
        left.headers()
    );

    // A portal's own: its alerts, and no other's.
    visitor.cookie = format!("nhip_token={own}");
    assert_eq!(visitor.get("/portal/vn-hn").await, 200);
    assert_eq!(visitor.get("/v1/alerts").await, 200);
    assert_eq!(visitor.get("/alerts").await, 401);
    assert_eq!(visitor.get("/v1/portals/vn-dn/notes").await, 403);
    // Page groups are each portal's own, also beside another's.
    assert_eq!(visitor.get("/portal/vn-hn?page=/a").await, 200);
    assert_eq!(visitor.get("/portal/vn-hn?compare=vn-dn").await, 200);
    let both = "/portal/vn-hn?page=/a&compare=vn-dn";
    assert_eq!(visitor.get(both).await, 401);
    let id = own.split('_').nth(1).unwrap().to_owned();
    said(&["token", "revoke", &id], dir.path());
    assert_eq!(visitor.get("/v1/alerts").await, 401);
    assert_eq!(
        visitor.get("/portal/vn-hn").await,
        200,
        "what is public stays so"
    );

    // Whoever guesses is slowed.
    visitor.cookie.clear();
    let mut last = 0;
    for _ in 0..10 {
        last = visitor.enter("x", &[same]).await.status().as_u16();
    }
    assert_eq!(last, 429);
    // And keeps nobody else out.
    let right = visitor.enter(&national, &[same]).await;
    assert_eq!(right.status(), 303);
}
