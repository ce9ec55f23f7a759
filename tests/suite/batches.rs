//! Steps in Rust in batches: a transaction for each, and where the next one begins.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use embed_migrations::{Batch, BoxError, Dialect, ErrorKind, Hooks, Migrator, State, Step};
use tests::{Backend, Fresh, on_every_engine};
use tokio::sync::Notify;
use tokio::task::JoinSet;

use crate::rust_steps::{log, log_and, write_two};

on_every_engine!(
    each_batch_is_committed_with_its_cursor
    batches_go_on_where_one_failed
    batches_go_on_where_a_process_died
    no_batch_is_done_twice_by_two_starters
    a_batch_that_is_under_way_is_waited_for
    a_step_of_no_batches_is_done_at_once
    a_step_that_was_begun_in_batches_is_not_taken_for_done
    a_step_whose_row_says_that_nothing_is_done_is_called
    hooks_stand_around_all_batches_and_not_around_each
    an_error_before_the_batches_begins_none
    an_error_after_the_batches_is_of_the_last_one
);

/// Writes a number a batch, up to and with the last one.
fn counting<DB: Backend>(last: usize, fails_at: Option<usize>) -> Migrator {
    Migrator::new(log_and(&[])).batches(
        2,
        "numbers",
        async move |connection: &mut DB::Connection, from: Option<String>| {
            let number = from.map_or(Ok(1), |from| from.parse::<usize>())?;
            DB::say(connection, &format!("INSERT INTO log VALUES ({number})")).await?;
            if fails_at == Some(number) {
                return Err::<Batch, BoxError>("no more".into());
            }
            Ok(if number == last {
                Batch::Done
            } else {
                Batch::Next((number + 1).to_string())
            })
        },
    )
}

async fn each_batch_is_committed_with_its_cursor<DB: Backend>(db: Fresh<DB>) {
    let batches = Arc::new(AtomicUsize::new(0));
    let seen = batches.clone();
    let migrator = counting::<DB>(4, None).on_progress(move |progress| {
        if let embed_migrations::Progress::Batch { done, .. } = progress {
            seen.store(*done, Ordering::SeqCst);
        }
    });
    assert_eq!(migrator.run(&db.pool).await.unwrap().applied().len(), 2);
    assert_eq!(log(&db).await, ["1", "2", "3", "4"]);
    assert_eq!(
        batches.load(Ordering::SeqCst),
        3,
        "the fourth ends the step"
    );
    assert_eq!(db.rows().await[1], "2 applied up run");
    let row = &migrator.history(&db.pool).await.unwrap()[1];
    assert_eq!((row.cursor.as_deref(), row.claim.as_ref()), (None, None));
    assert!(migrator.run(&db.pool).await.unwrap().steps().is_empty());
}

async fn batches_go_on_where_one_failed<DB: Backend>(db: Fresh<DB>) {
    let error = counting::<DB>(4, Some(3)).run(&db.pool).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Rust);
    assert!(error.to_string().ends_with(", in batch 3"), "{error}");
    assert_eq!(error.notes(), ["2 batches are done and stay"]);
    assert_eq!(
        log(&db).await,
        ["1", "2"],
        "the batch that failed is rolled back"
    );
    let migrator = counting::<DB>(4, None);
    let row = &migrator.history(&db.pool).await.unwrap()[1];
    assert_eq!((row.cursor.as_deref(), row.journal.done), (Some("3"), 2));
    assert_eq!(
        migrator
            .status(&db.pool)
            .await
            .unwrap()
            .in_state(State::Failed)
            .count(),
        1
    );
    migrator.run(&db.pool).await.unwrap();
    assert_eq!(log(&db).await, ["1", "2", "3", "4"]);
    assert!(migrator.validate(&db.pool).await.unwrap().is_valid());
}

