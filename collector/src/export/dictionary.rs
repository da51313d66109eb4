//! What each column of an export means: the data dictionary, for people (`/data`) and as a Frictionless Data Package
//! (`/v1/datapackage.json`).

use std::io;

use jiff::tz::TimeZone;
use nhip_protocol::blame::Verdict;
use nhip_protocol::check::Check;
use serde_json::{Value, json};

use super::columns;

/// A column, in both languages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Column {
    pub name: String,
    /// Of Table Schema: `string`, `datetime` or `integer`.
    pub kind: &'static str,
    pub unit: &'static str,
    pub vietnamese: String,
    pub english: String,
}

/// In the order of the file.
pub fn dictionary(zone: &TimeZone) -> io::Result<Vec<Column>> {
    let told = |name: String| {
        told(&name).ok_or_else(|| io::Error::other(format!("nobody has said what '{name}' means")))
    };
    columns(zone)?.into_iter().map(told).collect()
}

/// <https://datapackage.org/standard/data-package/>
pub fn package(zone: &TimeZone, synthetic: bool) -> io::Result<Value> {
    let field = |column: &Column| {
        json!({
            "name": column.name,
            "type": column.kind,
            "title": column.vietnamese,
            "description": column.english,
            "unit": column.unit,
        })
    };
    let fields: Vec<Value> = dictionary(zone)?.iter().map(field).collect();
    let resource = |name: &str, path: &str, description: &str| {
        json!({
            "name": name,
            "path": path,
            "description": description,
            "format": "csv",
            "mediatype": "text/csv",
            "encoding": "utf-8",
            "schema": {"fields": fields, "missingValues": [""], "primaryKey": ["portal", "from", "part"]},
        })
    };
    let mut package = json!({
        "$schema": "https://datapackage.org/profiles/2.0/datapackage.json",
        "name": "nhip",
        "title": "Nhịp: tốc độ và hiển thị của các cổng dịch vụ công, đo trong trình duyệt người dùng",
        "description": "Public-service portals, measured in their visitors' own browsers. Only the part of an assessment that a browser can measure; no official grade.",
        "resources": [
            resource("league", "export.csv?step=all", "The last 7 days, a line for each portal that has reported"),
            resource("days", "export.csv?step=day", "The same by day"),
        ],
    });
    if synthetic {
        package["synthetic"] = json!(true);
    }
    Ok(package)
}

fn told(name: &str) -> Option<Column> {
    let column = |kind, unit, vietnamese: &str, english: &str| {
        Some(Column {
            name: name.to_owned(),
            kind,
            unit,
            vietnamese: vietnamese.to_owned(),
            english: english.to_owned(),
        })
    };
    let views = |vietnamese, english| column("integer", "views", vietnamese, english);
    match name {
        "portal" => column("string", "", "Mã cổng", "The portal's code"),
        "name" => column("string", "", "Tên cơ quan", "The agency's name"),
        "from" => column(
            "datetime",
            "",
            "Từ lúc",
            "The first moment of the line's window",
        ),
        "to" => column(
            "datetime",
            "",
            "Đến lúc (không kể)",
            "The first moment after it",
        ),
        "profile" => column(
            "string",
            "",
            "Bộ tiêu chí xếp hạng",
            "The rules of the grade",
        ),
        "grade" => column(
            "string",
            "",
            "Hạng A đến E; trống: chưa đủ dữ liệu",
            "A to E; empty: not enough data",
        ),
        "score" => column("integer", "points", "Điểm, 0 đến 100", "0 to 100"),
        "sample" => column(
            "integer",
            "views",
            "Cỡ mẫu hữu hiệu của các lượt đo được",
            "The effective sample of the measured views",
        ),
        "began" => views(
            "Lượt xem đã bắt đầu",
            "Views that began: measured, abandoned and blocked",
        ),
        "measured" => views("Lượt đo được", "Views of which a load was measured"),
        "unfinished" => views(
            "Trong đó không có báo cáo cuối",
            "Of those, without a last report",
        ),
        "abandoned" => views(
            "Bỏ đi trước khi đo được",
            "Left before anything was measured",
        ),
        "blocked" => views("Mô-đun đo không chạy được", "The module could not run"),
        "automated" => views(
            "Trình duyệt tự động, không tính",
            "Automated browsers; not counted",
        ),
        "surplus" => views(
            "Quá phần của một địa chỉ mạng, không tính",
            "Beyond what one address may be; not counted",
        ),
        "cls_p75_thousandths" => column(
            "integer",
            "1/1000",
            "Bố cục xê dịch (CLS), p75",
            "Cumulative layout shift, p75",
        ),
        "cls_n" => views("Lượt đo được CLS", "Views that told a CLS"),
        "by" => column(
            "string",
            "",
            "Chia theo: device, network, browser, agency, page; trống: không chia",
            "What the views are divided by; empty: they are not",
        ),
        "part" => column(
            "string",
            "",
            "Phần nào; trống: trình duyệt không cho biết",
            "Which part; empty: the browser did not tell",
        ),
        "blame_n" => views("Lượt xem vượt ngưỡng", "Views over a limit"),
        _ => reading(name)
            .or_else(|| check(name))
            .or_else(|| blame(name))
            .or_else(|| range(name)),
    }
}

