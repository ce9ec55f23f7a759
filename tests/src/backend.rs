//! [`Backend`]: a fresh database of an engine.

use embed_migrations::{Dialect, Engine};
use futures_util::StreamExt;
use sqlx::pool::PoolOptions;
use sqlx::{AssertSqlSafe, Connection, Database, Executor, MySql, Pool, Postgres, Row, Sqlite};
use tempfile::TempDir;

use crate::fresh::{fresh_mysql, fresh_postgres, fresh_sqlite};

/// A database that nobody has used, and how to reach it.
#[derive(Debug)]
pub struct Fresh<DB: Database> {
    /// The pool that a test uses.
    pub pool: Pool<DB>,
    /// The URL, for other processes and other connections.
    pub url: String,
    _file: Option<TempDir>,
}

/// An engine under test.
pub trait Backend: Database<Connection: Engine + Connection<Database = Self>> {
    /// How SQL is written.
    const DIALECT: Dialect;

    /// A fresh database.
    fn fresh() -> impl Future<Output = Fresh<Self>> + Send;

    /// What a query answers, each cell as text.
    fn ask(pool: &Pool<Self>, sql: &str) -> impl Future<Output = Vec<Vec<String>>> + Send;

    /// Runs a text.
    fn tell(pool: &Pool<Self>, sql: &str) -> impl Future<Output = ()> + Send;

    /// Runs a text on a connection, in the transaction that it is in.
    fn say(
        connection: &mut Self::Connection,
        sql: &str,
    ) -> impl Future<Output = Result<(), sqlx::Error>> + Send;

    /// Runs a text in a transaction that is begun inside of another, and commits it or not.
    fn say_inside(
        connection: &mut Self::Connection,
        sql: &str,
        commits: bool,
    ) -> impl Future<Output = Result<(), sqlx::Error>> + Send;

    /// How many statements the server finds in a text and runs.
    fn count(pool: &Pool<Self>, sql: &str) -> impl Future<Output = usize> + Send;
}

impl<DB: Database> Fresh<DB> {
    /// One that has been made; what keeps its file goes away with it.
    pub(crate) fn new(pool: Pool<DB>, url: String, file: Option<TempDir>) -> Self {
        Self {
            pool,
            url,
            _file: file,
        }
    }
}

impl<DB: Backend> Fresh<DB> {
    /// A database that is there already.
    ///
    /// # Panics
    ///
    /// When it cannot be reached.
    pub async fn at(url: &str) -> Self {
        let pool = PoolOptions::new().max_connections(4).connect(url).await;
        Self {
            pool: pool.expect("a database"),
            url: url.to_owned(),
            _file: None,
        }
    }

    /// Takes it away: thousands of them fill a disk.
    ///
    /// # Panics
    ///
    /// When its server cannot be reached.
    pub async fn discard(self) {
        self.pool.close().await;
        drop_database::<DB>(&self.url).await;
    }

    /// What a query answers, each cell as text.
    pub async fn ask(&self, sql: &str) -> Vec<Vec<String>> {
        DB::ask(&self.pool, sql).await
    }

    /// The one cell that a query answers.
    ///
    /// # Panics
    ///
    /// When it answers anything else.
    pub async fn ask_one(&self, sql: &str) -> String {
        let rows = self.ask(sql).await;
        assert_eq!((rows.len(), rows[0].len()), (1, 1), "{sql}: {rows:?}");
        rows[0][0].clone()
    }

    /// Runs a text.
    pub async fn tell(&self, sql: &str) {
        DB::tell(&self.pool, sql).await;
    }

    /// The rows of the history in the order of their versions: version, state, direction and via.
    pub async fn rows(&self) -> Vec<String> {
        let sql = "SELECT version, state, direction, via FROM _embed_migrations ORDER BY set_name, version";
        let rows = self.ask(sql).await.into_iter();
        rows.map(|row| row.join(" ")).collect()
    }

    /// The tables of the database, the history apart.
    pub async fn tables(&self) -> Vec<String> {
        let sql = match DB::DIALECT {
            Dialect::Postgres => {
                "SELECT table_name::text FROM information_schema.tables WHERE table_schema = current_schema() ORDER BY 1"
            }
            Dialect::MySql => {
                "SELECT CAST(table_name AS CHAR) FROM information_schema.tables WHERE table_schema = DATABASE() ORDER BY 1"
            }
            Dialect::Sqlite => "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY 1",
        };
        let tables = self.ask(sql).await.into_iter().flatten();
        tables
            .filter(|table| table != "_embed_migrations")
            .collect()
    }

