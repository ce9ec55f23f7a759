//! What became of a statement whose process died: where the catalogue can tell, nobody is asked.

use embed_migrations::{Dialect, MigrationSet, Migrator};
use tests::{Backend, Fresh, on_every_engine, only_on, set};

use crate::half_done::{BROKEN, dies, half};

on_every_engine!(
    a_table_is_looked_for
    a_view_is_looked_for
    an_index_is_looked_for
    a_table_that_was_dropped_is_looked_for
    what_comes_to_the_same_is_run_again
    a_setting_of_the_script_holds_where_it_is_looked_for
    what_was_there_before_is_not_told
    an_edited_statement_stays_in_doubt
    what_can_be_rolled_back_is_never_in_doubt
);

// PostgreSQL rolls a column back together with the journal.
only_on!(on_mysql sqlx::MySql: a_column_is_looked_for a_column_that_was_dropped_is_looked_for);
only_on!(on_sqlite sqlx::Sqlite: a_column_is_looked_for a_column_that_was_dropped_is_looked_for);

only_on!(on_postgres sqlx::Postgres:
    what_another_schema_has_is_not_taken_for_it
    an_index_whose_building_was_cut_short_is_built_again
    an_index_that_failed_is_dropped_before_it_is_built_again
);

/// The state of a process that died while the second of three statements was under way, which had run or had not.
async fn died<DB: Backend>(db: &Fresh<DB>, second: &str, had_run: bool) -> Migrator {
    Migrator::new(half(BROKEN)).run(&db.pool).await.unwrap_err();
    let migrator = Migrator::new(half(second));
    recorded_as(db, migrator.sets().next().unwrap()).await;
    let before = before(db, second).await;
    if had_run {
        db.tell(second).await;
    }
    dies(db, "2020-01-01T00:00:00").await;
    was_there_before(db, &before).await;
    migrator
}

/// What the catalogue said before the statement was sent.
async fn before<DB: Backend>(db: &Fresh<DB>, second: &str) -> String {
    match (second.contains("DROP"), DB::DIALECT) {
        (false, _) => "no".to_owned(),
        (true, Dialect::Postgres) => db.ask_one("SELECT to_regclass('x')::oid::text").await,
        (true, _) => "yes".to_owned(),
    }
}

async fn was_there_before<DB: Backend>(db: &Fresh<DB>, before: &str) {
    db.tell(&format!(
        "UPDATE _embed_migrations SET statement_before = '{before}'"
    ))
    .await;
}

async fn recorded_as<DB: Backend>(db: &Fresh<DB>, set: &MigrationSet) {
    let sum = set.scripts()[0].checksum();
    db.tell(&format!("UPDATE _embed_migrations SET checksum = '{sum}'"))
        .await;
}

/// The next run goes on behind the statement if it had run, and with it if not; `look` finds one thing then.
async fn is_told<DB: Backend>(db: &Fresh<DB>, second: &str, had_run: bool, look: &str) {
    let migrator = died(db, second, had_run).await;
    let report = migrator.run(&db.pool).await.unwrap();
    let expected = if had_run { 1 } else { 2 };
    assert_eq!(report.applied()[0].statements(), expected, "{second}");
    assert_eq!(db.ask(look).await.len(), 1, "{second}");
    assert_eq!(db.rows().await, ["1 applied up run"]);
}

async fn each_way<DB: Backend>(db: Fresh<DB>, second: &str, look: &str) {
    is_told(&db, second, true, look).await;
    let other = DB::fresh().await;
    is_told(&other, second, false, look).await;
}

async fn a_table_is_looked_for<DB: Backend>(db: Fresh<DB>) {
    each_way(db, "CREATE TABLE b (n INTEGER)", "SELECT count(*) FROM b").await;
}

async fn a_view_is_looked_for<DB: Backend>(db: Fresh<DB>) {
    each_way(
        db,
        "CREATE VIEW v AS SELECT n FROM a",
        "SELECT count(*) FROM v",
    )
    .await;
}

