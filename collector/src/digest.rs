//! A number for what something says.

use sha2::{Digest, Sha256};

/// The first 64 bits of the pieces' SHA-256 (FIPS 180-4), one after the other.
pub fn number(pieces: &[&[u8]]) -> u64 {
    let mut digest = Sha256::new();
    for piece in pieces {
        digest.update(piece);
    }
    let mut first = [0; 8];
    first.copy_from_slice(&digest.finalize()[..8]);
    u64::from_be_bytes(first)
}
