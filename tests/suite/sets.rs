//! Several sets in one database: each with its rows, and none in the way of another.

use std::time::Duration;

use embed_migrations::{ErrorKind, Goal, Key, MigrationSet, Migrator, Policies, Policy, Target};
use tests::{Backend, Fresh, named, on_every_engine, reversible, set};
use tokio::task::JoinSet;

on_every_engine!(
    two_sets_are_applied_in_their_order
    a_target_is_a_version_of_the_last_set
    steps_count_over_all_sets
    they_are_reverted_in_the_other_order
    history_and_status_tell_one_set_after_the_other
    what_differs_in_one_set_stops_all_of_them
    eight_starters_apply_each_migration_of_each_set_once
    a_migrator_without_a_set_is_refused
    a_waiter_of_two_sets_is_not_kept_waiting_by_the_order_of_their_rows
);

pub(crate) fn queue() -> &'static MigrationSet {
    named("queue", &["jobs", "tries"])
}

pub(crate) fn own() -> &'static MigrationSet {
    reversible(&["a", "b"])
}

pub(crate) fn both() -> Migrator {
    Migrator::for_sets([queue(), own()])
}

/// Set and key of each step.
pub(crate) fn told<'a>(
    finished: impl IntoIterator<Item = &'a embed_migrations::Finished>,
) -> Vec<String> {
    finished
        .into_iter()
        .map(|of| format!("{} {}", of.set(), of.key()))
        .collect()
}

async fn two_sets_are_applied_in_their_order<DB: Backend>(db: Fresh<DB>) {
    let report = both().run(&db.pool).await.unwrap();
    assert_eq!(
        told(report.steps()),
        ["queue 1", "queue 2", "default 1", "default 2"]
    );
    assert_eq!(db.tables().await, ["a", "b", "jobs", "tries"]);
    assert!(both().run(&db.pool).await.unwrap().steps().is_empty());
    assert_eq!(both().run(&db.pool).await.unwrap().applied_before(), 4);
    assert_eq!(both().version(&db.pool).await.unwrap(), Some(2.into()));
}

async fn a_target_is_a_version_of_the_last_set<DB: Backend>(db: Fresh<DB>) {
    let to_one = both().target(Target::Version(1.into()));
    let report = to_one.run(&db.pool).await.unwrap();
    assert_eq!(told(report.steps()), ["queue 1", "queue 2", "default 1"]);
    let error = both()
        .target(Target::Version(3.into()))
        .run(&db.pool)
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Target);
    both().run(&db.pool).await.unwrap();
    let report = both().revert_to(&db.pool, 1).await.unwrap();
    assert_eq!(told(report.steps()), ["default 2"]);
}

async fn steps_count_over_all_sets<DB: Backend>(db: Fresh<DB>) {
    let steps = |count| both().target(Target::Steps(count));
    assert_eq!(
        told(steps(1).run(&db.pool).await.unwrap().steps()),
        ["queue 1"]
    );
    assert_eq!(
        told(steps(2).run(&db.pool).await.unwrap().steps()),
        ["queue 2", "default 1"]
    );
    assert_eq!(told(steps(0).run(&db.pool).await.unwrap().steps()), [""; 0]);
    assert_eq!(
        told(steps(2).revert(&db.pool).await.unwrap().steps()),
        ["default 1", "queue 2"]
    );
    assert_eq!(db.tables().await, ["jobs"]);
}

async fn they_are_reverted_in_the_other_order<DB: Backend>(db: Fresh<DB>) {
    both().run(&db.pool).await.unwrap();
    let goal = Goal::Revert(Target::Steps(9));
    let planned = both().plan_for(&db.pool, goal).await.unwrap();
    let lines = planned.to_string();
    let planned: Vec<&str> = lines
        .lines()
        .filter_map(|line| line.split_once(':'))
        .map(|(what, _)| what)
        .collect();
    assert_eq!(
        planned,
        [
            "revert default 2 b",
            "revert default 1 a",
            "revert queue 2 tries",
            "revert queue 1 jobs"
        ]
    );
    assert_eq!(
        told(both().revert(&db.pool).await.unwrap().steps()),
        ["default 2"]
    );
    let report = both()
        .target(Target::Steps(9))
        .revert(&db.pool)
        .await
        .unwrap();
    assert_eq!(told(report.steps()), ["default 1", "queue 2", "queue 1"]);
    assert_eq!(db.tables().await, [""; 0]);
}

