//! [`Error`]: what went wrong, where, and what a person can do about it.

use std::error::Error as _;
use std::fmt;
use std::time::Duration;

use embed_migrations_core::diagnostic::render_failure;
use embed_migrations_core::{Difference, Script};

use crate::{BoxError, Report};

/// Why a verb did not come to its end.
///
/// `Display` is one line: what failed, where, what was expected. `Debug` adds the statement with the place marked and
/// the hint, so that a `main` that returns the error shows all of it.
pub struct Error(Box<Inner>);

struct Inner {
    kind: ErrorKind,
    message: String,
    notes: Vec<String>,
    hints: Vec<String>,
    differences: Vec<Difference>,
    failed: Option<FailedStatement>,
    report: Option<Report>,
    database: Option<Answer>,
    /// Whether the message has the database's words already.
    is_told: bool,
    /// What the program's own code failed with.
    cause: Option<BoxError>,
}

/// What the database answered. It is said in the server's own words alone.
struct Answer(sqlx::Error);

/// What kind of thing went wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The database cannot be reached, or refused something that is not part of a migration.
    Database,
    /// A statement of a migration failed, or its commit.
    Statement,
    /// Set and history differ in a way that policy does not allow.
    Difference,
    /// The target is no version of the set.
    Target,
    /// Somebody else is at work and did not finish in time.
    Waited,
    /// A process died, and nobody knows whether the statement under way ran.
    InDoubt,
    /// Another process took the migration over while this one was not heard of.
    ClaimLost,
    /// Something is pending, and this process may not apply it.
    Pending,
    /// A step in Rust or a hook failed.
    Rust,
    /// It was asked to stop.
    Stopped,
    /// The history cannot be mended in the way that was asked for.
    Refused,
    /// The server takes no writes.
    ReadOnly,
    /// The history table holds what this program cannot have written.
    History,
    /// The database has the history of another tool and none of ours.
    ForeignHistory,
    /// The source directory is not what this debug build embeds.
    Stale,
    /// The migrator cannot work with what it was given.
    Configuration,
}

