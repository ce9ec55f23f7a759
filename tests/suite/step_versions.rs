//! Versions of steps in Rust: one step each, and one for each engine.

use embed_migrations::{Dialect, ErrorKind, Migrator};
use tests::{Backend, Fresh, on_every_engine};

use crate::rust_steps::{log, log_and, write_two};

on_every_engine!(
    a_version_that_a_file_has_is_refused
    a_version_that_another_step_has_is_refused
    a_second_step_for_one_engine_is_refused_where_another_engine_has_one_too
    a_step_for_another_engine_is_refused_before_anything_is_run
    each_engine_has_its_own_step_under_one_version
);

async fn refused<DB: Backend>(db: &Fresh<DB>, migrator: Migrator) -> String {
    let error = migrator.run(&db.pool).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Configuration, "{error}");
    assert!(!db.has_history().await);
    error.to_string()
}

async fn a_version_that_a_file_has_is_refused<DB: Backend>(db: Fresh<DB>) {
    let migrator = Migrator::new(log_and(&[])).step(1, "one", write_two::<DB>);
    let text = refused(&db, migrator).await;
    assert!(
        text.starts_with("two migrations have the version 1: 1 one of "),
        "{text}"
    );
    assert!(
        text.ends_with(", and 1 log of migrations/1_log.sql"),
        "{text}"
    );
}

async fn a_version_that_another_step_has_is_refused<DB: Backend>(db: Fresh<DB>) {
    let migrator = Migrator::new(log_and(&[])).step(2, "two", write_two::<DB>);
    let text = refused(&db, migrator.step(2, "again", write_two::<DB>)).await;
    assert!(
        text.starts_with("two migrations have the version 2: "),
        "{text}"
    );
}

/// A step for an engine that is not that of the test.
fn with_step_for_another<DB: Backend>(migrator: Migrator) -> Migrator {
    if DB::DIALECT == Dialect::Sqlite {
        migrator.step(2, "two", write_two::<sqlx::Postgres>)
    } else {
        migrator.step(2, "two", write_two::<sqlx::Sqlite>)
    }
}

async fn a_second_step_for_one_engine_is_refused_where_another_engine_has_one_too<DB: Backend>(
    db: Fresh<DB>,
) {
    let migrator = with_step_for_another::<DB>(Migrator::new(log_and(&[])));
    let migrator = migrator.step(2, "two", write_two::<DB>);
    let text = refused(&db, migrator.step(2, "two", write_two::<DB>)).await;
    assert!(
        text.starts_with("two migrations have the version 2: "),
        "{text}"
    );
}

async fn a_step_for_another_engine_is_refused_before_anything_is_run<DB: Backend>(db: Fresh<DB>) {
    let migrator = with_step_for_another::<DB>(Migrator::new(log_and(&[])));
    let text = refused(&db, migrator).await;
    let expected = format!("the step 2 in Rust is not written for {}", DB::DIALECT);
    assert_eq!(text, expected);
    assert_eq!(db.tables().await, [""; 0]);
}

async fn each_engine_has_its_own_step_under_one_version<DB: Backend>(db: Fresh<DB>) {
    let migrator = with_step_for_another::<DB>(Migrator::new(log_and(&[])));
    let migrator = migrator.step(2, "two", write_two::<DB>);
    assert_eq!(migrator.run(&db.pool).await.unwrap().applied().len(), 2);
    assert_eq!(log(&db).await, ["2"]);
}
