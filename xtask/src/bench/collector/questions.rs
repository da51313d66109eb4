//! Questions to databases of years.

use std::fs;
use std::path::Path;

use anyhow::Result;
use serde::Deserialize;

use super::bench;

/// Portals, days, views a portal and hour.
const DATABASES: [(u64, u64, u64); 2] = [(100, 31, 1000), (100, 1095, 10)];

pub struct Database {
    pub portals: u64,
    pub days: u64,
    pub views: u64,
    pub filled: Filled,
    pub asked: Asked,
}

#[derive(Deserialize)]
pub struct Filled {
    pub database: u64,
    pub hour: Bytes,
    pub day: Bytes,
}

/// Of a portal, in the mean.
#[derive(Deserialize)]
pub struct Bytes {
    pub total: u64,
    pub groups: u64,
}

#[derive(Deserialize)]
pub struct Asked {
    pub start_ms: f64,
    pub answers: Vec<Answer>,
}

#[derive(Deserialize)]
pub struct Answer {
    pub question: String,
    pub first: f64,
    pub median: f64,
    pub longest: f64,
}

pub fn ask(dir: &Path) -> Result<Vec<Database>> {
    let database = |(portals, days, views): (u64, u64, u64)| {
        eprintln!("{portals} portals, {days} days, {views} views a portal and hour");
        let data = dir.join("data");
        let numbers = [portals, days, views].map(|number| number.to_string());
        let [portals_text, days_text, views_text] = numbers.each_ref().map(String::as_str);
        let place = data.to_string_lossy();
        let filled = bench(&["fill", &place, portals_text, days_text, views_text])?;
        let asked = bench(&["ask", &place])?;
        let answered = Database {
            portals,
            days,
            views,
            filled: serde_json::from_str(&filled)?,
            asked: serde_json::from_str(&asked)?,
        };
        fs::remove_dir_all(&data)?;
        Ok(answered)
    };
    DATABASES.into_iter().map(database).collect()
}
