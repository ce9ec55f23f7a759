//! [`Named`]: a database that can be dropped and made again.

#[cfg(feature = "sqlite")]
mod empty_file;

#[cfg(feature = "sqlite")]
use std::path::PathBuf;
use std::time::Duration;

use embed_migrations::Dialect;
#[cfg(feature = "mysql")]
use sqlx::mysql::MySqlConnectOptions;
#[cfg(feature = "postgres")]
use sqlx::postgres::PgConnectOptions;
#[cfg(feature = "sqlite")]
use sqlx::sqlite::SqliteConnectOptions;
#[cfg(any(feature = "postgres", feature = "mysql"))]
use sqlx::{AssertSqlSafe, ConnectOptions, Connection};

use super::DatabaseUrl;
use crate::failure::Failure;

/// Those that a server needs for itself.
const OF_SERVER: [&str; 7] = [
    "postgres",
    "template0",
    "template1",
    "mysql",
    "information_schema",
    "performance_schema",
    "sys",
];

/// A database that can be dropped and made again: on a server one with a name, in SQLite a file.
#[derive(Debug)]
pub(crate) struct Named {
    dialect: Dialect,
    name: String,
}

impl Named {
    pub(crate) fn new(url: &DatabaseUrl) -> Result<Self, Failure> {
        let dialect = url.dialect()?;
        let name: Option<String> = match dialect {
            #[cfg(feature = "postgres")]
            Dialect::Postgres => {
                let options: PgConnectOptions =
                    url.secret().parse().map_err(|_| url.unreadable())?;
                options.get_database().map(str::to_owned)
            }
            #[cfg(feature = "mysql")]
            Dialect::MySql => {
                let options: MySqlConnectOptions =
                    url.secret().parse().map_err(|_| url.unreadable())?;
                options.get_database().map(str::to_owned)
            }
            #[cfg(feature = "sqlite")]
            Dialect::Sqlite => file(url)?.to_str().map(str::to_owned),
            #[allow(unreachable_patterns, reason = "every engine may be compiled in")]
            _ => None,
        };
        let name = name.filter(|name| !name.is_empty() && !OF_SERVER.contains(&&**name));
        let name = name.ok_or_else(|| {
            Failure::usage(format!(
                "{url} names no database of its own, which could be dropped"
            ))
            .hint("name a database, or a file, in the URL")
        })?;
        Ok(Self { dialect, name })
    }

    /// What a person types who means it.
    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    pub(crate) async fn drop_and_create(
        &self,
        url: &DatabaseUrl,
        timeout: Duration,
    ) -> Result<(), Failure> {
        let work = async {
            match self.dialect {
                #[cfg(feature = "postgres")]
                Dialect::Postgres => self.on_postgres(url).await,
                #[cfg(feature = "mysql")]
                Dialect::MySql => self.on_mysql(url).await,
                #[cfg(feature = "sqlite")]
                Dialect::Sqlite => empty_file::empty(url, timeout).await,
                #[allow(unreachable_patterns, reason = "every engine may be compiled in")]
                _ => Ok(()),
            }
        };
        let patience = timeout + Duration::from_mins(5);
        let done = tokio::time::timeout(patience, work).await;
        let done = done.unwrap_or_else(|_| Err("the server does not answer".to_owned()));
        done.map_err(|why| Failure::unreachable(format!("cannot make {url} again: {why}")))
    }

