//! A directory instead of an embedded set, for the verbs that need a database.

use std::process::ExitCode;

use embed_migrations::{Dialect, MigrationSet};
use embed_migrations_core::Directory;

use super::Options;
use crate::clock;
use crate::database::DatabaseUrl;
use crate::failure::{Failure, refused};
use crate::locate::Located;
use crate::{Command, block_on, output};

impl Options {
    /// Does what needs a database, with the migrations of the directory.
    ///
    /// The exit code is 4 where the directory has mistakes; nothing is done then. Otherwise it is that of
    /// [`Command::run`].
    pub fn operate(&self, command: &Command) -> ExitCode {
        match self.set(command) {
            Ok(set) => block_on(command.run(set)),
            Err(failure) => output::print(failure.say(command.verb.name(), command.options.json)),
        }
    }

    /// The set of the directory, as the engine reads it.
    fn set(&self, command: &Command) -> Result<&'static MigrationSet, Failure> {
        let url = DatabaseUrl::find(command.options.database_url.as_ref())?;
        let located = Located::find(self.dir.as_deref())?;
        let options = embed_migrations_core::Options {
            dialects: self.dialects_or(url.dialect()?),
            now: clock::digits(clock::now()),
            ..embed_migrations_core::Options::default()
        };
        let read = Directory::read(&located.path, &located.shown, &options);
        let directory = read.map_err(|mistakes| {
            let message = "nothing is done, because the directory has mistakes";
            Failure::findings(message, refused(&mistakes))
        })?;
        Ok(Box::leak(Box::new(directory.leak())))
    }

    fn dialects_or(&self, dialect: Dialect) -> Vec<Dialect> {
        if self.dialects.is_empty() {
            vec![dialect]
        } else {
            self.dialects.clone()
        }
    }
}
