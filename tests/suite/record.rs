//! What counts as applied without being run: baseline and skip.

use embed_migrations::{DifferenceKind, ErrorKind, Goal, Migrator, State, Target, Version, Via};
use tests::{Backend, Fresh, on_every_engine, reversible, set};
use tokio::task::JoinSet;

on_every_engine!(
    a_baseline_records_all_up_to_a_version_and_runs_none
    a_baseline_beside_another_tools_history_lets_run_apply_the_rest
    a_baseline_that_is_there_is_nothing_to_do
    a_baseline_keeps_the_rows_that_are_there
    a_baseline_on_a_version_that_is_not_there_is_refused_with_the_nearest
    concurrent_baselines_record_each_migration_once
    a_skipped_migration_is_passed_over_and_the_others_are_applied
    to_skip_what_is_applied_is_nothing_to_do
    what_is_half_applied_is_not_skipped
    what_is_not_there_is_not_skipped
    what_was_recorded_can_be_reverted
    a_plan_of_a_baseline_or_a_skip_has_no_sql_and_changes_nothing
);

fn three() -> Migrator {
    Migrator::new(reversible(&["a", "b", "c"]))
}

fn keys(finished: &[&embed_migrations::Finished]) -> Vec<String> {
    finished.iter().map(|of| of.key().to_string()).collect()
}

async fn a_baseline_records_all_up_to_a_version_and_runs_none<DB: Backend>(db: Fresh<DB>) {
    let report = three().baseline(&db.pool, 2).await.unwrap();
    assert_eq!(keys(&report.recorded()), ["1", "2"]);
    assert!(report.applied().is_empty());
    assert!(
        report.to_string().starts_with("recorded 2 migrations in "),
        "{report}"
    );
    assert_eq!(db.tables().await, [""; 0]);
    let history = three().history(&db.pool).await.unwrap();
    assert!(
        history
            .iter()
            .all(|row| row.via == Via::Baseline && row.applied_at.is_some())
    );
    let status = three().status(&db.pool).await.unwrap();
    let via: Vec<Option<Via>> = status.migrations.iter().map(|of| of.via).collect();
    assert_eq!(via, [Some(Via::Baseline), Some(Via::Baseline), None]);
    assert_eq!(
        three().version(&db.pool).await.unwrap(),
        Some(Version::from(2))
    );
    assert_eq!(keys(&three().run(&db.pool).await.unwrap().applied()), ["3"]);
    assert_eq!(db.tables().await, ["c"]);
}

async fn a_baseline_beside_another_tools_history_lets_run_apply_the_rest<DB: Backend>(
    db: Fresh<DB>,
) {
    db.tell("CREATE TABLE a (n INTEGER)").await;
    db.tell("CREATE TABLE _sqlx_migrations (version BIGINT)")
        .await;
    db.tell("INSERT INTO _sqlx_migrations VALUES (1)").await;
    assert_eq!(
        three().run(&db.pool).await.unwrap_err().kind(),
        ErrorKind::ForeignHistory
    );
    three().baseline(&db.pool, 1).await.unwrap();
    assert_eq!(
        keys(&three().run(&db.pool).await.unwrap().applied()),
        ["2", "3"]
    );
    db.tell("DROP TABLE _sqlx_migrations").await;
    assert_eq!(db.tables().await, ["a", "b", "c"]);
}

async fn a_baseline_that_is_there_is_nothing_to_do<DB: Backend>(db: Fresh<DB>) {
    three().baseline(&db.pool, 2).await.unwrap();
    let before = three().history(&db.pool).await.unwrap();
    assert!(
        three()
            .baseline(&db.pool, 2)
            .await
            .unwrap()
            .steps()
            .is_empty()
    );
    assert!(
        three()
            .baseline(&db.pool, 1)
            .await
            .unwrap()
            .steps()
            .is_empty()
    );
    assert_eq!(three().history(&db.pool).await.unwrap(), before);
    assert_eq!(
        keys(&three().baseline(&db.pool, 3).await.unwrap().recorded()),
        ["3"]
    );
}

async fn a_baseline_keeps_the_rows_that_are_there<DB: Backend>(db: Fresh<DB>) {
    three()
        .target(Target::Steps(1))
        .run(&db.pool)
        .await
        .unwrap();
    three().baseline(&db.pool, 3).await.unwrap();
    assert_eq!(
        db.rows().await,
        [
            "1 applied up run",
            "2 applied up baseline",
            "3 applied up baseline"
        ]
    );
}

