//! Migrations that are half done, as a failure or a death leaves them.

use embed_migrations::MigrationSet;
use tests::{Backend, Fresh, set};

pub(crate) fn half(second: &str) -> &'static MigrationSet {
    let text = format!(
        "-- no-transaction\nCREATE TABLE a (n INTEGER);\n{second};\nCREATE TABLE c (n INTEGER);\n"
    );
    set(&[("1_a.sql", &text)])
}

/// What it leaves the catalogue cannot tell.
pub(crate) const BROKEN: &str = "INSERT INTO a VALUES (nonsense())";

pub(crate) const FIXED: &str = "INSERT INTO a VALUES (1)";

/// As a process leaves the row that dies while the statement behind those that are done is under way.
pub(crate) async fn dies<DB: Backend>(db: &Fresh<DB>, claimed_until: &str) {
    db.tell(&format!(
        "UPDATE _embed_migrations SET state = 'running', claim = 'gone', statements_sent = statements_done + 1, \
         claimed_until = '{claimed_until}'"
    ))
    .await;
}
