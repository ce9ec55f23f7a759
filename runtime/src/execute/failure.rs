//! From a statement that the server refused to the error that a person reads.

use embed_migrations_core::{Statement, Step};

use crate::Engine;
use crate::engine::Stopped;
use crate::error::{Error, ErrorKind, FailedStatement};

/// The error of a statement; `at` is the place in its text that the server named, in bytes.
pub(super) fn statement_failed<C: Engine>(
    step: &Step,
    statement: Statement,
    at: Option<usize>,
    stopped: Stopped,
) -> Error {
    let failed = FailedStatement {
        script: step.script,
        start: statement.start,
        end: statement.end,
        at: at
            .map(|at| statement.start + at)
            .filter(|at| *at < statement.end && step.script.sql().is_char_boundary(*at)),
    };
    let (line, column) = (failed.line(), failed.column());
    let place = format!("{}:{line}:{column}", step.script.path());
    let advice = stopped.database_error().map(C::advice).unwrap_or_default();
    let error = Error::new(
        ErrorKind::Statement,
        format!(
            "{} failed at {place}: {}",
            named(step),
            said(&stopped.error)
        ),
    );
    let error = advice.into_iter().fold(error, Error::with_hint);
    error.with_failed(failed, stopped.error)
}

/// The error of a transaction that failed at its end, where the server checks what was deferred.
pub(super) fn commit_failed(step: &Step, stopped: Stopped) -> Error {
    let message = format!(
        "{} failed when it was committed, and was rolled back: {}: {}",
        named(step),
        step.script.path(),
        said(&stopped.error)
    );
    Error::database_told(message, stopped.error)
}

/// The error of a connection that was lost while a script ran: the history will tell what came of it.
pub(super) fn connection_lost(step: &Step, stopped: Stopped) -> Error {
    Error::database(
        format!("the connection was lost in {}", named(step)),
        stopped.error,
    )
}

pub(super) fn named(step: &Step) -> String {
    format!(
        "migration {} {}",
        step.migration.label(),
        step.migration.name()
    )
}

/// The server's own words, without what sqlx adds: a line of PostgreSQL's source, a code of SQLite.
fn said(error: &sqlx::Error) -> String {
    match error.as_database_error() {
        Some(error) => error.message().to_owned(),
        None => error.to_string(),
    }
}
