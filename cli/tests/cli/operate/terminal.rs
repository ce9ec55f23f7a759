//! At a terminal: colour, the width of a line, a question, and what is under way.

use std::io::{Read, Write};

use pty_process::blocking::{Command, Pty, open};
use sqlx::Postgres;
use tests::Backend;

use super::mend::in_doubt;
use super::{FILE, shop};
use crate::desk::Desk;

/// A program at a terminal of so many columns.
fn at_terminal(desk: &Desk, columns: u16, arguments: &[&str], typed: &str) -> (i32, String) {
    let variables = [("TERM", "xterm-256color")];
    with_variables(desk, columns, arguments, typed, &variables)
}

fn with_variables(
    desk: &Desk,
    columns: u16,
    arguments: &[&str],
    typed: &str,
    variables: &[(&str, &str)],
) -> (i32, String) {
    let (mut pty, pts) = open().unwrap();
    pty.resize(pty_process::Size::new(24, columns)).unwrap();
    let mut child = Command::new(env!("CARGO_BIN_EXE_cargo-migrations"))
        .args(arguments)
        .current_dir(desk.path(""))
        .env("DATABASE_URL", FILE)
        .env_remove("NO_COLOR")
        .env_remove("CLICOLOR")
        .envs(variables.iter().copied())
        .spawn(pts)
        .unwrap();
    pty.write_all(typed.as_bytes()).unwrap();
    let shown = all(&mut pty);
    (child.wait().unwrap().code().unwrap(), shown)
}

/// Everything until the program has closed its end, which the terminal reports as an error.
fn all(pty: &mut Pty) -> String {
    let mut shown = Vec::new();
    let mut buffer = [0; 4096];
    while let Ok(length @ 1..) = pty.read(&mut buffer) {
        shown.extend_from_slice(&buffer[..length]);
    }
    String::from_utf8(shown).unwrap()
}

#[test]
fn states_are_coloured_unless_no_color_says_otherwise() {
    let desk = shop();
    let (code, shown) = at_terminal(&desk, 120, &["status"], "");
    assert_eq!(code, 0, "{shown}");
    assert!(shown.contains("\u{1b}[33mpending\u{1b}[0m"), "{shown:?}");
    let variables = [("TERM", "xterm-256color"), ("NO_COLOR", "1")];
    let (_, plain) = with_variables(&desk, 120, &["status"], "", &variables);
    assert!(
        plain.contains("pending") && !plain.contains("\u{1b}[33m"),
        "{plain:?}"
    );
}

#[test]
fn a_long_name_is_cut_where_the_terminal_ends_and_in_no_file() {
    let name = "a_table_for_everything_that_the_shop_has_ever_sold_and_will_sell";
    let desk = shop();
    desk.write(&format!("migrations/0003_{name}.sql"), "SELECT 1;\n");
    let (_, shown) = at_terminal(&desk, 70, &["status"], "");
    assert!(
        shown.contains("a_table_for") && shown.contains('…') && !shown.contains(name),
        "{shown}"
    );
    let file = desk.on_file(&["status"]).fine();
    assert!(file.stdout.contains(name), "{}", file.all());
}

#[test]
fn a_reversion_shows_what_it_would_do_and_asks() {
    let desk = shop();
    desk.on_file(&["run"]).fine();
    let (code, shown) = at_terminal(&desk, 120, &["revert"], "n\n");
    assert_eq!(code, 2, "{shown}");
    assert!(
        shown.contains("revert 0002 orders: 1 statement of "),
        "{shown}"
    );
    assert!(shown.contains("go on? [y/N] "), "{shown}");
    assert!(
        shown.contains("nothing was done: it was not confirmed"),
        "{shown}"
    );
    assert_eq!(desk.on_file(&["version"]).fine().lines(), ["2"]);
    let (code, shown) = at_terminal(&desk, 120, &["revert"], "y\n");
    assert_eq!(code, 0, "{shown}");
    assert_eq!(desk.on_file(&["version"]).fine().lines(), ["1"]);
}

#[test]
fn a_reset_wants_the_name_typed() {
    let desk = shop();
    desk.on_file(&["run"]).fine();
    let (code, shown) = at_terminal(&desk, 120, &["reset"], "y\n");
    assert_eq!(code, 2, "{shown}");
    assert!(shown.contains("type `shop.sqlite` to go on: "), "{shown}");
    let (code, shown) = at_terminal(&desk, 120, &["reset"], "shop.sqlite\n");
    assert_eq!(code, 0, "{shown}");
}

#[test]
fn what_is_in_doubt_is_shown_before_anybody_is_asked_about_it() {
    let desk = in_doubt();
    let (code, shown) = at_terminal(&desk, 200, &["resolve", "2", "--ran"], "no\n");
    assert_eq!(code, 2, "{shown}");
    let doubt = shown.find("migrations/0002_broken.sql:3").unwrap();
    let statement = shown.find("INSERT INTO a VALUES (1)").unwrap();
    let question = shown.find("go on? [y/N] ").unwrap();
    assert!(doubt < statement && statement < question, "{shown}");
    assert_eq!(desk.on_file(&["validate"]).code, 6);
    let (code, shown) = at_terminal(&desk, 200, &["resolve", "2", "--ran"], "y\n");
    assert_eq!(code, 0, "{shown}");
    // There is nothing to ask about any more.
    let (code, shown) = at_terminal(&desk, 200, &["resolve", "2", "--ran"], "y\n");
    assert_eq!(code, 2, "{shown}");
    assert!(!shown.contains("go on?"), "{shown}");
}

#[test]
fn a_run_shows_what_is_under_way() {
    let slow = "INSERT INTO a WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 400000) SELECT count(*) FROM n;\n";
    let script = format!(
        "-- no-transaction\nCREATE TABLE a (n INTEGER);\n{}",
        slow.repeat(5)
    );
    let desk = Desk::new(&[("migrations/0001_a.sql", &script)]);
    let (code, shown) = at_terminal(&desk, 120, &["run"], "");
    assert_eq!(code, 0, "{shown}");
    assert!(shown.contains("migrations/0001_a.sql:"), "{shown:?}");
    assert!(shown.contains("of 6"), "{shown:?}");
    assert!(shown.contains("applied 1 migration in "), "{shown:?}");
}

/// An expression that sleeps makes a build of any length out of a few rows.
#[tokio::test]
async fn an_index_build_shows_how_far_the_server_is() {
    let fresh = Postgres::fresh().await;
    let script = "CREATE TABLE a (n INTEGER);\nINSERT INTO a SELECT generate_series(1, 300);\n\
        CREATE FUNCTION slow(n INTEGER) RETURNS INTEGER IMMUTABLE LANGUAGE plpgsql AS $$\n\
        BEGIN PERFORM pg_sleep(0.01); RETURN n; END $$;\n";
    let desk = Desk::new(&[
        ("migrations/0001_a.sql", script),
        ("migrations/0002_b.sql", "CREATE INDEX b ON a (slow(n));\n"),
    ]);
    let variables = [("TERM", "xterm-256color"), ("DATABASE_URL", &*fresh.url)];
    let (code, shown) = with_variables(&desk, 120, &["run"], "", &variables);
    assert_eq!(code, 0, "{shown}");
    assert!(shown.contains("0002 b: building index"), "{shown:?}");
    assert!(shown.contains(" %"), "{shown:?}");
}
