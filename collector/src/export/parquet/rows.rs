//! Reports as they were taken: what is asked for most as columns, and the whole report as JSON.

use std::io::{self, Write};

use nhip_protocol::report::{Device, Net, ReadyState};
use nhip_protocol::unit::{Cls, Ms};

use super::{Cell, Kind, Table};
use crate::export::rows::origin;
use crate::store::StoredRow;

/// A row for each report.
pub struct Rows<W: Write + Send>(Table<W>);

type Read = fn(&StoredRow) -> Cell;

/// Names, types, and where the value is. `view` is the number that JSON writes as 16 hexadecimal digits.
const COLUMNS: [(&str, Kind, Read); 26] = [
    ("received", Kind::Time, |row| row.received.into()),
    ("began", Kind::Time, |row| row.began.into()),
    ("portal", Kind::Text, |row| {
        row.report.portal.as_str().into()
    }),
    ("agency", Kind::Text, |row| {
        row.report.agency.as_str().into()
    }),
    ("page", Kind::Text, |row| row.report.page.as_str().into()),
    ("view", Kind::Id, |row| {
        row.report.view.0.cast_signed().into()
    }),
    ("seq", Kind::Integer, |row| i64::from(row.report.seq).into()),
    ("kind", Kind::Text, |row| row.report.kind.name().into()),
    ("nav", Kind::Text, |row| row.report.nav.name().into()),
    ("phase", Kind::Text, |row| {
        row.report.phase.map(ReadyState::name).into()
    }),
    ("age_ms", Kind::Integer, |row| {
        i64::try_from(row.report.age).ok().into()
    }),
    ("device", Kind::Text, |row| {
        row.report.device.map(Device::name).into()
    }),
    ("network", Kind::Text, |row| {
        row.report.net.map(Net::name).into()
    }),
    ("engine", Kind::Text, |row| row.report.engine.name().into()),
    ("engine_version", Kind::Integer, |row| {
        row.report.engine_version.map(i64::from).into()
    }),
    ("weight", Kind::Integer, |row| {
        i64::from(row.report.weight).into()
    }),
    ("automated", Kind::Flag, |row| row.report.automated.into()),
    ("surplus", Kind::Flag, |row| row.surplus.into()),
    ("origin", Kind::Text, |row| origin(row).into()),
    ("lcp_ms", Kind::Number, |row| ms(row.report.load.lcp)),
    ("fcp_ms", Kind::Number, |row| ms(row.report.load.fcp)),
    ("ttfb_ms", Kind::Number, |row| ms(row.report.load.ttfb)),
    ("loaded_ms", Kind::Number, |row| ms(row.report.load.loaded)),
    ("inp_ms", Kind::Number, |row| ms(row.report.response.inp)),
    ("server_wait_ms", Kind::Number, |row| {
        ms(row.report.response.server_wait)
    }),
    ("cls", Kind::Number, |row| {
        row.report.layout.cls.map(Cls::as_f64).into()
    }),
];

/// The last column.
const REPORT: (&str, Kind) = ("report", Kind::Json);

impl<W: Write + Send> Rows<W> {
    pub fn begin(to: W) -> io::Result<Rows<W>> {
        let columns = COLUMNS.iter().map(|(name, kind, _)| (*name, *kind));
        let columns: Vec<(&str, Kind)> = columns.chain([REPORT]).collect();
        Table::begin(&columns, to).map(Rows)
    }

    pub fn write(&mut self, row: &StoredRow) -> io::Result<()> {
        let report = serde_json::to_string(&row.report)?;
        let cells = COLUMNS.iter().map(|(_, _, read)| read(row));
        self.0.write(cells.chain([Cell::Text(report)]))
    }

    pub fn end(self) -> io::Result<W> {
        self.0.end()
    }
}

fn ms(time: Option<Ms>) -> Cell {
    time.map(Ms::as_f64).into()
}
