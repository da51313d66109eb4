//! `nhip`: reads the command line, runs, and says in one line why it cannot.

use std::io::{IsTerminal, Write};
use std::process::ExitCode;

use clap::Parser;
use nhip_collector::alerts::command as alerts;
use nhip_collector::cli::{
    AlertCommand, Cli, Command, Format, LogFormat, MonthCommand, PortalCommand, StoreCommand,
    TokenCommand, Verify,
};
use nhip_collector::clock::Clock;
use nhip_collector::config::{Role, Settings};
use nhip_collector::custody;
use nhip_collector::export::command as export;
use nhip_collector::months;
use nhip_collector::moving;
use nhip_collector::registry;
use nhip_collector::server::Server;
use nhip_collector::tokens;
use tracing_subscriber::EnvFilter;

type Error = Box<dyn std::error::Error>;

/// Something has to be changed before it can work; the same code as for a wrong command line.
const CANNOT: u8 = 2;

fn main() -> ExitCode {
    let cli = Cli::parse();
    log(cli.settings.log_format);
    match run(cli) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("nhip: {error}");
            ExitCode::from(CANNOT)
        }
    }
}

fn log(format: Option<LogFormat>) {
    let filter = EnvFilter::try_from_env("NHIP_LOG").unwrap_or_else(|_| EnvFilter::new("info"));
    let log = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr);
    match format {
        Some(LogFormat::Json) => log.json().flatten_event(true).init(),
        _ => log.with_ansi(std::io::stderr().is_terminal()).init(),
    }
}

fn run(cli: Cli) -> Result<ExitCode, Error> {
    let role = match &cli.command {
        None => Role::Demo,
        Some(Command::Demo(demo)) => demo.history.map_or(Role::Demo, Role::History),
        Some(Command::Serve | Command::Alert(_)) => Role::Serve,
        Some(_) => Role::Tool,
    };
    let settings = Settings::resolve(&cli.settings, role)?;
    let clock = Clock::system();
    match cli.command {
        Some(Command::Portal(PortalCommand::Add(portal))) => {
            say(&registry::add(&settings.data, portal, &clock)?)?;
        }
        Some(Command::Portal(PortalCommand::Pause(portal))) => {
            say(&registry::pause(
                &settings.data,
                &portal.code,
                true,
                &clock,
            )?)?;
        }
        Some(Command::Portal(PortalCommand::Resume(portal))) => {
            say(&registry::pause(
                &settings.data,
                &portal.code,
                false,
                &clock,
            )?)?;
        }
        Some(Command::Portal(PortalCommand::List)) => {
            say(&registry::list(&settings, &clock)?)?;
        }
        Some(Command::Portal(PortalCommand::Edit(edit))) => {
            say(&registry::edit(&settings.data, edit, &clock)?)?;
        }
        Some(Command::Portal(PortalCommand::Import { file })) => {
            say(&registry::import(&settings.data, &file, &clock)?)?;
        }
        Some(Command::Portal(PortalCommand::Remove(portal))) => {
            say(&registry::remove(&settings.data, &portal.code, &clock)?)?;
        }
        Some(Command::Token(TokenCommand::Create(new))) => {
            say(&tokens::create(&settings.data, new, &clock)?)?;
        }
        Some(Command::Token(TokenCommand::List)) => say(&tokens::list(&settings.data)?)?,
        Some(Command::Token(TokenCommand::Revoke { id })) => {
            say(&tokens::revoke(&settings.data, &id, &clock)?)?;
        }
        Some(Command::Alert(AlertCommand::Test)) => {
            say(&alerts::test(&settings.notify, &clock)?)?;
        }
        Some(Command::Month(MonthCommand::Freeze { month })) => {
            say(&months::freeze(&settings, month, &clock)?)?;
        }
        Some(Command::Month(MonthCommand::Publish { month })) => {
            say(&months::publish(&settings.data, month, &clock)?)?;
        }
        Some(Command::Month(MonthCommand::List)) => say(&months::list(&settings.data)?)?,
        Some(Command::Audit) => say(&registry::audit(&settings.data)?)?,
        Some(Command::Export(asked)) => {
            let stdout = std::io::stdout();
            if asked.format == Some(Format::Parquet) && stdout.is_terminal() {
                return Err("--format parquet: expected a file, such as > nhip.parquet".into());
            }
            export::export(&settings, &asked, &clock, std::io::BufWriter::new(stdout))?;
        }
        Some(Command::Store(StoreCommand::Copy)) => say(&moving::copy(&settings, &clock)?)?,
        Some(Command::Backup { file }) => say(&custody::back_up(&settings.data, &file)?)?,
        Some(Command::Restore { file, replace }) => {
            say(&custody::put_back(&settings.data, &file, replace)?)?;
        }
        Some(Command::Check) => say(&custody::look_through(&settings.data)?)?,
        Some(Command::Verify(asked)) => return verify(&asked),
        None | Some(Command::Serve | Command::Demo(_)) => serve(settings, clock)?,
    }
    Ok(ExitCode::SUCCESS)
}

#[tokio::main]
async fn verify(asked: &Verify) -> Result<ExitCode, Error> {
    let verified = nhip_collector::verify::verify(&asked.url, asked.plain).await?;
    if asked.json {
        say(&(serde_json::to_string_pretty(&verified)? + "\n"))?;
    } else {
        say(&verified.to_string())?;
    }
    Ok(if verified.is_wrong() {
        ExitCode::FAILURE
    } else {
        ExitCode::SUCCESS
    })
}

#[tokio::main]
async fn serve(settings: Settings, clock: Clock) -> Result<(), Error> {
    let demo = settings.demo;
    // Before anything is answered, so that no signal finds the collector unprepared.
    let stop = stop_signal()?;
    let server = Server::start(settings, clock).await?;
    let address = server.address();
    say(&format!("listening on http://{address}\n"))?;
    if demo {
        eprintln!(
            "open http://{address}/ for the dashboard, http://{address}/demo/ for the portals"
        );
    }
    stop.await;
    tracing::info!("stopping");
    server.stop().await;
    Ok(())
}

fn say(text: &str) -> Result<(), Error> {
    let mut stdout = std::io::stdout().lock();
    stdout.write_all(text.as_bytes())?;
    Ok(stdout.flush()?)
}

/// Ready at SIGINT or SIGTERM.
#[cfg(unix)]
fn stop_signal() -> Result<impl Future<Output = ()>, Error> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    Ok(async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
    })
}

#[cfg(not(unix))]
fn stop_signal() -> Result<impl Future<Output = ()>, Error> {
    Ok(async {
        // Where the signal cannot be waited for, the process runs until it is ended.
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    })
}