impl Error {
    pub(crate) fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        Self(Box::new(Inner {
            kind,
            message: message.into(),
            notes: Vec::new(),
            hints: Vec::new(),
            differences: Vec::new(),
            failed: None,
            report: None,
            database: None,
            is_told: false,
            cause: None,
        }))
    }

    /// The database's error is the cause: it is told by `source`, not in the message.
    pub(crate) fn database(message: impl Into<String>, error: sqlx::Error) -> Self {
        Self::new(ErrorKind::Database, message).caused_by(error)
    }

    /// The same error with the database's as its cause.
    pub(crate) fn caused_by(mut self, error: sqlx::Error) -> Self {
        self.0.database = Some(Answer(error));
        self
    }

    /// The database's error is told by the message already.
    pub(crate) fn database_told(message: impl Into<String>, error: sqlx::Error) -> Self {
        let mut this = Self::new(ErrorKind::Statement, message).caused_by(error);
        this.0.is_told = true;
        this
    }

    /// Somebody asked the run to end.
    pub(crate) fn stopped(place: &str) -> Self {
        Self::new(ErrorKind::Stopped, format!("stopped on request {place}"))
    }

    /// A step in Rust or a hook failed; its error is the cause, perhaps what the database answered it.
    pub(crate) fn rust(message: impl Into<String>, error: BoxError) -> Self {
        let mut this = Self::new(ErrorKind::Rust, message);
        match error.downcast() {
            Ok(answer) => this.0.database = Some(Answer(*answer)),
            Err(error) => this.0.cause = Some(error),
        }
        this
    }

    /// The same after it was waited for.
    pub(crate) fn waited(mut self, timeout: Duration) -> Self {
        let why = self.0.message;
        self.0.message = format!("waited {} s in vain: {why}", timeout.as_secs_f64().round());
        self.0.kind = ErrorKind::Waited;
        self
    }

    /// The same with another message.
    pub(crate) fn with_message(mut self, message: String) -> Self {
        self.0.message = message;
        self
    }

    /// The same as another kind.
    pub(crate) fn with_kind(mut self, kind: ErrorKind) -> Self {
        self.0.kind = kind;
        self
    }

    /// The database's answer to something that belongs to a migration, told by the message.
    pub(crate) fn of_statement(self) -> Self {
        let said = self.database_error().map(said).unwrap_or_default();
        let message = format!("{}: {said}", self.0.message);
        let mut this = self.with_message(message).with_kind(ErrorKind::Statement);
        this.0.is_told = true;
        this
    }

    pub(crate) fn with_note(mut self, note: impl Into<String>) -> Self {
        self.0.notes.push(note.into());
        self
    }

    pub(crate) fn with_hint(mut self, hint: impl Into<String>) -> Self {
        self.0.hints.push(hint.into());
        self
    }

    pub(crate) fn with_differences(mut self, differences: Vec<Difference>) -> Self {
        let mut hints: Vec<String> = Vec::new();
        for hint in differences.iter().map(Difference::hint) {
            if !hints.iter().any(|known| known == hint) {
                hints.push(hint.to_owned());
            }
        }
        self.0.hints.extend(hints);
        self.0.differences = differences;
        self
    }

    pub(crate) fn with_failed(mut self, failed: FailedStatement, error: sqlx::Error) -> Self {
        self.0.failed = Some(failed);
        self.0.database = Some(Answer(error));
        self.0.is_told = true;
        self
    }

    pub(crate) fn with_report(mut self, report: Report) -> Self {
        self.0.report = Some(report);
        self
    }

    /// What kind of thing went wrong.
    pub fn kind(&self) -> ErrorKind {
        self.0.kind
    }

    /// Whether a migration failed; [`failed_statement`](Self::failed_statement) has the place, unless it failed at its commit.
    pub fn is_statement(&self) -> bool {
        self.kind() == ErrorKind::Statement
    }

    /// Whether set and history differ; [`differences`](Self::differences) lists how.
    pub fn is_difference(&self) -> bool {
        self.kind() == ErrorKind::Difference
    }

    /// Whether somebody else was at work for too long.
    pub fn is_waited(&self) -> bool {
        self.kind() == ErrorKind::Waited
    }

    /// Whether a person must say what became of a statement.
    pub fn is_in_doubt(&self) -> bool {
        self.kind() == ErrorKind::InDoubt
    }

    /// Whether the server takes no writes.
    pub fn is_read_only(&self) -> bool {
        self.kind() == ErrorKind::ReadOnly
    }

    /// What else is known: what the server adds to its message, how much of a script is done.
    pub fn notes(&self) -> &[String] {
        &self.0.notes
    }

    /// How to mend it.
    pub fn hints(&self) -> &[String] {
        &self.0.hints
    }

    /// How set and history differ, where that is what was refused.
    pub fn differences(&self) -> &[Difference] {
        &self.0.differences
    }

    /// The statement that failed, where one did.
    pub fn failed_statement(&self) -> Option<&FailedStatement> {
        self.0.failed.as_ref()
    }

    /// What was done before the error; it stays done.
    pub fn report(&self) -> Option<&Report> {
        self.0.report.as_ref()
    }

    /// The error of the database below, whether or not the message tells it already. What sqlx makes of it has the place in
    /// PostgreSQL's source in it; `source` has the server's own words.
    pub fn database_error(&self) -> Option<&sqlx::Error> {
        self.0.database.as_ref().map(|answer| &answer.0)
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.message)?;
        for (index, difference) in self.0.differences.iter().enumerate() {
            let separator = if index == 0 { ": " } else { "; " };
            write!(f, "{separator}{difference}")?;
        }
        Ok(())
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Inner {
            notes,
            hints,
            failed,
            ..
        } = &*self.0;
        if let Some(failed) = failed {
            return f.write_str(&render_failure(
                &self.to_string(),
                failed.script,
                failed.part(),
                notes,
                hints,
            ));
        }
        write!(f, "{self}")?;
        if let Some(cause) = self.source() {
            write!(f, ": {cause}")?;
        }
        for note in notes {
            write!(f, "\n  = note: {note}")?;
        }
        hints
            .iter()
            .try_for_each(|hint| write!(f, "\n  = help: {hint}"))
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        if let Some(cause) = &self.0.cause {
            return Some(&**cause);
        }
        let answer = self.0.database.as_ref().filter(|_| !self.0.is_told);
        answer.map(|answer| answer as _)
    }
}

impl fmt::Display for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&said(&self.0))
    }
}

impl fmt::Debug for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0, f)
    }
}

impl std::error::Error for Answer {}

/// Where a migration failed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FailedStatement {
    pub(crate) script: &'static Script,
    /// Offsets in bytes of the statement in the script.
    pub(crate) start: usize,
    pub(crate) end: usize,
    /// The offset of the place that the server named.
    pub(crate) at: Option<usize>,
}

impl FailedStatement {
    /// The file, relative to the crate that embeds it.
    pub fn path(&self) -> &'static str {
        self.script.path()
    }

    /// The text of the statement.
    pub fn sql(&self) -> &'static str {
        &self.script.sql()[self.start..self.end]
    }

    /// The line in the file, 1-based: where the server saw the error, else where the statement begins.
    pub fn line(&self) -> usize {
        self.before().matches('\n').count() + self.script.first_line()
    }

    /// The column in characters, 1-based.
    pub fn column(&self) -> usize {
        let before = self.before();
        let line = before
            .rfind('\n')
            .map_or(before, |newline| &before[newline + 1..]);
        line.chars().count() + 1
    }

    fn before(&self) -> &'static str {
        &self.script.sql()[..self.at.unwrap_or(self.start)]
    }

    /// What is marked: the word at the place, or the whole statement.
    fn part(&self) -> std::ops::Range<usize> {
        match self.at {
            None => self.start..self.end,
            Some(at) => {
                let rest = &self.script.sql()[at..self.end];
                let word = rest
                    .find(|c: char| !c.is_alphanumeric() && c != '_')
                    .unwrap_or(rest.len());
                at..at + word.max(rest.chars().next().map_or(0, char::len_utf8))
            }
        }
    }
}

/// The server's own words, without what sqlx adds: a line of PostgreSQL's source, a code of SQLite.
pub(crate) fn said(error: &sqlx::Error) -> String {
    match error.as_database_error() {
        Some(error) => error.message().to_owned(),
        None => error.to_string(),
    }
}
