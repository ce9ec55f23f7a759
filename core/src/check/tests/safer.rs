use super::*;

fn alone(sql: &str) -> String {
    format!("-- no-transaction\n{sql}")
}

#[test]
fn what_need_not_run_without_a_transaction_is_told_once() {
    for (sql, dialect) in [
        (
            "CREATE INDEX CONCURRENTLY a ON b (c); ALTER TABLE b ADD d INT",
            Postgres,
        ),
        (
            "ALTER TABLE b ADD d INT; VACUUM; UPDATE b SET d = 1",
            Postgres,
        ),
        ("ALTER TYPE a ADD VALUE 'x'; UPDATE b SET c = 'x'", Postgres),
        ("UPDATE a SET b = 1", Postgres),
        ("BEGIN; UPDATE a SET b = 1; COMMIT; DELETE FROM a", Postgres),
        (
            "PRAGMA foreign_keys = ON; CREATE TABLE a (b INT); DROP TABLE c",
            Sqlite,
        ),
    ] {
        let codes = codes(&alone(sql), &[dialect]);
        assert_eq!(codes, [Code::SaferInTransaction], "{sql}");
    }
}

#[test]
fn what_has_reasons_to_run_alone_or_leaves_nothing_behind_is_fine() {
    for (sql, dialect) in [
        (
            "CREATE INDEX CONCURRENTLY a ON b (c); DROP INDEX CONCURRENTLY d",
            Postgres,
        ),
        (
            "SET lock_timeout = '1s'; VACUUM; RESET lock_timeout; ANALYZE a; SELECT 1; SHOW b",
            Postgres,
        ),
        (
            "ALTER TYPE a ADD VALUE 'x'; ALTER TYPE a ADD VALUE 'y'",
            Postgres,
        ),
        ("ALTER TABLE a VALIDATE CONSTRAINT b", Postgres),
        ("CALL a(); DO $$ BEGIN COMMIT; END $$", Postgres),
        ("BEGIN; UPDATE a SET b = 1; COMMIT; VACUUM a", Postgres),
        ("DROP SUBSCRIPTION a", Postgres),
        ("VACUUM; PRAGMA optimize", Sqlite),
        ("CREATE TABLE a (b INT); UPDATE c SET d = 1", MySql),
        ("CREATE DATABASE a; CREATE TABLE a.b (c INT)", MySql),
    ] {
        let codes = codes(&alone(sql), &[dialect]);
        assert!(!codes.contains(&Code::SaferInTransaction), "{sql}");
    }
    assert_eq!(codes("UPDATE a SET b = 1", &Dialect::ALL), []);
}

#[test]
fn without_a_dialect_it_is_told_where_mysql_is_not_meant() {
    let sql = alone("CREATE INDEX CONCURRENTLY a ON b (c); ALTER TABLE b ADD d INT");
    assert_eq!(codes(&sql, &Dialect::ALL), [Code::SaferInTransaction]);
    assert_eq!(codes(&alone("UPDATE a SET b = 1"), &Dialect::ALL), []);
}

#[test]
fn the_mend_is_that_of_the_case() {
    let hint = |sql: &str, dialect| only(&alone(sql), &[dialect]).hints()[0].clone();
    assert!(hint("VACUUM; DROP TABLE a", Postgres).starts_with("move it"));
    assert!(hint("VACUUM; DROP TABLE a", Sqlite).starts_with("write `BEGIN`"));
    assert!(hint("DROP TABLE a", Postgres).starts_with("remove `-- no-transaction`"));
    let source = Source {
        transaction: Some(false),
        ..source("DROP TABLE a")
    };
    let Checked { mistakes, .. } = check(&source, Readers::Some(&[Postgres]));
    assert!(mistakes[0].hints()[0].starts_with("let the script run"));
}
