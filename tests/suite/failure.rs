//! Failures: told with their place, and leaving nothing behind that cannot be named.

use std::time::Duration;

use embed_migrations::{Dialect, Error, Migrator, Progress};
use sqlx::Connection;
use tests::{Backend, Files, Fresh, on_every_engine, set};

on_every_engine!(
    a_failed_statement_is_named_with_its_line
    a_failed_statement_of_a_section_is_named_with_its_line_in_the_file
    the_place_is_that_of_the_word_the_server_stumbled_over
    what_came_before_stays_and_is_reported
    a_run_is_no_transaction_around_its_migrations
    a_script_in_a_transaction_fails_as_a_whole
    a_server_that_is_not_there_is_an_error
    a_panic_leaves_the_pool_usable
    a_dropped_future_leaves_the_pool_usable
    passwords_are_in_no_error
    a_process_that_failed_and_lives_on_holds_nothing
    a_transaction_of_the_application_is_not_committed
);

pub(crate) async fn fails<DB: Backend>(db: &Fresh<DB>, files: &Files<'_>) -> Error {
    Migrator::new(set(files)).run(&db.pool).await.unwrap_err()
}

/// An idle pool whose every connection can write.
async fn is_usable<DB: Backend>(db: &Fresh<DB>) {
    for n in 0..4 {
        db.tell(&format!("CREATE TABLE usable_{n} (n INTEGER)"))
            .await;
    }
    let held = [
        db.pool.acquire().await,
        db.pool.acquire().await,
        db.pool.acquire().await,
    ];
    assert!(held.iter().all(Result::is_ok));
}

async fn a_failed_statement_is_named_with_its_line<DB: Backend>(db: Fresh<DB>) {
    let script = "-- é\nCREATE TABLE a (n INTEGER);\n\n  INSERT INTO a\n  VALUES (1);\nINSERT INTO a VALUES (1, 2);\n";
    let error = fails(&db, &[("0007_first_try.sql", script)]).await;
    assert!(error.is_statement());
    let failed = error.failed_statement().unwrap();
    assert_eq!(
        (failed.path(), failed.line()),
        ("migrations/0007_first_try.sql", 6)
    );
    assert_eq!(failed.sql(), "INSERT INTO a VALUES (1, 2)");
    let text = error.to_string();
    assert!(
        text.starts_with("migration 0007 first_try failed at migrations/0007_first_try.sql:6:"),
        "{text}"
    );
    // sqlx's own text of a PostgreSQL error ends with a line of the server's source.
    assert!(
        DB::DIALECT == Dialect::MySql || !text.contains(" at line "),
        "{text}"
    );
    assert!(
        format!("{error:?}").contains("6 | INSERT INTO a VALUES (1, 2);"),
        "{error:?}"
    );
    assert!(
        std::error::Error::source(&error).is_none(),
        "the message tells the cause already"
    );
}

async fn a_failed_statement_of_a_section_is_named_with_its_line_in_the_file<DB: Backend>(
    db: Fresh<DB>,
) {
    let file = "-- why\n\n-- migrate:up\nCREATE TABLE a (n INTEGER);\nINSERT INTO a VALUES (1, 2);\n\n-- migrate:down\nDROP TABLE a;\n";
    for directive in ["", "-- no-transaction\n"] {
        let file = format!("{directive}{file}");
        let error = fails(&db, &[("7_a.sql", &file)]).await;
        let line = 5 + directive.lines().count();
        assert_eq!(error.failed_statement().unwrap().line(), line);
        assert!(
            format!("{error:?}").contains(&format!("{line} | INSERT INTO a VALUES (1, 2);")),
            "{error:?}"
        );
        db.tell("DROP TABLE IF EXISTS a").await;
        db.tell("DROP TABLE IF EXISTS _embed_migrations").await;
    }
}

async fn the_place_is_that_of_the_word_the_server_stumbled_over<DB: Backend>(db: Fresh<DB>) {
    let script = "CREATE TABLE a (n INTEGER);\nINSERT INTO a VALUES (1);\nUPDATE a SET n = 'é', n = 2\n  WHERRE n = 1;\n";
    let error = fails(&db, &[("1_a.sql", script)]).await;
    let failed = error.failed_statement().unwrap();
    assert_eq!((failed.line(), failed.column()), (4, 3), "{error}");
}

async fn what_came_before_stays_and_is_reported<DB: Backend>(db: Fresh<DB>) {
    let error = fails(
        &db,
        &[
            ("1_a.sql", "CREATE TABLE a (n INTEGER)"),
            ("2_b.sql", "INSERT INTO nowhere VALUES (1)"),
            ("3_c.sql", "CREATE TABLE c (n INTEGER)"),
        ],
    )
    .await;
    assert!(
        error
            .to_string()
            .starts_with("migration 2 b failed at migrations/2_b.sql:1:"),
        "{error}"
    );
    let report = error.report().unwrap();
    assert_eq!((report.applied().len(), report.pending()), (1, 2));
    assert_eq!(db.tables().await, ["a"]);
    is_usable(&db).await;
}

