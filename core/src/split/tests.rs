use proptest::prelude::*;

use super::{PieceKind, split};
use crate::dialect::Dialect::{self, MySql, Postgres, Sqlite};
use crate::lex::Open;

const DIALECTS: [Dialect; 3] = [Postgres, MySql, Sqlite];

/// The statements of `sql` as text.
pub(crate) fn statements(sql: &str, dialect: Dialect) -> Vec<&str> {
    let pieces = split(sql, dialect).unwrap_or_else(|error| panic!("{error:?} in {sql}"));
    let ranges = pieces.into_iter().filter_map(|piece| match piece.kind {
        PieceKind::Statement(range) => Some(range),
        _ => None,
    });
    ranges.map(|range| &sql[range]).collect()
}

/// All pieces of `sql`: the kind's first letter and the text.
fn pieces(sql: &str, dialect: Dialect) -> Vec<(char, &str)> {
    let pieces = split(sql, dialect).unwrap_or_else(|error| panic!("{error:?} in {sql}"));
    let letter = |kind| match kind {
        PieceKind::Statement(_) => 'S',
        PieceKind::Blank => 'B',
        PieceKind::Delimiter => 'D',
        PieceKind::Meta => 'M',
        PieceKind::CopyData => 'C',
    };
    let named = pieces
        .into_iter()
        .map(|piece| (letter(piece.kind), &sql[piece.whole]));
    named.collect()
}

/// `sql` without its final `;` is a single statement.
#[track_caller]
fn assert_single(sql: &str, dialect: Dialect) {
    assert_eq!(statements(sql, dialect), [sql.trim_end_matches(';')]);
    let twice = format!("{sql}\n{sql}");
    assert_eq!(statements(&twice, dialect).len(), 2, "{twice}");
}

#[track_caller]
fn assert_open(sql: &str, dialect: Dialect, what: Open, at: usize) {
    let error = split(sql, dialect).unwrap_err();
    assert_eq!((error.what, error.at), (what, at), "{sql}");
}

#[test]
fn a_statement_ends_where_goose_and_sql_migrate_say_so() {
    for dialect in DIALECTS {
        for end in [
            "-- +goose StatementEnd",
            "--  +goose statementend",
            "-- +migrate StatementEnd",
        ] {
            let sql = format!("a\n{end}\nb /* c */\n{end}\n{end}\nc;\n{end}\n");
            assert_eq!(statements(&sql, dialect), ["a", "b", "c"], "{sql}");
            // Not inside something, and not behind it on its line.
            let inside = format!("CREATE TABLE a (\n{end}\nb int) {end}\nc");
            assert_eq!(statements(&inside, dialect).len(), 1, "{inside}");
        }
    }
    let sql = "DELIMITER //\nCREATE PROCEDURE p() BEGIN a;\n-- +goose StatementEnd\nEND//";
    assert_eq!(statements(sql, MySql).len(), 1);
}

#[test]
fn statements_end_at_semicolons_in_every_dialect() {
    let cases: &[(&str, &[&str])] = &[
        ("", &[]),
        (" \n\t", &[]),
        (";", &[]),
        (";;\n;", &[]),
        ("select 1", &["select 1"]),
        ("select 1;", &["select 1"]),
        ("select 1;;select 2", &["select 1", "select 2"]),
        ("a; b;\nc", &["a", "b", "c"]),
        ("a;\r\nb;\r\n", &["a", "b"]),
        ("-- one\na -- two\n; -- three", &["a"]),
        ("/* a; */ b /* c; */; /* d; */", &["b"]),
        ("a /* inside */ b -- after\n", &["a /* inside */ b"]),
        ("select ';' ; b", &["select ';'", "b"]),
        ("select 'it''s;'; b", &["select 'it''s;'", "b"]),
        ("select \";\"; b", &["select \";\"", "b"]),
        ("select X'00'; b", &["select X'00'", "b"]),
        ("begin; a; commit", &["begin", "a", "commit"]),
        (
            "BEGIN TRANSACTION; END; a",
            &["BEGIN TRANSACTION", "END", "a"],
        ),
        (
            "select case when a then 1 end; b",
            &["select case when a then 1 end", "b"],
        ),
        ("größe; -- ü\n'日;本'", &["größe", "'日;本'"]),
        ("a\u{a0}; b", &["a\u{a0}", "b"]),
    ];
    for dialect in DIALECTS {
        for (sql, expected) in cases {
            assert_eq!(statements(sql, dialect), *expected, "{dialect:?}: {sql}");
        }
    }
}

