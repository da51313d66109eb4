//! The report's fields that take one of a few words.

use serde::{Deserialize, Serialize};

/// A word for each variant: in JSON, in the store and on the command line alike.
macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($(#[$variant_doc:meta])* $variant:ident = $word:literal),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
        pub enum $name { $($(#[$variant_doc])* #[serde(rename = $word)] $variant),+ }

        impl $name {
            pub const ALL: &[$name] = &[$($name::$variant),+];

            pub fn from_name(name: &str) -> Option<$name> {
                $name::ALL.iter().copied().find(|word| word.name() == name)
            }

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

impl Kind {
    /// Whether the loader sent it alone, because the module never came or could not run. Nobody
    /// judged its readings.
    pub const fn is_lost(self) -> bool {
        matches!(self, Kind::Abandoned | Kind::Blocked)
    }
}

words! {
    /// How far the document had come (`document.readyState`).
    /// Source: <https://html.spec.whatwg.org/multipage/dom.html#current-document-readiness>.
    ReadyState { Loading = "loading", Interactive = "interactive", Complete = "complete" }
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

    /// Whether this view has a load event of its own.
    pub const fn loads(self) -> bool {
        !matches!(self, Nav::Bfcache | Nav::Soft)
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
    /// What the widget leaves out to spare the visitor's data, or on a 2G network.
    Skipped {
        /// The viewport checks that cost work were not run.
        Audit = "audit",
        /// The badge was not drawn.
        Badge = "badge",
    }
}

words! {
    /// What became of a service.
    StepResult { Start = "start", Done = "done", Error = "error" }
}

words! {
    /// Why a visitor was not satisfied, in the words and the order of the survey of March 2023.
    Complaint {
        /// Faults of the portal.
        Portal = "portal",
        /// A complicated procedure.
        Procedure = "procedure",
        Payment = "payment",
        /// Data that agencies do not share.
        Agencies = "agencies",
        /// The visitor's own.
        Network = "network",
        /// The visitor's own.
        Device = "device",
        Other = "other",
    }
}

words! {
    /// The rendering engine. What identifies more than engine and major version is never sent.
    Engine { Blink = "blink", Gecko = "gecko", Webkit = "webkit", Other = "other" }
}
