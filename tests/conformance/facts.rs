//! What the harness posts: messages, and the raw facts of a document.

use std::collections::HashMap;

use anyhow::{Context, Result, bail};
use serde::Deserialize;
use serde_json::Value;

#[derive(Clone, Debug, Deserialize)]
pub struct Message {
    pub run: String,
    /// One loading of a page; the back/forward cache keeps it.
    pub document: String,
    /// Messages of a document are numbered from 0.
    pub n: usize,
    pub what: String,
    #[serde(default)]
    pub data: Value,
}

/// One metric as the reference told it.
#[derive(Clone, Debug, Deserialize)]
pub struct Vital {
    pub segment: i64,
    pub name: String,
    pub value: f64,
}

/// A report of the widget, by its event.
#[derive(Clone, Debug, Deserialize)]
pub struct Sent {
    pub view: String,
    pub seq: u32,
    pub kind: String,
    pub segment: usize,
}

/// Posted each time the page is hidden, after everybody reported.
#[derive(Clone, Debug, Deserialize)]
pub struct Settled {
    pub facts: Facts,
    pub reports: Vec<Sent>,
    pub segments: usize,
}

/// Raw facts of one document, gathered beside the widget and the reference. Times are milliseconds
/// of the page's clock.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Facts {
    pub prerendered: bool,
    /// `first-contentful-paint`.
    pub paints: Vec<f64>,
    pub largest: Vec<Largest>,
    pub shifts: Vec<Shift>,
    /// From 16 ms on.
    pub events: Vec<Timing>,
    pub first_inputs: Vec<Timing>,
    /// Trusted ones.
    pub inputs: Vec<Input>,
    /// When the page was hidden; 0 if it was from the beginning.
    pub hidden: Vec<f64>,
    pub shown: Vec<f64>,
    /// Returns from the back/forward cache.
    pub restored: Vec<f64>,
    /// When the interactions that led to soft navigations began.
    pub soft: Vec<f64>,
    /// `interaction-contentful-paint`: when the largest of what an interaction led to was painted.
    pub interaction_paints: Vec<f64>,
    /// What the page itself marked.
    pub marks: HashMap<String, f64>,
    #[serde(default)]
    pub interactions: Option<u32>,
    #[serde(default)]
    pub navigation: String,
    #[serde(default)]
    pub redirect_count: u32,
    #[serde(default)]
    pub response_start: f64,
    #[serde(default)]
    pub response_end: f64,
    #[serde(default)]
    pub load_event_end: f64,
    #[serde(default)]
    pub activation_start: f64,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Largest {
    pub at: f64,
    pub size: f64,
    pub is_image: bool,
}

#[derive(Clone, Debug, Deserialize)]
pub struct Shift {
    pub at: f64,
    pub value: f64,
    pub recent: bool,
}

#[derive(Clone, Debug, Deserialize)]
pub struct Timing {
    pub name: String,
    pub at: f64,
    pub duration: f64,
    pub id: u32,
    pub ended: f64,
}

#[derive(Clone, Debug, Deserialize)]
pub struct Input {
    #[serde(rename = "type")]
    pub kind: String,
    pub at: f64,
}

impl Facts {
    /// When it was first clicked.
    pub fn clicked(&self) -> Option<f64> {
        let click = self.inputs.iter().find(|input| input.kind == "click");
        click.map(|click| click.at)
    }

    /// How many events of interactions were so long.
    pub fn events_from(&self, ms: f64) -> usize {
        let events = self.events.iter();
        events
            .filter(|event| event.id > 0 && event.duration >= ms)
            .count()
    }

    /// The duration of the first input; 0 if there was none.
    pub fn firsts(&self) -> f64 {
        self.first_inputs
            .first()
            .map_or(0.0, |first| first.duration)
    }

    /// The longest event of any interaction.
    pub fn longest_interaction(&self) -> f64 {
        let events = self.events.iter().filter(|event| event.id > 0);
        events.fold(0.0, |longest, event| event.duration.max(longest))
    }

    /// The longest event of a name.
    pub fn longest(&self, name: &str) -> f64 {
        let named = self.events.iter().filter(|event| event.name == name);
        named.fold(0.0, |longest, event| event.duration.max(longest))
    }

    /// Whether events of two names belong to one interaction.
    pub fn shares_an_id(&self, one: &str, other: &str) -> bool {
        self.events.iter().any(|first| {
            first.name == one
                && first.id > 0
                && self
                    .events
                    .iter()
                    .any(|second| second.name == other && second.id == first.id)
        })
    }
}

/// The messages of one document up to its last `settled`, in their order, and that.
pub type Posted = (Vec<Message>, Settled);

/// In the order in which they were first heard of.
pub fn documents(messages: &[Message]) -> Result<Vec<Posted>> {
    let mut names: Vec<&str> = Vec::new();
    for message in messages {
        if !names.contains(&message.document.as_str()) {
            names.push(&message.document);
        }
    }
    let mut documents = Vec::new();
    for name in names {
        let of_it = messages.iter().filter(|message| message.document == name);
        let last = of_it.clone().filter(|message| message.what == "settled");
        let Some(last) = last.max_by_key(|message| message.n) else {
            bail!("a page was never hidden");
        };
        let settled = Settled::deserialize(&last.data).context("settled")?;
        let mut of_it: Vec<_> = of_it.filter(|one| one.n <= last.n).cloned().collect();
        of_it.sort_by_key(|message| message.n);
        documents.push((of_it, settled));
    }
    Ok(documents)
}
