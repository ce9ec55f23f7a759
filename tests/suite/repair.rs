//! Mending the history by hand: repair.

use embed_migrations::{Error, ErrorKind, Key, MigrationSet, Migrator, Repair};
use tests::{Backend, Fresh, on_every_engine, reversible, set};

use crate::half_done::{BROKEN, FIXED, dies, half};

on_every_engine!(
    what_was_only_recorded_is_forgotten
    a_repeatable_that_is_forgotten_is_applied_once_more
    an_accepted_edit_is_no_edit_any_more
    an_accepted_down_script_is_no_edit_any_more
    what_has_no_row_is_not_repaired
    what_is_not_applied_is_not_accepted
    what_is_not_in_the_program_is_forgotten_and_not_accepted
    what_is_applied_and_in_the_program_is_not_forgotten
    what_is_half_applied_is_forgotten_and_pending_again
    what_is_being_run_is_not_repaired
    nothing_is_written_unless_all_of_it_can_be
    a_key_that_is_named_twice_changes_nothing
    a_repeatable_is_repaired_by_its_name
);

const A: (&str, &str) = ("1_a.sql", "CREATE TABLE a (n INTEGER);\n");

fn accept(version: u64) -> Repair {
    Repair::Accept(Key::from(version))
}

fn forget(version: u64) -> Repair {
    Repair::Forget(Key::from(version))
}

async fn refused<DB: Backend>(
    db: &Fresh<DB>,
    set: &'static MigrationSet,
    repairs: &[Repair],
) -> Error {
    let before = db.rows().await;
    let error = Migrator::new(set)
        .repair(&db.pool, repairs)
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Refused, "{error:?}");
    assert_eq!(db.rows().await, before);
    let looked = Migrator::new(set).can_repair(&db.pool, repairs).await;
    assert_eq!(looked.unwrap_err().to_string(), error.to_string());
    error
}

async fn an_accepted_edit_is_no_edit_any_more<DB: Backend>(db: Fresh<DB>) {
    Migrator::new(set(&[A])).run(&db.pool).await.unwrap();
    let edited = set(&[("1_a.sql", "-- why\nCREATE TABLE a (n INTEGER);\n")]);
    let migrator = Migrator::new(edited);
    migrator.can_repair(&db.pool, &[accept(1)]).await.unwrap();
    assert!(migrator.run(&db.pool).await.unwrap_err().is_difference());
    migrator.repair(&db.pool, &[accept(1)]).await.unwrap();
    assert!(migrator.run(&db.pool).await.unwrap().warnings().is_empty());
    assert!(migrator.validate(&db.pool).await.unwrap().is_valid());
    let error = refused(&db, edited, &[accept(1)]).await;
    assert_eq!(
        error.to_string(),
        "there is nothing to accept: migration 1 a has the checksum that is recorded"
    );
}

async fn an_accepted_down_script_is_no_edit_any_more<DB: Backend>(db: Fresh<DB>) {
    Migrator::new(reversible(&["a"]))
        .run(&db.pool)
        .await
        .unwrap();
    let edited = Migrator::new(set(&[
        ("1_a.up.sql", "CREATE TABLE a (n INTEGER);\n"),
        ("1_a.down.sql", "-- why\nDROP TABLE a;\n"),
    ]));
    assert!(edited.revert(&db.pool).await.unwrap_err().is_difference());
    edited.repair(&db.pool, &[accept(1)]).await.unwrap();
    assert_eq!(edited.revert(&db.pool).await.unwrap().reverted().len(), 1);
}

async fn what_has_no_row_is_not_repaired<DB: Backend>(db: Fresh<DB>) {
    let migrator = Migrator::new(set(&[A]));
    let error = migrator.repair(&db.pool, &[accept(1)]).await.unwrap_err();
    assert_eq!(error.to_string(), "the history has no row for 1");
    assert!(!db.has_history().await);
    migrator.run(&db.pool).await.unwrap();
    for repair in [accept(2), forget(2)] {
        refused(&db, set(&[A]), &[repair]).await;
    }
    migrator.repair(&db.pool, &[]).await.unwrap();
}

async fn what_is_not_applied_is_not_accepted<DB: Backend>(db: Fresh<DB>) {
    Migrator::new(half(BROKEN)).run(&db.pool).await.unwrap_err();
    let error = refused(&db, half(FIXED), &[accept(1)]).await;
    assert_eq!(error.to_string(), "migration 1 a is not applied");
}

async fn what_is_not_in_the_program_is_forgotten_and_not_accepted<DB: Backend>(db: Fresh<DB>) {
    let all = set(&[
        A,
        ("2_b.sql", "CREATE TABLE b (n INTEGER)"),
        ("3_c.sql", "CREATE TABLE c (n INTEGER)"),
    ]);
    Migrator::new(all).run(&db.pool).await.unwrap();
    let without = set(&[A, ("3_c.sql", "CREATE TABLE c (n INTEGER)")]);
    let error = refused(&db, without, &[accept(2)]).await;
    assert_eq!(error.to_string(), "migration 2 b is not in this program");
    let migrator = Migrator::new(without);
    assert!(migrator.run(&db.pool).await.unwrap_err().is_difference());
    migrator.repair(&db.pool, &[forget(2)]).await.unwrap();
    assert!(migrator.run(&db.pool).await.unwrap().steps().is_empty());
    assert_eq!(db.tables().await, ["a", "b", "c"], "what it made stays");
}

