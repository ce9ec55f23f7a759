//! Redo: the same migrations down and up again.

use embed_migrations::{DifferenceKind, Migrator, Policies, Policy, Target};
use tests::{Backend, Fresh, named, on_every_engine, reversible, set};

on_every_engine!(
    the_newest_is_taken_back_and_applied_again
    so_many_are_taken_back_and_applied_again
    an_edited_up_script_is_applied
    what_fails_on_its_way_up_stays_reverted_and_the_error_says_so
    an_older_one_that_is_pending_stays_pending
    what_another_set_has_pending_stays_pending
    nothing_is_reverted_that_would_not_be_applied_again
    a_redo_beside_a_redo_leaves_a_history_that_is_true_and_a_run_completes
);

fn keys(finished: &[&embed_migrations::Finished]) -> Vec<String> {
    finished.iter().map(|of| of.key().to_string()).collect()
}

async fn the_newest_is_taken_back_and_applied_again<DB: Backend>(db: Fresh<DB>) {
    let migrator = Migrator::new(reversible(&["a", "b"]));
    migrator.run(&db.pool).await.unwrap();
    db.tell("INSERT INTO a VALUES (1); INSERT INTO b VALUES (1)")
        .await;
    let report = migrator.redo(&db.pool).await.unwrap();
    assert_eq!(
        (keys(&report.reverted()), keys(&report.applied())),
        (vec!["2".to_owned()], vec!["2".to_owned()])
    );
    assert_eq!(report.pending(), 0);
    assert_eq!(db.ask("SELECT CAST(n AS CHAR(1)) FROM a").await.len(), 1);
    assert_eq!(db.ask("SELECT CAST(n AS CHAR(1)) FROM b").await.len(), 0);
    assert!(
        report
            .to_string()
            .starts_with("applied 1 migration, reverted 1 migration in "),
        "{report}"
    );
}

async fn so_many_are_taken_back_and_applied_again<DB: Backend>(db: Fresh<DB>) {
    let migrator = Migrator::new(reversible(&["a", "b", "c"]));
    migrator.run(&db.pool).await.unwrap();
    for (target, down, up) in [
        (Target::Steps(0), &[][..], &[][..]),
        (Target::Steps(2), &["3", "2"], &["2", "3"]),
        (Target::Version(1.into()), &["3", "2"], &["2", "3"]),
        (Target::Steps(9), &["3", "2", "1"], &["1", "2", "3"]),
    ] {
        let report = migrator
            .clone()
            .target(target)
            .redo(&db.pool)
            .await
            .unwrap();
        assert_eq!(keys(&report.reverted()), down, "{target:?}");
        assert_eq!(keys(&report.applied()), up, "{target:?}");
        assert_eq!(db.tables().await, ["a", "b", "c"]);
    }
}

async fn an_edited_up_script_is_applied<DB: Backend>(db: Fresh<DB>) {
    Migrator::new(reversible(&["a"]))
        .run(&db.pool)
        .await
        .unwrap();
    let edited = set(&[
        ("1_a.up.sql", "CREATE TABLE a (n INTEGER, m INTEGER)"),
        ("1_a.down.sql", "DROP TABLE a;\n"),
    ]);
    Migrator::new(edited).redo(&db.pool).await.unwrap();
    db.tell("INSERT INTO a (n, m) VALUES (1, 2)").await;
    assert!(
        Migrator::new(edited)
            .status(&db.pool)
            .await
            .unwrap()
            .is_current()
    );
}

async fn what_fails_on_its_way_up_stays_reverted_and_the_error_says_so<DB: Backend>(db: Fresh<DB>) {
    Migrator::new(reversible(&["a", "b"]))
        .run(&db.pool)
        .await
        .unwrap();
    let files = |up: &'static str| {
        set(&[
            ("1_a.up.sql", "CREATE TABLE a (n INTEGER);\n"),
            ("1_a.down.sql", "DROP TABLE a;\n"),
            ("2_b.up.sql", up),
            ("2_b.down.sql", "DROP TABLE b;\n"),
        ])
    };
    let error = Migrator::new(files("INSERT INTO nowhere VALUES (1)"))
        .redo(&db.pool)
        .await
        .unwrap_err();
    assert!(error.is_statement(), "{error}");
    let report = error.report().unwrap();
    assert_eq!(
        (keys(&report.reverted()), report.pending()),
        (vec!["2".to_owned()], 1)
    );
    assert_eq!(db.tables().await, ["a"]);
    assert_eq!(db.rows().await, ["1 applied up run"]);
    let fixed = Migrator::new(files("CREATE TABLE b (n INTEGER)"));
    assert_eq!(fixed.run(&db.pool).await.unwrap().applied().len(), 1);
}

