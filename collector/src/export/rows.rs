//! Raw rows: reports as they were taken, a JSON object a line.

use std::io::{self, Write};
use std::ops::Range;

use nhip_protocol::code::Code;
use nhip_protocol::report::Report;
use serde::Serialize;

use crate::clock::{UnixMs, rfc3339, whole_hours};
use crate::store::{OriginSeen, Slice, Store, StoredRow, Unreadable};

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

/// Rows of views that began in `window`, an hour at a time: the store's log of what is new cannot shrink while one
/// question reads. `each` says whether it wants more.
pub fn scan(
    store: &dyn Store,
    portal: Option<&Code>,
    window: &Range<UnixMs>,
    each: &mut dyn FnMut(&StoredRow) -> bool,
) -> Result<(), Unreadable> {
    let slice = Slice::whole(portal.cloned());
    let mut wanted = true;
    for hour in whole_hours(window) {
        if !wanted {
            break;
        }
        store.scan(hour..hour + 1, &slice, &mut |row| {
            wanted = wanted && (!window.contains(&row.began) || each(&row));
        })?;
    }
    Ok(())
}

/// Writes one line. Several of a view are of the same view; the one with the highest `seq` counts.
pub fn write(row: &StoredRow, to: &mut impl Write) -> io::Result<()> {
    let row = Row {
        received: rfc3339(row.received),
        began: rfc3339(row.began),
        origin: origin(row),
        surplus: row.surplus,
        report: &row.report,
    };
    serde_json::to_writer(&mut *to, &row)?;
    to.write_all(b"\n")
}

/// What the request said of where it came from.
pub fn origin(row: &StoredRow) -> &'static str {
    match row.origin {
        OriginSeen::Registered => "registered",
        OriginSeen::Null => "null",
        OriginSeen::Absent => "absent",
    }
}