/// Other tools can roll a whole run back; here each migration is its own, whether its scripts could share one or not.
async fn a_run_is_no_transaction_around_its_migrations<DB: Backend>(db: Fresh<DB>) {
    let log = ("1_log.sql", "CREATE TABLE log (n INTEGER);");
    let one = ("2_one.sql", "INSERT INTO log VALUES (1);");
    let broken = (
        "3_two.sql",
        "INSERT INTO log VALUES (2);\nINSERT INTO nowhere VALUES (2);",
    );
    let error = fails(&db, &[log, one, broken]).await;
    assert_eq!(error.report().unwrap().applied().len(), 2);
    let logged = "SELECT CAST(n AS CHAR(1)) FROM log ORDER BY n";
    assert_eq!(db.ask(logged).await.concat(), ["1"]);
    assert_eq!(db.rows().await, ["1 applied up run", "2 applied up run"]);
    let fixed = ("3_two.sql", "INSERT INTO log VALUES (2);");
    let report = Migrator::new(set(&[log, one, fixed])).run(&db.pool).await;
    assert_eq!(report.unwrap().applied().len(), 1);
    assert_eq!(db.ask(logged).await.concat(), ["1", "2"]);
}

async fn a_script_in_a_transaction_fails_as_a_whole<DB: Backend>(db: Fresh<DB>) {
    // MySQL cannot roll DDL back; rows it can.
    Migrator::new(set(&[("1_a.sql", "CREATE TABLE a (n INTEGER)")]))
        .run(&db.pool)
        .await
        .unwrap();
    let broken = "INSERT INTO a VALUES (1);\nINSERT INTO nowhere VALUES (1);";
    fails(
        &db,
        &[
            ("1_a.sql", "CREATE TABLE a (n INTEGER)"),
            ("2_b.sql", broken),
        ],
    )
    .await;
    assert!(db.ask("SELECT n FROM a").await.is_empty());
    assert_eq!(
        db.ask_one("SELECT CAST(count(*) AS CHAR(1)) FROM _embed_migrations")
            .await,
        "1"
    );
    is_usable(&db).await;
}

async fn a_server_that_is_not_there_is_an_error<DB: Backend>(db: Fresh<DB>) {
    let (set, pool) = (
        set(&[("1_a.sql", "CREATE TABLE a (n INTEGER)")]),
        db.another_pool(1).await,
    );
    pool.close().await;
    let error = Migrator::new(set).run(&pool).await.unwrap_err();
    assert_eq!(error.kind(), embed_migrations::ErrorKind::Database);
    assert!(std::error::Error::source(&error).is_some());
}

async fn a_panic_leaves_the_pool_usable<DB: Backend>(db: Fresh<DB>) {
    let script = "-- no-transaction\nCREATE TABLE a (n INTEGER); CREATE TABLE b (n INTEGER)";
    let migrator = Migrator::new(set(&[("1_a.sql", script)])).on_progress(|progress| {
        assert!(
            !matches!(progress, Progress::Statement { number: 2, .. }),
            "a bug of the caller"
        );
    });
    let pool = db.pool.clone();
    let panicked = tokio::spawn(async move { migrator.run(&pool).await }).await;
    assert!(panicked.unwrap_err().is_panic());
    is_usable(&db).await;
}

async fn a_dropped_future_leaves_the_pool_usable<DB: Backend>(db: Fresh<DB>) {
    let files = [
        ("1_a.sql", "CREATE TABLE a (n INTEGER)"),
        ("2_b.sql", "INSERT INTO a VALUES (1)"),
        (
            "3_c.sql",
            "-- no-transaction\nCREATE TABLE c (n INTEGER); CREATE TABLE d (n INTEGER)",
        ),
    ];
    let migrator = Migrator::new(set(&files));
    for micros in [50, 200, 800, 1600, 3200, 6400] {
        let run = migrator.run(&db.pool);
        let _ = tokio::time::timeout(Duration::from_micros(micros), run).await;
    }
    is_usable(&db).await;
}

async fn passwords_are_in_no_error<DB: Backend>(db: Fresh<DB>) {
    let script = "CREATE TABLE b (n NONSENSE NONSENSE())";
    let error = fails(&db, &[("1_b.sql", script)]).await;
    let told = format!("{error} {error:?} {:?}", error.hints());
    let password = db
        .url
        .split('@')
        .next()
        .and_then(|before| before.rsplit(':').next());
    if let Some(password) =
        password.filter(|password| !password.contains('/') && DB::DIALECT == Dialect::MySql)
    {
        assert!(!told.contains(&format!(":{password}@")), "{told}");
    }
    assert!(!told.contains("://"), "{told}");
}

async fn a_transaction_of_the_application_is_not_committed<DB: Backend>(db: Fresh<DB>)
where
    for<'a> &'a mut DB::Connection: embed_migrations::Database<'a>,
{
    let migrator = Migrator::new(set(&[("1_a.sql", "CREATE TABLE a (n INTEGER)")]));
    let mut connection = db.connection().await;
    let mut transaction = connection.begin().await.unwrap();
    let error = migrator.run(&mut *transaction).await.unwrap_err();
    assert_eq!(error.kind(), embed_migrations::ErrorKind::Configuration);
    transaction.rollback().await.unwrap();
    assert!(!db.has_history().await);
    assert_eq!(
        migrator.run(&mut connection).await.unwrap().applied().len(),
        1
    );
}

async fn a_process_that_failed_and_lives_on_holds_nothing<DB: Backend>(db: Fresh<DB>) {
    let broken = [("1_a.sql", "INSERT INTO nowhere VALUES (1)")];
    let statements = [(
        "1_a.sql",
        "-- no-transaction\nCREATE TABLE nowhere (n NONSENSE NONSENSE())",
    )];
    let (first, second) = (db.another_pool(2).await, db.another_pool(2).await);
    for files in [broken, statements] {
        Migrator::new(set(&files)).run(&first).await.unwrap_err();
        let next = Migrator::new(set(&files)).wait_timeout(Duration::from_millis(500));
        assert!(next.run(&second).await.unwrap_err().is_statement());
    }
}
