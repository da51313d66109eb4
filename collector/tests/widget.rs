//! How the widget is served. Where `pkg/` is not built, only that its absence is said.
#![allow(clippy::unwrap_used)]

mod common;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use common::{Collector, assert_cors, settings};
use nhip_collector::clock::Clock;
use nhip_collector::config::Settings;
use reqwest::Response;
use serde_json::Value;
use sha2::{Digest, Sha256};

const PKG: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../pkg/");
const FOR_GOOD: &str = "public, max-age=63072000, immutable";

fn built(name: &str) -> Option<Vec<u8>> {
    std::fs::read(format!("{PKG}{name}")).ok()
}

fn hash(bytes: &[u8]) -> String {
    let digest = Sha256::digest(bytes);
    digest[..8].iter().map(|b| format!("{b:02x}")).collect()
}

fn integrity(bytes: &[u8]) -> String {
    format!("sha256-{}", STANDARD.encode(Sha256::digest(bytes)))
}

fn header<'a>(response: &'a Response, name: &str) -> &'a str {
    response
        .headers()
        .get(name)
        .map_or("", |value| value.to_str().unwrap())
}

async fn ask(collector: &Collector, path: &str, name: &'static str, value: &str) -> Response {
    let url = format!("{}{path}", collector.base);
    let request = collector.client.get(url).header(name, value);
    let response = request.send().await.unwrap();
    assert_cors(&response);
    response
}

#[tokio::test]
async fn the_widget_is_cacheable_compressed_and_readable_across_origins() {
    let collector = Collector::start().await;
    let (Some(loader), Some(core)) = (built("nhip.js"), built("nhip-core.js")) else {
        let response = collector.get("/nhip.js").await;
        assert_eq!(response.status(), 404);
        assert!(response.text().await.unwrap().contains("cargo xtask build"));
        collector.stop().await;
        return;
    };
    let (js, integrity) = (hash(&loader), integrity(&core));
    for (path, content, media_type, caching) in [
        (
            "/nhip.js".into(),
            &loader,
            "text/javascript; charset=utf-8",
            "public, max-age=3600",
        ),
        (
            format!("/nhip-{js}.js"),
            &loader,
            "text/javascript; charset=utf-8",
            FOR_GOOD,
        ),
        (
            format!("/nhip-core.js?{integrity}"),
            &core,
            "text/javascript; charset=utf-8",
            FOR_GOOD,
        ),
        (
            "/nhip-core.js".into(),
            &core,
            "text/javascript; charset=utf-8",
            "public, no-cache",
        ),
        (
            "/nhip-core.js?sha256-x".into(),
            &core,
            "text/javascript; charset=utf-8",
            "public, no-cache",
        ),
    ] {
        let response = ask(&collector, &path, "accept-encoding", "identity").await;
        assert_eq!(response.status(), 200, "{path}");
        assert_eq!(header(&response, "content-type"), media_type, "{path}");
        assert_eq!(header(&response, "cache-control"), caching, "{path}");
        assert_eq!(header(&response, "timing-allow-origin"), "*", "{path}");
        assert_eq!(header(&response, "vary"), "accept-encoding", "{path}");
        assert_eq!(
            header(&response, "cross-origin-resource-policy"),
            "cross-origin"
        );
        assert_eq!(header(&response, "content-encoding"), "", "{path}");
        assert_eq!(&response.bytes().await.unwrap(), content, "{path}");
    }
    let other = collector.get("/nhip-0123456789abcdef.js").await;
    assert_eq!(other.status(), 404);
    let answer: Value = other.json().await.unwrap();
    assert!(answer["detail"].as_str().unwrap().contains(&js));
    collector.stop().await;
}

