//! The down scripts of a reversion: which are run, and what is left of one that fails.

use embed_migrations::{
    DifferenceKind, Goal, MigrationSet, Migrator, Policies, Policy, State, Target,
};
use tests::{Backend, Fresh, on_every_engine, only_on, reversible, set};

use crate::revert::three;

on_every_engine!(
    what_has_no_down_script_stops_all_of_it
    what_is_not_in_the_program_stops_all_of_it
    a_down_script_that_was_edited_is_refused_unless_policy_says_otherwise
    a_down_script_that_came_later_is_run
    what_is_half_applied_is_not_reverted
    a_failed_down_script_without_a_transaction_is_gone_on_with
    a_down_script_that_fails_at_once_leaves_the_migration_applied
);

only_on!(on_postgres sqlx::Postgres: a_failed_down_script_leaves_table_and_row);
only_on!(on_sqlite sqlx::Sqlite: a_failed_down_script_leaves_table_and_row);
only_on!(on_mysql sqlx::MySql: what_mysql_cannot_roll_back_is_gone_on_with);

async fn what_has_no_down_script_stops_all_of_it<DB: Backend>(db: Fresh<DB>) {
    let migrator = Migrator::new(set(&[
        ("1_a.up.sql", "CREATE TABLE a (n INTEGER)"),
        ("1_a.down.sql", "DROP TABLE a"),
        ("2_b.sql", "CREATE TABLE b (n INTEGER)"),
        ("3_c.up.sql", "CREATE TABLE c (n INTEGER)"),
        ("3_c.down.sql", "DROP TABLE c"),
    ]));
    migrator.run(&db.pool).await.unwrap();
    let error = migrator.revert_to(&db.pool, 1).await.unwrap_err();
    assert_eq!(error.differences()[0].kind(), DifferenceKind::NoDown);
    assert!(
        error
            .to_string()
            .starts_with("not everything can be reverted: migration 2 b"),
        "{error}"
    );
    assert_eq!(db.tables().await, ["a", "b", "c"]);
    assert_eq!(migrator.revert(&db.pool).await.unwrap().reverted().len(), 1);
}

async fn what_is_not_in_the_program_stops_all_of_it<DB: Backend>(db: Fresh<DB>) {
    three().run(&db.pool).await.unwrap();
    let old = Migrator::new(reversible(&["a", "b"])).target(Target::Steps(2));
    let error = old.revert(&db.pool).await.unwrap_err();
    assert!(
        error
            .to_string()
            .contains("migration 3 c cannot be reverted: it is not in this program"),
        "{error}"
    );
    assert_eq!(db.tables().await, ["a", "b", "c"]);
    // What is only above the target is in the way, too.
    assert!(
        old.revert_to(&db.pool, 1)
            .await
            .unwrap_err()
            .is_difference()
    );
    let to_itself = old.revert_to(&db.pool, 3).await.unwrap();
    assert!(
        to_itself.steps().is_empty(),
        "a version of the history is known"
    );
}

pub(crate) fn one_with_down(down: &str) -> &'static MigrationSet {
    set(&[
        ("1_a.up.sql", "CREATE TABLE a (n INTEGER)"),
        ("1_a.down.sql", down),
    ])
}

async fn a_down_script_that_was_edited_is_refused_unless_policy_says_otherwise<DB: Backend>(
    db: Fresh<DB>,
) {
    let edited = one_with_down("-- better\nDROP TABLE a");
    for policy in [Policy::Error, Policy::Warn, Policy::Allow] {
        Migrator::new(one_with_down("DROP TABLE a"))
            .run(&db.pool)
            .await
            .unwrap();
        let migrator = Migrator::new(edited).policies(Policies::default().modified(policy));
        let reverted = migrator.revert(&db.pool).await;
        if policy == Policy::Error {
            let error = reverted.unwrap_err();
            assert_eq!(error.differences()[0].kind(), DifferenceKind::DownModified);
            assert_eq!(
                error.hints(),
                ["restore the down script, or set the policy `modified`"]
            );
            assert_eq!(db.tables().await, ["a"]);
            continue;
        }
        let report = reverted.unwrap();
        let told = [report.warnings().len(), report.allowed().len()];
        assert_eq!(
            told,
            if policy == Policy::Warn {
                [1, 0]
            } else {
                [0, 1]
            }
        );
        assert_eq!(db.tables().await, [""; 0]);
    }
}

async fn a_down_script_that_came_later_is_run<DB: Backend>(db: Fresh<DB>) {
    let up = set(&[("1_a.up.sql", "CREATE TABLE a (n INTEGER)")]);
    Migrator::new(up).run(&db.pool).await.unwrap();
    let report = Migrator::new(one_with_down("DROP TABLE a"))
        .revert(&db.pool)
        .await
        .unwrap();
    assert!(report.warnings().is_empty() && report.allowed().is_empty());
    assert_eq!(db.tables().await, [""; 0]);
}