async fn history_and_status_tell_one_set_after_the_other<DB: Backend>(db: Fresh<DB>) {
    both().target(Target::Steps(3)).run(&db.pool).await.unwrap();
    let history = both().history(&db.pool).await.unwrap();
    let rows: Vec<String> = history
        .iter()
        .map(|row| format!("{} {}", row.set, row.key))
        .collect();
    assert_eq!(rows, ["queue 1", "queue 2", "default 1"]);
    let whole = both().status(&db.pool).await.unwrap();
    let states: Vec<String> = whole
        .migrations
        .iter()
        .map(|of| format!("{} {} {}", of.set, of.key, of.state))
        .collect();
    assert_eq!(
        states,
        [
            "queue 1 applied",
            "queue 2 applied",
            "default 1 applied",
            "default 2 pending"
        ]
    );
    let validation = both().validate(&db.pool).await.unwrap();
    assert_eq!(
        (validation.applied, validation.expected, validation.pending),
        (3, 4, 1)
    );
}

async fn what_differs_in_one_set_stops_all_of_them<DB: Backend>(db: Fresh<DB>) {
    Migrator::new(queue()).run(&db.pool).await.unwrap();
    let without = Migrator::for_sets([
        set(&[
            ("migrations.toml", "name = \"queue\"\n"),
            ("2_tries.sql", "CREATE TABLE tries (n INTEGER);\n"),
        ]),
        own(),
    ]);
    let error = without.run(&db.pool).await.unwrap_err();
    assert!(
        error
            .to_string()
            .contains("migration 1 jobs is applied, and is not in this program"),
        "{error}"
    );
    assert_eq!(db.tables().await, ["jobs", "tries"]);
    assert_eq!(without.validate(&db.pool).await.unwrap().refused, 1);
    let lenient = without.policies(Policies::default().missing(Policy::Allow));
    assert_eq!(
        told(lenient.run(&db.pool).await.unwrap().steps()),
        ["default 1", "default 2"]
    );
}

async fn eight_starters_apply_each_migration_of_each_set_once<DB: Backend>(db: Fresh<DB>) {
    let mut starters = JoinSet::new();
    for index in 0..8 {
        let pool = db.another_pool(2).await;
        // Some of them look after one of the sets.
        let migrator = if index % 3 == 2 {
            both().only("queue").unwrap()
        } else {
            both()
        };
        starters.spawn(async move { migrator.run(&pool).await });
    }
    let mut applied = Vec::new();
    while let Some(ended) = starters.join_next().await {
        applied.extend(told(ended.unwrap().unwrap().steps()));
    }
    applied.sort();
    assert_eq!(applied, ["default 1", "default 2", "queue 1", "queue 2"]);
    assert_eq!(db.tables().await, ["a", "b", "jobs", "tries"]);
}

async fn a_migrator_without_a_set_is_refused<DB: Backend>(db: Fresh<DB>) {
    let none: [&'static MigrationSet; 0] = [];
    let error = Migrator::for_sets(none).run(&db.pool).await.unwrap_err();
    assert_eq!(error.to_string(), "the migrator has no set");
}

/// The server may give rows of equal versions in any order, and in another after one of them was written to.
async fn a_waiter_of_two_sets_is_not_kept_waiting_by_the_order_of_their_rows<DB: Backend>(
    db: Fresh<DB>,
) {
    both().target(Target::Steps(3)).run(&db.pool).await.unwrap();
    db.tell(
        "UPDATE _embed_migrations SET state = 'running', claim = 'x', claimed_until = '2100-01-01T00:00:00' \
         WHERE set_name = 'default'",
    )
    .await;
    let before = both().history(&db.pool).await.unwrap();
    db.tell(
        "UPDATE _embed_migrations SET execution_ms = execution_ms + 1 WHERE set_name = 'queue'",
    )
    .await;
    let order = |history: &[embed_migrations::AppliedMigration]| -> Vec<(String, Key)> {
        history
            .iter()
            .map(|row| (row.set.clone(), row.key.clone()))
            .collect()
    };
    assert_eq!(
        order(&both().history(&db.pool).await.unwrap()),
        order(&before)
    );
    let hasty = both().wait_timeout(Duration::from_millis(300));
    assert!(hasty.run(&db.pool).await.unwrap_err().is_waited());
}
