//! `nhip portal`: what the operator changes and sees of the registry.

mod import;

use std::fmt::Write as _;
use std::path::Path;

use nhip_protocol::code::Code;

pub use import::import;

use crate::audit::By;
use crate::cli::{Edit, NewPortal};
use crate::clock::{Clock, rfc3339};
use crate::config::Settings;
use crate::names;
use crate::portals::{BadSeed, CannotChange, Entry, Portal, Status, seeded};
use crate::store::Unreadable;
use crate::store::sqlite::{CannotOpen, Database, NotAdded, Portals};

#[derive(Debug, thiserror::Error)]
pub enum Failed {
    #[error(transparent)]
    Open(#[from] CannotOpen),
    #[error(transparent)]
    Seed(#[from] BadSeed),
    #[error(transparent)]
    Unreadable(#[from] Unreadable),
    #[error(transparent)]
    NotAdded(#[from] NotAdded),
    #[error(transparent)]
    Unimported(#[from] import::Unimported),
}

fn open(data: &Path) -> Result<Portals, Failed> {
    Ok(Portals::open(&Database::open(data)?, seeded()?)?)
}

/// Adds a portal; what to tell the operator.
pub fn add(data: &Path, new: NewPortal, clock: &Clock) -> Result<String, Failed> {
    let portals = open(data)?;
    let services = new.services.iter().map(|name| names::service(name));
    let portal = Portal {
        agency: new.agency.unwrap_or_else(|| new.code.clone()),
        code: new.code,
        name: new.name,
        origins: new.origins,
        count_automated: new.count_automated,
        added: clock.now(),
        names: new.pages.into_iter().chain(services).collect(),
        paused: false,
    };
    portals.add(&portal, &By::operator(clock.now()))?;
    Ok(format!(
        "added '{code}'; its pages carry\n\
         <script async src=\"https://HOST/nhip.js\" data-portal=\"{code}\"></script>\n",
        code = portal.code
    ))
}

/// Makes a portal's reports be refused with 410, or taken again.
pub fn pause(data: &Path, code: &Code, paused: bool, clock: &Clock) -> Result<String, Failed> {
    let action = if paused {
        "portal pause"
    } else {
        "portal resume"
    };
    open(data)?.change(code, action, &By::operator(clock.now()), |portal| {
        portal.paused = paused;
        Ok(())
    })?;
    let told = if paused {
        "is paused: its reports are refused, and its widgets fall silent"
    } else {
        "takes reports again"
    };
    Ok(format!("'{code}' {told}\n"))
}

/// Changes what was registered of a portal; tells what is different now.
pub fn edit(data: &Path, edit: Edit, clock: &Clock) -> Result<String, Failed> {
    let code = edit.code.clone();
    let by = By::operator(clock.now());
    let told = open(data)?.change(&code, "portal edit", &by, |portal| {
        let before = portal.clone();
        apply(edit, portal)?;
        if *portal == before {
            return Err(CannotChange::Nothing);
        }
        Ok(())
    })?;
    Ok(format!("'{code}' is changed: {told}\n"))
}

fn apply(edit: Edit, portal: &mut Portal) -> Result<(), CannotChange> {
    for origin in edit.remove_origins {
        let place = portal.origins.iter().position(|known| *known == origin);
        portal
            .origins
            .remove(place.ok_or(CannotChange::NoSuchOrigin(origin))?);
    }
    add_new(&mut portal.origins, edit.add_origins);
    let services = edit.add_services.iter().map(|name| names::service(name));
    add_new(
        &mut portal.names,
        edit.add_pages.into_iter().chain(services),
    );
    if let Some(name) = edit.name {
        portal.name = name;
    }
    if let Some(agency) = edit.agency {
        portal.agency = agency;
    }
    if let Some(count) = edit.count_automated {
        portal.count_automated = count;
    }
    Ok(())
}

fn add_new<T: PartialEq>(list: &mut Vec<T>, new: impl IntoIterator<Item = T>) {
    for one in new {
        if !list.contains(&one) {
            list.push(one);
        }
    }
}

/// Takes a portal out of the registry. Its reports are refused from now on; what was stored stays.
pub fn remove(data: &Path, code: &Code, clock: &Clock) -> Result<String, Failed> {
    open(data)?.remove(code, &By::operator(clock.now()))?;
    Ok(format!(
        "'{code}' is removed: its reports are refused; its readings stay as long as any\n"
    ))
}

/// Every change there was.
pub fn audit(data: &Path) -> Result<String, Failed> {
    let lines = open(data)?.audit()?;
    Ok(lines.iter().map(|line| format!("{line}\n")).collect())
}

/// One line an entry, tabs between: code, status, since when, name, origins. Below it, indented,
/// origins that report for it without being registered.
pub fn list(settings: &Settings, clock: &Clock) -> Result<String, Failed> {
    let database = Database::open(&settings.data)?;
    let registry = Portals::open(&database, seeded()?)?.current()?;
    let store = settings.store.open(database, clock.clone())?;
    let activity = store.activity()?;
    let strangers = store.strangers()?;
    store.close();
    let mut text = String::new();
    for entry in registry.entries() {
        let status = Status::of(activity.get(&entry.code), clock.now());
        text.push_str(&line(entry, status));
        for stranger in strangers.iter().filter(|s| s.portal == entry.code) {
            // Writing to a String cannot fail.
            let _ = writeln!(
                text,
                "\tnot registered: {}, last seen {}",
                printable(&stranger.origin),
                rfc3339(stranger.last_seen)
            );
        }
    }
    Ok(text)
}

fn line(entry: &Entry, status: Status) -> String {
    let origins: Vec<&str> = entry
        .portal
        .iter()
        .flat_map(|portal| portal.origins.iter().map(|origin| origin.as_str()))
        .collect();
    let state = match &entry.ended {
        Some(ended) => match &ended.successor {
            Some(successor) => format!("until {}, now {successor}", ended.valid_until),
            None => format!("until {}", ended.valid_until),
        },
        None => status.name().to_owned(),
    };
    let since = status.since().map_or_else(|| "-".to_owned(), rfc3339);
    let columns = [
        entry.code.as_str(),
        &state,
        &since,
        &entry.name,
        &origins.join(" "),
    ];
    columns.join("\t") + "\n"
}

/// A stranger's own words must not steer a terminal.
fn printable(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).collect()
}