/// Batches of which the third waits for ever, after it has written and said so.
fn stuck_in_the_third<DB: Backend>(reached: Arc<Notify>) -> Migrator {
    Migrator::new(log_and(&[])).batches(
        2,
        "numbers",
        async move |connection: &mut DB::Connection, from: Option<String>| {
            let number = from.map_or(Ok(1), |from| from.parse::<usize>())?;
            DB::say(connection, &format!("INSERT INTO log VALUES ({number})")).await?;
            if number == 3 {
                reached.notify_one();
                std::future::pending::<()>().await;
            }
            Ok::<Batch, BoxError>(Batch::Next((number + 1).to_string()))
        },
    )
}

async fn batches_go_on_where_a_process_died<DB: Backend>(db: Fresh<DB>) {
    let reached = Arc::new(Notify::new());
    let migrator = stuck_in_the_third::<DB>(reached.clone());
    // One connection: nobody lets go of the claim.
    let pool = db.another_pool(1).await;
    let dying = tokio::spawn(async move { migrator.run(&pool).await });
    reached.notified().await;
    dying.abort();
    assert!(dying.await.unwrap_err().is_cancelled());
    let next = counting::<DB>(4, None).wait_timeout(Duration::from_millis(300));
    let error = next.run(&db.pool).await.unwrap_err();
    assert!(error.is_waited(), "{error}");
    db.tell(
        "UPDATE _embed_migrations SET claimed_until = '2020-01-01T00:00:00' WHERE version = '2'",
    )
    .await;
    counting::<DB>(4, None).run(&db.pool).await.unwrap();
    assert_eq!(log(&db).await, ["1", "2", "3", "4"]);
    assert_eq!(db.rows().await[1], "2 applied up run");
}

async fn no_batch_is_done_twice_by_two_starters<DB: Backend>(db: Fresh<DB>) {
    let mut starters = JoinSet::new();
    for _ in 0..4 {
        let pool = db.another_pool(2).await;
        starters.spawn(async move { counting::<DB>(9, None).run(&pool).await });
    }
    let mut applied = 0;
    while let Some(ended) = starters.join_next().await {
        applied += ended.unwrap().unwrap().applied().len();
    }
    assert_eq!(applied, 2);
    assert_eq!(
        log(&db).await,
        ["1", "2", "3", "4", "5", "6", "7", "8", "9"]
    );
}

async fn a_batch_that_is_under_way_is_waited_for<DB: Backend>(db: Fresh<DB>) {
    let reached = Arc::new(Notify::new());
    let migrator = stuck_in_the_third::<DB>(reached.clone());
    let pool = db.another_pool(2).await;
    let holder = tokio::spawn(async move { migrator.run(&pool).await });
    reached.notified().await;
    let next = counting::<DB>(4, None).wait_timeout(Duration::from_millis(300));
    assert!(next.run(&db.pool).await.unwrap_err().is_waited());
    holder.abort();
    assert!(holder.await.unwrap_err().is_cancelled());
    // Two connections: the claim is let go, except on SQLite, where there is one writer.
    if DB::DIALECT == Dialect::Sqlite {
        db.tell("UPDATE _embed_migrations SET claimed_until = '2020-01-01T00:00:00' WHERE version = '2'").await;
    }
    counting::<DB>(4, None).run(&db.pool).await.unwrap();
    assert_eq!(log(&db).await, ["1", "2", "3", "4"]);
}

async fn a_step_of_no_batches_is_done_at_once<DB: Backend>(db: Fresh<DB>) {
    let migrator = counting::<DB>(1, None);
    migrator.run(&db.pool).await.unwrap();
    assert_eq!(log(&db).await, ["1"]);
    assert_eq!(db.rows().await[1], "2 applied up run");
}

async fn a_step_that_was_begun_in_batches_is_not_taken_for_done<DB: Backend>(db: Fresh<DB>) {
    counting::<DB>(4, Some(3)).run(&db.pool).await.unwrap_err();
    let whole = Migrator::new(log_and(&[])).step(2, "numbers", write_two::<DB>);
    let error = whole.run(&db.pool).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Configuration);
    assert_eq!(
        error.to_string(),
        "migration 2 numbers was begun in batches, 2 of which are done, and is one step in this program"
    );
    assert_eq!(db.rows().await[1], "2 failed up run");
    counting::<DB>(4, None).run(&db.pool).await.unwrap();
    assert_eq!(log(&db).await, ["1", "2", "3", "4"]);
}

