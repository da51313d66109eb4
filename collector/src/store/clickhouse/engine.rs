//! The servers: whoever answers is asked.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use clickhouse::{Client, Compression, RowOwned, RowRead, RowWrite};

use super::address::{Address, Cluster};
use super::schema::{self, NotReady};
use crate::store::{NotKept, Unreadable};

/// What a question or a batch may take.
const LONGEST: Duration = Duration::from_secs(60);

/// What a server that failed has to say that it is there.
const PROBE: Duration = Duration::from_secs(2);

/// No server could do it. What each said, the last one last.
#[derive(Debug, thiserror::Error)]
#[error("ClickHouse: {0}")]
pub struct Away(String);

pub struct Engine {
    servers: Vec<Server>,
    database: String,
    cluster: Option<Cluster>,
    /// The one that answered last.
    current: AtomicUsize,
}

struct Server {
    url: String,
    /// Knows no database.
    bare: Client,
    client: Client,
    /// It has the schema.
    ready: AtomicBool,
    failed: AtomicBool,
}

impl Engine {
    pub fn new(address: &Address) -> Engine {
        let server = |url: &String| {
            let mut client = Client::default()
                .with_url(url)
                .with_compression(Compression::None)
                // It would ask for a format that an old engine does not know.
                .with_validation(false)
                // An error in the middle of an answer is one, not a shorter answer.
                .with_setting("wait_end_of_query", "1");
            if let Some(user) = &address.user {
                client = client.with_user(user);
            }
            if let Some(password) = &address.password {
                client = client.with_password(password);
            }
            let bare = client.clone();
            client = client.with_database(&address.database);
            if let Some(cluster) = &address.cluster {
                client = client
                    .with_setting("insert_quorum", cluster.quorum.to_string())
                    .with_setting("insert_distributed_sync", "1");
            }
            Server {
                url: url.clone(),
                bare,
                client,
                ready: AtomicBool::new(false),
                failed: AtomicBool::new(false),
            }
        };
        Engine {
            servers: address.urls.iter().map(server).collect(),
            database: address.database.clone(),
            cluster: address.cluster.clone(),
            current: AtomicUsize::new(0),
        }
    }

    pub fn cluster(&self) -> Option<&Cluster> {
        self.cluster.as_ref()
    }

    /// The rows of an answer, one after the other.
    pub async fn rows<T: RowOwned + RowRead>(
        &self,
        sql: &str,
        mut each: impl FnMut(T),
    ) -> Result<(), Away> {
        let ask = async |client: Client| {
            let mut cursor = client.query_raw(sql).fetch::<T>()?;
            Ok((cursor.next().await?, cursor))
        };
        // Whoever gives a first row has the whole answer: nobody else need be asked for it from its beginning.
        let (mut row, mut cursor) = self.ask(ask).await?;
        while let Some(found) = row {
            each(found);
            row = tokio::time::timeout(LONGEST, cursor.next())
                .await
                .map_err(|_| Away("an answer broke off".to_owned()))?
                .map_err(|error| Away(error.to_string()))?;
        }
        Ok(())
    }

    pub async fn all<T: RowOwned + RowRead>(&self, sql: &str) -> Result<Vec<T>, Away> {
        let mut all = Vec::new();
        self.rows(sql, |row| all.push(row)).await?;
        Ok(all)
    }

    /// All of them, in one block, or none; a failure may have written them all the same.
    pub async fn insert<T: RowOwned + RowWrite>(
        &self,
        table: &str,
        rows: &[T],
    ) -> Result<(), Away> {
        if rows.is_empty() {
            return Ok(());
        }
        self.ask(async |client: Client| {
            let mut insert = client.insert::<T>(table).await?;
            for row in rows {
                insert.write(row).await?;
            }
            insert.end().await
        })
        .await
    }

    /// A statement that may be done twice.
    pub async fn run(&self, sql: &str) -> Result<(), Away> {
        self.ask(async |client: Client| client.query_raw(sql).execute().await)
            .await
    }

    /// A statement of what a server itself has: on each of them, or it failed.
    pub async fn run_on_each(&self, sql: &str) -> Result<(), Away> {
        for server in &self.servers {
            let run = async |client: Client| client.query_raw(sql).execute().await;
            self.ask_one(server, &run)
                .await
                .map_err(|error| Away(format!("{}: {error}", server.url)))?;
        }
        Ok(())
    }

    /// Asks the server that answered last; each other one where it cannot. So `ask` may be done more than once.
    async fn ask<T>(
        &self,
        ask: impl AsyncFn(Client) -> clickhouse::error::Result<T>,
    ) -> Result<T, Away> {
        let first = self.current.load(Ordering::Relaxed);
        let mut said = Vec::new();
        for turn in 0..self.servers.len() {
            let at = (first + turn) % self.servers.len();
            let server = &self.servers[at];
            match self.ask_one(server, &ask).await {
                Ok(answer) => {
                    server.failed.store(false, Ordering::Relaxed);
                    self.current.store(at, Ordering::Relaxed);
                    return Ok(answer);
                }
                Err(error) => {
                    server.failed.store(true, Ordering::Relaxed);
                    said.push(format!("{}: {error}", server.url));
                }
            }
        }
        Err(Away(said.join("; ")))
    }

    async fn ask_one<T>(
        &self,
        server: &Server,
        ask: &impl AsyncFn(Client) -> clickhouse::error::Result<T>,
    ) -> Result<T, String> {
        let late = |_| "no answer in time".to_owned();
        if server.failed.load(Ordering::Relaxed) {
            let probe = server.bare.query_raw("SELECT 1").fetch_one::<u8>();
            tokio::time::timeout(PROBE, probe)
                .await
                .map_err(late)?
                .map_err(|error| error.to_string())?;
        }
        let asked = async {
            if !server.ready.load(Ordering::Relaxed) {
                schema::migrate(&server.bare, &self.database, self.cluster.as_ref()).await?;
                server.ready.store(true, Ordering::Relaxed);
            }
            ask(server.client.clone()).await.map_err(NotReady::Server)
        };
        tokio::time::timeout(LONGEST, asked)
            .await
            .map_err(late)?
            .map_err(|error| error.to_string())
    }
}

impl Away {
    pub fn because(what: &str) -> Away {
        Away(what.to_owned())
    }
}

impl From<Away> for Unreadable {
    fn from(away: Away) -> Unreadable {
        Unreadable(away.to_string())
    }
}

impl From<Away> for NotKept {
    fn from(away: Away) -> NotKept {
        NotKept::Disk(away.to_string())
    }
}
