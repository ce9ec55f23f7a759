//! Locks of others in the way of a statement: it steps back, lets others through, and tries again; and what ends it.

use std::error::Error as _;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use embed_migrations::{Dialect, Engine, Migrator, Progress, Stop};
use sqlx::Connection;
use tests::{Backend, Fresh, only_on, set};

only_on!(on_postgres sqlx::Postgres:
    a_reader_that_stays_is_named_and_nothing_is_done
    a_reader_that_goes_is_waited_for
    whoever_is_in_the_way_is_told_while_the_run_waits
    the_application_gets_through_between_two_tries
    what_is_done_stays_where_a_later_statement_is_held_up
    a_run_is_stopped_while_a_lock_is_in_its_way
    what_lost_a_race_is_tried_again
    what_was_done_in_a_transaction_of_the_scripts_own_is_not_tried_again
    a_time_limit_of_the_role_does_not_end_a_migration
    an_index_is_built_beside_an_old_reader
);
only_on!(on_mysql sqlx::MySql:
    a_reader_that_stays_is_named_and_nothing_is_done
    a_reader_that_goes_is_waited_for
    whoever_is_in_the_way_is_told_while_the_run_waits
    the_application_gets_through_between_two_tries
    what_is_done_stays_where_a_later_statement_is_held_up
    a_run_is_stopped_while_a_lock_is_in_its_way
    a_time_limit_of_the_session_does_not_end_a_migration
);

const SECOND: Duration = Duration::from_secs(1);

const ADD: &str = "ALTER TABLE a ADD COLUMN m INTEGER";

/// The table, and a transaction that has read it and stays.
async fn read_for_long<DB: Backend>(db: &Fresh<DB>) -> DB::Connection {
    db.tell("CREATE TABLE a (n INTEGER); INSERT INTO a VALUES (1)")
        .await;
    let mut reader = db.connection().await;
    DB::say(&mut reader, "BEGIN").await.unwrap();
    DB::say(&mut reader, "SELECT n AS read_for_long FROM a")
        .await
        .unwrap();
    reader
}

fn hasty(sql: &str, patience: Duration) -> Migrator {
    Migrator::new(set(&[("1_a.sql", sql)]))
        .lock_timeout(SECOND)
        .lock_patience(patience)
}

async fn a_reader_that_stays_is_named_and_nothing_is_done<DB: Backend>(db: Fresh<DB>) {
    let reader = read_for_long(&db).await;
    for head in ["", "-- no-transaction\n"] {
        let migrator = hasty(&format!("{head}{ADD}"), SECOND);
        let error = migrator.run(&db.pool).await.unwrap_err();
        assert!(error.is_waited(), "{error:?}");
        let told = error.to_string();
        let line = head.lines().count() + 1;
        assert!(
            told.contains(&format!("migrations/1_a.sql:{line}:1")),
            "{told}"
        );
        assert!(told.contains("it was tried"), "{told}");
        // The message has the server's words, so they are no cause besides.
        assert!(error.source().is_none(), "{error:?}");
        assert!(error.database_error().is_some());
        let notes = error.notes().join("\n");
        assert!(notes.contains("in the way: "), "{notes}");
        let named = match DB::DIALECT {
            Dialect::Postgres => "read_for_long",
            // It shows what a session does, not what it has done.
            Dialect::MySql | Dialect::Sqlite => "in a transaction since",
        };
        assert!(notes.contains(named), "{notes}");
        DB::ask(&db.pool, "SELECT CAST(n AS CHAR(1)) FROM a").await;
        db.tell("DELETE FROM _embed_migrations").await;
    }
    reader.close().await.unwrap();
}

/// Closes the reader in a while.
fn goes<C: Connection + Send + 'static>(reader: C) -> tokio::task::JoinHandle<()> {
    tokio::spawn(async move {
        tokio::time::sleep(Duration::from_millis(2500)).await;
        let _ = reader.close().await;
    })
}

async fn a_reader_that_goes_is_waited_for<DB: Backend>(db: Fresh<DB>)
where
    DB::Connection: Engine + 'static,
{
    let gone = goes(read_for_long(&db).await);
    let migrator = hasty(ADD, 60 * SECOND);
    let report = migrator.run(&db.pool).await.unwrap();
    gone.await.unwrap();
    assert_eq!(report.applied().len(), 1);
    DB::ask(&db.pool, "SELECT CAST(m AS CHAR(1)) FROM a").await;
}

