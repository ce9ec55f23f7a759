//! [`Failure`]: why a verb did not do what it was asked.

use std::fmt::Display;
use std::io;

use embed_migrations_core::diagnostic::{Diagnostic, Diagnostics, Severity};

use crate::exit::Exit;

/// Why a verb did not do what it was asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Failure {
    pub(crate) exit: Exit,
    /// A fragment: lower case, no period.
    pub(crate) message: String,
    pub(crate) hints: Vec<String>,
    /// The mistakes that are in the way.
    pub(crate) diagnostics: Vec<Diagnostic>,
}

impl Failure {
    fn new(exit: Exit, message: impl Into<String>) -> Self {
        Self {
            exit,
            message: message.into(),
            hints: Vec::new(),
            diagnostics: Vec::new(),
        }
    }

    /// What was asked for is not possible here.
    pub(crate) fn refused(message: impl Into<String>) -> Self {
        Self::new(Exit::Failed, message)
    }

    /// What was asked for is never possible.
    pub(crate) fn usage(message: impl Into<String>) -> Self {
        Self::new(Exit::Usage, message)
    }

    /// The system did not let us: `cannot write migrations/x.sql: permission denied`.
    pub(crate) fn io(what: &str, whom: impl Display, error: &io::Error) -> Self {
        Self::new(Exit::Failed, format!("cannot {what} {whom}: {error}"))
    }

    /// The directory has mistakes, and the message says what was left undone because of them.
    pub(crate) fn findings(message: impl Into<String>, diagnostics: Vec<Diagnostic>) -> Self {
        Self {
            diagnostics,
            ..Self::new(Exit::Findings, message)
        }
    }

    pub(crate) fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hints.push(hint.into());
        self
    }
}

/// The mistakes that are refused, without what is only told.
pub(crate) fn refused(diagnostics: &Diagnostics) -> Vec<Diagnostic> {
    let refused = |diagnostic: &&Diagnostic| diagnostic.severity() == Severity::Deny;
    diagnostics.iter().filter(refused).cloned().collect()
}
