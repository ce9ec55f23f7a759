use super::*;
use crate::config::{Config, Override};

fn allowing(sql: &str, code: Code, dialects: &[Dialect]) -> Checked {
    let said = Override {
        allow: [code].into(),
        ..Override::default()
    };
    let config = Config {
        overrides: [("a.sql".to_owned(), said)].into(),
        ..Config::default()
    };
    let source = Source {
        severities: config.severities("a.sql"),
        ..source(sql)
    };
    check(&source, Readers::Some(dialects))
}

#[test]
fn an_allowed_line_of_psql_is_left_out_and_who_would_send_it_cannot_read_the_script() {
    let sql = "\\restrict a\n\nCREATE TABLE b (c INT);\n\n\\unrestrict a\n";
    for dialects in [&[Postgres][..], &Dialect::ALL] {
        let Checked {
            readings, mistakes, ..
        } = allowing(sql, Code::ClientCommand, dialects);
        assert_eq!(mistakes, []);
        let [
            Reading {
                dialects,
                statements,
            },
        ] = &readings[..]
        else {
            panic!("{readings:?}");
        };
        assert_eq!(dialects, &[Postgres]);
        let texts: Vec<&str> = statements.iter().map(|at| &sql[at.start..at.end]).collect();
        assert_eq!(texts, ["CREATE TABLE b (c INT)"]);
    }
}

#[test]
fn an_allowed_delimiter_is_for_the_client_of_mysql() {
    let sql = "DELIMITER //\nCREATE TABLE a (b INT) //\n";
    let readings = allowing(sql, Code::ClientCommand, &Dialect::ALL).readings;
    assert_eq!(readings.len(), 1);
    assert_eq!(readings[0].dialects, [MySql]);
    // It is allowed where it is no use: the server will say so.
    let readings = allowing(sql, Code::ClientCommand, &[Postgres]).readings;
    assert_eq!(readings[0].dialects, [Postgres]);
}

#[test]
fn what_is_allowed_is_not_told() {
    for (code, sql) in [
        (Code::HistoryTable, "DROP TABLE _sqlx_migrations"),
        (Code::SessionSetting, "SET ROLE a"),
        (Code::EmptySearchPath, "SET search_path = ''"),
        (Code::CopyToStdout, "COPY a TO STDOUT"),
    ] {
        assert_eq!(codes(sql, &[Postgres]), [code], "{sql}");
        assert_eq!(allowing(sql, code, &[Postgres]).mistakes, [], "{sql}");
    }
}
