use proptest::prelude::*;

use super::*;
use Dialect::{MySql, Postgres, Sqlite};

fn source(text: &str) -> Source<'_> {
    Source {
        text,
        path: "a.sql",
        first_line: 1,
        transaction: None,
        table: "_embed_migrations",
        severities: Severities::DEFAULT,
    }
}

fn codes(sql: &str, dialects: &[Dialect]) -> Vec<Code> {
    let Checked { mistakes, .. } = check(&source(sql), Readers::Some(dialects));
    mistakes.iter().map(Diagnostic::code).collect()
}

/// What a script without a mistake is.
fn checked(sql: &str, dialects: &[Dialect]) -> Checked {
    let checked = check(&source(sql), Readers::Some(dialects));
    let refused = |mistake: &Diagnostic| mistake.severity() == Severity::Deny;
    assert!(
        !checked.mistakes.iter().any(refused),
        "{sql}: {:?}",
        checked.mistakes
    );
    checked
}

#[test]
fn the_directive_stands_before_the_first_statement_and_may_give_a_reason() {
    for sql in [
        "-- no-transaction",
        "--no-transaction\nSELECT 1",
        "-- A large table.\n\n  --  no-transaction because it is large\nSELECT 1",
        "/* Licence. */ -- no-transaction: large\nSELECT 1",
        "-- no-transaction\nSELECT 1; -- no-transaction",
    ] {
        assert!(!checked(sql, &[Postgres]).transaction, "{sql}");
    }
}

#[test]
fn what_is_nearly_the_directive_is_refused() {
    for directive in [
        "-- no_transaction",
        "-- notransaction",
        "-- No-Transaction",
        "-- no-transactions",
        "-- no transaction",
        "-- non-transaction: large",
        "-- no-transction",
        "---- no-transaction",
        "/* no-transaction */",
    ] {
        let sql = format!("{directive}\nVACUUM;");
        assert_eq!(
            codes(&sql, &[Postgres]),
            [Code::MisplacedDirective],
            "{sql}"
        );
    }
    assert_eq!(
        codes("# no-transaction\nSELECT 1", &[MySql]),
        [Code::MisplacedDirective]
    );
    assert_eq!(
        codes("SELECT 1;\n-- no-transaction", &[Sqlite]),
        [Code::MisplacedDirective]
    );
}

#[test]
fn a_sentence_about_transactions_is_a_comment() {
    for comment in [
        "transaction",
        "In transaction",
        "one transaction",
        "on transactions",
        "no transaction is needed here",
        "see no-transaction",
        "nation",
    ] {
        let sql = format!("-- {comment}\nSELECT 1;");
        assert!(checked(&sql, &Dialect::ALL).transaction, "{sql}");
    }
    assert!(checked("SELECT '-- no-transaction';", &Dialect::ALL).transaction);
}

#[test]
fn one_pair_around_the_whole_script_is_not_sent() {
    for (sql, dialect) in [
        ("BEGIN; SELECT 1; COMMIT;", Postgres),
        ("-- Why.\nstart transaction; SELECT 1; end", Postgres),
        ("BEGIN WORK; SELECT 1; COMMIT WORK", MySql),
        ("BEGIN IMMEDIATE; SELECT 1; END TRANSACTION", Sqlite),
    ] {
        let checked = checked(sql, &[dialect]);
        let [Reading { statements, .. }] = &checked.readings[..] else {
            panic!("{sql}");
        };
        let texts: Vec<&str> = statements.iter().map(|at| &sql[at.start..at.end]).collect();
        assert_eq!(texts, ["SELECT 1"], "{sql}");
    }
}

#[test]
fn any_other_beginning_and_end_is_refused() {
    use Code::TransactionControl as Control;
    for (sql, dialect, count) in [
        ("BEGIN", Postgres, 1),
        ("BEGIN; SELECT 1", Sqlite, 1),
        ("SELECT 1; COMMIT", MySql, 1),
        ("BEGIN; SELECT 1; ROLLBACK", Postgres, 2),
        ("BEGIN; COMMIT; SELECT 1", Postgres, 2),
        ("ABORT; PREPARE TRANSACTION 'a'", Postgres, 2),
        ("ROLLBACK WORK", MySql, 1),
    ] {
        assert_eq!(codes(sql, &[dialect]), vec![Control; count], "{sql}");
    }
}

