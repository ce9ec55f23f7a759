//! Going on with a script that failed half-way: behind what is done, and never by a guess.

use embed_migrations::{Dialect, DifferenceKind, Migrator, Resolution, RowState, State};
use tests::{Backend, Fresh, on_every_engine, set};

use crate::failure::fails;

on_every_engine!(
    a_fixed_script_goes_on_where_it_failed
    a_fixed_script_must_begin_as_it_did
    what_the_script_rolled_back_itself_is_done_again
    settings_are_there_again_when_a_script_goes_on
    what_a_session_held_and_lost_is_not_guessed
    a_statement_that_nobody_knows_about_stops_the_run
    a_script_of_which_nothing_is_done_begins_anew_in_a_transaction
);

fn two_tables(second: &str) -> [(&'static str, String); 1] {
    let script = format!(
        "-- no-transaction\nCREATE TABLE a (n INTEGER);\n{second};\nCREATE TABLE c (n INTEGER);\n"
    );
    [("1_a.sql", script)]
}

async fn a_fixed_script_goes_on_where_it_failed<DB: Backend>(db: Fresh<DB>) {
    let [(name, broken)] = two_tables("CREATE TABLE b (n NONSENSE NONSENSE())");
    let error = fails(&db, &[(name, &broken)]).await;
    assert_eq!(error.failed_statement().unwrap().line(), 3);
    assert!(
        error
            .notes()
            .iter()
            .any(|note| note.contains("the next run goes on at line 3")),
        "{error:?}"
    );
    let [(name, fixed)] = two_tables("CREATE TABLE b (n INTEGER)");
    let fixed = Migrator::new(set(&[(name, &fixed)]));
    let status = fixed.status(&db.pool).await.unwrap();
    assert_eq!(status.in_state(State::Failed).count(), 1);
    let plan = fixed.plan(&db.pool).await.unwrap();
    assert_eq!(
        plan.to_string(),
        "apply 1 a: 2 statements of migrations/1_a.sql, resuming at statement 2"
    );
    assert_eq!(
        fixed.run(&db.pool).await.unwrap().applied()[0].statements(),
        2
    );
    assert_eq!(db.tables().await, ["a", "b", "c"]);
    let history = fixed.history(&db.pool).await.unwrap();
    assert_eq!(
        (history[0].state, history[0].journal.done),
        (RowState::Applied, 3)
    );
}

async fn a_fixed_script_must_begin_as_it_did<DB: Backend>(db: Fresh<DB>) {
    let [(name, broken)] = two_tables("CREATE TABLE b (n NONSENSE NONSENSE())");
    fails(&db, &[(name, &broken)]).await;
    let other =
        "-- no-transaction\nCREATE TABLE another (n INTEGER);\nCREATE TABLE b (n INTEGER);\n";
    let error = fails(&db, &[(name, other)]).await;
    assert_eq!(
        error.differences()[0].kind(),
        DifferenceKind::ChangedBeforeResume
    );
    assert_eq!(db.tables().await, ["a"]);
}

/// Three rows are asked for, and each of them once, whatever the script does with transactions of its own.
async fn what_the_script_rolled_back_itself_is_done_again<DB: Backend>(db: Fresh<DB>) {
    let script = |middle: &str| {
        format!(
            "-- no-transaction\nCREATE TABLE a (n INTEGER);\nINSERT INTO a VALUES (1);\nBEGIN;\n\
             INSERT INTO a VALUES (2);\n{middle};\nCOMMIT;\n"
        )
    };
    let (broken, fixed) = (
        script("INSERT INTO nowhere VALUES (3)"),
        script("INSERT INTO a VALUES (3)"),
    );
    let error = fails(&db, &[("1_a.sql", &broken)]).await;
    let note = "2 of 6 statements are done and stay; the next run goes on at line 4";
    assert_eq!(error.notes(), [note], "{error:?}");
    Migrator::new(set(&[("1_a.sql", &fixed)]))
        .run(&db.pool)
        .await
        .unwrap();
    assert_eq!(
        db.ask("SELECT CAST(n AS CHAR(1)) FROM a ORDER BY n")
            .await
            .concat(),
        ["1", "2", "3"]
    );
}

async fn settings_are_there_again_when_a_script_goes_on<DB: Backend>(db: Fresh<DB>) {
    let (setting, asked) = match DB::DIALECT {
        Dialect::Postgres => (
            "SET work_mem = '7MB'",
            "current_setting('work_mem') = '7MB'",
        ),
        Dialect::MySql => ("SET @five = 5", "@five = 5"),
        Dialect::Sqlite => (
            "PRAGMA recursive_triggers = ON",
            "(SELECT recursive_triggers FROM pragma_recursive_triggers) = 1",
        ),
    };
    let script = |name: &str| {
        format!(
            "-- no-transaction\n{setting};\nCREATE TABLE a (n INTEGER);\n\
             INSERT INTO {name} SELECT CASE WHEN {asked} THEN 1 ELSE 0 END;\n"
        )
    };
    fails(&db, &[("1_a.sql", &script("nowhere"))]).await;
    Migrator::new(set(&[("1_a.sql", &script("a"))]))
        .run(&db.pool)
        .await
        .unwrap();
    assert_eq!(db.ask_one("SELECT CAST(n AS CHAR(1)) FROM a").await, "1");
}

async fn what_a_session_held_and_lost_is_not_guessed<DB: Backend>(db: Fresh<DB>) {
    let script = |name: &str| {
        format!(
            "-- no-transaction\nCREATE TABLE a (n INTEGER);\nCREATE TEMPORARY TABLE t (n INTEGER);\n\
             INSERT INTO {name} SELECT n FROM t;\n"
        )
    };
    fails(&db, &[("1_a.sql", &script("nowhere"))]).await;
    let error = fails(&db, &[("1_a.sql", &script("a"))]).await;
    assert_eq!(error.differences()[0].kind(), DifferenceKind::SessionLost);
    assert!(
        error
            .to_string()
            .contains("what migrations/1_a.sql:3 left in its session is gone"),
        "{error}"
    );
}

async fn a_statement_that_nobody_knows_about_stops_the_run<DB: Backend>(db: Fresh<DB>) {
    let [(name, script)] = two_tables("CREATE TABLE b (n NONSENSE NONSENSE())");
    fails(&db, &[(name, &script)]).await;
    // As a process leaves it that dies between sending a statement and hearing of it.
    db.tell("UPDATE _embed_migrations SET state = 'running', claim = 'gone', statements_sent = 2, claimed_until = '2020-01-01T00:00:00'").await;
    let [(name, fixed)] = two_tables("CREATE TABLE b (n INTEGER)");
    let migrator = Migrator::new(set(&[(name, &fixed)]));
    assert_eq!(
        migrator
            .status(&db.pool)
            .await
            .unwrap()
            .in_state(State::InDoubt)
            .count(),
        1
    );
    let [(name, ran)] = two_tables("CREATE TABLE b (n NONSENSE NONSENSE())");
    let ran = Migrator::new(set(&[(name, &ran)]));
    let doubt = ran.doubt(&db.pool, 1).await.unwrap();
    assert_eq!(doubt.place(), Some(("migrations/1_a.sql", 3)));
    // A statement that was edited since is not the one that was under way.
    let error = migrator.run(&db.pool).await.unwrap_err();
    assert!(error.is_in_doubt(), "{error}");
    assert!(!error.to_string().contains("CREATE TABLE b"), "{error}");
    assert!(error.hints().concat().contains("restore it first"));
    assert_eq!(db.tables().await, ["a"]);
    let hints = error.hints().concat();
    assert!(hints.contains("`resolve 1 --not-run`"), "{hints}");
    let version = embed_migrations::Version::from(1);
    let resolved = migrator
        .resolve(&db.pool, version, Resolution::NotRun)
        .await;
    resolved.unwrap();
    migrator.run(&db.pool).await.unwrap();
    assert_eq!(db.tables().await, ["a", "b", "c"]);
}

async fn a_script_of_which_nothing_is_done_begins_anew_in_a_transaction<DB: Backend>(
    db: Fresh<DB>,
) {
    Migrator::new(set(&[("1_a.sql", "CREATE TABLE a (n INTEGER)")]))
        .run(&db.pool)
        .await
        .unwrap();
    let with = |second| {
        set(&[
            ("1_a.sql", "CREATE TABLE a (n INTEGER)"),
            ("2_b.sql", second),
        ])
    };
    let statements = with("-- no-transaction\nINSERT INTO nowhere VALUES (1)");
    Migrator::new(statements).run(&db.pool).await.unwrap_err();
    let broken = with("INSERT INTO a VALUES (1); INSERT INTO nowhere VALUES (1)");
    Migrator::new(broken).run(&db.pool).await.unwrap_err();
    assert!(
        db.ask("SELECT n FROM a").await.is_empty(),
        "what a transaction holds is rolled back"
    );
    let fixed = with("INSERT INTO a VALUES (1)");
    assert_eq!(
        Migrator::new(fixed)
            .run(&db.pool)
            .await
            .unwrap()
            .applied()
            .len(),
        1
    );
}