async fn a_baseline_on_a_version_that_is_not_there_is_refused_with_the_nearest<DB: Backend>(
    db: Fresh<DB>,
) {
    let error = three().baseline(&db.pool, 7).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Target);
    assert_eq!(
        error.to_string(),
        "no migration has the version 7; the nearest is 3"
    );
    assert!(!db.has_history().await);
}

async fn concurrent_baselines_record_each_migration_once<DB: Backend>(db: Fresh<DB>) {
    let mut tasks = JoinSet::new();
    for _ in 0..8 {
        let pool = db.another_pool(1).await;
        tasks.spawn(async move { three().baseline(&pool, 3).await });
    }
    let mut recorded = Vec::new();
    while let Some(ended) = tasks.join_next().await {
        recorded.extend(keys(&ended.unwrap().unwrap().recorded()));
    }
    recorded.sort();
    assert_eq!(recorded, ["1", "2", "3"]);
    assert_eq!(db.rows().await.len(), 3);
}

async fn a_skipped_migration_is_passed_over_and_the_others_are_applied<DB: Backend>(db: Fresh<DB>) {
    three()
        .target(Target::Steps(1))
        .run(&db.pool)
        .await
        .unwrap();
    let report = three().skip(&db.pool, 2).await.unwrap();
    assert_eq!(report.recorded()[0].via(), Via::Skip);
    assert_eq!(keys(&three().run(&db.pool).await.unwrap().applied()), ["3"]);
    assert_eq!(db.tables().await, ["a", "c"]);
    assert_eq!(
        db.rows().await,
        ["1 applied up run", "2 applied up skip", "3 applied up run"]
    );
    assert!(three().status(&db.pool).await.unwrap().is_current());
}

async fn to_skip_what_is_applied_is_nothing_to_do<DB: Backend>(db: Fresh<DB>) {
    three().run(&db.pool).await.unwrap();
    assert!(three().skip(&db.pool, 2).await.unwrap().steps().is_empty());
    assert_eq!(db.rows().await[1], "2 applied up run");
}

async fn what_is_half_applied_is_not_skipped<DB: Backend>(db: Fresh<DB>) {
    let half = "-- no-transaction\nCREATE TABLE a (n INTEGER); INSERT INTO nowhere VALUES (1)";
    let migrator = Migrator::new(set(&[
        ("1_a.sql", half),
        ("2_b.sql", "CREATE TABLE b (n INTEGER)"),
    ]));
    migrator.run(&db.pool).await.unwrap_err();
    let skipped = migrator.skip(&db.pool, 1).await.unwrap_err();
    assert_eq!(skipped.differences()[0].kind(), DifferenceKind::HalfApplied);
    let baseline = migrator.baseline(&db.pool, 2).await.unwrap_err();
    assert_eq!(
        baseline.differences()[0].kind(),
        DifferenceKind::HalfApplied
    );
    assert_eq!(db.rows().await, ["1 failed up run"]);
}

async fn what_is_not_there_is_not_skipped<DB: Backend>(db: Fresh<DB>) {
    let error = three().skip(&db.pool, 0).await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "no migration has the version 0; the nearest is 1"
    );
}

async fn what_was_recorded_can_be_reverted<DB: Backend>(db: Fresh<DB>) {
    db.tell("CREATE TABLE a (n INTEGER)").await;
    three().baseline(&db.pool, 1).await.unwrap();
    assert_eq!(
        keys(&three().revert(&db.pool).await.unwrap().reverted()),
        ["1"]
    );
    assert_eq!(db.tables().await, [""; 0]);
    three().run(&db.pool).await.unwrap();
    assert_eq!(db.rows().await[0], "1 applied up run");
}

async fn a_plan_of_a_baseline_or_a_skip_has_no_sql_and_changes_nothing<DB: Backend>(db: Fresh<DB>) {
    let goal = Goal::Baseline(2.into());
    let plan = three().plan_for(&db.pool, goal).await.unwrap();
    assert_eq!(
        plan.to_string(),
        "baseline 1 a: migrations/1_a.up.sql is not run\nbaseline 2 b: migrations/2_b.up.sql is not run"
    );
    let goal = Goal::Skip(3.into());
    let plan = three().plan_for(&db.pool, goal).await.unwrap();
    assert_eq!(
        plan.sql(),
        "-- skip 3 c: migrations/3_c.up.sql is not run\n"
    );
    assert!(!db.has_history().await);
    let status = three().status(&db.pool).await.unwrap();
    assert_eq!(status.in_state(State::Pending).count(), 3);
}
