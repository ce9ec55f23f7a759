//! The verbs that change the history where a person knows what the database cannot: repair and resolve.

use embed_migrations_core::{
    AppliedMigration, Checksum, Dialect, Direction, Journal, Key, Member, Migration, RowState,
    Script, Via,
};

use super::Beginning;
use crate::connect::Database;
use crate::connect::sealed::Source;
use crate::error::{Error, ErrorKind};
use crate::execute::{seen_at_work, still_at_work};
use crate::history::{Mender, Table, unwritable};
use crate::{Doubt, Engine, Migrator};

/// What to mend in the history.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Repair {
    /// Take the scripts that the program has for those that were applied: an edit that changes nothing in the database,
    /// such as a comment.
    Accept(Key),
    /// Forget a migration: one that failed and whose traces are cleared away by hand, one that is gone from the program, or
    /// one that was only recorded, by a skip or a baseline, and a repeatable that is to be applied once more.
    /// Where the program has it, it is pending again.
    Forget(Key),
}

impl Repair {
    /// What the migration is known by.
    pub const fn key(&self) -> &Key {
        match self {
            Self::Accept(key) | Self::Forget(key) => key,
        }
    }
}

/// What became of a statement in doubt.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Resolution {
    /// It ran to its end; the next run goes on behind it.
    Ran,
    /// It did not run, or its traces are cleared away; the next run goes on with it.
    NotRun,
}

impl Migrator {
    /// Mends the history of the program's own set. Nothing is written unless all of it can be mended, each migration once;
    /// and nothing where somebody changes one of the rows meanwhile.
    ///
    /// # Errors
    ///
    /// A key that has no row; to accept what is not applied, is not in the program, or was not edited; to forget what is applied and in the
    /// program, or what somebody runs; a database that cannot be reached or written.
    pub fn repair<'a>(
        &'a self,
        database: impl Database<'a>,
        repairs: &'a [Repair],
    ) -> impl Future<Output = Result<(), Error>> + Send + 'a {
        self.repair_on(database.source(), repairs)
    }

    /// Whether [`repair`](Self::repair) would mend all of it, without doing so. Reads only.
    ///
    /// # Errors
    ///
    /// Those of [`repair`](Self::repair), but for what only a write can tell.
    pub fn can_repair<'a>(
        &'a self,
        database: impl Database<'a>,
        repairs: &'a [Repair],
    ) -> impl Future<Output = Result<(), Error>> + Send + 'a {
        self.can_repair_on(database.source(), repairs)
    }

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

    async fn repair_on<C: Engine>(
        &self,
        source: Source<'_, C>,
        repairs: &[Repair],
    ) -> Result<(), Error> {
        let table = self.history_table();
        let (mut held, _, history) = self.begin(source).await?;
        let statements = self.mending::<C>(&history, &table, repairs)?;
        let statements = statements.into_iter().zip(repairs);
        write(&mut *held, &table, "BEGIN").await?;
        for (statement, repair) in statements {
            if let Err(error) = mend(&mut *held, &table, repair.key(), statement).await {
                write(&mut *held, &table, "ROLLBACK").await?;
                return Err(error);
            }
        }
        write(&mut *held, &table, "COMMIT").await?;
        held.give_back();
        Ok(())
    }

    async fn can_repair_on<C: Engine>(
        &self,
        source: Source<'_, C>,
        repairs: &[Repair],
    ) -> Result<(), Error> {
        let (held, _, history) = self.begin(source).await?;
        held.give_back();
        self.mending::<C>(&history, &self.history_table(), repairs)
            .map(drop)
    }

    /// A statement for each, or why one of them cannot be mended.
    fn mending<C: Engine>(
        &self,
        history: &[AppliedMigration],
        table: &Table,
        repairs: &[Repair],
    ) -> Result<Vec<String>, Error> {
        let own = self.own()?;
        let statement = |(index, repair): (usize, &Repair)| {
            let key = repair.key();
            if repairs[..index].iter().any(|before| before.key() == key) {
                return Err(refused(format!("{key} is named twice")));
            }
            let row = row_of(history, own, key)?;
            let mender = Mender {
                dialect: C::DIALECT,
                table,
                row,
            };
            match repair {
                Repair::Accept(_) => accept::<C>(own, row, &mender),
                Repair::Forget(_) => forget(own, row, &mender),
            }
        };
        repairs.iter().enumerate().map(statement).collect()
    }

    async fn doubt_on<C: Engine>(&self, source: Source<'_, C>, key: Key) -> Result<Doubt, Error> {
        let (mut held, _, history): Beginning<'_, C> = self.begin(source).await?;
        let own = self.own()?;
        let row = doubtful(&history, own, &key)?;
        let doing = seen_at_work(&mut *held, row).await?;
        held.give_back();
        refuse_at_work(row, &doing)?;
        Ok(doubt_of(own, C::DIALECT, row))
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

    pub(super) fn own(&self) -> Result<&Member, Error> {
        let own = self.members().last();
        own.ok_or_else(|| refused("the migrator has no set".to_owned()))
    }
}