#[test]
fn savepoints_blocks_and_words_inside_of_statements_end_nothing() {
    for (sql, dialect) in [
        ("SAVEPOINT a; ROLLBACK TO a; RELEASE SAVEPOINT a", Sqlite),
        ("SAVEPOINT a; ROLLBACK WORK TO SAVEPOINT a", MySql),
        ("ROLLBACK TRANSACTION TO a", Postgres),
        ("BEGIN NOT ATOMIC SELECT 1; END", MySql),
        (
            "CREATE TRIGGER a BEFORE DELETE ON b BEGIN SELECT 1; END;",
            Sqlite,
        ),
        (
            "CREATE FUNCTION a() RETURNS int BEGIN ATOMIC SELECT 1; END;",
            Postgres,
        ),
        ("DO $$ BEGIN PERFORM 1; END $$", Postgres),
        ("PREPARE transactions AS SELECT 1", Postgres),
        ("CREATE TABLE a (\"commit\" int)", Postgres),
    ] {
        assert_eq!(codes(sql, &[dialect]), [], "{sql}");
    }
}

#[test]
fn what_cannot_run_in_a_transaction_is_known_however_it_is_written() {
    for (sql, dialect) in [
        (
            "create /* now */ unique\nindex concurrently a on b (c)",
            Postgres,
        ),
        (
            "REINDEX (VERBOSE, TABLESPACE a) INDEX CONCURRENTLY b",
            Postgres,
        ),
        ("REINDEX (VERBOSE, CONCURRENTLY TRUE) TABLE a", Postgres),
        ("REINDEX (CONCURRENTLY) TABLE a", Postgres),
        (
            "ALTER TABLE IF EXISTS a.b DETACH PARTITION \"C\".d CONCURRENTLY",
            Postgres,
        ),
        ("vacuum full a", Postgres),
        ("PRAGMA \"main\".journal_mode=wal", Sqlite),
        ("pragma temp.foreign_keys(0)", Sqlite),
        ("PRAGMA foreign_keys = 'off'", Sqlite),
    ] {
        assert_eq!(codes(sql, &[dialect]), [Code::NotInTransaction], "{sql}");
        let alone = format!("-- no-transaction\n{sql}");
        assert_eq!(codes(&alone, &[dialect]), [], "{sql}");
    }
}

#[test]
fn what_only_looks_like_it_runs_in_a_transaction() {
    for (sql, dialect) in [
        ("REFRESH MATERIALIZED VIEW CONCURRENTLY a", Postgres),
        ("REINDEX (CONCURRENTLY FALSE) TABLE a", Postgres),
        ("REINDEX TABLE system.a", Postgres),
        ("ALTER TABLE a DETACH PARTITION b", Postgres),
        ("ALTER TABLE a DETACH PARTITION \"CONCURRENTLY\"", Postgres),
        ("CREATE INDEX \"concurrently\" ON a (b)", Postgres),
        ("COMMENT ON TABLE vacuum IS 'VACUUM'", Postgres),
        ("CREATE DATABASE a", MySql),
        ("PRAGMA foreign_keys", Sqlite),
        ("PRAGMA journal_mode", Sqlite),
        ("REINDEX a", Sqlite),
    ] {
        assert_eq!(codes(sql, &[dialect]), [], "{sql}");
    }
}

#[test]
fn without_a_transaction_only_the_statements_inside_of_its_own_are_refused() {
    let sql = "-- no-transaction\nVACUUM; BEGIN; VACUUM; COMMIT; VACUUM; BEGIN; SELECT 1; ROLLBACK; VACUUM;";
    let mistakes = check(&source(sql), Readers::Some(&[Postgres])).mistakes;
    let columns: Vec<usize> = mistakes
        .iter()
        .map(|mistake| mistake.place().column())
        .collect();
    assert_eq!(columns, [16]);
}

