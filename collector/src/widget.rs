//! The built widget (`pkg/`): embedded, hashed and compressed once.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use flate2::Compression;
use flate2::write::GzEncoder;
use rust_embed::RustEmbed;
use sha2::{Digest, Sha256};
use tokio::sync::OnceCell;

/// The strongest of brotli; the widget is compressed once and downloaded millions of times.
const BROTLI_QUALITY: i32 = 11;
const BROTLI_WINDOW_BITS: i32 = 22;
const BROTLI_BUFFER: usize = 16 * 1024;

#[derive(RustEmbed)]
#[folder = "../pkg"]
#[include = "nhip.js"]
#[include = "nhip_bg.wasm"]
#[allow_missing = true]
struct Package;

/// A file in every encoding that it is served in.
#[derive(Clone, Debug)]
pub struct WidgetFile {
    /// The first 16 hex digits of its SHA-256: its name for a browser that may keep it for good.
    pub hash: String,
    pub plain: Vec<u8>,
    pub gzip: Vec<u8>,
    pub brotli: Vec<u8>,
}

/// `None` for a file that was not built when this binary was.
#[derive(Debug)]
pub struct Files {
    pub loader: Option<WidgetFile>,
    pub module: Option<WidgetFile>,
}

/// The files, ready when first asked for.
#[derive(Default)]
pub struct Widget {
    /// Where the files are, if not in this binary.
    folder: Option<PathBuf>,
    files: OnceCell<Arc<Files>>,
}

impl Widget {
    pub fn from_folder(folder: Option<PathBuf>) -> Widget {
        Widget {
            folder,
            files: OnceCell::default(),
        }
    }

    pub async fn files(&self) -> Arc<Files> {
        let load = async || {
            let folder = self.folder.clone();
            let files = tokio::task::spawn_blocking(move || Files {
                loader: load(folder.as_deref(), "nhip.js"),
                module: load(folder.as_deref(), "nhip_bg.wasm"),
            });
            Arc::new(files.await.unwrap_or(Files {
                loader: None,
                module: None,
            }))
        };
        Arc::clone(self.files.get_or_init(load).await)
    }
}

fn load(folder: Option<&Path>, name: &str) -> Option<WidgetFile> {
    let plain = match folder {
        Some(folder) => read(&folder.join(name))?,
        None => Package::get(name)?.data.into_owned(),
    };
    match (gzip(&plain), brotli(&plain)) {
        (Ok(gzip), Ok(brotli)) => Some(WidgetFile {
            hash: hash(&plain),
            plain,
            gzip,
            brotli,
        }),
        (Err(error), _) | (_, Err(error)) => {
            tracing::error!(name, %error, "a file of the widget cannot be compressed");
            None
        }
    }
}

fn read(file: &Path) -> Option<Vec<u8>> {
    std::fs::read(file)
        .inspect_err(|error| tracing::error!(file = %file.display(), %error, "no widget there"))
        .ok()
}

/// The first 16 hex digits of the SHA-256.
pub fn hash(bytes: &[u8]) -> String {
    Sha256::digest(bytes)
        .iter()
        .take(8)
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

fn gzip(plain: &[u8]) -> std::io::Result<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(plain)?;
    encoder.finish()
}

fn brotli(plain: &[u8]) -> std::io::Result<Vec<u8>> {
    let mut compressed = Vec::new();
    let params = brotli::enc::BrotliEncoderParams {
        quality: BROTLI_QUALITY,
        lgwin: BROTLI_WINDOW_BITS,
        size_hint: plain.len(),
        ..Default::default()
    };
    let mut writer = brotli::CompressorWriter::with_params(&mut compressed, BROTLI_BUFFER, &params);
    writer.write_all(plain)?;
    writer.flush()?;
    drop(writer);
    Ok(compressed)
}
