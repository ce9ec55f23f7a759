//! [`Exit`]: how a verb ended, as a shell reads it.

use std::process::ExitCode;

use embed_migrations::ErrorKind;

/// How a verb ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Exit {
    /// All is well.
    Fine = 0,
    /// It could not be done.
    Failed = 1,
    /// It was asked for what cannot be, or was not confirmed; clap ends with the same code.
    Usage = 2,
    /// Something is pending.
    Pending = 3,
    /// The directory has mistakes.
    #[cfg(feature = "author")]
    Findings = 4,
    /// Somebody else did not finish in time.
    Waited = 5,
    /// A person must say what became of a statement.
    InDoubt = 6,
    /// Database and program differ.
    Integrity = 7,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}

impl From<ErrorKind> for Exit {
    fn from(kind: ErrorKind) -> Self {
        match kind {
            ErrorKind::Difference | ErrorKind::History | ErrorKind::ForeignHistory => {
                Self::Integrity
            }
            ErrorKind::Waited => Self::Waited,
            ErrorKind::InDoubt => Self::InDoubt,
            ErrorKind::Target | ErrorKind::Refused | ErrorKind::Configuration => Self::Usage,
            ErrorKind::Pending => Self::Pending,
            _ => Self::Failed,
        }
    }
}