    /// Whether there is a history table.
    pub async fn has_history(&self) -> bool {
        let sql = match DB::DIALECT {
            Dialect::Postgres => {
                "SELECT count(*)::text FROM information_schema.tables WHERE table_name = '_embed_migrations'"
            }
            Dialect::MySql => {
                "SELECT CAST(count(*) AS CHAR) FROM information_schema.tables WHERE table_schema = DATABASE() AND table_name = '_embed_migrations'"
            }
            Dialect::Sqlite => {
                "SELECT CAST(count(*) AS TEXT) FROM sqlite_master WHERE name = '_embed_migrations'"
            }
        };
        self.ask_one(sql).await == "1"
    }

    /// A connection of its own.
    ///
    /// # Panics
    ///
    /// When there is none.
    pub async fn connection(&self) -> DB::Connection {
        DB::Connection::connect(&self.url)
            .await
            .expect("a connection")
    }

    /// Another pool on the same database.
    ///
    /// # Panics
    ///
    /// When it cannot connect.
    pub async fn another_pool(&self, connections: u32) -> Pool<DB> {
        let options = PoolOptions::<DB>::new().max_connections(connections);
        options.connect(&self.url).await.expect("a pool")
    }
}

/// Drops the database of a URL, so that thousands of tests do not fill the disk. One that somebody still holds stays.
///
/// # Panics
///
/// When its server cannot be reached.
pub async fn drop_database<DB: Backend>(url: &str) {
    let (server, name) = url.rsplit_once('/').expect("a URL");
    let drop = match DB::DIALECT {
        Dialect::Postgres => format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)"),
        Dialect::MySql => {
            format!("SET lock_wait_timeout = 5; DROP DATABASE IF EXISTS {name}")
        }
        Dialect::Sqlite => return,
    };
    let url = format!("{server}/{}", crate::fresh::ALWAYS);
    let mut connection = DB::Connection::connect(&url).await.expect("the server");
    let _ = DB::say(&mut connection, &drop).await;
    let _ = connection.close().await;
}

macro_rules! backend {
    ($database:ty, $dialect:expr, $fresh:ident) => {
        impl Backend for $database {
            const DIALECT: Dialect = $dialect;

            async fn fresh() -> Fresh<Self> {
                $fresh().await
            }

            async fn ask(pool: &Pool<Self>, sql: &str) -> Vec<Vec<String>> {
                let rows = sqlx::raw_sql(AssertSqlSafe(sql)).fetch_all(pool).await;
                let rows = rows.unwrap_or_else(|error| panic!("{sql}: {error}"));
                let cell = |row: &<Self as Database>::Row, index| {
                    let text: Option<String> = row.try_get_unchecked(index).expect("text");
                    text.unwrap_or("NULL".to_owned())
                };
                let cells = |row| (0..Row::len(row)).map(|index| cell(row, index)).collect();
                rows.iter().map(cells).collect()
            }

            async fn count(pool: &Pool<Self>, sql: &str) -> usize {
                let mut results = sqlx::raw_sql(AssertSqlSafe(sql)).fetch_many(pool);
                let mut count = 0;
                while let Some(result) = results.next().await {
                    let result = result.unwrap_or_else(|error| panic!("{sql}: {error}"));
                    count += usize::from(result.is_left());
                }
                count
            }

            async fn say(connection: &mut Self::Connection, sql: &str) -> Result<(), sqlx::Error> {
                let said = connection.execute(sqlx::raw_sql(AssertSqlSafe(sql))).await;
                said.map(drop)
            }

            async fn say_inside(
                connection: &mut Self::Connection,
                sql: &str,
                commits: bool,
            ) -> Result<(), sqlx::Error> {
                let mut inner = connection.begin().await?;
                Self::say(&mut inner, sql).await?;
                if commits {
                    inner.commit().await
                } else {
                    inner.rollback().await
                }
            }

            async fn tell(pool: &Pool<Self>, sql: &str) {
                let result = pool.execute(sqlx::raw_sql(AssertSqlSafe(sql))).await;
                result.unwrap_or_else(|error| panic!("{sql}: {error}"));
            }
        }
    };
}

backend!(Postgres, Dialect::Postgres, fresh_postgres);
backend!(MySql, Dialect::MySql, fresh_mysql);
backend!(Sqlite, Dialect::Sqlite, fresh_sqlite);
