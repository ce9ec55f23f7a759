//! Waiting for another process, what `run` does in a mode, and runs that are asked to stop.

use std::sync::Arc;
use std::time::{Duration, Instant};

use embed_migrations::{
    Dialect, DifferenceKind, ErrorKind, Migrator, Mode, Policies, Policy, Progress, RowState, Stop,
};
use tests::{Backend, Fresh, on_every_engine, reversible, set};
use tokio::sync::Notify;

on_every_engine!(
    a_waiter_returns_when_another_task_has_applied
    a_waiter_returns_at_once_where_nothing_is_pending
    a_waiter_in_vain_says_what_is_pending
    a_difference_is_not_waited_for
    a_database_that_is_not_there_is_waited_for
    a_waiter_stops_on_request
    a_check_applies_nothing_and_says_what_is_pending
    a_check_that_finds_nothing_is_a_report
    a_run_that_waits_returns_when_another_has_applied
    a_run_that_is_off_does_not_even_read
    the_other_verbs_do_not_ask_for_the_mode
    a_run_that_is_asked_before_it_begins_runs_nothing
    a_run_without_anything_to_do_is_not_stopped
    a_run_is_stopped_between_two_migrations
    a_run_is_stopped_between_two_statements_and_gone_on_with
    a_revert_is_stopped_between_two_statements_and_gone_on_with
    a_run_is_stopped_while_it_waits_for_anothers_claim
);

const LONG: Duration = Duration::from_mins(1);
const SHORT: Duration = Duration::from_millis(150);

fn two() -> Migrator {
    Migrator::new(reversible(&["a", "b"]))
}

async fn a_waiter_returns_when_another_task_has_applied<DB: Backend>(db: Fresh<DB>) {
    let pool = db.another_pool(1).await;
    let waiter = tokio::spawn(async move { two().wait(&pool, LONG).await });
    tokio::task::yield_now().await;
    two().run(&db.pool).await.unwrap();
    let validation = waiter.await.unwrap().unwrap();
    assert_eq!((validation.applied, validation.is_valid()), (2, true));
}

async fn a_waiter_returns_at_once_where_nothing_is_pending<DB: Backend>(db: Fresh<DB>) {
    two().run(&db.pool).await.unwrap();
    let validation = two().wait(&db.pool, Duration::ZERO).await.unwrap();
    assert!(validation.is_valid());
}

async fn a_waiter_in_vain_says_what_is_pending<DB: Backend>(db: Fresh<DB>) {
    let error = two().wait(&db.pool, SHORT).await.unwrap_err();
    assert!(error.is_waited());
    assert_eq!(
        error.to_string(),
        "waited 0 s in vain: 2 migrations are pending, 1 a first"
    );
    assert_eq!(error.notes(), ["not valid: 0 of 2 applied, 2 pending"]);
    assert!(!db.has_history().await);
}

async fn a_difference_is_not_waited_for<DB: Backend>(db: Fresh<DB>) {
    two().run(&db.pool).await.unwrap();
    let edited = Migrator::new(set(&[
        ("1_a.sql", "CREATE TABLE a (m INTEGER)"),
        ("2_b.sql", "CREATE TABLE b (n INTEGER);\n"),
    ]));
    let started = Instant::now();
    let error = edited.wait(&db.pool, LONG).await.unwrap_err();
    assert_eq!(error.differences()[0].kind(), DifferenceKind::Modified);
    assert!(started.elapsed() < LONG);
    let lenient = edited.policies(Policies::default().modified(Policy::Warn));
    lenient.wait(&db.pool, LONG).await.unwrap();
}

async fn a_database_that_is_not_there_is_waited_for<DB: Backend>(db: Fresh<DB>) {
    let pool = db.another_pool(1).await;
    pool.close().await;
    let error = two().wait(&pool, SHORT).await.unwrap_err();
    assert!(error.is_waited());
    assert_eq!(
        error.to_string(),
        "waited 0 s in vain: no connection to the database"
    );
}