    #[cfg(feature = "postgres")]
    async fn on_postgres(&self, url: &DatabaseUrl) -> Result<(), String> {
        let options: PgConnectOptions = url.secret().parse().map_err(|_| "a bad URL".to_owned())?;
        let mut server = match options.clone().database("postgres").connect().await {
            Ok(server) => server,
            Err(_) => options
                .database("template1")
                .connect()
                .await
                .map_err(said)?,
        };
        let name = quoted(&self.name, '"');
        let like: Option<String> = sqlx::query_scalar(
            "SELECT format('OWNER %I ENCODING %L LC_COLLATE %L LC_CTYPE %L CONNECTION LIMIT %s TEMPLATE template0', \
             pg_get_userbyid(datdba), pg_encoding_to_char(encoding), datcollate, datctype, datconnlimit) \
             FROM pg_database WHERE datname = $1",
        )
        .bind(&self.name)
        .fetch_optional(&mut server)
        .await
        .map_err(said)?;
        let like = like.unwrap_or_default();
        // The new one is made first: who may not make it has lost nothing.
        let new = quoted(&format!("{}_new_{}", self.name, std::process::id()), '"');
        for sql in [
            format!("CREATE DATABASE {new} {like}"),
            format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)"),
            format!("ALTER DATABASE {new} RENAME TO {name}"),
        ] {
            let sql = sqlx::raw_sql(AssertSqlSafe(sql));
            sql.execute(&mut server).await.map_err(said)?;
        }
        server.close().await.map_err(said)
    }

    #[cfg(feature = "mysql")]
    async fn on_mysql(&self, url: &DatabaseUrl) -> Result<(), String> {
        let server = url.of_server();
        let options: MySqlConnectOptions = server
            .secret()
            .parse()
            .map_err(|_| "a bad URL".to_owned())?;
        let mut server = options.connect().await.map_err(said)?;
        let name = quoted(&self.name, '`');
        let collation: Option<String> = sqlx::query_scalar(
            "SELECT CAST(default_collation_name AS CHAR) FROM information_schema.schemata WHERE schema_name = ?",
        )
        .bind(&self.name)
        .fetch_optional(&mut server)
        .await
        .map_err(said)?;
        let collation = collation.map_or(String::new(), |name| format!(" COLLATE {name}"));
        for sql in [
            format!("DROP DATABASE IF EXISTS {name}"),
            format!("CREATE DATABASE {name}{collation}"),
        ] {
            let sql = sqlx::raw_sql(AssertSqlSafe(sql));
            sql.execute(&mut server).await.map_err(said)?;
        }
        server.close().await.map_err(said)
    }
}

/// The file of the database. One in memory has none; what is there and is no file of SQLite's is left alone.
#[cfg(feature = "sqlite")]
fn file(url: &DatabaseUrl) -> Result<PathBuf, Failure> {
    let options: SqliteConnectOptions = url.secret().parse().map_err(|_| url.unreadable())?;
    let path = options.get_filename().to_owned();
    let text = path.to_string_lossy();
    let in_memory = text.is_empty() || text.contains(":memory:") || text.starts_with("file:");
    if in_memory {
        return Ok(PathBuf::new());
    }
    let takes_no_writes = ["mode=ro", "immutable=1", "immutable=true"];
    if takes_no_writes
        .iter()
        .any(|word| url.secret().contains(word))
    {
        return Err(Failure::usage(format!("{url} takes no writes")));
    }
    let is_ours = match std::fs::read(&path) {
        Ok(bytes) => bytes.is_empty() || bytes.starts_with(b"SQLite format 3\0"),
        Err(error) => error.kind() == std::io::ErrorKind::NotFound,
    };
    if is_ours {
        Ok(path)
    } else {
        Err(Failure::usage(format!(
            "{} is no database of SQLite, and is left alone",
            path.display()
        )))
    }
}

#[cfg(any(feature = "postgres", feature = "mysql", feature = "sqlite"))]
fn quoted(name: &str, quote: char) -> String {
    let doubled = name.replace(quote, &format!("{quote}{quote}"));
    format!("{quote}{doubled}{quote}")
}

#[cfg(any(feature = "postgres", feature = "mysql", feature = "sqlite"))]
fn said(error: sqlx::Error) -> String {
    match error {
        sqlx::Error::Database(error) => error.message().to_owned(),
        other => other.to_string(),
    }
}
