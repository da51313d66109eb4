//! The five pages that are compared: one page, five tags.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};

use super::page;
use super::server::{File, Files};
use crate::{bundle, root};

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Variant {
    Nothing,
    WebVitals,
    Boomerang,
    Ours,
    OursWithBadge,
}

use Variant::{Boomerang, Nothing, Ours, OursWithBadge, WebVitals};

pub const ALL: [Variant; 5] = [Nothing, WebVitals, Boomerang, Ours, OursWithBadge];

impl Variant {
    pub fn name(self) -> &'static str {
        match self {
            Nothing => "nothing",
            WebVitals => "web-vitals",
            Boomerang => "boomerangjs",
            Ours => "nhip",
            OursWithBadge => "nhip, badge",
        }
    }

    pub fn is_ours(self) -> bool {
        matches!(self, Ours | OursWithBadge)
    }

    /// Where its page stands on the portal.
    pub fn path(self) -> &'static str {
        match self {
            Nothing => "/trang-chu",
            WebVitals => "/trang-chu-web-vitals",
            Boomerang => "/trang-chu-boomerang",
            Ours => "/trang-chu-nhip",
            OursWithBadge => "/trang-chu-nhip-huy-hieu",
        }
    }

    fn tag(self, collector: &str) -> String {
        let (script, attributes) = match self {
            Nothing => return String::new(),
            WebVitals => ("web-vitals.js", ""),
            Boomerang => ("boomerang.js", ""),
            Ours => ("nhip.js", " data-portal=cong-thu"),
            OursWithBadge => ("nhip.js", " data-portal=cong-thu data-badge=bottom-right"),
        };
        format!("<script async src=\"{collector}/{script}\"{attributes}></script>")
    }
}

/// All pages and scripts, with the widget in `widget`.
pub fn files(widget: &Path, collector: &str) -> Result<Files> {
    let mut files = page::assets()?;
    for variant in ALL {
        files.insert(
            variant.path().to_owned(),
            page::home(&variant.tag(collector)),
        );
    }
    for peer in ["web-vitals.js", "boomerang.js"] {
        let script = bundle::minified(&root().join("xtask/peers").join(peer))?;
        let file = File {
            media_type: "text/javascript",
            bytes: script.into_bytes(),
        };
        files.insert(format!("/{peer}"), file);
    }
    for (name, media_type) in [
        ("nhip.js", "text/javascript"),
        ("nhip-core.js", "text/javascript"),
        ("nhip-more.js", "text/javascript"),
        ("nhip-why.js", "text/javascript"),
        ("nhip-panel.js", "text/javascript"),
        // Of builds whose module was a file of its own.
        ("nhip_bg.wasm", "application/wasm"),
    ] {
        let path = widget.join(name);
        if name == "nhip.js" || path.exists() {
            let bytes =
                fs::read(&path).with_context(|| format!("{} is missing", path.display()))?;
            files.insert(format!("/{name}"), File { media_type, bytes });
        }
    }
    Ok(files)
}
