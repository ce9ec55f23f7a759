//! A long reader holds the table that a migration alters: between two attempts the application comes through.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use embed_migrations::{Dialect, Migrator, Progress};
use sqlx::Connection;
use tests::{Backend, Fresh, only_on, set};

use crate::after::nothing_is_left;
use crate::record::{Seen, note};
use crate::scale::{bounded, short_or_long};

only_on!(postgres sqlx::Postgres: the_application_comes_through_while_a_long_reader_stays);
only_on!(mysql sqlx::MySql: the_application_comes_through_while_a_long_reader_stays);

/// How long a migration's attempt holds others up.
const ATTEMPT: Duration = Duration::from_secs(2);

/// The reader does not go before the migration has stepped back so often; every read of the application before that can
/// only have come through between two attempts. One that would wait through two is given up by its server, and fails.
async fn the_application_comes_through_while_a_long_reader_stays<DB: Backend>(db: Fresh<DB>) {
    let attempts = short_or_long(2, 8);
    db.tell("CREATE TABLE log (n INTEGER); INSERT INTO log VALUES (0)")
        .await;
    let mut reader = db.connection().await;
    DB::say(&mut reader, "BEGIN").await.unwrap();
    DB::say(&mut reader, "SELECT n FROM log").await.unwrap();
    let stepped_back = Arc::new(AtomicUsize::new(0));
    let seen = stepped_back.clone();
    let files = [("1_alter.sql", "ALTER TABLE log ADD COLUMN m INTEGER;\n")];
    let migrator = Migrator::new(set(&files)).lock_timeout(ATTEMPT);
    let migrator = migrator.on_progress(move |progress| {
        if matches!(progress, Progress::Blocked { .. }) {
            seen.fetch_add(1, Ordering::SeqCst);
        }
    });
    let pool = db.another_pool(2).await;
    let run = tokio::spawn(async move { migrator.run(&pool).await });
    let mut reads = 0;
    let mut connection = db.connection().await;
    let give_up = match DB::DIALECT {
        Dialect::MySql => "SET SESSION lock_wait_timeout = 4",
        Dialect::Postgres | Dialect::Sqlite => "SET lock_timeout = '4s'",
    };
    DB::say(&mut connection, give_up).await.unwrap();
    let application = async {
        while stepped_back.load(Ordering::SeqCst) < attempts {
            let read = DB::say(&mut connection, "SELECT n FROM log").await;
            read.expect("a read comes through between two attempts");
            reads += 1;
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    bounded("the application behind a long reader", application).await;
    assert!(!run.is_finished(), "it did not wait for the reader");
    DB::say(&mut reader, "COMMIT").await.unwrap();
    reader.close().await.unwrap();
    let report = bounded("a run behind a long reader", run)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(report.applied().len(), 1);
    db.ask("SELECT m FROM log").await;
    nothing_is_left(&db).await;
    assert!(reads > attempts, "the application read {reads} times");
    let seen = Seen {
        runs: 1,
        statements: 1,
        ..Seen::default()
    };
    let setting = if DB::DIALECT == Dialect::MySql {
        "MariaDB"
    } else {
        "PostgreSQL"
    };
    note(
        "long_reader",
        setting,
        &format!("{attempts} attempts"),
        &seen,
    );
}
