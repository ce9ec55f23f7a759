//! Repeatables, and directories with a folder for each dialect.

use embed_migrations::{DifferenceKind, ErrorKind, Key, MigrationSet, Migrator, State, Target};
use tests::{Backend, Fresh, on_every_engine, set};
use tokio::task::JoinSet;

on_every_engine!(
    a_repeatable_is_applied_after_the_migrations_in_the_order_of_names
    an_edited_repeatable_is_applied_again_and_an_unchanged_one_is_not
    a_repeatable_that_fails_leaves_what_was_there
    starters_with_one_edit_apply_it_once
    an_old_program_does_not_put_its_repeatable_back
    a_repeatable_that_is_gone_leaves_what_it_made
    a_target_leaves_repeatables_alone
    a_repeatable_without_a_transaction_is_applied_again
    a_half_applied_repeatable_may_be_put_back_or_edited_but_not_forgotten
    each_dialect_has_the_migrations_of_its_folder
    a_set_of_other_dialects_is_refused
);

const LOG: (&str, &str) = ("V1__log.sql", "CREATE TABLE log (line VARCHAR(20));");

fn set_with(repeatable: &str) -> &'static MigrationSet {
    set(&[LOG, ("R__note.sql", repeatable)])
}

fn note(line: &str) -> String {
    format!("INSERT INTO log VALUES ('{line}');")
}

async fn log<DB: Backend>(db: &Fresh<DB>) -> Vec<String> {
    db.ask("SELECT line FROM log ORDER BY line").await.concat()
}

async fn a_repeatable_is_applied_after_the_migrations_in_the_order_of_names<DB: Backend>(
    db: Fresh<DB>,
) {
    let set = set(&[
        ("R__b.sql", "INSERT INTO log VALUES ('b')"),
        ("R__a.sql", "INSERT INTO log VALUES ('a')"),
        LOG,
    ]);
    let migrator = Migrator::new(set);
    let plan = migrator.plan(&db.pool).await.unwrap().to_string();
    assert!(plan.contains("apply R__a: 1 statement of"), "{plan}");
    let report = migrator.run(&db.pool).await.unwrap();
    let applied: Vec<String> = report
        .applied()
        .iter()
        .map(|a| a.key().to_string())
        .collect();
    assert_eq!(applied, ["1", "R__a", "R__b"]);
    assert_eq!(log(&db).await, ["a", "b"]);
    assert!(migrator.status(&db.pool).await.unwrap().is_current());
    let history = migrator.history(&db.pool).await.unwrap();
    let kinds: Vec<_> = history.iter().map(|row| row.key.kind().name()).collect();
    assert_eq!(kinds, ["versioned", "repeatable", "repeatable"]);
    assert_eq!(
        migrator.version(&db.pool).await.unwrap(),
        Some(1.into()),
        "a repeatable is no version"
    );
}

async fn an_edited_repeatable_is_applied_again_and_an_unchanged_one_is_not<DB: Backend>(
    db: Fresh<DB>,
) {
    let first = Migrator::new(set_with(&note("1")));
    first.run(&db.pool).await.unwrap();
    assert!(first.run(&db.pool).await.unwrap().applied().is_empty());

    let second = Migrator::new(set_with(&note("2")));
    let status = second.status(&db.pool).await.unwrap();
    assert_eq!(status.in_state(State::Pending).count(), 1);
    assert_eq!(second.run(&db.pool).await.unwrap().applied().len(), 1);
    assert!(second.run(&db.pool).await.unwrap().applied().is_empty());
    assert_eq!(log(&db).await, ["1", "2"]);
    assert_eq!(second.history(&db.pool).await.unwrap().len(), 2);
}

