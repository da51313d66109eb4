//! The command line.

mod flags;
mod portal;
mod values;

use std::path::PathBuf;

use clap::{ArgGroup, Args, Parser, Subcommand, ValueEnum};
use nhip_protocol::code::Code;

pub use flags::{Flags, LogFormat};
pub use portal::{Edit, NewPortal, PortalCommand};
pub use values::{name, store, time_zone, web_address};

use self::values::{code, days, label, month};
use crate::clock::Step;
use crate::months::Month;

/// Nhịp measures public-service portals in their visitors' own browsers.
///
/// This is the collector: it takes reports, keeps them, grades portals from them and serves the
/// widget that sends them. Without a command it runs the demo.
#[derive(Debug, Parser)]
#[command(name = "nhip", version, after_help = EXAMPLES)]
pub struct Cli {
    #[command(flatten)]
    pub settings: Flags,

    #[command(subcommand)]
    pub command: Option<Command>,
}

const EXAMPLES: &str = "\
Examples:
  nhip                                    the demo: three portals to try, a dashboard at /
  nhip demo --history 90d                 a dashboard with months of made-up readings
  nhip serve --listen 0.0.0.0:8787 --data /var/lib/nhip
  nhip portal add vn-hn --name 'Hà Nội' --origin https://dichvucong.example.vn
  nhip portal list
  nhip verify https://dichvucong.example.vn/
  nhip export --from 2026-07-01 --to 2026-10-01 --step month > quarter.csv

Then one tag goes into every page of the portal:
  <script async src=\"https://HOST/nhip.js\" data-portal=\"vn-hn\"></script>

A flag wins over the environment, the environment over the file, the file over the default.
The file is TOML with the flags' names: listen, data, min_views, name_views, trusted_proxy (a list of networks),
address_rate, portal_rate, address_share, raw_days, rollup_days, public (a list), time_zone, widget, store, spool_mb, upstream, token,
own_portal, otlp, otlp_every; [[alert]] and [notify] say
what is watched and who is told.
Logs go to standard error; NHIP_LOG=debug makes them longer, --log-format json an object a line.";

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Take reports, and serve the widget, the dashboard and the API
    Serve,
    /// The same with three portals to try it on, at /demo/
    Demo(Demo),
    /// Who may report
    #[command(subcommand)]
    Portal(PortalCommand),
    /// Who may see what is not public
    #[command(subcommand)]
    Token(TokenCommand),
    /// What is told by webhook and e-mail
    #[command(subcommand)]
    Alert(AlertCommand),
    /// Keep what a month was, and publish it
    #[command(subcommand)]
    Month(MonthCommand),
    /// Show every change of the registry: when, who, what
    Audit,

    /// Write readings over time, or the reports themselves, for other programs
    Export(Export),
    /// What keeps the reports
    #[command(subcommand)]
    Store(StoreCommand),
    /// Copy the database into a new file, also beside a running server
    Backup {
        /// The file, which must not be there yet
        file: PathBuf,
    },
    /// Put a backup into the data directory; no server may use it
    Restore {
        /// A file that `nhip backup` made
        file: PathBuf,

        /// Replace the database that is there; it stays beside as nhip.db.before-restore
        #[arg(long)]
        replace: bool,
    },
    /// Read all of the database: is it whole?
    Check,

    /// Look at a page as a browser would: is the tag there and right, and would its report be taken?
    Verify(Verify),
}

#[derive(Debug, Args)]
#[command(after_help = "\
Nothing is changed: the page's report is judged by the collector, and neither stored nor counted.
Exit code: 0 if nothing is wrong, 1 if something is, 2 if it could not be looked at.")]
pub struct Verify {
    /// The page, such as https://dichvucong.example.vn/
    pub url: String,

    /// Do not drive a browser: fetch the page and read its tag
    #[arg(long)]
    pub plain: bool,

    /// Print JSON
    #[arg(long)]
    pub json: bool,
}

