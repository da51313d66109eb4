//! The schema, as it grew.

/// Each brings the schema one version on; what was released is never changed.
pub const MIGRATIONS: [&str; 10] = [
    FIRST, NAMES, HOURS, ACCESS, DAYS, NOTES, ALERTS, SPOOL, PARTS, FED,
];

/// `reports` is append-only and has no second index. [`HOURS`] gave it another key.
const FIRST: &str = "
CREATE TABLE reports (
    id INTEGER PRIMARY KEY,
    received INTEGER NOT NULL,
    began INTEGER NOT NULL,
    portal TEXT NOT NULL,
    view INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    flags INTEGER NOT NULL,
    report TEXT NOT NULL
) STRICT;
CREATE TABLE outcomes (
    hour INTEGER NOT NULL,
    portal TEXT NOT NULL,
    outcome TEXT NOT NULL,
    count INTEGER NOT NULL,
    PRIMARY KEY (hour, portal, outcome)
) STRICT, WITHOUT ROWID;
CREATE TABLE activity (
    portal TEXT PRIMARY KEY,
    connected_since INTEGER NOT NULL,
    last_seen INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE strangers (
    portal TEXT NOT NULL,
    origin TEXT NOT NULL,
    last_seen INTEGER NOT NULL,
    PRIMARY KEY (portal, origin)
) STRICT, WITHOUT ROWID;
CREATE TABLE portals (
    code TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    agency TEXT NOT NULL,
    origins TEXT NOT NULL,
    count_automated INTEGER NOT NULL,
    added INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE registry (version INTEGER NOT NULL) STRICT;
INSERT INTO registry VALUES (1);
";

/// Page groups, culprits and services (behind an `@`) that enough views have shown, and those that were
/// registered.
const NAMES: &str = "
CREATE TABLE names (
    portal TEXT NOT NULL,
    name TEXT NOT NULL,
    PRIMARY KEY (portal, name)
) STRICT, WITHOUT ROWID;
ALTER TABLE portals ADD COLUMN names TEXT NOT NULL DEFAULT '';
";

/// A row's key is the hour in which its view began, shifted by 40 bits, plus a counter in the order of
/// receipt: an hour is read and deleted as a whole, and a row costs one write at the end of its hour.
/// `hours` knows how many rows an hour of a portal has and how many are in its rollup.
const HOURS: &str = "
CREATE TABLE by_hour (
    id INTEGER PRIMARY KEY,
    received INTEGER NOT NULL,
    began INTEGER NOT NULL,
    portal TEXT NOT NULL,
    view INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    flags INTEGER NOT NULL,
    report TEXT NOT NULL
) STRICT;
INSERT INTO by_hour
SELECT first / 3600000 << 40 | counter, received, first, portal, view, seq, flags, report
FROM (SELECT *, row_number() OVER (ORDER BY id) AS counter,
        first_value(began) OVER (PARTITION BY portal, view ORDER BY id) AS first FROM reports);
DROP TABLE reports;
ALTER TABLE by_hour RENAME TO reports;
CREATE TABLE hours (
    hour INTEGER NOT NULL,
    portal TEXT NOT NULL,
    rows INTEGER NOT NULL,
    rolled INTEGER NOT NULL,
    PRIMARY KEY (hour, portal)
) STRICT, WITHOUT ROWID;
CREATE INDEX stale ON hours (hour) WHERE rows <> rolled;
INSERT INTO hours SELECT began / 3600000, portal, count(*), 0 FROM reports GROUP BY 1, 2;
CREATE TABLE rollups (
    portal TEXT NOT NULL,
    hour INTEGER NOT NULL,
    format INTEGER NOT NULL,
    revision INTEGER NOT NULL,
    total BLOB NOT NULL,
    groups BLOB NOT NULL,
    PRIMARY KEY (portal, hour)
) STRICT;
ALTER TABLE portals ADD COLUMN paused INTEGER NOT NULL DEFAULT 0;
";

/// Tokens without their secrets; a line for each change; what browsers report by themselves; months as they were
/// when they were frozen.
const ACCESS: &str = "
CREATE TABLE keys (
    id TEXT PRIMARY KEY,
    hash BLOB NOT NULL,
    scope TEXT NOT NULL,
    label TEXT NOT NULL,
    created INTEGER NOT NULL,
    revoked INTEGER
) STRICT, WITHOUT ROWID;
CREATE TABLE audit (
    id INTEGER PRIMARY KEY,
    at INTEGER NOT NULL,
    who TEXT NOT NULL,
    action TEXT NOT NULL,
    subject TEXT NOT NULL,
    detail TEXT NOT NULL
) STRICT;
CREATE TABLE browser_reports (
    portal TEXT NOT NULL,
    hour INTEGER NOT NULL,
    kind TEXT NOT NULL,
    detail TEXT NOT NULL,
    count INTEGER NOT NULL,
    PRIMARY KEY (portal, hour, kind, detail)
) STRICT, WITHOUT ROWID;
CREATE TABLE months (
    month TEXT PRIMARY KEY,
    profile TEXT NOT NULL,
    min_views INTEGER NOT NULL,
    frozen INTEGER NOT NULL,
    published INTEGER,
    portals INTEGER NOT NULL,
    league TEXT NOT NULL
) STRICT;
";

/// Hours of a day, merged: a question about a month reads days.
const DAYS: &str = "
CREATE TABLE days (
    portal TEXT NOT NULL,
    day INTEGER NOT NULL,
    format INTEGER NOT NULL,
    total BLOB NOT NULL,
    groups BLOB NOT NULL,
    PRIMARY KEY (portal, day)
) STRICT;
CREATE TABLE stale_days (
    day INTEGER NOT NULL,
    portal TEXT NOT NULL,
    PRIMARY KEY (day, portal)
) STRICT, WITHOUT ROWID;
INSERT INTO stale_days SELECT DISTINCT (hour - 17) / 24, portal FROM rollups;
";

/// What developers say of a moment.
const NOTES: &str = "
CREATE TABLE notes (
    id INTEGER PRIMARY KEY,
    portal TEXT NOT NULL,
    at INTEGER NOT NULL,
    text TEXT NOT NULL
) STRICT;
CREATE INDEX notes_at ON notes (portal, at);
";

/// Of a rule and a portal, one alert is firing at most. `listening` has one row: since when portals could be heard, and
/// until when that is known.
const ALERTS: &str = "
CREATE TABLE alerts (
    id INTEGER PRIMARY KEY,
    rule TEXT NOT NULL,
    portal TEXT NOT NULL,
    since INTEGER NOT NULL,
    resolved INTEGER,
    evidence TEXT NOT NULL,
    ending TEXT
) STRICT;
CREATE UNIQUE INDEX alerts_firing ON alerts (rule, portal) WHERE resolved IS NULL;
CREATE TABLE deliveries (
    id INTEGER PRIMARY KEY,
    receiver TEXT NOT NULL,
    created INTEGER NOT NULL,
    message TEXT NOT NULL,
    attempts INTEGER NOT NULL,
    due INTEGER,
    sent INTEGER,
    error TEXT
) STRICT;
CREATE INDEX deliveries_due ON deliveries (due) WHERE due IS NOT NULL;
CREATE TABLE listening (since INTEGER NOT NULL, at INTEGER NOT NULL) STRICT;
";

/// For a database whose reports go on to a cluster: who this collector is there, the highest counter of the rows that went,
/// and what changed and is not told there yet; a change that is told again has another number. `ledger` says which version of
/// a row that collectors have in common is here; nothing is noted while `hushed` has a row.
const SPOOL: &str = "
CREATE TABLE collector (id INTEGER NOT NULL, counter INTEGER NOT NULL) STRICT;
CREATE TABLE outbox (
    change INTEGER PRIMARY KEY AUTOINCREMENT,
    of TEXT NOT NULL,
    key TEXT NOT NULL,
    at INTEGER NOT NULL,
    UNIQUE (of, key)
) STRICT;
CREATE TABLE ledger (
    of TEXT NOT NULL,
    key TEXT NOT NULL,
    at INTEGER NOT NULL,
    collector INTEGER NOT NULL,
    PRIMARY KEY (of, key)
) STRICT, WITHOUT ROWID;
CREATE TABLE hushed (now INTEGER NOT NULL) STRICT;
";

/// What collectors that feed this one sent, each hour as it was sent last. The source of this collector's own reports has no
/// name; it is there for hours whose reports are gone.
const PARTS: &str = "
CREATE TABLE parts (
    portal TEXT NOT NULL,
    hour INTEGER NOT NULL,
    source TEXT NOT NULL,
    revision INTEGER NOT NULL,
    content TEXT NOT NULL,
    changes INTEGER NOT NULL,
    groups BLOB NOT NULL,
    PRIMARY KEY (hour, portal, source)
) STRICT, WITHOUT ROWID;
";

/// What became of the reports of those collectors: of each the highest number that it told, beside this one's own.
const FED: &str = "
CREATE TABLE fed_outcomes (
    hour INTEGER NOT NULL,
    portal TEXT NOT NULL,
    outcome TEXT NOT NULL,
    source TEXT NOT NULL,
    count INTEGER NOT NULL,
    PRIMARY KEY (hour, portal, outcome, source)
) STRICT, WITHOUT ROWID;
";
