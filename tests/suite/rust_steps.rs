//! Steps in Rust: in the order beside the scripts, in one transaction with their row.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use embed_migrations::{
    Batch, BoxError, Dialect, DifferenceKind, ErrorKind, MigrationSet, Migrator, Resolution, State,
    Target,
};
use tests::{Backend, Fresh, named, on_every_engine, only_on, set};
use tokio::sync::Notify;
use tokio::task::JoinSet;

on_every_engine!(
    a_step_is_called_between_the_migrations_in_its_order
    a_step_that_fails_leaves_nothing_and_is_called_again
    what_the_database_answers_a_step_is_said_in_its_own_words
    a_transaction_inside_of_a_step_is_a_savepoint
    a_step_is_not_reverted_and_neither_is_what_is_below_it
    a_step_with_a_way_back_is_reverted
    a_step_can_be_skipped
    a_step_that_is_gone_from_the_program_is_missing
    concurrent_starters_call_a_step_once
    steps_are_of_the_last_set_and_gone_without_it
);

only_on!(on_postgres sqlx::Postgres: a_lost_connection_does_not_hide_what_failed);
only_on!(on_mysql sqlx::MySql: a_lost_connection_does_not_hide_what_failed what_commits_by_itself_is_in_doubt);

/// A log of numbers, so that none of what is written there is DDL.
pub(crate) fn log_and(more: &[(&'static str, &'static str)]) -> &'static MigrationSet {
    let mut files = vec![("1_log.sql", "CREATE TABLE log (n INTEGER)")];
    files.extend(more);
    set(&files)
}

pub(crate) async fn log<DB: Backend>(db: &Fresh<DB>) -> Vec<String> {
    db.ask("SELECT CAST(n AS CHAR(2)) FROM log ORDER BY n")
        .await
        .concat()
        .iter()
        .map(|n| n.trim().to_owned())
        .collect()
}

pub(crate) async fn write_two<DB: Backend>(
    connection: &mut DB::Connection,
) -> Result<(), BoxError> {
    DB::say(connection, "INSERT INTO log VALUES (2)").await?;
    Ok(())
}

async fn a_step_is_called_between_the_migrations_in_its_order<DB: Backend>(db: Fresh<DB>) {
    let set = log_and(&[("3_more.sql", "INSERT INTO log SELECT n + 1 FROM log")]);
    let migrator = Migrator::new(set).step(2, "two", async |connection: &mut DB::Connection| {
        DB::say(connection, "INSERT INTO log VALUES (2)").await?;
        Ok::<(), BoxError>(())
    });
    let plan = migrator.plan(&db.pool).await.unwrap().to_string();
    let second = plan.lines().nth(1).unwrap();
    assert!(
        second.starts_with("apply 2 two: Rust of ") && second.contains("rust_steps.rs:"),
        "{plan}"
    );
    assert_eq!(migrator.run(&db.pool).await.unwrap().applied().len(), 3);
    assert_eq!(log(&db).await, ["2", "3"]);
    assert_eq!(
        db.rows().await,
        ["1 applied up run", "2 applied up run", "3 applied up run"]
    );
    assert!(migrator.run(&db.pool).await.unwrap().steps().is_empty());
    assert!(migrator.validate(&db.pool).await.unwrap().is_valid());
    assert_eq!(migrator.history(&db.pool).await.unwrap()[1].name, "two");
}

async fn a_step_that_fails_leaves_nothing_and_is_called_again<DB: Backend>(db: Fresh<DB>) {
    let calls = Arc::new(AtomicUsize::new(0));
    let counted = calls.clone();
    let migrator =
        Migrator::new(log_and(&[])).step(2, "two", async move |connection: &mut DB::Connection| {
            DB::say(connection, "INSERT INTO log VALUES (2)").await?;
            if counted.fetch_add(1, Ordering::SeqCst) == 0 {
                return Err::<(), BoxError>("not yet".into());
            }
            Ok(())
        });
    let error = migrator.run(&db.pool).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Rust);
    let text = error.to_string();
    assert!(
        text.starts_with("migration 2 two failed at ") && text.contains("rust_steps.rs:"),
        "{text}"
    );
    assert_eq!(
        std::error::Error::source(&error).unwrap().to_string(),
        "not yet"
    );
    assert_eq!(error.report().unwrap().applied().len(), 1);
    assert_eq!((log(&db).await, db.rows().await.len()), (Vec::new(), 1));
    assert_eq!(migrator.run(&db.pool).await.unwrap().applied().len(), 1);
    assert_eq!(log(&db).await, ["2"]);
}

async fn what_the_database_answers_a_step_is_said_in_its_own_words<DB: Backend>(db: Fresh<DB>) {
    let migrator =
        Migrator::new(log_and(&[])).step(2, "two", async |connection: &mut DB::Connection| {
            DB::say(connection, "SELECT n FROM nowhere").await?;
            Ok(())
        });
    let error = migrator.run(&db.pool).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Rust);
    let cause = std::error::Error::source(&error).unwrap().to_string();
    assert!(cause.contains("nowhere"), "{cause}");
    let all = format!("{error:?}");
    assert!(all.contains(&cause), "{all}");
    for added in ["error returned from database", "(at line", "(code: "] {
        assert!(!all.contains(added) && !cause.contains(added), "{all}");
    }
    assert!(error.database_error().is_some());
}

