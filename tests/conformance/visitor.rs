//! Who visits the pages: a browser, and a hand on mouse and keyboard. Input is trusted.

use anyhow::{Result, bail};

pub trait Visitor {
    /// Opens `url` in a tab of its own, in front.
    fn open(&mut self, url: &str) -> Result<()>;
    /// The tab goes elsewhere.
    fn go(&mut self, url: &str) -> Result<()>;
    fn back(&mut self) -> Result<()>;
    fn reload(&mut self) -> Result<()>;
    /// Brings another tab to the front.
    fn hide(&mut self) -> Result<()>;
    /// Brings the tab to the front again.
    fn show(&mut self) -> Result<()>;
    /// Closes the tab.
    fn close(&mut self) -> Result<()>;
    fn hover(&mut self, at: (u32, u32)) -> Result<()>;
    /// Presses the mouse button for `held` ms.
    fn click(&mut self, at: (u32, u32), held: u64) -> Result<()>;
    /// Presses the space bar for `held` ms.
    fn key(&mut self, held: u64) -> Result<()>;

    /// Turns the mouse wheel.
    fn scroll(&mut self, _px: i32) -> Result<()> {
        bail!("this browser is not scrolled here")
    }

    /// Opens `url` in a tab behind the one in front.
    fn open_behind(&mut self, _url: &str) -> Result<()> {
        bail!("this browser opens no tab in the background")
    }

    /// Opens `url` without a debugger at the page, which would keep it from prerendering.
    fn open_alone(&mut self, _url: &str) -> Result<()> {
        bail!("this browser does not prerender")
    }

    /// Takes hold of the tab that shows `url` by now.
    fn hold(&mut self, _url: &str) -> Result<()> {
        bail!("this browser does not prerender")
    }

    /// Clicks without waiting until the page has handled it.
    fn strike(&mut self, _at: (u32, u32)) -> Result<()> {
        bail!("this browser waits for each click")
    }

    /// `keys` short presses, one after the other, not waiting for each.
    fn type_fast(&mut self, _keys: u32) -> Result<()> {
        bail!("this browser waits for each key")
    }
}
