//! What a run does, as JSON: one object a line.

use embed_migrations::Progress;
use serde_json::{Value, json};

use crate::output::json::object;
use crate::time::milliseconds;

pub(super) fn event(verb: &str, progress: &Progress) -> Value {
    let said = match progress {
        Progress::Started { pending } => json!({ "event": "started", "pending": pending }),
        Progress::Migration {
            migration,
            script,
            statements,
        } => json!({
            "event": "migration",
            "version": migration.label(),
            "name": migration.name(),
            "direction": script.direction().name(),
            "path": script.path(),
            "statements": statements,
        }),
        Progress::Statement {
            path,
            line,
            number,
            of,
        } => json!({
            "event": "statement",
            "path": path,
            "line": line,
            "number": number,
            "of": of,
        }),
        Progress::Finished {
            migration,
            direction,
            took,
        } => json!({
            "event": "finished",
            "version": migration.label(),
            "name": migration.name(),
            "direction": direction.name(),
            "took_ms": milliseconds(*took),
        }),
        Progress::Batch { migration, done } => json!({
            "event": "batch",
            "version": migration.label(),
            "name": migration.name(),
            "done": done,
        }),
        Progress::Waiting { migration, waited } => json!({
            "event": "waiting",
            "version": migration.label(),
            "name": migration.name(),
            "waited_ms": milliseconds(*waited),
        }),
        _ => json!({ "event": "other" }),
    };
    object(verb, said)
}
