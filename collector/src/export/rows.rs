//! Raw rows: reports as they were taken, a JSON object a line.

use std::io::{self, Write};

use nhip_protocol::report::Report;
use serde::Serialize;

use crate::clock::rfc3339;
use crate::store::{OriginSeen, StoredRow};

#[derive(Serialize)]
struct Row<'a> {
    received: String,
    /// By the collector's clock.
    began: String,
    origin: &'static str,
    /// One of too many views of its address: not graded.
    surplus: bool,
    report: &'a Report,
}

/// Writes one line. Several of a view are of the same view; the one with the highest `seq` counts.
pub fn write(row: &StoredRow, to: &mut impl Write) -> io::Result<()> {
    let row = Row {
        received: rfc3339(row.received),
        began: rfc3339(row.began),
        origin: match row.origin {
            OriginSeen::Registered => "registered",
            OriginSeen::Null => "null",
            OriginSeen::Absent => "absent",
        },
        surplus: row.surplus,
        report: &row.report,
    };
    serde_json::to_writer(&mut *to, &row)?;
    to.write_all(b"\n")
}
