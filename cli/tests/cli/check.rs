//! `check`.

use embed_migrations_core::{Dialect, Directory, Options};
use insta::assert_snapshot;

use crate::desk::Desk;

fn with_mistakes() -> Desk {
    Desk::new(&[
        ("migrations/0001_a.sql", "SELECT 'x;\n"),
        ("migrations/0002 b.sql", "SELECT 1;\n"),
        ("migrations/20241301000000_c.sql", "SELECT 1;\n"),
    ])
}

/// A warning and nothing else.
fn with_a_warning() -> Desk {
    Desk::with(&["20241301000000_c.sql"])
}

#[test]
fn every_mistake_is_told_as_the_compiler_tells_it() {
    let desk = with_mistakes();
    let ran = desk.run(&["check"]);
    assert_snapshot!(ran.all());
    let options = Options {
        dialects: vec![Dialect::Sqlite],
        ..Options::default()
    };
    let mistakes = Directory::read(&desk.path("migrations"), "migrations", &options).unwrap_err();
    assert_eq!(ran.stdout, format!("{mistakes}\n"));
}

#[test]
fn no_mistake_is_said_in_one_line() {
    let desk = Desk::with(&["0001_a.sql", "0002_b.sql"]);
    assert_snapshot!(desk.run(&["check"]).all());
}

#[test]
fn a_warning_is_told_and_counts_where_it_is_asked_to() {
    let desk = with_a_warning();
    let told = desk.run(&["check"]).fine();
    assert!(
        told.stdout.starts_with("warning: implausible-version: "),
        "{}",
        told.all()
    );
    let denied = desk.run(&["check", "--deny", "warnings"]);
    let error = told.stdout.replacen("warning: ", "error: ", 1);
    assert_eq!((denied.code, denied.stdout), (4, error));
}

#[test]
fn a_version_far_in_the_future_is_told() {
    let desk = Desk::with(&["29990101000000_c.sql"]);
    let ran = desk.run(&["check"]).fine();
    assert!(
        ran.stdout.starts_with("warning: implausible-version: "),
        "{}",
        ran.all()
    );
}

#[test]
fn what_is_not_locked_is_a_mistake() {
    let desk = Desk::with(&["0001_a.sql"]);
    desk.run(&["lock"]).fine();
    desk.write("migrations/0002_b.sql", "SELECT 2;\n");
    let ran = desk.run(&["check"]);
    assert_eq!(ran.code, 4);
    assert!(
        ran.stdout.starts_with("error: not-locked: "),
        "{}",
        ran.all()
    );
}

#[test]
fn the_dialects_are_taken_as_the_macro_takes_them() {
    // PostgreSQL alone knows the dollar.
    let text = "SELECT $$;$$;\nSELECT '\n";
    let postgres = "SELECT $$'$$;\n";
    let desk = Desk::new(&[("migrations/0001_a.sql", postgres)]);
    let read_as = |arguments: &[&str]| {
        let ran = desk.run(arguments);
        (ran.code, ran.stderr.lines().next().unwrap().to_owned())
    };
    assert_eq!(
        read_as(&["check"]),
        (4, "read as SQLite where no file name says it: the features of `embed-migrations` in Cargo.toml".to_owned())
    );
    assert_eq!(
        read_as(&["check", "--dialect", "postgresql"]),
        (
            0,
            "read as PostgreSQL where no file name says it, as `--dialect` asks".to_owned()
        )
    );
    desk.write("Cargo.toml", "[package]\n");
    assert_eq!(
        read_as(&["check"]),
        (
            0,
            "read as PostgreSQL, MySQL and SQLite where no file name says it; `dialects` in migrations.toml would say which"
                .to_owned()
        )
    );
    desk.write(
        "migrations/migrations.toml",
        "format = 1\ndialects = [\"sqlite\"]\n",
    );
    assert_eq!(
        read_as(&["check", "--dialect", "postgres"]),
        (4, "migrations: 1 error".to_owned()),
        "migrations.toml has the last word"
    );
    desk.write("migrations/0001_a.sql", text);
    assert_eq!(read_as(&["check"]).0, 4);
}

#[test]
fn the_crate_that_embeds_a_directory_outside_says_its_dialects() {
    let desk = Desk::new(&[
        ("server/Cargo.toml", ""),
        ("migrations/0001_a.sql", "SELECT 1;\n"),
    ]);
    desk.write("server/Cargo.toml", &desk.text("Cargo.toml"));
    desk.write("Cargo.toml", "[workspace]\nmembers = [\"server\"]\n");
    let ran = desk
        .run_in("server", &["check", "--dir", "../migrations"])
        .fine();
    assert!(
        ran.stderr.starts_with("read as SQLite where"),
        "{}",
        ran.stderr
    );
}

#[test]
fn the_directory_is_found_from_below_the_crate() {
    let desk = Desk::new(&[
        ("migrations/0001_a.sql", "SELECT 1;\n"),
        ("src/bin/x.rs", ""),
    ]);
    let ran = desk.run_in("src/bin", &["check"]).fine();
    assert!(
        ran.stderr
            .ends_with("../../migrations: 1 migration, no mistake\n"),
        "{}",
        ran.stderr
    );
}

#[test]
fn a_directory_that_is_not_there_is_a_mistake() {
    let desk = Desk::new(&[]);
    assert_snapshot!(desk.run(&["check", "--dir", "nowhere"]).all());
}
