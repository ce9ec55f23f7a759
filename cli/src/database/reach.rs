//! Reaching the database.

use std::time::Duration;

use embed_migrations::Dialect;
use sqlx::ConnectOptions;
use sqlx::Connection;
use sqlx::pool::PoolOptions;

use super::{CONNECTIONS, Database, DatabaseUrl, on};
use crate::failure::Failure;

impl Database {
    /// A pool that is connected already: a server that is not there is told at once, and not when a pool gives up.
    pub(crate) async fn reach(url: &DatabaseUrl, timeout: Duration) -> Result<Self, Failure> {
        let database = Self::at(url, timeout)?;
        let tried: Result<(), Why> =
            on!(database, pool => tried(&*pool.connect_options(), timeout).await);
        match tried {
            Ok(()) => Ok(database),
            Err(why) => Err(unreachable(url, &why)),
        }
    }

    /// A pool that connects when it must.
    pub(crate) fn at(url: &DatabaseUrl, timeout: Duration) -> Result<Self, Failure> {
        match url.dialect()? {
            #[cfg(feature = "postgres")]
            Dialect::Postgres => Ok(Self::Postgres(pool(url, timeout)?)),
            #[cfg(feature = "mysql")]
            Dialect::MySql => Ok(Self::MySql(pool(url, timeout)?)),
            #[cfg(feature = "sqlite")]
            Dialect::Sqlite => Ok(Self::Sqlite(pool(url, timeout)?)),
            #[allow(unreachable_patterns, reason = "every engine may be compiled in")]
            dialect => Err(not_compiled(dialect)),
        }
    }
}

/// What went wrong, and what may mend it.
struct Why {
    what: String,
    hint: Option<&'static str>,
}

fn pool<DB: sqlx::Database>(
    url: &DatabaseUrl,
    timeout: Duration,
) -> Result<sqlx::Pool<DB>, Failure> {
    let options = url
        .secret()
        .parse::<<DB::Connection as Connection>::Options>()
        .map_err(|_| url.unreadable())?;
    Ok(PoolOptions::new()
        .max_connections(CONNECTIONS)
        .acquire_timeout(timeout)
        .connect_lazy_with(options))
}

async fn tried<O>(options: &O, timeout: Duration) -> Result<(), Why>
where
    O: ConnectOptions,
    O::Connection: Sized,
{
    match tokio::time::timeout(timeout, options.connect()).await {
        Ok(Ok(connection)) => {
            // Nothing was asked of it: whether the server hears the farewell is nothing to us.
            let _ = connection.close().await;
            Ok(())
        }
        Ok(Err(error)) => Err(why(&error)),
        Err(_) => Err(Why {
            what: format!("no answer within {} s", timeout.as_secs_f64()),
            hint: Some("`--connect-timeout` waits longer"),
        }),
    }
}

/// MySQL's own number of an error.
#[cfg(feature = "mysql")]
fn number(error: &dyn sqlx::error::DatabaseError) -> Option<u16> {
    let error = error.try_downcast_ref::<sqlx::mysql::MySqlDatabaseError>()?;
    Some(error.number())
}

#[cfg(not(feature = "mysql"))]
fn number(_: &dyn sqlx::error::DatabaseError) -> Option<u16> {
    None
}

fn why(error: &sqlx::Error) -> Why {
    match error {
        sqlx::Error::Io(error) => Why {
            what: without_number(error),
            hint: None,
        },
        sqlx::Error::Database(error) => Why {
            what: error.message().to_owned(),
            hint: match error.code().as_deref() {
                // SQLite's CANTOPEN.
                Some("14") => {
                    Some("`?mode=rwc` at the end of the URL makes a file that is not there")
                }
                // MySQL's ER_DBACCESS_DENIED_ERROR, which it also says of a database that is not there.
                Some("42000") if number(&**error) == Some(1044) => {
                    Some("grant the user the database, or name another")
                }
                // PostgreSQL's invalid_catalog_name, and MySQL's ER_BAD_DB_ERROR.
                Some("3D000" | "42000") => Some("create the database first, or let `reset` do it"),
                _ => None,
            },
        },
        other => Why {
            what: other.to_string(),
            hint: None,
        },
    }
}

/// `connection refused`, and not `Connection refused (os error 111)`.
fn without_number(error: &std::io::Error) -> String {
    let text = error.to_string();
    let text = text.split(" (os error").next().unwrap_or_default();
    let mut letters = text.chars();
    match letters.next() {
        Some(first) => first.to_lowercase().chain(letters).collect(),
        None => String::new(),
    }
}

fn unreachable(url: &DatabaseUrl, why: &Why) -> Failure {
    let failure = Failure::unreachable(format!("cannot reach {url}: {}", why.what));
    match why.hint {
        Some(hint) => failure.hint(hint),
        None => failure,
    }
}

fn not_compiled(dialect: Dialect) -> Failure {
    let feature = dialect.name();
    Failure::usage(format!(
        "{dialect} is not compiled in: the feature `{feature}` of `embed-migrations-cli` brings it"
    ))
}

#[cfg(all(test, not(feature = "mysql")))]
mod tests {
    use super::*;

    #[test]
    fn an_engine_that_is_not_compiled_in_is_said_with_the_feature_that_brings_it() {
        let url: DatabaseUrl = "mysql://ann:s3cret@host/shop"
            .parse()
            .expect("any text is a URL until it is used");
        let failure = Database::at(&url, Duration::ZERO).expect_err("MySQL is not compiled in");
        assert_eq!(failure.exit, crate::exit::Exit::Usage);
        assert_eq!(
            failure.message,
            "MySQL is not compiled in: the feature `mysql` of `embed-migrations-cli` brings it"
        );
    }
}
