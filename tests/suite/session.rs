//! What a script does to its session ends with the script.

use embed_migrations::Migrator;
use embed_migrations::diagnostics::Code;
use embed_migrations_core::{Directory, Options};
use sqlx::{Executor, MySql, PgConnection, Postgres, Sqlite};
use tests::{Backend, Fresh, files, only_on, set};

only_on!(on_postgres sqlx::Postgres:
    settings_and_roles_end_with_the_script
    what_the_application_set_is_there_for_every_script
    an_emptied_search_path_loses_nothing
    settings_of_the_application_itself_are_left_alone
);
only_on!(on_mysql sqlx::MySql:
    variables_and_the_database_end_with_the_script
    a_mode_that_changes_what_a_string_is_is_refused
    a_connection_that_does_not_commit_is_refused
    a_script_that_would_hide_the_history_is_refused
    what_a_procedure_left_open_is_committed
);
only_on!(on_sqlite sqlx::Sqlite: pragmas_end_with_the_script);

async fn settings_and_roles_end_with_the_script(db: Fresh<Postgres>) {
    db.tell("CREATE SCHEMA other; GRANT ALL ON SCHEMA other TO pg_monitor")
        .await;
    let set = set(&[
        (
            "1_a.sql",
            "SET search_path = other; SET statement_timeout = '1h'; SET ROLE pg_monitor; CREATE TABLE a (n INTEGER)",
        ),
        (
            "2_b.sql",
            "CREATE TABLE b AS SELECT current_setting('search_path') AS path, \
             current_setting('statement_timeout') AS timeout, current_user::text AS role",
        ),
        (
            "3_c.sql",
            "-- no-transaction\nSET search_path = other; CREATE TABLE c (n INTEGER); CREATE TABLE d (n INTEGER)",
        ),
        (
            "4_d.sql",
            "CREATE TABLE e AS SELECT current_setting('search_path') AS path",
        ),
    ]);
    let mut connection = db.connection().await;
    let before = session(&mut connection).await;
    Migrator::new(set).run(&mut connection).await.unwrap();
    assert_eq!(session(&mut connection).await, before);
    let row = db.ask("SELECT path, timeout, role FROM b").await.concat();
    assert_eq!(row, [before.0.clone(), before.1, before.2]);
    assert_eq!(db.ask_one("SELECT path FROM e").await, before.0);
}

async fn session(connection: &mut PgConnection) -> (String, String, String) {
    let sql = "SELECT current_setting('search_path'), current_setting('statement_timeout'), current_user::text";
    sqlx::query_as(sql).fetch_one(connection).await.unwrap()
}

async fn what_the_application_set_is_there_for_every_script(db: Fresh<Postgres>) {
    let set = set(&[
        (
            "1_a.sql",
            "CREATE TABLE a AS SELECT current_setting('work_mem') AS memory; RESET ALL",
        ),
        (
            "2_b.sql",
            "CREATE TABLE b AS SELECT current_setting('work_mem') AS memory; SET work_mem = '8MB'",
        ),
        (
            "3_c.sql",
            "CREATE TABLE c AS SELECT current_setting('work_mem') AS memory",
        ),
    ]);
    let options = sqlx::postgres::PgPoolOptions::new().after_connect(|connection, _| {
        Box::pin(async move { connection.execute("SET work_mem = '7MB'").await.map(drop) })
    });
    let pool = options.connect(&db.url).await.unwrap();
    Migrator::new(set).run(&pool).await.unwrap();
    for table in ["a", "b", "c"] {
        assert_eq!(
            db.ask_one(&format!("SELECT memory FROM {table}")).await,
            "7MB",
            "{table}"
        );
    }
}

/// `pg_dump` writes such a line, with `''`, which the build refuses unless it is allowed.
async fn an_emptied_search_path_loses_nothing(db: Fresh<Postgres>) {
    let set = set(&[
        (
            "1_a.sql",
            "SELECT pg_catalog.set_config('search_path', trim(' '), false);\nCREATE TABLE public.a (n INTEGER);",
        ),
        ("2_b.sql", "CREATE TABLE b (n INTEGER)"),
    ]);
    Migrator::new(set).run(&db.pool).await.unwrap();
    assert!(
        Migrator::new(set)
            .run(&db.pool)
            .await
            .unwrap()
            .applied()
            .is_empty()
    );
    assert_eq!(db.tables().await, ["a", "b"]);
}

async fn variables_and_the_database_end_with_the_script(db: Fresh<MySql>) {
    let set = set(&[
        ("1_a.sql", "CREATE TABLE a (n INTEGER)"),
        (
            "2_b.sql",
            "SET sql_mode = 'ANSI_QUOTES'; SET foreign_key_checks = 0; SET time_zone = '+05:00'; USE information_schema",
        ),
        (
            "3_c.sql",
            "CREATE TABLE c AS SELECT @@sql_mode AS mode, @@foreign_key_checks AS checks, @@time_zone AS zone",
        ),
    ]);
    let mut connection = db.connection().await;
    Migrator::new(set).run(&mut connection).await.unwrap();
    let sql = "SELECT @@sql_mode = mode, @@foreign_key_checks = checks, @@time_zone = zone FROM c";
    let same: (bool, bool, bool) = sqlx::query_as(sql)
        .fetch_one(&mut connection)
        .await
        .unwrap();
    assert_eq!(same, (true, true, true));
    assert_eq!(db.ask_one("SELECT CAST(checks AS CHAR) FROM c").await, "1");
}

