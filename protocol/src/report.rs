//! The report, version 1: one JSON object, always a full snapshot of the page view so far.
//!
//! A reading that the browser could not tell is absent: never 0, never `null`.
//!
//! The measured parts are generic over their number: `f64` as they arrive, [`Ms`] and [`Cls`] once
//! they are believed.

use serde::{Deserialize, Deserializer, Serialize};

use crate::check::{PerCheck, Verdict};
use crate::code::Code;
use crate::metric::Disbelief;
use crate::unit::{Cls, Ms};

/// The version that this crate reads and writes.
pub const VERSION: u64 = 1;

/// The most bytes of one report.
pub const MAX_BYTES: usize = 4096;

/// The most reports in one array.
pub const MAX_BATCH: usize = 50;

/// The largest sampling weight (`data-sample="1/1000"`).
pub const MAX_WEIGHT: u32 = 1000;

/// The most culprits that one failing check names.
pub const MAX_CULPRITS: usize = 5;

/// A report after this is of no hour that is still open: 24 h, in ms.
pub const MAX_AGE_MS: u64 = 24 * 60 * 60 * 1000;

/// A word for each variant: in JSON, in the store and on the command line alike.
macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($(#[$variant_doc:meta])* $variant:ident = $word:literal),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
        pub enum $name { $($(#[$variant_doc])* #[serde(rename = $word)] $variant),+ }

        impl $name {
            pub const fn name(self) -> &'static str {
                match self { $($name::$variant => $word),+ }
            }
        }
    };
}

words! {
    /// What sent the report.
    Kind {
        /// The page has settled; the first snapshot.
        Started = "started",
        /// The page was hidden after something changed.
        Final = "final",
        /// The page went before the module arrived: the loader's report.
        Abandoned = "abandoned",
        /// The module could not run: the loader's report.
        Blocked = "blocked",
    }
}

words! {
    /// How the view came about.
    Nav {
        Navigate = "navigate",
        Reload = "reload",
        BackForward = "back-forward",
        Bfcache = "bfcache",
        Prerender = "prerender",
        Soft = "soft",
    }
}

impl Nav {
    /// Whether a request of this very view was answered by a server while the visitor waited.
    pub const fn waited_for_server(self) -> bool {
        matches!(self, Nav::Navigate | Nav::Reload | Nav::BackForward)
    }
}

words! {
    /// The class of device, by touch and screen width.
    Device { Phone = "phone", Tablet = "tablet", Desktop = "desktop" }
}

words! {
    /// The browser's own estimate of the network (`navigator.connection.effectiveType`).
    Net { Slow2g = "slow-2g", TwoG = "2g", ThreeG = "3g", FourG = "4g" }
}

words! {
    /// The rendering engine. What identifies more than engine and major version is never sent.
    Engine { Blink = "blink", Gecko = "gecko", Webkit = "webkit", Other = "other" }
}

/// Load time. `loaded` is `loadEventEnd`: a reading of its own, never mixed with `lcp`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(bound(deserialize = "T: Deserialize<'de>"))]
pub struct Load<T> {
    #[serde(
        default,
        deserialize_with = "told",
        skip_serializing_if = "Option::is_none"
    )]
    pub lcp: Option<T>,
    #[serde(
        default,
        deserialize_with = "told",
        skip_serializing_if = "Option::is_none"
    )]
    pub fcp: Option<T>,
    #[serde(
        default,
        deserialize_with = "told",
        skip_serializing_if = "Option::is_none"
    )]
    pub ttfb: Option<T>,
    #[serde(
        default,
        deserialize_with = "told",
        skip_serializing_if = "Option::is_none"
    )]
    pub loaded: Option<T>,
    #[serde(
        default,
        deserialize_with = "told",
        skip_serializing_if = "Option::is_none"
    )]
    pub phases: Option<Phases<T>>,
}

/// The phases of the navigation, in ms. `wait` is `responseStart − requestStart`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(bound(deserialize = "T: Deserialize<'de>"))]
pub struct Phases<T> {
    #[serde(
        default,
        deserialize_with = "told",
        skip_serializing_if = "Option::is_none"
    )]
    pub redirect: Option<T>,
    #[serde(
        default,
        deserialize_with = "told",
        skip_serializing_if = "Option::is_none"
    )]
    pub dns: Option<T>,
    #[serde(
        default,
        deserialize_with = "told",
        skip_serializing_if = "Option::is_none"
    )]
    pub connect: Option<T>,
    #[serde(
        default,
        deserialize_with = "told",
        skip_serializing_if = "Option::is_none"
    )]
    pub tls: Option<T>,
    #[serde(
        default,
        deserialize_with = "told",
        skip_serializing_if = "Option::is_none"
    )]
    pub wait: Option<T>,
    #[serde(
        default,
        deserialize_with = "told",
        skip_serializing_if = "Option::is_none"
    )]
    pub download: Option<T>,
}

/// Response latency: two readings, always kept apart.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(bound(deserialize = "T: Deserialize<'de>"))]
pub struct Response<T> {
    /// Interaction to Next Paint.
    #[serde(
        default,
        deserialize_with = "told",
        skip_serializing_if = "Option::is_none"
    )]
    pub inp: Option<T>,
    /// `responseStart − requestStart` of the navigation.
    #[serde(
        default,
        deserialize_with = "told",
        skip_serializing_if = "Option::is_none"
    )]
    pub server_wait: Option<T>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(bound(deserialize = "T: Deserialize<'de>"))]
pub struct Layout<T> {
    #[serde(
        default,
        deserialize_with = "told",
        skip_serializing_if = "Option::is_none"
    )]
    pub cls: Option<T>,
}

