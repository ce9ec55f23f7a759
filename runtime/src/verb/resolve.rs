//! Resolve: what became of a statement in doubt.

use embed_migrations_core::{AppliedMigration, Checksum, Dialect, Journal, Key, Member};

use super::Beginning;
use super::mend::{mend, named, refused, row_of};
use crate::connect::Database;
use crate::connect::sealed::Source;
use crate::doubt::script_that_ran;
use crate::error::Error;
use crate::execute::{seen_at_work, still_at_work};
use crate::history::Mender;
use crate::{Doubt, Engine, Migrator};

/// What became of a statement in doubt.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Resolution {
    /// It ran to its end; the next run goes on behind it.
    Ran,
    /// It did not run, or its traces are cleared away; the next run goes on with it.
    NotRun,
}

impl Migrator {
    /// Says what became of the statement in doubt of a migration; the next run, or revert, goes on from there.
    ///
    /// # Errors
    ///
    /// A migration that is not in doubt, or is still being run; a script that was edited meanwhile; a database that cannot be
    /// reached or written.
    pub fn resolve<'a>(
        &'a self,
        database: impl Database<'a>,
        key: impl Into<Key>,
        resolution: Resolution,
    ) -> impl Future<Output = Result<(), Error>> + Send + 'a {
        self.resolve_on(database.source(), key.into(), resolution)
    }

    /// The statement of a migration of which nobody knows whether it ran: what [`resolve`](Self::resolve) settles. Reads only.
    ///
    /// # Errors
    ///
    /// A migration that is not in doubt, or is still being run; a database that cannot be reached.
    pub fn doubt<'a>(
        &'a self,
        database: impl Database<'a>,
        key: impl Into<Key>,
    ) -> impl Future<Output = Result<Doubt, Error>> + Send + 'a {
        self.doubt_on(database.source(), key.into())
    }

    async fn doubt_on<C: Engine>(&self, source: Source<'_, C>, key: Key) -> Result<Doubt, Error> {
        let (mut held, _, history): Beginning<'_, C> = self.begin(source).await?;
        let own = self.own()?;
        let row = doubtful(&history, own, &key)?;
        let doing = seen_at_work(&mut *held, row).await?;
        held.give_back();
        refuse_at_work(row, &doing)?;
        Ok(Doubt::of(own, C::DIALECT, row))
    }

    async fn resolve_on<C: Engine>(
        &self,
        source: Source<'_, C>,
        key: Key,
        resolution: Resolution,
    ) -> Result<(), Error> {
        let table = self.history_table();
        let (mut held, _, history): Beginning<'_, C> = self.begin(source).await?;
        let own = self.own()?;
        let row = doubtful(&history, own, &key)?;
        refuse_at_work(row, &still_at_work(&mut *held, row).await?)?;
        let journal = match resolution {
            Resolution::Ran => behind_the_next(own, C::DIALECT, row)?,
            Resolution::NotRun => row.journal.clone(),
        };
        let mender = Mender {
            dialect: C::DIALECT,
            table: &table,
            row,
        };
        let statement = mender.settle(&journal);
        mend(&mut *held, &table, &key, statement).await?;
        held.give_back();
        Ok(())
    }
}

/// The row of a migration that is in doubt.
fn doubtful<'h>(
    history: &'h [AppliedMigration],
    own: &Member,
    key: &Key,
) -> Result<&'h AppliedMigration, Error> {
    let row = row_of(history, own, key)?;
    if row.is_in_doubt() {
        return Ok(row);
    }
    Err(refused(format!("{} is not in doubt", named(row)))
        .with_hint("see `status` for where it is"))
}

fn refuse_at_work(row: &AppliedMigration, doing: &[String]) -> Result<(), Error> {
    match doing.first() {
        None => Ok(()),
        Some(doing) => Err(refused(format!("{} is still being run", named(row)))
            .with_note(format!("under way: {doing}"))),
    }
}

/// The journal when the statement in doubt is done, too. Which one that was only the script that was run can tell.
fn behind_the_next(
    own: &Member,
    dialect: Dialect,
    row: &AppliedMigration,
) -> Result<Journal, Error> {
    let sent = &row.journal;
    let done = sent.done + 1;
    let script = script_that_ran(own, dialect, row);
    let Some(script) = script else {
        return Err(
            refused(format!("{} was edited since it was run", named(row)))
                .with_hint("restore the script that was run, settle it, and edit what comes after"),
        );
    };
    let next = script
        .statements(dialect)
        .and_then(|statements| statements.get(sent.done).copied());
    let before = sent.done_checksum.unwrap_or(Checksum::EMPTY);
    Ok(Journal {
        done,
        sent: done,
        done_checksum: next.map(|next| before.and(script.text(next))),
        total: sent.total,
        before: None,
    })
}