async fn an_older_one_that_is_pending_stays_pending<DB: Backend>(db: Fresh<DB>) {
    let files = [
        ("1_a.sql", "CREATE TABLE a (n INTEGER)"),
        ("3_c.up.sql", "CREATE TABLE c (n INTEGER)"),
        ("3_c.down.sql", "DROP TABLE c"),
        ("2_b.sql", "CREATE TABLE b (n INTEGER)"),
    ];
    Migrator::new(set(&files[..3])).run(&db.pool).await.unwrap();
    let report = Migrator::new(set(&files)).redo(&db.pool).await.unwrap();
    assert_eq!(
        (keys(&report.reverted()), keys(&report.applied())),
        (vec!["3".to_owned()], vec!["3".to_owned()])
    );
    assert_eq!(db.tables().await, ["a", "c"]);
}

async fn what_another_set_has_pending_stays_pending<DB: Backend>(db: Fresh<DB>) {
    let own = reversible(&["a"]);
    Migrator::new(own).run(&db.pool).await.unwrap();
    let both = Migrator::for_sets([named("queue", &["jobs"]), own]);
    let report = both.redo(&db.pool).await.unwrap();
    assert_eq!(keys(&report.applied()), ["1"]);
    assert_eq!(db.tables().await, ["a"]);
}

async fn nothing_is_reverted_that_would_not_be_applied_again<DB: Backend>(db: Fresh<DB>) {
    Migrator::new(reversible(&["a", "b"]))
        .run(&db.pool)
        .await
        .unwrap();
    let edited = set(&[
        ("1_a.up.sql", "CREATE TABLE a (n INTEGER, m INTEGER)"),
        ("2_b.up.sql", "CREATE TABLE b (n INTEGER);\n"),
        ("2_b.down.sql", "DROP TABLE b;\n"),
    ]);
    let error = Migrator::new(edited).redo(&db.pool).await.unwrap_err();
    assert_eq!(error.differences()[0].kind(), DifferenceKind::Modified);
    assert_eq!(db.tables().await, ["a", "b"]);
    let lenient = Migrator::new(edited).policies(Policies::default().modified(Policy::Warn));
    assert_eq!(lenient.redo(&db.pool).await.unwrap().applied().len(), 1);
}

async fn a_redo_beside_a_redo_leaves_a_history_that_is_true_and_a_run_completes<DB: Backend>(
    db: Fresh<DB>,
) {
    let migrator = Migrator::new(reversible(&["a", "b"]));
    migrator.run(&db.pool).await.unwrap();
    for round in 0..8 {
        let tasks = [db.another_pool(2).await, db.another_pool(2).await].map(|pool| {
            let migrator = migrator.clone();
            tokio::spawn(async move { migrator.redo(&pool).await })
        });
        for task in tasks {
            // One that meets the other on its way up is told so, and has changed nothing.
            if let Err(error) = task.await.unwrap() {
                assert!(error.is_difference(), "round {round}: {error}");
            }
        }
        // One of them may have taken back what stands below what the other did: ARCHITECTURE.md, "Limits".
        let rows = migrator.history(&db.pool).await.unwrap();
        let names: Vec<String> = rows.into_iter().map(|row| row.name).collect();
        assert_eq!(db.tables().await, names, "round {round}");
        let late = Policies::DEFAULT.out_of_order(Policy::Allow);
        let completes = migrator.clone().policies(late);
        completes.run(&db.pool).await.unwrap();
        assert_eq!(db.tables().await, ["a", "b"], "round {round}");
    }
}
