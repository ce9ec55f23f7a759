//! [`Exit`]: how a verb ended, as a shell reads it.

use std::process::ExitCode;

/// How a verb ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Exit {
    /// All is well.
    Fine = 0,
    /// It could not be done.
    Failed = 1,
    /// It was asked for what cannot be; clap ends with the same code.
    Usage = 2,
    /// The directory has mistakes.
    Findings = 4,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}