async fn a_waiter_stops_on_request<DB: Backend>(db: Fresh<DB>) {
    let stop = Stop::new();
    let migrator = two().stop_on(&stop);
    let pool = db.another_pool(1).await;
    let waiter = tokio::spawn(async move { migrator.wait(&pool, LONG).await });
    tokio::task::yield_now().await;
    stop.request();
    let error = waiter.await.unwrap().unwrap_err();
    assert_eq!(error.to_string(), "stopped on request while it waited");
}

async fn a_check_applies_nothing_and_says_what_is_pending<DB: Backend>(db: Fresh<DB>) {
    let error = two().mode(Mode::Check).run(&db.pool).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Pending);
    assert_eq!(error.to_string(), "2 migrations are pending, 1 a first");
    assert!(!db.has_history().await);
    two().run(&db.pool).await.unwrap();
    two().revert(&db.pool).await.unwrap();
    let error = two().mode(Mode::Check).run(&db.pool).await.unwrap_err();
    assert_eq!(error.to_string(), "1 migration is pending, 2 b first");
}

async fn a_check_that_finds_nothing_is_a_report<DB: Backend>(db: Fresh<DB>) {
    two().run(&db.pool).await.unwrap();
    let report = two().mode(Mode::Check).run(&db.pool).await.unwrap();
    assert_eq!((report.applied_before(), report.steps().len()), (2, 0));
    let old = Migrator::new(reversible(&["a"])).mode(Mode::Check);
    assert_eq!(old.run(&db.pool).await.unwrap().warnings().len(), 1);
}

async fn a_run_that_waits_returns_when_another_has_applied<DB: Backend>(db: Fresh<DB>) {
    let waiting = two().mode(Mode::Wait);
    let hasty = waiting.clone().wait_timeout(SHORT);
    assert!(hasty.run(&db.pool).await.unwrap_err().is_waited());
    let pool = db.another_pool(1).await;
    let waiter = tokio::spawn(async move { waiting.run(&pool).await });
    two().run(&db.pool).await.unwrap();
    let report = waiter.await.unwrap().unwrap();
    assert_eq!((report.applied_before(), report.steps().len()), (2, 0));
}

async fn a_run_that_is_off_does_not_even_read<DB: Backend>(db: Fresh<DB>) {
    let pool = db.another_pool(1).await;
    pool.close().await;
    let report = two().mode(Mode::Off).run(&pool).await.unwrap();
    assert!(report.steps().is_empty());
}

async fn the_other_verbs_do_not_ask_for_the_mode<DB: Backend>(db: Fresh<DB>) {
    two().run(&db.pool).await.unwrap();
    assert_eq!(
        two()
            .mode(Mode::Off)
            .revert(&db.pool)
            .await
            .unwrap()
            .reverted()
            .len(),
        1
    );
    assert_eq!(
        two()
            .mode(Mode::Check)
            .skip(&db.pool, 2)
            .await
            .unwrap()
            .recorded()
            .len(),
        1
    );
}

async fn a_run_that_is_asked_before_it_begins_runs_nothing<DB: Backend>(db: Fresh<DB>) {
    let stop = Stop::new();
    stop.request();
    let error = two().stop_on(&stop).run(&db.pool).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Stopped);
    assert_eq!(error.to_string(), "stopped on request before migration 1 a");
    assert_eq!(error.report().unwrap().pending(), 2);
    assert_eq!(
        (db.tables().await, db.rows().await),
        (Vec::new(), Vec::new())
    );
    assert_eq!(two().run(&db.pool).await.unwrap().applied().len(), 2);
}

async fn a_run_without_anything_to_do_is_not_stopped<DB: Backend>(db: Fresh<DB>) {
    two().run(&db.pool).await.unwrap();
    let stop = Stop::new();
    stop.request();
    assert!(
        two()
            .stop_on(&stop)
            .run(&db.pool)
            .await
            .unwrap()
            .steps()
            .is_empty()
    );
}

/// Asks to stop when this is said for the first time.
fn stopping(migrator: Migrator, when: fn(&Progress) -> bool) -> Migrator {
    let stop = Stop::new();
    let asked = stop.clone();
    migrator.stop_on(&stop).on_progress(move |progress| {
        if when(progress) {
            asked.request();
        }
    })
}

