//! Readings over time, with the columns of the CSV.

use std::io::{self, Write};

use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde_json::Value;

use super::{Cell, Kind, Table, misfit};
use crate::export::{Line, dictionary};

/// A row for each line; types are those of the data dictionary.
pub struct Readings<W: Write + Send> {
    table: Table<W>,
    kinds: Vec<Kind>,
}

impl<W: Write + Send> Readings<W> {
    pub fn begin(to: W, zone: &TimeZone) -> io::Result<Readings<W>> {
        let columns = dictionary(zone)?;
        let kind = |kind| match kind {
            "integer" => Kind::Integer,
            "datetime" => Kind::Time,
            _ => Kind::Text,
        };
        let columns: Vec<(&str, Kind)> = columns
            .iter()
            .map(|column| (column.name.as_str(), kind(column.kind)))
            .collect();
        Ok(Readings {
            table: Table::begin(&columns, to)?,
            kinds: columns.into_iter().map(|(_, kind)| kind).collect(),
        })
    }

    pub fn write(&mut self, line: &Line) -> io::Result<()> {
        let cells = line.iter().zip(&self.kinds);
        let cells = cells.map(|((_, value), kind)| cell(*kind, value));
        self.table.write(cells.collect::<io::Result<Vec<Cell>>>()?)
    }

    pub fn end(self) -> io::Result<W> {
        self.table.end()
    }
}

/// Lines are made for texts: a time in them is RFC 3339.
fn cell(kind: Kind, value: &Value) -> io::Result<Cell> {
    if value.is_null() {
        return Ok(Cell::Null);
    }
    let cell = match kind {
        Kind::Integer => value.as_i64().map(Cell::Integer),
        Kind::Time => {
            let at = value.as_str().and_then(|text| text.parse().ok());
            at.map(|at: Timestamp| Cell::Integer(at.as_millisecond()))
        }
        _ => value.as_str().map(Cell::from),
    };
    cell.ok_or_else(misfit)
}
