//! The viewport checks on real pages, on a phone: what the probe reads, and what is judged of it, as it
//! reaches the store.

use anyhow::Result;
use nhip_protocol::check::Verdict::{Fail, Pass, Unknown};
use nhip_protocol::check::{Check, Verdict};
use nhip_protocol::report::{Kind as ReportKind, Report};

use crate::rig::collector::Collector;
use crate::rig::driver::{Browser, Kind};
use crate::rig::site::Site;

/// A page, and what the check says of it.
struct Case {
    page: &'static str,
    body: &'static str,
    check: Check,
    verdict: Verdict,
    culprits: &'static [&'static str],
}

const STYLE: &str = "<style>body { margin: 16px; font: 16px/1.5 sans-serif }\
    .o { width: 16px; height: 16px; padding: 0; border: 0; font-size: 0; background: #246 }\
    .lon { width: 200px; height: 60px } .nho { font-size: 10px } .kin { height: 0; overflow: hidden }</style>";

const fn case(
    page: &'static str,
    check: Check,
    verdict: Verdict,
    culprits: &'static [&'static str],
    body: &'static str,
) -> Case {
    Case {
        page,
        body,
        check,
        verdict,
        culprits,
    }
}

const CASES: [Case; 18] = [
    case(
        "khong-nut",
        Check::TargetSize,
        Unknown,
        &[],
        "<p>Chỉ có chữ.</p>",
    ),
    case(
        "mot-nut",
        Check::TargetSize,
        Pass,
        &[],
        "<button class=lon>Bấm</button>",
    ),
    case(
        "nho-ma-thua",
        Check::TargetSize,
        Pass,
        &[],
        "<button class=o style='margin: 20px'></button><button class=o style='margin: 20px'></button>",
    ),
    case(
        "nho-ma-khit",
        Check::TargetSize,
        Fail,
        &["button#trai", "button#phai"],
        "<div style='display: flex; gap: 2px'>\
         <button class=o id=trai></button><button class=o id=phai></button></div>",
    ),
    // Only the small one is too small; the large one is what it is too close to.
    case(
        "nho-canh-lon",
        Check::TargetSize,
        Fail,
        &["button#nho"],
        "<button class=lon>Bấm</button><br><button class=o id=nho style='display: block'></button>",
    ),
    // Far apart in the document, next to each other on the screen; the later one stands above.
    case(
        "khit-tren-man-hinh",
        Check::TargetSize,
        Fail,
        &["button#duoi", "button#tren"],
        "<button class=lon>Bấm</button><button class=o id=duoi style='position: absolute; left: 300px; top: 120px'></button>\
         <button class=lon style='margin-top: 300px'>Bấm</button>\
         <button class=o id=tren style='position: absolute; left: 300px; top: 102px'></button>",
    ),
    case(
        "lien-ket-trong-cau",
        Check::TargetSize,
        Pass,
        &[],
        "<p style='line-height: 1'>Xem <a href=/mot>hồ sơ</a>, <a href=/hai>lệ phí</a> và <a href=/ba>nơi nộp</a> \
         ở trang này.</p><button class=lon>Bấm</button>",
    ),
    case(
        "trinh-don-dong",
        Check::TargetSize,
        Pass,
        &[],
        "<div class=kin><button class=o></button><button class=o></button></div>\
         <div style='visibility: hidden'><button class=o></button><button class=o></button></div>\
         <button class=lon>Bấm</button>",
    ),
    // One moves over the other while the page scrolls.
    case(
        "nut-noi",
        Check::TargetSize,
        Pass,
        &[],
        "<button class=o style='position: absolute; left: 100px; top: 200px'></button>\
         <button class=o style='position: fixed; left: 110px; top: 205px'></button>",
    ),
    // One place to tap, and none of it too small for itself.
    case(
        "nut-trong-nut",
        Check::TargetSize,
        Pass,
        &[],
        "<a href=/mot style='display: block; width: 20px; height: 20px'>\
         <span role=button style='display: block; width: 16px; height: 16px'></span></a>",
    ),
    case(
        "nhan-cua-o",
        Check::TargetSize,
        Pass,
        &[],
        "<button class=lon>Bấm</button><br><label><input type=checkbox style='margin: 0'> Đồng ý</label>",
    ),
    case(
        "chu-vua",
        Check::TextSize,
        Pass,
        &[],
        "<p>Hồ sơ gồm đơn đề nghị và bản sao giấy tờ.</p><p class=nho>Ghi chú</p>",
    ),
    case(
        "chu-nho",
        Check::TextSize,
        Fail,
        &["p.nho"],
        "<p>Hồ sơ</p><p class=nho>Hồ sơ gồm đơn đề nghị và bản sao giấy tờ.</p>",
    ),
    case(
        "chu-nho-an",
        Check::TextSize,
        Pass,
        &[],
        "<p>Hồ sơ</p><div class=kin><p class=nho>Hồ sơ gồm đơn đề nghị và bản sao giấy tờ.</p></div>",
    ),
    case("khong-chu", Check::TextSize, Unknown, &[], "<hr>"),
    case(
        "tran-ngang",
        Check::ContentWidth,
        Fail,
        &["div.bang"],
        "<div class=bang style='width: 800px'><p style='width: 700px'>Bảng</p></div>",
    ),
    case(
        "bang-cuon",
        Check::ContentWidth,
        Pass,
        &[],
        "<div style='overflow-x: auto'><p style='width: 800px'>Bảng</p></div>",
    ),
    // What scrolls in its own box is not what widens the page.
    case(
        "tran-va-cuon",
        Check::ContentWidth,
        Fail,
        &["div.bang"],
        "<div style='overflow-x: auto'><p style='width: 800px'>Bảng</p></div>\
         <div class=bang style='width: 600px'>Bảng</div>",
    ),
];

#[tokio::test]
async fn each_check_says_what_the_page_is_like() -> Result<()> {
    let site = Site::open()?;
    let collector = Collector::with_portal("thu-nghiem", &site.address)?;
    let tag = collector.tag("data-portal=thu-nghiem");
    let browser = Browser::open(Kind::ChromiumPhone).await?;
    let mut faults = Vec::new();
    for case in &CASES {
        let path = format!("/{}", case.page);
        site.page(&path, &format!("{STYLE}{tag}"), case.body);
        browser.page.goto(format!("{}{path}", site.address)).await?;
        let of_the_page =
            |report: &Report| report.kind == ReportKind::Started && report.page.as_str() == path;
        let row = collector
            .row(case.page, |row| of_the_page(&row.report))
            .await?;
        let Some(viewport) = &row.report.viewport else {
            faults.push(format!("{}: no viewport", case.page));
            continue;
        };
        let verdict = viewport.checks[case.check];
        let culprits = viewport.culprits[case.check].iter().flatten();
        let culprits: Vec<&str> = culprits.map(String::as_str).collect();
        if (verdict, culprits.as_slice()) != (Some(case.verdict), case.culprits) {
            faults.push(format!(
                "{}: expected {:?} {:?}, said {verdict:?} {culprits:?}",
                case.page, case.verdict, case.culprits
            ));
        }
    }
    browser.close().await?;
    assert!(faults.is_empty(), "{}", faults.join("\n"));
    Ok(())
}
