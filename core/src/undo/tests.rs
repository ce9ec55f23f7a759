use super::*;
use crate::{Checksum, Reading, Version};

fn script(direction: Direction, dialect: Option<Dialect>, sql: &str) -> DirectoryScript {
    let mut start = 0;
    let mut statements = Vec::new();
    for part in sql.split_inclusive(';') {
        let end = start + part.trim_end_matches(';').len();
        if !part.starts_with("--") {
            statements.push(Statement { start, end });
        }
        start += part.len();
    }
    let dialects = dialect.map_or(Dialect::ALL.to_vec(), |dialect| vec![dialect]);
    DirectoryScript {
        label: "1".to_owned(),
        name: "a".to_owned(),
        direction,
        dialect,
        path: format!("m/1_a.{}.sql", direction.name()),
        first_line: 1,
        sql: sql.to_owned(),
        checksum: Checksum::of(sql),
        transaction: true,
        readings: vec![Reading {
            dialects,
            statements,
        }],
    }
}

fn codes_of(scripts: Vec<DirectoryScript>) -> Vec<Code> {
    let migration = DirectoryMigration {
        version: Version::from(1),
        scripts,
    };
    let mistakes = check(&[migration]);
    mistakes.iter().map(Diagnostic::code).collect()
}

fn codes(up: &str, down: &str) -> Vec<Code> {
    codes_of(vec![
        script(Direction::Up, None, up),
        script(Direction::Down, None, down),
    ])
}

#[test]
fn a_down_that_repeats_its_up_is_one_mistake() {
    for sql in [
        "CREATE TABLE a (b INT);",
        "UPDATE a SET b = 1;DROP TABLE c;",
    ] {
        assert_eq!(codes(sql, sql), [Code::DownIsUp], "{sql}");
    }
    assert_eq!(codes("DROP TABLE a;", "DROP TABLE b;"), []);
}

#[test]
fn what_changes_nothing_may_be_done_both_ways() {
    for sql in ["SELECT 1;", "-- Nothing.", "ANALYZE a;NOTIFY b;"] {
        assert_eq!(codes(sql, sql), [], "{sql}");
    }
}

#[test]
fn a_down_that_drops_nothing_of_what_is_created_is_told() {
    for (up, down) in [
        ("CREATE TABLE a (b INT);", "DELETE FROM a;"),
        ("create unique index a on b (c);", "UPDATE b SET c = 1;"),
        (
            "INSERT INTO a VALUES (1);CREATE VIEW b AS SELECT 1;",
            "DELETE FROM a;",
        ),
        ("ALTER TABLE a ADD COLUMN b INT;", "UPDATE a SET c = 1;"),
    ] {
        assert_eq!(codes(up, down), [Code::DownDropsNothing], "{up} {down}");
    }
}

#[test]
fn a_down_that_may_drop_something_or_is_none_on_purpose_is_fine() {
    for (up, down) in [
        ("CREATE TABLE a (b INT);", "DROP TABLE a;"),
        ("CREATE TABLE a (b INT);", "-- It stays."),
        ("CREATE TABLE a (b INT);", "DELETE FROM c;DROP TABLE a;"),
        ("CREATE TABLE a (b INT);", "SELECT drop_it();"),
        ("CREATE TABLE a (b INT);", "ALTER TABLE a RENAME TO b;"),
        ("CREATE TABLE a (b INT);", "RENAME TABLE a TO b;"),
        (
            "ALTER TABLE a ADD COLUMN b INT;",
            "ALTER TABLE a DROP COLUMN b;",
        ),
        ("ALTER TABLE a RENAME b TO c;", "UPDATE a SET b = 1;"),
        (
            "CREATE OR REPLACE FUNCTION a() AS b;",
            "CREATE OR REPLACE FUNCTION a() AS c;",
        ),
        ("CREATE TEMP TABLE a (b INT);", "UPDATE a SET b = 1;"),
        ("UPDATE a SET b = 1;", "UPDATE a SET b = 2;"),
        ("DROP TABLE a;", "CREATE TABLE a (b INT);"),
        (
            "CREATE TABLE a2 (b INT);DROP TABLE a;ALTER TABLE a2 RENAME TO a;",
            "UPDATE a SET b = 1;",
        ),
    ] {
        assert_eq!(codes(up, down), [], "{up} {down}");
    }
}

#[test]
fn each_two_scripts_are_compared_once() {
    let sql = "DROP TABLE a;";
    let own = script(Direction::Up, Some(Dialect::MySql), sql);
    let rest = script(Direction::Up, None, sql);
    let down = script(Direction::Down, None, sql);
    assert_eq!(codes_of(vec![rest.clone(), down.clone()]).len(), 1);
    assert_eq!(codes_of(vec![own.clone(), rest, down.clone()]).len(), 2);
    let other = script(Direction::Down, Some(Dialect::Sqlite), sql);
    assert_eq!(codes_of(vec![own, other]), []);
    assert_eq!(codes_of(vec![down]), []);
}

#[test]
fn an_up_script_that_drops_what_it_creates_is_refused() {
    for sql in [
        "CREATE TABLE a (b INT);DROP TABLE a;",
        "create table if not exists A (b INT);INSERT INTO a VALUES (1);drop table if exists c, s.a cascade;",
        "CREATE UNLOGGED TABLE s.a (b INT);CREATE VIEW v AS SELECT b FROM a;DROP VIEW v;DROP TABLE \"s\".\"a\";",
        "DROP TABLE a;CREATE TABLE a (b INT);DROP TABLE a;",
    ] {
        let up = script(Direction::Up, None, sql);
        assert_eq!(codes_of(vec![up]), [Code::UndoesItself], "{sql}");
        let down = script(Direction::Down, None, sql);
        assert_eq!(codes_of(vec![down]), [], "{sql}");
    }
}

#[test]
fn a_table_that_is_there_for_the_meantime_or_stays_under_a_name_is_fine() {
    for sql in [
        "DROP TABLE IF EXISTS a;CREATE TABLE a (b INT);",
        "CREATE TEMP TABLE a (b INT);DROP TABLE a;",
        "CREATE TABLE a (b INT);DROP TABLE a;CREATE TABLE a (c INT);",
        "CREATE TABLE a (b INT);DROP TABLE a;CREATE OR REPLACE VIEW a AS SELECT 1;",
        "CREATE TABLE a2 (b INT);DROP TABLE a;ALTER TABLE a2 RENAME TO a;",
        "CREATE TABLE a (b INT);ALTER TABLE a RENAME TO c;DROP TABLE IF EXISTS a;",
        "CREATE TABLE a (b INT);RENAME TABLE s.a TO s.c;DROP TABLE IF EXISTS a;",
        "CREATE TABLE a AS SELECT b FROM c;DELETE FROM c;INSERT INTO c SELECT b FROM a;DROP TABLE a;",
        "CREATE TABLE s.a (b INT);DROP TABLE t.a;",
    ] {
        let up = script(Direction::Up, None, sql);
        assert_eq!(codes_of(vec![up]), [], "{sql}");
    }
}
