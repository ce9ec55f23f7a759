//! Runs, reversions and redos beside each other: whatever comes of it, nothing is applied above a gap.

use std::time::Duration;

use embed_migrations::{
    Error, ErrorKind, MigrationSet, Migrator, Policies, Policy, Report, Target,
};
use tests::{Backend, Fresh, on_every_engine, reversible, set};

on_every_engine!(
    a_run_beside_a_revert_leaves_no_gap
    a_run_beside_a_revert_statement_by_statement_leaves_no_gap
    redos_beside_each_other_leave_no_gap
    a_run_waits_for_a_live_reversion
    a_run_refuses_what_a_dead_process_left_half_reverted
    a_migration_is_not_reverted_below_one_that_came_since
);

const ROUNDS: usize = 12;

/// Five migrations that count themselves: up and down in the table `log`.
fn counted(head: &str) -> &'static MigrationSet {
    let up = |n: u8| format!("{head}INSERT INTO log VALUES ({n});\n");
    let down = |n: u8| format!("{head}INSERT INTO log VALUES (-{n});\n");
    let files: Vec<(String, String)> = (2..7)
        .flat_map(|n| {
            [
                (format!("{n}_m.up.sql"), up(n)),
                (format!("{n}_m.down.sql"), down(n)),
            ]
        })
        .collect();
    let mut all = vec![("1_log.sql", "CREATE TABLE log (n INTEGER);\n")];
    all.extend(files.iter().map(|(name, sql)| (&**name, &**sql)));
    set(&all)
}

async fn a_run_beside_a_revert_leaves_no_gap<DB: Backend>(db: Fresh<DB>) {
    run_beside_revert(&db, counted("")).await;
}

async fn a_run_beside_a_revert_statement_by_statement_leaves_no_gap<DB: Backend>(db: Fresh<DB>) {
    run_beside_revert(&db, counted("-- no-transaction\n")).await;
}

async fn run_beside_revert<DB: Backend>(db: &Fresh<DB>, set: &'static MigrationSet) {
    let (run, back) = (
        Migrator::new(set),
        Migrator::new(set).target(Target::Steps(5)),
    );
    for round in 0..ROUNDS {
        run.run(&db.pool).await.unwrap();
        let (one, other) = (db.another_pool(2).await, db.another_pool(2).await);
        let (ran, reverted) = tokio::join!(
            soon(run.run(&one), round),
            soon(back.revert(&other), ROUNDS - round),
        );
        for result in [ran, reverted] {
            is_honest(result);
        }
        has_no_gap(db).await;
        one.close().await;
        other.close().await;
    }
}

async fn redos_beside_each_other_leave_no_gap<DB: Backend>(db: Fresh<DB>) {
    let set = counted("");
    let again = Migrator::new(set).target(Target::Steps(2));
    for round in 0..ROUNDS {
        Migrator::new(set).run(&db.pool).await.unwrap();
        let (one, other) = (db.another_pool(2).await, db.another_pool(2).await);
        let (first, second) =
            tokio::join!(soon(again.redo(&one), 0), soon(again.redo(&other), round),);
        for result in [first, second] {
            is_honest(result);
        }
        has_no_gap(&db).await;
        one.close().await;
        other.close().await;
    }
}

/// After a moment that differs from round to round.
async fn soon<T>(verb: impl Future<Output = T>, moment: usize) -> T {
    tokio::time::sleep(Duration::from_millis(moment as u64)).await;
    verb.await
}

/// It did what it was asked, or says that another came between.
fn is_honest(result: Result<Report, Error>) {
    if let Err(error) = result {
        assert_eq!(error.kind(), ErrorKind::Difference, "{error:?}");
    }
}