async fn an_index_is_looked_for<DB: Backend>(db: Fresh<DB>) {
    let look = match DB::DIALECT {
        Dialect::Postgres => "SELECT indexname::text FROM pg_indexes WHERE indexname = 'i'",
        Dialect::MySql => {
            "SELECT CAST(index_name AS CHAR) FROM information_schema.statistics \
             WHERE table_schema = DATABASE() AND index_name = 'i'"
        }
        Dialect::Sqlite => "SELECT name FROM sqlite_master WHERE name = 'i'",
    };
    each_way(db, "CREATE INDEX i ON a (n)", look).await;
}

async fn a_column_is_looked_for<DB: Backend>(db: Fresh<DB>) {
    each_way(
        db,
        "ALTER TABLE a ADD COLUMN m INTEGER",
        "SELECT count(m) FROM a",
    )
    .await;
}

async fn a_table_that_was_dropped_is_looked_for<DB: Backend>(db: Fresh<DB>) {
    for had_run in [true, false] {
        let db = if had_run { &db } else { &DB::fresh().await };
        db.tell("CREATE TABLE x (n INTEGER)").await;
        is_told(db, "DROP TABLE x", had_run, "SELECT count(*) FROM a").await;
        assert_eq!(db.tables().await, ["a", "c"]);
    }
}

async fn a_column_that_was_dropped_is_looked_for<DB: Backend>(db: Fresh<DB>) {
    for had_run in [true, false] {
        let db = if had_run { &db } else { &DB::fresh().await };
        db.tell("CREATE TABLE x (n INTEGER, m INTEGER)").await;
        is_told(
            db,
            "ALTER TABLE x DROP COLUMN m",
            had_run,
            "SELECT count(*) FROM x",
        )
        .await;
    }
}

async fn what_comes_to_the_same_is_run_again<DB: Backend>(db: Fresh<DB>) {
    let migrator = died(&db, "CREATE TABLE IF NOT EXISTS b (n INTEGER)", true).await;
    let report = migrator.run(&db.pool).await.unwrap();
    assert_eq!(report.applied()[0].statements(), 2);
}

async fn a_setting_of_the_script_holds_where_it_is_looked_for<DB: Backend>(db: Fresh<DB>) {
    let (before, elsewhere) = match DB::DIALECT {
        Dialect::Postgres => (
            "CREATE SCHEMA s; SET search_path = s",
            "CREATE TABLE s.b (n INTEGER)",
        ),
        // A script stays in its database and its file.
        Dialect::MySql => ("SET @x = 1", "CREATE TABLE b (n INTEGER)"),
        Dialect::Sqlite => (
            "PRAGMA legacy_alter_table = ON",
            "CREATE TABLE b (n INTEGER)",
        ),
    };
    let with = |second: &str| {
        let text = format!("-- no-transaction\n{before};\n{second};\n");
        set(&[("1_a.sql", &text)])
    };
    Migrator::new(with(BROKEN)).run(&db.pool).await.unwrap_err();
    let fixed = with("CREATE TABLE b (n INTEGER)");
    recorded_as(&db, fixed).await;
    db.tell(elsewhere).await;
    dies(&db, "2020-01-01T00:00:00").await;
    was_there_before(&db, "no").await;
    let report = Migrator::new(fixed).run(&db.pool).await.unwrap();
    assert_eq!(report.applied()[0].statements(), 0);
}

/// The statement may have been refused, or be about another of that name.
async fn what_was_there_before_is_not_told<DB: Backend>(db: Fresh<DB>) {
    let migrator = died(&db, "CREATE TABLE b (n INTEGER)", true).await;
    was_there_before(&db, "yes").await;
    assert!(migrator.run(&db.pool).await.unwrap_err().is_in_doubt());
}

async fn an_edited_statement_stays_in_doubt<DB: Backend>(db: Fresh<DB>) {
    let _ = died(&db, "CREATE TABLE b (n INTEGER)", true).await;
    let edited = Migrator::new(half("CREATE TABLE b (n INTEGER, m INTEGER)"));
    let before = db.rows().await;
    assert!(edited.run(&db.pool).await.unwrap_err().is_in_doubt());
    assert_eq!(db.rows().await, before);
}

