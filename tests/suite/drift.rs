//! Differences between set and history, and a history that is not ours.

use embed_migrations::{
    Dialect, DifferenceKind, ErrorKind, Key, Migrator, Policies, Policy, State,
};
use tests::{Backend, Fresh, on_every_engine, set};

on_every_engine!(
    an_edited_script_is_refused
    line_ends_and_byte_order_mark_are_no_edit
    a_removed_script_is_refused
    an_old_replica_starts_and_says_so
    every_difference_is_told_at_once
    another_migration_under_an_applied_version_is_named
    a_half_applied_migration_that_is_gone_is_not_called_applied
    a_script_for_another_dialect_says_why_it_cannot_run
    a_set_for_other_dialects_is_refused_in_one_clause
    a_tampered_row_is_an_error_and_nothing_runs
    a_history_of_a_later_release_is_an_error
    the_history_of_another_tool_is_an_error
    two_histories_live_side_by_side
);

const A: (&str, &str) = ("1_a.sql", "CREATE TABLE a (n INTEGER);\n");
const B: (&str, &str) = ("2_b.sql", "CREATE TABLE b (n INTEGER);\n");
const C: (&str, &str) = ("3_c.sql", "CREATE TABLE c (n INTEGER);\n");

async fn an_edited_script_is_refused<DB: Backend>(db: Fresh<DB>) {
    Migrator::new(set(&[A])).run(&db.pool).await.unwrap();
    let edited = set(&[("1_a.sql", "CREATE TABLE a (n INTEGER, m INTEGER);\n"), B]);
    let status = Migrator::new(edited).status(&db.pool).await.unwrap();
    assert_eq!(status.to_string(), "1  a  modified\n2  b  pending");
    let error = Migrator::new(edited).run(&db.pool).await.unwrap_err();
    assert!(error.is_difference());
    assert_eq!(error.differences()[0].kind(), DifferenceKind::Modified);
    assert_eq!(
        error.hints(),
        [
            "restore the file and put the change into a new migration; where the edit means nothing to the database, `repair` accepts it; \
         or set the policy `modified`"
        ]
    );
    assert_eq!(db.tables().await, ["a"]);
    let policies = Policies::default().modified(Policy::Allow);
    let report = Migrator::new(edited)
        .policies(policies)
        .run(&db.pool)
        .await
        .unwrap();
    assert_eq!((report.applied().len(), report.warnings().len()), (1, 0));
}

async fn line_ends_and_byte_order_mark_are_no_edit<DB: Backend>(db: Fresh<DB>) {
    Migrator::new(set(&[A])).run(&db.pool).await.unwrap();
    let windows = set(&[("1_a.sql", "\u{FEFF}CREATE TABLE a (n INTEGER);\r\n")]);
    assert!(
        Migrator::new(windows)
            .run(&db.pool)
            .await
            .unwrap()
            .applied()
            .is_empty()
    );
}

async fn a_removed_script_is_refused<DB: Backend>(db: Fresh<DB>) {
    Migrator::new(set(&[A, B])).run(&db.pool).await.unwrap();
    let without = set(&[A, C]);
    let error = Migrator::new(without).run(&db.pool).await.unwrap_err();
    assert_eq!(error.differences()[0].kind(), DifferenceKind::Missing);
    let status = Migrator::new(without).status(&db.pool).await.unwrap();
    assert_eq!(status.in_state(State::Missing).count(), 1);
    let policies = Policies::default().missing(Policy::Warn);
    let report = Migrator::new(without)
        .policies(policies)
        .run(&db.pool)
        .await
        .unwrap();
    assert_eq!(report.warnings()[0].key(), Some(&Key::from(2)));
}

async fn an_old_replica_starts_and_says_so<DB: Backend>(db: Fresh<DB>) {
    Migrator::new(set(&[A, B])).run(&db.pool).await.unwrap();
    let old = set(&[A]);
    let report = Migrator::new(old).run(&db.pool).await.unwrap();
    assert_eq!(report.warnings()[0].kind(), DifferenceKind::Ahead);
    assert!(
        report.to_string().contains("newer than this program knows"),
        "{report}"
    );
    let policies = Policies::default().ahead(Policy::Error);
    let error = Migrator::new(old)
        .policies(policies)
        .run(&db.pool)
        .await
        .unwrap_err();
    assert!(error.is_difference());
}

async fn every_difference_is_told_at_once<DB: Backend>(db: Fresh<DB>) {
    Migrator::new(set(&[A, C])).run(&db.pool).await.unwrap();
    let all = set(&[B, ("3_c.sql", "-- edited\nCREATE TABLE c (n INTEGER);\n")]);
    let error = Migrator::new(all).run(&db.pool).await.unwrap_err();
    let kinds: Vec<_> = error
        .differences()
        .iter()
        .map(embed_migrations::Difference::kind)
        .collect();
    assert_eq!(
        kinds,
        [
            DifferenceKind::Missing,
            DifferenceKind::Modified,
            DifferenceKind::OutOfOrder
        ]
    );
}

async fn a_tampered_row_is_an_error_and_nothing_runs<DB: Backend>(db: Fresh<DB>) {
    Migrator::new(set(&[A])).run(&db.pool).await.unwrap();
    for (column, value) in [
        ("state", "'finished'"),
        ("version", "'one'"),
        ("checksum", "'00'"),
        ("kind", "'odd'"),
    ] {
        let before = db
            .ask_one(&format!("SELECT {column} FROM _embed_migrations"))
            .await;
        db.tell(&format!("UPDATE _embed_migrations SET {column} = {value}"))
            .await;
        let error = Migrator::new(set(&[A, B])).run(&db.pool).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::History, "{error}");
        assert!(
            error
                .to_string()
                .contains(&format!("in the column `{column}`")),
            "{error}"
        );
        db.tell(&format!(
            "UPDATE _embed_migrations SET {column} = '{before}'"
        ))
        .await;
    }
    assert_eq!(db.tables().await, ["a"]);
}

