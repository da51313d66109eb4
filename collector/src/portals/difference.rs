//! What a change made of a portal, in a line for the audit.

use std::fmt::Display;

use super::Portal;

/// Empty where nothing changed.
pub fn difference(before: &Portal, after: &Portal) -> String {
    let mut changes = Vec::new();
    let mut changed = |what: &str, from: &dyn Display, to: &dyn Display| {
        let (from, to) = (from.to_string(), to.to_string());
        if from != to {
            changes.push(format!("{what}: {from} → {to}"));
        }
    };
    changed("name", &before.name, &after.name);
    changed("agency", &before.agency, &after.agency);
    let yes_no = |it| if it { "yes" } else { "no" };
    let automated = |portal: &Portal| yes_no(portal.count_automated);
    changed("count_automated", &automated(before), &automated(after));
    changed("paused", &yes_no(before.paused), &yes_no(after.paused));
    for (what, before, after) in [
        ("origins", texts(&before.origins), texts(&after.origins)),
        ("names", texts(&before.names), texts(&after.names)),
    ] {
        for gone in before.iter().filter(|text| !after.contains(text)) {
            changes.push(format!("{what}: -{gone}"));
        }
        for new in after.iter().filter(|text| !before.contains(text)) {
            changes.push(format!("{what}: +{new}"));
        }
    }
    changes.join("; ")
}

fn texts(list: &[impl Display]) -> Vec<String> {
    list.iter().map(|it| it.to_string()).collect()
}
