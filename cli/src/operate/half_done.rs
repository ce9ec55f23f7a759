//! What is half done, and what a person can do about it.

use embed_migrations::{Direction, Key, MigrationStatus, State};

use crate::output::text::count;

/// The lines about a migration that failed half-way or is in doubt; none about others.
pub(super) fn half_done(of: &MigrationStatus) -> Vec<String> {
    let (key, done) = (&of.key, of.journal.as_ref().map_or(0, |of| of.done));
    let named = match key {
        Key::Version(_) => format!("migration {} {}", of.label, of.name),
        Key::Repeatable(_) => format!("migration {key}"),
    };
    let (verb, reverting) = match of.direction {
        Direction::Up => ("run", ""),
        Direction::Down => ("revert", " while it was reverted"),
    };
    match of.state {
        State::InDoubt => vec![
            format!(
                "in doubt: {named}: nobody knows whether statement {} ran; its process has not been heard of since",
                done + 1
            ),
            format!(
                "help: `{verb}` asks the catalogue, and shows the statement where that does not tell"
            ),
            format!(
                "help: then look at the schema, and say `resolve {key} --ran` or `resolve {key} --not-run`"
            ),
        ],
        State::Failed => vec![
            format!("failed{reverting}: {named}, {}", how_far(of)),
            format!(
                "help: `{verb}` goes on there; where the script is at fault, mend it behind what is done"
            ),
        ],
        _ => Vec::new(),
    }
}

fn how_far(of: &MigrationStatus) -> String {
    match &of.journal {
        // A step in batches does not know how many there are.
        Some(journal) if journal.done > journal.total => {
            format!("after batch {}", journal.done)
        }
        Some(journal) => format!(
            "{} of {} done",
            journal.done,
            count(journal.total, "statement")
        ),
        None => "half-way".to_owned(),
    }
}
