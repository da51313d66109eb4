//! Any bytes: a report that is valid is written and read back as it was; everything else is refused with a reason.
#![no_main]

use libfuzzer_sys::fuzz_target;
use nhip_protocol::refusal::Refusal;
use nhip_protocol::report::{RawReport, Report};

fuzz_target!(|bytes: &[u8]| {
    let Ok(raw) = serde_json::from_slice::<RawReport>(bytes) else {
        return;
    };
    match raw.validate() {
        Ok(report) => {
            let written = serde_json::to_string(&report).expect("a valid report can be written");
            let read: Report = serde_json::from_str(&written).expect("and read");
            assert_eq!(read, report);
        }
        Err(refusal) => {
            assert!(Refusal::REASONS.contains(&refusal.reason()));
            assert!(refusal.to_string().len() < 1000, "{refusal}");
        }
    }
});
