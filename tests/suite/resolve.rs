//! Settling by hand what is in doubt: resolve.

use std::time::{Duration, Instant};

use embed_migrations::{Dialect, ErrorKind, Migrator, Resolution, State};
use tests::{Backend, Fresh, on_every_engine, set};

use crate::half_done::{BROKEN, FIXED, dies, half};

on_every_engine!(
    a_statement_that_ran_is_gone_on_behind
    a_statement_that_did_not_run_is_run
    the_last_statement_that_ran_leaves_nothing_to_run
    a_doubt_about_a_down_script_is_settled_both_ways
    what_is_not_in_doubt_is_not_resolved
    what_the_server_still_runs_is_not_resolved
    what_was_edited_cannot_be_said_to_have_run
    what_is_in_doubt_is_shown_before_it_is_settled
    what_is_in_doubt_is_not_waited_for
    what_the_server_still_runs_is_waited_for
);

/// A table is there, and nobody knows whether its row is.
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
    assert_eq!(db.tables().await, ["a", "c"]);
    assert_eq!(db.ask("SELECT CAST(n AS CHAR(1)) FROM a").await, [["1"]]);
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
    assert_eq!(db.tables().await, ["a", "c"]);
    assert_eq!(db.ask("SELECT CAST(n AS CHAR(1)) FROM a").await, [["1"]]);
}

async fn the_last_statement_that_ran_leaves_nothing_to_run<DB: Backend>(db: Fresh<DB>) {
    let text = format!("-- no-transaction\nCREATE TABLE a (n INTEGER);\n{FIXED};\n");
    let migrator = Migrator::new(set(&[("1_a.sql", &text)]));
    migrator.run(&db.pool).await.unwrap();
    db.tell("UPDATE _embed_migrations SET statements_done = 1")
        .await;
    dies(&db, "2020-01-01T00:00:00").await;
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
        let (broken, fixed) = (with("DELETE FROM nowhere"), with("DELETE FROM a"));
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
            db.tell("DELETE FROM a").await;
        }
        fixed.resolve(&db.pool, 1_u64, resolution).await.unwrap();
        assert_eq!(db.rows().await, ["1 failed down run"]);
        assert!(fixed.run(&db.pool).await.unwrap_err().is_difference());
        let statements = fixed.revert(&db.pool).await.unwrap().reverted()[0].statements();
        assert_eq!(statements, usize::from(resolution == Resolution::NotRun));
        assert_eq!(db.rows().await, [""; 0]);
        db.tell("DROP TABLE a").await;
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
    let is_seen = match DB::DIALECT {
        Dialect::Postgres => {
            "SELECT CAST(count(*) AS CHAR(1)) FROM pg_stat_activity WHERE datname = current_database() \
             AND pid <> pg_backend_pid() AND state = 'active' AND query LIKE '%claim=gone%'"
        }
        Dialect::MySql => {
            "SELECT CAST(COUNT(*) AS CHAR(1)) FROM information_schema.PROCESSLIST WHERE DB = DATABASE() \
             AND ID <> CONNECTION_ID() AND INFO LIKE '%claim=gone%'"
        }
        // Nobody sees it there; it has a moment to begin.
        Dialect::Sqlite => "SELECT '1'",
    };
    tokio::time::sleep(Duration::from_millis(200)).await;
    while !orphan.is_finished() && db.ask_one(is_seen).await == "0" {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let resolved = migrator.resolve(&db.pool, 1_u64, Resolution::NotRun).await;
    let is_over = orphan.is_finished();
    orphan.await.unwrap();
    if DB::DIALECT == Dialect::Sqlite && is_over {
        // It was waited for.
        resolved.unwrap();
    } else {
        let error = resolved.unwrap_err();
        assert_eq!(error.to_string(), "migration 1 a is still being run");
        assert!(error.notes()[0].starts_with("under way: "), "{error:?}");
        migrator
            .resolve(&db.pool, 1_u64, Resolution::NotRun)
            .await
            .unwrap();
    }
    migrator.run(&db.pool).await.unwrap();
    assert_eq!(db.tables().await, ["a", "c"]);
    assert_eq!(db.ask("SELECT CAST(n AS CHAR(1)) FROM a").await, [["1"]]);
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

async fn what_is_in_doubt_is_shown_before_it_is_settled<DB: Backend>(db: Fresh<DB>) {
    let migrator = in_doubt(&db).await;
    let doubt = migrator.doubt(&db.pool, 1_u64).await.unwrap();
    assert_eq!(doubt.place(), Some(("migrations/1_a.sql", 3)));
    assert_eq!(doubt.sql(), Some(FIXED));
    let run = migrator.run(&db.pool).await.unwrap_err();
    assert_eq!(doubt.to_string(), run.to_string());
    // Of what was edited since it cannot be said which statement it was.
    let edited = Migrator::new(half("CREATE TABLE other (n INTEGER)"));
    let doubt = edited.doubt(&db.pool, 1_u64).await.unwrap();
    assert_eq!((doubt.place(), doubt.sql()), (None, None));
    migrator
        .resolve(&db.pool, 1_u64, Resolution::NotRun)
        .await
        .unwrap();
    let error = migrator.doubt(&db.pool, 1_u64).await.unwrap_err();
    assert_eq!(error.to_string(), "migration 1 a is not in doubt");
}

async fn what_is_in_doubt_is_not_waited_for<DB: Backend>(db: Fresh<DB>) {
    let migrator = in_doubt(&db).await;
    let long = Duration::from_mins(10);
    for timeout in [Duration::ZERO, long] {
        let started = Instant::now();
        let error = migrator.wait(&db.pool, timeout).await.unwrap_err();
        assert!(error.is_in_doubt(), "{error:?}");
        assert!(started.elapsed() < long);
        assert!(
            error
                .hints()
                .iter()
                .any(|hint| hint.contains("`resolve 1 --ran`")),
            "{error:?}"
        );
    }
}

/// Its time has passed, and an orphan of it is at work: that is for the server to end.
async fn what_the_server_still_runs_is_waited_for<DB: Backend>(db: Fresh<DB>) {
    let migrator = in_doubt(&db).await;
    let mut session = db.connection().await;
    let hold = match DB::DIALECT {
        Dialect::Postgres => "/* embed-migrations claim=gone */ SELECT pg_sleep(60)",
        Dialect::MySql => "/* embed-migrations claim=gone */ SELECT SLEEP(60)",
        Dialect::Sqlite => "BEGIN IMMEDIATE",
    };
    let orphan = async {
        DB::say(&mut session, hold).await.unwrap();
        // SQLite's statement is at its end, and its lock stays.
        std::future::pending::<()>().await;
    };
    let waiter = async {
        let mut error = migrator.wait(&db.pool, Duration::ZERO).await.unwrap_err();
        // It may have looked before the orphan had begun.
        while error.is_in_doubt() {
            error = migrator.wait(&db.pool, Duration::ZERO).await.unwrap_err();
        }
        error
    };
    tokio::select! {
        () = orphan => unreachable!("it never ends"),
        error = waiter => assert!(error.is_waited(), "{error:?}"),
    }
}
