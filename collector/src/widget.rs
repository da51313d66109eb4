//! The built widget (`pkg/`): embedded, hashed and compressed once. What was served under its hash is
//! kept in the data directory, because a portal that pins it with `integrity` outlives an upgrade.

use std::collections::HashMap;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use flate2::Compression;
use flate2::write::GzEncoder;
use rust_embed::RustEmbed;
use sha2::{Digest, Sha256};
use tokio::sync::OnceCell;

use crate::locks::lock;

/// The strongest of brotli; the widget is compressed once and downloaded millions of times.
const BROTLI_QUALITY: i32 = 11;
const BROTLI_WINDOW_BITS: i32 = 22;
const BROTLI_BUFFER: usize = 16 * 1024;

/// In the data directory.
const ARCHIVE: &str = "widget";

/// Hex digits of a file's hash.
const HASH: usize = 16;

/// A kept file's ending.
pub const LOADER: &str = "js";
/// Of releases whose module was a file of its own.
pub const MODULE: &str = "wasm";

/// A script that another of the widget's fetches.
pub struct Part {
    pub name: &'static str,
    /// As a kept file.
    pub ending: &'static str,
}

pub const PARTS: [Part; 5] = [
    Part {
        name: "nhip-core.js",
        ending: "core.js",
    },
    Part {
        name: "nhip-more.js",
        ending: "more.js",
    },
    Part {
        name: "nhip-why.js",
        ending: "why.js",
    },
    Part {
        name: "nhip-panel.js",
        ending: "panel.js",
    },
    Part {
        name: "nhip-extras.js",
        ending: "extras.js",
    },
];

#[derive(RustEmbed)]
#[folder = "../pkg"]
#[include = "nhip.js"]
#[include = "nhip-core.js"]
#[include = "nhip-more.js"]
#[include = "nhip-why.js"]
#[include = "nhip-panel.js"]
#[include = "nhip-extras.js"]
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
#[derive(Debug, Default)]
pub struct Files {
    pub loader: Option<WidgetFile>,
    /// In the order of [`PARTS`].
    pub parts: [Option<WidgetFile>; PARTS.len()],
}

/// The files, ready when first asked for.
pub struct Widget {
    /// Where the files are, if not in this binary.
    folder: Option<PathBuf>,
    /// Where each is kept by its hash.
    archive: PathBuf,
    files: OnceCell<Arc<Files>>,
    /// Of former releases, by name; no more than lie in the archive.
    former: Mutex<HashMap<String, Arc<WidgetFile>>>,
}

impl Widget {
    pub fn new(folder: Option<PathBuf>, data: &Path) -> Widget {
        Widget {
            folder,
            archive: data.join(ARCHIVE),
            files: OnceCell::default(),
            former: Mutex::default(),
        }
    }

    pub async fn files(&self) -> Arc<Files> {
        let load = async || {
            let (folder, archive) = (self.folder.clone(), self.archive.clone());
            let files = tokio::task::spawn_blocking(move || {
                let files = Files {
                    loader: load(folder.as_deref(), "nhip.js"),
                    parts: PARTS.map(|part| load(folder.as_deref(), part.name)),
                };
                let parts = files.parts.iter().zip(PARTS.map(|part| part.ending));
                for (file, ending) in parts.chain([(&files.loader, LOADER)]) {
                    if let Some(file) = file
                        && let Err(error) = keep(&archive, file, ending)
                    {
                        tracing::warn!(%error, "after an upgrade, this widget cannot be served");
                    }
                }
                files
            });
            Arc::new(files.await.unwrap_or_default())
        };
        Arc::clone(self.files.get_or_init(load).await)
    }

    /// The file of a former release that had this hash and ending.
    pub async fn former(&self, hash: &str, ending: &'static str) -> Option<Arc<WidgetFile>> {
        if hash.len() != HASH
            || !hash
                .bytes()
                .all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
        {
            return None;
        }
        let name = format!("{hash}.{ending}");
        let former = || lock(&self.former);
        if let Some(file) = former().get(&name) {
            return Some(Arc::clone(file));
        }
        let (path, wanted) = (self.archive.join(&name), hash.to_owned());
        let read = move || {
            let plain = std::fs::read(&path).ok()?;
            // What is no longer what it was is nobody's.
            if self::hash(&plain) != wanted {
                tracing::error!(file = %path.display(), "a kept widget was changed");
                return None;
            }
            compressed(plain, wanted)
        };
        let file = Arc::new(tokio::task::spawn_blocking(read).await.ok()??);
        former().insert(name, Arc::clone(&file));
        Some(file)
    }
}

/// Under its hash, whole or not at all.
fn keep(archive: &Path, file: &WidgetFile, ending: &str) -> std::io::Result<()> {
    let path = archive.join(format!("{}.{ending}", file.hash));
    if std::fs::read(&path).is_ok_and(|kept| kept == file.plain) {
        return Ok(());
    }
    std::fs::create_dir_all(archive)?;
    let unfinished = path.with_extension("unfinished");
    let mut writing = std::fs::File::create(&unfinished)?;
    writing.write_all(&file.plain)?;
    writing.sync_all()?;
    std::fs::rename(unfinished, path)
}

fn load(folder: Option<&Path>, name: &str) -> Option<WidgetFile> {
    let plain = match folder {
        Some(folder) => read(&folder.join(name))?,
        None => Package::get(name)?.data.into_owned(),
    };
    let hash = hash(&plain);
    compressed(plain, hash)
}

fn compressed(plain: Vec<u8>, hash: String) -> Option<WidgetFile> {
    match (gzip(&plain), brotli(&plain)) {
        (Ok(gzip), Ok(brotli)) => Some(WidgetFile {
            hash,
            plain,
            gzip,
            brotli,
        }),
        (Err(error), _) | (_, Err(error)) => {
            tracing::error!(%error, "a file of the widget cannot be compressed");
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
