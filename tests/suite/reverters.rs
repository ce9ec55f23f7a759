//! Several who revert at once.

use embed_migrations::{Migrator, Target};
use tests::{Backend, Fresh, on_every_engine, set};

use crate::revert::{keys, three};

on_every_engine!(
    tasks_that_revert_one_step_revert_what_was_there
    tasks_that_revert_everything_revert_it_once
);

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