#[tokio::test]
async fn each_encoding_is_its_own_and_answers_304() {
    let collector = Collector::start().await;
    let Some(loader) = built("nhip.js") else {
        return collector.stop().await;
    };
    let mut tags = Vec::new();
    for (accept, encoding) in [
        ("gzip, deflate, br", "br"),
        ("gzip", "gzip"),
        ("identity", ""),
    ] {
        let response = ask(&collector, "/nhip.js", "accept-encoding", accept).await;
        assert_eq!(header(&response, "content-encoding"), encoding);
        let tag = header(&response, "etag").to_owned();
        let bytes = response.bytes().await.unwrap();
        assert_eq!(decoded(encoding, &bytes), loader, "{accept}");
        assert!(encoding.is_empty() || bytes.len() < loader.len());

        let url = format!("{}/nhip.js", collector.base);
        let again = collector
            .client
            .get(url)
            .header("accept-encoding", accept)
            .header("if-none-match", format!("\"x\", W/{tag}"))
            .send()
            .await
            .unwrap();
        assert_eq!(again.status(), 304, "{accept}");
        assert_cors(&again);
        assert_eq!(header(&again, "etag"), tag);
        assert_eq!(header(&again, "cache-control"), "public, max-age=3600");
        tags.push(tag);
    }
    tags.sort();
    tags.dedup();
    assert_eq!(tags.len(), 3, "different bytes have different tags");
    collector.stop().await;
}

fn decoded(encoding: &str, bytes: &[u8]) -> Vec<u8> {
    use std::io::Read;
    let mut plain = Vec::new();
    match encoding {
        "br" => brotli::Decompressor::new(bytes, 4096).read_to_end(&mut plain),
        "gzip" => flate2::read::GzDecoder::new(bytes).read_to_end(&mut plain),
        _ => return bytes.to_vec(),
    }
    .unwrap();
    plain
}

/// A collector whose widget is `loader` and `core`, on the same data as those before.
async fn release(data: &std::path::Path, loader: &str, core: &str) -> Collector {
    let folder = data.join("pkg");
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join("nhip.js"), loader).unwrap();
    std::fs::write(folder.join("nhip-core.js"), core).unwrap();
    let settings = Settings {
        widget: Some(folder),
        ..settings(data)
    };
    Collector::with(settings, Clock::system()).await
}

#[tokio::test]
async fn an_upgrade_keeps_serving_what_portals_have_pinned() {
    let dir = tempfile::tempdir().unwrap();
    let first = release(dir.path(), "first()", "core one").await;
    assert_eq!(first.text("/nhip.js").await, "first()");
    first.stop().await;

    let second = release(dir.path(), "second()", "core two").await;
    assert_eq!(second.text("/nhip.js").await, "second()");
    let (js, core) = (hash(b"first()"), integrity(b"core one"));
    // A release before that, whose module was a file of its own.
    let wasm = hash(b"module");
    std::fs::write(dir.path().join(format!("widget/{wasm}.wasm")), "module").unwrap();
    // Twice: from the disk, and from memory.
    for _ in 0..2 {
        for (path, content, media_type) in [
            (
                format!("/nhip-{js}.js"),
                "first()",
                "text/javascript; charset=utf-8",
            ),
            (
                format!("/nhip-core.js?{core}"),
                "core one",
                "text/javascript; charset=utf-8",
            ),
            (
                format!("/nhip_bg.wasm?{wasm}"),
                "module",
                "application/wasm",
            ),
        ] {
            let response = ask(&second, &path, "accept-encoding", "identity").await;
            assert_eq!(response.status(), 200, "{path}");
            assert_eq!(header(&response, "cache-control"), FOR_GOOD, "{path}");
            assert_eq!(header(&response, "content-type"), media_type, "{path}");
            assert_eq!(response.text().await.unwrap(), content, "{path}");
        }
    }
    // Not the other's: a hash is of one file.
    let other = format!("/nhip-{}.js", hash(b"core one"));
    assert_eq!(second.get(&other).await.status(), 404);
    for path in ["/nhip-..%2f..%2fabcdefghij.js", "/nhip-0123456789ABCDEF.js"] {
        assert_eq!(second.get(path).await.status(), 404, "{path}");
    }
    second.stop().await;

    // What is not what its name says is served to nobody.
    std::fs::write(dir.path().join(format!("widget/{js}.js")), "evil()").unwrap();
    let third = release(dir.path(), "third()", "core three").await;
    assert_eq!(third.get(&format!("/nhip-{js}.js")).await.status(), 404);
    assert_eq!(
        third
            .get(&format!("/nhip-{}.js", hash(b"second()")))
            .await
            .status(),
        200
    );
    third.stop().await;
}
