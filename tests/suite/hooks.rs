//! Hooks: around a run and around each migration, in its transaction where it has one.

use std::sync::{Arc, Mutex};

use embed_migrations::{BoxError, Hooks, MigrationSet, Migrator, Plan, Report, Step, Target};
use tests::{Backend, Fresh, on_every_engine, only_on, reversible};

on_every_engine!(
    they_are_called_in_their_order_around_what_is_done
    they_are_called_where_something_is_reverted
    where_nothing_is_to_be_done_none_is_called
    what_is_only_recorded_has_none_around_it
    what_a_closure_captures_is_there_at_each_call
    hooks_given_before_are_called_before
    a_transaction_that_a_hook_leaves_open_is_not_the_runs
);

only_on!(on_postgres sqlx::Postgres: what_a_hook_sets_does_not_reach_the_next_migration);

type Log = Arc<Mutex<Vec<String>>>;

fn taken(log: &Log) -> Vec<String> {
    std::mem::take(&mut *log.lock().unwrap())
}

fn logging<DB: Backend>(log: &Log) -> Hooks<DB::Connection> {
    let say = |what: &'static str| {
        let log = log.clone();
        move |about: String| log.lock().unwrap().push(format!("{what} {about}"))
    };
    let (before, after) = (say("before"), say("after"));
    let (before_each, after_each) = (say("before"), say("after"));
    Hooks::new()
        .before_run(async move |_: &mut DB::Connection, plan: &Plan| {
            before(format!("{} steps", plan.steps.len()));
            Ok::<(), BoxError>(())
        })
        .after_run(async move |_: &mut DB::Connection, report: &Report| {
            after(format!("{} steps", report.steps().len()));
            Ok::<(), BoxError>(())
        })
        .before_each(async move |_: &mut DB::Connection, step: &Step| {
            before_each(format!(
                "{} {}",
                step.migration.key(),
                step.direction().name()
            ));
            Ok::<(), BoxError>(())
        })
        .after_each(async move |_: &mut DB::Connection, step: &Step| {
            after_each(format!(
                "{} {}",
                step.migration.key(),
                step.direction().name()
            ));
            Ok::<(), BoxError>(())
        })
}

fn logged<DB: Backend>(set: &'static MigrationSet) -> (Migrator, Log) {
    let log = Log::default();
    (Migrator::new(set).hooks(logging::<DB>(&log)), log)
}

async fn they_are_called_in_their_order_around_what_is_done<DB: Backend>(db: Fresh<DB>) {
    let (migrator, log) = logged::<DB>(reversible(&["a", "b"]));
    migrator.run(&db.pool).await.unwrap();
    assert_eq!(
        taken(&log),
        [
            "before 2 steps",
            "before 1 up",
            "after 1 up",
            "before 2 up",
            "after 2 up",
            "after 2 steps"
        ]
    );
    assert_eq!(db.tables().await, ["a", "b"]);
}

async fn they_are_called_where_something_is_reverted<DB: Backend>(db: Fresh<DB>) {
    let (migrator, log) = logged::<DB>(reversible(&["a", "b"]));
    migrator.run(&db.pool).await.unwrap();
    taken(&log);
    migrator.revert(&db.pool).await.unwrap();
    assert_eq!(
        taken(&log),
        [
            "before 1 steps",
            "before 2 down",
            "after 2 down",
            "after 1 steps"
        ]
    );
    migrator.run(&db.pool).await.unwrap();
    taken(&log);
    migrator.redo(&db.pool).await.unwrap();
    let each: Vec<String> = taken(&log)
        .into_iter()
        .filter(|line| !line.contains("steps"))
        .collect();
    assert_eq!(
        each,
        ["before 2 down", "after 2 down", "before 2 up", "after 2 up"]
    );
    assert_eq!(db.tables().await, ["a", "b"]);
}

async fn where_nothing_is_to_be_done_none_is_called<DB: Backend>(db: Fresh<DB>) {
    let (migrator, log) = logged::<DB>(reversible(&["a"]));
    migrator.revert(&db.pool).await.unwrap();
    Migrator::new(reversible(&["a"]))
        .run(&db.pool)
        .await
        .unwrap();
    migrator.run(&db.pool).await.unwrap();
    migrator
        .clone()
        .target(Target::Steps(0))
        .redo(&db.pool)
        .await
        .unwrap();
    migrator.plan(&db.pool).await.unwrap();
    assert_eq!(taken(&log), [""; 0]);
}

async fn what_is_only_recorded_has_none_around_it<DB: Backend>(db: Fresh<DB>) {
    let (migrator, log) = logged::<DB>(reversible(&["a", "b"]));
    migrator.baseline(&db.pool, 1).await.unwrap();
    migrator.skip(&db.pool, 2).await.unwrap();
    assert_eq!(taken(&log), [""; 0]);
    assert_eq!(db.rows().await.len(), 2);
}

async fn what_a_closure_captures_is_there_at_each_call<DB: Backend>(db: Fresh<DB>) {
    let (who, log) = ("somebody".to_owned(), Log::default());
    let seen = log.clone();
    let hooks = Hooks::new().after_each(async move |_: &mut DB::Connection, step: &Step| {
        seen.lock()
            .unwrap()
            .push(format!("{who} {}", step.migration.name()));
        Ok::<(), BoxError>(())
    });
    Migrator::new(reversible(&["a", "b"]))
        .hooks(hooks)
        .run(&db.pool)
        .await
        .unwrap();
    assert_eq!(taken(&log), ["somebody a", "somebody b"]);
}

async fn hooks_given_before_are_called_before<DB: Backend>(db: Fresh<DB>) {
    let log = Log::default();
    let say = |what: &'static str| {
        let log = log.clone();
        Hooks::new().before_each(async move |_: &mut DB::Connection, _: &Step| {
            log.lock().unwrap().push(what.to_owned());
            Ok::<(), BoxError>(())
        })
    };
    let migrator = Migrator::new(reversible(&["a"]))
        .hooks(say("one"))
        .hooks(say("two"));
    migrator.run(&db.pool).await.unwrap();
    assert_eq!(taken(&log), ["one", "two"]);
}

async fn a_transaction_that_a_hook_leaves_open_is_not_the_runs<DB: Backend>(db: Fresh<DB>) {
    let hooks = Hooks::new().before_run(async |connection: &mut DB::Connection, _: &Plan| {
        DB::say(connection, "BEGIN").await?;
        Ok::<(), BoxError>(())
    });
    let migrator = Migrator::new(reversible(&["a"])).hooks(hooks);
    assert_eq!(migrator.run(&db.pool).await.unwrap().applied().len(), 1);
    assert_eq!(db.rows().await, ["1 applied up run"]);
}

async fn what_a_hook_sets_does_not_reach_the_next_migration(db: Fresh<sqlx::Postgres>) {
    let hooks = Hooks::new().after_each(async |connection: &mut sqlx::PgConnection, _: &Step| {
        sqlx::Postgres::say(connection, "SET search_path = nowhere").await?;
        Ok::<(), BoxError>(())
    });
    let migrator = Migrator::new(reversible(&["a", "b"])).hooks(hooks);
    migrator.run(&db.pool).await.unwrap();
    assert_eq!(db.tables().await, ["a", "b"]);
}
