use super::*;

#[test]
fn a_setting_that_is_not_put_back_is_told_once() {
    for (sql, dialect) in [
        ("SET search_path = a, b; SET search_path TO c", Postgres),
        ("SET SESSION search_path TO \"a\"", Postgres),
        ("SET SCHEMA 'a'", Postgres),
        (
            "SELECT pg_catalog.set_config('search_path', 'a', false)",
            Postgres,
        ),
        ("RESET search_path; SET search_path = a", Postgres),
        ("SET ROLE a; RESET ALL", Postgres),
        ("SET SESSION AUTHORIZATION 'a'", Postgres),
        ("SET session_replication_role = replica", Postgres),
        ("USE a; USE b", MySql),
        ("SET FOREIGN_KEY_CHECKS=0", MySql),
        ("SET @@SESSION.foreign_key_checks := OFF", MySql),
        (
            "SET @a = @@foreign_key_checks, foreign_key_checks = 0",
            MySql,
        ),
        ("-- no-transaction\nPRAGMA foreign_keys = OFF", Sqlite),
        ("-- no-transaction\nPRAGMA main.foreign_keys(0)", Sqlite),
    ] {
        assert_eq!(codes(sql, &[dialect]), [Code::SessionSetting], "{sql}");
        assert_eq!(codes(sql, &Dialect::ALL), [Code::SessionSetting], "{sql}");
    }
    let dumped = "/*!40014 SET FOREIGN_KEY_CHECKS=0 */";
    assert_eq!(codes(dumped, &[MySql]), [Code::SessionSetting]);
    assert_eq!(codes(dumped, &Dialect::ALL), []);
}

#[test]
fn a_setting_that_is_put_back_or_ends_with_the_transaction_is_fine() {
    for (sql, dialect) in [
        ("SET search_path = a; SELECT 1; RESET search_path", Postgres),
        ("SET search_path = a; SET search_path TO DEFAULT", Postgres),
        ("SET search_path = a; RESET ALL", Postgres),
        ("SET LOCAL search_path = a; SET LOCAL ROLE b", Postgres),
        ("SELECT set_config('search_path', 'a', true)", Postgres),
        (
            "SET ROLE a; RESET ROLE; SET ROLE b; SET ROLE NONE",
            Postgres,
        ),
        (
            "SET SESSION AUTHORIZATION a; RESET SESSION AUTHORIZATION",
            Postgres,
        ),
        (
            "SET SESSION AUTHORIZATION a; SET SESSION AUTHORIZATION DEFAULT",
            Postgres,
        ),
        (
            "SET session_replication_role = replica; SET session_replication_role = 'origin'",
            Postgres,
        ),
        (
            "CREATE FUNCTION a() RETURNS int LANGUAGE sql SET search_path = '' AS 'SELECT 1'",
            Postgres,
        ),
        ("ALTER ROLE a SET search_path = b", Postgres),
        (
            "SET statement_timeout = 0; SET client_encoding = 'UTF8'",
            Postgres,
        ),
        (
            "SET FOREIGN_KEY_CHECKS = 0; SELECT 1; SET FOREIGN_KEY_CHECKS = 1",
            MySql,
        ),
        (
            "SET @a = @@foreign_key_checks, foreign_key_checks = 0; SET foreign_key_checks = @a",
            MySql,
        ),
        (
            "SET GLOBAL foreign_key_checks = 0; SET NAMES utf8mb4",
            MySql,
        ),
        (
            "-- no-transaction\nPRAGMA foreign_keys = OFF; VACUUM; PRAGMA foreign_keys = ON",
            Sqlite,
        ),
        ("PRAGMA foreign_keys", Sqlite),
    ] {
        assert_eq!(codes(sql, &[dialect]), [], "{sql}");
    }
}

#[test]
fn an_empty_search_path_is_refused_and_not_told_twice() {
    for sql in [
        "SELECT pg_catalog.set_config('search_path', '', false)",
        "select set_config('search_path', '', 'f')",
        "SET search_path = ''",
        "SET SESSION search_path TO ''",
    ] {
        assert_eq!(codes(sql, &[Postgres]), [Code::EmptySearchPath], "{sql}");
        assert_eq!(codes(sql, &Dialect::ALL), [Code::EmptySearchPath], "{sql}");
    }
    for sql in [
        "SELECT pg_catalog.set_config('search_path', '', true)",
        "SET LOCAL search_path = ''",
        "SELECT set_config('role', '', false)",
    ] {
        assert_eq!(codes(sql, &[Postgres]), [], "{sql}");
    }
}
