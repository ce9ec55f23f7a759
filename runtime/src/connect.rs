//! What a migrator runs on: a pool, or one connection.

use std::ops::{Deref, DerefMut};

use sqlx::pool::PoolConnection;
use sqlx::{Database as SqlxDatabase, Pool};

use crate::Engine;
use crate::error::Error;

/// What a migrator runs on: `&Pool<DB>`, or `&mut` one connection.
///
/// ```no_run
/// # #[cfg(feature = "sqlite")]
/// # async fn three(migrator: embed_migrations::Migrator) -> Result<(), Box<dyn std::error::Error>> {
/// let pool = sqlx::SqlitePool::connect("sqlite::memory:").await?;
/// migrator.run(&pool).await?;
/// migrator.run(&mut pool.acquire().await?).await?;
/// let mut connection = pool.acquire().await?.detach();
/// migrator.run(&mut connection).await?;
/// # Ok(())
/// # }
/// ```
///
/// A pool is the usual choice. One connection is for tests, and for databases that live and die with their connection.
#[diagnostic::on_unimplemented(
    message = "migrations cannot run on `{Self}`",
    label = "expected `&Pool<DB>` or a `&mut` connection of an engine whose feature is enabled",
    note = "enable the feature `postgres`, `mysql` or `sqlite` of `embed-migrations`"
)]
pub trait Database<'a>: sealed::Access<'a> {}

impl<'a, D: sealed::Access<'a>> Database<'a> for D {}

pub(crate) mod sealed {
    use sqlx::{Database as SqlxDatabase, Pool};

    use crate::Engine;

    /// Where connections come from.
    #[derive(Debug)]
    pub enum Source<'a, C: Engine> {
        /// As many as the pool has.
        Pool(&'a Pool<C::Database>),
        /// This one.
        Connection(&'a mut C),
    }

    impl<C: Engine> Source<'_, C> {
        /// The same once more, for a shorter time.
        pub(crate) fn again(&mut self) -> Source<'_, C> {
            match self {
                Self::Pool(pool) => Source::Pool(pool),
                Self::Connection(connection) => Source::Connection(connection),
            }
        }
    }

    #[diagnostic::on_unimplemented(
        message = "migrations cannot run on `{Self}`",
        label = "expected `&Pool<DB>` or a `&mut` connection of an engine whose feature is enabled",
        note = "enable the feature `postgres`, `mysql` or `sqlite` of `embed-migrations`"
    )]
    pub trait Access<'a>: Send {
        type Connection: Engine + sqlx::Connection<Database = Self::Database>;
        type Database: SqlxDatabase<Connection = Self::Connection>;

        fn source(self) -> Source<'a, Self::Connection>;
    }
}

use sealed::{Access, Source};

impl<'a, DB> Access<'a> for &'a Pool<DB>
where
    DB: SqlxDatabase,
    DB::Connection: Engine + sqlx::Connection<Database = DB>,
{
    type Connection = DB::Connection;
    type Database = DB;

    fn source(self) -> Source<'a, DB::Connection> {
        Source::Pool(self)
    }
}

impl<'a, DB> Access<'a> for &'a mut PoolConnection<DB>
where
    DB: SqlxDatabase,
    DB::Connection: Engine + sqlx::Connection<Database = DB>,
{
    type Connection = DB::Connection;
    type Database = DB;

    fn source(self) -> Source<'a, DB::Connection> {
        Source::Connection(self)
    }
}

macro_rules! connection {
    ($feature:literal $database:path, $connection:path) => {
        #[cfg(feature = $feature)]
        impl<'a> Access<'a> for &'a mut $connection {
            type Connection = $connection;
            type Database = $database;

            fn source(self) -> Source<'a, $connection> {
                Source::Connection(self)
            }
        }
    };
}

connection!("postgres" sqlx::Postgres, sqlx::PgConnection);
connection!("mysql" sqlx::MySql, sqlx::MySqlConnection);
connection!("sqlite" sqlx::Sqlite, sqlx::SqliteConnection);

/// A connection in use. One of a pool goes back only when it is known to be as it was; dropped in any other way, by an
/// error, a panic or a dropped future, it is closed.
pub(crate) struct Held<'a, C: Engine> {
    connection: Inner<'a, C>,
    as_it_was: bool,
}

enum Inner<'a, C: Engine> {
    Pooled(PoolConnection<C::Database>),
    Borrowed(&'a mut C),
}

impl<'a, C> Held<'a, C>
where
    C: Engine,
    C::Database: SqlxDatabase<Connection = C>,
{
    /// Takes a connection. An idle one is taken without asking it whether it lives: the first statement will tell.
    pub(crate) async fn take(source: Source<'a, C>) -> Result<Self, Error> {
        let connection = match source {
            Source::Connection(connection) => Inner::Borrowed(connection),
            Source::Pool(pool) => match pool.try_acquire() {
                Some(connection) => Inner::Pooled(connection),
                None => Inner::Pooled(acquire(pool).await?),
            },
        };
        Ok(Self {
            connection,
            as_it_was: false,
        })
    }

    /// Closes a connection that turned out to be dead, and takes one that the pool has asked.
    pub(crate) async fn take_living(pool: &'a Pool<C::Database>) -> Result<Self, Error> {
        Ok(Self {
            connection: Inner::Pooled(acquire(pool).await?),
            as_it_was: false,
        })
    }

    /// Gives the connection back; it is as it was.
    pub(crate) fn give_back(mut self) {
        self.as_it_was = true;
    }
}

async fn acquire<DB: SqlxDatabase>(pool: &Pool<DB>) -> Result<PoolConnection<DB>, Error> {
    pool.acquire()
        .await
        .map_err(|error| Error::database("no connection to the database", error))
}

impl<C> Deref for Held<'_, C>
where
    C: Engine,
    C::Database: SqlxDatabase<Connection = C>,
{
    type Target = C;

    fn deref(&self) -> &C {
        match &self.connection {
            Inner::Pooled(connection) => connection,
            Inner::Borrowed(connection) => connection,
        }
    }
}

impl<C> DerefMut for Held<'_, C>
where
    C: Engine,
    C::Database: SqlxDatabase<Connection = C>,
{
    fn deref_mut(&mut self) -> &mut C {
        match &mut self.connection {
            Inner::Pooled(connection) => connection,
            Inner::Borrowed(connection) => connection,
        }
    }
}

impl<C: Engine> Drop for Held<'_, C> {
    fn drop(&mut self) {
        if let Inner::Pooled(connection) = &mut self.connection
            && !self.as_it_was
        {
            connection.close_on_drop();
        }
    }
}
