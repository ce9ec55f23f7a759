//! Mending the history by hand: repair and resolve.

use std::time::Duration;

use embed_migrations::{
    Dialect, Error, ErrorKind, Key, MigrationSet, Migrator, Repair, Resolution, State,
};
use tests::{Backend, Fresh, on_every_engine, reversible, set};

on_every_engine!(
    what_was_only_recorded_is_forgotten
    a_repeatable_that_is_forgotten_is_applied_once_more
    an_accepted_edit_is_no_edit_any_more
    an_accepted_down_script_is_no_edit_any_more
    what_has_no_row_is_not_repaired
    what_is_not_applied_is_not_accepted
    what_is_not_in_the_program_is_forgotten_and_not_accepted
    what_is_applied_and_in_the_program_is_not_forgotten
    what_is_half_applied_is_forgotten_and_pending_again
    what_is_being_run_is_not_repaired
    nothing_is_written_unless_all_of_it_can_be
    a_key_that_is_named_twice_changes_nothing
    a_repeatable_is_repaired_by_its_name
    a_statement_that_ran_is_gone_on_behind
    a_statement_that_did_not_run_is_run
    the_last_statement_that_ran_leaves_nothing_to_run
    a_doubt_about_a_down_script_is_settled_both_ways
    what_is_not_in_doubt_is_not_resolved
    what_the_server_still_runs_is_not_resolved
    what_was_edited_cannot_be_said_to_have_run
);

const A: (&str, &str) = ("1_a.sql", "CREATE TABLE a (n INTEGER);\n");

fn accept(version: u64) -> Repair {
    Repair::Accept(Key::from(version))
}

fn forget(version: u64) -> Repair {
    Repair::Forget(Key::from(version))
}

async fn refused<DB: Backend>(
    db: &Fresh<DB>,
    set: &'static MigrationSet,
    repairs: &[Repair],
) -> Error {
    let before = db.rows().await;
    let error = Migrator::new(set)
        .repair(&db.pool, repairs)
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Refused, "{error:?}");
    assert_eq!(db.rows().await, before);
    error
}

async fn an_accepted_edit_is_no_edit_any_more<DB: Backend>(db: Fresh<DB>) {
    Migrator::new(set(&[A])).run(&db.pool).await.unwrap();
    let edited = set(&[("1_a.sql", "-- why\nCREATE TABLE a (n INTEGER);\n")]);
    let migrator = Migrator::new(edited);
    assert!(migrator.run(&db.pool).await.unwrap_err().is_difference());
    migrator.repair(&db.pool, &[accept(1)]).await.unwrap();
    assert!(migrator.run(&db.pool).await.unwrap().warnings().is_empty());
    assert!(migrator.validate(&db.pool).await.unwrap().is_valid());
    migrator.repair(&db.pool, &[accept(1)]).await.unwrap();
}

async fn an_accepted_down_script_is_no_edit_any_more<DB: Backend>(db: Fresh<DB>) {
    Migrator::new(reversible(&["a"]))
        .run(&db.pool)
        .await
        .unwrap();
    let edited = Migrator::new(set(&[
        ("1_a.up.sql", "CREATE TABLE a (n INTEGER);\n"),
        ("1_a.down.sql", "-- why\nDROP TABLE a;\n"),
    ]));
    assert!(edited.revert(&db.pool).await.unwrap_err().is_difference());
    edited.repair(&db.pool, &[accept(1)]).await.unwrap();
    assert_eq!(edited.revert(&db.pool).await.unwrap().reverted().len(), 1);
}

async fn what_has_no_row_is_not_repaired<DB: Backend>(db: Fresh<DB>) {
    let migrator = Migrator::new(set(&[A]));
    let error = migrator.repair(&db.pool, &[accept(1)]).await.unwrap_err();
    assert_eq!(error.to_string(), "the history has no row for 1");
    assert!(!db.has_history().await);
    migrator.run(&db.pool).await.unwrap();
    for repair in [accept(2), forget(2)] {
        refused(&db, set(&[A]), &[repair]).await;
    }
    migrator.repair(&db.pool, &[]).await.unwrap();
}

fn half(second: &str) -> &'static MigrationSet {
    let text = format!(
        "-- no-transaction\nCREATE TABLE a (n INTEGER);\n{second};\nCREATE TABLE c (n INTEGER);\n"
    );
    set(&[("1_a.sql", &text)])
}

const BROKEN: &str = "CREATE TABLE b (n NONSENSE NONSENSE())";
const FIXED: &str = "CREATE TABLE b (n INTEGER)";

async fn what_is_not_applied_is_not_accepted<DB: Backend>(db: Fresh<DB>) {
    Migrator::new(half(BROKEN)).run(&db.pool).await.unwrap_err();
    let error = refused(&db, half(FIXED), &[accept(1)]).await;
    assert_eq!(error.to_string(), "migration 1 a is not applied");
}

