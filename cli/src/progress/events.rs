//! What a run does, as JSON: one object a line.

use embed_migrations::{Migration, Progress};
use serde_json::{Value, json};

use crate::operate::part;
use crate::output::json::object;
use crate::time::milliseconds;

fn version(migration: Migration) -> String {
    part::version(&migration.key(), migration.label())
}

pub(super) fn event(verb: &str, progress: &Progress) -> Value {
    let said = match progress {
        Progress::Started { pending } => json!({ "event": "started", "pending": pending }),
        Progress::Migration {
            set,
            migration,
            script,
            statements,
        } => json!({
            "event": "migration",
            "set": set,
            "version": version(*migration),
            "name": migration.name(),
            "direction": script.direction().name(),
            "path": script.path(),
            "statements": statements,
        }),
        Progress::Statement {
            set,
            path,
            line,
            number,
            of,
        } => json!({
            "event": "statement",
            "set": set,
            "path": path,
            "line": line,
            "number": number,
            "of": of,
        }),
        Progress::Finished {
            set,
            migration,
            direction,
            took,
        } => json!({
            "event": "finished",
            "set": set,
            "version": version(*migration),
            "name": migration.name(),
            "direction": direction.name(),
            "took_ms": milliseconds(*took),
        }),
        Progress::Batch {
            set,
            migration,
            done,
        } => json!({
            "event": "batch",
            "set": set,
            "version": version(*migration),
            "name": migration.name(),
            "done": done,
        }),
        Progress::Waiting {
            set,
            migration,
            waited,
        } => json!({
            "event": "waiting",
            "set": set,
            "version": version(*migration),
            "name": migration.name(),
            "waited_ms": milliseconds(*waited),
        }),
        Progress::Blocked {
            set,
            migration,
            waited,
            by,
        } => json!({
            "event": "blocked",
            "set": set,
            "version": version(*migration),
            "name": migration.name(),
            "waited_ms": milliseconds(*waited),
            "by": by,
        }),
        _ => json!({ "event": "other" }),
    };
    object(verb, said)
}
