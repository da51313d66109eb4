//! The country as tiles: each province a square, about where it lies. Ministries and other portals have squares of
//! their own.

use super::super::language::Language;
use super::name;
use crate::league::Standing;
use crate::portals::{Entry, Status};

/// Provinces since 1 July 2025: code, column, row, and as much of the name as a square has room for.
const PROVINCES: [(&str, u32, u32, &str); 34] = [
    ("vn-01", 1, 0, "Lai Châu"),
    ("vn-02", 2, 0, "Lào Cai"),
    ("vn-07", 3, 0, "T. Quang"),
    ("vn-04", 4, 0, "C. Bằng"),
    ("vn-71", 0, 1, "Đ. Biên"),
    ("vn-05", 1, 1, "Sơn La"),
    ("vn-68", 2, 1, "Phú Thọ"),
    ("vn-69", 3, 1, "T. Nguyên"),
    ("vn-09", 4, 1, "L. Sơn"),
    ("vn-hn", 2, 2, "Hà Nội"),
    ("vn-56", 3, 2, "B. Ninh"),
    ("vn-hp", 4, 2, "H. Phòng"),
    ("vn-13", 5, 1, "Q. Ninh"),
    ("vn-18", 2, 3, "N. Bình"),
    ("vn-66", 3, 3, "H. Yên"),
    ("vn-21", 2, 4, "T. Hoá"),
    ("vn-22", 2, 5, "Nghệ An"),
    ("vn-23", 3, 5, "Hà Tĩnh"),
    ("vn-25", 3, 6, "Q. Trị"),
    ("vn-26", 4, 6, "Huế"),
    ("vn-dn", 4, 7, "Đ. Nẵng"),
    ("vn-29", 4, 8, "Q. Ngãi"),
    ("vn-30", 4, 9, "Gia Lai"),
    ("vn-33", 4, 10, "Đ. Lắk"),
    ("vn-35", 3, 11, "L. Đồng"),
    ("vn-34", 4, 11, "K. Hoà"),
    ("vn-37", 1, 12, "T. Ninh"),
    ("vn-sg", 2, 12, "TP. HCM"),
    ("vn-39", 3, 12, "Đ. Nai"),
    ("vn-44", 0, 13, "An Giang"),
    ("vn-45", 1, 13, "Đ. Tháp"),
    ("vn-49", 2, 13, "V. Long"),
    ("vn-59", 0, 14, "Cà Mau"),
    ("vn-ct", 1, 14, "Cần Thơ"),
];

/// Of a square, with the space beside it.
const SIDE: u32 = 64;

/// Of both maps: as wide as the country is.
const COLUMNS: u32 = 6;

/// One map.
pub struct Tiles {
    pub id: &'static str,
    pub width: u32,
    pub height: u32,
    pub tiles: Vec<Tile>,
}

pub struct Tile {
    pub x: u32,
    pub y: u32,
    pub code: String,
    /// A letter, or what it has instead of one.
    pub class: &'static str,
    pub letter: &'static str,
    pub short: String,
    pub name: String,
    pub told: String,
}

/// The provinces, and all others.
pub fn tiles(league: &[Standing], language: Language) -> [Tiles; 2] {
    let (mut country, mut others) = (Vec::new(), Vec::new());
    let mut ordered: Vec<&Standing> = league.iter().collect();
    ordered.sort_by_key(|standing| &standing.entry.code);
    for standing in ordered {
        let code = standing.entry.code.as_str();
        let province = PROVINCES.iter().find(|province| province.0 == code);
        match province {
            Some((_, column, row, short)) => {
                country.push(tile(standing, (*column, *row), short, language));
            }
            None => {
                let at = others.len() as u32;
                // As much of a code's last part as a square has room for.
                let short = code.rsplit('-').next().unwrap_or(code).to_uppercase();
                let short: String = short.chars().take(7).collect();
                let place = (at % COLUMNS, at / COLUMNS);
                others.push(tile(standing, place, &short, language));
            }
        }
    }
    [Tiles::of("provinces", country), Tiles::of("others", others)]
}

impl Tiles {
    /// As large as its tiles need; never narrower than the country of today, so that squares are of one size.
    pub fn of(id: &'static str, tiles: Vec<Tile>) -> Tiles {
        let most = |of: fn(&Tile) -> u32| tiles.iter().map(of).max().unwrap_or(0) + SIDE;
        Tiles {
            id,
            width: most(|tile| tile.x).max(COLUMNS * SIDE),
            height: most(|tile| tile.y),
            tiles,
        }
    }
}

impl Tile {
    /// One that has a letter, and what is told of it.
    pub fn graded(
        entry: &Entry,
        (column, row): (u32, u32),
        short: &str,
        (letter, told): (&'static str, String),
        language: Language,
    ) -> Tile {
        Tile {
            x: column * SIDE,
            y: row * SIDE,
            code: entry.code.to_string(),
            class: letter,
            letter,
            short: short.to_owned(),
            name: name(entry, language),
            told,
        }
    }
}

fn tile(standing: &Standing, (column, row): (u32, u32), short: &str, language: Language) -> Tile {
    let t = language.strings();
    let grade = standing.summary.as_ref().and_then(|it| it.grade);
    let (class, letter, told) = match (grade, &standing.summary) {
        (Some(letter), Some(summary)) => {
            let score = summary.score.unwrap_or_default();
            (letter, letter, format!("{letter}, {score} {}", t.points))
        }
        (None, Some(_)) => ("few", "·", t.not_enough.to_owned()),
        _ => ("none", "", t.waiting.to_owned()),
    };
    let told = match standing.status {
        Status::Silent { .. } => format!("{told}, {}", t.silent),
        Status::Connected { .. } | Status::Waiting => told,
    };
    Tile {
        class,
        ..Tile::graded(
            &standing.entry,
            (column, row),
            short,
            (letter, told),
            language,
        )
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;
    use crate::portals::seeded;

    #[test]
    fn every_province_of_today_has_a_square_of_its_own() {
        let places: HashSet<(u32, u32)> = PROVINCES.iter().map(|it| (it.1, it.2)).collect();
        assert_eq!(places.len(), PROVINCES.len());
        for (code, ..) in PROVINCES {
            let agency = seeded()
                .unwrap()
                .into_iter()
                .find(|it| it.code.as_str() == code);
            assert!(agency.is_some_and(|it| it.ended.is_none()), "{code}");
        }
    }
}