async fn a_history_of_a_later_release_is_an_error<DB: Backend>(db: Fresh<DB>) {
    Migrator::new(set(&[A])).run(&db.pool).await.unwrap();
    db.tell("UPDATE _embed_migrations SET format = 2").await;
    let error = Migrator::new(set(&[A, B])).run(&db.pool).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::History);
    assert_eq!(
        error.to_string(),
        "the history table `_embed_migrations` was written in format 2, and this program knows up to 1"
    );
    assert_eq!(db.tables().await, ["a"]);
}

async fn the_history_of_another_tool_is_an_error<DB: Backend>(db: Fresh<DB>) {
    db.tell("CREATE TABLE _sqlx_migrations (version BIGINT)")
        .await;
    db.tell("INSERT INTO _sqlx_migrations VALUES (1)").await;
    let status = Migrator::new(set(&[A])).status(&db.pool).await.unwrap();
    let foreign = status.foreign_history.unwrap();
    assert_eq!(foreign.kind(), DifferenceKind::ForeignHistory);
    let error = Migrator::new(set(&[A])).run(&db.pool).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::ForeignHistory);
    assert!(error.to_string().contains("sqlx"), "{error}");
    assert!(!db.has_history().await);
    let migrator =
        Migrator::new(set(&[A])).policies(Policies::DEFAULT.foreign_history(Policy::Allow));
    assert_eq!(migrator.run(&db.pool).await.unwrap().applied().len(), 1);
    assert!(
        Migrator::new(set(&[A]))
            .run(&db.pool)
            .await
            .unwrap()
            .applied()
            .is_empty()
    );
}

async fn two_histories_live_side_by_side<DB: Backend>(db: Fresh<DB>) {
    Migrator::new(set(&[A])).run(&db.pool).await.unwrap();
    let other = Migrator::new(set(&[("1_other.sql", B.1)])).table("other_history");
    assert_eq!(other.run(&db.pool).await.unwrap().applied().len(), 1);
    assert!(
        Migrator::new(set(&[A]))
            .run(&db.pool)
            .await
            .unwrap()
            .applied()
            .is_empty()
    );
}

async fn another_migration_under_an_applied_version_is_named<DB: Backend>(db: Fresh<DB>) {
    Migrator::new(set(&[A])).run(&db.pool).await.unwrap();
    let error = Migrator::new(set(&[("1_other.sql", B.1)]))
        .run(&db.pool)
        .await
        .unwrap_err();
    assert_eq!(error.differences()[0].kind(), DifferenceKind::Replaced);
    assert!(
        error.to_string().ends_with(
            "version 1 is applied as `a`, and `other` is another migration: migrations/1_other.sql"
        ),
        "{error}"
    );
}

async fn a_half_applied_migration_that_is_gone_is_not_called_applied<DB: Backend>(db: Fresh<DB>) {
    let broken = (
        "2_b.sql",
        "-- no-transaction\nCREATE TABLE b (n INTEGER);\nINSERT INTO nowhere VALUES (1);\n",
    );
    Migrator::new(set(&[A, broken]))
        .run(&db.pool)
        .await
        .unwrap_err();
    let without = Migrator::new(set(&[A]));
    let report = without.run(&db.pool).await.unwrap();
    assert_eq!(
        report.warnings()[0].to_string(),
        "migration 2 b failed after 1 of 2 statements, and is newer than this program knows"
    );
    let status = without.status(&db.pool).await.unwrap();
    assert_eq!(status.in_state(State::Failed).count(), 1);
    assert!(!status.is_current());
}

async fn a_script_for_another_dialect_says_why_it_cannot_run<DB: Backend>(db: Fresh<DB>) {
    let script = match DB::DIALECT {
        Dialect::Postgres | Dialect::Sqlite => "CREATE TABLE a (n INTEGER);\nSELECT 'it\\'s';\n",
        Dialect::MySql => "CREATE TABLE a (n INTEGER);\nSELECT $$it's$$;\n",
    };
    let error = Migrator::new(set(&[("1_a.sql", script)]))
        .run(&db.pool)
        .await
        .unwrap_err();
    let text = error.to_string();
    assert!(
        text.starts_with("the program has no script for this engine: migration 1 a cannot run on "),
        "{text}"
    );
    assert!(
        text.contains(": migrations/1_a.sql:2:") && text.ends_with("is never closed"),
        "{text}"
    );
    assert!(!db.has_history().await);
}

async fn a_set_for_other_dialects_is_refused_in_one_clause<DB: Backend>(db: Fresh<DB>) {
    let others = Dialect::ALL.into_iter();
    let others: Vec<Dialect> = others.filter(|dialect| *dialect != DB::DIALECT).collect();
    let files = others.iter().flat_map(|dialect| {
        [(1, A.1), (2, B.1)]
            .map(|(version, sql)| (format!("{version}_t.{}.sql", dialect.name()), sql))
    });
    let files: Vec<(String, &str)> = files.collect();
    let files: Vec<(&str, &str)> = files.iter().map(|(name, sql)| (&**name, *sql)).collect();
    let migrator = Migrator::new(set(&files));
    let error = migrator.run(&db.pool).await.unwrap_err();
    assert_eq!(
        error.to_string(),
        format!(
            "the program has no script for this engine: the set `default` is for {} and {}, and this is {}",
            others[0],
            others[1],
            DB::DIALECT
        )
    );
    assert_eq!(error.differences()[0].kind(), DifferenceKind::NoScript);
    assert!(!db.has_history().await);
}
