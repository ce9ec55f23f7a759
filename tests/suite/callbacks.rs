//! Scripts of the directory around a run and around each migration.

use embed_migrations::{Dialect, ErrorKind, Migrator, State};
use tests::{Backend, Files, Fresh, on_every_engine, set};

on_every_engine!(
    callbacks_stand_around_the_run_and_around_each_migration
    callbacks_around_a_reversion_are_its_own
    nothing_pending_calls_nothing
    what_a_callback_did_is_rolled_back_with_its_migration
    a_failing_callback_is_named_with_its_line
    a_failing_callback_before_the_run_runs_nothing
    a_callback_around_statements_is_never_in_doubt
    data_and_a_callback_that_commits_are_never_run_twice
);

const LOG: (&str, &str) = ("0_log.sql", "CREATE TABLE log (what VARCHAR(40));");

/// Around two migrations that write to the log themselves.
const AROUND: &Files<'_> = &[
    ("1_a.sql", "INSERT INTO log VALUES ('a');"),
    ("1_a.down.sql", "INSERT INTO log VALUES ('no a');"),
    (
        "2_b.sql",
        "-- no-transaction\nINSERT INTO log VALUES ('b');",
    ),
    ("beforeMigrate.sql", "INSERT INTO log VALUES ('before');"),
    ("beforeEachMigrate.sql", "INSERT INTO log VALUES ('[');"),
    ("afterEachMigrate.sql", "INSERT INTO log VALUES (']');"),
    ("afterMigrate.sql", "INSERT INTO log VALUES ('after');"),
    ("afterMigrate__more.sql", "INSERT INTO log VALUES ('more');"),
    ("beforeUndo.sql", "INSERT INTO log VALUES ('before undo');"),
    ("beforeEachUndo.sql", "INSERT INTO log VALUES ('{');"),
    ("afterEachUndo.sql", "INSERT INTO log VALUES ('}');"),
    ("afterUndo.sql", "INSERT INTO log VALUES ('after undo');"),
];

async fn log<DB: Backend>(db: &Fresh<DB>) -> String {
    let rows = db.ask("SELECT what FROM log").await;
    rows.concat().join(" ")
}

async fn prepared<DB: Backend>(db: &Fresh<DB>) {
    db.tell("CREATE TABLE log (what VARCHAR(40))").await;
}

async fn callbacks_stand_around_the_run_and_around_each_migration<DB: Backend>(db: Fresh<DB>) {
    prepared(&db).await;
    Migrator::new(set(AROUND)).run(&db.pool).await.unwrap();
    assert_eq!(log(&db).await, "before [ a ] [ b ] after more");
}

async fn callbacks_around_a_reversion_are_its_own<DB: Backend>(db: Fresh<DB>) {
    prepared(&db).await;
    let migrator = Migrator::new(set(AROUND));
    let first = migrator.clone().target(embed_migrations::Target::Steps(1));
    first.run(&db.pool).await.unwrap();
    db.tell("DELETE FROM log").await;
    migrator.revert(&db.pool).await.unwrap();
    assert_eq!(log(&db).await, "before undo { no a } after undo");
}

async fn nothing_pending_calls_nothing<DB: Backend>(db: Fresh<DB>) {
    prepared(&db).await;
    let migrator = Migrator::new(set(AROUND));
    migrator.run(&db.pool).await.unwrap();
    db.tell("DELETE FROM log").await;
    migrator.run(&db.pool).await.unwrap();
    assert_eq!(log(&db).await, "");
}

