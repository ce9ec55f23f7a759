//! What took part, and in which version, for the page that is written.

use embed_migrations::Dialect;
use tests::{Backend, Fresh, on_every_engine};

use crate::record::note_version;

on_every_engine!(a_server_says_what_it_is);

/// The lock says which sqlx it is that is used and compared with.
#[test]
fn the_lock_says_which_sqlx_it_is() {
    let lock = include_str!("../../Cargo.lock");
    let (_, behind) = lock.split_once("name = \"sqlx\"\nversion = \"").unwrap();
    let (version, _) = behind.split_once('"').unwrap();
    note_version("sqlx", version);
}

async fn a_server_says_what_it_is<DB: Backend>(db: Fresh<DB>) {
    let (name, sql) = match DB::DIALECT {
        Dialect::Postgres => ("PostgreSQL", "SELECT current_setting('server_version')"),
        Dialect::MySql => ("MariaDB", "SELECT VERSION()"),
        Dialect::Sqlite => ("SQLite", "SELECT sqlite_version()"),
    };
    let version = db.ask_one(sql).await;
    assert!(
        version.starts_with(|c: char| c.is_ascii_digit()),
        "{version}"
    );
    note_version(name, &version);
    if DB::DIALECT == Dialect::Postgres {
        note_version("PgBouncer", &servers::pgbouncer::version().unwrap());
    }
}