async fn a_run_is_stopped_between_two_migrations<DB: Backend>(db: Fresh<DB>) {
    let migrator = stopping(two(), |progress| {
        matches!(progress, Progress::Finished { .. })
    });
    let error = migrator.run(&db.pool).await.unwrap_err();
    assert_eq!(error.to_string(), "stopped on request before migration 2 b");
    let report = error.report().unwrap();
    assert_eq!((report.applied().len(), report.pending()), (1, 1));
    assert_eq!(db.rows().await, ["1 applied up run"]);
    assert_eq!(two().run(&db.pool).await.unwrap().applied().len(), 1);
}

fn in_the_first_statement(progress: &Progress) -> bool {
    matches!(progress, Progress::Statement { number: 1, .. })
}

/// Nothing is claimed, and what is done is recorded.
async fn is_free<DB: Backend>(db: &Fresh<DB>, migrator: &Migrator) {
    let row = &migrator.history(&db.pool).await.unwrap()[0];
    assert_eq!((row.state, row.claim.as_ref()), (RowState::Failed, None));
    assert_eq!((row.journal.done, row.journal.sent), (1, 1));
}

async fn a_run_is_stopped_between_two_statements_and_gone_on_with<DB: Backend>(db: Fresh<DB>) {
    let text = "-- no-transaction\nCREATE TABLE a (n INTEGER);\nCREATE TABLE b (n INTEGER);\nCREATE TABLE c (n INTEGER);\n";
    let migrator = Migrator::new(set(&[("1_a.sql", text)]));
    let error = stopping(migrator.clone(), in_the_first_statement)
        .run(&db.pool)
        .await
        .unwrap_err();
    assert_eq!(error.to_string(), "stopped on request in migration 1 a");
    assert_eq!(
        error.notes(),
        ["1 of 3 statements is done and stays; the next run goes on at line 3"]
    );
    assert_eq!(db.tables().await, ["a"]);
    is_free(&db, &migrator).await;
    assert_eq!(
        migrator.run(&db.pool).await.unwrap().applied()[0].statements(),
        2
    );
    assert_eq!(db.tables().await, ["a", "b", "c"]);
}

async fn a_revert_is_stopped_between_two_statements_and_gone_on_with<DB: Backend>(db: Fresh<DB>) {
    let migrator = Migrator::new(set(&[
        (
            "1_a.up.sql",
            "CREATE TABLE a (n INTEGER); CREATE TABLE b (n INTEGER)",
        ),
        (
            "1_a.down.sql",
            "-- no-transaction\nDROP TABLE b;\nDROP TABLE a;\n",
        ),
    ]));
    migrator.run(&db.pool).await.unwrap();
    let stopped = stopping(migrator.clone(), in_the_first_statement)
        .revert(&db.pool)
        .await;
    assert_eq!(stopped.unwrap_err().kind(), ErrorKind::Stopped);
    assert_eq!(db.tables().await, ["a"]);
    is_free(&db, &migrator).await;
    assert_eq!(
        migrator.revert(&db.pool).await.unwrap().reverted()[0].statements(),
        1
    );
    assert_eq!(db.tables().await, [""; 0]);
}

async fn a_run_is_stopped_while_it_waits_for_anothers_claim<DB: Backend>(db: Fresh<DB>) {
    two().run(&db.pool).await.unwrap();
    let until = match DB::DIALECT {
        Dialect::Postgres | Dialect::MySql => "2100-01-01 00:00:00",
        Dialect::Sqlite => "2100-01-01T00:00:00Z",
    };
    db.tell(&format!(
        "UPDATE _embed_migrations SET state = 'running', claim = 'x', claimed_until = '{until}' WHERE version = '2'"
    ))
    .await;
    let (stop, waits) = (Stop::new(), Arc::new(Notify::new()));
    let seen = waits.clone();
    let migrator = two().stop_on(&stop).on_progress(move |progress| {
        if matches!(progress, Progress::Waiting { .. }) {
            seen.notify_one();
        }
    });
    let pool = db.another_pool(1).await;
    let waiter = tokio::spawn(async move { migrator.run(&pool).await });
    waits.notified().await;
    stop.request();
    let error = waiter.await.unwrap().unwrap_err();
    assert_eq!(
        error.to_string(),
        "stopped on request while it waited for migration 2 b"
    );
    assert_eq!(db.rows().await[1], "2 running up run");
}
