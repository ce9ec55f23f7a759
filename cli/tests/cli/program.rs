//! The program as such: how it is called, what it says of itself, and how it ends.

use insta::assert_snapshot;

use crate::desk::Desk;

#[test]
fn cargo_calls_it_with_its_name_first() {
    let desk = Desk::with(&["0001_a.sql"]);
    let by_cargo = desk.run(&["migrations", "list"]).fine();
    let alone = desk.run(&["list"]).fine();
    assert_eq!(by_cargo.stdout, alone.stdout);
    let usage = |arguments: &[&str]| {
        let help = desk.run(arguments).fine().stdout;
        let usage = help.lines().find(|line| line.starts_with("Usage: "));
        usage.unwrap().to_owned()
    };
    assert_eq!(
        usage(&["migrations", "list", "--help"]),
        "Usage: cargo migrations list [OPTIONS]"
    );
    assert_eq!(
        usage(&["list", "--help"]),
        "Usage: cargo-migrations list [OPTIONS]"
    );
}

#[test]
fn the_help_is_short() {
    let desk = Desk::new(&[]);
    assert_snapshot!("help", desk.run(&["migrations", "--help"]).all());
    assert_snapshot!("help_of_new", desk.run(&["migrations", "new", "-h"]).all());
}

#[test]
fn what_cannot_be_asked_for_is_a_usage_error() {
    let desk = Desk::with(&["0001_a.sql"]);
    for arguments in [
        &["nonsense"][..],
        &[],
        &["check", "--dialect", "oracle"],
        &["new"],
        &["new", "a", "--sequence", "--timestamp"],
        &["new", "a", "--down", "no-down"],
        &["renumber", "nothing.sql"],
        &["lock", "--accept", "nothing.sql"],
        &["explain", "nothing"],
    ] {
        let ran = desk.run(arguments);
        assert_eq!(ran.code, 2, "{arguments:?}\n{}", ran.all());
        assert_eq!(ran.stdout, "", "{arguments:?}");
    }
}

#[test]
fn options_may_stand_before_and_after_the_verb() {
    let desk = Desk::new(&[("sql/0001_a.sql", "SELECT 1;\n")]);
    let before = desk.run(&["--dir", "sql", "--json", "list"]).fine();
    let after = desk.run(&["list", "--json", "--dir", "sql"]).fine();
    assert_eq!(before.stdout, after.stdout);
}

#[test]
fn every_shell_gets_its_completions() {
    let desk = Desk::new(&[]);
    for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
        let script = desk.run(&["completions", shell]).fine().stdout;
        for word in ["cargo-migrations", "renumber", "no-down"] {
            assert!(script.contains(word), "{shell} does not complete {word}");
        }
        let knows_codes = script.contains("not-in-transaction");
        assert_eq!(knows_codes, ["bash", "zsh"].contains(&shell), "{shell}");
    }
}

#[test]
fn there_is_a_manual_with_a_page_for_each_verb() {
    let desk = Desk::new(&[]);
    let page = desk.run(&["man"]).fine().stdout;
    assert!(page.contains(".TH cargo-migrations 1"), "{page}");
    desk.run(&["man", "--out", "migrations/man1"]).fine();
    let pages = desk.files();
    assert!(
        pages.contains(&"man1/cargo-migrations.1".to_owned()),
        "{pages:?}"
    );
    assert!(
        pages.contains(&"man1/cargo-migrations-renumber.1".to_owned()),
        "{pages:?}"
    );
    let text = desk.text("migrations/man1/cargo-migrations-new.1");
    assert!(text.contains("timestamp"), "{text}");
}
