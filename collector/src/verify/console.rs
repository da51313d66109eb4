//! What the page's console says of the widget.

use chromiumoxide::cdp::js_protocol::runtime::EventConsoleApiCalled;

use super::Ran;

impl Ran {
    /// Keeps what the widget says, or the browser of the widget's files.
    pub fn hear(&mut self, text: String) {
        if is_ours(&text) {
            self.said.push(text);
        }
    }
}

pub fn text(event: &EventConsoleApiCalled) -> String {
    let texts = event.args.iter().map(|argument| {
        let value = argument.value.as_ref();
        value.and_then(|value| value.as_str()).map_or_else(
            || argument.description.clone().unwrap_or_default(),
            str::to_owned,
        )
    });
    texts.collect::<Vec<_>>().join(" ")
}

fn is_ours(text: &str) -> bool {
    // A policy that only reports blocks nothing.
    if text.contains("[Report Only]") {
        return false;
    }
    text.starts_with("nhip")
        || text.contains("/nhip.js")
        || text.contains("/nhip-")
        || text.contains("/v1/reports")
}
