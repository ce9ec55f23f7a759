//! [`Database`]: the pool of whichever engine the URL names.

mod dotenv;
#[cfg(feature = "reset")]
mod named;
mod reach;
mod url;

#[cfg(feature = "mysql")]
use sqlx::MySqlPool;
#[cfg(feature = "postgres")]
use sqlx::PgPool;
#[cfg(feature = "sqlite")]
use sqlx::SqlitePool;

#[cfg(feature = "reset")]
pub(crate) use named::Named;
pub(crate) use url::DatabaseUrl;

/// A run, its heartbeat, and a look at how far the server is.
const CONNECTIONS: u32 = 3;

/// The pool of one of the engines that are compiled in.
#[derive(Debug, Clone)]
pub(crate) enum Database {
    #[cfg(feature = "postgres")]
    Postgres(PgPool),
    #[cfg(feature = "mysql")]
    MySql(MySqlPool),
    #[cfg(feature = "sqlite")]
    Sqlite(SqlitePool),
}

/// The same for each engine: `on!(database, pool => …)`.
macro_rules! on {
    ($database:expr, $pool:ident => $what:expr) => {
        match $database {
            #[cfg(feature = "postgres")]
            $crate::database::Database::Postgres(ref $pool) => $what,
            #[cfg(feature = "mysql")]
            $crate::database::Database::MySql(ref $pool) => $what,
            #[cfg(feature = "sqlite")]
            $crate::database::Database::Sqlite(ref $pool) => $what,
        }
    };
}

pub(crate) use on;
