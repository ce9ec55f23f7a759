//! The table of `list`: a line for each script.

use embed_migrations_core::DirectoryScript;

use super::kind;
use crate::author::{Listed, LockState};
use crate::output::table::table;

pub(super) fn table_of(listed: &Listed) -> String {
    let locked = listed.locked();
    let mut head = vec!["VERSION", "NAME", "SCRIPT", "TRANSACTION", "STATEMENTS"];
    if locked.is_some() {
        head.push("LOCKED");
    }
    head.push("FILE");
    let mut rows = vec![head.into_iter().map(str::to_owned).collect::<Vec<_>>()];
    for migration in &listed.directory.migrations {
        let mut first = [migration.label(), migration.name()];
        for script in &migration.scripts {
            let state = locked
                .as_ref()
                .map(|locked| locked(migration.version, script));
            rows.push(row(first, script, state.map(LockState::name)));
            first = ["", ""];
        }
    }
    for repeatable in &listed.directory.repeatables {
        let mut first = ["repeatable", &*repeatable.name];
        for script in &repeatable.scripts {
            rows.push(row(first, script, locked.as_ref().map(|_| "")));
            first = ["", ""];
        }
    }
    table(&rows)
}

fn row(first: [&str; 2], script: &DirectoryScript, locked: Option<&str>) -> Vec<String> {
    let transaction = if script.transaction { "yes" } else { "no" };
    let mut row = first.map(str::to_owned).to_vec();
    row.extend([
        kind(script.direction, script.dialect),
        transaction.to_owned(),
    ]);
    row.push(statements(script));
    row.extend(locked.map(str::to_owned));
    row.push(script.path.clone());
    row
}

/// How many statements there are; for each dialect where they differ.
fn statements(script: &DirectoryScript) -> String {
    let readings = &script.readings;
    let first = readings
        .first()
        .map_or(0, |reading| reading.statements.len());
    if readings
        .iter()
        .all(|reading| reading.statements.len() == first)
    {
        return first.to_string();
    }
    let counts = readings.iter().flat_map(|reading| {
        let count = reading.statements.len();
        reading
            .dialects
            .iter()
            .map(move |dialect| format!("{count} {}", dialect.name()))
    });
    counts.collect::<Vec<_>>().join(", ")
}
