//! Rows that no release writes: each says something that contradicts something else that it says.

use std::collections::HashSet;

use embed_migrations_core::{AppliedMigration, Direction, RowState, Via};

use super::Table;
use crate::error::{Error, ErrorKind};

/// Refuses a history of which one row contradicts itself, or two each other.
pub(super) fn refuse_unsound(table: &Table, rows: &[AppliedMigration]) -> Result<(), Error> {
    let mut seen = HashSet::new();
    for row in rows {
        let twice = !seen.insert((&row.set, &row.key));
        let what = twice
            .then(|| "two rows".to_owned())
            .or_else(|| contradiction(row));
        if let Some(what) = what {
            return Err(tampered(table, row, &what));
        }
    }
    Ok(())
}

fn contradiction(row: &AppliedMigration) -> Option<String> {
    let journal = &row.journal;
    let (done, sent, total) = (journal.done, journal.sent, journal.total);
    let is_of_script = row.cursor.is_none();
    if is_of_script && done > total {
        return Some(format!("{done} statements done, of {total}"));
    }
    if sent != done && sent != done + 1 {
        return Some(format!("{sent} statements sent and {done} done"));
    }
    let has_claim = row.claim.is_some();
    match row.state {
        RowState::Running if !has_claim => {
            Some("the state `running`, and not who runs it until when".to_owned())
        }
        RowState::Failed | RowState::Applied if has_claim => Some(format!(
            "the state `{}`, and a claim of somebody who runs it",
            row.state.name()
        )),
        RowState::Failed | RowState::Applied if sent != done => Some(format!(
            "the state `{}`, and a statement under way",
            row.state.name()
        )),
        RowState::Applied if row.direction == Direction::Down => {
            Some("the state `applied`, and that it is being reverted".to_owned())
        }
        RowState::Applied if row.via == Via::Run && done != total => Some(format!(
            "the state `applied`, and {done} of {total} statements done"
        )),
        RowState::Applied if row.applied_at.is_none() => {
            Some("the state `applied`, and not since when".to_owned())
        }
        _ => None,
    }
}

fn tampered(table: &Table, row: &AppliedMigration, what: &str) -> Error {
    let table = table.shown();
    let (key, set) = (&row.key, &row.set);
    Error::new(
        ErrorKind::History,
        format!("the history table `{table}` has {what} for {key} of the set `{set}`"),
    )
    .with_hint("no release writes that: somebody else wrote to the table; restore the row, nothing was run")
}
