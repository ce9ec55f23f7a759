//! [`Failure`]: why a verb did not do what it was asked.

mod hint;

use std::error::Error as _;
#[cfg(feature = "author")]
use std::{fmt::Display, io};

use embed_migrations::{Error, ErrorKind};
use embed_migrations_core::diagnostic::Diagnostic;
#[cfg(feature = "author")]
use embed_migrations_core::diagnostic::{Diagnostics, Severity};
use serde_json::{Value, json};

use crate::exit::Exit;
use crate::output::{Said, json, text};

pub(crate) use hint::in_shell;

/// Why a verb did not do what it was asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Failure {
    pub(crate) exit: Exit,
    /// A word for programs.
    pub(crate) kind: &'static str,
    /// A fragment: lower case, no period.
    pub(crate) message: String,
    pub(crate) hints: Vec<String>,
    /// The mistakes that are in the way.
    pub(crate) diagnostics: Vec<Diagnostic>,
    /// What a migrator knows besides.
    pub(crate) of_run: Option<Box<OfRun>>,
}

/// What a migrator knows of its failure besides.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct OfRun {
    /// What else is known.
    pub(crate) notes: Vec<String>,
    /// Path, line and column.
    pub(crate) place: Option<(String, usize, usize)>,
    /// Message, place, notes and hints, drawn already.
    pub(crate) rendered: Option<String>,
    /// What was done before, and stays done.
    pub(crate) done: Option<Done>,
}

/// What was done before a failure.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Done {
    pub(crate) words: String,
    pub(crate) json: Value,
}

impl Failure {
    fn new(exit: Exit, kind: &'static str, message: impl Into<String>) -> Self {
        Self {
            exit,
            kind,
            message: message.into(),
            hints: Vec::new(),
            diagnostics: Vec::new(),
            of_run: None,
        }
    }

    /// What was asked for is not possible here.
    pub(crate) fn refused(message: impl Into<String>) -> Self {
        Self::new(Exit::Failed, "failed", message)
    }

    /// What was asked for is never possible.
    pub(crate) fn usage(message: impl Into<String>) -> Self {
        Self::new(Exit::Usage, "usage", message)
    }

    /// The database cannot be reached.
    pub(crate) fn unreachable(message: impl Into<String>) -> Self {
        Self::new(Exit::Failed, kind(ErrorKind::Database), message)
    }

    /// The system did not let us: `cannot write migrations/x.sql: permission denied`.
    #[cfg(feature = "author")]
    pub(crate) fn io(what: &str, whom: impl Display, error: &io::Error) -> Self {
        Self::refused(format!("cannot {what} {whom}: {error}"))
    }

    /// The directory has mistakes, and the message says what was left undone because of them.
    #[cfg(feature = "author")]
    pub(crate) fn findings(message: impl Into<String>, diagnostics: Vec<Diagnostic>) -> Self {
        Self {
            diagnostics,
            ..Self::new(Exit::Findings, "findings", message)
        }
    }

    pub(crate) fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hints.push(hint.into());
        self
    }

    /// What there is to say about it.
    pub(crate) fn say(&self, verb: &str, as_json: bool) -> Said {
        let object = || json::object(verb, json!({ "error": json::error(self) }));
        Said {
            result: if as_json {
                json::pretty(&object())
            } else {
                String::new()
            },
            words: text::failure(self),
            exit: self.exit,
        }
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        let failed = error.failed_statement();
        let cause = error.source().map(|cause| format!(": {cause}"));
        let report = error.report().filter(|report| !report.steps().is_empty());
        let of_run = OfRun {
            notes: error.notes().to_vec(),
            place: failed.map(|failed| (failed.path().to_owned(), failed.line(), failed.column())),
            rendered: failed.map(|_| in_shell(format!("error: {error:?}").trim_end())),
            done: report.map(|report| Done {
                words: report.to_string(),
                json: crate::operate::report_json(report),
            }),
        };
        Self {
            hints: error.hints().iter().map(|hint| in_shell(hint)).collect(),
            of_run: Some(Box::new(of_run)),
            ..Self::new(
                error.kind().into(),
                kind(error.kind()),
                format!("{error}{}", cause.unwrap_or_default()),
            )
        }
    }
}

/// A word for each kind of error.
const fn kind(kind: ErrorKind) -> &'static str {
    match kind {
        ErrorKind::Database => "database",
        ErrorKind::Statement => "statement",
        ErrorKind::Difference => "difference",
        ErrorKind::Target => "target",
        ErrorKind::Waited => "waited",
        ErrorKind::InDoubt => "in-doubt",
        ErrorKind::ClaimLost => "claim-lost",
        ErrorKind::Pending => "pending",
        ErrorKind::Rust => "rust",
        ErrorKind::Stopped => "stopped",
        ErrorKind::Refused => "refused",
        ErrorKind::ReadOnly => "read-only",
        ErrorKind::History => "history",
        ErrorKind::ForeignHistory => "foreign-history",
        ErrorKind::Stale => "stale",
        ErrorKind::Configuration => "configuration",
        _ => "failed",
    }
}

/// The mistakes that are refused, without what is only told.
#[cfg(feature = "author")]
pub(crate) fn refused(diagnostics: &Diagnostics) -> Vec<Diagnostic> {
    let refused = |diagnostic: &&Diagnostic| diagnostic.severity() == Severity::Deny;
    diagnostics.iter().filter(refused).cloned().collect()
}