async fn what_is_not_in_the_program_is_forgotten_and_not_accepted<DB: Backend>(db: Fresh<DB>) {
    let all = set(&[
        A,
        ("2_b.sql", "CREATE TABLE b (n INTEGER)"),
        ("3_c.sql", "CREATE TABLE c (n INTEGER)"),
    ]);
    Migrator::new(all).run(&db.pool).await.unwrap();
    let without = set(&[A, ("3_c.sql", "CREATE TABLE c (n INTEGER)")]);
    let error = refused(&db, without, &[accept(2)]).await;
    assert_eq!(error.to_string(), "migration 2 b is not in this program");
    let migrator = Migrator::new(without);
    assert!(migrator.run(&db.pool).await.unwrap_err().is_difference());
    migrator.repair(&db.pool, &[forget(2)]).await.unwrap();
    assert!(migrator.run(&db.pool).await.unwrap().steps().is_empty());
    assert_eq!(db.tables().await, ["a", "b", "c"], "what it made stays");
}

async fn what_is_applied_and_in_the_program_is_not_forgotten<DB: Backend>(db: Fresh<DB>) {
    Migrator::new(set(&[A])).run(&db.pool).await.unwrap();
    let error = refused(&db, set(&[A]), &[forget(1)]).await;
    assert_eq!(
        error.to_string(),
        "migration 1 a is applied, and in this program"
    );
    assert_eq!(error.hints(), ["`revert` takes it back"]);
}

async fn what_is_half_applied_is_forgotten_and_pending_again<DB: Backend>(db: Fresh<DB>) {
    Migrator::new(half(BROKEN)).run(&db.pool).await.unwrap_err();
    db.tell("DROP TABLE a").await;
    let migrator = Migrator::new(half(FIXED));
    migrator.repair(&db.pool, &[forget(1)]).await.unwrap();
    assert_eq!(
        migrator.run(&db.pool).await.unwrap().applied()[0].statements(),
        3
    );
    assert_eq!(db.tables().await, ["a", "b", "c"]);
}

/// As a process leaves the row that dies while the statement behind those that are done is under way.
async fn dies<DB: Backend>(db: &Fresh<DB>, claimed_until: &str) {
    db.tell(&format!(
        "UPDATE _embed_migrations SET state = 'running', claim = 'gone', statements_sent = statements_done + 1, \
         claimed_until = '{claimed_until}'"
    ))
    .await;
}

async fn what_is_being_run_is_not_repaired<DB: Backend>(db: Fresh<DB>) {
    Migrator::new(half(BROKEN)).run(&db.pool).await.unwrap_err();
    for until in ["2020-01-01T00:00:00", "2100-01-01T00:00:00"] {
        dies(&db, until).await;
        let error = refused(&db, half(FIXED), &[forget(1)]).await;
        assert_eq!(error.to_string(), "migration 1 a is being run, or in doubt");
        refused(&db, half(FIXED), &[accept(1)]).await;
    }
}

async fn nothing_is_written_unless_all_of_it_can_be<DB: Backend>(db: Fresh<DB>) {
    Migrator::new(set(&[A])).run(&db.pool).await.unwrap();
    let edited = set(&[("1_a.sql", "-- why\nCREATE TABLE a (n INTEGER);\n")]);
    refused(&db, edited, &[accept(1), accept(2)]).await;
    refused(&db, edited, &[accept(1), forget(1)]).await;
    assert!(
        Migrator::new(edited)
            .run(&db.pool)
            .await
            .unwrap_err()
            .is_difference()
    );
}

async fn a_key_that_is_named_twice_changes_nothing<DB: Backend>(db: Fresh<DB>) {
    Migrator::new(set(&[A])).run(&db.pool).await.unwrap();
    let edited = set(&[("1_a.sql", "-- why\nCREATE TABLE a (n INTEGER);\n")]);
    refused(&db, edited, &[accept(1), accept(1)]).await;
    assert!(
        Migrator::new(edited)
            .run(&db.pool)
            .await
            .unwrap_err()
            .is_difference()
    );
    assert_eq!(db.tables().await, ["a"]);
}

async fn a_repeatable_is_repaired_by_its_name<DB: Backend>(db: Fresh<DB>) {
    let with = |note: &str| {
        set(&[
            ("V1__log.sql", "CREATE TABLE log (n INTEGER);"),
            ("R__note.sql", note),
        ])
    };
    Migrator::new(with("INSERT INTO log VALUES (1);"))
        .run(&db.pool)
        .await
        .unwrap();
    let edited = Migrator::new(with("INSERT INTO log VALUES (1); -- better"));
    let key: Key = "R__note".parse().unwrap();
    edited
        .repair(&db.pool, &[Repair::Accept(key.clone())])
        .await
        .unwrap();
    assert!(edited.run(&db.pool).await.unwrap().steps().is_empty());
    let without = Migrator::new(set(&[("V1__log.sql", "CREATE TABLE log (n INTEGER);")]));
    without
        .repair(&db.pool, &[Repair::Forget(key)])
        .await
        .unwrap();
    assert_eq!(db.rows().await, ["1 applied up run"]);
}

