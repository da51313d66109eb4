//! What is a visitor's own is planted wherever a page can hold it, and looked for in every report and on
//! the collector's disk.

use anyhow::{Context, Result};
use nhip_protocol::report::Kind as ReportKind;

use crate::rig::collector::Collector;
use crate::rig::driver::{Browser, Kind};
use crate::rig::site::Site;

const PORTAL: &str = "thu-nghiem";

/// Never leaves the browser.
const PLANTED: [&str; 16] = [
    "079204001234",
    "000.00.12.H26-240115-0012",
    "0912345678",
    "phuong.le@example.vn",
    "eyJhbGciOiJIUzI1NiJ9",
    "Nguyễn Văn Bí Mật",
    "bi mat trong o nhap",
    "bi mat trong van ban",
    "bi mat trong tieu de",
    "bi-mat-trong-truy-van",
    "bi-mat-trong-manh",
    "bi-mat-trong-tham-so",
    "bi mat trong loi",
    "bi-mat-trong-dia-chi-anh",
    "bi-mat-trong-thuoc-tinh",
    "bi mat trong luu tru",
];

/// Looks like a word of the site: it leaves the browser as part of a name, and must not reach the disk.
const WORD_LIKE: [&str; 3] = ["nguyen-van-an", "tran-thi-hoa", "le-quoc-toan"];

/// Reports are kept for the test as the page's own event gives them.
const WATCH: &str = "<script>window.reports = []; \
    document.addEventListener('nhip:report', (event) => reports.push(JSON.stringify(event.detail)));\
    localStorage.setItem('ho-so', 'bi mat trong luu tru'); document.cookie = 'phien=eyJhbGciOiJIUzI1NiJ9'</script>";

/// A page that fails every check, so that it names as much as it can.
fn body() -> String {
    let near = |names: &str| {
        format!(
            "<a href=/x {names} data-x=bi-mat-trong-thuoc-tinh \
             style=\"display:inline-block;width:10px;height:10px;overflow:hidden\">x</a>"
        )
    };
    let small: String = [
        "id=p079204001234 class=eyJhbGciOiJIUzI1NiJ9",
        "class=tran-thi-hoa",
        "id=sdt-0912345678 class=phuong.le@example.vn",
        "id=le-quoc-toan",
        "class=\"Nguyễn Văn Bí Mật\"",
    ]
    .map(near)
    .concat();
    format!(
        "<h1>Thử</h1><form><input name=cccd value=079204001234 aria-label=x>\
         <textarea>bi mat trong o nhap</textarea></form>{small}\
         <div id=000.00.12.H26-240115-0012 style=\"width:3000px\">bi mat trong van ban</div>\
         <p style=\"font-size:8px\" id=nguyen-van-an>{}</p>\
         <img src=\"/khong-co?bi-mat-trong-dia-chi-anh\" alt=\"Nguyễn Văn Bí Mật\">\
         <script>document.title = 'bi mat trong tieu de';\
           addEventListener('load', () => {{\
             setTimeout(() => {{ throw new Error('bi mat trong loi') }});\
             setTimeout(() => Promise.reject(new Error('bi mat trong loi'))) }})</script>",
        "bi mat trong van ban ".repeat(30)
    )
}

async fn nothing_planted_is_found(kind: Kind) -> Result<()> {
    let site = Site::open()?;
    let collector = Collector::serve(PORTAL, &site.address, &[])?;
    let tag = collector.tag("data-portal=thu-nghiem data-badge=bottom-right");
    let path = "/ho-so/nguyen-van-an/079204001234;v=bi-mat-trong-tham-so";
    site.page(path, &format!("{WATCH}{tag}"), &body());
    let browser = Browser::open(kind).await?;
    let address = format!(
        "{}{path}?ten=bi-mat-trong-truy-van#bi-mat-trong-manh",
        site.address
    );
    browser.page.goto(address).await?;
    let started = collector.row("the first report", |row| {
        row.report.kind == ReportKind::Started
    });
    let started = started.await?.report;
    let events: Vec<String> = browser
        .page
        .execute("return reports", vec![])
        .await?
        .convert()?;
    browser.leave().await?;
    let last = collector.row("the last report", |row| {
        row.report.kind == ReportKind::Final
    });
    last.await?;
    browser.close().await?;

    // It had something to say of each.
    assert_eq!(started.page, ":rare");
    assert!(started.errors.uncaught > 0 && started.errors.rejected > 0);
    let viewport = started.viewport.context("the viewport was looked at")?;
    let culprits: usize = viewport.culprits.iter().map(|(_, named)| named.len()).sum();
    assert!(culprits > 3, "{viewport:?}");

    // What looks like a word does leave the browser: without the second net it would be on the disk.
    for name in WORD_LIKE {
        assert!(events.iter().any(|event| event.contains(name)), "{name}");
    }
    for event in &events {
        for secret in PLANTED {
            assert!(!event.contains(secret), "{secret} in {event}");
        }
    }
    let disk = collector.disk()?;
    let holds = |text: &str| disk.windows(text.len()).any(|part| part == text.as_bytes());
    assert!(holds(":rare") && holds(PORTAL), "it is the database");
    for secret in PLANTED.iter().chain(&WORD_LIKE) {
        assert!(!holds(secret), "{secret} on the disk");
    }
    Ok(())
}

#[tokio::test]
async fn what_is_a_visitors_stays_in_chromium() -> Result<()> {
    nothing_planted_is_found(Kind::ChromiumPhone).await
}

#[tokio::test]
async fn what_is_a_visitors_stays_in_firefox() -> Result<()> {
    nothing_planted_is_found(Kind::Firefox).await
}
