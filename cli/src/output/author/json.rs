//! What an author's verb says as JSON.
//!
//! Every value is taken apart completely, so that a new field of it does not build until it is written here.

mod part;

use embed_migrations_core::diagnostic::Code;
use embed_migrations_core::{
    Directory, DirectoryCallback, DirectoryMigration, DirectoryRepeatable,
};
use serde_json::{Value, json};

use super::Outcome;
use crate::author::{
    Checked, Created, Explained, Initialised, Listed, Locked, Moved, Renumbered, page,
};
use crate::dialects::{By, Chosen};
use crate::output::json::diagnostic;
use part::{lines, names, script};

pub(super) fn outcome(outcome: &Outcome) -> Value {
    match outcome {
        Outcome::Init(initialised) => init(initialised),
        Outcome::New(created) => new(created),
        Outcome::List(listed) => list(listed),
        Outcome::Check(checked) => check(checked),
        Outcome::Lock(locked) => lock(locked),
        Outcome::Renumber(renumbered) => renumber(renumbered),
        Outcome::Explain(Explained::One(code)) => explain(*code),
        Outcome::Explain(Explained::All) => explain_all(),
    }
}

fn init(initialised: &Initialised) -> Value {
    let Initialised {
        directory,
        files,
        dialects,
        embedded: _,
    } = initialised;
    json!({
        "directory": directory,
        "files": files,
        "dialects": dialects.as_deref().map(names),
    })
}

fn new(created: &Created) -> Value {
    let Created {
        directory,
        label,
        name,
        files,
        locked,
        is_to_be_locked: _,
        untouched: _,
    } = created;
    json!({
        "directory": directory,
        "version": label,
        "name": name,
        "files": files,
        "locked": lines(locked),
    })
}

fn list(listed: &Listed) -> Value {
    let Directory {
        path,
        name,
        table,
        migrations,
        repeatables,
        callbacks,
        settings: _,
        warnings: _,
    } = &listed.directory;
    let locked = listed.locked();
    let migrations = migrations.iter().map(|migration| {
        let DirectoryMigration { version, scripts } = migration;
        let state = |script| locked.as_ref().map(|locked| locked(*version, script));
        let scripts: Vec<Value> = scripts
            .iter()
            .map(|found| script(found, state(found)))
            .collect();
        json!({
            "version": migration.label(),
            "name": migration.name(),
            "scripts": scripts,
        })
    });
    let repeatables = repeatables.iter().map(|repeatable| {
        let DirectoryRepeatable { name, scripts } = repeatable;
        let scripts: Vec<Value> = scripts.iter().map(|found| script(found, None)).collect();
        json!({ "name": name, "scripts": scripts })
    });
    let callbacks = callbacks.iter().map(|callback| {
        let DirectoryCallback {
            event,
            description,
            scripts,
        } = callback;
        let scripts = scripts.iter().map(|found| {
            let mut said = script(found, None);
            said["direction"] = Value::Null;
            said
        });
        json!({
            "event": event.name(),
            "description": description,
            "scripts": scripts.collect::<Vec<_>>(),
        })
    });
    json!({
        "directory": path,
        "set": name,
        "table": table,
        "migrations": migrations.collect::<Vec<_>>(),
        "repeatables": repeatables.collect::<Vec<_>>(),
        "callbacks": callbacks.collect::<Vec<_>>(),
    })
}

fn check(checked: &Checked) -> Value {
    let (errors, warnings) = checked.counts();
    let Checked {
        format: _,
        directory,
        chosen,
        migrations,
        diagnostics,
    } = checked;
    let Chosen { dialects, by } = chosen;
    let by = match by {
        By::Settings => "migrations.toml",
        By::Option => "--dialect",
        By::Manifest(_) => "Cargo.toml",
        By::Nobody => "default",
    };
    json!({
        "directory": directory,
        "dialects": names(dialects),
        "dialects_from": by,
        "migrations": migrations,
        "errors": errors,
        "warnings": warnings,
        "diagnostics": diagnostics.iter().map(diagnostic).collect::<Vec<_>>(),
    })
}

fn lock(locked: &Locked) -> Value {
    let Locked {
        directory,
        file,
        accepted,
        added,
        lines: all,
    } = locked;
    json!({
        "directory": directory,
        "file": file,
        "accepted": lines(accepted),
        "added": lines(added),
        "lines": all,
    })
}

fn renumber(renumbered: &Renumbered) -> Value {
    let Renumbered {
        directory,
        name,
        from,
        to,
        moved,
        overrides,
    } = renumbered;
    let pairs = |moved: &[Moved]| {
        let pairs = moved
            .iter()
            .map(|Moved { from, to }| json!({ "from": from, "to": to }));
        pairs.collect::<Vec<_>>()
    };
    json!({
        "directory": directory,
        "name": name,
        "from": from,
        "to": to,
        "moved": pairs(moved),
        "overrides": pairs(overrides),
    })
}

fn explain(code: Code) -> Value {
    let mut said = summary(code);
    said["page"] = json!(page(code));
    said
}

fn explain_all() -> Value {
    let codes: Vec<Value> = Code::ALL.iter().map(|code| summary(*code)).collect();
    json!({ "codes": codes })
}

fn summary(code: Code) -> Value {
    json!({
        "code": code.name(),
        "severity": code.severity().name(),
        "adjustable": code.is_adjustable(),
        "summary": code.summary(),
    })
}
