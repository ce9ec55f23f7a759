//! What a migrator cannot be made of.

use embed_migrations_core::{Dialect, Member};

use super::Migrator;
use crate::error::{Error, ErrorKind};

impl Migrator {
    /// Refuses sets that cannot share a database, and steps that cannot share a version.
    pub(crate) fn check(&self) -> Result<(), Error> {
        let refused = |message: String| Error::new(ErrorKind::Configuration, message);
        let Some(first) = self.sets().next() else {
            return Err(refused("the migrator has no set".to_owned()));
        };
        if self.history_table().name().is_empty() {
            return Err(refused("the history table has no name".to_owned())
                .with_hint("leave `table` out, or name one"));
        }
        for (index, set) in self.sets().enumerate() {
            if self
                .sets()
                .take(index)
                .any(|other| other.name() == set.name())
            {
                let message = format!("two sets are called `{}`", set.name());
                return Err(refused(message)
                    .with_hint("give one of them another `name` in its migrations.toml"));
            }
            if self.table.is_none() && set.table() != first.table() {
                let (one, other) = (first.table(), set.table());
                let message =
                    format!("the sets have different history tables, `{one}` and `{other}`");
                return Err(refused(message).with_hint("say which with `table`"));
            }
        }
        match self.members.iter().find_map(Member::twice) {
            Some((one, other)) => Err(refused(format!(
                "two migrations have the version {}: {one} of {}, and {other} of {}",
                one.label(),
                one.scripts()[0].path(),
                other.scripts()[0].path()
            ))
            .with_hint("give the step a version of its own")),
            None => Ok(()),
        }
    }

    /// Refuses a schema for the history where there are none.
    pub(crate) fn refuse_schema(&self, dialect: Dialect) -> Result<(), Error> {
        if dialect != Dialect::Sqlite || self.history_table().schema().is_none() {
            return Ok(());
        }
        let message = "SQLite has no schemas for the history table";
        Err(Error::new(ErrorKind::Configuration, message).with_hint("leave `schema` out"))
    }
}