#[test]
fn each_piece_has_its_comments_in_front_and_its_terminator() {
    assert_eq!(
        pieces("-- a\nx; -- b\ny ;; -- c\n", Sqlite),
        [
            ('S', "-- a\nx;"),
            ('S', " -- b\ny ;"),
            ('B', ";"),
            ('B', " -- c\n")
        ]
    );
}

#[test]
fn postgres_text_hides_semicolons() {
    let cases: &[(&str, &[&str])] = &[
        (r"select '\'; b", &[r"select '\'", "b"]),
        (r"select E'\';'; b", &[r"select E'\';'", "b"]),
        ("select e'a\\\\'; b", &["select e'a\\\\'", "b"]),
        (
            "select E'a' -- c\n '\\';'; b",
            &["select E'a' -- c\n '\\';'", "b"],
        ),
        (r"select E'a' '\'; b", &[r"select E'a' '\'", "b"]),
        ("select U&'\\;'; b", &["select U&'\\;'", "b"]),
        ("select U&\"\\;\"; b", &["select U&\"\\;\"", "b"]),
        ("/* a /* b; */ c; */ d; e", &["d", "e"]),
        ("select $$;'$$; b", &["select $$;'$$", "b"]),
        (
            "select $a$ $$;$$ $b$;$b$ $a$; b",
            &["select $a$ $$;$$ $b$;$b$ $a$", "b"],
        ),
        ("select a$b$c; d$b$", &["select a$b$c", "d$b$"]),
        ("execute p($1); $2", &["execute p($1)", "$2"]),
        ("select $ä$;$ä$; b", &["select $ä$;$ä$", "b"]),
        ("select a[1]; b]", &["select a[1]", "b]"]),
        ("-- c\rselect 1; b", &["select 1", "b"]),
        ("do $$ begin; end $$; b", &["do $$ begin; end $$", "b"]),
        ("select 1 # 2; b", &["select 1 # 2", "b"]),
    ];
    for (sql, expected) in cases {
        assert_eq!(statements(sql, Postgres), *expected, "{sql}");
    }
}

#[test]
fn postgres_parentheses_hide_semicolons() {
    assert_single(
        "CREATE RULE r AS ON INSERT TO t DO ALSO (DELETE FROM a; DELETE FROM (b););",
        Postgres,
    );
    assert_eq!(statements("a ); b", Postgres), ["a )", "b"]);
    for dialect in [MySql, Sqlite] {
        let open = split("a (;); b", dialect).unwrap_err();
        assert_eq!((open.what, open.at), (Open::Parenthesis, 2), "{dialect}");
    }
}

#[test]
fn postgres_sql_body_is_one_statement() {
    for sql in [
        "CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT 1; SELECT 2; END;",
        "create or replace procedure p(a int) language sql begin atomic end;",
        "CREATE FUNCTION f(a int) RETURNS int BEGIN ATOMIC
           SELECT CASE WHEN a = 1 THEN CASE a WHEN 1 THEN 2 END ELSE 3 END;
           SELECT t.end, 1 AS case, 2 AS \"end\" FROM t;
         END;",
        "CREATE FUNCTION begin(atomic int) RETURNS int /* BEGIN ATOMIC */ LANGUAGE sql AS 'select 1';",
        "CREATE FUNCTION f() RETURNS int AS $$ BEGIN RETURN 1; END $$ LANGUAGE plpgsql;",
        "CREATE FUNCTION f() RETURNS int RETURN CASE WHEN true THEN 1 END;",
        "CREATE TRIGGER t AFTER INSERT ON a FOR EACH ROW EXECUTE FUNCTION f();",
    ] {
        assert_single(sql, Postgres);
    }
}