/// Three tables are asked for, the first is there, and of the second nobody knows.
async fn in_doubt<DB: Backend>(db: &Fresh<DB>) -> Migrator {
    Migrator::new(half(BROKEN)).run(&db.pool).await.unwrap_err();
    let migrator = Migrator::new(half(FIXED));
    // The script that was under way is the fixed one.
    let sum = format!(
        "{}",
        migrator.sets().next().unwrap().scripts()[0].checksum()
    );
    db.tell(&format!("UPDATE _embed_migrations SET checksum = '{sum}'"))
        .await;
    dies(db, "2020-01-01T00:00:00").await;
    assert!(migrator.run(&db.pool).await.unwrap_err().is_in_doubt());
    migrator
}

async fn a_statement_that_ran_is_gone_on_behind<DB: Backend>(db: Fresh<DB>) {
    let migrator = in_doubt(&db).await;
    db.tell(FIXED).await;
    migrator
        .resolve(&db.pool, 1_u64, Resolution::Ran)
        .await
        .unwrap();
    let status = migrator.status(&db.pool).await.unwrap();
    assert_eq!(status.in_state(State::Failed).count(), 1);
    assert_eq!(
        migrator.run(&db.pool).await.unwrap().applied()[0].statements(),
        1
    );
    assert_eq!(db.tables().await, ["a", "b", "c"]);
}

async fn a_statement_that_did_not_run_is_run<DB: Backend>(db: Fresh<DB>) {
    let migrator = in_doubt(&db).await;
    migrator
        .resolve(&db.pool, 1_u64, Resolution::NotRun)
        .await
        .unwrap();
    assert_eq!(
        migrator.run(&db.pool).await.unwrap().applied()[0].statements(),
        2
    );
    assert_eq!(db.tables().await, ["a", "b", "c"]);
}

async fn the_last_statement_that_ran_leaves_nothing_to_run<DB: Backend>(db: Fresh<DB>) {
    let one = |sql: &str| set(&[("1_a.sql", &format!("-- no-transaction\n{sql};\n"))]);
    Migrator::new(one("CREATE TABLE a (n INTEGER)"))
        .run(&db.pool)
        .await
        .unwrap();
    db.tell("UPDATE _embed_migrations SET statements_done = 0")
        .await;
    dies(&db, "2020-01-01T00:00:00").await;
    let migrator = Migrator::new(one("CREATE TABLE a (n INTEGER)"));
    assert!(migrator.run(&db.pool).await.unwrap_err().is_in_doubt());
    migrator
        .resolve(&db.pool, 1_u64, Resolution::Ran)
        .await
        .unwrap();
    assert_eq!(
        migrator.run(&db.pool).await.unwrap().applied()[0].statements(),
        0
    );
    assert!(migrator.status(&db.pool).await.unwrap().is_current());
}

async fn a_doubt_about_a_down_script_is_settled_both_ways<DB: Backend>(db: Fresh<DB>) {
    let with = |last: &str| {
        let down = format!("-- no-transaction\nDROP TABLE b;\n{last};\n");
        let up = "CREATE TABLE a (n INTEGER); CREATE TABLE b (n INTEGER)";
        Migrator::new(set(&[("1_a.up.sql", up), ("1_a.down.sql", &down)]))
    };
    for resolution in [Resolution::Ran, Resolution::NotRun] {
        let (broken, fixed) = (with("DROP TABLE nowhere"), with("DROP TABLE a"));
        broken.run(&db.pool).await.unwrap();
        broken.revert(&db.pool).await.unwrap_err();
        let sum = fixed.sets().next().unwrap().scripts()[1].checksum();
        db.tell(&format!(
            "UPDATE _embed_migrations SET down_checksum = '{sum}'"
        ))
        .await;
        dies(&db, "2020-01-01T00:00:00").await;
        let error = fixed.revert(&db.pool).await.unwrap_err();
        assert!(error.is_in_doubt(), "{error}");
        assert!(
            error
                .to_string()
                .contains("is in doubt at migrations/1_a.down.sql:3"),
            "{error}"
        );
        if resolution == Resolution::Ran {
            db.tell("DROP TABLE a").await;
        }
        fixed.resolve(&db.pool, 1_u64, resolution).await.unwrap();
        assert_eq!(db.rows().await, ["1 failed down run"]);
        assert!(fixed.run(&db.pool).await.unwrap_err().is_difference());
        let statements = fixed.revert(&db.pool).await.unwrap().reverted()[0].statements();
        assert_eq!(statements, usize::from(resolution == Resolution::NotRun));
        assert_eq!(db.tables().await, [""; 0]);
        assert_eq!(db.rows().await, [""; 0]);
    }
}

