use super::*;
use Dialect::{MySql, Postgres, Sqlite};
use ObjectKind::{Column, Index, Table, View};

fn object(kind: ObjectKind, schema: Option<&str>, table: Option<&str>, name: &str) -> Object {
    Object {
        kind,
        schema: schema.map(str::to_owned),
        table: table.map(str::to_owned),
        name: name.to_owned(),
    }
}

#[test]
fn what_is_created_and_dropped_is_told_by_its_words() {
    for (sql, dialect, kind, schema, table, name) in [
        ("CREATE TABLE A (n INT)", Postgres, Table, None, None, "a"),
        ("CREATE TABLE A (n INT)", MySql, Table, None, None, "A"),
        (
            "create unlogged table s.\"A\" (n int)",
            Postgres,
            Table,
            Some("s"),
            None,
            "A",
        ),
        (
            "CREATE TABLE a AS SELECT 1",
            Postgres,
            Table,
            None,
            None,
            "a",
        ),
        (
            "CREATE VIEW `s`.`v` AS SELECT 1",
            MySql,
            View,
            Some("s"),
            None,
            "v",
        ),
        (
            "CREATE MATERIALIZED VIEW v AS SELECT 1",
            Postgres,
            View,
            None,
            None,
            "v",
        ),
        (
            "CREATE UNIQUE INDEX i ON s.a (n)",
            Postgres,
            Index,
            Some("s"),
            Some("a"),
            "i",
        ),
        (
            "CREATE INDEX CONCURRENTLY IF NOT EXISTS i ON a (n)",
            Postgres,
            Index,
            None,
            Some("a"),
            "i",
        ),
        (
            "CREATE INDEX s.i ON a (n)",
            Sqlite,
            Index,
            Some("s"),
            Some("a"),
            "i",
        ),
        (
            "ALTER TABLE a ADD COLUMN b INT",
            MySql,
            Column,
            None,
            Some("a"),
            "b",
        ),
        (
            "ALTER TABLE ONLY s.a ADD b NUMERIC(3, 2)",
            Postgres,
            Column,
            Some("s"),
            Some("a"),
            "b",
        ),
    ] {
        let expected = Effect::Creates(object(kind, schema, table, name));
        assert_eq!(effect(sql, dialect), Some(expected), "{sql}");
    }
    for (sql, dialect, kind, schema, table, name) in [
        ("DROP TABLE a", Sqlite, Table, None, None, "a"),
        (
            "DROP VIEW s.v CASCADE",
            Postgres,
            View,
            Some("s"),
            None,
            "v",
        ),
        (
            "DROP INDEX CONCURRENTLY i",
            Postgres,
            Index,
            None,
            None,
            "i",
        ),
        (
            "DROP INDEX i ON s.a",
            MySql,
            Index,
            Some("s"),
            Some("a"),
            "i",
        ),
        (
            "ALTER TABLE a DROP COLUMN b",
            Postgres,
            Column,
            None,
            Some("a"),
            "b",
        ),
        ("ALTER TABLE a DROP b", MySql, Column, None, Some("a"), "b"),
    ] {
        let expected = Effect::Drops(object(kind, schema, table, name));
        assert_eq!(effect(sql, dialect), Some(expected), "{sql}");
    }
}

#[test]
fn what_comes_to_the_same_may_be_run_again() {
    for sql in [
        "CREATE TABLE IF NOT EXISTS a (n INT)",
        "CREATE OR REPLACE VIEW v AS SELECT 1",
        "CREATE INDEX IF NOT EXISTS i ON a (n)",
        "DROP TABLE IF EXISTS a, b",
        "ALTER TABLE a ADD COLUMN IF NOT EXISTS b INT",
        "ALTER TABLE a DROP COLUMN IF EXISTS b",
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
        "VACUUM",
    ] {
        assert_eq!(effect(sql, Postgres), None, "{sql}");
    }
    assert_eq!(effect("CREATE TABLE a AS SELECT 1", MySql), None);
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
