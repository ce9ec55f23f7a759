//! Taking over what another tool has applied.

use std::time::Instant;

use embed_migrations_core::{Goal, History, adopt};

use super::run::Then;
use crate::connect::Database;
use crate::connect::sealed::Source;
use crate::error::Error;
use crate::history::foreign_rows;
use crate::{Engine, Migrator, Report};

impl Migrator {
    /// Records as applied what another tool has applied, so that [`run`](Self::run) goes on behind it. Nothing is run, and
    /// the other tool's table stays as it is. What is pending there is pending here.
    ///
    /// The table is the tool's by default, in the schema of [`schema`](Self::schema) or of the connection. Where the tool
    /// has recorded the text of what it applied, as sqlx does, it must be that of the program, unless the policy
    /// `modified` says otherwise; line ends and a byte order mark make no other text.
    ///
    /// # Errors
    ///
    /// No such table; a migration that the tool has applied and the program has not, unless the policy `missing` says
    /// otherwise; one that the tool says has failed; and a database that cannot be reached or written.
    pub fn adopt<'a>(
        &'a self,
        database: impl Database<'a>,
        history: History,
    ) -> impl Future<Output = Result<Report, Error>> + Send + 'a {
        self.adopt_on(database.source(), history)
    }

    /// The history of another tool that [`adopt`](Self::adopt) can take over: the one whose table is there and tells the
    /// tool. `schema_migrations` is that of several; it tells by its columns. Reads only.
    ///
    /// # Errors
    ///
    /// A database that cannot be reached.
    pub fn adoptable<'a>(
        &'a self,
        database: impl Database<'a>,
    ) -> impl Future<Output = Result<Option<History>, Error>> + Send + 'a {
        self.adoptable_on(database.source())
    }

    async fn adoptable_on<C: Engine>(
        &self,
        source: Source<'_, C>,
    ) -> Result<Option<History>, Error> {
        let (mut held, _, _) = self.begin(source).await?;
        let table = self.history_table();
        let mut found = None;
        for history in History::ALL {
            // A table that is not there, or is another tool's, has not the columns.
            let rows = foreign_rows(&mut *held, history, table.schema()).await;
            if rows.is_ok_and(|rows| !rows.is_empty()) {
                found = Some(history);
                break;
            }
        }
        held.give_back();
        Ok(found)
    }

    async fn adopt_on<C: Engine>(
        &self,
        source: Source<'_, C>,
        history: History,
    ) -> Result<Report, Error> {
        let started = Instant::now();
        self.refuse_stale()?;
        let mut beginning = self.begin(source).await?;
        let beside = self.history_table();
        let rows = foreign_rows(&mut *beginning.0, history, beside.schema()).await?;
        let goal = Goal::Adopt(adopt(self.own()?, C::DIALECT, history, &rows));
        self.reach_from(beginning, goal, Then::Nothing, started)
            .await
    }
}
