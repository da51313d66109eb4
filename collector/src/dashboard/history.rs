//! `/history`: the 63 provinces that there were before 1 July 2025, with the grades that were published of them.

use std::sync::Arc;

use askama::Template;
use axum::extract::{Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;

use super::asked::Asked;
use super::language::Language;
use super::overview::tiles::{Tile, Tiles};
use super::{Frame, name, page, told};
use crate::app::App;
use crate::portals::published::GRADES;

/// Code, column, row, and as much of the name as a square has room for.
const PROVINCES: [(&str, u32, u32, &str); 63] = [
    ("vn-01", 1, 0, "Lai Châu"),
    ("vn-02", 2, 0, "Lào Cai"),
    ("vn-03", 3, 0, "H. Giang"),
    ("vn-04", 4, 0, "C. Bằng"),
    ("vn-71", 0, 1, "Đ. Biên"),
    ("vn-05", 1, 1, "Sơn La"),
    ("vn-06", 2, 1, "Yên Bái"),
    ("vn-07", 3, 1, "T. Quang"),
    ("vn-53", 4, 1, "Bắc Kạn"),
    ("vn-09", 5, 1, "L. Sơn"),
    ("vn-68", 2, 2, "Phú Thọ"),
    ("vn-70", 3, 2, "V. Phúc"),
    ("vn-69", 4, 2, "T. Nguyên"),
    ("vn-54", 5, 2, "B. Giang"),
    ("vn-13", 6, 2, "Q. Ninh"),
    ("vn-14", 2, 3, "H. Bình"),
    ("vn-hn", 3, 3, "Hà Nội"),
    ("vn-56", 4, 3, "B. Ninh"),
    ("vn-61", 5, 3, "H. Dương"),
    ("vn-hp", 6, 3, "H. Phòng"),
    ("vn-63", 3, 4, "Hà Nam"),
    ("vn-66", 4, 4, "H. Yên"),
    ("vn-20", 5, 4, "T. Bình"),
    ("vn-21", 2, 5, "T. Hoá"),
    ("vn-18", 3, 5, "N. Bình"),
    ("vn-67", 4, 5, "N. Định"),
    ("vn-22", 2, 6, "Nghệ An"),
    ("vn-23", 3, 7, "Hà Tĩnh"),
    ("vn-24", 3, 8, "Q. Bình"),
    ("vn-25", 3, 9, "Q. Trị"),
    ("vn-26", 4, 10, "TT. Huế"),
    ("vn-dn", 5, 10, "Đ. Nẵng"),
    ("vn-27", 4, 11, "Q. Nam"),
    ("vn-29", 5, 11, "Q. Ngãi"),
    ("vn-28", 4, 12, "K. Tum"),
    ("vn-31", 5, 12, "B. Định"),
    ("vn-30", 4, 13, "Gia Lai"),
    ("vn-32", 5, 13, "Phú Yên"),
    ("vn-33", 4, 14, "Đ. Lắk"),
    ("vn-34", 5, 14, "K. Hoà"),
    ("vn-72", 3, 15, "Đ. Nông"),
    ("vn-35", 4, 15, "L. Đồng"),
    ("vn-36", 5, 15, "N. Thuận"),
    ("vn-37", 1, 16, "T. Ninh"),
    ("vn-57", 2, 16, "B. Dương"),
    ("vn-58", 3, 16, "B. Phước"),
    ("vn-40", 4, 16, "B. Thuận"),
    ("vn-41", 1, 17, "Long An"),
    ("vn-sg", 2, 17, "TP. HCM"),
    ("vn-39", 3, 17, "Đ. Nai"),
    ("vn-43", 4, 17, "BR-VT"),
    ("vn-44", 0, 18, "An Giang"),
    ("vn-45", 1, 18, "Đ. Tháp"),
    ("vn-46", 2, 18, "T. Giang"),
    ("vn-50", 3, 18, "Bến Tre"),
    ("vn-47", 0, 19, "K. Giang"),
    ("vn-ct", 1, 19, "Cần Thơ"),
    ("vn-49", 2, 19, "V. Long"),
    ("vn-51", 3, 19, "Trà Vinh"),
    ("vn-73", 1, 20, "H. Giang"),
    ("vn-52", 2, 20, "S. Trăng"),
    ("vn-59", 0, 21, "Cà Mau"),
    ("vn-55", 1, 21, "Bạc Liêu"),
];

#[derive(Template)]
#[template(path = "dashboard/history.html")]
struct History {
    frame: Frame,
    tiles: Tiles,
    rows: Vec<Row>,
    /// Letter, and how many provinces had it.
    grades: Vec<(&'static str, usize)>,
}

struct Row {
    code: String,
    name: String,
    grade: String,
    /// The agency that took its place; `None`: it is the same today.
    successor: Option<(String, String)>,
    /// Others were joined to it.
    grew: bool,
}

pub async fn history(
    State(app): State<Arc<App>>,
    Query(asked): Query<Asked>,
    headers: HeaderMap,
) -> Response {
    let language = Language::of(asked.lang.as_deref(), &headers);
    let registry = match app.registry() {
        Ok(registry) => registry,
        Err(error) => return told(&app, language, error.into()),
    };
    let mut tiles = Vec::new();
    let mut rows = Vec::new();
    for (code, grade) in GRADES.iter() {
        let Some(entry) = registry.entry(code) else {
            continue;
        };
        let place = PROVINCES.iter().find(|it| it.0 == code.as_str());
        if let Some((_, column, row, short)) = place {
            let told = format!("{grade}, 2023");
            let tile = Tile::graded(entry, (*column, *row), short, (grade, told), language);
            tiles.push(tile);
        }
        let successor = entry.ended.as_ref().and_then(|it| it.successor.as_ref());
        let successor = successor.and_then(|it| registry.entry(it));
        rows.push(Row {
            code: code.to_string(),
            name: name(entry, language),
            grade: grade.clone(),
            successor: successor.map(|it| (it.code.to_string(), name(it, language))),
            grew: successor.is_none() && registry.published(code).is_none(),
        });
    }
    rows.sort_by(|a, b| (&a.grade, &a.name).cmp(&(&b.grade, &b.name)));
    let count = |letter: &str| GRADES.values().filter(|it| *it == letter).count();
    let frame = Frame::new(&app, language, "/history");
    let history = History {
        frame,
        tiles: Tiles::of("history", tiles),
        rows,
        grades: ["A", "B", "C", "D", "E"].map(|it| (it, count(it))).into(),
    };
    page(StatusCode::OK, &history)
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn every_province_of_then_has_a_square_of_its_own() {
        let places: HashSet<(u32, u32)> = PROVINCES.iter().map(|it| (it.1, it.2)).collect();
        assert_eq!(places.len(), GRADES.len());
        for (code, ..) in PROVINCES {
            assert!(GRADES.contains_key(&code.parse().unwrap()), "{code}");
        }
    }
}
