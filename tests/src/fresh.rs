//! Where fresh databases come from: servers that `cargo xtask test` has started, a pooler, a cluster, a file.

use std::env;
use std::time::Duration;

use sqlx::pool::PoolOptions;
use sqlx::{
    AssertSqlSafe, Connection, Database, Executor, MySql, MySqlConnection, Postgres, Sqlite,
};

use crate::Fresh;

/// The database that each server has from the start.
pub(crate) const ALWAYS: &str = "embed_migrations";

pub(crate) async fn fresh_postgres() -> Fresh<Postgres> {
    fresh_on_server("DATABASE_URL_POSTGRES").await
}

pub(crate) async fn fresh_mysql() -> Fresh<MySql> {
    fresh_on_server("DATABASE_URL_MYSQL").await
}

/// A database of its own on a server that is shared by all tests.
async fn fresh_on_server<DB: Database>(variable: &str) -> Fresh<DB>
where
    for<'c> &'c mut DB::Connection: Executor<'c, Database = DB>,
{
    fresh_on(&server(variable)).await
}

/// A database of its own on a server.
///
/// # Panics
///
/// When none can be made.
pub async fn fresh_on<DB: Database>(server: &str) -> Fresh<DB>
where
    for<'c> &'c mut DB::Connection: Executor<'c, Database = DB>,
{
    let name = format!("t_{:016x}", rand());
    let mut connection = DB::Connection::connect(server)
        .await
        .unwrap_or_else(|error| panic!("{server}: {error}"));
    let options = if server.starts_with("mysql") {
        " CHARACTER SET utf8mb4"
    } else {
        ""
    };
    let create = format!("CREATE DATABASE {name}{options}");
    let created = connection
        .execute(sqlx::raw_sql(AssertSqlSafe(create)))
        .await;
    created.expect("a database can be created");
    connection
        .close()
        .await
        .expect("a connection can be closed");
    let (before, _) = server.rsplit_once('/').expect("the URL names a database");
    let url = format!("{before}/{name}");
    let pool = PoolOptions::new().max_connections(4).connect(&url).await;
    Fresh::new(pool.expect("the new database can be reached"), url, None)
}

/// A database of its own that is reached through PgBouncer.
///
/// # Panics
///
/// When there is none.
pub async fn fresh_behind_pgbouncer() -> Fresh<Postgres> {
    let direct = fresh_postgres().await;
    direct.pool.close().await;
    let url = on_server("DATABASE_URL_PGBOUNCER", &direct.url);
    let pool = PoolOptions::new().max_connections(4).connect(&url).await;
    Fresh::new(pool.expect("PgBouncer can be reached"), url, None)
}

/// A database of its own on a cluster, which every node has.
///
/// # Panics
///
/// When there is none.
pub async fn fresh_on_cluster() -> Fresh<MySql> {
    let nodes = server(GALERA);
    let (first, _) = nodes.split_once(',').expect("a cluster has several nodes");
    let db = fresh_on::<MySql>(first).await;
    for url in on_every_node(&db.url) {
        // A node has what another has committed a moment later.
        while MySqlConnection::connect(&url).await.is_err() {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }
    db
}

/// The URLs of a database on the nodes of the cluster.
pub fn on_every_node(url: &str) -> Vec<String> {
    let nodes = server(GALERA);
    nodes.split(',').map(|node| at_server(node, url)).collect()
}

/// Where the nodes of the cluster are.
const GALERA: &str = "DATABASE_URL_GALERA";

/// The URL of the database of another URL on the server of a variable.
fn on_server(variable: &str, url: &str) -> String {
    at_server(&server(variable), url)
}

/// The URL of the database of another URL on a server.
///
/// # Panics
///
/// When a URL names no database.
pub fn at_server(server: &str, url: &str) -> String {
    let (before, _) = server.rsplit_once('/').expect("the URL names a database");
    let (_, name) = url.rsplit_once('/').expect("the URL names a database");
    format!("{before}/{name}")
}

fn server(variable: &str) -> String {
    env::var(variable)
        .unwrap_or_else(|_| panic!("{variable} is not set: run the tests with `cargo xtask test`"))
}

pub(crate) async fn fresh_sqlite() -> Fresh<Sqlite> {
    let directory = tempfile::tempdir().expect("a temporary directory");
    let file = directory.path().join("test.sqlite");
    let url = format!("sqlite:{}?mode=rwc", file.display());
    let pool = PoolOptions::new().max_connections(4).connect(&url).await;
    Fresh::new(pool.expect("a file can be created"), url, Some(directory))
}

/// A number that no other test has.
fn rand() -> u64 {
    use std::hash::{BuildHasher, Hasher, RandomState};
    RandomState::new().build_hasher().finish()
}