async fn a_transaction_inside_of_a_step_is_a_savepoint<DB: Backend>(db: Fresh<DB>) {
    let calls = Arc::new(AtomicUsize::new(0));
    let counted = calls.clone();
    let migrator =
        Migrator::new(log_and(&[])).step(2, "two", async move |connection: &mut DB::Connection| {
            DB::say_inside(connection, "INSERT INTO log VALUES (1)", true).await?;
            DB::say_inside(connection, "INSERT INTO log VALUES (2)", false).await?;
            DB::say(connection, "INSERT INTO log VALUES (3)").await?;
            if counted.fetch_add(1, Ordering::SeqCst) == 0 {
                return Err::<(), BoxError>("not yet".into());
            }
            Ok(())
        });
    migrator.run(&db.pool).await.unwrap_err();
    assert_eq!(
        log(&db).await,
        [""; 0],
        "what was committed inside is rolled back with the rest"
    );
    migrator.run(&db.pool).await.unwrap();
    assert_eq!(log(&db).await, ["1", "3"]);
}

async fn a_step_is_not_reverted_and_neither_is_what_is_below_it<DB: Backend>(db: Fresh<DB>) {
    let set = set(&[
        ("1_log.up.sql", "CREATE TABLE log (n INTEGER)"),
        ("1_log.down.sql", "DROP TABLE log"),
        ("3_c.up.sql", "CREATE TABLE c (n INTEGER)"),
        ("3_c.down.sql", "DROP TABLE c"),
    ]);
    let migrator = Migrator::new(set).step(2, "two", write_two::<DB>);
    migrator.run(&db.pool).await.unwrap();
    let everything = migrator.clone().target(Target::Steps(3));
    let error = everything.revert(&db.pool).await.unwrap_err();
    assert_eq!(error.differences()[0].kind(), DifferenceKind::NoDown);
    assert_eq!(db.tables().await, ["c", "log"]);
    assert_eq!(migrator.revert(&db.pool).await.unwrap().reverted().len(), 1);
    assert!(migrator.revert(&db.pool).await.unwrap_err().is_difference());
}

async fn forget_two<DB: Backend>(connection: &mut DB::Connection) -> Result<(), BoxError> {
    DB::say(connection, "DELETE FROM log WHERE n = 2").await?;
    Ok(())
}

async fn a_step_with_a_way_back_is_reverted<DB: Backend>(db: Fresh<DB>) {
    let migrator =
        Migrator::new(log_and(&[])).reversible_step(2, "two", write_two::<DB>, forget_two::<DB>);
    migrator.run(&db.pool).await.unwrap();
    assert_eq!(log(&db).await, ["2"]);
    assert!(migrator.status(&db.pool).await.unwrap().migrations[1].reversible);
    migrator.revert(&db.pool).await.unwrap();
    assert!(log(&db).await.is_empty());
    let status = migrator.status(&db.pool).await.unwrap();
    assert_eq!(status.migrations[1].state, State::Pending);
    migrator.run(&db.pool).await.unwrap();
    assert_eq!(log(&db).await, ["2"]);
}

async fn a_step_can_be_skipped<DB: Backend>(db: Fresh<DB>) {
    let migrator = Migrator::new(log_and(&[])).step(2, "two", write_two::<DB>);
    migrator.skip(&db.pool, 2).await.unwrap();
    // The file below is out of order now.
    assert!(migrator.run(&db.pool).await.unwrap_err().is_difference());
    migrator.baseline(&db.pool, 1).await.unwrap();
    assert!(migrator.run(&db.pool).await.unwrap().steps().is_empty());
    assert_eq!(
        db.rows().await,
        ["1 applied up baseline", "2 applied up skip"]
    );
}

async fn a_step_that_is_gone_from_the_program_is_missing<DB: Backend>(db: Fresh<DB>) {
    let set = log_and(&[("3_more.sql", "INSERT INTO log VALUES (3)")]);
    Migrator::new(set)
        .step(2, "two", write_two::<DB>)
        .run(&db.pool)
        .await
        .unwrap();
    let error = Migrator::new(set).run(&db.pool).await.unwrap_err();
    assert_eq!(error.differences()[0].kind(), DifferenceKind::Missing);
}

async fn concurrent_starters_call_a_step_once<DB: Backend>(db: Fresh<DB>) {
    let migrator = Migrator::new(log_and(&[])).step(2, "two", write_two::<DB>);
    let mut starters = JoinSet::new();
    for _ in 0..8 {
        let (pool, migrator) = (db.another_pool(2).await, migrator.clone());
        starters.spawn(async move { migrator.run(&pool).await });
    }
    let mut applied = 0;
    while let Some(ended) = starters.join_next().await {
        applied += ended.unwrap().unwrap().applied().len();
    }
    assert_eq!(applied, 2);
    assert_eq!(log(&db).await, ["2"]);
}

