//! The scenarios, by theme.

mod early;
mod firefox;
mod layout;
mod load;
mod many;
mod prerender;
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
        early::SCENARIOS,
        visibility::SCENARIOS,
        restored::SCENARIOS,
        prerender::SCENARIOS,
        soft::SCENARIOS,
        firefox::SCENARIOS,
    ]
    .into_iter()
    .flatten()
}
