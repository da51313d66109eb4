//! The agencies that exist from the start: `data/agencies.csv`.

use nhip_protocol::code::Code;
use serde::Deserialize;

/// ISO 3166-2 codes for provinces, `VN-` and the usual abbreviation for ministries.
const SEED: &str = include_str!("../../../data/agencies.csv");

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Agency {
    pub code: Code,
    pub name_vi: String,
    pub name_en: String,
    pub ended: Option<Ended>,
}

/// The agency was merged: its data stays its own, and no grade is carried over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ended {
    /// The last day, `2025-06-30`.
    pub valid_until: String,
    pub successor: Option<Code>,
}

#[derive(Debug, thiserror::Error)]
#[error("data/agencies.csv, which is built in, cannot be read: {0}")]
pub struct BadSeed(String);

pub fn seeded() -> Result<Vec<Agency>, BadSeed> {
    parse(SEED)
}

fn parse(text: &str) -> Result<Vec<Agency>, BadSeed> {
    let bad = |error: &dyn std::fmt::Display| BadSeed(error.to_string());
    csv::Reader::from_reader(text.as_bytes())
        .deserialize::<Line>()
        .map(|line| {
            let line = line.map_err(|error| bad(&error))?;
            let code = line.code.parse().map_err(|error| bad(&error))?;
            let successor = line
                .successor_code
                .map(|code| code.parse().map_err(|error| bad(&error)))
                .transpose()?;
            Ok(Agency {
                code,
                name_vi: line.name_vi,
                name_en: line.name_en,
                ended: line.valid_until.map(|valid_until| Ended {
                    valid_until,
                    successor,
                }),
            })
        })
        .collect()
}

#[derive(Deserialize)]
struct Line {
    code: String,
    name_vi: String,
    name_en: String,
    valid_until: Option<String>,
    successor_code: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_seed_has_34_provinces_of_today_and_every_successor_is_one() {
        let agencies = seeded().unwrap();
        let today: Vec<&Code> = agencies
            .iter()
            .filter(|agency| agency.ended.is_none())
            .map(|agency| &agency.code)
            .collect();
        assert_eq!(agencies.len(), 63 + 24);
        assert_eq!(today.len(), 34 + 17);
        for agency in &agencies {
            let Some(ended) = &agency.ended else { continue };
            let successor = ended.successor.as_ref().unwrap();
            assert!(today.contains(&successor), "{} → {successor}", agency.code);
        }
    }
}
