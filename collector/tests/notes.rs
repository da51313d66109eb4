//! What a portal's developers say of a moment, from their pipeline to the chart.
#![allow(clippy::unwrap_used)]

#[path = "common/binary.rs"]
mod binary;
mod common;

use binary::{Nhip, add, said, token};
use common::client;
use serde_json::{Value, json};

async fn post(server: &Nhip, token: &str, note: &Value) -> (u16, Value) {
    let url = format!("{}/v1/portals/vn-hn/notes", server.base);
    let mut request = client().post(url).json(note);
    if !token.is_empty() {
        request = request.bearer_auth(token);
    }
    let answer = request.send().await.unwrap();
    (answer.status().as_u16(), answer.json().await.unwrap())
}

#[tokio::test]
async fn a_release_is_told_with_the_portals_token_and_stands_on_its_page() {
    let dir = tempfile::tempdir().unwrap();
    for code in ["vn-hn", "vn-dn"] {
        assert!(add(dir.path(), code).status.success());
    }
    let server = Nhip::start(&["serve", "--name-views", "1"], dir.path());
    let (own, other) = (
        token(&["--portal", "vn-hn"], dir.path()),
        token(&["--portal", "vn-dn"], dir.path()),
    );
    let release = json!({"text": " Bản 2.4 <script> "});
    assert_eq!(post(&server, "", &release).await.0, 401);
    assert_eq!(post(&server, &other, &release).await.0, 403);
    let (status, told) = post(&server, &own, &release).await;
    assert_eq!((status, &told["text"]), (201, &json!("Bản 2.4 <script>")));

    let url = format!("{}/v1/portals/vn-hn/notes", server.base);
    assert_eq!(client().get(&url).send().await.unwrap().status(), 401);
    let notes = client().get(&url).bearer_auth(&own).send().await.unwrap();
    let notes: Value = notes.json().await.unwrap();
    assert_eq!(notes["notes"].as_array().unwrap().len(), 1);
    assert_eq!(notes["notes"][0]["at"], told["at"]);

    let page = format!("{}/portal/vn-hn?lang=en", server.base);
    let public = client()
        .get(&page)
        .send()
        .await
        .unwrap()
        .text()
        .await
        .unwrap();
    assert!(!public.contains("Bản 2.4"), "not without a token");
    let shown = client().get(&page).bearer_auth(&own).send().await.unwrap();
    let shown = shown.text().await.unwrap();
    assert!(shown.contains("Bản 2.4 &#60;script&#62;"), "{shown}");
    assert!(said(&["audit"], dir.path()).contains("a token\tnote\tvn-hn"));
}

#[tokio::test]
async fn what_is_no_note_is_refused_with_what_was_expected() {
    let dir = tempfile::tempdir().unwrap();
    assert!(add(dir.path(), "vn-hn").status.success());
    let server = Nhip::start(&["serve"], dir.path());
    let own = token(&["--portal", "vn-hn"], dir.path());
    for (note, status, expected) in [
        (json!({"text": ""}), 400, "1 to 100 characters"),
        (json!({"text": "x".repeat(101)}), 400, "got 101"),
        (json!({"text": "a\nb"}), 400, "no line breaks"),
        (json!({}), 400, "text"),
        (json!({"text": "a", "when": "now"}), 400, "when"),
        (
            json!({"text": "a", "at": "2099-01-01T00:00:00Z"}),
            400,
            "last three years",
        ),
        (json!({"text": "x".repeat(3000)}), 413, "2048 bytes"),
    ] {
        let (got, problem) = post(&server, &own, &note).await;
        assert_eq!(got, status, "{note}");
        assert!(
            problem["detail"].as_str().unwrap().contains(expected),
            "{problem}"
        );
    }
    // As a form of another site could send it, with what the browser remembers.
    let form = client()
        .post(format!("{}/v1/portals/vn-hn/notes", server.base))
        .bearer_auth(&own)
        .header("content-type", "text/plain")
        .body(json!({"text": "a"}).to_string());
    assert_eq!(form.send().await.unwrap().status(), 415);
    for n in 0..50 {
        assert_eq!(
            post(&server, &own, &json!({"text": format!("{n}")}))
                .await
                .0,
            201
        );
    }
    assert_eq!(
        post(&server, &own, &json!({"text": "one more"})).await.0,
        429
    );
}
