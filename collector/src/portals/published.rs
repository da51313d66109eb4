//! What the ministry published of the first half of 2023: `data/grades-2023h1.csv`. A reference, never a reading: it is
//! of all three pillars, and of the 63 provinces that there were before 1 July 2025.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use nhip_protocol::code::Code;
use serde::Deserialize;

use super::Registry;

const PUBLISHED: &str = include_str!("../../../data/grades-2023h1.csv");

#[derive(Deserialize)]
struct Line {
    code: String,
    grade: String,
}

/// By the codes of then.
pub static GRADES: LazyLock<BTreeMap<Code, String>> = LazyLock::new(|| {
    let mut file = csv::Reader::from_reader(PUBLISHED.as_bytes());
    let lines = file.deserialize::<Line>().filter_map(Result::ok);
    let graded = lines.filter_map(|line| Some((line.code.parse().ok()?, line.grade)));
    graded.collect()
});

impl Registry {
    /// The published grade of an agency that is still what it was then. No grade is carried over a merger.
    pub fn published(&self, code: &Code) -> Option<&'static str> {
        let is_successor = self.entries().any(|entry| {
            let ended = entry.ended.as_ref();
            ended.and_then(|it| it.successor.as_ref()) == Some(code)
        });
        GRADES
            .get(code)
            .filter(|_| !is_successor)
            .map(String::as_str)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::portals::seeded;

    #[test]
    fn every_province_of_then_has_its_grade_and_none_is_carried_over_a_merger() {
        let count = |letter: &str| GRADES.values().filter(|it| *it == letter).count();
        assert_eq!(["A", "B", "C", "D", "E"].map(count), [9, 43, 10, 1, 0]);
        let registry = Registry::new(seeded().unwrap(), Vec::new());
        for code in GRADES.keys() {
            assert!(registry.entry(code).is_some(), "{code}");
        }
        let grade = |code: &str| registry.published(&code.parse().unwrap());
        // Joined with Hà Giang, under the code that it had.
        assert_eq!(grade("vn-07"), None);
        assert!(grade("vn-03").is_some() && grade("vn-hn").is_some());
        assert_eq!(grade("vn-nobody"), None);
    }
}
