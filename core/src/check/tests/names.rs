use super::*;

#[test]
fn a_history_table_is_no_business_of_a_script_however_it_is_written() {
    for (sql, dialect) in [
        ("DELETE FROM _embed_migrations", Postgres),
        ("DROP TABLE \"_embed_migrations\"", Postgres),
        (
            "CREATE TABLE public.schema_migrations (version TEXT)",
            Postgres,
        ),
        ("INSERT INTO `flyway_schema_history` VALUES (1)", MySql),
        (
            "/*!40000 ALTER TABLE `DATABASECHANGELOG` DISABLE KEYS */",
            MySql,
        ),
        ("drop table [_SQLX_MIGRATIONS]", Sqlite),
        ("INSERT INTO a SELECT version FROM goose_db_version", Sqlite),
    ] {
        assert_eq!(codes(sql, &[dialect]), [Code::HistoryTable], "{sql}");
        // A comment to the others.
        if !sql.starts_with("/*!") {
            assert_eq!(codes(sql, &Dialect::ALL), [Code::HistoryTable], "{sql}");
        }
    }
    let both = "DROP TABLE _sqlx_migrations; DROP TABLE _sqlx_migrations; DROP TABLE pgmigrations";
    assert_eq!(codes(both, &Dialect::ALL), [Code::HistoryTable; 2]);
}

#[test]
fn the_name_of_a_history_table_in_a_text_is_none() {
    for sql in [
        "SELECT 'schema_migrations'",
        "SELECT 1 -- _sqlx_migrations",
        "COMMENT ON TABLE a IS $$ see _sqlx_migrations $$",
        "CREATE TABLE my_schema_migrations (a INT)",
    ] {
        assert_eq!(codes(sql, &[Postgres]), [], "{sql}");
    }
    assert_eq!(codes("SELECT \"schema_migrations\"", &[MySql]), []);
}

#[test]
fn the_history_table_is_that_of_the_set() {
    let source = Source {
        table: "ops.schema_migrations",
        ..source("DELETE FROM ops.schema_migrations; DROP TABLE _embed_migrations")
    };
    let Checked { mistakes, .. } = check(&source, Readers::Some(&[Postgres]));
    let [mistake] = &mistakes[..] else {
        panic!("{mistakes:?}");
    };
    assert!(mistake.message().contains("of this set"), "{mistake}");
}

#[test]
fn a_name_that_is_longer_than_the_engine_keeps_is_told_once() {
    let name = "a".repeat(64);
    let longer = "b".repeat(65);
    for (sql, dialect, count) in [
        (format!("CREATE TABLE {name} (b INT)"), Postgres, 1),
        (format!("CREATE TABLE \"{name}\" (b INT)"), Postgres, 1),
        (
            format!("CREATE TABLE {name} (b INT); DROP TABLE {name}"),
            Postgres,
            1,
        ),
        (format!("CREATE TABLE {name} ({longer} INT)"), Postgres, 2),
        (
            format!("CREATE TABLE {} (b INT)", "é".repeat(32)),
            Postgres,
            1,
        ),
        (format!("CREATE TABLE {name} (b INT)"), MySql, 0),
        (format!("CREATE TABLE {longer} (b INT)"), MySql, 1),
        (format!("CREATE TABLE `{longer}` (b INT)"), MySql, 1),
        (
            format!("CREATE TABLE `{}` (b INT)", "é".repeat(64)),
            MySql,
            0,
        ),
        (format!("SELECT a AS {longer}, b as `{longer}`"), MySql, 0),
        (format!("SELECT a AS {longer}"), Postgres, 1),
        (format!("CREATE TABLE {longer} (b INT)"), Sqlite, 0),
    ] {
        assert_eq!(
            codes(&sql, &[dialect]),
            vec![Code::LongName; count],
            "{sql}"
        );
    }
    let wide = vec!["b INT"; 400].join(", ");
    let last = format!("CREATE TABLE c ({wide}, {name} INT)");
    assert_eq!(codes(&last, &[Postgres]), [Code::LongName]);
}

#[test]
fn what_is_long_and_no_name_is_fine() {
    let long = "a".repeat(100);
    for (sql, dialect) in [
        (format!("SELECT '{long}'"), Postgres),
        (format!("SELECT $${long}$$ -- {long}"), Postgres),
        (format!("SELECT {}", "1".repeat(100)), Postgres),
        (format!("SELECT U&\"\\{}\"", "0061\\".repeat(15)), Postgres),
        (
            format!("CREATE TABLE \"{}\" (b INT)", "a".repeat(63)),
            Postgres,
        ),
        (format!("SELECT \"{long}\", 0x{long}"), MySql),
    ] {
        assert_eq!(codes(&sql, &[dialect]), [], "{sql}");
    }
}

#[test]
fn what_a_name_becomes_is_said_and_is_a_text() {
    let mistake = only(&format!("DROP TABLE {}éé", "a".repeat(62)), &[Postgres]);
    let kept = format!("becomes `{}`", "a".repeat(62));
    assert!(mistake.hints()[0].ends_with(&kept), "{mistake}");
}
