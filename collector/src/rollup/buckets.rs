//! A sketch's buckets on disk: three varints each, about five bytes. The distance from the one before, the weight,
//! and by how much the sum is more than the weight times the bucket's lowest value.

use std::fmt;

use integer_encoding::VarInt;
use serde::de::{Error, MapAccess, Visitor};
use serde::{Deserializer, Serializer};

use super::distribution::Bucket;

/// The longest three varints.
const MOST_BYTES: usize = 30;

pub fn serialize<S: Serializer>(
    buckets: &[(u32, Bucket)],
    serializer: S,
) -> Result<S::Ok, S::Error> {
    let mut bytes = Vec::with_capacity(buckets.len() * 6);
    let mut before = 0;
    for (lowest, bucket) in buckets {
        let rest = bucket.sum - bucket.weight * u64::from(*lowest);
        for number in [u64::from(lowest - before), bucket.weight, rest] {
            let mut buffer = [0; MOST_BYTES / 3];
            let length = number.encode_var(&mut buffer);
            bytes.extend_from_slice(&buffer[..length]);
        }
        before = *lowest;
    }
    serializer.serialize_bytes(&bytes)
}

pub fn deserialize<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Vec<(u32, Bucket)>, D::Error> {
    deserializer.deserialize_any(Buckets)
}

struct Buckets;

impl<'de> Visitor<'de> for Buckets {
    type Value = Vec<(u32, Bucket)>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a sketch's buckets")
    }

    /// As they were written before: weight and sum by the lowest value.
    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut buckets = Vec::new();
        while let Some((lowest, (weight, sum))) = map.next_entry()? {
            buckets.push((lowest, Bucket { weight, sum }));
        }
        Ok(buckets)
    }

    fn visit_bytes<E: Error>(self, mut bytes: &[u8]) -> Result<Self::Value, E> {
        let broken = || E::custom("a sketch that breaks off");
        let mut buckets = Vec::with_capacity(bytes.len() / 5);
        let mut lowest: u32 = 0;
        while !bytes.is_empty() {
            let mut number = || {
                let (number, length) = u64::decode_var(bytes).ok_or_else(broken)?;
                bytes = &bytes[length..];
                Ok::<u64, E>(number)
            };
            let (distance, weight, rest) = (number()?, number()?, number()?);
            let distance = u32::try_from(distance).map_err(|_| broken())?;
            lowest = lowest.checked_add(distance).ok_or_else(broken)?;
            let least = weight.checked_mul(u64::from(lowest));
            let sum = least.and_then(|least| least.checked_add(rest));
            let sum = sum.ok_or_else(broken)?;
            buckets.push((lowest, Bucket { weight, sum }));
        }
        Ok(buckets)
    }
}
