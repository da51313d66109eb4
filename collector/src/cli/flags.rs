//! Settings as flags; clap takes them from the environment, too.

use std::net::SocketAddr;
use std::num::{NonZeroU16, NonZeroU32};
use std::path::PathBuf;

use clap::{Args, ValueEnum};
use ipnet::IpNet;
use jiff::tz::TimeZone;
use nhip_protocol::code::Code;
use url::Url;

use super::values::{address, code, network, store, time_zone, web_address};
use crate::access::Part;
use crate::names;
use crate::store::Engine;
use crate::upkeep::Retention;

/// Of the log on standard error.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum LogFormat {
    Text,
    Json,
}

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

    /// What everyone may see; the rest takes a token. Parts: league, summary, series, badge, pages, culprits, errors,
    /// origins, reports, notes, alerts [default: league,summary,series,badge; for the demo all]
    #[arg(
        long,
        global = true,
        value_name = "PARTS",
        env = "NHIP_PUBLIC",
        value_delimiter = ','
    )]
    pub public: Option<Vec<Part>>,

    /// Where days and months begin [default: Asia/Ho_Chi_Minh]
    #[arg(long, global = true, value_name = "ZONE", env = "NHIP_TIME_ZONE", value_parser = time_zone)]
    pub time_zone: Option<TimeZone>,

    /// Serve the widget from this folder, as `cargo xtask build` makes it, not the built-in one
    #[arg(long, global = true, value_name = "DIR", env = "NHIP_WIDGET")]
    pub widget: Option<PathBuf>,

    /// What keeps the reports: sqlite, or clickhouse://USER:PASSWORD@HOST:8123,HOST:8123/DATABASE?cluster=NAME, where the
    /// data directory holds what is on its way [default: sqlite]
    #[arg(long, global = true, value_name = "URL", env = "NHIP_STORE", hide_env_values = true, value_parser = store)]
    pub store: Option<Engine>,

    /// Megabytes of reports that may wait for ClickHouse in the data directory; then reports are answered 503
    /// [default: 8192]
    #[arg(long, global = true, value_name = "MB", env = "NHIP_SPOOL_MB",
          value_parser = clap::value_parser!(u64).range(1..))]
    pub spool_mb: Option<u64>,

    /// A collector that this one feeds: every hour that is over goes there rolled up, no report does
    #[arg(long, global = true, value_name = "URL", env = "NHIP_UPSTREAM", value_parser = web_address)]
    pub upstream: Option<Url>,

    /// That collector's token for it, from its `nhip token create --feed`; better in the environment, where no list of
    /// processes shows it
    #[arg(
        long,
        global = true,
        value_name = "TOKEN",
        env = "NHIP_TOKEN",
        hide_env_values = true
    )]
    pub token: Option<String>,

    /// A registered portal, as which the dashboard's own pages measure themselves; this collector's address is one of
    /// its origins
    #[arg(long, global = true, value_name = "CODE", env = "NHIP_OWN_PORTAL", value_parser = code)]
    pub own_portal: Option<Code>,

    /// The server for alerts by e-mail, such as smtps://name:password@host; the file's [notify.mail] says from whom and
    /// to whom
    #[arg(
        long,
        global = true,
        value_name = "URL",
        env = "NHIP_SMTP",
        hide_env_values = true
    )]
    pub smtp: Option<String>,

    /// Send each portal's readings and reports by outcome to this OpenTelemetry receiver, such as http://127.0.0.1:4318:
    /// OTLP as protobuf to v1/metrics below it. OTEL_EXPORTER_OTLP_HEADERS may hold its token
    #[arg(long, global = true, value_name = "URL", env = "NHIP_OTLP", value_parser = web_address)]
    pub otlp: Option<Url>,

    /// Seconds between two of them; readings are read once a minute [default: 60]
    #[arg(long, global = true, value_name = "SECONDS", env = "NHIP_OTLP_EVERY")]
    pub otlp_every: Option<NonZeroU16>,

    /// How the log is written; JSON is an object a line [default: text]
    #[arg(
        long,
        global = true,
        value_name = "FORMAT",
        env = "NHIP_LOG_FORMAT",
        value_enum
    )]
    pub log_format: Option<LogFormat>,

    /// TOML file with these settings
    #[arg(long, global = true, value_name = "FILE", env = "NHIP_CONFIG")]
    pub config: Option<PathBuf>,
}
