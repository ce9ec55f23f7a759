use super::*;

#[test]
fn a_script_for_mysql_that_changes_schema_and_rows_is_told_at_the_second_kind() {
    for (sql, column) in [
        (
            "CREATE TABLE a (b INT); INSERT INTO a VALUES (1); UPDATE a SET b = 2",
            25,
        ),
        ("UPDATE a SET b = 2; ALTER TABLE a DROP b", 21),
        ("TRUNCATE a; LOAD DATA INFILE 'b' INTO TABLE a", 13),
        ("GRANT SELECT ON a TO b; REPLACE INTO a VALUES (1)", 25),
        (
            "OPTIMIZE LOCAL TABLE a; WITH b AS (SELECT 1) DELETE FROM a",
            25,
        ),
        ("CREATE TABLE a (b INT); /*!40000 DELETE FROM a */", 25),
    ] {
        let mistake = only(sql, &[MySql]);
        assert_eq!(mistake.code(), Code::DdlWithData, "{sql}");
        assert_eq!(mistake.place().column(), column, "{sql}");
        assert_eq!(mistake.related_places().len(), 1);
    }
}

#[test]
fn other_dialects_roll_both_back_and_an_unknown_one_may() {
    let sql = "CREATE TABLE a (b INT); INSERT INTO a VALUES (1)";
    for dialects in [&[Postgres][..], &[Sqlite], &Dialect::ALL] {
        assert_eq!(codes(sql, dialects), []);
    }
}

#[test]
fn one_kind_alone_is_fine() {
    for sql in [
        "CREATE TABLE a (b INT); ALTER TABLE a ADD c INT; SET @d = 1",
        "INSERT INTO a VALUES (1); DELETE FROM b; SELECT 1",
        "CREATE TEMPORARY TABLE a (b INT); INSERT INTO a VALUES (1); DROP TEMPORARY TABLE a",
        "CREATE TABLE a AS SELECT 1; WITH b AS (SELECT 1) SELECT * FROM b",
        "CREATE TRIGGER a AFTER INSERT ON b FOR EACH ROW DELETE FROM c",
    ] {
        assert_eq!(codes(sql, &[MySql]), [], "{sql}");
    }
}