async fn pragmas_end_with_the_script(db: Fresh<Sqlite>) {
    let set = set(&[
        (
            "1_a.sql",
            "-- no-transaction\nPRAGMA foreign_keys = OFF; PRAGMA recursive_triggers = ON; CREATE TABLE a (n INTEGER)",
        ),
        (
            "2_b.sql",
            "CREATE TABLE b AS SELECT foreign_keys FROM pragma_foreign_keys",
        ),
    ]);
    let mut connection = db.connection().await;
    Migrator::new(set).run(&mut connection).await.unwrap();
    assert_eq!(
        Sqlite::ask(&db.pool, "SELECT foreign_keys || '' FROM b")
            .await
            .concat(),
        ["1"]
    );
    let sql = "SELECT foreign_keys, recursive_triggers FROM pragma_foreign_keys, pragma_recursive_triggers";
    let now: (i64, i64) = sqlx::query_as(sql)
        .fetch_one(&mut connection)
        .await
        .unwrap();
    assert_eq!(now, (1, 0));
}

/// Row-level security is often told its tenant in this way.
async fn settings_of_the_application_itself_are_left_alone(db: Fresh<Postgres>) {
    let set = set(&[
        (
            "1_a.sql",
            "CREATE TABLE a AS SELECT current_setting('app.tenant') AS tenant",
        ),
        (
            "2_b.sql",
            "INSERT INTO a SELECT current_setting('app.tenant')",
        ),
    ]);
    let mut connection = db.connection().await;
    connection.execute("SET app.tenant = '7'; SET SESSION AUTHORIZATION pg_database_owner; RESET SESSION AUTHORIZATION").await.unwrap();
    Migrator::new(set).run(&mut connection).await.unwrap();
    assert_eq!(db.ask("SELECT tenant FROM a").await.concat(), ["7", "7"]);
    let now: (String,) = sqlx::query_as("SELECT current_setting('app.tenant')")
        .fetch_one(&mut connection)
        .await
        .unwrap();
    assert_eq!(now.0, "7");
}

async fn a_mode_that_changes_what_a_string_is_is_refused(db: Fresh<MySql>) {
    let set = set(&[(
        "1_a.mysql.sql",
        "CREATE TABLE a (t TEXT); INSERT INTO a VALUES ('a\\'); DELETE FROM a; -- ');",
    )]);
    let mut connection = db.connection().await;
    connection
        .execute("SET sql_mode = 'NO_BACKSLASH_ESCAPES'")
        .await
        .unwrap();
    let error = Migrator::new(set).run(&mut connection).await.unwrap_err();
    assert_eq!(error.kind(), embed_migrations::ErrorKind::Configuration);
    assert!(db.tables().await.is_empty());
}

async fn a_connection_that_does_not_commit_is_refused(db: Fresh<MySql>) {
    let set = set(&[("1_a.sql", "CREATE TABLE a (n INTEGER)")]);
    let mut connection = db.connection().await;
    connection.execute("SET autocommit = 0").await.unwrap();
    let error = Migrator::new(set).run(&mut connection).await.unwrap_err();
    assert_eq!(error.kind(), embed_migrations::ErrorKind::Configuration);
    assert!(!db.has_history().await);
}

async fn what_a_procedure_left_open_is_committed(db: Fresh<MySql>) {
    let set = set(&[(
        "1_a.mysql.sql",
        "CREATE TABLE a (n INTEGER);\nCREATE PROCEDURE p() BEGIN START TRANSACTION; INSERT INTO a VALUES (1); END;\nCALL p();\n",
    )]);
    Migrator::new(set).run(&db.pool).await.unwrap();
    assert_eq!(db.ask_one("SELECT CAST(n AS CHAR) FROM a").await, "1");
    assert!(
        Migrator::new(set)
            .status(&db.pool)
            .await
            .unwrap()
            .is_current()
    );
}

/// As mysqldump writes it. The build refuses it, whatever else the script could be meant for.
async fn a_script_that_would_hide_the_history_is_refused(_: Fresh<MySql>) {
    let script = "CREATE TABLE a (n INTEGER);\nLOCK TABLES `a` WRITE;\nINSERT INTO a VALUES (1);\nUNLOCK TABLES;\n";
    let directory = files(&[("1_a.sql", script)]);
    let read = Directory::read(directory.path(), "migrations", &Options::default());
    let mistakes = read.unwrap_err();
    let lock = mistakes.iter().next().unwrap();
    assert_eq!(
        (lock.code(), lock.place().line()),
        (Code::TransactionControl, 2)
    );
}