async fn a_lost_connection_does_not_hide_what_failed<DB: Backend>(db: Fresh<DB>) {
    async fn end_it<DB: Backend>(connection: &mut DB::Connection) -> Result<(), BoxError> {
        let sql = match DB::DIALECT {
            Dialect::Postgres => "SELECT pg_terminate_backend(pg_backend_pid())",
            _ => "KILL CONNECTION_ID()",
        };
        let ended = DB::say(connection, sql).await;
        Err(format!("what the program says of it: {}", ended.is_err()).into())
    }
    let whole =
        Migrator::new(log_and(&[])).step(2, "two", async |connection: &mut DB::Connection| {
            end_it::<DB>(connection).await
        });
    let batches = Migrator::new(log_and(&[])).batches(
        2,
        "two",
        async |connection: &mut DB::Connection, _: Option<String>| {
            end_it::<DB>(connection).await?;
            Ok::<Batch, BoxError>(Batch::Done)
        },
    );
    for migrator in [whole, batches] {
        let error = migrator.run(&db.pool).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Rust, "{error:?}");
        assert_eq!(
            std::error::Error::source(&error).unwrap().to_string(),
            "what the program says of it: true"
        );
        let told = format!("{error:?}");
        assert!(told.contains("and then "), "{told}");
    }
    // Nothing is held: whoever comes next has the step.
    let next = Migrator::new(log_and(&[])).step(2, "two", write_two::<DB>);
    let next = next.wait_timeout(Duration::from_secs(9));
    next.run(&db.pool).await.unwrap();
    assert_eq!(log(&db).await, ["2"]);
}

async fn steps_are_of_the_last_set_and_gone_without_it<DB: Backend>(db: Fresh<DB>) {
    let queue = named("queue", &["jobs", "tries"]);
    let calls = Arc::new(AtomicUsize::new(0));
    let both = || {
        let calls = calls.clone();
        Migrator::for_sets([queue, log_and(&[])]).step(
            2,
            "two",
            async move |_: &mut DB::Connection| -> Result<(), BoxError> {
                calls.fetch_add(1, Ordering::SeqCst);
                Ok(())
            },
        )
    };
    let other = both().only("queue").unwrap();
    assert_eq!(other.run(&db.pool).await.unwrap().applied().len(), 2);
    assert!(other.validate(&db.pool).await.unwrap().is_valid());
    assert_eq!(calls.load(Ordering::SeqCst), 0);
    let own = both().only("default").unwrap();
    assert_eq!(own.run(&db.pool).await.unwrap().applied().len(), 2);
    assert_eq!(calls.load(Ordering::SeqCst), 1);
    // Version 2 of the other set is a script and none of its business.
    assert!(other.run(&db.pool).await.unwrap().steps().is_empty());
    assert!(both().run(&db.pool).await.unwrap().steps().is_empty());
    assert_eq!(calls.load(Ordering::SeqCst), 1);
}

/// DDL commits the claim with it, and nobody knows how far a step came that died behind it.
async fn what_commits_by_itself_is_in_doubt<DB: Backend>(db: Fresh<DB>) {
    let reached = Arc::new(Notify::new());
    let stuck = |reached: Arc<Notify>| {
        Migrator::new(log_and(&[])).step(
            2,
            "made",
            async move |connection: &mut DB::Connection| -> Result<(), BoxError> {
                DB::say(connection, "CREATE TABLE made (n INTEGER)").await?;
                reached.notify_one();
                std::future::pending().await
            },
        )
    };
    let migrator = stuck(reached.clone());
    let pool = db.another_pool(1).await;
    let dying = tokio::spawn(async move { migrator.run(&pool).await });
    reached.notified().await;
    dying.abort();
    assert!(dying.await.unwrap_err().is_cancelled());
    assert_eq!(db.rows().await[1], "2 running up run");
    db.tell(
        "UPDATE _embed_migrations SET claimed_until = '2020-01-01T00:00:00' WHERE version = '2'",
    )
    .await;
    let next = Migrator::new(log_and(&[])).step(2, "made", write_two::<DB>);
    let error = next.run(&db.pool).await.unwrap_err();
    assert!(error.is_in_doubt(), "{error:?}");
    assert_eq!(log(&db).await, [""; 0], "it is not called by a guess");
    let status = next.status(&db.pool).await.unwrap();
    assert_eq!(status.in_state(State::InDoubt).count(), 1);
    db.tell("DROP TABLE made").await;
    next.resolve(&db.pool, 2_u64, Resolution::NotRun)
        .await
        .unwrap();
    next.run(&db.pool).await.unwrap();
    assert_eq!(log(&db).await, ["2"]);
    assert!(next.validate(&db.pool).await.unwrap().is_valid());
}
