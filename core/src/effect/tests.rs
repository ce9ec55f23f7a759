use super::*;
use Dialect::{MySql, Postgres, Sqlite};

/// What a statement creates or drops: schema, table and name, as `s.a.b`, with `-` for what it does not name.
fn told(sql: &str, dialect: Dialect) -> String {
    let (what, of) = match effect(sql, dialect) {
        Some(Effect::Creates(object)) => ("creates", object),
        Some(Effect::Drops(object)) => ("drops", object),
        other => panic!("{sql}: {other:?}"),
    };
    let or = |part: Option<String>| part.unwrap_or("-".to_owned());
    let kind = format!("{:?}", of.kind).to_lowercase();
    format!(
        "{what} {kind} {}.{}.{}",
        or(of.schema),
        or(of.table),
        of.name
    )
}

#[test]
fn what_is_created_is_told_by_its_words() {
    for (sql, dialect, expected) in [
        ("CREATE TABLE A (n INT)", Postgres, "table -.-.a"),
        ("CREATE TABLE A (n INT)", MySql, "table -.-.A"),
        (
            "create unlogged table s.\"A\" (n int)",
            Postgres,
            "table s.-.A",
        ),
        ("CREATE TABLE a AS SELECT 1", Postgres, "table -.-.a"),
        ("CREATE VIEW `s`.`v` AS SELECT 1", MySql, "view s.-.v"),
        (
            "CREATE MATERIALIZED VIEW v AS SELECT 1",
            Postgres,
            "view -.-.v",
        ),
        ("CREATE UNIQUE INDEX i ON s.a (n)", Postgres, "index s.a.i"),
        (
            "CREATE INDEX CONCURRENTLY IF NOT EXISTS i ON a (n)",
            Postgres,
            "index -.a.i",
        ),
        ("CREATE INDEX s.i ON a (n)", Sqlite, "index s.a.i"),
        ("ALTER TABLE a ADD COLUMN b INT", MySql, "column -.a.b"),
        (
            "ALTER TABLE ONLY s.a ADD b NUMERIC(3, 2)",
            Postgres,
            "column s.a.b",
        ),
    ] {
        assert_eq!(told(sql, dialect), format!("creates {expected}"), "{sql}");
    }
}

#[test]
fn what_is_dropped_is_told_by_its_words() {
    for (sql, dialect, expected) in [
        ("DROP TABLE a", Sqlite, "table -.-.a"),
        ("DROP VIEW s.v CASCADE", Postgres, "view s.-.v"),
        ("DROP INDEX CONCURRENTLY i", Postgres, "index -.-.i"),
        ("DROP INDEX i ON s.a", MySql, "index s.a.i"),
        ("ALTER TABLE a DROP COLUMN b", Postgres, "column -.a.b"),
        ("ALTER TABLE a DROP b", MySql, "column -.a.b"),
    ] {
        assert_eq!(told(sql, dialect), format!("drops {expected}"), "{sql}");
    }
}

#[test]
fn what_comes_to_the_same_may_be_run_again() {
    for sql in [
        "CREATE TABLE IF NOT EXISTS a (n INT)",
        "CREATE OR REPLACE VIEW v AS SELECT 1",
        "CREATE INDEX IF NOT EXISTS i ON a (n)",
        "ALTER TABLE a ADD COLUMN IF NOT EXISTS b INT",
        "ALTER TABLE a DROP COLUMN IF EXISTS b",
        "SET search_path = a",
    ] {
        assert_eq!(effect(sql, Postgres), Some(Effect::Same), "{sql}");
    }
}

#[test]
fn what_the_words_do_not_tell_is_not_guessed() {
    for sql in [
        "INSERT INTO a VALUES (1)",
        "CREATE TEMPORARY TABLE a (n INT)",
        "CREATE INDEX ON a (n)",
        "DROP TABLE a, b",
        "ALTER TABLE a ADD COLUMN b INT, ADD COLUMN c INT",
        "ALTER TABLE a ADD CONSTRAINT c CHECK (n > 0)",
        "ALTER TABLE a DROP PRIMARY KEY",
        "ALTER TABLE a RENAME TO b",
        "CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1'",
        "REINDEX TABLE CONCURRENTLY a",
    ] {
        assert_eq!(effect(sql, Postgres), None, "{sql}");
    }
    for sql in ["VACUUM", "VACUUM (ANALYZE) a", "REINDEX TABLE a"] {
        assert_eq!(effect(sql, Postgres), Some(Effect::Same), "{sql}");
    }
    assert_eq!(effect("CREATE TABLE a AS SELECT 1", MySql), None);
    let with = "SET STATEMENT max_statement_time = 60 FOR INSERT INTO a VALUES (1)";
    assert_eq!(effect(with, MySql), None);
    let block = "BEGIN NOT ATOMIC INSERT INTO a VALUES (1); END";
    assert_eq!(effect(block, MySql), None);
}

#[test]
fn what_rolls_back_shares_a_transaction_and_a_script_with_its_own_does_not() {
    use RollsBack::{Everywhere, Nowhere, WithDdl};
    let all = |sql: &str, dialect| {
        let mut start = 0;
        let statements: Vec<Statement> = sql
            .split(';')
            .map(|text| {
                let end = start + text.len();
                let statement = Statement { start, end };
                start = end + 1;
                statement
            })
            .collect();
        rolls_back(sql, &statements, dialect)
    };
    assert_eq!(
        all(
            "CREATE INDEX CONCURRENTLY i ON a (n); insert into a values (1); ALTER TABLE a ADD b INT; SET x = 1; DO $$ BEGIN END $$",
            Postgres
        ),
        Some(vec![Nowhere, Everywhere, WithDdl, Nowhere, Nowhere])
    );
    assert_eq!(
        all(
            "PRAGMA foreign_keys = OFF; VACUUM; UPDATE a SET n = 1",
            Sqlite
        ),
        Some(vec![Nowhere, Nowhere, Everywhere])
    );
    for (sql, dialect) in [
        ("INSERT INTO a VALUES (1); BEGIN; COMMIT", Postgres),
        ("SAVEPOINT a; INSERT INTO a VALUES (1)", Sqlite),
        ("CALL p(); INSERT INTO a VALUES (1)", MySql),
        ("SET autocommit = 0; INSERT INTO a VALUES (1)", MySql),
    ] {
        assert_eq!(all(sql, dialect), None, "{sql}");
    }
}