async fn what_a_callback_did_is_rolled_back_with_its_migration<DB: Backend>(db: Fresh<DB>) {
    let failing = set(&[
        LOG,
        (
            "1_a.sql",
            "INSERT INTO log VALUES ('a');\nINSERT INTO nowhere VALUES (1);",
        ),
        ("beforeEachMigrate.sql", "SELECT 1;"),
        ("afterMigrate.sql", "INSERT INTO log VALUES ('after');"),
    ]);
    let error = Migrator::new(failing).run(&db.pool).await.unwrap_err();
    assert!(error.is_statement(), "{error}");
    assert_eq!(log(&db).await, "");
    let failing = set(&[
        LOG,
        ("1_a.sql", "INSERT INTO log VALUES ('a');"),
        ("beforeEachMigrate.sql", "INSERT INTO log VALUES ('[');"),
        ("afterEachMigrate.sql", "INSERT INTO nowhere VALUES (1);"),
    ]);
    let error = Migrator::new(failing).run(&db.pool).await.unwrap_err();
    assert!(error.is_statement(), "{error}");
    assert_eq!(log(&db).await, "");
}

async fn a_failing_callback_is_named_with_its_line<DB: Backend>(db: Fresh<DB>) {
    let failing = set(&[
        LOG,
        (
            "afterEachMigrate.sql",
            "SELECT 1;\n\nINSERT INTO nowhere VALUES (1);",
        ),
    ]);
    let error = Migrator::new(failing).run(&db.pool).await.unwrap_err();
    let failed = error.failed_statement().unwrap();
    assert_eq!(failed.path(), "migrations/afterEachMigrate.sql");
    assert_eq!(failed.line(), 3);
    let told = error.to_string();
    assert!(told.starts_with("a callback "), "{told}");
    assert!(told.contains("migration 0 log failed at "), "{told}");
}

async fn a_failing_callback_before_the_run_runs_nothing<DB: Backend>(db: Fresh<DB>) {
    let failing = set(&[
        LOG,
        ("beforeMigrate.sql", "INSERT INTO nowhere VALUES (1);"),
    ]);
    let error = Migrator::new(failing).run(&db.pool).await.unwrap_err();
    assert!(error.to_string().contains("nothing was run"), "{error}");
    let failed = error.failed_statement().unwrap();
    assert_eq!(failed.path(), "migrations/beforeMigrate.sql");
    assert!(db.tables().await.is_empty());
    assert!(
        db.ask("SELECT version FROM _embed_migrations")
            .await
            .is_empty()
    );
}

async fn a_callback_around_statements_is_never_in_doubt<DB: Backend>(db: Fresh<DB>) {
    prepared(&db).await;
    let with = |after: &str| {
        set(&[
            (
                "1_a.sql",
                "-- no-transaction\nINSERT INTO log VALUES ('a');\nINSERT INTO log VALUES ('b');",
            ),
            ("afterEachMigrate.sql", after),
        ])
    };
    let failing = Migrator::new(with("INSERT INTO nowhere VALUES (1);"));
    let error = failing.run(&db.pool).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Statement);
    let status = failing.status(&db.pool).await.unwrap();
    assert_eq!(status.in_state(State::Failed).count(), 1);
    let fixed = Migrator::new(with("INSERT INTO log VALUES ('after');"));
    fixed.run(&db.pool).await.unwrap();
    assert_eq!(log(&db).await, "a b after");
}

/// Where DDL in a callback would commit the data of a migration, that runs statement by statement.
async fn data_and_a_callback_that_commits_are_never_run_twice<DB: Backend>(db: Fresh<DB>) {
    prepared(&db).await;
    let migrator = Migrator::new(set(&[
        (
            "1_a.sql",
            "INSERT INTO log VALUES ('a');\nINSERT INTO nowhere VALUES (1);",
        ),
        (
            "beforeEachMigrate.sql",
            "CREATE TABLE IF NOT EXISTS t (n INTEGER);",
        ),
    ]));
    for _ in 0..2 {
        let error = migrator.run(&db.pool).await.unwrap_err();
        assert!(error.is_statement(), "{error}");
    }
    let expected = if DB::DIALECT == Dialect::MySql {
        "a"
    } else {
        ""
    };
    assert_eq!(log(&db).await, expected);
}
