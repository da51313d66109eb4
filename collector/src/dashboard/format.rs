//! Numbers and times as people write them. What could not be measured is said in words, never 0.

use jiff::tz::TimeZone;
use nhip_protocol::unit::{Cls, Ms};

use super::language::Language;
use crate::clock::{UnixMs, timestamp};

impl Language {
    fn decimal(self) -> char {
        match self {
            Language::Vietnamese => ',',
            Language::English => '.',
        }
    }

    fn thousands(self) -> char {
        match self {
            Language::Vietnamese => '.',
            Language::English => ',',
        }
    }

    /// `1.234`
    pub fn count(self, n: u64) -> String {
        let digits = n.to_string();
        let mut text = String::with_capacity(digits.len() * 4 / 3);
        for (index, digit) in digits.chars().enumerate() {
            if index > 0 && (digits.len() - index).is_multiple_of(3) {
                text.push(self.thousands());
            }
            text.push(digit);
        }
        text
    }

    /// `2,49 s`. Cut off, not rounded: 2.4999 s is under 2.5 s and must not read as 2.5 s.
    pub fn seconds(self, ms: Ms) -> String {
        let hundredths = ms.tenths() / 100;
        let (whole, rest) = (hundredths / 100, hundredths % 100);
        format!("{whole}{}{rest:02} s", self.decimal())
    }

    /// `199 ms`, cut off for the same reason.
    pub fn millis(self, ms: Ms) -> String {
        format!("{} ms", self.count(u64::from(ms.tenths() / 10)))
    }

    /// `0,021`
    pub fn cls(self, cls: Cls) -> String {
        let thousandths = cls.ten_thousandths() / 10;
        let (whole, rest) = (thousandths / 1000, thousandths % 1000);
        format!("{whole}{}{rest:03}", self.decimal())
    }

    /// `33,3 %` of 0.3333
    pub fn percent(self, ratio: f64) -> String {
        let thousandths = (ratio * 1000.0).round() as u64;
        let (whole, rest) = (thousandths / 10, thousandths % 10);
        format!("{whole}{}{rest} %", self.decimal())
    }

    /// `22/11/2026 13:47 (UTC+7)`, `2026-11-22 13:47 (UTC+7)`
    pub fn time(self, ms: UnixMs, zone: &TimeZone) -> String {
        let time = timestamp(ms).to_zoned(zone.clone());
        let offset = time.offset().seconds();
        let minutes = match offset.abs() / 60 % 60 {
            0 => String::new(),
            minutes => format!(":{minutes:02}"),
        };
        let offset = match offset {
            0 => "UTC".to_owned(),
            _ => format!("UTC{:+}{minutes}", offset / 3600),
        };
        let format = match self {
            Language::Vietnamese => "%d/%m/%Y %H:%M",
            Language::English => "%Y-%m-%d %H:%M",
        };
        format!("{} ({offset})", time.strftime(format))
    }
}

#[cfg(test)]
mod tests {
    use jiff::tz::Offset;

    use super::*;
    use Language::{English, Vietnamese};

    fn zone(minutes: i32) -> TimeZone {
        TimeZone::fixed(Offset::from_seconds(minutes * 60).unwrap())
    }

    #[test]
    fn numbers_read_as_in_their_language() {
        for (text, expected) in [
            (Vietnamese.count(1_234_567), "1.234.567"),
            (English.count(1_234_567), "1,234,567"),
            (English.count(999), "999"),
            (English.count(0), "0"),
            (Vietnamese.seconds(Ms::from_tenths(24_999)), "2,49 s"),
            (English.seconds(Ms::whole(2500)), "2.50 s"),
            (English.millis(Ms::from_tenths(1999)), "199 ms"),
            (Vietnamese.millis(Ms::whole(1200)), "1.200 ms"),
            (Vietnamese.cls(Cls::from_ten_thousandths(213)), "0,021"),
            (Vietnamese.percent(0.3333), "33,3 %"),
            (English.percent(0.6667), "66.7 %"),
            (English.percent(1.0), "100.0 %"),
            (English.percent(0.0), "0.0 %"),
            (
                Vietnamese.time(0, &zone(7 * 60)),
                "01/01/1970 07:00 (UTC+7)",
            ),
            (English.time(0, &zone(0)), "1970-01-01 00:00 (UTC)"),
            (English.time(0, &zone(330)), "1970-01-01 05:30 (UTC+5:30)"),
            (English.time(0, &zone(-210)), "1969-12-31 20:30 (UTC-3:30)"),
        ] {
            assert_eq!(text, expected);
        }
    }
}
