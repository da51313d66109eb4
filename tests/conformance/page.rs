//! The pages of the suite: the reference, the harness and the widget's tag in the head of each.

use crate::rig::site::html;

/// When web-vitals is started.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reference {
    /// With the harness, before anything can happen.
    AtOnce,
    /// With the load event, as the widget's module is: what happened before is then known to both
    /// only as far as the browser kept it.
    AtLoad,
}

/// A page: what is said of it here, and the rest by its scenario.
#[derive(Clone, Debug)]
pub struct Page {
    pub reference: Reference,
    /// The widget's loader, which is all that is asked for by the page, arrives so late.
    pub loader_after_ms: u64,
    /// The widget's module arrives so much later than asked for.
    pub module_after_ms: u64,
    /// The reference is asked for soft navigations, too.
    pub soft: bool,
    /// Before the harness.
    pub head: String,
    pub body: String,
}

impl Page {
    pub fn new(body: impl Into<String>) -> Page {
        Page {
            reference: Reference::AtOnce,
            loader_after_ms: 0,
            module_after_ms: 0,
            soft: false,
            head: String::new(),
            body: body.into(),
        }
    }

    /// A button where [`BUTTON`] says, a heading, and `rest`.
    pub fn with_button(handlers: &str, rest: &str) -> Page {
        Page::new(format!(
            "<style>body {{ margin: 0 }} main {{ margin-top: 120px }} img {{ display: block }} \
             #nut {{ position: fixed; left: 20px; top: 20px; width: 200px; height: 60px }}</style>\
             <button id=nut {handlers}>Bấm</button><main><h1>Thủ tục</h1>{rest}</main>"
        ))
    }

    pub fn reference_at_load(self) -> Page {
        Page {
            reference: Reference::AtLoad,
            ..self
        }
    }

    pub fn loader_after(self, loader_after_ms: u64) -> Page {
        Page {
            loader_after_ms,
            ..self
        }
    }

    pub fn module_after(self, module_after_ms: u64) -> Page {
        Page {
            module_after_ms,
            ..self
        }
    }

    pub fn with_soft_navigations(self) -> Page {
        Page { soft: true, ..self }
    }

    /// A script that makes the browser say something else, before anybody asks.
    pub fn pretending(self, script: &str) -> Page {
        Page {
            head: format!("<script>{script}</script>"),
            ..self
        }
    }

    /// `run` names the visit, `tag` is the widget's; a build of it with mutants is told which.
    pub fn render(&self, run: &str, tag: &str, mutant: Option<u32>) -> String {
        let mutant = mutant.map_or_else(String::new, |number| {
            format!("<script>self.nhipMutant = {number}</script>")
        });
        let reference = match self.reference {
            Reference::AtOnce => "once",
            Reference::AtLoad => "load",
        };
        let soft = if self.soft { " data-soft=1" } else { "" };
        let head = format!(
            "{}{mutant}<script src=/web-vitals.js></script>\
             <script src=/harness.js data-run=\"{run}\" data-reference={reference} \
             data-metrics=\"LCP FCP TTFB CLS INP\"{soft}></script>{tag}",
            self.head
        );
        html(&head, &self.body)
    }
}

/// Something below the heading.
pub const TEXT: &str = "<p style='height:300px'>Hồ sơ gồm đơn đề nghị và bản sao giấy tờ.</p>";

/// The middle of the button, in CSS px.
pub const BUTTON: (u32, u32) = (120, 50);

/// A place without anything.
pub const NOTHING: (u32, u32) = (1200, 700);

/// An uncompressed image of one colour: what is stored for each pixel keeps it a candidate for LCP,
/// which an image that compresses to almost nothing is not.
pub fn bitmap(width: u32, height: u32, grey: u8) -> Vec<u8> {
    const HEADERS: u32 = 14 + 40;
    const PALETTE: u32 = 256 * 4;
    let row = width.div_ceil(4) * 4;
    let size = HEADERS + PALETTE + row * height;
    let mut file = b"BM".to_vec();
    for number in [size, 0, HEADERS + PALETTE, 40, width, height] {
        file.extend(number.to_le_bytes());
    }
    // One plane, 8 bits a pixel, not compressed.
    file.extend([1, 0, 8, 0]);
    file.extend([0; 24]);
    for level in 0..=255 {
        file.extend([level, level, level, 0]);
    }
    file.resize(size as usize, grey);
    file
}