/// The journal of a script on its way, as its own hook sees it: a statement that can be rolled back is done or not sent.
async fn what_can_be_rolled_back_is_never_in_doubt<DB: Backend>(db: Fresh<DB>) {
    let set = set(&[(
        "1_a.sql",
        "-- no-transaction\nCREATE TABLE a (n INTEGER);\nINSERT INTO a VALUES (1);\nINSERT INTO a SELECT statements_sent - statements_done FROM history;\n",
    )]);
    let migrator = Migrator::new(set).table("history");
    migrator.run(&db.pool).await.unwrap();
    let under_way = db.ask("SELECT CAST(n AS CHAR(1)) FROM a ORDER BY n").await;
    assert_eq!(under_way.concat(), ["0", "1"]);
}

/// Three statements, the second builds a unique index on rows of which two are alike.
fn unique(how: &str) -> &'static MigrationSet {
    let text = format!(
        "-- no-transaction\nCREATE TABLE a AS SELECT 1 AS n UNION ALL SELECT 1;\n\
         CREATE UNIQUE INDEX CONCURRENTLY {how} i ON a (n);\nCREATE TABLE c (n INTEGER);\n"
    );
    set(&[("1_a.postgres.sql", &text)])
}

const VALID: &str = "SELECT indisvalid::text FROM pg_index WHERE indexrelid = to_regclass('i')";

async fn an_index_that_failed_is_dropped_before_it_is_built_again(db: Fresh<sqlx::Postgres>) {
    for how in ["", "IF NOT EXISTS"] {
        let migrator = Migrator::new(unique(how));
        let error = migrator.run(&db.pool).await.unwrap_err();
        assert!(error.is_statement(), "{error}");
        assert_eq!(db.ask_one(VALID).await, "false");
        db.tell("DELETE FROM a WHERE ctid = (SELECT min(ctid) FROM a)")
            .await;
        let report = migrator.run(&db.pool).await.unwrap();
        assert_eq!(report.applied()[0].statements(), 2);
        assert_eq!(db.ask_one(VALID).await, "true");
        db.tell("DROP TABLE a, c, _embed_migrations").await;
    }
}

async fn an_index_whose_building_was_cut_short_is_built_again(db: Fresh<sqlx::Postgres>) {
    let migrator = Migrator::new(unique(""));
    migrator.run(&db.pool).await.unwrap_err();
    db.tell("DELETE FROM a WHERE ctid = (SELECT min(ctid) FROM a)")
        .await;
    dies(&db, "2020-01-01T00:00:00").await;
    was_there_before(&db, "no").await;
    migrator.run(&db.pool).await.unwrap();
    assert_eq!(db.ask_one(VALID).await, "true");
}

/// The first of the search path was dropped; that the second is there says nothing.
async fn what_another_schema_has_is_not_taken_for_it(db: Fresh<sqlx::Postgres>) {
    db.tell(
        "CREATE SCHEMA s; CREATE TABLE s.t (n INTEGER); CREATE TABLE t (n INTEGER); \
         CREATE INDEX i ON s.t (n); CREATE INDEX i ON t (n)",
    )
    .await;
    let text = "-- no-transaction\nSET search_path = s, public;\nDROP INDEX CONCURRENTLY i;\n";
    let set = set(&[("1_a.postgres.sql", text)]);
    let broken = "-- no-transaction\nSET search_path = s, public;\nSELECT nowhere;\n";
    Migrator::new(tests::set(&[("1_a.postgres.sql", broken)]))
        .run(&db.pool)
        .await
        .unwrap_err();
    recorded_as(&db, set).await;
    let dropped = db.ask_one("SELECT to_regclass('s.i')::oid::text").await;
    db.tell("DROP INDEX s.i").await;
    dies(&db, "2020-01-01T00:00:00").await;
    was_there_before(&db, &dropped).await;
    Migrator::new(set).run(&db.pool).await.unwrap();
    assert_eq!(
        db.ask_one("SELECT (to_regclass('public.i') IS NOT NULL)::text")
            .await,
        "true"
    );
}
