//! Applying: everything, in full, once.

use embed_migrations::{Dialect, MigrationSet, Migrator, State, embed_migrations};
use sqlx::{MySql, Sqlite};
use tests::{Backend, Fresh, on_every_engine, only_on, set};

static SAMPLE: MigrationSet = embed_migrations!("../migrations");

on_every_engine!(
    everything_pending_is_applied_in_order_and_reported
    a_second_run_has_nothing_to_do
    a_borrowed_connection_serves_as_well
    the_sample_set_applies
    the_sample_set_can_be_undone_and_applied_again
    a_script_of_comments_is_recorded
    text_survives_whatever_is_in_it
    a_pair_around_the_whole_script_is_ours_to_drop
    reading_verbs_write_nothing
    statement_by_statement_where_the_file_says_so
);

async fn everything_pending_is_applied_in_order_and_reported<DB: Backend>(db: Fresh<DB>) {
    let set = set(&[
        ("10_c.sql", "INSERT INTO a VALUES (3);"),
        (
            "1_a.sql",
            "CREATE TABLE a (n INTEGER); CREATE TABLE b (n INTEGER)",
        ),
        (
            "2_b.sql",
            "INSERT INTO a VALUES (1); INSERT INTO a VALUES (2);",
        ),
    ]);
    let report = Migrator::new(set).run(&db.pool).await.unwrap();
    let applied: Vec<_> = report
        .applied()
        .iter()
        .map(|applied| (applied.label(), applied.name(), applied.statements()))
        .collect();
    assert_eq!(applied, [("1", "a", 2), ("2", "b", 2), ("10", "c", 1)]);
    assert_eq!(report.applied()[0].path(), "migrations/1_a.sql");
    assert!(
        report.to_string().starts_with("applied 3 migrations in "),
        "{report}"
    );
    assert_eq!(db.tables().await, ["a", "b"]);
    assert_eq!(
        db.ask("SELECT CAST(n AS CHAR(1)) FROM a ORDER BY n")
            .await
            .concat(),
        ["1", "2", "3"]
    );
}

async fn a_second_run_has_nothing_to_do<DB: Backend>(db: Fresh<DB>) {
    let set = set(&[("1_a.sql", "CREATE TABLE a (n INTEGER)")]);
    let migrator = Migrator::new(set);
    assert_eq!(migrator.run(&db.pool).await.unwrap().applied().len(), 1);
    let report = migrator.run(&db.pool).await.unwrap();
    assert!(report.applied().is_empty());
    assert_eq!(report.applied_before(), 1);
    assert_eq!(
        report.to_string(),
        "there is nothing to do; 1 migration is applied"
    );
}

async fn a_borrowed_connection_serves_as_well<DB: Backend>(db: Fresh<DB>)
where
    for<'a> &'a mut DB::Connection: embed_migrations::Database<'a>,
{
    let set = set(&[
        ("1_a.sql", "CREATE TABLE a (n INTEGER)"),
        (
            "2_b.sql",
            "-- no-transaction\nCREATE TABLE b (n INTEGER); CREATE TABLE c (n INTEGER)",
        ),
    ]);
    let mut connection = db.connection().await;
    let migrator = Migrator::new(set);
    assert_eq!(
        migrator.run(&mut connection).await.unwrap().applied().len(),
        2
    );
    assert!(migrator.plan(&mut connection).await.unwrap().is_empty());
    assert!(migrator.status(&mut connection).await.unwrap().is_current());
    assert_eq!(db.tables().await, ["a", "b", "c"]);
}

async fn the_sample_set_applies<DB: Backend>(db: Fresh<DB>) {
    let report = Migrator::new(&SAMPLE).run(&db.pool).await.unwrap();
    assert_eq!(report.applied().len(), 6);
    let tables = db.tables().await;
    assert!(tables.iter().any(|table| table == "jobs"), "{tables:?}");
    assert!(
        tables.iter().any(|table| table == "job_batches"),
        "{tables:?}"
    );
    assert!(
        Migrator::new(&SAMPLE)
            .plan(&db.pool)
            .await
            .unwrap()
            .is_empty()
    );
}

async fn the_sample_set_can_be_undone_and_applied_again<DB: Backend>(db: Fresh<DB>) {
    Migrator::new(&SAMPLE).run(&db.pool).await.unwrap();
    let mut statements = Vec::new();
    for migration in SAMPLE.migrations().rev() {
        let down = migration.down(DB::DIALECT).unwrap();
        let readable = down.statements(DB::DIALECT).unwrap();
        statements.extend(readable.into_iter().map(|statement| down.text(statement)));
    }
    // In one message: another connection of the pool might still know the schema of before.
    db.tell(&statements.join(";\n")).await;
    assert_eq!(db.tables().await, Vec::<String>::new());
    db.tell("DROP TABLE _embed_migrations").await;
    let report = Migrator::new(&SAMPLE).run(&db.pool).await.unwrap();
    assert_eq!(report.applied().len(), 6);
}

async fn a_script_of_comments_is_recorded<DB: Backend>(db: Fresh<DB>) {
    let set = set(&[
        ("1_a.sql", "-- nothing to do here\n"),
        ("2_b.sql", "/* nor here */ ; -- at all"),
    ]);
    let report = Migrator::new(set).run(&db.pool).await.unwrap();
    assert_eq!(report.applied().len(), 2);
    assert_eq!(
        db.ask_one("SELECT CAST(count(*) AS CHAR(1)) FROM _embed_migrations")
            .await,
        "2"
    );
}

