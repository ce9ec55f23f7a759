//! A history that somebody else wrote to: each trace of that is an error of its own, and nothing is run.

use std::collections::BTreeSet;

use embed_migrations::{Error, Migrator};
use tests::{Backend, Fresh, on_every_engine, reversible, set};

on_every_engine!(
    each_way_of_tampering_is_an_error_of_its_own_and_nothing_is_run
    a_lost_history_is_not_run_again
    a_lost_row_of_the_newest_migration_is_not_run_again
    a_table_that_a_migration_takes_away_before_may_be_there
    what_is_there_may_be_recorded_instead
);

/// Two migrations are applied, and a third is pending.
async fn applied<DB: Backend>(db: &Fresh<DB>) -> Migrator {
    Migrator::new(reversible(&["a", "b"]))
        .run(&db.pool)
        .await
        .unwrap();
    Migrator::new(reversible(&["a", "b", "c"]))
}

async fn refuses<DB: Backend>(db: &Fresh<DB>, migrator: &Migrator) -> Error {
    let sql = "SELECT * FROM _embed_migrations";
    let before = if db.has_history().await {
        db.ask(&sql.replace('*', "version, state, checksum")).await
    } else {
        Vec::new()
    };
    let error = migrator.run(&db.pool).await.unwrap_err();
    assert_eq!(db.tables().await, ["a", "b"], "{error}");
    if db.has_history().await {
        let after = db.ask(&sql.replace('*', "version, state, checksum")).await;
        assert_eq!(after, before, "{error}");
    }
    error
}

async fn each_way_of_tampering_is_an_error_of_its_own_and_nothing_is_run<DB: Backend>(
    db: Fresh<DB>,
) {
    let _ = db;
    let newest = "WHERE version = '2'";
    let mut told = BTreeSet::new();
    let ways = [
        (
            "deleted",
            "DELETE FROM _embed_migrations WHERE version = '1'".to_owned(),
        ),
        (
            "edited checksum",
            format!(
                "UPDATE _embed_migrations SET checksum = '{}' {newest}",
                "0".repeat(64)
            ),
        ),
        (
            "edited name",
            format!(
                "UPDATE _embed_migrations SET name = 'other' , checksum = '{}' {newest}",
                "0".repeat(64)
            ),
        ),
        (
            "another version",
            format!("UPDATE _embed_migrations SET version = '1.5' {newest}"),
        ),
        (
            "nonsense state",
            format!("UPDATE _embed_migrations SET state = 'done' {newest}"),
        ),
        (
            "nonsense version",
            format!("UPDATE _embed_migrations SET version = 'two' {newest}"),
        ),
        (
            "nonsense checksum",
            format!("UPDATE _embed_migrations SET checksum = 'x' {newest}"),
        ),
        (
            "not all done",
            format!(
                "UPDATE _embed_migrations SET statements_done = 0, statements_sent = 0 {newest}"
            ),
        ),
        (
            "more done than there are",
            format!(
                "UPDATE _embed_migrations SET statements_done = 9, statements_sent = 9 {newest}"
            ),
        ),
        (
            "under way for ever",
            format!("UPDATE _embed_migrations SET state = 'running', claim = 'x' {newest}"),
        ),
        (
            "claimed and applied",
            format!(
                "UPDATE _embed_migrations SET claim = 'x', claimed_until = '2020-01-01T00:00:00' {newest}"
            ),
        ),
        (
            "since never",
            format!("UPDATE _embed_migrations SET applied_at = NULL {newest}"),
        ),
        (
            "from the future",
            format!("UPDATE _embed_migrations SET format = 2 {newest}"),
        ),
        (
            "from before the first",
            format!("UPDATE _embed_migrations SET format = 0 {newest}"),
        ),
        (
            "of another kind",
            format!("UPDATE _embed_migrations SET kind = 'repeatable' {newest}"),
        ),
        ("dropped", "DROP TABLE _embed_migrations".to_owned()),
    ];
    for (way, sql) in ways {
        let db = DB::fresh().await;
        let migrator = applied(&db).await;
        db.tell(&sql).await;
        let error = refuses(&db, &migrator).await;
        assert!(!error.hints().is_empty(), "{way}: {error}");
        assert!(told.insert(error.to_string()), "{way}: {error}");
        db.pool.close().await;
    }
    let db = DB::fresh().await;
    let migrator = applied(&db).await;
    duplicate(&db).await;
    let error = refuses(&db, &migrator).await;
    assert!(error.to_string().contains("two rows for 2"), "{error}");
    assert!(told.insert(error.to_string()));
}

/// A second row of the newest migration, in a table that has lost its key.
async fn duplicate<DB: Backend>(db: &Fresh<DB>) {
    db.tell(
        "CREATE TABLE copy AS SELECT * FROM _embed_migrations; DROP TABLE _embed_migrations; \
         CREATE TABLE _embed_migrations AS SELECT * FROM copy; \
         INSERT INTO _embed_migrations SELECT * FROM copy WHERE version = '2'; DROP TABLE copy",
    )
    .await;
}

async fn a_lost_history_is_not_run_again<DB: Backend>(db: Fresh<DB>) {
    let migrator = applied(&db).await;
    db.tell("DROP TABLE _embed_migrations").await;
    let error = refuses(&db, &migrator).await;
    assert!(
        error
            .to_string()
            .starts_with("the database has the table `a` already, which migration 1 a creates at migrations/1_a.up.sql:1"),
        "{error}"
    );
    assert!(!db.has_history().await, "nothing is written either");
    // A mistyped name of the history is the same.
    let elsewhere = applied(&DB::fresh().await).await.table("mistyped");
    migrator.baseline(&db.pool, 2).await.unwrap();
    let error = elsewhere.run(&db.pool).await.unwrap_err();
    assert!(
        error.to_string().contains("mistyped` does not have"),
        "{error}"
    );
}

async fn a_lost_row_of_the_newest_migration_is_not_run_again<DB: Backend>(db: Fresh<DB>) {
    let migrator = applied(&db).await;
    db.tell("DELETE FROM _embed_migrations WHERE version = '2'")
        .await;
    let error = refuses(&db, &migrator).await;
    assert!(
        error
            .to_string()
            .contains("the table `b` already, which migration 2 b creates"),
        "{error}"
    );
}

async fn a_table_that_a_migration_takes_away_before_may_be_there<DB: Backend>(db: Fresh<DB>) {
    db.tell("CREATE TABLE a (n INTEGER); CREATE TABLE b (n INTEGER)")
        .await;
    let set = set(&[
        (
            "1_a.sql",
            "DROP TABLE a;\nCREATE TABLE a (n INTEGER, m INTEGER);\n",
        ),
        ("2_b.sql", "CREATE TABLE IF NOT EXISTS b (n INTEGER);\n"),
    ]);
    Migrator::new(set).run(&db.pool).await.unwrap();
    assert_eq!(db.tables().await, ["a", "b"]);
}

async fn what_is_there_may_be_recorded_instead<DB: Backend>(db: Fresh<DB>) {
    let migrator = applied(&db).await;
    db.tell("DROP TABLE _embed_migrations").await;
    migrator.baseline(&db.pool, 2).await.unwrap();
    assert_eq!(migrator.run(&db.pool).await.unwrap().applied().len(), 1);
    assert_eq!(db.tables().await, ["a", "b", "c"]);
}