async fn a_repeatable_that_fails_leaves_what_was_there<DB: Backend>(db: Fresh<DB>) {
    Migrator::new(set_with(&note("1")))
        .run(&db.pool)
        .await
        .unwrap();
    let broken = Migrator::new(set_with(&format!("{} SELECT nope;", note("2"))));
    let error = broken.run(&db.pool).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Statement);
    assert!(
        error.to_string().starts_with("migration R__note failed at"),
        "{error}"
    );
    assert_eq!(
        log(&db).await,
        ["1"],
        "the rows of a data script are rolled back"
    );
    let history = broken.history(&db.pool).await.unwrap();
    assert_eq!(history.len(), 2, "the earlier row is still there");

    let mended = Migrator::new(set_with(&note("3")));
    mended.run(&db.pool).await.unwrap();
    assert_eq!(log(&db).await, ["1", "3"]);
}

async fn starters_with_one_edit_apply_it_once<DB: Backend>(db: Fresh<DB>) {
    Migrator::new(set_with(&note("1")))
        .run(&db.pool)
        .await
        .unwrap();
    let edited = set_with(&note("2"));
    let mut starters = JoinSet::new();
    for _ in 0..8 {
        let pool = db.pool.clone();
        starters.spawn(async move { Migrator::new(edited).run(&pool).await });
    }
    let mut applied = 0;
    while let Some(ended) = starters.join_next().await {
        applied += ended.unwrap().unwrap().applied().len();
    }
    assert_eq!(applied, 1);
    assert_eq!(log(&db).await, ["1", "2"]);
}

async fn an_old_program_does_not_put_its_repeatable_back<DB: Backend>(db: Fresh<DB>) {
    let old = Migrator::new(set_with(&note("old")));
    old.run(&db.pool).await.unwrap();
    let new = set(&[
        LOG,
        ("V2__more.sql", "CREATE TABLE more (n INT);"),
        ("R__note.sql", &note("new")),
    ]);
    Migrator::new(new).run(&db.pool).await.unwrap();
    let report = old.run(&db.pool).await.unwrap();
    assert!(report.applied().is_empty());
    assert_eq!(report.warnings()[0].kind(), DifferenceKind::Ahead);
    assert!(old.status(&db.pool).await.unwrap().is_current());
    assert_eq!(log(&db).await, ["new", "old"]);
}

async fn a_repeatable_that_is_gone_leaves_what_it_made<DB: Backend>(db: Fresh<DB>) {
    Migrator::new(set_with(&note("1")))
        .run(&db.pool)
        .await
        .unwrap();
    let without = Migrator::new(set(&[LOG]));
    let report = without.run(&db.pool).await.unwrap();
    assert!(report.applied().is_empty() && report.warnings().is_empty());
    let status = without.status(&db.pool).await.unwrap();
    assert!(status.is_current());
    let gone: Vec<&Key> = status
        .in_state(State::Missing)
        .map(|row| &row.key)
        .collect();
    assert_eq!(gone, [&"R__note".parse().unwrap()]);
}

async fn a_target_leaves_repeatables_alone<DB: Backend>(db: Fresh<DB>) {
    let set = set_with(&note("1"));
    let to_one = Migrator::new(set).target(Target::Version(1.into()));
    assert_eq!(to_one.run(&db.pool).await.unwrap().applied().len(), 1);
    assert_eq!(log(&db).await, [""; 0]);
    assert_eq!(
        Migrator::new(set)
            .run(&db.pool)
            .await
            .unwrap()
            .applied()
            .len(),
        1
    );
}

async fn a_repeatable_without_a_transaction_is_applied_again<DB: Backend>(db: Fresh<DB>) {
    let text = |line: &str| format!("-- no-transaction\n{}\n{}", note(line), note("each"));
    Migrator::new(set_with(&text("1")))
        .run(&db.pool)
        .await
        .unwrap();
    Migrator::new(set_with(&text("2")))
        .run(&db.pool)
        .await
        .unwrap();
    assert_eq!(log(&db).await, ["1", "2", "each", "each"]);
}