/// `lcp_p75_ms`, `lcp_n`
fn reading(name: &str) -> Option<Column> {
    let (metric, part) = name.rsplit_once("_p").or_else(|| name.rsplit_once("_n"))?;
    let (vietnamese, english) = match metric {
        "lcp" => ("Tải trang (LCP)", "Largest contentful paint"),
        "inp" => ("Phản hồi thao tác (INP)", "Interaction to next paint"),
        "server_wait" => ("Chờ máy chủ trả về trang", "Wait for the server's answer"),
        "fcp" => ("Nội dung đầu tiên hiện ra (FCP)", "First contentful paint"),
        "ttfb" => ("Byte đầu tiên của trang (TTFB)", "Time to the first byte"),
        _ => return None,
    };
    let column = |kind_of: &str, unit, english_of: String| Column {
        name: name.to_owned(),
        kind: "integer",
        unit,
        vietnamese: format!("{vietnamese}, {kind_of}"),
        english: english_of,
    };
    match part {
        "" => Some(column(
            "số lượt đo được",
            "views",
            format!("{english}: views that told it"),
        )),
        "50_ms" => Some(column("trung vị", "ms", format!("{english}, median"))),
        "75_ms" => Some(column("p75", "ms", format!("{english}, 75th percentile"))),
        "95_ms" => Some(column("p95", "ms", format!("{english}, 95th percentile"))),
        _ => None,
    }
}

/// `blame_server`
fn blame(name: &str) -> Option<Column> {
    let verdict = name.strip_prefix("blame_")?;
    Verdict::ALL.into_iter().find(|it| it.name() == verdict)?;
    Some(Column {
        name: name.to_owned(),
        kind: "integer",
        unit: "views by weight",
        vietnamese: format!("Lượt vượt ngưỡng do '{verdict}'"),
        english: format!("Views over a limit whose main cause is '{verdict}'"),
    })
}

/// `lcp_below_2500_ms`, `lcp_rest`
fn range(name: &str) -> Option<Column> {
    let (metric, end) = match name.strip_suffix("_rest") {
        Some(metric) => (metric, None),
        None => {
            let (metric, end) = name.strip_suffix("_ms")?.split_once("_below_")?;
            (metric, Some(end))
        }
    };
    let told = reading(&format!("{metric}_n"))?;
    let vietnamese = told.vietnamese.rsplit_once(',')?.0.to_owned();
    let english = told.english.rsplit_once(':')?.0.to_owned();
    Some(Column {
        name: name.to_owned(),
        kind: "integer",
        unit: "views by weight",
        vietnamese: match end {
            Some(end) => format!("{vietnamese}: từ mốc trước đến dưới {end} ms"),
            None => format!("{vietnamese}: từ mốc cuối trở lên"),
        },
        english: match end {
            Some(end) => format!("{english}: from the column before to below {end} ms"),
            None => format!("{english}: what is beyond"),
        },
    })
}

/// `zoom_pass`
fn check(name: &str) -> Option<Column> {
    let (check, result) = name.rsplit_once('_')?;
    Check::ALL.into_iter().find(|it| it.name() == check)?;
    let (vietnamese, english) = match result {
        "pass" => ("đạt", "passed"),
        "fail" => ("không đạt", "failed"),
        _ => return None,
    };
    Some(Column {
        name: name.to_owned(),
        kind: "integer",
        unit: "views by weight",
        vietnamese: format!("Kiểm tra hiển thị '{check}': {vietnamese}"),
        english: format!("Viewport check '{check}': {english}"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_column_is_told_and_no_two_alike() {
        let zone = TimeZone::UTC;
        let told = dictionary(&zone).unwrap();
        assert_eq!(told.len(), columns(&zone).unwrap().len());
        for column in &told {
            let alike = told.iter().filter(|it| it.english == column.english);
            assert_eq!(alike.count(), 1, "{column:?}");
        }
        let lcp = told.iter().find(|it| it.name == "lcp_n").unwrap();
        assert_eq!(
            (lcp.unit, lcp.english.as_str()),
            ("views", "Largest contentful paint: views that told it")
        );
        assert_eq!(reading("lcp_p99_ms"), None);
    }
}
