//! A history that somebody edited: each kind of damage is an error of its own, and nothing is run.

use std::collections::BTreeMap;

use embed_migrations::{Dialect, Migrator};
use tests::set;

use crate::in_every_setting;
use crate::record::{Seen, note};
use crate::scale::bounded;
use crate::setting::{Setting, dialect};

in_every_setting!(what_somebody_did_to_the_history_is_an_error_of_its_own_and_nothing_is_run);

/// What somebody did, and how.
fn damages(dialect: Dialect) -> Vec<(&'static str, String)> {
    let table = "_embed_migrations";
    // Without its key, a row can be there twice.
    let twice = match dialect {
        Dialect::Postgres | Dialect::MySql => {
            let drop_key = match dialect {
                Dialect::MySql => format!("ALTER TABLE {table} DROP PRIMARY KEY"),
                _ => format!("ALTER TABLE {table} DROP CONSTRAINT {table}_pkey"),
            };
            format!("{drop_key}; INSERT INTO {table} SELECT * FROM {table} WHERE version = '2'")
        }
        Dialect::Sqlite => format!(
            "CREATE TABLE copy AS SELECT * FROM {table}; DROP TABLE {table}; \
             ALTER TABLE copy RENAME TO {table}; INSERT INTO {table} SELECT * FROM {table} WHERE version = '2'"
        ),
    };
    let none = "0".repeat(64);
    vec![
        (
            "row deleted",
            format!("DELETE FROM {table} WHERE version = '2'"),
        ),
        (
            "last row deleted",
            format!("DELETE FROM {table} WHERE version = '3'"),
        ),
        (
            "checksum edited",
            format!("UPDATE {table} SET checksum = '{none}' WHERE version = '2'"),
        ),
        (
            "state edited",
            format!("UPDATE {table} SET state = 'done' WHERE version = '2'"),
        ),
        ("row duplicated", twice),
        (
            "row from the future",
            format!("UPDATE {table} SET format = 9 WHERE version = '2'"),
        ),
        (
            "older format",
            format!("UPDATE {table} SET format = 0 WHERE version = '2'"),
        ),
        ("table dropped", format!("DROP TABLE {table}")),
    ]
}

async fn what_somebody_did_to_the_history_is_an_error_of_its_own_and_nothing_is_run<S: Setting>() {
    let files = [
        ("1_a.sql", "CREATE TABLE a (n INTEGER);\n"),
        ("2_b.sql", "CREATE TABLE b (n INTEGER);\n"),
        ("3_c.sql", "CREATE TABLE c (n INTEGER);\n"),
    ];
    let migrator = Migrator::new(set(&files));
    let more = [&files[..], &[("4_d.sql", "CREATE TABLE d (n INTEGER);\n")]].concat();
    let newer = Migrator::new(set(&more));
    let mut said: BTreeMap<String, &str> = BTreeMap::new();
    let mut wrong = Vec::new();
    for (damage, sql) in damages(dialect::<S>()) {
        let db = S::fresh().await;
        migrator.run(&db.pool).await.unwrap();
        db.tell(&sql).await;
        let run = bounded("a run on a damaged history", newer.run(&db.pool)).await;
        let tables = db.tables().await;
        if tables.contains(&"d".to_owned()) {
            wrong.push(format!("{damage}: 4 was run"));
        }
        match run {
            Ok(report) => wrong.push(format!("{damage}: no error, {report}")),
            Err(error) => {
                let text = format!("{:?} {error}", error.kind());
                if let Some(other) = said.insert(text.clone(), damage) {
                    wrong.push(format!("{damage}: the same as {other}: {text}"));
                }
            }
        }
        db.discard().await;
        let seen = Seen {
            runs: 1,
            ..Seen::default()
        };
        note("tampered", S::NAME, damage, &seen);
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
