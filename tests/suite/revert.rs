//! Taking back what is applied: how far, in one piece with its row, and by one of many.

use embed_migrations::{
    Dialect, DifferenceKind, ErrorKind, Goal, MigrationSet, Migrator, Policies, Policy, State,
    Target,
};
use tests::{Backend, Fresh, on_every_engine, only_on, reversible, set};

on_every_engine!(
    each_count_of_steps_is_taken_back_newest_first
    each_target_is_reached_from_above_and_from_below
    an_unknown_version_is_refused_with_the_nearest
    down_to_the_newest_there_is_nothing_to_do
    where_nothing_is_applied_there_is_nothing_to_do
    up_down_and_up_give_the_same_schema
    version_and_status_are_those_of_what_is_left
    what_has_no_down_script_stops_all_of_it
    what_is_not_in_the_program_stops_all_of_it
    a_down_script_that_was_edited_is_refused_unless_policy_says_otherwise
    a_down_script_that_came_later_is_run
    what_is_half_applied_is_not_reverted
    a_failed_down_script_without_a_transaction_is_gone_on_with
    a_down_script_that_fails_at_once_leaves_the_migration_applied
    tasks_that_revert_one_step_revert_what_was_there
    tasks_that_revert_everything_revert_it_once
    repeatables_are_left_alone
    a_plan_has_the_sql_of_each_down_script_and_changes_nothing
    a_down_script_without_statements_takes_the_row_away
);

only_on!(on_postgres sqlx::Postgres: a_failed_down_script_leaves_table_and_row);
only_on!(on_sqlite sqlx::Sqlite: a_failed_down_script_leaves_table_and_row);
only_on!(on_mysql sqlx::MySql: what_mysql_cannot_roll_back_is_gone_on_with);

fn three() -> Migrator {
    Migrator::new(reversible(&["a", "b", "c"]))
}

fn keys(finished: &[&embed_migrations::Finished]) -> Vec<String> {
    finished.iter().map(|of| of.key().to_string()).collect()
}

async fn each_count_of_steps_is_taken_back_newest_first<DB: Backend>(db: Fresh<DB>) {
    for (target, expected, left) in [
        (Target::Steps(0), &[][..], &["a", "b", "c"][..]),
        (Target::Latest, &["3"], &["a", "b"]),
        (Target::Steps(1), &["3"], &["a", "b"]),
        (Target::Steps(2), &["3", "2"], &["a"]),
        (Target::Steps(3), &["3", "2", "1"], &[]),
        (Target::Steps(4), &["3", "2", "1"], &[]),
        (Target::Steps(usize::MAX), &["3", "2", "1"], &[]),
    ] {
        three().run(&db.pool).await.unwrap();
        let report = three().target(target).revert(&db.pool).await.unwrap();
        assert_eq!(keys(&report.reverted()), expected, "{target:?}");
        assert!(report.applied().is_empty() && report.pending() == 0);
        assert_eq!(db.tables().await, left, "{target:?}");
        assert_eq!(db.rows().await.len(), left.len(), "{target:?}");
    }
}

async fn each_target_is_reached_from_above_and_from_below<DB: Backend>(db: Fresh<DB>) {
    const TABLES: [&str; 3] = ["a", "b", "c"];
    for from in 1..=3_u64 {
        for to in 1..=3_u64 {
            three().run(&db.pool).await.unwrap();
            three().revert_to(&db.pool, from).await.unwrap();
            let up = three().target(Target::Version(to.into()));
            let down = Goal::Revert(Target::Version(to.into()));
            let planned = up.plan(&db.pool).await.unwrap().steps.len();
            let to_revert = three().plan_for(&db.pool, down).await.unwrap().steps.len();
            assert_eq!(
                db.tables().await.len() as u64,
                from,
                "a plan changes nothing"
            );
            assert_eq!(planned as u64, to.saturating_sub(from));
            assert_eq!(to_revert as u64, from.saturating_sub(to));
            up.run(&db.pool).await.unwrap();
            three().revert_to(&db.pool, to).await.unwrap();
            let left = usize::try_from(to).unwrap();
            assert_eq!(db.tables().await, TABLES[..left], "{from} to {to}");
        }
    }
}