async fn what_is_half_applied_is_not_reverted<DB: Backend>(db: Fresh<DB>) {
    let half = set(&[
        (
            "1_a.up.sql",
            "-- no-transaction\nCREATE TABLE a (n INTEGER); INSERT INTO nowhere VALUES (1)",
        ),
        ("1_a.down.sql", "DROP TABLE a"),
    ]);
    Migrator::new(half).run(&db.pool).await.unwrap_err();
    let error = Migrator::new(half).revert(&db.pool).await.unwrap_err();
    assert_eq!(error.differences()[0].kind(), DifferenceKind::HalfApplied);
    assert!(
        error
            .to_string()
            .ends_with("migration 1 a failed after 1 of 2 statements"),
        "{error}"
    );
    assert_eq!(
        error.hints(),
        ["finish it first: `run` goes on where it stopped, and `resolve` settles what is in doubt"]
    );
    assert_eq!(db.tables().await, ["a"]);
}

async fn a_failed_down_script_leaves_table_and_row<DB: Backend>(db: Fresh<DB>) {
    let broken = Migrator::new(one_with_down("DROP TABLE a; DROP TABLE nowhere"));
    broken.run(&db.pool).await.unwrap();
    let before = broken.history(&db.pool).await.unwrap();
    let error = broken.revert(&db.pool).await.unwrap_err();
    assert!(
        error
            .to_string()
            .starts_with("migration 1 a, being reverted, failed at migrations/1_a.down.sql:1:"),
        "{error}"
    );
    assert_eq!(error.report().unwrap().pending(), 1);
    assert_eq!(db.tables().await, ["a"]);
    assert_eq!(broken.history(&db.pool).await.unwrap(), before);
    assert!(broken.status(&db.pool).await.unwrap().is_current());
}

fn two_tables(down: &str) -> &'static MigrationSet {
    set(&[
        (
            "1_a.up.sql",
            "CREATE TABLE a (n INTEGER); CREATE TABLE b (n INTEGER)",
        ),
        ("1_a.down.sql", down),
    ])
}

async fn is_gone_on_with<DB: Backend>(db: &Fresh<DB>, directive: &str) {
    let broken = two_tables(&format!("{directive}DROP TABLE b;\nDROP TABLE nowhere;\n"));
    Migrator::new(broken).run(&db.pool).await.unwrap();
    let error = Migrator::new(broken).revert(&db.pool).await.unwrap_err();
    let line = 2 + directive.lines().count();
    assert_eq!(error.failed_statement().unwrap().line(), line);
    let goes_on = "1 of 2 statements is done and stays; the next run goes on at line";
    assert!(
        error.notes().iter().any(|note| note.starts_with(goes_on)),
        "{error:?}"
    );
    assert_eq!(db.tables().await, ["a"]);
    assert_eq!(db.rows().await, ["1 failed down run"]);

    let fixed = Migrator::new(two_tables(&format!(
        "{directive}DROP TABLE b;\nDROP TABLE a;\n"
    )));
    let status = fixed.status(&db.pool).await.unwrap();
    assert_eq!(status.in_state(State::Failed).count(), 1);
    assert_eq!(
        status.migrations[0].direction,
        embed_migrations::Direction::Down
    );
    assert_eq!(fixed.version(&db.pool).await.unwrap(), None);
    let error = fixed.run(&db.pool).await.unwrap_err();
    assert_eq!(error.differences()[0].kind(), DifferenceKind::HalfReverted);
    assert_eq!(
        error.hints(),
        [
            "finish it first: `revert` goes on where it stopped, and `resolve` settles what is in doubt"
        ]
    );

    let goal = Goal::Revert(Target::Latest);
    let plan = fixed.plan_for(&db.pool, goal).await.unwrap();
    assert_eq!(
        plan.to_string(),
        "revert 1 a: 1 statement of migrations/1_a.down.sql, resuming at statement 2"
    );
    assert_eq!(
        fixed.revert(&db.pool).await.unwrap().reverted()[0].statements(),
        1
    );
    assert_eq!(db.tables().await, [""; 0]);
    assert_eq!(db.rows().await, [""; 0]);
    assert_eq!(fixed.run(&db.pool).await.unwrap().applied().len(), 1);
}

async fn a_failed_down_script_without_a_transaction_is_gone_on_with<DB: Backend>(db: Fresh<DB>) {
    is_gone_on_with(&db, "-- no-transaction\n").await;
}

async fn what_mysql_cannot_roll_back_is_gone_on_with<DB: Backend>(db: Fresh<DB>) {
    is_gone_on_with(&db, "").await;
}

async fn a_down_script_that_fails_at_once_leaves_the_migration_applied<DB: Backend>(db: Fresh<DB>) {
    for directive in ["", "-- no-transaction\n"] {
        let broken = one_with_down(&format!("{directive}DROP TABLE nowhere"));
        Migrator::new(broken).run(&db.pool).await.unwrap();
        Migrator::new(broken).revert(&db.pool).await.unwrap_err();
        let status = Migrator::new(broken).status(&db.pool).await.unwrap();
        assert!(status.is_current(), "{status}");
        assert!(
            Migrator::new(broken)
                .run(&db.pool)
                .await
                .unwrap()
                .applied()
                .is_empty()
        );
        let mended = Migrator::new(one_with_down("DROP TABLE a"));
        let mended = mended.policies(Policies::default().modified(Policy::Allow));
        assert_eq!(mended.revert(&db.pool).await.unwrap().reverted().len(), 1);
        assert_eq!(db.rows().await, [""; 0]);
    }
}
