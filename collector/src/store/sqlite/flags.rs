//! What a row's `flags` say.

use crate::store::{NewRow, OriginSeen};

pub const ORIGIN_NULL: i64 = 1;
const NO_ORIGIN: i64 = 2;
pub const SURPLUS: i64 = 4;

pub fn of(row: &NewRow) -> i64 {
    let origin = match row.origin {
        OriginSeen::Registered => 0,
        OriginSeen::Null => ORIGIN_NULL,
        OriginSeen::Absent => NO_ORIGIN,
    };
    origin | if row.surplus { SURPLUS } else { 0 }
}

pub fn origin(flags: i64) -> OriginSeen {
    if flags & ORIGIN_NULL != 0 {
        OriginSeen::Null
    } else if flags & NO_ORIGIN != 0 {
        OriginSeen::Absent
    } else {
        OriginSeen::Registered
    }
}

pub fn surplus(flags: i64) -> bool {
    flags & SURPLUS != 0
}