fn row_of<'h>(
    history: &'h [AppliedMigration],
    own: &Member,
    key: &Key,
) -> Result<&'h AppliedMigration, Error> {
    let mut rows = history.iter();
    let row = rows.find(|row| row.set == own.set().name() && row.key == *key);
    row.ok_or_else(|| {
        refused(format!("the history has no row for {key}"))
            .with_hint("see `status` for what it has")
    })
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

/// What a row is in doubt about.
pub(super) fn doubt_of(of: &Member, dialect: Dialect, row: &AppliedMigration) -> Doubt {
    let script = script_that_ran(of, dialect, row);
    let read = script.and_then(|script| Some((script, script.statements(dialect)?)));
    let read = read
        .as_ref()
        .map(|(script, statements)| (*script, &**statements));
    let name = known(of, row).map(|migration| migration.to_string());
    Doubt::of(row, name.unwrap_or_else(|| called(row)), read)
}

/// The script that was run, where the program still has it.
fn script_that_ran(
    of: &Member,
    dialect: Dialect,
    row: &AppliedMigration,
) -> Option<&'static Script> {
    let migration = known(of, row)?;
    let (script, ran) = match row.direction {
        Direction::Up => (migration.up(dialect)?, Some(row.checksum)),
        Direction::Down => (migration.down(dialect)?, row.down_checksum),
    };
    (Some(script.checksum()) == ran).then_some(script)
}

/// What the program has under the key of a row.
fn known(own: &Member, row: &AppliedMigration) -> Option<Migration> {
    match &row.key {
        Key::Version(version) => own.get(*version),
        Key::Repeatable(_) => own.set().repeatables().find(|other| other.key() == row.key),
    }
}

fn accept<C: Engine>(
    own: &Member,
    row: &AppliedMigration,
    mender: &Mender<'_>,
) -> Result<String, Error> {
    if !row.is_applied() {
        return Err(refused(format!("{} is not applied", named(row)))
            .with_hint("`run` goes on with an edited script, if what was done is as it was"));
    }
    let migration = known(own, row);
    let up = migration.and_then(|migration| migration.up(C::DIALECT));
    let (Some(migration), Some(up)) = (migration, up) else {
        return Err(refused(format!("{} is not in this program", named(row)))
            .with_hint("forget it instead, if it is not coming back"));
    };
    let down = migration.down(C::DIALECT).map(Script::checksum);
    let is_edited =
        up.checksum() != row.checksum || down != row.down_checksum || migration.name() != row.name;
    if !is_edited {
        return Err(refused(format!(
            "there is nothing to accept: {} has the checksum that is recorded",
            named(row)
        )));
    }
    Ok(mender.accept(up.checksum(), down, migration.name()))
}

fn forget(own: &Member, row: &AppliedMigration, mender: &Mender<'_>) -> Result<String, Error> {
    if row.state == RowState::Running {
        return Err(refused(format!("{} is being run, or in doubt", named(row)))
            .with_hint("`resolve` settles what is in doubt"));
    }
    // A repeatable is applied again; what was only recorded has left nothing to revert.
    let is_to_revert = row.via == Via::Run && row.version().is_some();
    if row.is_applied() && is_to_revert && known(own, row).is_some() {
        return Err(
            refused(format!("{} is applied, and in this program", named(row)))
                .with_hint("`revert` takes it back"),
        );
    }
    Ok(mender.forget())
}

async fn mend<C: Engine>(
    connection: &mut C,
    table: &Table,
    key: &Key,
    statement: String,
) -> Result<(), Error> {
    match write(connection, table, statement).await? {
        1 => Ok(()),
        _ => Err(
            refused(format!("{key} was changed by somebody else meanwhile"))
                .with_hint("look again with `status`"),
        ),
    }
}

/// How many rows were changed.
async fn write<C: Engine>(
    connection: &mut C,
    table: &Table,
    statement: impl Into<String>,
) -> Result<u64, Error> {
    let changed = connection.run(statement.into()).await;
    changed.map_err(|stopped| unwritable::<C>(table, stopped))
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

fn named(row: &AppliedMigration) -> String {
    format!("migration {}", called(row))
}

fn called(row: &AppliedMigration) -> String {
    match &row.key {
        Key::Version(version) => format!("{version} {}", row.name),
        Key::Repeatable(_) => row.key.to_string(),
    }
}

fn refused(message: String) -> Error {
    Error::new(ErrorKind::Refused, message)
}
