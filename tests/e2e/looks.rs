//! The badge's looks: small, dark or light, with the portal's own grade; in forced colours, on narrow
//! screens, in pages that run from right to left.

use anyhow::Result;
use serde_json::{Value, json};

use crate::rig::collector::Collector;
use crate::rig::driver::{Browser, Kind};
use crate::rig::site::{Answer, Site, html};

const PORTAL: &str = "thu-nghiem";

/// Once all of it is there: its box, its colours, its texts.
const LOOK: &str = "const [last, sheets, done] = arguments; \
    const look = () => { \
      const badge = document.querySelector('nhip-badge'), root = badge?.shadowRoot; \
      if (!root?.querySelector('small')?.textContent || (last && !root.querySelector(last)) \
        || root.adoptedStyleSheets.length <= sheets) return setTimeout(look, 50); \
      const { left, right, top, bottom, height } = badge.getBoundingClientRect(); \
      const { color, backgroundColor, direction } = getComputedStyle(badge); \
      const luminance = (colour) => colour.match(/[0-9.]+/g).slice(0, 3).map((part) => (part / 255) ** 2.2) \
        .reduce((sum, part, at) => sum + part * [0.2126, 0.7152, 0.0722][at], 0); \
      const [dark, light] = [color, backgroundColor].map(luminance).sort((one, other) => one - other); \
      done({ inside: left >= 0 && top >= 0 && right <= innerWidth && bottom <= innerHeight, height, direction, \
        cut: badge.scrollWidth > badge.clientWidth, isDark: luminance(backgroundColor) < 0.2, \
        contrast: (light + 0.05) / (dark + 0.05), portal: root.querySelector('p')?.textContent, \
        animations: badge.getAnimations({ subtree: true }).length, forced: matchMedia('(forced-colors: active)').matches }) }; \
    setTimeout(look, 300)";

struct Visit {
    site: Site,
    collector: Collector,
    browser: Browser,
}

impl Visit {
    async fn open(kind: Kind, settings: &[&str]) -> Result<Visit> {
        let site = Site::open()?;
        let collector = Collector::serve(
            PORTAL,
            &site.address,
            &["--min-views", "5", "--name-views", "1"],
        )?;
        let browser = Browser::open_with(kind, settings).await?;
        Ok(Visit {
            site,
            collector,
            browser,
        })
    }

    /// A page whose badge has these attributes; `last` is what comes last into it.
    async fn look(&self, attributes: &str, last: &str) -> Result<Value> {
        let tag = self.collector.tag(&format!(
            "data-portal={PORTAL} data-badge=bottom-right {attributes}"
        ));
        let page = html(&tag, "<h1>Nộp hồ sơ trực tuyến</h1>");
        let page = if attributes.contains("data-rtl") {
            page.replace("<html lang=vi>", "<html lang=vi dir=rtl>")
        } else {
            page
        };
        self.site.serve("/", Answer::new("text/html", page));
        self.browser.page.goto(&self.site.address).await?;
        // Its own, and one for each word: they come in a script of their own.
        let words = ["small", "light", "dark"];
        let sheets = words.iter().filter(|word| attributes.contains(**word));
        let arguments = vec![json!(last), json!(sheets.count())];
        let look = self.browser.page.execute_async(LOOK, arguments);
        Ok(look.await?.json().clone())
    }
}

#[tokio::test]
async fn it_is_small_light_or_dark_where_the_tag_says_so() -> Result<()> {
    let light = "--blink-settings=preferredColorScheme=1";
    let visit = Visit::open(Kind::Chromium, &[light]).await?;
    let usual = visit.look("", "").await?;
    let small = visit.look("data-show=small", "").await?;
    let dark = visit.look("data-show=\"small dark\"", "").await?;
    visit.browser.close().await?;
    assert!(
        small["height"].as_f64() < usual["height"].as_f64(),
        "{small} {usual}"
    );
    assert_eq!(
        (&usual["isDark"], &dark["isDark"]),
        (&json!(false), &json!(true))
    );
    for look in [usual, small, dark] {
        assert!(look["contrast"].as_f64() > Some(4.5), "{look}");
    }
    Ok(())
}

/// A fast view of this page, which somebody else had.
async fn report(visit: &Visit, view: u64) -> Result<()> {
    let report = json!({"v": 1, "portal": PORTAL, "view": format!("{view:016x}"), "seq": 1, "kind": "final",
        "nav": "navigate", "age": 3000, "page": "/", "load": {"lcp": 900}, "response": {"inp": 40, "server_wait": 90},
        "viewport": {"width": 390, "height": 844, "checks": {"content-width": "pass"}}});
    let sent = reqwest::Client::new()
        .post(format!("{}/v1/reports", visit.collector.address))
        .header("Origin", &visit.site.address)
        .header("Content-Type", "text/plain")
        .body(report.to_string());
    sent.send().await?.error_for_status()?;
    Ok(())
}

#[tokio::test]
async fn the_portals_own_grade_stands_with_its_count_and_window() -> Result<()> {
    for kind in [Kind::Chromium, Kind::Firefox] {
        let visit = Visit::open(kind, &[]).await?;
        let first = visit.look("data-show=portal", "p").await?;
        visit.browser.close().await?;
        // Another collector: each keeps its answer for a minute.
        let visit = Visit::open(kind, &[]).await?;
        for view in 1..=10 {
            report(&visit, view).await?;
        }
        let next = visit.look("data-show=portal data-lang=en", "p").await?;
        visit.browser.close().await?;
        let told = |look: &Value| look["portal"].as_str().unwrap_or_default().to_owned();
        let (first, next) = (told(&first), told(&next));
        // Its own report may be there by then, or not yet.
        assert!(
            first.starts_with("Cổng này: chưa đủ số đo (")
                && first.ends_with(" lượt xem trong 7 ngày qua)"),
            "{kind:?}: {first}"
        );
        assert!(
            next.starts_with("This portal: A, from 1")
                && next.ends_with(" views in the last 7 days"),
            "{kind:?}: {next}"
        );
    }
    Ok(())
}

#[tokio::test]
async fn nothing_is_cut_on_a_narrow_screen_or_in_a_page_from_right_to_left() -> Result<()> {
    let visit = Visit::open(Kind::Chromium, &[]).await?;
    // 1280 px at 400 %, and a cheap phone at 200 %.
    for (width, height) in [(320, 256), (180, 320)] {
        let size =
            json!({"width": width, "height": height, "deviceScaleFactor": 2, "mobile": false});
        let devtools = visit.browser.page.cdp();
        devtools
            .send_raw("Emulation.setDeviceMetricsOverride", size)
            .await?;
        for attributes in ["", "data-rtl", "data-show=\"small portal\" data-rtl"] {
            let look = visit.look(attributes, "").await?;
            let at = format!("{attributes} at {width} px: {look}");
            assert_eq!(look["inside"], true, "{at}");
            assert_eq!(look["cut"], false, "{at}");
            assert_eq!(look["direction"], "ltr", "{at}");
            // Whoever wants no motion has none, as has everybody else.
            assert_eq!(look["animations"], 0, "{at}");
        }
    }
    visit.browser.close().await
}

#[tokio::test]
async fn in_forced_colours_it_can_be_read() -> Result<()> {
    let visit = Visit::open(Kind::Chromium, &["--force-high-contrast"]).await?;
    let look = visit.look("data-show=\"light portal\"", "p").await?;
    visit.browser.close().await?;
    assert_eq!(look["forced"], true, "the browser was told so");
    assert!(look["contrast"].as_f64() > Some(7.0), "{look}");
    Ok(())
}
