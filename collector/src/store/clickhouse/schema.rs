//! The tables, as they grew. Each server is brought forward by whoever asks it first: a server that was away when a
//! newer collector came is, too.
//!
//! Nothing here has a TTL. What is too old is dropped by the partition (`upkeep.rs`), because a TTL does not know whether
//! an hour was rolled up, and an old engine has none.

use clickhouse::Client;

use super::address::Cluster;

/// Each brings the schema one version on; what was released is never changed.
const MIGRATIONS: [&[Table]; 1] = [&FIRST];

const VERSION: u32 = MIGRATIONS.len() as u32;

/// The day of an hour, as [`crate::clock::day_of`] has it.
pub const OF_DAY: &str = "intDiv(hour - 17, 24)";

/// Thirty days, of hours and of days.
pub const OF_MONTH: &str = "intDiv(hour - 17, 720)";
pub const OF_DAYS: &str = "intDiv(day, 30)";

/// Who has not the whole cluster before him sees all rows of a view: they are on one shard.
pub struct Table {
    pub name: &'static str,
    columns: &'static str,
    /// The column whose highest value counts of rows with the same order; empty: all of them do.
    replacing: &'static str,
    /// Empty: none.
    pub partition: &'static str,
    order: &'static str,
    /// Over the shards, by view; else every server has all of it.
    spread: bool,
}

/// Counts are what a collector counted in all, so that telling twice changes nothing.
const FIRST: [Table; 11] = [
    Table {
        name: "reports",
        columns: "hour Int32, portal String, view UInt64, seq UInt32, received Int64, began Int64, flags UInt8,
            report String, collector UInt64, id Int64",
        replacing: "",
        partition: OF_DAY,
        order: "(hour, portal, view, seq)",
        spread: true,
    },
    Table {
        name: "arrivals",
        columns: "hour Int32, portal String, collector UInt64, rows UInt64",
        replacing: "rows",
        partition: OF_DAY,
        order: "(hour, portal, collector)",
        spread: false,
    },
    Table {
        name: "rollups",
        columns: "portal String, hour Int32, format UInt8, revision UInt64, rows UInt64, hash UInt64, total String,
            groups String, version UInt64",
        replacing: "version",
        partition: OF_MONTH,
        order: "(portal, hour)",
        spread: false,
    },
    Table {
        name: "days",
        columns: "portal String, day Int32, format UInt8, made_of UInt64, total String, groups String, version UInt64",
        replacing: "version",
        partition: OF_DAYS,
        order: "(portal, day)",
        spread: false,
    },
    Table {
        name: "outcomes",
        columns: "hour Int32, portal String, outcome String, collector UInt64, count UInt64",
        replacing: "count",
        partition: OF_MONTH,
        order: "(hour, portal, outcome, collector)",
        spread: false,
    },
    Table {
        name: "browser_reports",
        columns: "portal String, hour Int32, kind String, detail String, collector UInt64, count UInt64",
        replacing: "count",
        partition: OF_MONTH,
        order: "(portal, hour, kind, detail, collector)",
        spread: false,
    },
    Table {
        name: "activity",
        columns: "portal String, connected_since Int64, collector UInt64, last_seen Int64",
        replacing: "last_seen",
        partition: "",
        order: "(portal, connected_since, collector)",
        spread: false,
    },
    // For whoever asks in SQL: what `rollups` has in bytes, of people's views. `sumMap` adds them.
    Table {
        name: "sketches",
        columns: "portal String, hour Int32, metric String, limit UInt32, under UInt64, views UInt64,
            bucket Array(UInt32), weight Array(UInt64), sum Array(UInt64), version UInt64",
        replacing: "version",
        partition: OF_MONTH,
        order: "(metric, portal, hour)",
        spread: false,
    },
    Table {
        name: "parts",
        columns: "portal String, hour Int32, source String, revision UInt64, content String, changes UInt64,
            groups String",
        replacing: "changes",
        partition: OF_MONTH,
        order: "(hour, portal, source)",
        spread: false,
    },
    Table {
        name: "ledger",
        columns: "of String, key String, at Int64, collector UInt64, gone UInt8, row String",
        replacing: "at",
        partition: "",
        order: "(of, key)",
        spread: false,
    },
    Table {
        name: "collectors",
        columns: "collector UInt64, at Int64",
        replacing: "at",
        partition: "",
        order: "collector",
        spread: false,
    },
];

#[derive(Debug, thiserror::Error)]
pub enum NotReady {
    #[error(transparent)]
    Server(#[from] clickhouse::error::Error),
    #[error(
        "the database has schema {found}, this nhip knows up to {VERSION}; use the nhip that wrote it, or a newer one"
    )]
    Newer { found: u32 },
}

/// Makes what a server lacks.
pub async fn migrate(
    client: &Client,
    database: &str,
    cluster: Option<&Cluster>,
) -> Result<(), NotReady> {
    let run = async |sql: String| client.query_raw(&sql).execute().await;
    run(format!("CREATE DATABASE IF NOT EXISTS {database}")).await?;
    run(format!(
        "CREATE TABLE IF NOT EXISTS {database}.nhip_schema (version UInt32) ENGINE = MergeTree ORDER BY version"
    ))
    .await?;
    let found: u32 = client
        .query_raw(&format!("SELECT max(version) FROM {database}.nhip_schema"))
        .fetch_one()
        .await?;
    if found > VERSION {
        return Err(NotReady::Newer { found });
    }
    for (at, tables) in MIGRATIONS.iter().enumerate().skip(found as usize) {
        for table in *tables {
            for sql in table.create(database, cluster) {
                run(sql).await?;
            }
        }
        run(format!(
            "INSERT INTO {database}.nhip_schema VALUES ({})",
            at + 1
        ))
        .await?;
    }
    Ok(())
}

/// As they are now.
pub fn tables() -> impl Iterator<Item = &'static Table> {
    MIGRATIONS.into_iter().flatten()
}

impl Table {
    fn create(&self, database: &str, cluster: Option<&Cluster>) -> Vec<String> {
        let spread = cluster.filter(|_| self.spread);
        let local = self.local_name(cluster);
        let kind = match self.replacing {
            "" => "MergeTree",
            _ => "ReplacingMergeTree",
        };
        let engine = match cluster {
            None => format!("{kind}({})", self.replacing),
            Some(_) => {
                let of = if self.spread { "{shard}" } else { "all" };
                let rest = match self.replacing {
                    "" => String::new(),
                    column => format!(", {column}"),
                };
                format!(
                    "Replicated{kind}('/clickhouse/nhip/{database}/{of}/{}', '{{shard}}-{{replica}}'{rest})",
                    self.name
                )
            }
        };
        let partition = match self.partition {
            "" => String::new(),
            by => format!("PARTITION BY {by}"),
        };
        let mut statements = vec![format!(
            "CREATE TABLE IF NOT EXISTS {database}.{local} ({}) ENGINE = {engine} {partition} ORDER BY {}",
            self.columns, self.order
        )];
        if let Some(cluster) = spread {
            statements.push(format!(
                "CREATE TABLE IF NOT EXISTS {database}.{} AS {database}.{local}
                 ENGINE = Distributed({}, {database}, {local}, view)",
                self.name, cluster.name
            ));
        }
        statements
    }

    /// What a server itself has of it.
    pub fn local_name(&self, cluster: Option<&Cluster>) -> String {
        match cluster {
            Some(_) if self.spread => format!("{}_local", self.name),
            _ => self.name.to_owned(),
        }
    }
}
