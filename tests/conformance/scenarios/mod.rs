//! The scenarios, by theme.

mod counted;
mod early;
mod firefox;
mod layout;
mod load;
mod many;
mod prerender;
mod pretended;
mod reloaded;
mod response;
mod restored;
mod soft;
mod visibility;

use crate::scenario::Scenario;

pub fn all() -> impl Iterator<Item = &'static Scenario> {
    [
        load::SCENARIOS,
        layout::SCENARIOS,
        response::SCENARIOS,
        many::SCENARIOS,
        counted::SCENARIOS,
        early::SCENARIOS,
        visibility::SCENARIOS,
        restored::SCENARIOS,
        reloaded::SCENARIOS,
        prerender::SCENARIOS,
        soft::SCENARIOS,
        pretended::SCENARIOS,
        firefox::SCENARIOS,
    ]
    .into_iter()
    .flatten()
}
