//! A statement under way is cancelled on request, and nothing is left behind.

use embed_migrations::{Dialect, Migrator, Progress, State, Stop};
use tests::{Backend, Fresh, only_on, set};

only_on!(on_postgres sqlx::Postgres:
    a_statement_under_way_is_cancelled_and_the_run_goes_on_there
    a_transaction_under_way_is_cancelled_and_rolled_back
);
only_on!(on_mysql sqlx::MySql: a_statement_under_way_is_cancelled_and_the_run_goes_on_there);

/// Longer than anybody waits for a test.
fn sleep<DB: Backend>() -> &'static str {
    match DB::DIALECT {
        Dialect::Postgres => "SELECT pg_sleep(3000)",
        Dialect::MySql => "INSERT INTO a SELECT SLEEP(3000) FROM (SELECT 1) AS one",
        Dialect::Sqlite => "SELECT 1",
    }
}

async fn a_statement_under_way_is_cancelled_and_the_run_goes_on_there<DB: Backend>(db: Fresh<DB>) {
    let script = |second: &str| {
        format!(
            "-- no-transaction\nCREATE TABLE a (n INTEGER);\n{second};\nCREATE TABLE b (n INTEGER);"
        )
    };
    let slow = script(sleep::<DB>());
    let stop = Stop::new();
    let asked = stop.clone();
    let migrator = Migrator::new(set(&[("1_a.sql", &slow)]))
        .stop_on(&stop)
        .on_progress(move |progress| {
            if matches!(progress, Progress::Statement { number: 2, .. }) {
                asked.cancel();
            }
        });
    let error = migrator.run(&db.pool).await.unwrap_err();
    assert!(error.is_statement(), "{error:?}");
    assert_eq!(error.failed_statement().unwrap().line(), 3);
    let status = migrator.status(&db.pool).await.unwrap();
    assert_eq!(status.in_state(State::Failed).count(), 1);
    let quick = script("SELECT 1");
    Migrator::new(set(&[("1_a.sql", &quick)]))
        .run(&db.pool)
        .await
        .unwrap();
    assert_eq!(db.tables().await, ["a", "b"]);
}

async fn a_transaction_under_way_is_cancelled_and_rolled_back<DB: Backend>(db: Fresh<DB>) {
    let slow = format!("CREATE TABLE a (n INTEGER);\n{};", sleep::<DB>());
    let stop = Stop::new();
    let asked = stop.clone();
    let migrator = Migrator::new(set(&[("1_a.sql", &slow)]))
        .stop_on(&stop)
        .on_progress(move |progress| {
            if matches!(progress, Progress::Migration { .. }) {
                asked.cancel();
            }
        });
    let error = migrator.run(&db.pool).await.unwrap_err();
    assert!(error.is_statement(), "{error:?}");
    assert!(db.tables().await.is_empty());
    assert!(migrator.history(&db.pool).await.unwrap().is_empty());
}
