//! From a statement that the server refused to the error that a person reads.

use embed_migrations_core::{
    Direction, Script, Statement, Step, builds_concurrently, may_stay_half_done,
};

use super::message::{Message, Part};
use crate::Engine;
use crate::engine::Stopped;
use crate::error::{Error, ErrorKind, FailedStatement, said};

/// The error of a statement; `at` is the place in its text that the server named, in bytes.
pub(super) fn statement_failed<C: Engine>(
    step: &Step,
    script: &'static Script,
    statement: Statement,
    at: Option<usize>,
    stopped: Stopped,
) -> Error {
    let what = if std::ptr::eq(script, step.script) {
        format!("{}{}", named(step), reverting(step))
    } else {
        format!("a callback of {}", named(step))
    };
    failed::<C>(&what, script, statement, at, stopped)
}

fn failed<C: Engine>(
    what: &str,
    script: &'static Script,
    statement: Statement,
    at: Option<usize>,
    stopped: Stopped,
) -> Error {
    let failed = FailedStatement {
        script,
        start: statement.start,
        end: statement.end,
        at: at
            .map(|at| statement.start + at)
            .filter(|at| *at < statement.end && script.sql().is_char_boundary(*at)),
    };
    let (line, column) = (failed.line(), failed.column());
    let place = format!("{}:{line}:{column}", script.path());
    let advice = stopped.database_error().map(C::advice).unwrap_or_default();
    let error = Error::new(
        ErrorKind::Statement,
        format!("{what} failed at {place}: {}", said(&stopped.error)),
    );
    let error = advice.into_iter().fold(error, Error::with_note);
    let error = if may_stay_half_done(script.text(statement), C::DIALECT) {
        error.with_note(
            "it may have done a part of what it does, which stays, and is run again as a whole",
        )
    } else {
        error
    };
    let error = match leftover::<C>(script.text(statement)) {
        Some(hint) => error.with_hint(hint),
        None => error,
    };
    error.with_failed(failed, stopped.error)
}

/// The error of a callback that stands by itself.
pub(super) fn callback_failed<C: Engine>(
    place: &str,
    script: &'static Script,
    statement: Statement,
    stopped: Stopped,
) -> Error {
    let sql = script.text(statement);
    let position = stopped
        .database_error()
        .and_then(|error| C::position(error, sql));
    let mut message = Message::new(String::new());
    message.push(Part::Statement(script, statement), sql);
    let (_, at) = message.stopped_at(&stopped, position);
    failed::<C>(
        &format!("a callback {place}"),
        script,
        statement,
        at,
        stopped,
    )
}

/// The error of a transaction that failed at its end, where the server checks what was deferred.
pub(super) fn commit_failed<C: Engine>(step: &Step, stopped: Stopped) -> Error {
    let advice = stopped.database_error().map(C::advice).unwrap_or_default();
    let message = format!(
        "{}{} failed when it was committed, and was rolled back: {}: {}",
        named(step),
        reverting(step),
        step.script.path(),
        said(&stopped.error)
    );
    let error = Error::database_told(message, stopped.error);
    advice.into_iter().fold(error, Error::with_note)
}

/// PostgreSQL manual, CREATE INDEX, "Building Indexes Concurrently": a failed one leaves an index that is never used.
fn leftover<C: Engine>(sql: &str) -> Option<&'static str> {
    builds_concurrently(sql, C::DIALECT)
        .then_some("it may have left an invalid index; the next run drops that and builds it again")
}

/// The error of a message that the server does not read: nothing of it was run.
pub(super) fn too_large(step: &Step, stopped: Stopped) -> Error {
    let message = format!(
        "{} is more than the server reads at once: {}",
        named(step),
        said(&stopped.error)
    );
    Error::database_told(message, stopped.error)
        .with_hint("raise `max_allowed_packet`, or cut the statement into several")
        .with_hint("with `-- no-transaction` each statement is sent by itself")
}

/// The error of a holder whose claim is another's.
pub(super) fn claim_lost(step: &Step) -> Error {
    Error::new(
        ErrorKind::ClaimLost,
        format!("{} was taken over by another process", named(step)),
    )
    .with_hint(
        "this process was not heard of for too long; see `status` for what the other one does",
    )
}

/// What is said of a script that stopped half-way.
pub(super) fn resumes_at(step: &Step, done: usize) -> String {
    let of = step.statements.len();
    let (are, stay) = if done == 1 {
        ("is", "stays")
    } else {
        ("are", "stay")
    };
    let place = match step.statements.get(done) {
        Some(next) => format!("at line {}", step.script.line(*next)),
        None => "behind them".to_owned(),
    };
    format!("{done} of {of} statements {are} done and {stay}; the next run goes on {place}")
}

/// The error of a connection that was lost while a script ran: the history will tell what came of it.
pub(super) fn connection_lost(step: &Step, stopped: Stopped) -> Error {
    Error::database(
        format!("the connection was lost in {}", named(step)),
        stopped.error,
    )
}

pub(super) fn reverting(step: &Step) -> &'static str {
    match step.direction() {
        Direction::Up => "",
        Direction::Down => ", being reverted,",
    }
}

pub(super) fn named(step: &Step) -> String {
    format!("migration {}", step.migration)
}
