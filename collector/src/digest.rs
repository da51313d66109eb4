//! A number for what something says.

use sha2::{Digest, Sha256};

/// The first 64 bits of the pieces' SHA-256 (FIPS 180-4), one after the other, the first byte the lowest. Databases
/// have it: it stays what it is.
pub fn number(pieces: &[&[u8]]) -> u64 {
    let mut digest = Sha256::new();
    for piece in pieces {
        digest.update(piece);
    }
    let mut first = [0; 8];
    first.copy_from_slice(&digest.finalize()[..8]);
    u64::from_le_bytes(first)
}

/// The same as a name: the digest's first bytes, as they are usually written.
pub fn name(bytes: &[u8]) -> String {
    format!("{:016x}", number(&[bytes]).swap_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `printf abc | sha256sum`: ba7816bf 8f01cfea …
    #[test]
    fn what_databases_have_stays_what_it_is() {
        assert_eq!(number(&[b"a", b"bc"]), 0xeacf_018f_bf16_78ba);
        assert_eq!(name(b"abc"), "ba7816bf8f01cfea");
    }
}
