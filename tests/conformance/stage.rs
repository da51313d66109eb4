//! One visit: a scenario serves its pages, acts, and waits for what the pages post.

use std::collections::HashMap;
use std::thread::sleep;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use serde_json::Value;

use crate::facts::{Message, documents};
use crate::page::{BUTTON, Page, bitmap};
use crate::rig::collector::Collector;
use crate::rig::site::{Answer, Site};
use crate::visit::{Visit, is};
use crate::visitor::Visitor;

pub const PORTAL: &str = "thu-nghiem";

/// A page posts what is waited for within this: its scripts take up to five seconds.
const PATIENCE: Duration = Duration::from_secs(10);

/// What was sent arrives within this.
const ARRIVAL: Duration = Duration::from_secs(8);

const POLL: Duration = Duration::from_millis(10);

pub struct Stage<'a> {
    pub site: &'a Site,
    pub collector: &'a Collector,
    pub visitor: &'a mut dyn Visitor,
    /// Names the visit; part of every path.
    run: String,
    /// Which mutant of the widget its pages ask for.
    mutant: Option<u32>,
    /// Messages on the site that were looked at.
    read: usize,
    messages: Vec<Message>,
    /// How many messages of a kind were waited for.
    taken: HashMap<String, usize>,
    /// The page is in view.
    shown: bool,
}

