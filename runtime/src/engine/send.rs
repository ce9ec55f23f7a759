//! Sending a text and reading what comes back, the same for every engine.

use super::Meaning;
use super::sealed::Primitives;
use futures_util::StreamExt;
use sqlx::{AssertSqlSafe, ColumnIndex, Database, Decode, Either, Executor, Row};

/// The cells of a row, each as text.
pub(crate) type Cells = Vec<Option<String>>;

/// How many rows the last statement of a message changed.
pub(crate) type Changed = u64;

/// A message that was not carried out to its end.
#[derive(Debug)]
pub struct Stopped {
    /// How many of its statements were.
    pub(crate) completed: usize,
    /// What the next one was answered with, or what became of the connection.
    pub(crate) error: sqlx::Error,
    /// Whether the transaction was found to be gone, ended by another node of a cluster.
    pub(crate) is_overtaken: bool,
}

impl Stopped {
    /// Whether the server itself refused, so that it is known what was done and what was not.
    pub(crate) fn database_error(&self) -> Option<&dyn sqlx::error::DatabaseError> {
        self.error.as_database_error()
    }

    /// What the error means to the mechanism.
    pub(crate) fn meaning<C: Primitives>(&self) -> Meaning {
        if self.is_overtaken {
            return Meaning::Busy;
        }
        self.database_error().map_or(Meaning::Other, C::meaning)
    }
}

impl Stopped {
    /// Another node of a cluster has ended the transaction behind so many statements.
    pub(crate) fn overtaken(completed: usize) -> Self {
        let error = sqlx::Error::Protocol("another node ended the transaction".to_owned());
        Self {
            completed,
            error,
            is_overtaken: true,
        }
    }
}

impl From<sqlx::Error> for Stopped {
    fn from(error: sqlx::Error) -> Self {
        Self {
            completed: 0,
            error,
            is_overtaken: false,
        }
    }
}

/// What is done with the rows that come back.
pub(super) type Keep<'k, Row> = &'k mut (dyn FnMut(Row) -> Result<(), sqlx::Error> + Send);

/// Sends a text in one message, with no parameters and nothing prepared.
pub(super) async fn send<DB>(
    connection: &mut DB::Connection,
    sql: String,
    changed: fn(&DB::QueryResult) -> u64,
    keep: Keep<'_, DB::Row>,
) -> Result<Changed, Stopped>
where
    DB: Database,
    for<'c> &'c mut DB::Connection: Executor<'c, Database = DB>,
{
    let mut results = sqlx::raw_sql(AssertSqlSafe(sql)).fetch_many(connection);
    let (mut completed, mut rows) = (0, 0);
    while let Some(result) = results.next().await {
        let error = match result {
            Ok(Either::Left(done)) => {
                completed += 1;
                rows = changed(&done);
                continue;
            }
            Ok(Either::Right(row)) => match keep(row) {
                Ok(()) => continue,
                Err(error) => error,
            },
            Err(error) => error,
        };
        return Err(Stopped {
            completed,
            error,
            is_overtaken: false,
        });
    }
    Ok(rows)
}

/// Sends a text in one message and keeps the rows.
pub(super) async fn query<DB>(
    connection: &mut DB::Connection,
    sql: String,
    changed: fn(&DB::QueryResult) -> u64,
) -> Result<Vec<Cells>, Stopped>
where
    DB: Database,
    for<'c> &'c mut DB::Connection: Executor<'c, Database = DB>,
    for<'r> String: Decode<'r, DB>,
    usize: ColumnIndex<DB::Row>,
{
    let mut rows = Vec::new();
    let mut keep = |row: DB::Row| {
        let cell = |index| row.try_get_unchecked::<Option<String>, usize>(index);
        rows.push((0..row.len()).map(cell).collect::<Result<Cells, _>>()?);
        Ok(())
    };
    send::<DB>(connection, sql, changed, &mut keep).await?;
    Ok(rows)
}
