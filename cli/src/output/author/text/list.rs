//! The table of `list`: a line for each script.

use embed_migrations_core::{Dialect, DirectoryCallback, DirectoryScript};

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
            let kind = kind(script.direction, script.dialect);
            rows.push(row(first, kind, script, state.map(LockState::name)));
            first = ["", ""];
        }
    }
    for repeatable in &listed.directory.repeatables {
        let mut first = ["repeatable", &*repeatable.name];
        for script in &repeatable.scripts {
            let kind = kind(script.direction, script.dialect);
            rows.push(row(first, kind, script, locked.as_ref().map(|_| "")));
            first = ["", ""];
        }
    }
    for callback in &listed.directory.callbacks {
        let called = called(callback);
        let mut first = ["callback", &*called];
        for script in &callback.scripts {
            let kind = script.dialect.map_or("", Dialect::name).to_owned();
            rows.push(row(first, kind, script, locked.as_ref().map(|_| "")));
            first = ["", ""];
        }
    }
    table(&rows)
}

/// As its file is: `afterMigrate__grants`.
fn called(callback: &DirectoryCallback) -> String {
    let event = callback.event.name();
    match &*callback.description {
        "" => event.to_owned(),
        description => format!("{event}__{description}"),
    }
}

fn row(
    first: [&str; 2],
    kind: String,
    script: &DirectoryScript,
    locked: Option<&str>,
) -> Vec<String> {
    let transaction = if script.transaction { "yes" } else { "no" };
    let mut row = first.map(str::to_owned).to_vec();
    row.extend([kind, transaction.to_owned()]);
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