async fn an_unknown_version_is_refused_with_the_nearest<DB: Backend>(db: Fresh<DB>) {
    let set = set(&[
        ("1_a.up.sql", "CREATE TABLE a (n INTEGER)"),
        ("1_a.down.sql", "DROP TABLE a"),
        ("5_b.up.sql", "CREATE TABLE b (n INTEGER)"),
        ("5_b.down.sql", "DROP TABLE b"),
    ]);
    let migrator = Migrator::new(set);
    migrator.run(&db.pool).await.unwrap();
    for (version, text) in [
        (0, "no migration has the version 0; the nearest is 1"),
        (3, "no migration has the version 3; the nearest are 1 and 5"),
        (9, "no migration has the version 9; the nearest is 5"),
    ] {
        let error = migrator.revert_to(&db.pool, version).await.unwrap_err();
        assert_eq!(
            (error.kind(), error.to_string()),
            (ErrorKind::Target, text.to_owned())
        );
    }
    assert_eq!(db.tables().await, ["a", "b"]);
}

async fn down_to_the_newest_there_is_nothing_to_do<DB: Backend>(db: Fresh<DB>) {
    three().run(&db.pool).await.unwrap();
    let report = three().revert_to(&db.pool, 3).await.unwrap();
    assert!(report.steps().is_empty());
    assert_eq!(report.applied_before(), 3);
    assert_eq!(db.tables().await, ["a", "b", "c"]);
}

async fn where_nothing_is_applied_there_is_nothing_to_do<DB: Backend>(db: Fresh<DB>) {
    assert!(three().revert(&db.pool).await.unwrap().steps().is_empty());
    assert!(three().redo(&db.pool).await.unwrap().steps().is_empty());
    assert!(!db.has_history().await);
}

async fn schema<DB: Backend>(db: &Fresh<DB>) -> Vec<Vec<String>> {
    let sql = match DB::DIALECT {
        Dialect::Postgres => {
            "SELECT table_name::text, column_name::text, data_type::text, is_nullable::text, column_default::text \
             FROM information_schema.columns WHERE table_schema = 'public' AND table_name <> '_embed_migrations' ORDER BY 1, 2"
        }
        Dialect::MySql => {
            "SELECT table_name, column_name, CAST(column_type AS CHAR), is_nullable, CAST(column_default AS CHAR) \
             FROM information_schema.columns WHERE table_schema = DATABASE() AND table_name <> '_embed_migrations' ORDER BY 1, 2"
        }
        Dialect::Sqlite => {
            "SELECT name, sql FROM sqlite_master WHERE name NOT LIKE '%embed_migrations%' ORDER BY 1"
        }
    };
    db.ask(sql).await
}

async fn up_down_and_up_give_the_same_schema<DB: Backend>(db: Fresh<DB>) {
    let set = set(&[
        (
            "1_users.up.sql",
            "CREATE TABLE users (id INTEGER PRIMARY KEY, name VARCHAR(20) NOT NULL)",
        ),
        ("1_users.down.sql", "DROP TABLE users"),
        (
            "2_email.up.sql",
            "ALTER TABLE users ADD COLUMN email VARCHAR(50) DEFAULT 'none'",
        ),
        ("2_email.down.sql", "ALTER TABLE users DROP COLUMN email"),
        (
            "3_posts.up.sql",
            "CREATE TABLE posts (id INTEGER); CREATE TABLE tags (id INTEGER)",
        ),
        ("3_posts.down.sql", "DROP TABLE tags; DROP TABLE posts"),
    ]);
    let migrator = Migrator::new(set);
    migrator.run(&db.pool).await.unwrap();
    let before = schema(&db).await;
    let everything = Migrator::new(set).target(Target::Steps(usize::MAX));
    assert_eq!(
        everything.revert(&db.pool).await.unwrap().reverted().len(),
        3
    );
    assert!(schema(&db).await.is_empty());
    assert_eq!(migrator.run(&db.pool).await.unwrap().applied().len(), 3);
    assert_eq!(schema(&db).await, before);
}

async fn version_and_status_are_those_of_what_is_left<DB: Backend>(db: Fresh<DB>) {
    three().run(&db.pool).await.unwrap();
    three().revert(&db.pool).await.unwrap();
    assert_eq!(three().version(&db.pool).await.unwrap(), Some(2.into()));
    let status = three().status(&db.pool).await.unwrap();
    assert_eq!(
        status.to_string(),
        "1  a  applied\n2  b  applied\n3  c  pending"
    );
    assert!(status.migrations.iter().all(|of| of.reversible));
    assert_eq!(three().history(&db.pool).await.unwrap().len(), 2);
    three()
        .target(Target::Steps(9))
        .revert(&db.pool)
        .await
        .unwrap();
    assert_eq!(three().version(&db.pool).await.unwrap(), None);
    assert!(db.has_history().await);
}

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