#[test]
fn postgres_transaction_statements_open_nothing() {
    assert_eq!(
        statements(
            "BEGIN; CREATE TABLE begin(atomic int); END; SELECT 1",
            Postgres
        ),
        ["BEGIN", "CREATE TABLE begin(atomic int)", "END", "SELECT 1"]
    );
}

#[test]
fn postgres_backslash_lines_are_psql_commands() {
    assert_eq!(
        pieces(
            "\\set a 'b\n-- c\n  \\echo ; d\nselect 1; \\gexec\ne",
            Postgres
        ),
        [
            ('M', "\\set a 'b\n"),
            ('B', "-- c\n"),
            ('M', "  \\echo ; d\n"),
            ('S', "select 1;"),
            ('M', " \\gexec\n"),
            ('S', "e"),
        ]
    );
    assert_eq!(pieces("\\q", Postgres), [('M', "\\q")]);
    assert_eq!(statements("\\a;b", MySql), ["\\a", "b"]);
}

#[test]
fn postgres_copy_data_goes_up_to_its_end_mark() {
    assert_eq!(
        pieces(
            "COPY t (a, b) FROM stdin; -- x\n1\tit's;\n\\.\n\nselect 1",
            Postgres
        ),
        [
            ('S', "COPY t (a, b) FROM stdin; -- x\n"),
            ('C', "1\tit's;\n\\.\n"),
            ('S', "\nselect 1"),
        ]
    );
    assert_eq!(
        pieces(
            "copy from from stdin with (format csv);\r\n\\.x\r\n\\.\r\n;",
            Postgres
        ),
        [
            ('S', "copy from from stdin with (format csv);\r\n"),
            ('C', "\\.x\r\n\\.\r\n"),
            ('B', ";"),
        ]
    );
    assert_eq!(
        pieces("COPY t FROM STDIN;\n1\n2", Postgres),
        [('S', "COPY t FROM STDIN;\n"), ('C', "1\n2")]
    );
    assert_eq!(
        pieces("COPY t FROM STDIN;\n\\.", Postgres),
        [('S', "COPY t FROM STDIN;\n"), ('C', "\\.")]
    );
}

#[test]
fn postgres_other_copies_have_no_data() {
    for sql in [
        "COPY t FROM '/stdin';\nx;\n",
        "COPY (SELECT a FROM stdin) TO STDOUT;\nx;\n",
        "COPY t TO STDOUT;\nx;\n",
        "SELECT copy FROM stdin;\nx;\n",
        "COPY t FROM STDIN; SELECT 1;\n",
    ] {
        assert_eq!(statements(sql, Postgres).len(), 2, "{sql}");
    }
    assert_eq!(
        pieces("COPY t FROM STDIN", Postgres),
        [('S', "COPY t FROM STDIN")]
    );
}

