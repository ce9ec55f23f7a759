//! What is not known for sure: what a procedure or a block leaves open, computes, or does by halves.

use embed_migrations::{DifferenceKind, Migrator};
use sqlx::{MySql, Postgres};
use tests::{Backend, Fresh, only_on, reversible, set};

use crate::failure::fails;

only_on!(on_mysql sqlx::MySql:
    what_a_block_leaves_open_is_committed
    a_value_that_was_computed_is_not_computed_again
    the_key_of_the_last_row_is_that_of_the_script
    what_may_stay_half_done_is_said
    what_a_script_sets_does_not_reach_the_next
    a_limit_of_the_server_hides_no_row
    what_is_more_than_the_server_reads_is_told
);
only_on!(on_postgres sqlx::Postgres:
    a_setting_that_was_computed_is_not_computed_again
    a_procedure_that_commits_may_stay_half_done
    what_runs_by_itself_runs_by_itself
    a_connection_that_is_ended_is_told_with_its_statement
    without_a_schema_the_error_says_so
);

async fn what_a_block_leaves_open_is_committed(db: Fresh<MySql>) {
    let blocks = [
        "BEGIN NOT ATOMIC START TRANSACTION; INSERT INTO a VALUES (1); END;",
        "IF 1 = 1 THEN START TRANSACTION; INSERT INTO a VALUES (2); END IF;",
        "SET STATEMENT max_statement_time = 100 FOR CALL p();",
    ];
    let procedure = "CREATE PROCEDURE p() BEGIN START TRANSACTION; INSERT INTO a VALUES (3); END;";
    let first = format!("CREATE TABLE a (n INTEGER);\n{procedure}\n");
    let mut files = vec![("1_a.mysql.sql".to_owned(), first)];
    for (index, block) in blocks.iter().enumerate() {
        files.push((
            format!("{}_b.mysql.sql", index + 2),
            format!("-- no-transaction\n{block}\n"),
        ));
    }
    let files: Vec<(&str, &str)> = files
        .iter()
        .map(|(name, text)| (&**name, &**text))
        .collect();
    Migrator::new(set(&files)).run(&db.pool).await.unwrap();
    let rows = db.ask("SELECT CAST(n AS CHAR) FROM a ORDER BY n").await;
    assert_eq!(rows.concat(), ["1", "2", "3"]);
    assert!(db.rows().await.iter().all(|row| row.contains("applied")));
}

/// Fails behind some statements, and goes on when that is mended: refused, because something is gone with its session.
async fn is_lost<DB: Backend>(db: &Fresh<DB>, done: &str, left: &str) -> bool {
    let script = |fails: &str| {
        format!("-- no-transaction\nCREATE TABLE a (n INTEGER);\n{done};\n{fails};\n{left};\n")
    };
    fails(
        db,
        &[("1_a.sql", &script("INSERT INTO nowhere VALUES (1)"))],
    )
    .await;
    let mended = script("INSERT INTO a VALUES (1)");
    let run = Migrator::new(set(&[("1_a.sql", &mended)]))
        .run(&db.pool)
        .await;
    run.is_err_and(|error| error.differences()[0].kind() == DifferenceKind::SessionLost)
}

async fn a_value_that_was_computed_is_not_computed_again(db: Fresh<MySql>) {
    assert!(
        is_lost(
            &db,
            "SET SESSION sort_buffer_size = 1000000 + LENGTH('a')",
            "DO 1"
        )
        .await
    );
    let db = MySql::fresh().await;
    assert!(
        is_lost(
            &db,
            "EXECUTE IMMEDIATE 'SET @x = 9'",
            "INSERT INTO a VALUES (@x)"
        )
        .await
    );
    let db = MySql::fresh().await;
    assert!(
        !is_lost(
            &db,
            "SET SESSION sort_buffer_size = 1000000",
            "INSERT INTO a VALUES (2)"
        )
        .await
    );
}

async fn the_key_of_the_last_row_is_that_of_the_script(db: Fresh<MySql>) {
    let done = "INSERT INTO a VALUES (7)";
    let asks = "INSERT INTO a VALUES (LAST_INSERT_ID())";
    // It fails at an UPDATE that makes no row.
    let script = |fails: &str| {
        format!("-- no-transaction\nCREATE TABLE a (n INTEGER);\n{done};\n{fails};\n{asks};\n")
    };
    fails(&db, &[("1_a.sql", &script("UPDATE nowhere SET n = 8"))]).await;
    let error = fails(&db, &[("1_a.sql", &script("UPDATE a SET n = 8"))]).await;
    assert_eq!(error.differences()[0].kind(), DifferenceKind::SessionLost);
    let db = MySql::fresh().await;
    assert!(!is_lost(&db, "DO 1", asks).await);
}

async fn a_setting_that_was_computed_is_not_computed_again(db: Fresh<Postgres>) {
    let computed = "SELECT set_config('my.n', (SELECT 1 + count(*) FROM a)::text, false)";
    assert!(is_lost(&db, computed, "INSERT INTO a VALUES (2)").await);
    let db = Postgres::fresh().await;
    let block = "DO $$ BEGIN PERFORM set_config('my.n', '3', false); END $$";
    let asks = "INSERT INTO a VALUES (current_setting('my.n')::int)";
    assert!(is_lost(&db, block, asks).await);
    let db = Postgres::fresh().await;
    assert!(!is_lost(&db, "SELECT set_config('my.n', '3', false)", asks).await);
}

