//! A running collector: opens the store, binds, accepts, and drains when it is told to stop.

use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::http::Request;
use hyper::body::Incoming;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto;
use hyper_util::server::graceful::GracefulShutdown;
use hyper_util::service::TowerToHyperService;
use prometheus_client::metrics::gauge::Gauge;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, watch};
use tokio::task::JoinHandle;
use tower::util::MapRequest;

use self::listening::{bind, cannot_listen, raise_file_limit};
use crate::app::App;
use crate::client::Peer;
use crate::clock::Clock;
use crate::config::Settings;
use crate::demo::history;
use crate::idle::IdleLimited;
use crate::monitoring::Otlp;
use crate::outcome::FLUSH_EVERY;
use crate::portals::{BadSeed, seeded};
use crate::store::Unreadable;
use crate::store::sqlite::{CannotOpen, Database, History, NotWritten, Portals};
use crate::{alerts, dashboard, demo, federation, roller, routes, upkeep};

mod listening;

/// The longest head of a request: as much as usual proxies take, a portal's cookies included.
const MOST_HEAD: usize = 32 * 1024;

/// The head of a request must have come by then, or the connection is dropped.
const HEAD_TIMEOUT: Duration = Duration::from_secs(30);

/// Longer than any request takes, and than most browsers keep an idle connection.
const IDLE: Duration = Duration::from_secs(75);

/// How long requests that are under way may take once the collector is told to stop.
const DRAIN: Duration = Duration::from_secs(10);

/// After an error of `accept` (no file descriptors left), before the next try.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);

