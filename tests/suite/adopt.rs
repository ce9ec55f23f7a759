//! Taking over the history of another tool.

use embed_migrations::{
    Dialect, DifferenceKind, ErrorKind, History, Key, Migrator, Policies, Policy, State, Via,
};
use tests::{Backend, Fresh, on_every_engine, set};

on_every_engine!(
    what_sqlx_applied_is_taken_over_and_the_rest_is_run
    what_sqlx_applied_with_another_text_is_refused
    what_the_program_does_not_have_is_refused
    what_failed_elsewhere_is_refused
    a_history_that_is_not_there_is_named
    adopting_again_changes_nothing
    one_row_of_golang_migrate_stands_for_all_below
    what_goose_reverted_is_pending
    what_flyway_undid_is_pending
    what_flyway_deleted_is_not_missed
    what_failed_in_flyway_is_refused
    a_baseline_of_flyway_stands_for_all_below
);

const A: (&str, &str) = ("1_a.sql", "SELECT 1;");
const B: (&str, &str) = ("2_b.sql", "SELECT 2;");
const C: (&str, &str) = ("3_c.sql", "CREATE TABLE c (n INTEGER);");

/// SHA-384 of the texts of A and B: `printf 'SELECT 1;' | sha384sum`.
const SHA_A: &str = "26e71cc37450b183fb5bb72ec4f644ed27de1b55fad3d4d6cfb0ca0d71f42ca990911d74649814105a190325e15d2092";
const SHA_B: &str = "8d0f5fd04a6a06f91a39dc080b4f5087ef3b41a3cc654a6a20f84d7f90e2e20aefa0fbe122f2f209598c01747c12fb15";

/// sqlx's table with these rows, as it makes them.
async fn sqlx<DB: Backend>(db: &Fresh<DB>, rows: &[(u32, bool, &str)]) {
    let bytes = match DB::DIALECT {
        Dialect::Postgres => "BYTEA",
        Dialect::MySql | Dialect::Sqlite => "BLOB",
    };
    db.tell(&format!(
        "CREATE TABLE _sqlx_migrations (version BIGINT PRIMARY KEY, description TEXT NOT NULL, \
         installed_on TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP, success BOOLEAN NOT NULL, \
         checksum {bytes} NOT NULL, execution_time BIGINT NOT NULL)"
    ))
    .await;
    for (version, success, sha) in rows {
        let sha = match DB::DIALECT {
            Dialect::Postgres => format!("'\\x{sha}'"),
            Dialect::MySql | Dialect::Sqlite => format!("X'{sha}'"),
        };
        db.tell(&format!(
            "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time) \
             VALUES ({version}, 'x', {success}, {sha}, 1)"
        ))
        .await;
    }
}

async fn what_sqlx_applied_is_taken_over_and_the_rest_is_run<DB: Backend>(db: Fresh<DB>) {
    sqlx(&db, &[(1, true, SHA_A), (2, true, SHA_B)]).await;
    let migrator = Migrator::new(set(&[A, B, C]));
    let error = migrator.run(&db.pool).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::ForeignHistory);
    assert!(error.hints().concat().contains("`adopt`"), "{error:?}");
    let report = migrator.adopt(&db.pool, History::Sqlx).await.unwrap();
    let recorded: Vec<_> = report.recorded().iter().map(|of| of.via()).collect();
    assert_eq!(recorded, [Via::Adopt, Via::Adopt]);
    let report = migrator.run(&db.pool).await.unwrap();
    assert_eq!(report.applied().len(), 1);
    let status = migrator.status(&db.pool).await.unwrap();
    assert_eq!(status.in_state(State::Applied).count(), 3);
    assert!(db.tables().await.contains(&"_sqlx_migrations".to_owned()));
}

async fn what_sqlx_applied_with_another_text_is_refused<DB: Backend>(db: Fresh<DB>) {
    sqlx(&db, &[(1, true, SHA_B)]).await;
    let migrator = Migrator::new(set(&[A, C]));
    let error = migrator.adopt(&db.pool, History::Sqlx).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Difference);
    assert_eq!(error.differences()[0].kind(), DifferenceKind::Modified);
    assert!(error.to_string().ends_with("migrations/1_a.sql"), "{error}");
    assert!(!db.has_history().await);
    let lenient = migrator.policies(Policies::DEFAULT.modified(Policy::Warn));
    let report = lenient.adopt(&db.pool, History::Sqlx).await.unwrap();
    assert_eq!(report.recorded().len(), 1);
    assert_eq!(
        report.warnings()[0].to_string(),
        "migration 1 a is not the text that sqlx has applied: migrations/1_a.sql"
    );
}

