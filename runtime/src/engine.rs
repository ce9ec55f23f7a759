//! [`Engine`]: what the runtime needs of a connection, and nothing more.
//!
//! How engines differ is data, a [`Server`] read once before anything is changed; what they do is these primitives,
//! one small file an engine. The algorithms are in [`execute`](crate::execute), written once.

#[cfg(feature = "mysql")]
mod mysql;
pub(crate) mod patient;
#[cfg(feature = "postgres")]
mod postgres;
mod send;
#[cfg(feature = "sqlite")]
mod sqlite;

use std::future::Future;
use std::pin::Pin;
use std::time::Duration;

use embed_migrations_core::Dialect;

use crate::history::Table;

pub(crate) use send::{Cells, Changed, Stopped};

/// A future that a trait's method returns.
pub(crate) type Sent<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// A connection that migrations can run on: `PgConnection`, `MySqlConnection` or `SqliteConnection`, each behind its
/// feature. Sealed: the mechanism needs more of a server than a trait can say.
#[diagnostic::on_unimplemented(
    message = "migrations cannot run on `{Self}`",
    note = "enable the feature `postgres`, `mysql` or `sqlite` of `embed-migrations`"
)]
pub trait Engine: sealed::Primitives {}

pub(crate) mod sealed {
    use super::{Cells, Changed, Dialect, Limits, Meaning, Position, Sent, Server, Stopped};
    use crate::history::Table;
    use embed_migrations_core::{Claim, Effect};
    use sqlx::Transaction;

    /// The primitives. Texts are complete statements in the engine's dialect, sent as they are and without parameters,
    /// so that nothing is prepared on the server and a transaction pooler may stand in between.
    #[diagnostic::on_unimplemented(
        message = "migrations cannot run on `{Self}`",
        note = "enable the feature `postgres`, `mysql` or `sqlite` of `embed-migrations`"
    )]
    pub trait Primitives: sqlx::Connection + Send + Sized + 'static {
        /// How SQL is written here.
        const DIALECT: Dialect;

        /// Sends a text of one or more statements in one message.
        fn run(&mut self, sql: String) -> Sent<'_, Result<Changed, Stopped>>;

        /// Sends a text and keeps the rows that its last statement answers.
        fn query(&mut self, sql: String) -> Sent<'_, Result<Vec<Cells>, Stopped>>;

        /// The connection inside of a transaction.
        fn inside<'t>(transaction: &'t mut Transaction<'_, Self::Database>) -> &'t mut Self;

        /// The question to which [`server`](Self::server) is the answer: one row of everything that is to be known about
        /// the server and the session before anything is changed, and which of the tables that are to be created is there.
        fn inspection(table: &Table, created: &[&str]) -> String;

        /// What the server is and promises, from the one row, and how the limits are set there.
        fn server(cells: Cells, limits: Limits) -> Server;

        /// What the server is doing under a marker, other than on this connection. What it hides of a user's sessions counts,
        /// because it may be that.
        fn activity<'a>(
            &'a mut self,
            marker: &'a str,
            user: &'a str,
        ) -> Sent<'a, Result<Vec<String>, Stopped>>;

        /// Who may be in the way of a statement: the sessions that hold what it needs, as far as the server tells.
        fn holders<'a>(&'a mut self, statement: &'a str) -> Sent<'a, Result<Vec<String>, Stopped>>;

        /// Ends the session that holds a claim and does nothing, so that it never does anything more. Where it may not be
        /// ended it is left alone.
        fn evict<'a>(
            &'a mut self,
            marker: &'a str,
            claim: &'a Claim,
        ) -> Sent<'a, Result<(), Stopped>>;

        /// The question what the catalogue says of what a statement creates or drops, where it would do so. The one cell
        /// that it answers is `no`, or what the server calls what is there; `broken` and the name, for an index that was
        /// never finished. `None` where it cannot tell which is meant.
        fn state(effect: &Effect) -> Option<String>;

        /// The question whether that is still there which had this identity, where identities are for ever.
        fn still(_identity: &str) -> Option<String> {
            None
        }

        /// Cancels what the server does under a marker, other than on this connection, where it can.
        fn cancel<'a>(&'a mut self, marker: &'a str) -> Sent<'a, Result<(), Stopped>>;

        /// What an error of the server means to the mechanism.
        fn meaning(error: &dyn sqlx::error::DatabaseError) -> Meaning;

        /// What the server advises about an error, beside its message.
        fn advice(_error: &dyn sqlx::error::DatabaseError) -> Vec<String> {
            Vec::new()
        }

        /// Where the server saw the error. `statement` is the text of the statement that failed.
        fn position(error: &dyn sqlx::error::DatabaseError, statement: &str) -> Option<Position>;
    }
}

