//! A row whose holder is not heard of: is it still at work, and if not, what became of its statement?

use embed_migrations_core::AppliedMigration;

use super::failure::named;
use crate::Engine;
use crate::error::{Error, ErrorKind};
use crate::history::Writer;

/// What the server does under the claim of a row.
pub(crate) async fn still_at_work<C: Engine>(
    connection: &mut C,
    row: &AppliedMigration,
) -> Result<Vec<String>, Error> {
    let Some(claim) = &row.claim else {
        return Ok(Vec::new());
    };
    let marker = format!("claim={}", claim.id);
    let activity = connection.activity(&marker, user_of(row)).await;
    activity.map_err(|stopped| {
        Error::database("the server does not say what it is doing", stopped.error)
    })
}

/// The database user of a row's holder: see `Writer::who`.
fn user_of(row: &AppliedMigration) -> &str {
    row.applied_by.split(" from ").next().unwrap_or_default()
}

/// The error of a statement of which nobody knows whether it ran.
pub(super) fn in_doubt(writer: &Writer<'_>, row: &AppliedMigration) -> Error {
    let step = writer.step;
    let index = row.journal.done;
    let (line, text) = match step.statements.get(index) {
        Some(statement) => (step.script.line(*statement), step.script.text(*statement)),
        None => (step.script.first_line(), ""),
    };
    let first = text.lines().next().unwrap_or_default();
    let key = step.migration.key();
    Error::new(
        ErrorKind::InDoubt,
        format!(
            "{} is in doubt at {}:{line}: {} died while statement {} was under way, and nobody knows whether it ran: {first}",
            named(step),
            step.script.path(),
            row.applied_by,
            index + 1
        ),
    )
    .with_hint("look at the schema, then settle it and run again")
    .with_hint(format!("it ran: `resolve {key} --ran`, `Resolution::Ran`"))
    .with_hint(format!("it did not run: `resolve {key} --not-run`, `Resolution::NotRun`"))
}