async fn what_the_program_does_not_have_is_refused<DB: Backend>(db: Fresh<DB>) {
    sqlx(&db, &[(1, true, SHA_A), (7, true, SHA_B)]).await;
    let migrator = Migrator::new(set(&[A, C]));
    let error = migrator.adopt(&db.pool, History::Sqlx).await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "the database's history does not fit this program: sqlx has applied 7, and it is not in this program"
    );
    assert!(!db.has_history().await);
    let lenient = migrator.policies(Policies::DEFAULT.missing(Policy::Allow));
    let report = lenient.adopt(&db.pool, History::Sqlx).await.unwrap();
    assert_eq!(report.recorded().len(), 1);
    assert!(report.warnings().is_empty());
    assert_eq!(report.allowed()[0].key(), Some(&Key::from(7)));
}

async fn what_failed_elsewhere_is_refused<DB: Backend>(db: Fresh<DB>) {
    sqlx(&db, &[(1, false, SHA_A)]).await;
    let migrator = Migrator::new(set(&[A, C]));
    let error = migrator.adopt(&db.pool, History::Sqlx).await.unwrap_err();
    assert!(error.to_string().ends_with("says that 1 failed"), "{error}");
    assert!(!db.has_history().await);
}

async fn a_history_that_is_not_there_is_named<DB: Backend>(db: Fresh<DB>) {
    let migrator = Migrator::new(set(&[A]));
    let adopted = migrator.adopt(&db.pool, History::Refinery).await;
    let error = adopted.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::ForeignHistory);
    assert!(
        error.to_string().contains("`refinery_schema_history`"),
        "{error}"
    );
}

async fn adopting_again_changes_nothing<DB: Backend>(db: Fresh<DB>) {
    sqlx(&db, &[(1, true, SHA_A)]).await;
    let migrator = Migrator::new(set(&[A, C]));
    migrator.adopt(&db.pool, History::Sqlx).await.unwrap();
    migrator.run(&db.pool).await.unwrap();
    let before = migrator.history(&db.pool).await.unwrap();
    let report = migrator.adopt(&db.pool, History::Sqlx).await.unwrap();
    assert!(report.steps().is_empty());
    assert_eq!(migrator.history(&db.pool).await.unwrap(), before);
}

async fn one_row_of_golang_migrate_stands_for_all_below<DB: Backend>(db: Fresh<DB>) {
    db.tell("CREATE TABLE schema_migrations (version BIGINT NOT NULL PRIMARY KEY, dirty BOOLEAN NOT NULL)")
        .await;
    db.tell("INSERT INTO schema_migrations VALUES (2, false)")
        .await;
    let migrator = Migrator::new(set(&[A, B, C]));
    let report = migrator.adopt(&db.pool, History::GolangMigrate).await;
    let keys: Vec<_> = report
        .unwrap()
        .steps()
        .iter()
        .map(|of| of.key().to_string())
        .collect();
    assert_eq!(keys, ["1", "2"]);
    db.tell("UPDATE schema_migrations SET dirty = true").await;
    let error = migrator.adopt(&db.pool, History::GolangMigrate).await;
    assert!(
        error
            .unwrap_err()
            .to_string()
            .ends_with("says that 2 failed")
    );
}

async fn what_goose_reverted_is_pending<DB: Backend>(db: Fresh<DB>) {
    db.tell(
        "CREATE TABLE goose_db_version (id INTEGER PRIMARY KEY, version_id BIGINT NOT NULL, \
         is_applied BOOLEAN NOT NULL, tstamp TIMESTAMP DEFAULT CURRENT_TIMESTAMP)",
    )
    .await;
    for (id, version, applied) in [(1, 0, true), (2, 1, true), (3, 2, true), (4, 2, false)] {
        db.tell(&format!(
            "INSERT INTO goose_db_version (id, version_id, is_applied) VALUES ({id}, {version}, {applied})"
        ))
        .await;
    }
    let migrator = Migrator::new(set(&[A, B, C]));
    migrator.adopt(&db.pool, History::Goose).await.unwrap();
    let status = migrator.status(&db.pool).await.unwrap();
    assert_eq!(
        status.to_string(),
        "1  a  applied\n2  b  pending\n3  c  pending"
    );
}

