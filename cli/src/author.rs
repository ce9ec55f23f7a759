//! The verbs of whoever writes migrations. None of them needs a database.

mod change;
mod check;
mod draft;
mod explain;
mod init;
mod list;
mod lock;
mod new;
mod number;
mod operate;
mod options;
mod overrides;
mod renumber;
mod shape;

use std::process::ExitCode;

use crate::failure::Failure;
use crate::output;
use crate::output::author::Outcome;

pub use check::Check;
pub use explain::Explain;
pub use init::Init;
pub use list::List;
pub use lock::Lock;
pub use new::New;
pub use options::Options;
pub use renumber::Renumber;

pub(crate) use check::{Checked, Format};
pub(crate) use explain::{Explained, page};
pub(crate) use init::Initialised;
pub(crate) use list::{Listed, LockState};
pub(crate) use lock::Locked;
pub(crate) use new::Created;
pub(crate) use renumber::{Moved, Renumbered};

/// A verb and what it works on.
#[derive(Debug, Clone, clap::Args)]
pub struct Command {
    /// What every verb is told.
    #[command(flatten)]
    pub options: Options,
    /// What to do.
    #[command(subcommand)]
    pub verb: Verb,
}

impl Command {
    /// Does it, and says so on stdout and stderr.
    ///
    /// The exit code is 0 when all is well, 1 when it failed, 2 when it was asked for what cannot be, and 4 when the
    /// directory has mistakes.
    pub fn run(&self) -> ExitCode {
        let done = self.verb.run(&self.options);
        output::print(output::author::say(
            self.verb.name(),
            &done,
            self.options.json,
        ))
    }
}

/// What to do.
#[derive(Debug, Clone, clap::Subcommand)]
#[non_exhaustive]
pub enum Verb {
    /// Make the directory and its migrations.toml, and say what to add to the program
    Init(Init),
    /// Make the files of the next migration, in the manner of those that are there
    #[command(
        after_help = "They have the layout, the width and kind of version, the dialects and the down scripts of the newest migration. With\n\
            `--dialect` there is a script for each of these dialects."
    )]
    New(New),
    /// List the migrations
    List(List),
    /// Tell every mistake that the build would tell
    ///
    /// The warnings, too, which a build does not show. The exit code is 4 where there are mistakes.
    #[command(visible_alias = "lint")]
    Check(Check),
    /// Write what is new into migrations.lock
    #[command(
        after_help = "What is locked already and differs is refused, file by file, unless it is accepted. Nothing else changes a line."
    )]
    Lock(Lock),
    /// Move a migration that is not locked behind the newest
    #[command(
        after_help = "All files of it move, or none. It is for a migration whose version another branch has used or overtaken."
    )]
    Renumber(Renumber),
    /// Explain a mistake, or list all of them
    Explain(Explain),
}

impl Verb {
    pub(crate) fn name(&self) -> &'static str {
        match self {
            Self::Init(_) => "init",
            Self::New(_) => "new",
            Self::List(_) => "list",
            Self::Check(_) => "check",
            Self::Lock(_) => "lock",
            Self::Renumber(_) => "renumber",
            Self::Explain(_) => "explain",
        }
    }

    pub(crate) fn run(&self, options: &Options) -> Result<Outcome, Failure> {
        match self {
            Self::Init(init) => init.run(options).map(Outcome::Init),
            Self::New(new) => new.run(options).map(Outcome::New),
            Self::List(List {}) => List::run(options).map(Outcome::List),
            Self::Check(check) => check.run(options).map(Outcome::Check),
            Self::Lock(lock) => lock.run(options).map(Outcome::Lock),
            Self::Renumber(renumber) => renumber.run(options).map(Outcome::Renumber),
            Self::Explain(explain) => Ok(Outcome::Explain(explain.run())),
        }
    }
}
