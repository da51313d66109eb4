//! One page view in one browser: the page shifts, the visitor presses a button and leaves. What is
//! seen is what the collector stored, and the badge on the screen.

use anyhow::{Context, Result};
use nhip_protocol::report::{Kind, Report};
use serde_json::Value;

use crate::rig::collector::Collector;
use crate::rig::site::{self, Answer, Site};
use crate::visitor::{Name, Visitor};

const PORTAL: &str = "thu-nghiem";

/// A notice that comes late moves the text: later than the half second for which Chromium takes a screen
/// that was resized, as an emulated phone's is, for a visitor's doing; the button keeps the page busy for 80 ms.
const BODY: &str = "<h1>Tra cứu hồ sơ</h1><p>Nhập mã hồ sơ để xem kết quả giải quyết.</p>\
    <p>Hồ sơ được giải quyết trong ba ngày làm việc, kể từ ngày nhận đủ giấy tờ.</p>\
    <button style=\"position:fixed;top:300px;left:20px;width:160px;height:60px\" onclick=\"\
      const until = performance.now() + 80; while (performance.now() < until); \
      requestAnimationFrame(() => setTimeout(() => self.painted = true))\">Tra cứu</button>\
    <script>const late = () => { const note = document.createElement('div'); note.id = 'bao';\
      note.style.height = '120px'; document.body.prepend(note); };\
    requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(late, 800)))</script>";

/// What the badge says, and whether it has a size.
const BADGE: &str = "(() => { const badge = document.querySelector('nhip-badge'); \
    const root = badge && badge.shadowRoot; const text = root && [...root.children].map((part) => part.textContent); \
    return root ? text.join('') + ' ' + (badge.getBoundingClientRect().width > 50) : '' })()";

/// The contrast of the badge's words, as WCAG 2 defines it.
const CONTRAST: &str = "(() => { const { color, backgroundColor } = getComputedStyle(document.querySelector('nhip-badge')); \
    const linear = (part) => part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4; \
    const luminance = (colour) => { const [r, g, b] = colour.match(/[0-9.]+/g).map((part) => linear(part / 255)); \
      return 0.2126 * r + 0.7152 * g + 0.0722 * b }; \
    const [dark, light] = [luminance(color), luminance(backgroundColor)].sort((one, other) => one - other); \
    return (light + 0.05) / (dark + 0.05) })()";

pub struct Seen {
    pub name: Name,
    pub started: Report,
    pub last: Report,
    /// What the badge says, and whether it has a size.
    pub badge: String,
    pub contrast: f64,
}

pub async fn visit(name: Name) -> Result<Seen> {
    let site = Site::open()?;
    let collector = Collector::with_portal(PORTAL, &site.address)?;
    let tag = collector.tag("data-portal=thu-nghiem data-badge=bottom-right");
    // By a redirect, which a portal's address often has. It also keeps every mark of the navigation off
    // the first millisecond, where WebKit's clock of whole milliseconds reads 0, "not told".
    site.serve("/", Answer::redirect("/tra-cuu").after(20));
    let page = site::html(&tag, BODY);
    site.serve("/tra-cuu", Answer::new("text/html", page).after(40));
    site.page("/khac", "", "<h1>Khác</h1>");
    let mut visitor = Visitor::open(name).await?;
    let seen = view(name, &mut visitor, &site, &collector).await;
    // Whatever came of it, the browser is ended before its driver.
    visitor.close().await?;
    seen
}

async fn view(
    name: Name,
    visitor: &mut Visitor,
    site: &Site,
    collector: &Collector,
) -> Result<Seen> {
    visitor.goto(&format!("{}/", site.address)).await?;
    let stored = |kind| move |row: &nhip_collector::store::StoredRow| row.report.kind == kind;
    let started = collector
        .row("the first report", stored(Kind::Started))
        .await?
        .report;
    visitor.until("!!document.querySelector('#bao')").await?;
    visitor.press("button").await?;
    visitor.until("self.painted === true").await?;
    let badge: Value = visitor.value(BADGE).await?;
    let contrast: Value = visitor.value(CONTRAST).await?;
    visitor.goto(&format!("{}/khac", site.address)).await?;
    let last = collector
        .row("the final report", stored(Kind::Final))
        .await?
        .report;
    Ok(Seen {
        name,
        started,
        last,
        badge: badge.as_str().context("a text")?.to_owned(),
        contrast: contrast.as_f64().context("a ratio")?,
    })
}
