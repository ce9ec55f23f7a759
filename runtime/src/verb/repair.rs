//! Repair: accepting an edit, and forgetting a row.

use embed_migrations_core::{AppliedMigration, Key, Member, RowState, Script, Via};

use super::mend::{mend, named, refused, row_of, write};
use crate::connect::Database;
use crate::connect::sealed::Source;
use crate::doubt::known;
use crate::error::Error;
use crate::history::{Mender, Table};
use crate::{Engine, Migrator};

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
            refused(format!("{} is applied, and in this program", named(row))).with_hint(
                "`revert` takes it back, with a down script; without one write a new migration that undoes it",
            ),
        );
    }
    Ok(mender.forget())
}