impl<'a> Stage<'a> {
    pub fn new(
        site: &'a Site,
        collector: &'a Collector,
        visitor: &'a mut dyn Visitor,
        run: String,
        mutant: Option<u32>,
    ) -> Stage<'a> {
        Stage {
            read: site.posted(0).len(),
            site,
            collector,
            visitor,
            run,
            mutant,
            messages: Vec::new(),
            taken: HashMap::new(),
            shown: true,
        }
    }

    // What is there to be visited.

    pub fn path(&self, name: &str) -> String {
        format!("/{}/{name}", self.run)
    }

    pub fn url(&self, name: &str) -> String {
        format!("{}{}", self.site.address, self.path(name))
    }

    pub fn page(&self, name: &str, page: &Page) {
        self.serve(name, Answer::new("text/html", self.html(page)));
    }

    /// For an answer of the scenario's own.
    pub fn html(&self, page: &Page) -> String {
        let attributes = format!("data-portal={PORTAL}");
        let tag = match (page.loader_after_ms, page.module_after_ms) {
            (0, 0) => self.collector.tag(&attributes),
            waits => self.slow_tag(&attributes, waits),
        };
        page.render(&self.run, &tag, self.mutant)
    }

    /// The widget from the site itself, which takes its time with it.
    fn slow_tag(&self, attributes: &str, (loader_ms, core_ms): (u64, u64)) -> String {
        let folder = std::env::var("NHIP_TEST_WIDGET")
            .unwrap_or_else(|_| concat!(env!("CARGO_MANIFEST_DIR"), "/pkg").to_owned());
        for (name, kind, wait) in [
            ("nhip.js", "text/javascript", loader_ms),
            ("nhip-core.js", "text/javascript", core_ms),
            ("nhip-more.js", "text/javascript", 0),
            ("nhip-why.js", "text/javascript", 0),
        ] {
            // Without it the page has no widget, which the visit tells.
            let file = std::fs::read(format!("{folder}/{name}")).unwrap_or_default();
            self.serve(name, Answer::new(kind, file).after(wait));
        }
        format!(
            "<script async src=\"{}\" data-endpoint=\"{}/v1/reports\" {attributes}></script>",
            self.path("nhip.js"),
            self.collector.address
        )
    }

    pub fn serve(&self, name: &str, answer: Answer) {
        self.site.serve(&self.path(name), answer);
    }

    /// Serves an image after `wait_ms`; gives its path.
    pub fn image(&self, name: &str, (width, height): (u32, u32), wait_ms: u64) -> String {
        let answer = Answer::new("image/bmp", bitmap(width, height, 90)).after(wait_ms);
        self.serve(name, answer);
        self.path(name)
    }

    // What the visitor does.

    pub fn open(&mut self, name: &str) -> Result<()> {
        self.visitor.open(&self.url(name))
    }

    pub fn click(&mut self) -> Result<()> {
        self.visitor.click(BUTTON, 0)
    }

    /// Opens it in a tab that nobody looks at.
    pub fn open_behind(&mut self, name: &str) -> Result<()> {
        self.shown = false;
        self.visitor.open_behind(&self.url(name))
    }

    /// Another tab comes to the front; all reports were made when this returns.
    pub fn hide(&mut self) -> Result<()> {
        self.shown = false;
        self.visitor.hide()?;
        self.heard("settled")
    }

    pub fn show(&mut self) -> Result<()> {
        self.shown = true;
        self.visitor.show()?;
        self.heard("shown")
    }

    /// Leaves for a page that is not observed.
    pub fn leave(&mut self) -> Result<()> {
        let elsewhere = self.elsewhere();
        self.visitor.go(&elsewhere)?;
        self.left()
    }

    /// Serves a page that is not observed; gives its address.
    pub fn elsewhere(&self) -> String {
        self.serve("khac", Answer::new("text/html", "<h1>Khác</h1>"));
        self.url("khac")
    }

    /// The page was left, by itself or by the visitor.
    pub fn left(&mut self) -> Result<()> {
        self.shown = false;
        self.heard("settled")?;
        // The other page must be there before there is a way back from it.
        self.rest(300);
        Ok(())
    }

    /// Back from where [`leave`](Stage::leave) went.
    pub fn back(&mut self) -> Result<()> {
        self.shown = true;
        self.visitor.back()?;
        self.heard("pageshow")
    }

    pub fn reload(&mut self) -> Result<()> {
        self.visitor.reload()?;
        self.heard("settled")?;
        self.heard("pageshow")
    }

    /// Longer than the reference waits for an idle moment before it looks at what came in; what
    /// waits when the page is hidden is lost to it.
    pub fn idle(&self) {
        self.rest(1200);
    }

    pub fn rest(&self, ms: u64) {
        sleep(Duration::from_millis(ms));
    }

    // What is waited for.

    /// The next message of a kind came.
    pub fn heard(&mut self, what: &str) -> Result<()> {
        self.next(what).map(drop)
    }

    /// The next view sent its first report.
    pub fn reported(&mut self) -> Result<()> {
        while self.next("report").context("the widget's report")?["seq"] != 1 {}
        Ok(())
    }

    /// The page marked `name`.
    pub fn marked(&mut self, name: &str) -> Result<()> {
        while self.next("mark").with_context(|| name.to_owned())? != name {}
        Ok(())
    }

    /// The next message of a kind.
    fn next(&mut self, what: &str) -> Result<Value> {
        let began = Instant::now();
        loop {
            self.poll();
            let taken = self.taken.entry(what.to_owned()).or_default();
            let mut ones = self.messages.iter().filter(|one| one.what == what);
            if let Some(message) = ones.nth(*taken) {
                *taken += 1;
                return Ok(message.data.clone());
            }
            if began.elapsed() > PATIENCE {
                let taken = *taken + 1;
                let told = |one: &Message| match one.what.as_str() {
                    "warned" => format!("warned {}", one.data),
                    other => other.to_owned(),
                };
                let all: Vec<_> = self.messages.iter().map(told).collect();
                bail!(
                    "{what:?} number {taken} was not posted; what was: {}",
                    all.join(", ")
                );
            }
            sleep(POLL);
        }
    }

    fn poll(&mut self) {
        let posted = self.site.posted(self.read);
        self.read += posted.len();
        let messages = posted.iter().filter_map(|text| {
            let message: Message = serde_json::from_str(text).ok()?;
            (message.run == self.run).then_some(message)
        });
        self.messages.extend(messages);
    }

    // The end.

    /// Hides the page and gathers what everybody told.
    pub fn finish(mut self) -> Result<Visit> {
        if self.shown {
            self.hide()?;
        }
        self.gather()
    }

    fn gather(mut self) -> Result<Visit> {
        let began = Instant::now();
        loop {
            self.poll();
            let documents = documents(&self.messages)?;
            let rows = self.collector.rows()?;
            let complete = documents.iter().all(|(messages, settled)| {
                messages
                    .last()
                    .is_some_and(|last| last.n + 1 == messages.len())
                    && settled.reports.iter().all(|sent| {
                        rows.iter()
                            .any(|row| is(row, &sent.view) && row.report.seq == sent.seq)
                    })
            });
            if complete || began.elapsed() > ARRIVAL {
                return Visit::new(&documents, &rows);
            }
            sleep(POLL * 5);
        }
    }
}