/// Flyway's table with these rows, as it makes them: version, type, success.
async fn flyway<DB: Backend>(db: &Fresh<DB>, rows: &[(&str, &str, bool)]) {
    db.tell(
        "CREATE TABLE flyway_schema_history (installed_rank INTEGER NOT NULL PRIMARY KEY, version VARCHAR(50), \
         description VARCHAR(200) NOT NULL, type VARCHAR(20) NOT NULL, script VARCHAR(1000) NOT NULL, \
         checksum INTEGER, installed_by VARCHAR(100) NOT NULL, installed_on TIMESTAMP DEFAULT CURRENT_TIMESTAMP, \
         execution_time INTEGER NOT NULL, success BOOLEAN NOT NULL)",
    )
    .await;
    for (index, (version, kind, success)) in rows.iter().enumerate() {
        let rank = index + 1;
        db.tell(&format!(
            "INSERT INTO flyway_schema_history \
             (installed_rank, version, description, type, script, checksum, installed_by, execution_time, success) \
             VALUES ({rank}, {version}, 'x', '{kind}', 'x', 1, 'ann', 1, {success})"
        ))
        .await;
    }
}

async fn what_flyway_undid_is_pending<DB: Backend>(db: Fresh<DB>) {
    flyway(
        &db,
        &[
            ("NULL", "SCHEMA", true),
            ("'1'", "SQL", true),
            ("'2'", "SQL", true),
            ("'3'", "SQL", true),
            ("'3'", "UNDO_SQL", true),
            ("'2'", "UNDO_JDBC", true),
            ("'2'", "SQL", true),
        ],
    )
    .await;
    let migrator = Migrator::new(set(&[A, B, C]));
    migrator.adopt(&db.pool, History::Flyway).await.unwrap();
    let status = migrator.status(&db.pool).await.unwrap();
    assert_eq!(
        status.to_string(),
        "1  a  applied\n2  b  applied\n3  c  pending"
    );
    migrator.run(&db.pool).await.unwrap();
    assert!(db.tables().await.contains(&"c".to_owned()));
}

async fn what_flyway_deleted_is_not_missed<DB: Backend>(db: Fresh<DB>) {
    flyway(
        &db,
        &[
            ("'1'", "SQL", true),
            ("'2'", "SQL", true),
            ("'7'", "SQL", true),
            ("'7'", "DELETE", true),
            ("'2'", "DELETE", true),
        ],
    )
    .await;
    let migrator = Migrator::new(set(&[A, B]));
    let report = migrator.adopt(&db.pool, History::Flyway).await.unwrap();
    let keys: Vec<_> = report.recorded().iter().map(|of| of.label()).collect();
    assert_eq!(keys, ["1"], "what is here again is pending");
}

async fn what_failed_in_flyway_is_refused<DB: Backend>(db: Fresh<DB>) {
    flyway(&db, &[("'1'", "SQL", true), ("'1'", "UNDO_SQL", false)]).await;
    let migrator = Migrator::new(set(&[A, B]));
    let error = migrator.adopt(&db.pool, History::Flyway).await.unwrap_err();
    assert_eq!(
        error.differences()[0].kind(),
        DifferenceKind::FailedElsewhere
    );
    assert!(error.to_string().ends_with("says that 1 failed"), "{error}");
    assert!(!db.has_history().await);
}

async fn a_baseline_of_flyway_stands_for_all_below<DB: Backend>(db: Fresh<DB>) {
    // As `flyway baseline -baselineVersion=1.5` writes it; no file has that version.
    flyway(&db, &[("'1.5'", "BASELINE", true), ("'2'", "SQL", true)]).await;
    let migrator = Migrator::new(set(&[A, B, C]));
    migrator.adopt(&db.pool, History::Flyway).await.unwrap();
    let status = migrator.status(&db.pool).await.unwrap();
    assert_eq!(
        status.to_string(),
        "1  a  applied\n2  b  applied\n3  c  pending"
    );
}
