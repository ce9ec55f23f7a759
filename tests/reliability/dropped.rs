//! A run that ends in the middle of its process: a hook that panics, a future that is dropped at any await.

use std::pin::{Pin, pin};
use std::task::Poll;

use embed_migrations::{Hooks, Migrator, Step, Target};
use tests::{Backend, Fresh};
use tokio::task::JoinSet;

use crate::after::{Way, recover};
use crate::in_every_setting;
use crate::record::{Seen, note};
use crate::scale::bounded;
use crate::script::{Kind, Script};
use crate::setting::{Setting, dialect};

in_every_setting!(
    a_run_whose_hook_panics_leaves_nothing_that_the_next_cannot_settle
    a_run_that_is_dropped_at_any_await_leaves_nothing_that_the_next_cannot_settle
);

/// How many polls are tried at once.
const AT_ONCE: usize = 16;

async fn a_run_whose_hook_panics_leaves_nothing_that_the_next_cannot_settle<S: Setting>() {
    for kind in [Kind::Transactional, Kind::Statements] {
        for comes_before in [true, false] {
            let (db, script) = (S::fresh().await, Script::new(kind, dialect::<S>()));
            let first = Migrator::new(script.set).target(Target::Version(1_u64.into()));
            first.run(&db.pool).await.unwrap();
            let hooks = panicking::<S::Database>(comes_before);
            let (migrator, pool) = (Migrator::new(script.set).hooks(hooks), db.pool.clone());
            let run = tokio::spawn(async move { migrator.run(&pool).await });
            let panicked = bounded("a run that panics", run).await.unwrap_err();
            assert!(panicked.is_panic());
            settled::<S>(
                db,
                script,
                format!("a panic, {kind:?}, before: {comes_before}"),
            )
            .await;
        }
    }
}

fn panicking<DB: Backend>(comes_before: bool) -> Hooks<DB::Connection> {
    let panics = async |_: &mut DB::Connection, _: &Step| panic!("a hook of a test panics");
    if comes_before {
        Hooks::new().before_each(panics)
    } else {
        Hooks::new().after_each(panics)
    }
}

async fn a_run_that_is_dropped_at_any_await_leaves_nothing_that_the_next_cannot_settle<
    S: Setting,
>() {
    for (kind, has_hooks) in [
        (Kind::Transactional, false),
        (Kind::Transactional, true),
        (Kind::Statements, false),
    ] {
        let mut polls = 0;
        let mut has_ended = false;
        while !has_ended {
            let mut runs = JoinSet::new();
            for _ in 0..AT_ONCE {
                polls += 1;
                runs.spawn(dropped_after::<S>(kind, has_hooks, polls));
            }
            while let Some(ended) = bounded("dropped runs", runs.join_next()).await {
                has_ended |= ended.unwrap();
            }
        }
    }
}

/// Polls a run so often, drops it, and runs again. Whether it had come to its end.
async fn dropped_after<S: Setting>(kind: Kind, has_hooks: bool, polls: usize) -> bool {
    let (db, script) = (S::fresh().await, Script::new(kind, dialect::<S>()));
    let mut migrator = Migrator::new(script.set);
    if has_hooks {
        migrator = migrator.hooks(quiet::<S::Database>());
    }
    let ended = {
        let mut run = pin!(migrator.run(&db.pool));
        match polled(run.as_mut(), polls).await {
            Some(report) => {
                report.unwrap();
                true
            }
            None => false,
        }
    };
    settled::<S>(
        db,
        script,
        format!("{kind:?}, hooks: {has_hooks}, after poll {polls}"),
    )
    .await;
    ended
}

fn quiet<DB: Backend>() -> Hooks<DB::Connection> {
    Hooks::new().before_each(async |_: &mut DB::Connection, _: &Step| Ok(()))
}

/// Polls a future so often at most.
async fn polled<F: Future>(mut future: Pin<&mut F>, most: usize) -> Option<F::Output> {
    let mut polls = 0;
    std::future::poll_fn(|context| {
        polls += 1;
        match future.as_mut().poll(context) {
            Poll::Ready(output) => Poll::Ready(Some(output)),
            Poll::Pending if polls >= most => Poll::Ready(None),
            Poll::Pending => Poll::Pending,
        }
    })
    .await
}

async fn settled<S: Setting>(db: Fresh<S::Database>, script: Script, cell: String) {
    let in_doubt = recover(&db, &script, Way::Up).await;
    db.discard().await;
    let seen = Seen {
        runs: 2 + in_doubt,
        statements: script.len(),
        in_doubt,
        ..Seen::default()
    };
    note("dropped", S::NAME, &cell, &seen);
}
