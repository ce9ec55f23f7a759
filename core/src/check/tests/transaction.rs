use super::*;

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
        assert_eq!(refused(&alone, &[dialect]), [], "{sql}");
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
fn an_own_transaction_is_ended_and_autocommit_stays() {
    let own = |sql: &str| refused(&format!("-- no-transaction\n{sql}"), &Dialect::ALL);
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

#[test]
fn mysql_locks_of_tables_hide_the_history_however_the_script_is_run() {
    for sql in [
        "LOCK TABLES a WRITE; INSERT INTO a VALUES (1); UNLOCK TABLES",
        "lock table `a` as `b` read local, c write",
        "-- no-transaction\nLOCK TABLES a WRITE",
    ] {
        assert_eq!(refused(sql, &[MySql]), [Code::TransactionControl], "{sql}");
        assert_eq!(
            refused(sql, &Dialect::ALL),
            [Code::TransactionControl],
            "{sql}"
        );
        assert_eq!(refused(sql, &[Postgres]), [], "{sql}");
    }
    for sql in [
        "LOCK TABLE a IN EXCLUSIVE MODE",
        "LOCK tables",
        "LOCK TABLE read IN SHARE MODE",
    ] {
        assert_eq!(refused(sql, &Dialect::ALL), [], "{sql}");
    }
    assert_eq!(refused("UNLOCK TABLES", &[MySql]), []);
}

#[test]
fn postgres_statements_about_the_whole_session_or_a_slot_do_not_run_in_a_transaction() {
    let subscription = "CREATE SUBSCRIPTION a CONNECTION 'b' PUBLICATION c";
    for sql in ["DISCARD ALL", subscription] {
        assert_eq!(refused(sql, &[Postgres]), [Code::NotInTransaction], "{sql}");
    }
    for sql in [
        "DISCARD PLANS".to_owned(),
        format!("{subscription} WITH (enabled = off, create_slot = false)"),
        format!("{subscription} WITH (connect = off)"),
    ] {
        assert_eq!(refused(&sql, &[Postgres]), [], "{sql}");
    }
    let slot = format!("{subscription} WITH (create_slot = true)");
    assert_eq!(refused(&slot, &[Postgres]), [Code::NotInTransaction]);
}