fn one_with_down(down: &str) -> &'static MigrationSet {
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

async fn both_revert<DB: Backend>(db: &Fresh<DB>, migrator: &Migrator) -> Vec<String> {
    let tasks = [db.another_pool(2).await, db.another_pool(2).await].map(|pool| {
        let migrator = migrator.clone();
        tokio::spawn(async move { migrator.revert(&pool).await })
    });
    let mut reverted = Vec::new();
    for task in tasks {
        let report = task.await.unwrap().unwrap();
        reverted.extend(keys(&report.reverted()));
    }
    reverted.sort();
    reverted
}

async fn tasks_that_revert_one_step_revert_what_was_there<DB: Backend>(db: Fresh<DB>) {
    for directive in ["", "-- no-transaction\n"] {
        let downs = ["a", "b", "c"].map(|table| format!("{directive}DROP TABLE {table}"));
        let migrator = Migrator::new(set(&[
            ("1_a.up.sql", "CREATE TABLE a (n INTEGER)"),
            ("1_a.down.sql", &downs[0]),
            ("2_b.up.sql", "CREATE TABLE b (n INTEGER)"),
            ("2_b.down.sql", &downs[1]),
            ("3_c.up.sql", "CREATE TABLE c (n INTEGER)"),
            ("3_c.down.sql", &downs[2]),
        ]));
        for round in 0..12 {
            migrator.run(&db.pool).await.unwrap();
            let reverted = both_revert(&db, &migrator).await;
            // Who begins after the other has ended finds the next one.
            let expected: &[&[&str]] = &[&["3"], &["2", "3"]];
            assert!(
                expected.iter().any(|expected| reverted == *expected),
                "round {round}: {reverted:?}"
            );
            assert_eq!(db.tables().await.len() + reverted.len(), 3, "round {round}");
        }
        migrator
            .clone()
            .target(Target::Steps(3))
            .revert(&db.pool)
            .await
            .unwrap();
    }
}

async fn tasks_that_revert_everything_revert_it_once<DB: Backend>(db: Fresh<DB>) {
    let everything = three().target(Target::Steps(usize::MAX));
    for round in 0..8 {
        three().run(&db.pool).await.unwrap();
        assert_eq!(
            both_revert(&db, &everything).await,
            ["1", "2", "3"],
            "round {round}"
        );
        assert_eq!(db.tables().await, [""; 0]);
    }
}

async fn repeatables_are_left_alone<DB: Backend>(db: Fresh<DB>) {
    let migrator = Migrator::new(set(&[
        ("V1__log.sql", "CREATE TABLE log (n INTEGER);"),
        ("V2__a.sql", "CREATE TABLE a (n INTEGER);"),
        ("U2__a.sql", "DROP TABLE a;"),
        ("R__note.sql", "INSERT INTO log VALUES (1);"),
    ]));
    migrator.run(&db.pool).await.unwrap();
    let report = migrator.revert(&db.pool).await.unwrap();
    assert_eq!(keys(&report.reverted()), ["2"]);
    assert_eq!(
        db.rows().await,
        ["1 applied up run", "R__note applied up run"]
    );
    assert_eq!(migrator.run(&db.pool).await.unwrap().applied().len(), 1);
}

async fn a_plan_has_the_sql_of_each_down_script_and_changes_nothing<DB: Backend>(db: Fresh<DB>) {
    three().run(&db.pool).await.unwrap();
    let goal = Goal::Revert(Target::Version(1.into()));
    let plan = three().plan_for(&db.pool, goal).await.unwrap();
    assert_eq!(
        plan.to_string(),
        "revert 3 c: 1 statement of migrations/3_c.down.sql\nrevert 2 b: 1 statement of migrations/2_b.down.sql"
    );
    assert_eq!(
        plan.sql(),
        "-- revert 3 c: 1 statement of migrations/3_c.down.sql\nDROP TABLE c;\n\
         -- revert 2 b: 1 statement of migrations/2_b.down.sql\nDROP TABLE b;\n"
    );
    assert_eq!(db.tables().await, ["a", "b", "c"]);
    assert_eq!(db.rows().await.len(), 3);
}

async fn a_down_script_without_statements_takes_the_row_away<DB: Backend>(db: Fresh<DB>) {
    let migrator = Migrator::new(one_with_down("-- there is nothing to take back\n"));
    migrator.run(&db.pool).await.unwrap();
    assert_eq!(
        migrator.revert(&db.pool).await.unwrap().reverted()[0].statements(),
        0
    );
    assert_eq!(db.rows().await, [""; 0]);
}
