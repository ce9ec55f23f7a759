use super::*;

#[test]
fn a_new_value_is_used_before_it_is_committed() {
    for sql in [
        "ALTER TYPE a ADD VALUE 'x'; UPDATE b SET c = 'x'",
        "ALTER TYPE \"b\".\"A\" ADD VALUE IF NOT EXISTS 'x' BEFORE 'y'; SELECT 1; INSERT INTO b VALUES (1, 'x')",
        "ALTER TYPE a ADD VALUE 'it''s'; ALTER TABLE b ALTER c SET DEFAULT 'it''s'",
        "ALTER TYPE a ADD VALUE 'w'; ALTER TYPE a ADD VALUE 'x'; CREATE INDEX ON b (c) WHERE c = 'x'",
        "-- no-transaction\nBEGIN; ALTER TYPE a ADD VALUE 'x'; UPDATE b SET c = 'x'; COMMIT",
    ] {
        assert_eq!(refused(sql, &[Postgres]), [Code::NewEnumValue], "{sql}");
        assert_eq!(refused(sql, &Dialect::ALL), [Code::NewEnumValue], "{sql}");
    }
    let mistake = only(
        "ALTER TYPE a ADD VALUE 'x'; UPDATE b SET c = 'x'",
        &[Postgres],
    );
    assert_eq!(mistake.place().column(), 46);
    assert_eq!(mistake.related_places()[0].column(), 1);
}

#[test]
fn a_value_that_is_committed_or_new_with_its_type_can_be_used() {
    for sql in [
        "-- no-transaction\nALTER TYPE a ADD VALUE 'x'; UPDATE b SET c = 'x'",
        "-- no-transaction\nBEGIN; ALTER TYPE a ADD VALUE 'x'; COMMIT; BEGIN; UPDATE b SET c = 'x'; COMMIT",
        "CREATE TYPE a AS ENUM ('y'); ALTER TYPE a ADD VALUE 'x'; UPDATE b SET c = 'x'",
        "CREATE TYPE s.\"A\" AS ENUM ('y'); ALTER TYPE \"A\" ADD VALUE 'x'; UPDATE b SET c = 'x'",
    ] {
        assert_eq!(refused(sql, &[Postgres]), [], "{sql}");
    }
}

#[test]
fn what_only_names_a_new_value_does_not_use_it() {
    for sql in [
        "ALTER TYPE a ADD VALUE 'x'; ALTER TYPE a ADD VALUE 'y' AFTER 'x'",
        "ALTER TYPE a ADD VALUE 'x'; ALTER TYPE a RENAME VALUE 'x' TO 'z'",
        "ALTER TYPE a ADD VALUE 'x'; COMMENT ON TYPE a IS 'x'",
        "ALTER TYPE a ADD VALUE 'x'; UPDATE b SET c = 'X' WHERE d = 'xy'",
        "ALTER TYPE a ADD VALUE 'x'; UPDATE b SET c = 1 WHERE d::text = 'x'",
        "ALTER TYPE a ADD VALUE 'x'; UPDATE b SET \"x\" = 1 -- 'x'",
        "ALTER TYPE a ADD VALUE 'x'; CREATE FUNCTION f() RETURNS a LANGUAGE plpgsql AS $$ BEGIN RETURN 'x'; END $$",
        "UPDATE b SET c = 'x'; ALTER TYPE a ADD VALUE 'x'",
    ] {
        assert_eq!(codes(sql, &[Postgres]), [], "{sql}");
    }
}
