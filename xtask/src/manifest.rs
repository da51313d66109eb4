//! `pkg/manifest.json`: what stands in `pkg/`, how large it is, and what built it.

use std::collections::BTreeMap;

use anyhow::Result;
use base64::Engine as _;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256, Sha384};

use crate::npm;
use crate::size::Size;
use crate::toolchain::Toolchain;

#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    pub version: String,
    pub files: BTreeMap<String, File>,
    /// What built the module: another toolchain makes other bytes of the same code.
    pub built_by: BTreeMap<String, String>,
}

#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct File {
    #[serde(flatten)]
    pub size: Size,
    /// For `integrity="…"`.
    pub integrity: String,
    /// The first 16 hex digits of SHA-256: `/nhip-HASH.js`.
    pub hash: String,
}

impl File {
    pub fn of(bytes: &[u8]) -> Result<File> {
        Ok(File {
            size: Size::of(bytes)?,
            integrity: integrity(bytes),
            hash: hash(bytes),
        })
    }
}

/// The tools whose versions decide the bytes.
pub fn built_by(toolchain: &Toolchain) -> Result<BTreeMap<String, String>> {
    Ok(BTreeMap::from([
        ("rust".to_owned(), toolchain.note()),
        ("binaryen".to_owned(), npm::version("binaryen")?),
        ("esbuild".to_owned(), npm::version("esbuild")?),
        ("terser".to_owned(), npm::version("terser")?),
    ]))
}

/// As the loader carries it for its module: a digest is bytes that nothing compresses.
pub fn short_integrity(bytes: &[u8]) -> String {
    let digest = base64::engine::general_purpose::STANDARD.encode(Sha256::digest(bytes));
    format!("sha256-{digest}")
}

/// Source: <https://www.w3.org/TR/SRI/>.
pub fn integrity(bytes: &[u8]) -> String {
    let digest = Sha384::digest(bytes);
    format!(
        "sha384-{}",
        base64::engine::general_purpose::STANDARD.encode(digest)
    )
}

pub fn hash(bytes: &[u8]) -> String {
    let digest = Sha256::digest(bytes);
    digest
        .iter()
        .take(8)
        .map(|byte| format!("{byte:02x}"))
        .collect()
}
