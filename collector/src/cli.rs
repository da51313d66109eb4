//! The command line.

use std::net::{IpAddr, SocketAddr};
use std::num::NonZeroU32;
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};
use ipnet::IpNet;
use nhip_protocol::code::Code;
use nhip_protocol::redact;

use crate::names;
use crate::portals::Origin;
use crate::upkeep::Retention;

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
  nhip serve --listen 0.0.0.0:8787 --data /var/lib/nhip
  nhip portal add vn-hn --name 'Hà Nội' --origin https://dichvucong.example.vn
  nhip portal list
  nhip verify https://dichvucong.example.vn/

Then one tag goes into every page of the portal:
  <script async src=\"https://HOST/nhip.js\" data-portal=\"vn-hn\"></script>

A flag wins over the environment, the environment over the file, the file over the default.
The file is TOML with the flags' names: listen, data, min_views, name_views, trusted_proxy (a list of networks),
address_rate, portal_rate, address_share, raw_days, rollup_days, widget.
Logs go to standard error; NHIP_LOG=debug makes them longer.";

/// Settings that may also come from the environment or a file.
#[derive(Clone, Debug, Default, Args)]
pub struct Flags {
    /// Address and port to listen on; port 0 picks a free one [default: 127.0.0.1:8787]
    #[arg(long, global = true, value_name = "ADDR", env = "NHIP_LISTEN", value_parser = address)]
    pub listen: Option<SocketAddr>,

    /// Directory of the database [default: nhip-data; for the demo nhip-data/demo]
    #[arg(long, global = true, value_name = "DIR", env = "NHIP_DATA")]
    pub data: Option<PathBuf>,

    /// Fewer views than this give no grade [default: 30; for the demo 3]
    #[arg(long, global = true, value_name = "N", env = "NHIP_MIN_VIEWS",
          value_parser = clap::value_parser!(u64).range(1..))]
    pub min_views: Option<u64>,

    /// Store a page group, a culprit or a service once so many different views have shown it in 24 h; until then
    /// it may be somebody's name [default: 20; for the demo 1]
    #[arg(long, global = true, value_name = "N", env = "NHIP_NAME_VIEWS",
          value_parser = clap::value_parser!(u64).range(1..=names::MOST_VIEWS))]
    pub name_views: Option<u64>,

    /// A proxy in front, as an address or a network, whose X-Forwarded-For is believed; repeat for several
    #[arg(long = "trusted-proxy", global = true, value_name = "NET", env = "NHIP_TRUSTED_PROXY",
          value_delimiter = ',', value_parser = network)]
    pub trusted_proxies: Vec<IpNet>,

    /// Reports a second that one address may send on average, 20 times that at once; a carrier's address
    /// stands for thousands of visitors [default: 200]
    #[arg(long, global = true, value_name = "N", env = "NHIP_ADDRESS_RATE")]
    pub address_rate: Option<NonZeroU32>,

    /// Reports a second for one portal on average, 20 times that at once [default: 5000]
    #[arg(long, global = true, value_name = "N", env = "NHIP_PORTAL_RATE")]
    pub portal_rate: Option<NonZeroU32>,

    /// Percent of a portal's hour that one address may be; what is more is stored and shown, not graded
    /// [default: 25]
    #[arg(long, global = true, value_name = "N", env = "NHIP_ADDRESS_SHARE",
          value_parser = clap::value_parser!(u8).range(1..=100))]
    pub address_share: Option<u8>,

    /// Days for which reports are kept as they came [default: 14]
    #[arg(long, global = true, value_name = "DAYS", env = "NHIP_RAW_DAYS",
          value_parser = clap::value_parser!(u16).range(i64::from(Retention::LEAST_RAW)..))]
    pub raw_days: Option<u16>,

    /// Days for which hours are kept rolled up [default: 1095]
    #[arg(long, global = true, value_name = "DAYS", env = "NHIP_ROLLUP_DAYS")]
    pub rollup_days: Option<u16>,

    /// Serve the widget from this folder, as `cargo xtask build` makes it, not the built-in one
    #[arg(long, global = true, value_name = "DIR", env = "NHIP_WIDGET")]
    pub widget: Option<PathBuf>,

    /// TOML file with these settings
    #[arg(long, global = true, value_name = "FILE", env = "NHIP_CONFIG")]
    pub config: Option<PathBuf>,
}

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Take reports, and serve the widget, the dashboard and the API
    Serve,
    /// The same with three portals to try it on, at /demo/
    Demo,
    /// Who may report
    #[command(subcommand)]
    Portal(PortalCommand),

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
pub enum PortalCommand {
    /// Register a portal, also beside a running server
    Add(NewPortal),
    /// Take no reports of a portal until it is resumed: its widgets fall silent
    Pause(Named),
    /// Take the reports of a paused portal again
    Resume(Named),
    /// Show the registry: code, status, name, origins, and origins that are not registered
    List,
}

#[derive(Debug, Args)]
pub struct Named {
    /// The portal's code, such as vn-hn
    #[arg(value_parser = code)]
    pub code: Code,
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

fn address(text: &str) -> Result<SocketAddr, String> {
    text.parse().map_err(|_| {
        "expected an address and a port, such as 127.0.0.1:8787 or [::]:8787".to_owned()
    })
}

fn network(text: &str) -> Result<IpNet, String> {
    let one = || text.parse::<IpAddr>().ok().map(IpNet::from);
    text.parse().ok().or_else(one).ok_or_else(|| {
        "expected an address or a network, such as 10.0.0.5 or 10.0.0.0/8".to_owned()
    })
}

/// The longest name of a portal, in characters: it has to fit a row of a table.
const MAX_NAME: usize = 100;

fn name(text: &str) -> Result<String, String> {
    let name = text.trim();
    let fits = (1..=MAX_NAME).contains(&name.chars().count());
    if fits && !name.chars().any(char::is_control) {
        Ok(name.to_owned())
    } else {
        Err("expected 1 to 100 characters, no tabs or line breaks".to_owned())
    }
}

/// As a report's page group comes: `/thu-tuc/123` would never be met.
fn page(text: &str) -> Result<String, String> {
    let group = redact::path(text);
    if group == text {
        Ok(group)
    } else {
        Err(format!(
            "expected a page group as reports name it, such as '{group}'"
        ))
    }
}

/// As a report's step comes: any other name would never be met.
fn service(text: &str) -> Result<String, String> {
    let named = redact::segment(text) == text && ![redact::NUMBER, redact::OTHER].contains(&text);
    named.then(|| text.to_owned()).ok_or_else(|| {
        "expected words of letters with hyphens between, 64 bytes at most, such as nop-ho-so"
            .to_owned()
    })
}

fn code(text: &str) -> Result<Code, nhip_protocol::code::NotACode> {
    text.parse()
}

fn origin(text: &str) -> Result<Origin, crate::portals::NotAnOrigin> {
    text.parse()
}
