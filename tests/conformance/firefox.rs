//! Firefox, through its driver.

use std::time::Duration;

use anyhow::Result;
use thirtyfour::action_chain::ActionChain;
use thirtyfour::prelude::*;
use tokio::runtime::Runtime;

use crate::rig::driver::{Browser, Kind};
use crate::visitor::Visitor;

pub struct Firefox {
    runtime: Runtime,
    /// None once it was closed.
    browser: Option<Browser>,
    page: WebDriver,
    /// An empty tab: in front, it hides the page.
    other: WindowHandle,
    tab: WindowHandle,
}

impl Firefox {
    pub fn start() -> Result<Firefox> {
        let runtime = Runtime::new()?;
        let browser = runtime.block_on(Browser::open(Kind::Firefox))?;
        let page = browser.page.clone();
        let other = runtime.block_on(page.window())?;
        Ok(Firefox {
            runtime,
            browser: Some(browser),
            page,
            tab: other.clone(),
            other,
        })
    }

    fn at(&self, (x, y): (u32, u32)) -> ActionChain {
        self.page.action_chain().move_to(i64::from(x), i64::from(y))
    }
}

impl Drop for Firefox {
    fn drop(&mut self) {
        if let Some(browser) = self.browser.take() {
            let _ = self.runtime.block_on(browser.close());
        }
    }
}

impl Visitor for Firefox {
    fn open(&mut self, url: &str) -> Result<()> {
        self.runtime.block_on(async {
            self.tab = self.page.new_tab().await?;
            self.page.switch_to_window(self.tab.clone()).await?;
            Ok(self.page.goto(url).await?)
        })
    }

    fn go(&mut self, url: &str) -> Result<()> {
        Ok(self.runtime.block_on(self.page.goto(url))?)
    }

    fn back(&mut self) -> Result<()> {
        Ok(self.runtime.block_on(self.page.back())?)
    }

    fn reload(&mut self) -> Result<()> {
        Ok(self.runtime.block_on(self.page.refresh())?)
    }

    fn hide(&mut self) -> Result<()> {
        let other = self.other.clone();
        Ok(self.runtime.block_on(self.page.switch_to_window(other))?)
    }

    fn show(&mut self) -> Result<()> {
        let tab = self.tab.clone();
        Ok(self.runtime.block_on(self.page.switch_to_window(tab))?)
    }

    fn close(&mut self) -> Result<()> {
        self.show()?;
        self.runtime.block_on(self.page.close_window())?;
        self.hide()
    }

    fn hover(&mut self, at: (u32, u32)) -> Result<()> {
        Ok(self.runtime.block_on(self.at(at).perform())?)
    }

    fn click(&mut self, at: (u32, u32), held: u64) -> Result<()> {
        self.runtime.block_on(async {
            self.at(at).click_and_hold().perform().await?;
            tokio::time::sleep(Duration::from_millis(held)).await;
            Ok(self.page.action_chain().release().perform().await?)
        })
    }

    fn key(&mut self, held: u64) -> Result<()> {
        self.runtime.block_on(async {
            self.page.action_chain().key_down('a').perform().await?;
            tokio::time::sleep(Duration::from_millis(held)).await;
            Ok(self.page.action_chain().key_up('a').perform().await?)
        })
    }
}