async fn whoever_is_in_the_way_is_told_while_the_run_waits<DB: Backend>(db: Fresh<DB>) {
    let reader = read_for_long(&db).await;
    let (heard, stop) = (Arc::new(Mutex::new(Vec::new())), Stop::new());
    let (told, asked) = (heard.clone(), stop.clone());
    let migrator = hasty(ADD, 60 * SECOND)
        .stop_on(&stop)
        .on_progress(move |progress| {
            if let Progress::Blocked { set, by, .. } = progress {
                told.lock()
                    .unwrap()
                    .push(format!("{set}: {}", by.join("; ")));
                asked.request();
            }
        });
    migrator.run(&db.pool).await.unwrap_err();
    let heard = heard.lock().unwrap().join("\n");
    let named = match DB::DIALECT {
        Dialect::Postgres => "read_for_long",
        Dialect::MySql | Dialect::Sqlite => "in a transaction since",
    };
    assert!(
        heard.starts_with("default: ") && heard.contains(named),
        "{heard}"
    );
    reader.close().await.unwrap();
}

/// Whoever reads behind the `ALTER` comes through although the first reader never goes.
async fn the_application_gets_through_between_two_tries<DB: Backend>(db: Fresh<DB>) {
    let reader = read_for_long(&db).await;
    let migrator = hasty(ADD, 4 * SECOND);
    let application = async {
        let mut read = 0;
        loop {
            DB::ask(&db.pool, "SELECT CAST(n AS CHAR(1)) FROM a").await;
            read += 1;
            tokio::time::sleep(Duration::from_millis(50)).await;
            if read > 20 {
                return;
            }
        }
    };
    let one = db.another_pool(2).await;
    let (ran, ()) = tokio::join!(migrator.run(&one), application);
    assert!(ran.unwrap_err().is_waited());
    reader.close().await.unwrap();
}

async fn what_is_done_stays_where_a_later_statement_is_held_up<DB: Backend>(db: Fresh<DB>) {
    let reader = read_for_long(&db).await;
    let text = format!("-- no-transaction\nCREATE TABLE b (n INTEGER);\n{ADD};\n");
    let migrator = hasty(&text, SECOND);
    let error = migrator.run(&db.pool).await.unwrap_err();
    assert!(error.is_waited(), "{error:?}");
    assert_eq!(db.rows().await, ["1 failed up run"]);
    reader.close().await.unwrap();
    let report = migrator.run(&db.pool).await.unwrap();
    assert_eq!(report.applied()[0].statements(), 1);
}

async fn a_run_is_stopped_while_a_lock_is_in_its_way<DB: Backend>(db: Fresh<DB>) {
    let reader = read_for_long(&db).await;
    let stop = Stop::new();
    let asked = stop.clone();
    let migrator = hasty(ADD, 60 * SECOND)
        .stop_on(&stop)
        .on_progress(move |progress| {
            if matches!(progress, Progress::Blocked { .. }) {
                asked.request();
            }
        });
    let error = migrator.run(&db.pool).await.unwrap_err();
    assert_eq!(
        error.kind(),
        embed_migrations::ErrorKind::Stopped,
        "{error:?}"
    );
    reader.close().await.unwrap();
}

/// Fails twice as what a deadlock or a serialization failure is, and then not. A sequence is never rolled back.
fn lost_twice(state: &str) -> String {
    format!(
        "DO $$ BEGIN IF nextval('tries') < 3 THEN RAISE EXCEPTION 'lost' USING ERRCODE = '{state}'; END IF; END $$"
    )
}

async fn what_lost_a_race_is_tried_again(db: Fresh<sqlx::Postgres>) {
    for (state, head) in [
        ("40P01", ""),
        ("40001", ""),
        ("40P01", "-- no-transaction\n"),
    ] {
        db.tell("CREATE SEQUENCE tries").await;
        let text = format!(
            "{head}CREATE TABLE a (n INTEGER);\n{};\n",
            lost_twice(state)
        );
        let migrator = Migrator::new(set(&[("1_a.postgres.sql", &text)]));
        migrator.run(&db.pool).await.unwrap();
        assert_eq!(db.ask_one("SELECT last_value::text FROM tries").await, "3");
        db.tell("DROP SEQUENCE tries; DROP TABLE a, _embed_migrations")
            .await;
    }
}