async fn what_is_applied_and_in_the_program_is_not_forgotten<DB: Backend>(db: Fresh<DB>) {
    Migrator::new(set(&[A])).run(&db.pool).await.unwrap();
    let error = refused(&db, set(&[A]), &[forget(1)]).await;
    assert_eq!(
        error.to_string(),
        "migration 1 a is applied, and in this program"
    );
    assert_eq!(
        error.hints(),
        [
            "`revert` takes it back, with a down script; without one write a new migration that undoes it"
        ]
    );
}

async fn what_is_half_applied_is_forgotten_and_pending_again<DB: Backend>(db: Fresh<DB>) {
    Migrator::new(half(BROKEN)).run(&db.pool).await.unwrap_err();
    db.tell("DROP TABLE a").await;
    let migrator = Migrator::new(half(FIXED));
    migrator.repair(&db.pool, &[forget(1)]).await.unwrap();
    assert_eq!(
        migrator.run(&db.pool).await.unwrap().applied()[0].statements(),
        3
    );
    assert_eq!(db.tables().await, ["a", "c"]);
}

async fn what_is_being_run_is_not_repaired<DB: Backend>(db: Fresh<DB>) {
    Migrator::new(half(BROKEN)).run(&db.pool).await.unwrap_err();
    for until in ["2020-01-01T00:00:00", "2100-01-01T00:00:00"] {
        dies(&db, until).await;
        let error = refused(&db, half(FIXED), &[forget(1)]).await;
        assert_eq!(error.to_string(), "migration 1 a is being run, or in doubt");
        refused(&db, half(FIXED), &[accept(1)]).await;
    }
}

async fn nothing_is_written_unless_all_of_it_can_be<DB: Backend>(db: Fresh<DB>) {
    Migrator::new(set(&[A])).run(&db.pool).await.unwrap();
    let edited = set(&[("1_a.sql", "-- why\nCREATE TABLE a (n INTEGER);\n")]);
    refused(&db, edited, &[accept(1), accept(2)]).await;
    refused(&db, edited, &[accept(1), forget(1)]).await;
    assert!(
        Migrator::new(edited)
            .run(&db.pool)
            .await
            .unwrap_err()
            .is_difference()
    );
}

async fn a_key_that_is_named_twice_changes_nothing<DB: Backend>(db: Fresh<DB>) {
    Migrator::new(set(&[A])).run(&db.pool).await.unwrap();
    let edited = set(&[("1_a.sql", "-- why\nCREATE TABLE a (n INTEGER);\n")]);
    refused(&db, edited, &[accept(1), accept(1)]).await;
    assert!(
        Migrator::new(edited)
            .run(&db.pool)
            .await
            .unwrap_err()
            .is_difference()
    );
    assert_eq!(db.tables().await, ["a"]);
}

async fn a_repeatable_is_repaired_by_its_name<DB: Backend>(db: Fresh<DB>) {
    let with = |note: &str| {
        set(&[
            ("V1__log.sql", "CREATE TABLE log (n INTEGER);"),
            ("R__note.sql", note),
        ])
    };
    Migrator::new(with("INSERT INTO log VALUES (1);"))
        .run(&db.pool)
        .await
        .unwrap();
    let edited = Migrator::new(with("INSERT INTO log VALUES (1); -- better"));
    let key: Key = "R__note".parse().unwrap();
    edited
        .repair(&db.pool, &[Repair::Accept(key.clone())])
        .await
        .unwrap();
    assert!(edited.run(&db.pool).await.unwrap().steps().is_empty());
    let without = Migrator::new(set(&[("V1__log.sql", "CREATE TABLE log (n INTEGER);")]));
    without
        .repair(&db.pool, &[Repair::Forget(key)])
        .await
        .unwrap();
    assert_eq!(db.rows().await, ["1 applied up run"]);
}

async fn what_was_only_recorded_is_forgotten<DB: Backend>(db: Fresh<DB>) {
    let migrator = Migrator::new(set(&[("1_a.sql", "CREATE TABLE a (n INTEGER);")]));
    migrator.skip(&db.pool, 1).await.unwrap();
    let forget = [Repair::Forget(1.into())];
    migrator.repair(&db.pool, &forget).await.unwrap();
    migrator.run(&db.pool).await.unwrap();
    assert_eq!(db.tables().await, ["a"]);
    migrator.repair(&db.pool, &forget).await.unwrap_err();
}

async fn a_repeatable_that_is_forgotten_is_applied_once_more<DB: Backend>(db: Fresh<DB>) {
    db.tell("CREATE TABLE log (n INTEGER)").await;
    let migrator = Migrator::new(set(&[
        ("1_a.sql", "SELECT 1;"),
        ("R__rows.sql", "INSERT INTO log VALUES (1);"),
    ]));
    migrator.run(&db.pool).await.unwrap();
    let key = "R__rows".parse().unwrap();
    migrator
        .repair(&db.pool, &[Repair::Forget(key)])
        .await
        .unwrap();
    assert_eq!(migrator.run(&db.pool).await.unwrap().applied().len(), 1);
}