impl<T> Default for Load<T> {
    fn default() -> Load<T> {
        Load {
            lcp: None,
            fcp: None,
            ttfb: None,
            loaded: None,
            phases: None,
        }
    }
}

impl<T> Default for Response<T> {
    fn default() -> Response<T> {
        Response {
            inp: None,
            server_wait: None,
        }
    }
}

impl<T> Default for Layout<T> {
    fn default() -> Layout<T> {
        Layout { cls: None }
    }
}

/// The layout viewport in CSS px, and what the checks found in it. A culprit is an element's index
/// in the probe's list while it is in the module, and its selector from the loader on.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(bound(deserialize = "C: Deserialize<'de>"))]
pub struct Viewport<C = String> {
    pub width: u32,
    pub height: u32,
    #[serde(default)]
    pub checks: PerCheck<Verdict>,
    /// What made a check fail, by structural selector; at most [`MAX_CULPRITS`] each.
    #[serde(default, skip_serializing_if = "PerCheck::is_empty")]
    pub culprits: PerCheck<Vec<C>>,
}

/// Counts of errors that nothing caught. Never a message, never a URL.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Errors {
    #[serde(default)]
    pub uncaught: u32,
    #[serde(default)]
    pub rejected: u32,
}

/// Readings that were dropped because they could not be believed, and why.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Dropped {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lcp: Option<Disbelief>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fcp: Option<Disbelief>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ttfb: Option<Disbelief>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub loaded: Option<Disbelief>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub server_wait: Option<Disbelief>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phases: Option<Disbelief>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub inp: Option<Disbelief>,
}

impl Dropped {
    pub fn is_empty(&self) -> bool {
        *self == Dropped::default()
    }
}

/// What the module measured; the loader adds who, when and how heavy before it sends.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Snapshot {
    pub load: Load<Ms>,
    pub response: Response<Ms>,
    pub layout: Layout<Cls>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub viewport: Option<Viewport<u32>>,
    #[serde(skip_serializing_if = "Dropped::is_empty")]
    pub dropped: Dropped,
}

/// A report as it arrives: well-formed JSON of the right types, nothing more is known of it.
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(
    feature = "schema",
    derive(schemars::JsonSchema),
    schemars(title = "Nhịp report, version 1")
)]
pub struct RawReport {
    /// Report version: 1.
    pub v: u64,
    /// The portal's code in the registry.
    pub portal: String,
    /// Random id of this view alone, 64 bits in 16 hex digits.
    pub view: String,
    /// The highest counts.
    pub seq: u32,
    pub kind: Kind,
    pub nav: Nav,
    /// Milliseconds since the view began, time in a queue included.
    pub age: f64,
    /// The page group.
    pub page: String,
    /// The agency served; the portal's own where absent.
    #[serde(default, deserialize_with = "told")]
    pub agency: Option<String>,
    /// Engine and major version: `blink/156`.
    #[serde(default, deserialize_with = "told")]
    pub engine: Option<String>,
    #[serde(default, deserialize_with = "told")]
    pub device: Option<Device>,
    #[serde(default, deserialize_with = "told")]
    pub net: Option<Net>,
    /// This view stands for so many.
    #[serde(default = "one")]
    pub weight: u32,
    /// `navigator.webdriver`.
    #[serde(default)]
    pub automated: bool,
    #[serde(default)]
    pub load: Load<f64>,
    #[serde(default)]
    pub response: Response<f64>,
    #[serde(default)]
    pub layout: Layout<f64>,
    #[serde(default, deserialize_with = "told")]
    pub viewport: Option<Viewport>,
    #[serde(default)]
    pub errors: Errors,
    #[serde(default)]
    pub dropped: Dropped,
}

/// A report that is valid by construction. Made only by [`RawReport::validate`], or read back from
/// where a valid one was stored.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Report {
    pub portal: Code,
    pub view: ViewId,
    pub seq: u32,
    pub kind: Kind,
    pub nav: Nav,
    /// Milliseconds since the view began.
    pub age: u64,
    pub page: String,
    pub agency: Code,
    pub engine: Engine,
    /// The engine's major version.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub engine_version: Option<u16>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub device: Option<Device>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub net: Option<Net>,
    pub weight: u32,
    pub automated: bool,
    pub load: Load<Ms>,
    pub response: Response<Ms>,
    pub layout: Layout<Cls>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub viewport: Option<Viewport>,
    pub errors: Errors,
    #[serde(default, skip_serializing_if = "Dropped::is_empty")]
    pub dropped: Dropped,
}

/// The random id of one page view: 64 bits, in JSON 16 hex digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ViewId(pub u64);

impl ViewId {
    pub fn parse(text: &str) -> Option<ViewId> {
        let fits = text.len() == 16 && text.bytes().all(|b| b.is_ascii_hexdigit());
        fits.then(|| u64::from_str_radix(text, 16).ok().map(ViewId))
            .flatten()
    }
}

impl Serialize for ViewId {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&format_args!("{:016x}", self.0))
    }
}

impl<'de> Deserialize<'de> for ViewId {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<ViewId, D::Error> {
        let text = String::deserialize(deserializer)?;
        ViewId::parse(&text).ok_or_else(|| serde::de::Error::custom("expected 16 hex digits"))
    }
}

/// For a field that is either absent or told: `null` is refused as any other wrong type is.
fn told<'de, D: Deserializer<'de>, T: Deserialize<'de>>(d: D) -> Result<Option<T>, D::Error> {
    T::deserialize(d).map(Some)
}

fn one() -> u32 {
    1
}