async fn what_was_done_in_a_transaction_of_the_scripts_own_is_not_tried_again(
    db: Fresh<sqlx::Postgres>,
) {
    db.tell("CREATE SEQUENCE tries").await;
    let text = format!(
        "-- no-transaction\nBEGIN;\nCREATE TABLE a (n INTEGER);\n{};\nCOMMIT;\nCREATE TABLE b (n INTEGER);\n",
        lost_twice("40001")
    );
    let migrator = Migrator::new(set(&[("1_a.postgres.sql", &text)]));
    let error = migrator.run(&db.pool).await.unwrap_err();
    assert!(error.is_statement(), "{error:?}");
    assert_eq!(db.ask_one("SELECT last_value::text FROM tries").await, "1");
    assert_eq!(db.tables().await, [""; 0]);
}

async fn a_time_limit_of_the_role_does_not_end_a_migration(db: Fresh<sqlx::Postgres>) {
    let limited = format!("{}?options=-c%20statement_timeout%3D300", db.url);
    let pool = sqlx::PgPool::connect(&limited).await.unwrap();
    let text = |head: &str| format!("{head}SELECT pg_sleep(0.9);\nVACUUM;\n");
    let slow = [
        ("1_a.postgres.sql", "SELECT pg_sleep(0.9)".to_owned()),
        ("2_b.postgres.sql", text("-- no-transaction\n")),
        (
            "3_c.postgres.sql",
            "-- no-transaction\nCALL slowly();\n".to_owned(),
        ),
    ];
    db.tell(
        "CREATE PROCEDURE slowly() LANGUAGE plpgsql AS 'BEGIN COMMIT; PERFORM pg_sleep(0.9); END'",
    )
    .await;
    let files: Vec<(&str, &str)> = slow.iter().map(|(name, sql)| (*name, &**sql)).collect();
    let migrator = Migrator::new(set(&files));
    let limits = migrator
        .clone()
        .statement_timeout(Duration::from_millis(200));
    assert!(limits.run(&pool).await.unwrap_err().is_statement());
    assert_eq!(migrator.run(&pool).await.unwrap().applied().len(), 3);
    let own = "SELECT current_setting('statement_timeout')";
    assert_eq!(sqlx::Postgres::ask(&pool, own).await, [["300ms"]]);
}

async fn a_time_limit_of_the_session_does_not_end_a_migration(db: Fresh<sqlx::MySql>) {
    let version = db.ask_one("SELECT VERSION()").await;
    let (variable, value) = if version.contains("MariaDB") {
        ("max_statement_time", "0.3")
    } else {
        ("max_execution_time", "300")
    };
    let options = sqlx::pool::PoolOptions::<sqlx::MySql>::new().after_connect(move |session, _| {
        Box::pin(async move {
            let sql = format!("SET SESSION {variable} = {value}");
            sqlx::MySql::say(session, &sql).await
        })
    });
    let pool = options.connect(&db.url).await.unwrap();
    let slow = "CREATE TABLE a (n INTEGER);\nINSERT INTO a SELECT SLEEP(0.9);\n";
    let set = set(&[
        ("1_a.mysql.sql", slow),
        ("2_b.mysql.sql", "SELECT SLEEP(0.9);\n"),
    ]);
    assert_eq!(
        Migrator::new(set).run(&pool).await.unwrap().applied().len(),
        2
    );
    let mut borrowed = pool.acquire().await.unwrap().detach();
    Migrator::new(tests::reversible(&["x"]))
        .table("others")
        .run(&mut borrowed)
        .await
        .unwrap();
    let sql = format!(
        "SET @own = @@session.{variable}; CREATE TABLE told AS SELECT CAST(@own AS CHAR) AS own"
    );
    sqlx::MySql::say(&mut borrowed, &sql).await.unwrap();
    let own = db.ask_one("SELECT own FROM told").await;
    assert!(own.starts_with(value), "{own}");
}

/// An index that is built beside the work of others waits for old transactions, and holds nobody up.
async fn an_index_is_built_beside_an_old_reader(db: Fresh<sqlx::Postgres>) {
    let gone = goes(read_for_long(&db).await);
    let text = "-- no-transaction\nCREATE INDEX CONCURRENTLY i ON a (n);\n";
    let migrator = hasty(text, Duration::ZERO);
    migrator.run(&db.pool).await.unwrap();
    gone.await.unwrap();
    let valid = "SELECT indisvalid::text FROM pg_index WHERE indexrelid = to_regclass('i')";
    assert_eq!(db.ask_one(valid).await, "true");
}