impl<C: sealed::Primitives> Engine for C {}

/// What the server is and promises, and what the session looks like before anything is changed.
pub(crate) async fn inspect<C: Engine>(
    connection: &mut C,
    table: &Table,
    created: &[&str],
    limits: Limits,
) -> Result<Server, Stopped> {
    let rows = patient::query(connection, &C::inspection(table, created)).await?;
    Ok(C::server(
        rows.into_iter().next().unwrap_or_default(),
        limits,
    ))
}

/// How long a statement of a script may take.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// How long it waits for a lock; `None` is the shorter of the session's own time and five seconds. Zero: without end.
    pub(crate) lock: Option<Duration>,
    /// How long it may run. Zero: without end.
    pub(crate) statement: Duration,
}

/// How long a statement waits for a lock, in engines that can be told, where nobody says otherwise: whoever comes behind it waits, too.
#[cfg(any(feature = "postgres", feature = "mysql"))]
pub(crate) const LOCK_TIMEOUT: Duration = Duration::from_secs(5);

#[cfg(any(feature = "postgres", feature = "mysql"))]
impl Limits {
    /// How long to wait for a lock in a session that has a time of its own; zero is without end.
    pub(crate) fn lock_in(self, own: Duration) -> Duration {
        match self.lock {
            Some(lock) => lock,
            None if own.is_zero() => LOCK_TIMEOUT,
            None => own.min(LOCK_TIMEOUT),
        }
    }
}

/// Where the server saw an error.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Position {
    /// A number of characters into everything that was sent.
    Sent(usize),
    /// An offset in bytes into the statement that failed.
    Statement(usize),
}

/// What an error of the server means to the mechanism.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Meaning {
    /// The table, or the schema it should be in, does not exist.
    NoTable,
    /// A row with the key, or an object with the name, exists already.
    Exists,
    /// A value is missing that a row must have.
    Absent,
    /// Somebody else holds what is needed, or won the race for it; nothing was done.
    Busy,
    /// The server does not take writes.
    ReadOnly,
    /// The message is larger than the server reads.
    TooLarge,
    /// There is no transaction to end.
    NoTransaction,
    /// Anything else.
    Other,
}

/// What a server promises, and how its session is put back. Read once, before the first change.
#[derive(Debug, Clone)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a fact about the server, and no two make a state"
)]
pub struct Server {
    /// The product and its version, for messages.
    pub(crate) product: String,
    /// Whether it is one node of a cluster whose nodes find out about each other when they commit (Galera). A commit of
    /// another node ends our transaction, and a statement that touches no table does not say so: what is behind it in the
    /// same message would run outside of any transaction. So there each statement is a message of its own.
    pub(crate) is_cluster: bool,
    /// Whether its DDL can be rolled back together with everything else.
    pub(crate) transactional_ddl: bool,
    /// Why it takes no writes, if it does not.
    pub(crate) read_only: Option<String>,
    /// The schema that the history table is in, where the engine has schemas and none is configured.
    pub(crate) schema: Option<String>,
    /// Whether there is a history table.
    pub(crate) has_history: bool,
    /// One of the tables that are to be created, which is there.
    pub(crate) has_table: Option<String>,
    /// The other schema of the search path that has a history table, where this one has none.
    pub(crate) other_schema: Option<String>,
    /// Why its session cannot be used, if it cannot.
    pub(crate) unfit: Option<&'static str>,
    /// Whether a backslash in a string is just that.
    pub(crate) no_backslash_escapes: bool,
    /// Whether the database is in the memory of this process and goes with its last connection.
    pub(crate) in_memory: bool,
    /// The statements before a transaction whose first change is a claim, which waits only briefly.
    pub(crate) before_begin: Vec<String>,
    /// What begins it.
    pub(crate) begin: &'static str,
    /// The statements between its begin and the claim.
    pub(crate) after_begin: Vec<String>,
    /// The statements between the claim and the script, which set the limits: for the transaction, where the engine has such
    /// settings.
    pub(crate) limits: Vec<String>,
    /// The statements that set the limits for what runs outside of a transaction.
    pub(crate) limits_outside: Vec<String>,
    /// The statements that put the session back to what it was, whatever a script did to it.
    pub(crate) restore: Vec<String>,
}
