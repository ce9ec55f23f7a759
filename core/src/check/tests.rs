mod allowed;
mod data;
mod enums;
mod names;
mod safer;
mod setting;
mod transaction;

use proptest::prelude::*;

use super::*;
use Dialect::{MySql, Postgres, Sqlite};

fn source(text: &str) -> Source<'_> {
    Source {
        text,
        path: "a.sql",
        first_line: 1,
        transaction: None,
        is_callback: false,
        table: "_embed_migrations",
        severities: Severities::DEFAULT,
    }
}

fn codes(sql: &str, dialects: &[Dialect]) -> Vec<Code> {
    let Checked { mistakes, .. } = check(&source(sql), Readers::Some(dialects));
    mistakes.iter().map(Diagnostic::code).collect()
}

/// Those that do not build.
fn refused(sql: &str, dialects: &[Dialect]) -> Vec<Code> {
    let mut codes = codes(sql, dialects);
    codes.retain(|code| code.severity() == Severity::Deny);
    codes
}

/// The only mistake of a script.
#[track_caller]
fn only(sql: &str, dialects: &[Dialect]) -> Diagnostic {
    let Checked { mistakes, .. } = check(&source(sql), Readers::Some(dialects));
    let [mistake] =
        <[Diagnostic; 1]>::try_from(mistakes).unwrap_or_else(|all| panic!("{sql}: {all:?}"));
    mistake
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
fn copies_from_elsewhere_than_standard_input_are_fine() {
    let columns = vec!["a"; 200].join(", ");
    let wide = format!("COPY t ({columns}) FROM STDIN;\n\\.\n");
    assert_eq!(codes(&wide, &[Postgres]), [Code::CopyFromStdin]);
    for sql in [
        "COPY t FROM '/dev/stdin'",
        "COPY t FROM PROGRAM 'cat'",
        "COPY t TO '/a'",
        "COPY t TO PROGRAM 'cat'",
        "COPY (SELECT a FROM stdin) TO '/a'",
    ] {
        assert_eq!(codes(sql, &[Postgres]), [], "{sql}");
    }
}

#[test]
fn rows_that_nobody_reads_are_refused() {
    for sql in [
        "COPY t TO STDOUT",
        "copy t (a, b) to stdout with (format csv)",
        "COPY (SELECT a FROM t) TO STDOUT",
    ] {
        assert_eq!(codes(sql, &[Postgres]), [Code::CopyToStdout], "{sql}");
        assert_eq!(codes(sql, &Dialect::ALL), [Code::CopyToStdout], "{sql}");
    }
}

#[test]
fn code_in_an_executable_comment_is_read_as_the_server_reads_it() {
    for sql in [
        "/*!40000 COMMIT */",
        "/*M!100100 COMMIT */",
        "/*!COMMIT*/",
        "/*!*/ /*!COMMIT*/",
        "/*!50003 CREATE*/ /*!50017 TABLE a*/ (b INT); /*! COMMIT */",
        "SELECT 1; /*! COMMIT /* why */ WORK */",
    ] {
        assert_eq!(refused(sql, &[MySql]), [Code::TransactionControl], "{sql}");
        assert_eq!(refused(sql, &[Sqlite]), [], "{sql}");
    }
    assert_eq!(refused("/*!40101 SET NAMES utf8 */", &[MySql]), []);
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

proptest! {
    #[test]
    fn whatever_a_file_holds_there_is_a_reading_or_a_mistake_that_can_be_shown(
        words in proptest::collection::vec(
            prop_oneof![
                "[ -~é\\n]{0,6}",
                proptest::sample::select(vec![
                    "BEGIN", "COMMIT", "END", ";", "\n", "'", "\"", "$$", "/*", "*/", "--", "-- no-transaction\n",
                    "\\i a\n", "COPY a FROM STDIN;\n", "DELIMITER //\n", "CREATE TRIGGER a", "VACUUM", "(", "[", "`",
                    "ALTER TYPE a ADD VALUE", "'x'", "SET search_path =", "/*!", "_sqlx_migrations", "DELIMITER",
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

#[test]
fn of_one_kind_only_the_first_are_told_and_how_many_more_there_are() {
    let lots = "vacuum;".repeat(20_000);
    let names: Vec<String> = (0..6_000)
        .map(|n| format!("{}{n}", "a".repeat(70)))
        .collect();
    let sql = format!("{lots} select {}; commit;", names.join(","));
    for dialects in [&[Postgres][..], &Dialect::ALL] {
        let Checked { mistakes, .. } = check(&source(&sql), Readers::Each(dialects));
        let of = |code| {
            mistakes
                .iter()
                .filter(move |mistake| mistake.code() == code)
        };
        assert_eq!(of(Code::NotInTransaction).count(), most::MOST);
        assert_eq!(of(Code::LongName).count(), most::MOST);
        assert_eq!(of(Code::TransactionControl).count(), 1);
        let more = |code| {
            of(code)
                .flat_map(Diagnostic::hints)
                .filter(|hint| hint.contains("more of"))
        };
        assert_eq!(
            more(Code::NotInTransaction).collect::<Vec<_>>(),
            ["there are 19980 more of `not-in-transaction` in this script"]
        );
        assert_eq!(more(Code::LongName).count(), 1);
        for mistake in &mistakes {
            assert!(mistake.to_string().len() < 4_000, "{mistake}");
        }
        let control = of(Code::TransactionControl).next().unwrap();
        let place = format!("--> a.sql:1:{}\n", sql.len() - "commit".len());
        assert!(control.to_string().contains(&place), "{control}");
    }
}