/// What is applied is 1, 2, … up to one of them, and is what the scripts themselves have counted.
async fn has_no_gap<DB: Backend>(db: &Fresh<DB>) {
    let rows = db.rows().await;
    let expected: Vec<String> = (1..=rows.len())
        .map(|n| format!("{n} applied up run"))
        .collect();
    assert_eq!(rows, expected);
    let counted =
        "SELECT CAST(abs(n) AS CHAR(1)) FROM log GROUP BY abs(n) HAVING sum(n) > 0 ORDER BY 1";
    let counted = db.ask(counted).await.concat();
    let applied: Vec<String> = (2..=rows.len()).map(|n| n.to_string()).collect();
    assert_eq!(counted, applied);
    let twice = "SELECT CAST(count(*) AS CHAR(1)) FROM (SELECT abs(n) FROM log GROUP BY abs(n) \
                 HAVING sum(n) NOT IN (0, max(abs(n)))) AS wrong";
    assert_eq!(db.ask_one(twice).await, "0");
}

/// The row of the newest migration as a process has it that reverts it.
async fn reverting<DB: Backend>(db: &Fresh<DB>, set: &'static MigrationSet, until: &str) {
    Migrator::new(set).run(&db.pool).await.unwrap();
    db.tell(&format!(
        "UPDATE _embed_migrations SET state = 'running', direction = 'down', claim = 'somebody', \
         claimed_until = '{until}', statements_done = 0, statements_sent = 0, applied_by = 'another process' \
         WHERE version = '2'"
    ))
    .await;
}

async fn a_run_waits_for_a_live_reversion<DB: Backend>(db: Fresh<DB>) {
    let set = reversible(&["a", "b", "c"]);
    let two = Migrator::new(set).target(Target::Version(2.into()));
    two.run(&db.pool).await.unwrap();
    reverting(&db, reversible(&["a", "b"]), "2100-01-01T00:00:00").await;
    let hasty = Migrator::new(set).wait_timeout(Duration::from_millis(300));
    let error = hasty.run(&db.pool).await.unwrap_err();
    assert!(error.is_waited(), "{error:?}");
    assert_eq!(db.tables().await, ["a", "b"]);
    let plan = hasty.plan(&db.pool).await.unwrap();
    assert!(plan.to_string().contains("once it is reverted"), "{plan}");
    // It ends, and the row is gone.
    let pool = db.another_pool(1).await;
    let end = tokio::spawn(async move {
        tokio::time::sleep(Duration::from_millis(300)).await;
        DB::tell(
            &pool,
            "DROP TABLE b; DELETE FROM _embed_migrations WHERE version = '2'",
        )
        .await;
    });
    let report = Migrator::new(set).run(&db.pool).await.unwrap();
    end.await.unwrap();
    assert_eq!(report.applied().len(), 2);
    assert_eq!(db.tables().await, ["a", "b", "c"]);
}

async fn a_run_refuses_what_a_dead_process_left_half_reverted<DB: Backend>(db: Fresh<DB>) {
    let set = reversible(&["a", "b"]);
    reverting(&db, set, "2020-01-01T00:00:00").await;
    let error = Migrator::new(set).run(&db.pool).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Difference, "{error:?}");
    assert_eq!(db.tables().await, ["a", "b"]);
}

async fn a_migration_is_not_reverted_below_one_that_came_since<DB: Backend>(db: Fresh<DB>) {
    let set = reversible(&["a", "b"]);
    let one = Migrator::new(set).target(Target::Version(1.into()));
    one.run(&db.pool).await.unwrap();
    let shown = one
        .plan_for(&db.pool, embed_migrations::Goal::Revert(Target::Latest))
        .await
        .unwrap();
    let goal = embed_migrations::Goal::RevertThese(shown.keys().collect());
    Migrator::new(set).run(&db.pool).await.unwrap();
    for policy in [Policy::Error, Policy::Allow] {
        let policies = Policies::default().out_of_order(policy);
        let migrator = Migrator::new(set).policies(policies);
        let error = migrator.execute(&db.pool, goal.clone()).await.unwrap_err();
        assert_eq!(
            error.to_string(),
            "not everything can be reverted: migration 1 a is to be reverted, and 2 b above it is not"
        );
    }
    assert_eq!(db.tables().await, ["a", "b"]);
}