async fn what_may_stay_half_done_is_said(db: Fresh<MySql>) {
    db.tell("CREATE TABLE a (n INTEGER)").await;
    let error = fails(&db, &[("1_a.mysql.sql", "DROP TABLE a, nowhere;\n")]).await;
    assert!(says_a_part(&error), "{error:?}");
    let error = fails(
        &MySql::fresh().await,
        &[("1_a.mysql.sql", "DROP TABLE nowhere;\n")],
    )
    .await;
    assert!(!says_a_part(&error), "{error:?}");
}

async fn a_procedure_that_commits_may_stay_half_done(db: Fresh<Postgres>) {
    let script = "-- no-transaction\nCREATE TABLE a (n INTEGER);\nCREATE PROCEDURE p() LANGUAGE plpgsql AS \
                  $$ BEGIN INSERT INTO a VALUES (1); COMMIT; RAISE 'no'; END $$;\nCALL p();\n";
    let error = fails(&db, &[("1_a.postgres.sql", script)]).await;
    assert!(says_a_part(&error), "{error:?}");
    assert_eq!(db.ask_one("SELECT n::text FROM a").await, "1");
}

fn says_a_part(error: &embed_migrations::Error) -> bool {
    error
        .notes()
        .iter()
        .any(|note| note.contains("a part of what it does"))
}

async fn what_a_script_sets_does_not_reach_the_next(db: Fresh<MySql>) {
    let first = "SET check_constraint_checks = 0;\nSET timestamp = 1000;\nSET sql_select_limit = 1;\n\
                 SET SESSION TRANSACTION ISOLATION LEVEL READ UNCOMMITTED;\nCREATE TABLE a (n INTEGER);\n";
    let second = "CREATE TABLE b AS SELECT @@check_constraint_checks AS c, NOW() > '2000-01-01' AS t, \
                  @@sql_select_limit > 1 AS l, @@tx_isolation AS i;\n";
    let files = [("1_a.mysql.sql", first), ("2_b.mysql.sql", second)];
    Migrator::new(set(&files)).run(&db.pool).await.unwrap();
    let row = db
        .ask("SELECT CAST(c AS CHAR), CAST(t AS CHAR), CAST(l AS CHAR), i FROM b")
        .await;
    assert_eq!(row.concat(), ["1", "1", "1", "REPEATABLE-READ"]);
}

async fn a_limit_of_the_server_hides_no_row(db: Fresh<MySql>) {
    let migrator = Migrator::new(reversible(&["a", "b", "c"]));
    let mut connection = db.connection().await;
    MySql::say(&mut connection, "SET SESSION sql_select_limit = 1")
        .await
        .unwrap();
    migrator.run(&mut connection).await.unwrap();
    assert_eq!(migrator.history(&mut connection).await.unwrap().len(), 3);
}

async fn what_runs_by_itself_runs_by_itself(db: Fresh<Postgres>) {
    let script = "-- no-transaction\nCREATE TABLE p (n INTEGER) PARTITION BY RANGE (n);\n\
                  CREATE INDEX i ON p (n);\nREINDEX INDEX i;\nREINDEX TABLE p;\n";
    Migrator::new(set(&[("1_a.postgres.sql", script)]))
        .run(&db.pool)
        .await
        .unwrap();
}

async fn a_connection_that_is_ended_is_told_with_its_statement(db: Fresh<Postgres>) {
    let script = "CREATE TABLE a (n INTEGER);\nSELECT pg_terminate_backend(pg_backend_pid());\n";
    let error = fails(&db, &[("1_a.postgres.sql", script)]).await;
    let text = format!("{error:?}");
    assert!(text.contains("migrations/1_a.postgres.sql:2:"), "{text}");
    assert!(text.contains("administrator command"), "{text}");
    assert!(!db.tables().await.contains(&"a".to_owned()));
}

async fn without_a_schema_the_error_says_so(db: Fresh<Postgres>) {
    let mut connection = db.connection().await;
    Postgres::say(&mut connection, "SET search_path = ''")
        .await
        .unwrap();
    let migrator = Migrator::new(reversible(&["a"]));
    let error = migrator.run(&mut connection).await.unwrap_err();
    assert!(error.to_string().contains("schema"), "{error:?}");
    assert!(!error.to_string().contains("identifier"), "{error:?}");
}

async fn what_is_more_than_the_server_reads_is_told(db: Fresh<MySql>) {
    let row = format!("INSERT INTO a VALUES ('{}');\n", "x".repeat(1 << 20));
    let rows = row.repeat(17);
    let migrator = |head: &str| {
        let script = format!("{head}{rows}");
        let table = "CREATE TABLE a (t MEDIUMTEXT);\n";
        Migrator::new(set(&[("1_a.mysql.sql", table), ("2_b.mysql.sql", &script)]))
    };
    let error = migrator("").run(&db.pool).await.unwrap_err();
    assert!(
        error
            .to_string()
            .contains("2 b is more than the server reads at once"),
        "{error:?}"
    );
    let report = migrator("-- no-transaction\n").run(&db.pool).await.unwrap();
    assert_eq!(report.applied().len(), 1);
    assert_eq!(
        db.ask_one("SELECT CAST(COUNT(*) AS CHAR) FROM a").await,
        "17"
    );
}
