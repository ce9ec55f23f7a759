//! Taking over what another tool has applied.

use embed_migrations_core::{Adoption, Goal, History, adopt};

use super::run::Then;
use crate::connect::Database;
use crate::connect::sealed::Source;
use crate::error::{Error, ErrorKind};
use crate::history::{Table, foreign_rows};
use crate::{Engine, Migrator, Policy, Report};

impl Migrator {
    /// Records as applied what another tool has applied, so that [`run`](Self::run) goes on behind it. Nothing is run, and
    /// the other tool's table stays as it is. What is pending there is pending here.
    ///
    /// The table is the tool's by default, in the schema of [`schema`](Self::schema) or of the connection. Where the tool
    /// has recorded the text of what it applied, as sqlx does, it must be that of the program, unless the policy
    /// `modified` says otherwise.
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
        mut source: Source<'_, C>,
        history: History,
    ) -> Result<Report, Error> {
        let (mut held, _, _) = self.begin(source.again()).await?;
        let beside = self.history_table();
        let rows = foreign_rows(&mut *held, history, beside.schema()).await?;
        let failed = failed(&mut *held, history, &beside).await?;
        held.give_back();
        let mut adoption = adopt(self.own()?, C::DIALECT, history, &rows);
        adoption.failed.extend(failed);
        self.refuse_adoption(&adoption, history)?;
        let goal = Goal::Adopt(adoption.applied);
        self.reach(source, goal, Then::Nothing).await
    }

    fn refuse_adoption(&self, adoption: &Adoption, history: History) -> Result<(), Error> {
        let policies = self.configured_policies();
        let refused = |message: String| Error::new(ErrorKind::ForeignHistory, message);
        let list = adoption.failed.join(", ");
        if !adoption.failed.is_empty() {
            return Err(refused(format!("{history} says that these failed: {list}"))
                .with_hint(format!("finish or revert them with {history} first")));
        }
        let list = adoption.unknown.join(", ");
        if !adoption.unknown.is_empty() && policies.missing == Policy::Error {
            return Err(refused(format!(
                "{history} has applied what is not in this program: {list}"
            ))
            .with_hint("restore the files, or set the policy `missing`"));
        }
        let list = adoption.modified.join(", ");
        if !adoption.modified.is_empty() && policies.modified == Policy::Error {
            return Err(refused(format!(
                "{history} has applied another text than this program has: {list}"
            ))
            .with_hint("restore the files, or set the policy `modified`")
            .with_hint("a file with CRLF line ends or a byte order mark is another text to it"));
        }
        Ok(())
    }
}

/// What another tool's history says has failed, where its rows do not tell that from what was taken back.
async fn failed<C: Engine>(
    connection: &mut C,
    history: History,
    beside: &Table,
) -> Result<Vec<String>, Error> {
    let Some(failed) = history.failed() else {
        return Ok(Vec::new());
    };
    let table = Table::new(history.table(), beside.schema().map(str::to_owned));
    let sql = format!(
        "SELECT {} FROM {} WHERE {failed} ORDER BY {}",
        history.column(),
        table.sql(C::DIALECT),
        history.order(),
    );
    let answer = connection.query(sql).await.map_err(|stopped| {
        let message = format!(
            "the history of {history} in `{}` cannot be read",
            table.shown()
        );
        Error::database(message, stopped.error)
    })?;
    // What has no version is a repeatable.
    Ok(answer.into_iter().flatten().flatten().collect())
}