/// As batches leave the row that die in the first of them.
async fn a_step_whose_row_says_that_nothing_is_done_is_called<DB: Backend>(db: Fresh<DB>) {
    counting::<DB>(4, Some(1)).run(&db.pool).await.unwrap_err();
    db.tell(
        "UPDATE _embed_migrations SET state = 'running', claim = 'gone', claimed_until = '2020-01-01T00:00:00' \
         WHERE version = '2'",
    )
    .await;
    let whole = Migrator::new(log_and(&[])).step(2, "numbers", write_two::<DB>);
    assert_eq!(whole.run(&db.pool).await.unwrap().applied().len(), 1);
    assert_eq!(log(&db).await, ["2"]);
}

/// What is called, in its order: each hook, and each batch of three.
fn logged<DB: Backend>(fails: Option<&'static str>) -> (Migrator, Arc<Mutex<Vec<String>>>) {
    let log = Arc::new(Mutex::new(Vec::new()));
    let hook = |place: &'static str| {
        let log = log.clone();
        async move |_: &mut DB::Connection, step: &Step| -> Result<(), BoxError> {
            log.lock()
                .unwrap()
                .push(format!("{place} {}", step.migration.key()));
            match fails {
                Some(fails) if fails == place && step.script.is_rust() => Err("no".into()),
                _ => Ok(()),
            }
        }
    };
    let hooks = Hooks::new()
        .before_each(hook("before"))
        .after_each(hook("after"));
    let batches = log.clone();
    let migrator = Migrator::new(log_and(&[])).hooks(hooks).batches(
        2,
        "numbers",
        async move |connection: &mut DB::Connection, from: Option<String>| {
            let number = from.map_or(Ok(1), |from| from.parse::<usize>())?;
            batches.lock().unwrap().push(format!("batch {number}"));
            DB::say(connection, &format!("INSERT INTO log VALUES ({number})")).await?;
            Ok::<Batch, BoxError>(match number {
                3 => Batch::Done,
                _ => Batch::Next((number + 1).to_string()),
            })
        },
    );
    (migrator, log)
}

async fn hooks_stand_around_all_batches_and_not_around_each<DB: Backend>(db: Fresh<DB>) {
    let (migrator, called) = logged::<DB>(None);
    migrator.run(&db.pool).await.unwrap();
    assert_eq!(
        *called.lock().unwrap(),
        [
            "before 1", "after 1", "before 2", "batch 1", "batch 2", "batch 3", "after 2"
        ]
    );
}

async fn an_error_before_the_batches_begins_none<DB: Backend>(db: Fresh<DB>) {
    let (migrator, called) = logged::<DB>(Some("before"));
    let error = migrator.run(&db.pool).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Rust, "{error:?}");
    assert_eq!(called.lock().unwrap().last().unwrap(), "before 2");
    assert_eq!(log(&db).await, [""; 0]);
    let (migrator, _) = logged::<DB>(None);
    migrator.run(&db.pool).await.unwrap();
    assert_eq!(log(&db).await, ["1", "2", "3"]);
}

async fn an_error_after_the_batches_is_of_the_last_one<DB: Backend>(db: Fresh<DB>) {
    let (migrator, _) = logged::<DB>(Some("after"));
    migrator.run(&db.pool).await.unwrap_err();
    assert_eq!(log(&db).await, ["1", "2"], "the last one is rolled back");
    assert_eq!(db.rows().await, ["1 applied up run", "2 failed up run"]);
    let (migrator, called) = logged::<DB>(None);
    migrator.run(&db.pool).await.unwrap();
    assert_eq!(*called.lock().unwrap(), ["before 2", "batch 3", "after 2"]);
    assert_eq!(log(&db).await, ["1", "2", "3"]);
}
