//! A hot standby of PostgreSQL: it may be read, and never be written.

use std::env;
use std::time::Duration;

use embed_migrations::Migrator;
use sqlx::PgPool;
use tests::{Backend, Fresh, only_on, set};

only_on!(on_postgres sqlx::Postgres:
    a_program_starts_on_a_standby_that_has_everything
    what_is_pending_on_a_standby_is_refused_and_nothing_changes
    a_program_on_a_standby_waits_for_the_primary
);

const A: (&str, &str) = ("1_a.sql", "CREATE TABLE a (n INTEGER);");
const B: (&str, &str) = ("2_b.sql", "CREATE TABLE b (n INTEGER);");
const NO_B: (&str, &str) = ("2_b.down.sql", "DROP TABLE b;");

/// The same database on the standby, which follows.
async fn standby<DB: Backend>(db: &Fresh<DB>) -> PgPool {
    let server = env::var("DATABASE_URL_POSTGRES_STANDBY");
    let server = server.expect("the tests are run with `cargo xtask test`, which starts a standby");
    let (_, name) = db.url.rsplit_once('/').unwrap();
    let (before, _) = server.rsplit_once('/').unwrap();
    let url = format!("{before}/{name}");
    let follows = async {
        loop {
            match PgPool::connect(&url).await {
                Ok(pool) => return pool,
                // It does not have the database yet.
                Err(_) => tokio::time::sleep(Duration::from_millis(20)).await,
            }
        }
    };
    let followed = tokio::time::timeout(Duration::from_mins(3), follows).await;
    followed.expect("the standby follows its primary")
}

async fn a_program_starts_on_a_standby_that_has_everything<DB: Backend>(db: Fresh<DB>) {
    let migrator = Migrator::new(set(&[A]));
    migrator.run(&db.pool).await.unwrap();
    let standby = standby(&db).await;
    migrator
        .wait(&standby, Duration::from_mins(1))
        .await
        .unwrap();
    let report = migrator.run(&standby).await.unwrap();
    assert_eq!((report.steps().len(), report.applied_before()), (0, 1));
    assert!(migrator.validate(&standby).await.unwrap().is_valid());
}

async fn what_is_pending_on_a_standby_is_refused_and_nothing_changes<DB: Backend>(db: Fresh<DB>) {
    let standby = standby(&db).await;
    let migrator = Migrator::new(set(&[A, B, NO_B]));
    let error = migrator.run(&standby).await.unwrap_err();
    assert!(error.is_read_only(), "{error:?}");
    assert!(error.to_string().contains("it is a standby"), "{error}");
    migrator.run(&db.pool).await.unwrap();
    migrator
        .wait(&standby, Duration::from_mins(1))
        .await
        .unwrap();
    let error = migrator.revert(&standby).await.unwrap_err();
    assert!(error.is_read_only(), "{error:?}");
    assert_eq!(db.tables().await, ["a", "b"]);
}

async fn a_program_on_a_standby_waits_for_the_primary<DB: Backend>(db: Fresh<DB>) {
    let standby = standby(&db).await;
    let migrator = Migrator::new(set(&[A, B]));
    let wait = migrator.wait(&standby, Duration::from_mins(1));
    let (waited, ran) = tokio::join!(wait, migrator.run(&db.pool));
    assert_eq!(ran.unwrap().steps().len(), 2);
    assert_eq!(waited.unwrap().applied, 2);
}
