//! The parts of what is said that come again: scripts, lines of the lock.

use embed_migrations_core::{Dialect, DirectoryScript, LockEntry, Reading};
use serde_json::{Map, Value, json};

use crate::author::LockState;

pub(super) fn script(script: &DirectoryScript, state: Option<LockState>) -> Value {
    let DirectoryScript {
        label: _,
        name: _,
        direction,
        dialect,
        path,
        first_line,
        sql: _,
        checksum,
        transaction,
        readings,
    } = script;
    let mut statements = Map::new();
    for Reading {
        dialects,
        statements: found,
    } in readings
    {
        for dialect in dialects {
            statements.insert(dialect.name().to_owned(), json!(found.len()));
        }
    }
    json!({
        "direction": direction.name(),
        "dialect": dialect.map(Dialect::name),
        "path": path,
        "line": first_line,
        "checksum": checksum.to_string(),
        "transaction": transaction,
        "statements": statements,
        "lock": state.map(LockState::name),
    })
}

pub(super) fn lines(entries: &[LockEntry]) -> Vec<Value> {
    let line = |entry: &LockEntry| {
        let LockEntry {
            version: _,
            label,
            name,
            direction,
            dialect,
            checksum,
        } = entry;
        json!({
            "version": label,
            "name": name,
            "direction": direction.name(),
            "dialect": dialect.map(Dialect::name),
            "checksum": checksum.to_string(),
        })
    };
    entries.iter().map(line).collect()
}

pub(super) fn names(dialects: &[Dialect]) -> Vec<&'static str> {
    dialects.iter().map(|dialect| dialect.name()).collect()
}