/// Why the collector cannot start: what, and what to do.
#[derive(Debug, thiserror::Error)]
pub enum CannotStart {
    #[error(
        "the address {address} is in use; stop what listens there, or choose another with \
         --listen ADDR (port 0 picks a free one)"
    )]
    InUse { address: SocketAddr },
    #[error("cannot listen on {address} ({cause}); choose another with --listen ADDR")]
    Listen { address: SocketAddr, cause: String },
    #[error("another nhip serves the data directory '{dir}'; stop it, or give another with --data")]
    DataInUse { dir: String },
    #[error(transparent)]
    Open(#[from] CannotOpen),
    #[error(transparent)]
    Unreadable(#[from] Unreadable),
    #[error(transparent)]
    Seed(#[from] BadSeed),
    #[error(transparent)]
    Demo(#[from] demo::CannotRegister),
    #[error(transparent)]
    NoHistory(#[from] NotWritten),
    #[error(transparent)]
    NotFilled(#[from] history::CannotFill),
    #[error("metrics cannot be sent by OTLP: {0}")]
    Otlp(#[from] opentelemetry_otlp::ExporterBuildError),
}

/// A collector that accepts connections.
pub struct Server {
    address: SocketAddr,
    app: Arc<App>,
    stop: watch::Sender<bool>,
    accepting: JoinHandle<()>,
    flushing: JoinHandle<()>,
    /// What the collector does by itself.
    own: Vec<JoinHandle<()>>,
    /// Held as long as the data directory is in use; the kernel lets go of it after a crash, too.
    _lock: std::fs::File,
}

impl Server {
    pub async fn start(settings: Settings, clock: Clock) -> Result<Server, CannotStart> {
        let database = Database::open(&settings.data)?;
        let lock = lock(&settings.data)?;
        let portals = Portals::open(&database, seeded()?)?;
        if let Some(days) = settings.history {
            let (registry, now) = (portals.current()?, clock.now());
            let zone = settings.time_zone.clone();
            let history = History::of(&database)?;
            let fill = move || history::fill(history, &registry, days, now, &zone);
            tokio::task::spawn_blocking(fill)
                .await
                .map_err(|error| Unreadable(error.to_string()))??;
        }
        let store = settings
            .store
            .start(database, settings.spool_bytes, clock.clone())?;
        let most = raise_file_limit();
        let listener = bind(settings.listen)?;
        let address = listener
            .local_addr()
            .map_err(|error| cannot_listen(settings.listen, &error))?;
        if settings.demo {
            demo::register(&portals, address, clock.now())?;
        }
        let app = Arc::new(App::new(store, portals, clock, &settings)?);
        let warm = Arc::clone(&app);
        tokio::spawn(async move { warm.widget.files().await });
        let known = Arc::clone(&app);
        tokio::spawn(async move { known.remember().await });

        let otlp = settings.otlp.as_ref();
        let otlp = otlp.map(|receiver| Otlp::new(receiver, Arc::clone(&app.outcomes)));
        let otlp = otlp.transpose()?;
        let mut own = vec![
            tokio::spawn(roller::run(Arc::clone(&app))),
            tokio::spawn(upkeep::run(Arc::clone(&app))),
            tokio::spawn(alerts::run(Arc::clone(&app))),
            tokio::spawn(dashboard::remember(Arc::clone(&app))),
        ];
        if let Some(parent) = settings.upstream.clone() {
            own.push(tokio::spawn(federation::run(Arc::clone(&app), parent)));
        }
        if let Some(otlp) = otlp {
            own.push(tokio::spawn(otlp.run(Arc::clone(&app))));
        }

        let (stop, stopped) = watch::channel(false);
        let router = routes::router(Arc::clone(&app));
        let open = app.outcomes.metrics.connections.clone();
        Ok(Server {
            address,
            stop,
            accepting: tokio::spawn(accept(listener, router, open, most, stopped.clone())),
            flushing: tokio::spawn(flush(Arc::clone(&app), stopped)),
            own,
            app,
            _lock: lock,
        })
    }

    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Stops accepting, lets requests finish, writes what is counted, closes the store.
    pub async fn stop(self) {
        self.stop.send_replace(true);
        // What is not rolled up is so after the next start.
        self.own.iter().for_each(JoinHandle::abort);
        for task in [self.accepting, self.flushing] {
            if let Err(error) = task.await {
                tracing::error!(%error, "a task of the server ended badly");
            }
        }
        self.app.outcomes.flush().await;
        let store = Arc::clone(&self.app.store);
        if let Err(error) = tokio::task::spawn_blocking(move || store.close()).await {
            tracing::error!(%error, "the store ended badly");
        }
    }
}

/// Two collectors on one database would give two rows the same id.
pub fn lock(data: &Path) -> Result<std::fs::File, CannotStart> {
    let dir = data.display().to_string();
    let file =
        std::fs::File::create(data.join("nhip.lock")).map_err(|error| CannotOpen::Directory {
            dir: dir.clone(),
            cause: error.to_string(),
        })?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(std::fs::TryLockError::WouldBlock) => Err(CannotStart::DataInUse { dir }),
        // A file system without locks (some network mounts): the operator's own care.
        Err(std::fs::TryLockError::Error(error)) => {
            tracing::warn!(%error, dir, "the data directory cannot be locked");
            Ok(file)
        }
    }
}

async fn flush(app: Arc<App>, mut stopped: watch::Receiver<bool>) {
    while tokio::time::timeout(FLUSH_EVERY, told(&mut stopped))
        .await
        .is_err()
    {
        app.outcomes.flush().await;
        app.names.tidy(app.clock.now());
        app.first_seen.tidy(app.clock.now());
        app.limits.tidy(app.clock.now());
        app.browser_limits.tidy(app.clock.now());
    }
}

/// Ready once the server is told to stop, or has gone.
async fn told(stopped: &mut watch::Receiver<bool>) {
    let _ = stopped.wait_for(|stopped| *stopped).await;
}

async fn accept(
    listener: TcpListener,
    router: Router,
    open: Gauge,
    most: usize,
    mut stopped: watch::Receiver<bool>,
) {
    let connections = Arc::new(Semaphore::new(most));
    let graceful = GracefulShutdown::new();
    // TLS, and with it HTTP/2, is the proxy's in front. `axum::serve` sets no timer, and without
    // one a client may take forever over its first line.
    let mut protocol = auto::Builder::new(TokioExecutor::new()).http1_only();
    protocol
        .http1()
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD_TIMEOUT)
        .max_buf_size(MOST_HEAD);
    loop {
        let next = async {
            let permit = Arc::clone(&connections).acquire_owned().await;
            (permit, listener.accept().await)
        };
        let (permit, accepted) = tokio::select! {
            next = next => next,
            () = told(&mut stopped) => break,
        };
        let address;
        let stream: TcpStream = match accepted {
            Ok((stream, peer)) => {
                address = Peer(peer);
                stream
            }
            Err(error) => {
                tracing::warn!(%error, "a connection could not be accepted");
                tokio::time::sleep(ACCEPT_PAUSE).await;
                continue;
            }
        };
        let known = MapRequest::new(router.clone(), move |mut request: Request<Incoming>| {
            request.extensions_mut().insert(address);
            request
        });
        let service = TowerToHyperService::new(known);
        let connection =
            protocol.serve_connection(TokioIo::new(IdleLimited::new(stream, IDLE)), service);
        let connection = graceful.watch(connection.into_owned());
        let open = open.clone();
        open.inc();
        tokio::spawn(async move {
            let _permit = permit;
            if let Err(error) = connection.await {
                tracing::debug!(%error, "a connection ended early");
            }
            open.dec();
        });
    }
    drop(listener);
    if tokio::time::timeout(DRAIN, graceful.shutdown())
        .await
        .is_err()
    {
        tracing::warn!("some requests were cut off");
    }
}
