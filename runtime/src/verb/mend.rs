//! What the verbs share that change the history where a person knows what the database cannot.

use embed_migrations_core::{AppliedMigration, Key, Member};

use crate::doubt::called;
use crate::error::{Error, ErrorKind};
use crate::history::{Table, unwritable};
use crate::{Engine, Migrator};

impl Migrator {
    pub(super) fn own(&self) -> Result<&Member, Error> {
        let own = self.members().last();
        own.ok_or_else(|| refused("the migrator has no set".to_owned()))
    }
}

pub(super) fn row_of<'h>(
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

pub(super) async fn mend<C: Engine>(
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
pub(super) async fn write<C: Engine>(
    connection: &mut C,
    table: &Table,
    statement: impl Into<String>,
) -> Result<u64, Error> {
    let changed = connection.run(statement.into()).await;
    changed.map_err(|stopped| unwritable::<C>(table, stopped))
}

pub(super) fn named(row: &AppliedMigration) -> String {
    format!("migration {}", called(row))
}

pub(super) fn refused(message: String) -> Error {
    Error::new(ErrorKind::Refused, message)
}
