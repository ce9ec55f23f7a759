//! Taking back what is applied: how far, and what is left.

use embed_migrations::{Dialect, ErrorKind, Goal, Migrator, Target};
use tests::{Backend, Fresh, on_every_engine, reversible, set};

use crate::down_scripts::one_with_down;

on_every_engine!(
    each_count_of_steps_is_taken_back_newest_first
    each_target_is_reached_from_above_and_from_below
    an_unknown_version_is_refused_with_the_nearest
    down_to_the_newest_there_is_nothing_to_do
    where_nothing_is_applied_there_is_nothing_to_do
    up_down_and_up_give_the_same_schema
    version_and_status_are_those_of_what_is_left
    repeatables_are_left_alone
    a_plan_has_the_sql_of_each_down_script_and_changes_nothing
    a_down_script_without_statements_takes_the_row_away
);

pub(crate) fn three() -> Migrator {
    Migrator::new(reversible(&["a", "b", "c"]))
}

pub(crate) fn keys(finished: &[&embed_migrations::Finished]) -> Vec<String> {
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
