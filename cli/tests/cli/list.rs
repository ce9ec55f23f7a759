//! `list`.

use insta::assert_snapshot;

use crate::desk::Desk;

const SECTIONS: &str =
    "-- migrate:up\nCREATE TABLE b (n INTEGER);\n-- migrate:down\nDROP TABLE b;\n";

#[test]
fn every_script_is_a_line_with_what_is_known_of_it() {
    let desk = Desk::new(&[
        (
            "migrations/0001_users.up.sql",
            "CREATE TABLE users (id INTEGER);\nSELECT 1;\n",
        ),
        ("migrations/0001_users.down.sql", "DROP TABLE users;\n"),
        ("migrations/0002_b.sql", SECTIONS),
        (
            "migrations/0003_vacuum.sqlite.sql",
            "-- no-transaction\nVACUUM;\n",
        ),
        ("migrations/0003_vacuum.sql", "-- there is none\n"),
        ("migrations/R__view.sql", "SELECT 1;\n"),
        ("migrations/afterMigrate__grants.sql", "SELECT 1;\n"),
        ("migrations/afterMigrate__grants.mysql.sql", "SELECT 1;\n"),
        ("migrations/beforeMigrate.sql", "SELECT 1;\n"),
    ]);
    assert_snapshot!(desk.run(&["list"]).all());
}

#[test]
fn the_lock_is_told_where_there_is_one() {
    let desk = Desk::with(&["0001_a.sql", "0002_b.sql"]);
    desk.run(&["lock"]).fine();
    desk.write("migrations/0002_b.sql", "SELECT 'edited';\n");
    desk.write("migrations/0003_c.sql", "SELECT 3;\n");
    assert_snapshot!(desk.run(&["list"]).fine().stdout);
}

#[test]
fn statements_are_counted_for_each_dialect_where_they_differ() {
    // In MySQL alone `#` begins a comment.
    let text = "SELECT 1 # 2;\nSELECT 3;\n";
    let desk = Desk::new(&[("Cargo.toml", ""), ("migrations/0001_a.sql", text)]);
    let listed = desk.run(&["list"]).fine();
    assert!(
        listed.stdout.contains("2 postgres, 2 sqlite, 1 mysql"),
        "{}",
        listed.stdout
    );
}

#[test]
fn a_directory_with_mistakes_is_not_listed() {
    let desk = Desk::new(&[("migrations/0001_a.sql", "SELECT 'x;\n")]);
    assert_snapshot!(desk.run(&["list"]).all());
}