#[test]
fn copies_from_elsewhere_than_standard_input_are_fine() {
    let columns = vec!["a"; 200].join(", ");
    let wide = format!("COPY t ({columns}) FROM STDIN;\n\\.\n");
    assert_eq!(codes(&wide, &[Postgres]), [Code::CopyFromStdin]);
    for sql in [
        "COPY t FROM '/dev/stdin'",
        "COPY t FROM PROGRAM 'cat'",
        "COPY (SELECT a FROM stdin) TO '/a'",
    ] {
        assert_eq!(codes(sql, &[Postgres]), [], "{sql}");
    }
}

#[test]
fn without_a_dialect_only_what_is_wrong_in_all_is_refused() {
    for (sql, dialects) in [
        ("CREATE DATABASE a", vec![MySql, Sqlite]),
        ("SELECT 'it\\'s'", vec![MySql]),
        ("SELECT $$ it's $$", vec![Postgres]),
        ("SELECT \"a\"\"\", `b`", vec![Postgres, MySql, Sqlite]),
        ("DELIMITER //\nSELECT 1 //", vec![MySql]),
    ] {
        let mut readable: Vec<Dialect> = checked(sql, &Dialect::ALL)
            .readings
            .into_iter()
            .flat_map(|reading| reading.dialects)
            .collect();
        readable.sort_unstable();
        assert_eq!(readable, dialects, "{sql}");
    }
    for sql in [
        "VACUUM",
        "PRAGMA foreign_keys = 0",
        "ATTACH 'a' AS b",
        "COMMIT",
        "\\c a",
    ] {
        assert_eq!(codes(sql, &Dialect::ALL).len(), 1, "{sql}");
    }
}

#[test]
fn a_script_that_each_dialect_refuses_for_another_reason_is_refused() {
    // PostgreSQL cannot run the one in a transaction, MySQL cannot read the other, and SQLite neither of them.
    let sql = "CREATE DATABASE a;\nDELIMITER //\nCOMMIT //\nSELECT ']';";
    assert!(!codes(sql, &Dialect::ALL).is_empty());
}

#[test]
fn the_same_reading_is_kept_once() {
    let checked = checked("SELECT 1; SELECT 2", &Dialect::ALL);
    assert_eq!(checked.readings.len(), 1);
    assert_eq!(checked.readings[0].dialects, Dialect::ALL);
}

#[test]
fn an_own_transaction_is_ended_and_autocommit_stays() {
    let own = |sql: &str| codes(&format!("-- no-transaction\n{sql}"), &Dialect::ALL);
    assert!(own("BEGIN; DELETE FROM a; COMMIT; BEGIN; DELETE FROM b; ROLLBACK").is_empty());
    assert_eq!(own("BEGIN; DELETE FROM a"), [Code::TransactionControl]);
    assert_eq!(
        own("SET autocommit = 0; DELETE FROM a"),
        [Code::TransactionControl]
    );
    assert_eq!(
        own("set @@session.autocommit=OFF"),
        [Code::TransactionControl]
    );
    assert!(own("SET autocommit = 1").is_empty());
}

proptest! {
    #[test]
    fn whatever_a_file_holds_there_is_a_reading_or_a_mistake_that_can_be_shown(
        words in proptest::collection::vec(
            prop_oneof![
                "[ -~é\\n]{0,6}",
                proptest::sample::select(vec![
                    "BEGIN", "COMMIT", "END", ";", "\n", "'", "\"", "$$", "/*", "*/", "--", "-- no-transaction\n",
                    "\\i a\n", "COPY a FROM STDIN;\n", "DELIMITER //\n", "CREATE TRIGGER a", "VACUUM", "(", "[", "`",
                ])
                .prop_map(str::to_owned),
            ],
            0..30,
        )
    ) {
        let sql = words.join(" ");
        for dialects in [&Dialect::ALL[..], &[Postgres], &[MySql], &[Sqlite]] {
            let Checked { readings, mistakes, .. } = check(&source(&sql), Readers::Some(dialects));
            let refused = |mistake: &Diagnostic| mistake.severity() == Severity::Deny;
            prop_assert!(!readings.is_empty() || mistakes.iter().any(refused));
            for mistake in mistakes {
                prop_assert!(mistake.to_string().contains("a.sql:"));
            }
        }
    }
}