async fn what_is_not_in_doubt_is_not_resolved<DB: Backend>(db: Fresh<DB>) {
    let migrator = Migrator::new(half(FIXED));
    let resolve = async |version: u64| {
        let resolved = migrator.resolve(&db.pool, version, Resolution::Ran).await;
        let error = resolved.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Refused);
        error.to_string()
    };
    assert_eq!(resolve(1).await, "the history has no row for 1");
    Migrator::new(half(BROKEN)).run(&db.pool).await.unwrap_err();
    assert_eq!(resolve(1).await, "migration 1 a is not in doubt");
    dies(&db, "2100-01-01T00:00:00").await;
    assert_eq!(
        resolve(1).await,
        "migration 1 a is not in doubt",
        "its holder is heard of"
    );
    db.tell("UPDATE _embed_migrations SET state = 'failed', claim = NULL, statements_sent = statements_done").await;
    migrator.run(&db.pool).await.unwrap();
    assert_eq!(resolve(1).await, "migration 1 a is not in doubt");
}

async fn what_the_server_still_runs_is_not_resolved<DB: Backend>(db: Fresh<DB>) {
    let migrator = in_doubt(&db).await;
    let pool = db.another_pool(1).await;
    let orphan = tokio::spawn(async move {
        let sql = match DB::DIALECT {
            Dialect::Postgres => "/* embed-migrations claim=gone */ SELECT pg_sleep(3)",
            Dialect::MySql => "/* embed-migrations claim=gone */ SELECT SLEEP(3)",
            // On SQLite whoever works holds the write lock, for longer than the `busy_timeout`.
            Dialect::Sqlite => {
                "BEGIN IMMEDIATE; WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n < 40000000) \
                 SELECT count(*) FROM c; ROLLBACK"
            }
        };
        DB::tell(&pool, sql).await;
    });
    tokio::time::sleep(Duration::from_millis(200)).await;
    let resolved = migrator.resolve(&db.pool, 1_u64, Resolution::NotRun).await;
    let is_over = orphan.is_finished();
    orphan.await.unwrap();
    if DB::DIALECT == Dialect::Sqlite && is_over {
        // It was waited for.
        resolved.unwrap();
    } else {
        let error = resolved.unwrap_err();
        assert_eq!(error.to_string(), "migration 1 a is still being run");
        assert!(error.hints()[0].starts_with("under way: "), "{error:?}");
        migrator
            .resolve(&db.pool, 1_u64, Resolution::NotRun)
            .await
            .unwrap();
    }
    migrator.run(&db.pool).await.unwrap();
    assert_eq!(db.tables().await, ["a", "b", "c"]);
}

async fn what_was_edited_cannot_be_said_to_have_run<DB: Backend>(db: Fresh<DB>) {
    let _migrator = in_doubt(&db).await;
    let edited = Migrator::new(half("CREATE TABLE other (n INTEGER)"));
    let resolved = edited.resolve(&db.pool, 1_u64, Resolution::Ran).await;
    assert_eq!(
        resolved.unwrap_err().to_string(),
        "migration 1 a was edited since it was run"
    );
    edited
        .resolve(&db.pool, 1_u64, Resolution::NotRun)
        .await
        .unwrap();
    edited.run(&db.pool).await.unwrap();
    assert_eq!(db.tables().await, ["a", "c", "other"]);
}

async fn what_was_only_recorded_is_forgotten<DB: Backend>(db: Fresh<DB>) {
    let migrator = Migrator::new(set(&[("1_a.sql", "CREATE TABLE a (n INTEGER);")]));
    migrator.skip(&db.pool, 1).await.unwrap();
    let forget = [Repair::Forget(1.into())];
    migrator.repair(&db.pool, &forget).await.unwrap();
    migrator.run(&db.pool).await.unwrap();
    assert_eq!(db.tables().await, ["a"]);
    migrator.repair(&db.pool, &forget).await.unwrap_err();
}

async fn a_repeatable_that_is_forgotten_is_applied_once_more<DB: Backend>(db: Fresh<DB>) {
    db.tell("CREATE TABLE log (n INTEGER)").await;
    let migrator = Migrator::new(set(&[
        ("1_a.sql", "SELECT 1;"),
        ("R__rows.sql", "INSERT INTO log VALUES (1);"),
    ]));
    migrator.run(&db.pool).await.unwrap();
    let key = "R__rows".parse().unwrap();
    migrator
        .repair(&db.pool, &[Repair::Forget(key)])
        .await
        .unwrap();
    assert_eq!(migrator.run(&db.pool).await.unwrap().applied().len(), 1);
}
