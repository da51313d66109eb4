//! `nhip portal`

use std::path::PathBuf;

use clap::{Args, Subcommand};
use nhip_protocol::code::Code;

use super::Named;
use super::values::{code, name, origin, page, service};
use crate::portals::Origin;

const IMPORT: &str = "\
The first line names the columns; code, name and origins are needed:
  code,name,origins,agency,count_automated
  vn-hn,Hà Nội,https://dichvucong.example.vn https://cu.example.vn,,
Lines that cannot be added are told, each with its reason; the others are added. Exit code: 2 if there are any.";

#[derive(Debug, Subcommand)]
pub enum PortalCommand {
    /// Register a portal, also beside a running server
    Add(NewPortal),
    /// Change what was registered of a portal
    Edit(Edit),
    /// Register the portals of a CSV file: code, name, origins (spaces between), agency, count_automated
    #[command(after_help = IMPORT)]
    Import {
        /// The file, in UTF-8, commas or semicolons between
        file: PathBuf,
    },
    /// Take a portal out of the registry; its readings stay as long as any
    Remove(Named),
    /// Take no reports of a portal until it is resumed: its widgets fall silent
    Pause(Named),
    /// Take the reports of a paused portal again
    Resume(Named),
    /// Show the registry: code, status, name, origins, and origins that are not registered
    List,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  nhip portal add vn-hn --name 'Hà Nội' --origin https://dichvucong.example.vn
  nhip portal add cong-chung --name 'Cổng chung' --agency vn-vpcp \\
      --origin https://a.example.vn --origin https://b.example.vn:8443")]
pub struct NewPortal {
    /// Letters, digits and hyphens, such as vn-hn; an agency's code connects that agency
    #[arg(value_parser = code)]
    pub code: Code,

    /// The name on the dashboard
    #[arg(long, value_parser = name)]
    pub name: String,

    /// Where the portal's pages are: scheme, host, and port unless it is the usual one
    #[arg(long = "origin", value_name = "URL", required = true, value_parser = origin)]
    pub origins: Vec<Origin>,

    /// The agency that the portal serves, where pages name none [default: CODE]
    #[arg(long, value_name = "CODE", value_parser = code)]
    pub agency: Option<Code>,

    /// A page group that is stored from its first view on; any other only once enough views show it
    #[arg(long = "page", value_name = "PATH", value_parser = page)]
    pub pages: Vec<String>,

    /// A service of `nhip.step` that is stored from its first view on, as a page group is
    #[arg(long = "service", value_name = "NAME", value_parser = service)]
    pub services: Vec<String>,

    /// Grade the views of automated browsers, too: for tests
    #[arg(long)]
    pub count_automated: bool,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Example:
  nhip portal edit vn-hn --add-origin https://moi.example.vn --remove-origin https://cu.example.vn")]
pub struct Edit {
    /// The portal's code, such as vn-hn
    #[arg(value_parser = code)]
    pub code: Code,

    /// Its new name on the dashboard
    #[arg(long, value_parser = name)]
    pub name: Option<String>,

    /// The agency that the portal serves, where pages name none
    #[arg(long, value_name = "CODE", value_parser = code)]
    pub agency: Option<Code>,

    /// Take reports from there, too; repeat for several
    #[arg(long = "add-origin", value_name = "URL", value_parser = origin)]
    pub add_origins: Vec<Origin>,

    /// Take no more reports from there; repeat for several
    #[arg(long = "remove-origin", value_name = "URL", value_parser = origin)]
    pub remove_origins: Vec<Origin>,

    /// A page group that is stored from its first view on; repeat for several
    #[arg(long = "add-page", value_name = "PATH", value_parser = page)]
    pub add_pages: Vec<String>,

    /// A service that is stored from its first view on; repeat for several
    #[arg(long = "add-service", value_name = "NAME", value_parser = service)]
    pub add_services: Vec<String>,

    /// Whether views of automated browsers are graded, too
    #[arg(long, value_name = "BOOL")]
    pub count_automated: Option<bool>,
}