#[derive(Debug, Subcommand)]
pub enum StoreCommand {
    /// Copy what was rolled up to the ClickHouse that --store names, also beside a running server; can be done again
    Copy,
}

#[derive(Debug, Subcommand)]
pub enum TokenCommand {
    /// Make a token and show it, this once
    Create(NewToken),
    /// Show the tokens: id, scope, label, since when, until when
    List,
    /// Let a token open nothing any more
    Revoke {
        /// As `nhip token list` shows it
        id: String,
    },
}

#[derive(Debug, Args)]
#[group(skip)]
#[command(group = ArgGroup::new("scope").required(true))]
pub struct NewToken {
    /// It opens what is private of this portal
    #[arg(long, value_name = "CODE", group = "scope", value_parser = code)]
    pub portal: Option<Code>,

    /// It opens what is private of every portal
    #[arg(long, group = "scope")]
    pub national: bool,

    /// With it a collector called NAME sends the rollups of the portals that --of names; it opens nothing
    #[arg(long, group = "scope", value_name = "NAME", value_parser = code, requires = "of")]
    pub feed: Option<Code>,

    /// A portal of the feed; repeat for several
    #[arg(long, value_name = "CODE", value_parser = code, requires = "feed")]
    pub of: Vec<Code>,

    /// Whose it is, for the list
    #[arg(long, default_value = "", value_parser = label)]
    pub label: String,
}

#[derive(Debug, Subcommand)]
pub enum AlertCommand {
    /// Send every receiver of the configuration file a message that is no alert, once
    Test,
}

#[derive(Debug, Subcommand)]
pub enum MonthCommand {
    /// Keep the results of a month that is over, with the profile of today; nothing changes them afterwards
    Freeze {
        /// Such as 2026-10
        #[arg(value_parser = month)]
        month: Month,
    },
    /// Show a frozen month to all
    Publish {
        /// Such as 2026-10
        #[arg(value_parser = month)]
        month: Month,
    },
    /// Show the frozen months: month, profile, portals, when it was frozen, when published
    List,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Readings are a line for each portal and step, as /v1/export.csv has them. Raw reports are a JSON object a line: when
a report was received, when its view began, the report; or a row of Parquet, with what is measured as columns and the
report as JSON. Several may be of one view: the highest seq counts.

Parquet is a file, not text:
  nhip export --format parquet > readings.parquet
  nhip export --raw --format parquet > reports.parquet")]
pub struct Export {
    /// One portal alone; without it, every portal that has reported
    #[arg(long, value_name = "CODE", value_parser = code)]
    pub portal: Option<Code>,

    /// A day or a time, such as 2026-07-01 or 2026-07-01T00:00:00Z [default: 7 days before --to]
    #[arg(long, value_name = "TIME")]
    pub from: Option<String>,

    /// A day or a time; it is not part of the window [default: now]
    #[arg(long, value_name = "TIME")]
    pub to: Option<String>,

    /// How the window is cut
    #[arg(long, value_enum, default_value = "day")]
    pub step: Step,

    /// JSON is an object a line [default: csv; with --raw json]
    #[arg(long, value_enum)]
    pub format: Option<Format>,

    /// Reports as they were taken, as JSON or Parquet; they are kept for raw_days
    #[arg(long, conflicts_with = "step")]
    pub raw: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Format {
    Csv,
    Json,
    Parquet,
}

#[derive(Debug, Args)]
pub struct Demo {
    /// Instead of the portals: made-up readings of all agencies for so many days, such as 90d, in a database of their
    /// own [default directory: nhip-data/history]. Every page says that they are made up
    #[arg(long, value_name = "DAYS", value_parser = days)]
    pub history: Option<u16>,
}

#[derive(Debug, Args)]
pub struct Named {
    /// The portal's code, such as vn-hn
    #[arg(value_parser = code)]
    pub code: Code,
}