async fn text_survives_whatever_is_in_it<DB: Backend>(db: Fresh<DB>) {
    let set = set(&[
        ("1_a.sql", "CREATE TABLE a (t VARCHAR(100));"),
        (
            "2_it's; a \"b\".sql".replace(' ', "_").as_str(),
            "INSERT INTO a VALUES ('it''s; -- é ☃ /* not */') -- the end",
        ),
    ]);
    let migrator = Migrator::new(set);
    migrator.run(&db.pool).await.unwrap();
    assert_eq!(
        db.ask_one("SELECT t FROM a").await,
        "it's; -- é ☃ /* not */"
    );
    let history = migrator.history(&db.pool).await.unwrap();
    assert_eq!(history[1].name, "it's;_a_\"b\"");
}

async fn a_pair_around_the_whole_script_is_ours_to_drop<DB: Backend>(db: Fresh<DB>) {
    let set = set(&[(
        "1_a.sql",
        "BEGIN;\nCREATE TABLE a (n INTEGER);\nINSERT INTO a VALUES (1);\nCOMMIT;\n",
    )]);
    let report = Migrator::new(set).run(&db.pool).await.unwrap();
    assert_eq!(report.applied()[0].statements(), 2);
    assert_eq!(db.ask_one("SELECT CAST(n AS CHAR(1)) FROM a").await, "1");
}

async fn reading_verbs_write_nothing<DB: Backend>(db: Fresh<DB>) {
    let set = set(&[
        ("1_a.sql", "CREATE TABLE a (n INTEGER)"),
        ("2_b.sql", "CREATE TABLE b (n INTEGER)"),
    ]);
    let migrator = Migrator::new(set);
    let plan = migrator.plan(&db.pool).await.unwrap();
    assert_eq!(
        plan.to_string(),
        "apply 1 a: 1 statement of migrations/1_a.sql\napply 2 b: 1 statement of migrations/2_b.sql"
    );
    let status = migrator.status(&db.pool).await.unwrap();
    assert_eq!(status.in_state(State::Pending).count(), 2);
    assert_eq!(status.to_string(), "1  a  pending\n2  b  pending");
    assert_eq!(migrator.version(&db.pool).await.unwrap(), None);
    assert!(migrator.history(&db.pool).await.unwrap().is_empty());
    assert!(!db.has_history().await);
    assert!(db.tables().await.is_empty());
}

async fn statement_by_statement_where_the_file_says_so<DB: Backend>(db: Fresh<DB>) {
    let script = match DB::DIALECT {
        Dialect::Postgres => {
            "CREATE INDEX CONCURRENTLY i ON a (n); CREATE INDEX CONCURRENTLY j ON a (n); VACUUM a;"
        }
        Dialect::MySql => "CREATE INDEX i ON a (n); CREATE INDEX j ON a (n); OPTIMIZE TABLE a;",
        Dialect::Sqlite => "VACUUM; PRAGMA foreign_keys = OFF; CREATE INDEX i ON a (n); VACUUM;",
    };
    let script = format!("-- no-transaction\n{script}");
    let set = set(&[
        ("1_a.sql", "CREATE TABLE a (n INTEGER)"),
        ("2_b.sql", &script),
    ]);
    let report = Migrator::new(set).run(&db.pool).await.unwrap();
    assert_eq!(report.applied().len(), 2);
    assert!(
        Migrator::new(set)
            .status(&db.pool)
            .await
            .unwrap()
            .is_current()
    );
}

only_on!(on_mysql sqlx::MySql: routines_with_and_without_delimiter);
only_on!(on_sqlite sqlx::Sqlite: triggers_are_one_statement);

async fn routines_with_and_without_delimiter(db: Fresh<MySql>) {
    let set = set(&[
        ("1_a.sql", "CREATE TABLE a (n INTEGER);"),
        (
            "2_b.mysql.sql",
            "delimiter //\nCREATE PROCEDURE p() BEGIN INSERT INTO a VALUES (1); INSERT INTO a VALUES (2); END//\n\
             Delimiter ;\nCREATE TRIGGER t BEFORE INSERT ON a FOR EACH ROW BEGIN SET NEW.n = NEW.n + 10; END;\n\
             CALL p();\n",
        ),
    ]);
    Migrator::new(set).run(&db.pool).await.unwrap();
    assert_eq!(
        db.ask("SELECT CAST(n AS CHAR) FROM a ORDER BY n")
            .await
            .concat(),
        ["11", "12"]
    );
}

async fn triggers_are_one_statement(db: Fresh<Sqlite>) {
    let set = set(&[(
        "1_a.sqlite.sql",
        "CREATE TABLE a (n INTEGER); CREATE TABLE [b; c] (n);\n\
         CREATE TRIGGER t AFTER INSERT ON a BEGIN\n  INSERT INTO [b; c] VALUES (CASE WHEN NEW.n > 1 THEN 1 ELSE 0 END);\n\
           UPDATE a SET n = n + 1;\nEND;\nINSERT INTO a VALUES (5);",
    )]);
    let report = Migrator::new(set).run(&db.pool).await.unwrap();
    assert_eq!(report.applied()[0].statements(), 4);
    assert_eq!(db.ask_one("SELECT n || '' FROM a").await, "6");
}

#[allow(dead_code, reason = "it is enough that it compiles")]
fn futures_can_be_spawned(
    postgres: sqlx::PgPool,
    mysql: sqlx::Pool<MySql>,
    sqlite: sqlx::SqlitePool,
) {
    let migrator = || Migrator::new(&SAMPLE);
    tokio::spawn(async move { migrator().run(&postgres).await });
    tokio::spawn(async move { migrator().run(&mysql).await });
    tokio::spawn(async move {
        let mut connection = sqlite.acquire().await.unwrap();
        migrator().run(&mut *connection).await.unwrap();
        migrator().status(&sqlite).await.unwrap();
        migrator().plan(&sqlite).await.unwrap();
        migrator().history(&sqlite).await.unwrap();
        migrator().version(&sqlite).await
    });
}
