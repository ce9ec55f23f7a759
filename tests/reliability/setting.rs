//! Where a script runs: an engine, and what stands before it.

use std::marker::PhantomData;
use std::time::Duration;

use embed_migrations::Dialect;
use sqlx::{MySql, Postgres, Sqlite};
use tests::fresh::{fresh_behind_pgbouncer, fresh_on_cluster, on_every_node};
use tests::{Backend, Fresh};

/// Where a script runs.
pub(crate) trait Setting: Send + Sync + 'static {
    /// Its engine.
    type Database: Backend;

    /// What it is called in a table.
    const NAME: &'static str;

    /// Whether who has written a row keeps others from it. The nodes of a cluster find out at the commit.
    const LOCKS_ROWS: bool = true;

    /// A fresh database.
    fn fresh() -> impl Future<Output = Fresh<Self::Database>> + Send;

    /// A URL for each of several processes: a cluster's are those of its nodes.
    fn urls(db: &Fresh<Self::Database>) -> Vec<String> {
        vec![db.url.clone()]
    }

    /// Waits until a process elsewhere sees what one here has done.
    fn spread(_db: &Fresh<Self::Database>) -> impl Future<Output = ()> + Send {
        async {}
    }

    /// The URL of a process that is to die: in a cluster on another node than the one that is asked afterwards.
    fn elsewhere(db: &Fresh<Self::Database>) -> String {
        let last = Self::urls(db).pop();
        last.unwrap_or_else(|| db.url.clone())
    }
}

/// The engine itself.
#[derive(Debug)]
pub(crate) struct Direct<DB>(PhantomData<DB>);

macro_rules! direct {
    ($database:ty, $name:literal) => {
        impl Setting for Direct<$database> {
            type Database = $database;

            const NAME: &'static str = $name;

            async fn fresh() -> Fresh<$database> {
                <$database>::fresh().await
            }
        }
    };
}

direct!(Postgres, "PostgreSQL");
direct!(MySql, "MariaDB");
direct!(Sqlite, "SQLite, rollback journal");

/// PgBouncer in transaction mode before PostgreSQL.
#[derive(Debug)]
pub(crate) struct Pooled;

impl Setting for Pooled {
    type Database = Postgres;

    const NAME: &'static str = "PgBouncer";

    async fn fresh() -> Fresh<Postgres> {
        fresh_behind_pgbouncer().await
    }
}

/// A cluster of three nodes, of which each process takes the next.
#[derive(Debug)]
pub(crate) struct Cluster;

impl Setting for Cluster {
    type Database = MySql;

    const NAME: &'static str = "Galera";

    const LOCKS_ROWS: bool = false;

    async fn fresh() -> Fresh<MySql> {
        fresh_on_cluster().await
    }

    fn urls(db: &Fresh<MySql>) -> Vec<String> {
        on_every_node(&db.url)
    }

    async fn spread(db: &Fresh<MySql>) {
        let rows = db.rows().await;
        for url in on_every_node(&db.url) {
            let node = Fresh::<MySql>::at(&url).await;
            while !node.has_history().await || node.rows().await != rows {
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
            node.pool.close().await;
        }
    }
}

/// SQLite with a write-ahead log, which the file remembers.
#[derive(Debug)]
pub(crate) struct WriteAhead;

impl Setting for WriteAhead {
    type Database = Sqlite;

    const NAME: &'static str = "SQLite, write-ahead log";

    async fn fresh() -> Fresh<Sqlite> {
        let db = Sqlite::fresh().await;
        db.tell("PRAGMA journal_mode = WAL").await;
        db
    }
}

/// How SQL is written in a setting.
pub(crate) const fn dialect<S: Setting>() -> Dialect {
    S::Database::DIALECT
}

/// Makes one test of each function for each setting; the modules are named so that `--engine` chooses them.
#[macro_export]
macro_rules! in_every_setting {
    ($($test:ident)+) => {
        $crate::in_settings_with_a_server!($($test)+);
        mod sqlite {
            mod rollback { $($crate::in_setting!($crate::setting::Direct<sqlx::Sqlite>, $test);)+ }
            mod write_ahead { $($crate::in_setting!($crate::setting::WriteAhead, $test);)+ }
        }
    };
}

/// The same where there is a server between a program and its data.
#[macro_export]
macro_rules! in_settings_with_a_server {
    ($($test:ident)+) => {
        mod postgres {
            mod direct { $($crate::in_setting!($crate::setting::Direct<sqlx::Postgres>, $test);)+ }
            mod pgbouncer { $($crate::in_setting!($crate::setting::Pooled, $test);)+ }
        }
        mod mysql {
            mod direct { $($crate::in_setting!($crate::setting::Direct<sqlx::MySql>, $test);)+ }
            mod galera { $($crate::in_setting!($crate::setting::Cluster, $test);)+ }
        }
    };
}

/// One test.
#[macro_export]
macro_rules! in_setting {
    ($setting:ty, $test:ident) => {
        #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
        async fn $test() {
            super::super::$test::<$setting>().await;
        }
    };
}
