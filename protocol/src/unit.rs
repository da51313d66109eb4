//! The two units of the report, as integers, so that every limit is compared exactly.

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A time in tenths of a millisecond; written in JSON as milliseconds (`1310.2`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(
    feature = "schema",
    derive(schemars::JsonSchema),
    schemars(transparent)
)]
pub struct Ms(#[cfg_attr(feature = "schema", schemars(with = "f64"))] u32);

impl Ms {
    /// `ms` whole milliseconds. For constants.
    pub const fn whole(ms: u32) -> Ms {
        Ms(ms * 10)
    }

    pub const fn from_tenths(tenths: u32) -> Ms {
        Ms(tenths)
    }

    /// `ms` milliseconds rounded to the nearest tenth; `None` where that is no time at all:
    /// negative, not finite, or past what 32 bits of tenths hold (five days).
    pub fn from_f64(ms: f64) -> Option<Ms> {
        rounded(ms, 10.0).map(Ms)
    }

    pub const fn tenths(self) -> u32 {
        self.0
    }

    pub fn as_f64(self) -> f64 {
        f64::from(self.0) / 10.0
    }
}

/// A unitless score of layout shifts in ten-thousandths; written in JSON as a fraction (`0.0213`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(
    feature = "schema",
    derive(schemars::JsonSchema),
    schemars(transparent)
)]
pub struct Cls(#[cfg_attr(feature = "schema", schemars(with = "f64"))] u32);

impl Cls {
    pub const fn from_ten_thousandths(n: u32) -> Cls {
        Cls(n)
    }

    /// A fraction rounded to the nearest ten-thousandth; `None` where it is negative or not finite.
    pub fn from_f64(value: f64) -> Option<Cls> {
        rounded(value, 10_000.0).map(Cls)
    }

    pub const fn ten_thousandths(self) -> u32 {
        self.0
    }

    pub fn as_f64(self) -> f64 {
        f64::from(self.0) / 10_000.0
    }
}

/// `value * scale` to the nearest integer. Adding a half and cutting off is rounding for what is
/// not negative, and needs none of the float library that `round` would bring into the module.
fn rounded(value: f64, scale: f64) -> Option<u32> {
    // What is past the largest number becomes the largest.
    let scaled = (value * scale + 0.5) as u32;
    // False for NaN, too.
    (value >= 0.0 && scaled < u32::MAX).then_some(scaled)
}

impl Serialize for Ms {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_f64(self.as_f64())
    }
}

impl Serialize for Cls {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_f64(self.as_f64())
    }
}

impl<'de> Deserialize<'de> for Ms {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Ms, D::Error> {
        let ms = f64::deserialize(deserializer)?;
        Ms::from_f64(ms).ok_or_else(|| serde::de::Error::custom("expected milliseconds, 0 or more"))
    }
}

impl<'de> Deserialize<'de> for Cls {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Cls, D::Error> {
        let value = f64::deserialize(deserializer)?;
        Cls::from_f64(value).ok_or_else(|| serde::de::Error::custom("expected a score, 0 or more"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_round_to_a_tenth_and_refuse_what_is_no_time() {
        for (ms, tenths) in [
            (0.0, Some(0)),
            (2499.9, Some(24_999)),
            (2499.94, Some(24_999)),
            (2499.96, Some(25_000)),
            (-0.1, None),
            (f64::NAN, None),
            (f64::INFINITY, None),
            (1e12, None),
        ] {
            assert_eq!(Ms::from_f64(ms).map(Ms::tenths), tenths, "{ms}");
        }
    }
}