async fn a_half_applied_repeatable_may_be_put_back_or_edited_but_not_forgotten<DB: Backend>(
    db: Fresh<DB>,
) {
    let text = |lines: &[&str]| {
        let notes: Vec<String> = lines.iter().map(|line| note(line)).collect();
        format!("-- no-transaction\n{}", notes.join("\n"))
    };
    let good = Migrator::new(set_with(&text(&["a", "b"])));
    good.run(&db.pool).await.unwrap();
    let broken = set_with(&format!("{}\nSELECT nope;", text(&["c", "d"])));
    Migrator::new(broken).run(&db.pool).await.unwrap_err();

    let error = Migrator::new(set(&[LOG])).run(&db.pool).await.unwrap_err();
    assert!(
        error
            .to_string()
            .contains("migration R__note failed after 2 of 3 statements"),
        "{error}"
    );

    assert_eq!(good.run(&db.pool).await.unwrap().applied().len(), 1);
    assert_eq!(log(&db).await, ["a", "a", "b", "b", "c", "d"]);
    assert!(good.status(&db.pool).await.unwrap().is_current());

    Migrator::new(broken).run(&db.pool).await.unwrap_err();
    let mended = Migrator::new(set_with(&text(&["c", "d", "e"])));
    mended.run(&db.pool).await.unwrap();
    assert_eq!(
        log(&db).await,
        ["a", "a", "b", "b", "c", "c", "d", "d", "e"]
    );
}

fn folders() -> &'static MigrationSet {
    set(&[
        ("postgres/1_a.sql", "CREATE TABLE a (n INT);"),
        ("postgres/3_of_postgres.sql", "CREATE TABLE p (n INT);"),
        ("mysql/1_a.sql", "CREATE TABLE a (n INT);"),
        ("mysql/3_of_mysql.sql", "CREATE TABLE m (n INT);"),
        ("mysql/4_more.sql", "CREATE TABLE n (n INT);"),
        ("sqlite/1_a.sql", "CREATE TABLE a (n INT);"),
        ("sqlite/2_of_sqlite.sql", "CREATE TABLE s (n INT);"),
        ("5_of_all.sql", "CREATE TABLE z (n INT);"),
    ])
}

async fn each_dialect_has_the_migrations_of_its_folder<DB: Backend>(db: Fresh<DB>) {
    use embed_migrations::Dialect::{MySql, Postgres, Sqlite};
    let migrator = Migrator::new(folders());
    let report = migrator.run(&db.pool).await.unwrap();
    let names: Vec<&str> = report.applied().iter().map(|of| of.name()).collect();
    let (expected, tables): (&[_], &[_]) = match DB::DIALECT {
        Postgres => (&["a", "of_postgres", "of_all"], &["a", "p", "z"]),
        MySql => (&["a", "of_mysql", "more", "of_all"], &["a", "m", "n", "z"]),
        Sqlite => (&["a", "of_sqlite", "of_all"], &["a", "s", "z"]),
    };
    assert_eq!(names, expected);
    assert_eq!(db.tables().await, tables);
    assert!(migrator.run(&db.pool).await.unwrap().applied().is_empty());
    let status = migrator.status(&db.pool).await.unwrap();
    assert!(status.is_current());
    assert_eq!(status.migrations.len(), expected.len());
}

async fn a_set_of_other_dialects_is_refused<DB: Backend>(db: Fresh<DB>) {
    let others = embed_migrations::Dialect::ALL
        .into_iter()
        .filter(|dialect| *dialect != DB::DIALECT)
        .map(|dialect| format!("1_a.{}.sql", dialect.name()));
    let others: Vec<String> = others.collect();
    let files: Vec<(&str, &str)> = others
        .iter()
        .map(|name| (name.as_str(), "CREATE TABLE a (n INT);"))
        .chain([("2_b.sql", "CREATE TABLE b (n INT);")])
        .collect();
    let error = Migrator::new(set(&files)).run(&db.pool).await.unwrap_err();
    assert!(error.to_string().contains("has no script for"), "{error}");
    assert_eq!(db.tables().await, [""; 0]);
}