#[test]
fn mysql_text_hides_semicolons() {
    let cases: &[(&str, &[&str])] = &[
        (r"select '\';'; b", &[r"select '\';'", "b"]),
        (r#"select "\";"; b"#, &[r#"select "\";""#, "b"]),
        (r"select N'\';'; b", &[r"select N'\';'", "b"]),
        (r"select `\`; b", &[r"select `\`", "b"]),
        ("select `a``;`; b", &["select `a``;`", "b"]),
        ("select 1 # ;\n; b", &["select 1", "b"]),
        ("select 1 -- ;\n; b", &["select 1", "b"]),
        ("select 1--;\nb", &["select 1--", "b"]),
        ("select 5--1; b", &["select 5--1", "b"]),
        ("select 1 --\t;\n; b", &["select 1", "b"]),
        ("select 1 --", &["select 1"]),
        ("-- c\r; select 1", &[]),
        ("/* /* ; */ a; b", &["a", "b"]),
        ("select /*+ hint; */ 1; b", &["select /*+ hint; */ 1", "b"]),
        ("select $$; b", &["select $$", "b"]),
        ("select a[1; b", &["select a[1", "b"]),
    ];
    for (sql, expected) in cases {
        assert_eq!(statements(sql, MySql), *expected, "{sql}");
    }
}

#[test]
fn mysql_executable_comments_are_code() {
    for sql in [
        "/*!40101 SET NAMES utf8 */;",
        "/*M!100100 SET @a = 1 */;",
        "SELECT /*! '*/;', */ 2;",
        "SELECT /*! \"*/\", `*/` -- */\n, /* ; */ 3 */;",
        "/*!50003 CREATE*/ /*!50017 DEFINER=`a`@`b`*/ /*!50003 TRIGGER t BEFORE INSERT ON x FOR EACH ROW BEGIN a; b; END */;",
        "CREATE /*!50017 DEFINER=`a`@`b`*/ PROCEDURE p() BEGIN a; b; END;",
    ] {
        assert_single(sql, MySql);
    }
    assert_eq!(
        statements("/*M!999999\\- sandbox */ \na;", MySql),
        ["/*M!999999\\- sandbox */ \na"]
    );
    assert_eq!(
        statements("/*! a /*! b */; c */;", MySql),
        ["/*! a /*! b */", "c */"]
    );
    assert_eq!(statements("/*! a; */", Sqlite), [""; 0]);
}

#[test]
fn mysql_delimiter_lines_set_what_ends_statements() {
    let cases: &[(&str, &[&str])] = &[
        (
            "DELIMITER //\na; b//\nc//\nDELIMITER ;\nd; e",
            &["a; b", "c", "d", "e"],
        ),
        ("delimiter $$\nBEGIN a; END$$ b $$", &["BEGIN a; END", "b"]),
        ("  Delimiter\t;;  \na;b;;c;;", &["a;b", "c"]),
        (
            "DELIMITER |\nBEGIN IF a THEN b; END|\nc|",
            &["BEGIN IF a THEN b; END", "c"],
        ),
        ("DELIMITER '//'\na//b", &["a", "b"]),
        ("DELIMITER \"a b\" c\nx a bz", &["x", "z"]),
        ("DELIMITER // -- why\nx;y//z", &["x;y", "z"]),
        ("DELIMITER //\r\na//\r\nb//\r\n", &["a", "b"]),
        (
            "DELIMITER $$\n'$$' \"$$\" `$$` /* $$ */ a -- $$\n # $$\n$$b",
            &["'$$' \"$$\" `$$` /* $$ */ a", "b"],
        ),
        ("DELIMITER go\n1 go cargo go", &["1", "car"]),
        ("DELIMITER §\na;ä§b", &["a;ä", "b"]),
        (
            "DELIMITER //\nCREATE PROCEDURE p() BEGIN a; END;\n//",
            &["CREATE PROCEDURE p() BEGIN a; END;"],
        ),
        ("DELIMITER //\n;\n//a", &[";", "a"]),
        ("/* c */\nDELIMITER //\na;//", &["a;"]),
    ];
    for (sql, expected) in cases {
        assert_eq!(statements(sql, MySql), *expected, "{sql}");
    }
}

#[test]
fn mysql_delimiter_elsewhere_is_a_word() {
    for sql in [
        "select\ndelimiter ,\n1",
        "select 1; delimiter //",
        "DELIMITER",
        "DELIMITER \na",
        "DELIMITER ''\n",
        "DELIMITER \\\n",
        "DELIMITER//\n",
        "/* c */ DELIMITER //",
        "'x\nDELIMITER //\n'",
    ] {
        let pieces = pieces(sql, MySql);
        assert!(!pieces.iter().any(|(kind, _)| *kind == 'D'), "{sql}");
    }
    assert_eq!(statements("DELIMITER //\na//", Postgres).len(), 1);
}

#[test]
fn mysql_delimiter_line_is_a_piece_of_its_own() {
    assert_eq!(
        pieces("a;\n-- c\n DELIMITER //\nb//\nDELIMITER ;", MySql),
        [
            ('S', "a;"),
            ('B', "\n-- c\n"),
            ('D', " DELIMITER //\n"),
            ('S', "b//"),
            ('B', "\n"),
            ('D', "DELIMITER ;"),
        ]
    );
}

#[test]
fn mysql_routine_is_one_statement() {
    for sql in [
        "CREATE PROCEDURE p() BEGIN SELECT 1; SELECT 2; END;",
        "CREATE PROCEDURE p() BEGIN END;",
        "create or replace function f(a int) returns int deterministic begin return a; end;",
        "CREATE DEFINER = 'a'@'%' PROCEDURE p() SQL SECURITY INVOKER BEGIN a; END;",
        "CREATE DEFINER=CURRENT_USER() FUNCTION f() RETURNS INT BEGIN RETURN 1; END;",
        "CREATE DEFINER=event@trigger TRIGGER t AFTER UPDATE ON x FOR EACH ROW FOLLOWS u BEGIN a; END;",
        "CREATE AGGREGATE FUNCTION f(a INT) RETURNS INT BEGIN LOOP FETCH GROUP NEXT ROW; END LOOP; END;",
        "CREATE FUNCTION f() RETURNS VARCHAR(9) CHARACTER SET utf8mb4 BEGIN RETURN ''; END;",
        "CREATE FUNCTION f() RETURNS SET('a', 'b') BEGIN RETURN 'a'; END;",
        "CREATE EVENT e ON SCHEDULE EVERY 1 DAY STARTS NOW() COMMENT 'x' DO BEGIN a; b; END;",
        "ALTER EVENT e DO BEGIN a; b; END;",
        "CREATE PROCEDURE p() outer_block: BEGIN
           `l`: LOOP BEGIN LEAVE l; END; END LOOP `l`;
         END outer_block;",
        "CREATE PROCEDURE p()
         BEGIN
           DECLARE done INT DEFAULT FALSE;
           DECLARE c CURSOR FOR SELECT a FROM t;
           DECLARE CONTINUE HANDLER FOR NOT FOUND SET done = TRUE;
           DECLARE EXIT HANDLER FOR SQLEXCEPTION, SQLSTATE '42000' BEGIN ROLLBACK; END;
           DECLARE EXIT HANDLER FOR 1062 IF 1 THEN SELECT 1; END IF;
           WHILE NOT done DO
             IF a THEN b; ELSEIF c THEN d; ELSE IF e THEN f; END IF; END IF;
             REPEAT SET i = i + 1; UNTIL i > 3 END REPEAT;
             CASE a WHEN 1 THEN BEGIN b; END; ELSE BEGIN END; END CASE;
             SET x = CASE WHEN a THEN CASE b WHEN 1 THEN 2 END ELSE 3 END;
             CASE WHEN CASE 1 WHEN 1 THEN 1 END THEN SELECT IF(a, b, c), REPEAT('x', 2); END CASE;
             DO IF(1, 2, 3);
           END WHILE;
           DROP TABLE IF EXISTS t;
           CREATE TEMPORARY TABLE IF NOT EXISTS t (a INT);
           SELECT a FROM t FOR UPDATE;
         END;",
        "CREATE PROCEDURE p() BEGIN FOR i IN 1..3 DO SELECT i; END FOR; END;",
        "CREATE PROCEDURE p() BEGIN NOT ATOMIC BEGIN NOT ATOMIC END; SELECT 1; END;",
        "CREATE PROCEDURE p() BEGIN START TRANSACTION; SELECT 1; COMMIT; END;",
    ] {
        assert_single(sql, MySql);
    }
}

#[test]
fn mysql_routine_body_may_be_another_compound_statement() {
    for sql in [
        "CREATE PROCEDURE p() IF a THEN b; ELSE c; END IF;",
        "CREATE PROCEDURE IF NOT EXISTS p() IF a THEN b; END IF;",
        "CREATE PROCEDURE p() l: WHILE a DO b; END WHILE l;",
        "CREATE PROCEDURE p() l: LOOP b; LEAVE l; END LOOP;",
        "CREATE PROCEDURE p() REPEAT b; UNTIL CASE WHEN a THEN b END END REPEAT;",
        "CREATE PROCEDURE p() CASE a WHEN 1 THEN b; ELSE c; END CASE;",
        "CREATE TRIGGER t BEFORE INSERT ON x FOR EACH ROW IF NEW.a THEN SET NEW.b = 1; END IF;",
        "CREATE EVENT e ON SCHEDULE AT NOW() DO IF a THEN b; END IF;",
    ] {
        assert_single(sql, MySql);
    }
}

#[test]
fn mysql_routine_body_may_be_a_simple_statement() {
    for sql in [
        "CREATE PROCEDURE p() SELECT CASE WHEN 1 THEN 2 END, IF(1, 2, 3), begin FROM t;",
        "CREATE PROCEDURE p(begin INT, end INT) SET @a = IF(begin, 2, 3);",
        "CREATE FUNCTION f() RETURNS INT RETURN IF(1, 2, 3);",
        "CREATE FUNCTION f() RETURNS SET('a') RETURN CASE WHEN 1 THEN 'a' END;",
        "CREATE PROCEDURE p() DROP TABLE IF EXISTS t;",
        "CREATE TRIGGER t BEFORE INSERT ON begin FOR EACH ROW SET NEW.end = CASE WHEN 1 THEN 2 END;",
        "CREATE TRIGGER t AFTER DELETE ON x FOR EACH ROW INSERT INTO y SELECT IF(1, 2, 3);",
        "CREATE EVENT begin ON SCHEDULE EVERY 1 DAY DO CALL p();",
        "CREATE FUNCTION f RETURNS STRING SONAME 'begin.so';",
        "DROP PROCEDURE IF EXISTS p;",
        "CREATE DEFINER=a@b VIEW event AS SELECT 1 AS begin;",
        "ALTER EVENT e RENAME TO f;",
    ] {
        assert_single(sql, MySql);
    }
}

#[test]
fn mysql_names_open_and_close_nothing() {
    for sql in [
        "CREATE PROCEDURE p() BEGIN SELECT begin, end FROM t WHERE begin AND end; END;",
        "CREATE PROCEDURE p() BEGIN DECLARE end INT; UPDATE t SET end = 1, begin = 2; END;",
        "CREATE PROCEDURE p() BEGIN SELECT `end`, `case`, t.case, t.if, @end, 1 AS end; END;",
        "CREATE PROCEDURE p() BEGIN SET @case = NEW.begin; SELECT handler, CASE 1 WHEN 1 THEN 2 END; END;",
    ] {
        assert_single(sql, MySql);
    }
}

#[test]
fn mysql_transactions_split() {
    assert_eq!(
        statements(
            "BEGIN; a; END; BEGIN WORK; b; XA BEGIN 'x'; c; START TRANSACTION; d",
            MySql
        ),
        [
            "BEGIN",
            "a",
            "END",
            "BEGIN WORK",
            "b",
            "XA BEGIN 'x'",
            "c",
            "START TRANSACTION",
            "d"
        ]
    );
}

#[test]
fn mariadb_compound_statements_stand_alone() {
    for sql in [
        "BEGIN NOT ATOMIC a; IF b THEN c; END IF; END;",
        "IF a THEN b; c; END IF;",
        "WHILE a DO b; END WHILE;",
        "FOR i IN 1..2 DO b; END FOR;",
        "CASE a WHEN 1 THEN b; END CASE;",
        "LOOP a; END LOOP;",
        "REPEAT a; UNTIL b END REPEAT;",
    ] {
        assert_single(sql, MySql);
    }
}

#[test]
fn sqlite_text_hides_semicolons() {
    let cases: &[(&str, &[&str])] = &[
        (r"select '\'; b", &[r"select '\'", "b"]),
        ("select [a;''`]; b", &["select [a;''`]", "b"]),
        ("select `a``;`; b", &["select `a``;`", "b"]),
        ("/* /* ; */ a; b", &["a", "b"]),
        ("select 1--;\n; b", &["select 1", "b"]),
        (r"select E'\'; b", &[r"select E'\'", "b"]),
        ("select $$; b", &["select $$", "b"]),
        ("-- c\r;", &[]),
    ];
    for (sql, expected) in cases {
        assert_eq!(statements(sql, Sqlite), *expected, "{sql}");
    }
}

#[test]
fn sqlite_trigger_is_one_statement() {
    for sql in [
        "CREATE TRIGGER t AFTER INSERT ON x BEGIN SELECT 1; SELECT 2; END;",
        "CREATE TEMP TRIGGER IF NOT EXISTS t INSTEAD OF UPDATE OF begin, end ON v FOR EACH ROW
         WHEN new.begin > old.end BEGIN
           UPDATE t SET a = CASE WHEN new.a THEN CASE b WHEN 1 THEN 2 END ELSE 3 END;
           INSERT INTO y SELECT end, [end], \"begin\", t.end FROM t; -- END;
         END;",
        "create temporary trigger begin before delete on begin begin delete from end; end;",
        "CREATE TRIGGER t AFTER INSERT ON x WHEN CASE WHEN new.a THEN 1 END BEGIN SELECT 1; END;",
    ] {
        assert_single(sql, Sqlite);
    }
    assert_eq!(
        statements(
            "CREATE TABLE t(begin, end); BEGIN; END; CREATE TRIGGER t; a",
            Sqlite
        ),
        [
            "CREATE TABLE t(begin, end)",
            "BEGIN",
            "END",
            "CREATE TRIGGER t",
            "a"
        ]
    );
}

#[test]
fn what_is_not_closed_is_an_error_where_it_opens() {
    for dialect in DIALECTS {
        assert_open("a; 'b;", dialect, Open::String, 3);
        assert_open("a; /* b */ /* c", dialect, Open::Comment, 11);
        assert_open("a /*/", dialect, Open::Comment, 2);
    }
    assert_open("a \"b", Postgres, Open::Name, 2);
    assert_open("a \"b", Sqlite, Open::Name, 2);
    assert_open("a \"b", MySql, Open::String, 2);
    assert_open("/* /* */", Postgres, Open::Comment, 0);
    assert_open("ä E'\\'", Postgres, Open::String, 3);
    assert_open("E'a'\n'\\'", Postgres, Open::String, 0);
    assert_open("U&'", Postgres, Open::String, 0);
    assert_open("do $a$ $A$ $$", Postgres, Open::DollarQuote, 3);
    assert_open("a (b (c); d", Postgres, Open::Parenthesis, 2);
    assert_open("a `b``", MySql, Open::Name, 2);
    assert_open("a /*! b", MySql, Open::Comment, 2);
    assert_open("a /*! don't */", MySql, Open::String, 9);
    assert_open("a [b", Sqlite, Open::Name, 2);
}

#[test]
fn a_body_that_is_not_closed_is_an_error_at_its_first_word() {
    assert_open(
        "CREATE FUNCTION f() BEGIN ATOMIC SELECT 1;",
        Postgres,
        Open::Body,
        20,
    );
    assert_open(
        "CREATE PROCEDURE p() BEGIN BEGIN a; END;",
        MySql,
        Open::Body,
        21,
    );
    assert_open(
        "CREATE PROCEDURE p() BEGIN IF a THEN b; END;",
        MySql,
        Open::Body,
        21,
    );
    assert_open("CREATE PROCEDURE p() IF a THEN b;", MySql, Open::Body, 21);
    assert_open("BEGIN NOT ATOMIC a;", MySql, Open::Body, 0);
    assert_open(
        "CREATE TRIGGER t AFTER INSERT ON x BEGIN SELECT 1;",
        Sqlite,
        Open::Body,
        35,
    );
}

/// Fragments that mean something to one dialect or another.
const FRAGMENTS: &str = r#"' " ` [ ] $$ $a$ $ $1 E' U&' N' X' \ \. -- /* /*! /*M!50000 */ # ; ;; // : . @ ,
( ) ä 日 a 1 BEGIN END CASE WHEN THEN ELSE IF LOOP REPEAT WHILE DO FOR DECLARE HANDLER NOT ATOMIC AS
ON SET SELECT CREATE ALTER DEFINER= EVENT TRIGGER PROCEDURE DELIMITER COPY"#;

/// Fragments with white space in them.
const LINES: [&str; 15] = [
    "\n",
    "\r\n",
    "\r",
    "\t",
    " ",
    "\u{a0}",
    "-- ",
    "\nDELIMITER //\n",
    "\nDELIMITER $$\n",
    "\nDELIMITER ä\n",
    "\nDELIMITER ;\n",
    "COPY a FROM STDIN;\n",
    "CREATE FUNCTION f() BEGIN ATOMIC ",
    "CREATE PROCEDURE p() ",
    "CREATE TRIGGER t INSERT ON x FOR EACH ROW BEGIN ",
];

/// Strings made of nasty fragments.
fn nasty() -> impl Strategy<Value = String> {
    let words: Vec<&str> = FRAGMENTS.split_whitespace().collect();
    let fragment = prop_oneof![
        2 => prop::sample::select(words.clone()).prop_map(String::from),
        2 => prop::sample::select(words).prop_map(|word| format!(" {word} ")),
        1 => prop::sample::select(LINES.to_vec()).prop_map(String::from),
    ];
    prop::collection::vec(fragment, 0..30).prop_map(|fragments| fragments.concat())
}

pub(crate) fn any_text() -> impl Strategy<Value = String> {
    prop_oneof![4 => nasty(), 1 => any::<String>()]
}

/// Text without what is meant for a client and changes how the rest is read.
pub(crate) fn server_text() -> impl Strategy<Value = String> {
    any_text().prop_map(|sql| sql.replace("DELIMITER", "D").replace("STDIN", "S"))
}

pub(crate) fn any_dialect() -> impl Strategy<Value = Dialect> {
    prop::sample::select(&DIALECTS[..])
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn pieces_join_to_the_input(sql in any_text(), dialect in any_dialect()) {
        if let Ok(pieces) = split(&sql, dialect) {
            let mut end = 0;
            for piece in &pieces {
                prop_assert_eq!(piece.whole.start, end);
                prop_assert!(piece.whole.end > end);
                end = piece.whole.end;
                prop_assert!(sql.is_char_boundary(end));
            }
            prop_assert_eq!(end, sql.len());
        }
    }

    #[test]
    fn an_error_is_at_the_start_of_a_character(sql in any_text(), dialect in any_dialect()) {
        if let Err(error) = split(&sql, dialect) {
            prop_assert!(error.at < sql.len() && sql.is_char_boundary(error.at));
        }
    }

    #[test]
    fn a_statement_is_trimmed_text_inside_its_piece(sql in any_text(), dialect in any_dialect()) {
        for piece in split(&sql, dialect).unwrap_or_default() {
            let PieceKind::Statement(range) = piece.kind else { continue };
            prop_assert!(piece.whole.start <= range.start && range.end <= piece.whole.end);
            let text = sql.get(range).ok_or_else(|| TestCaseError::fail("inside a character"))?;
            prop_assert!(!text.is_empty());
            let blank = |c: char| c.is_ascii_whitespace();
            prop_assert!(!text.starts_with(blank) && !text.ends_with(blank));
        }
    }

    /// But for the client's `DELIMITER`: alone the statement would be one where it
    /// was none, or end at another delimiter than in its script.
    #[test]
    fn a_statement_alone_is_that_statement(sql in server_text(), dialect in any_dialect()) {
        for piece in split(&sql, dialect).unwrap_or_default() {
            let PieceKind::Statement(range) = piece.kind else { continue };
            let alone = format!("{};", &sql[range.clone()]);
            prop_assert_eq!(statements(&alone, dialect), vec![&sql[range]]);
        }
    }

    /// What comes after a script that is split isn't swallowed, unless it is data.
    #[test]
    fn a_statement_after_the_end_is_one_more(sql in server_text(), dialect in any_dialect()) {
        if split(&sql, dialect).is_ok() {
            let longer = format!("{sql}\n;\nselect 1;");
            let mut expected = statements(&sql, dialect);
            expected.push("select 1");
            prop_assert_eq!(statements(&longer, dialect), expected);
        }
    }
}
