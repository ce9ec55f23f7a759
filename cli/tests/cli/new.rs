//! `new`, which continues what is there.

use std::fs;
use std::time::{Duration, SystemTime};

use insta::assert_snapshot;

use crate::desk::{Desk, Ran};

/// The paths below `migrations` that are made, with `TIME` and `DASHED` for the time in them.
fn made(ran: &Ran) -> Vec<String> {
    let below = |line: &str| line.strip_prefix("migrations/").unwrap().to_owned();
    ran.lines()
        .into_iter()
        .map(below)
        .map(|path| timeless(&path))
        .collect()
}

fn timeless(path: &str) -> String {
    let is_of_time = |letter: char| letter.is_ascii_digit() || letter == '-';
    path.split_inclusive(['_', '/'])
        .map(|part| {
            let (prefix, rest) = part.split_at(part.len() - part.trim_start_matches('V').len());
            let after = rest.trim_start_matches(is_of_time);
            match rest.len() - after.len() {
                14 => format!("{prefix}TIME{after}"),
                10 | 15.. => format!("{prefix}DASHED{after}"),
                _ => part.to_owned(),
            }
        })
        .collect()
}

/// What is there, and what `new b` makes of it.
const CONTINUED: &[(&[&str], &[&str])] = &[
    (&[], &["0001_b.sql"]),
    (&["R__views.sql"], &["0001_b.sql"]),
    (&["0001_a.sql"], &["0002_b.sql"]),
    (&["1_a.sql", "9_a.sql"], &["10_b.sql"]),
    (&["0_a.sql"], &["1_b.sql"]),
    (&["0001_a.sql", "20240101120000_a.sql"], &["TIME_b.sql"]),
    (
        &["0001_a.up.sql", "0001_a.down.sql"],
        &["0002_b.up.sql", "0002_b.down.sql"],
    ),
    (
        &["0001_a.sql", "0001_a.down.sql"],
        &["0002_b.sql", "0002_b.down.sql"],
    ),
    (
        &["0001_a.up.sql", "0001_a.down.sql", "0002_c.sql"],
        &["0003_b.sql"],
    ),
    (&["0001_a/up.sql"], &["0002_b/up.sql"]),
    (
        &["0001_a/up.sql", "0001_a/down.sql"],
        &["0002_b/up.sql", "0002_b/down.sql"],
    ),
    (
        &["2024-01-01-120000_a/up.sql", "2024-01-01-120000_a/down.sql"],
        &["DASHED_b/up.sql", "DASHED_b/down.sql"],
    ),
    (&["2024-01-01-120000-0000_a/up.sql"], &["DASHED_b/up.sql"]),
    (&["2024-01-31_a.sql"], &["DASHED_b.sql"]),
    (&["2024-01-01-120000-0001_a/up.sql"], &["DASHED_b/up.sql"]),
    (
        &["0001_a/up.sql", "0001_a/up.postgres.sql"],
        &["0002_b/up.sql", "0002_b/up.postgres.sql"],
    ),
    (&["0001_create users.sql"], &["0002_b.sql"]),
    (&["0_init/migration.sql"], &["1_b/migration.sql"]),
    (
        &["00000000000000_diesel_initial_setup/up.sql"],
        &["TIME_b/up.sql"],
    ),
    (&["V1__a.sql"], &["V2__b.sql"]),
    (
        &["V001__a.sql", "U001__a.sql"],
        &["V002__b.sql", "U002__b.sql"],
    ),
    (&["V1__a.sql", "V1.9__a.sql"], &["V1.10__b.sql"]),
    (&["V1_2_3__a.sql"], &["V1_2_4__b.sql"]),
    (&["V20240101120000__a.sql"], &["VTIME__b.sql"]),
    (
        &[
            "0001_a.postgres.sql",
            "0001_a.mysql.sql",
            "0001_a.sqlite.sql",
        ],
        &[
            "0002_b.postgres.sql",
            "0002_b.mysql.sql",
            "0002_b.sqlite.sql",
        ],
    ),
    (
        &["0001_a.sqlite.up.sql", "0001_a.sqlite.down.sql"],
        &["0002_b.sqlite.up.sql", "0002_b.sqlite.down.sql"],
    ),
    (
        &["0001_a.sql", "0001_a.sqlite.sql"],
        &["0002_b.sql", "0002_b.sqlite.sql"],
    ),
    (&["0001_a.sqlite.sql", "0002_a.sql"], &["0003_b.sql"]),
    (
        &["postgres/0001_a.sql", "sqlite/0001_a.sql"],
        &["postgres/0002_b.sql", "sqlite/0002_b.sql"],
    ),
    (
        &[
            "sqlite/0001_a/up.sql",
            "mysql/0002_c/up.sql",
            "mysql/0002_c/down.sql",
        ],
        &[
            "mysql/0003_b/up.sql",
            "mysql/0003_b/down.sql",
            "sqlite/0003_b/up.sql",
        ],
    ),
    (
        &["sqlite/0001_a.sql", "mysql/V7__a.sql"],
        &["mysql/V8__b.sql", "sqlite/0008_b.sql"],
    ),
];

#[test]
fn every_layout_is_continued_as_it_is() {
    for (scripts, expected) in CONTINUED {
        let desk = Desk::with(scripts);
        fs::create_dir_all(desk.path("migrations")).unwrap();
        let ran = desk.run(&["new", "b"]).fine();
        assert_eq!(made(&ran), *expected, "{scripts:?}");
        let checked = desk.run(&["check"]);
        assert_eq!(checked.code, 0, "{scripts:?}\n{}", checked.all());
        let listed = desk.run(&["list", "--json"]).fine().json();
        let last = listed["migrations"].as_array().unwrap().last().unwrap();
        assert_eq!(last["name"], "b", "{scripts:?}");
        assert_eq!(last["scripts"].as_array().unwrap().len(), expected.len());
    }
}

#[test]
fn sections_are_continued_in_the_manner_of_the_newest_file() {
    let styles = [
        ("-- Up", "-- Down"),
        ("-- Up migration", "-- Down migration (rollback)"),
        ("-- migrate:up", "-- migrate:down"),
        ("-- +goose Up", "-- +goose Down"),
        ("-- +migrate Up", "-- +migrate Down"),
        ("-- Up Migration", "-- Down Migration"),
    ];
    for (up, down) in styles {
        let text = format!("{up}\nCREATE TABLE a (n INTEGER);\n\n{down}\nDROP TABLE a;\n");
        let desk = Desk::new(&[("migrations/0001_a.sql", &text)]);
        let ran = desk.run(&["new", "b"]).fine();
        assert_eq!(made(&ran), ["0002_b.sql"]);
        let expected =
            format!("{up}\n-- 0002_b: what it does\n\n{down}\n-- 0002_b: how it is undone\n");
        assert_eq!(desk.text("migrations/0002_b.sql"), expected);
        desk.run(&["check"]).fine();
        desk.run(&["new", "c", "--no-down"]).fine();
        assert_eq!(
            desk.text("migrations/0003_c.sql"),
            format!("{up}\n-- 0003_c: what it does\n")
        );
        desk.run(&["check"]).fine();
    }
}

#[test]
fn what_one_section_says_of_itself_is_not_said_of_the_next() {
    let text = "-- migrate:up transaction:false\nVACUUM;\n-- migrate:down transaction:false\nVACUUM;SELECT 1;\n";
    let desk = Desk::new(&[("migrations/0001_a.sql", text)]);
    desk.run(&["new", "b"]).fine();
    assert_eq!(
        desk.text("migrations/0002_b.sql"),
        "-- migrate:up\n-- 0002_b: what it does\n\n-- migrate:down\n-- 0002_b: how it is undone\n"
    );
}

#[test]
fn a_down_section_is_written_where_there_was_none() {
    let desk = Desk::new(&[("migrations/0001_a.sql", "-- +goose Up\nSELECT 1;\n")]);
    desk.run(&["new", "b", "--down"]).fine();
    let text = desk.text("migrations/0002_b.sql");
    assert!(text.contains("\n-- +goose Down\n"), "{text}");
    desk.run(&["check"]).fine();
}

#[test]
fn folders_that_only_group_are_continued_where_the_newest_lies() {
    let desk = Desk::with(&["2023/V1__a.sql", "2024/V2__a.sql"]);
    desk.write("migrations/migrations.toml", "recursive = true\n");
    assert_eq!(made(&desk.run(&["new", "b"]).fine()), ["2024/V3__b.sql"]);
    desk.run(&["check"]).fine();
}

#[test]
fn folders_that_count_in_their_own_manners_go_on_in_them() {
    let desk = Desk::with(&["postgres/2024-01-01-120000_a/up.sql", "sqlite/V2__a.sql"]);
    let expected = ["postgres/DASHED_b/up.sql", "sqlite/V3__b.sql"];
    assert_eq!(made(&desk.run(&["new", "b"]).fine()), expected);
    desk.run(&["check"]).fine();
}

#[test]
fn the_folder_of_a_dialect_that_is_served_no_more_is_left_alone() {
    let desk = Desk::with(&[
        "postgres/0001_a.sql",
        "sqlite/0001_a.sql",
        "mysql/0001_a.sql",
    ]);
    let settings = "dialects = [\"sqlite\", \"postgres\"]\n";
    desk.write("migrations/migrations.toml", settings);
    let expected = ["postgres/0002_b.sql", "sqlite/0002_b.sql"];
    assert_eq!(made(&desk.run(&["new", "b"]).fine()), expected);
}

/// What is there, what is asked for besides, and what is made.
const ASKED: &[(&[&str], &[&str], &[&str])] = &[
    (&[], &["--timestamp"], &["TIME_b.sql"]),
    (&[], &["--down"], &["0001_b.up.sql", "0001_b.down.sql"]),
    (
        &[],
        &["--dialect", "sqlite", "--dialect", "pg"],
        &["0001_b.sqlite.sql", "0001_b.postgres.sql"],
    ),
    (&["0001_a.sql"], &["--timestamp"], &["TIME_b.sql"]),
    (&["20240101120000_a.sql"], &["--sequence"], &["TIME_b.sql"]),
    (
        &["0001_a.sql"],
        &["--down"],
        &["0002_b.up.sql", "0002_b.down.sql"],
    ),
    (
        &["0001_a/up.sql"],
        &["--down"],
        &["0002_b/up.sql", "0002_b/down.sql"],
    ),
    (&["V1__a.sql"], &["--down"], &["V2__b.sql", "U2__b.sql"]),
    (
        &["0_a/migration.sql"],
        &["--down"],
        &["1_b/migration.sql", "1_b/down.sql"],
    ),
    (
        &["0001_a.up.sql", "0001_a.down.sql"],
        &["--no-down"],
        &["0002_b.up.sql"],
    ),
    (
        &["0001_a.up.sql", "0001_a.down.sql"],
        &["--down"],
        &["0002_b.up.sql", "0002_b.down.sql"],
    ),
    (
        &["0001_a.sql"],
        &["--dialect", "sqlite"],
        &["0002_b.sqlite.sql"],
    ),
    (
        &["0001_a.pg.sql", "0001_a.sqlite.sql"],
        &["--dialect", "postgres", "--dialect", "sqlite"],
        &["0002_b.pg.sql", "0002_b.sqlite.sql"],
    ),
    (
        &["pg/0001_a.sql", "sqlite/0001_a.sql"],
        &["--dialect", "sqlite"],
        &["sqlite/0002_b.sql"],
    ),
    (
        &["sqlite/0001_a.sql"],
        &["--dialect", "mysql"],
        &["mysql/0002_b.sql"],
    ),
];

#[test]
fn what_is_asked_for_is_made() {
    for (scripts, asked, expected) in ASKED {
        let desk = Desk::with(scripts);
        fs::create_dir_all(desk.path("migrations")).unwrap();
        let arguments = [&["new", "b"], *asked].concat();
        let ran = desk.run(&arguments).fine();
        assert_eq!(made(&ran), *expected, "{scripts:?} {asked:?}");
        let checked = desk.run(&["check"]);
        assert_eq!(checked.code, 0, "{scripts:?} {asked:?}\n{}", checked.all());
    }
}

#[test]
fn a_down_script_that_is_required_is_made() {
    let desk = Desk::new(&[("migrations/migrations.toml", "require_down = true\n")]);
    assert_eq!(
        made(&desk.run(&["new", "b"]).fine()),
        ["0001_b.up.sql", "0001_b.down.sql"]
    );
    desk.run(&["check"]).fine();
}

#[test]
fn it_says_what_is_to_be_done_next() {
    let desk = Desk::with(&["0001_a.sql"]);
    assert_snapshot!("one_file", desk.run(&["new", "add users"]).all());
    assert_eq!(
        desk.text("migrations/0002_add_users.sql"),
        "-- 0002_add_users: what it does\n"
    );
    desk.run(&["lock"]).fine();
    assert_snapshot!(
        "two_files_and_a_lock",
        desk.run(&["new", "b", "--down"]).all()
    );
    let desk = Desk::with(&["0001_a.sql"]);
    assert_snapshot!("locked_too", desk.run(&["new", "b", "--lock"]).all());
    desk.run(&["check"]).fine();
}

#[test]
fn a_name_that_would_not_be_read_as_it_is_meant_is_refused() {
    let desk = Desk::with(&["0001_a.sql"]);
    desk.write("migrations/migrations.toml", "ignore = [\"*_data.sql\"]\n");
    let before = desk.files();
    let mut said = Vec::new();
    for name in [
        "",
        " ",
        "a/b",
        "a\\b",
        "a:b",
        "b.postgres",
        "b.down",
        "b.postgress",
        "_",
        "seed_data",
    ] {
        let ran = desk.run(&["new", name]);
        assert!([2, 4].contains(&ran.code), "{name}\n{}", ran.all());
        said.push(format!("new '{name}'\n{}", ran.stderr));
    }
    assert_snapshot!(said.join("\n"));
    assert_eq!(desk.files(), before);
}

#[test]
fn a_name_is_a_name_whatever_it_says() {
    for name in [
        "up",
        "down",
        "no-transaction",
        "-- Up",
        "migrate:up",
        "über",
        "R__x",
        "1",
        "a.b",
        "--",
        "'",
    ] {
        let name = name.replace(':', "-");
        let desk = Desk::with(&["0001_a.sql"]);
        desk.run(&["new", "--", &name]).fine();
        let checked = desk.run(&["check"]);
        assert_eq!(checked.code, 0, "{name}\n{}", checked.all());
        let text = desk.text(&format!("migrations/0002_{}.sql", name.replace(' ', "_")));
        assert_eq!(text.lines().count(), 1);
    }
}

#[test]
fn nothing_is_written_over_and_what_was_made_is_taken_back() {
    let desk = Desk::with(&["0001_a/up.sql", "0001_a/down.sql"]);
    // What is there is no script, so nobody counts it.
    desk.write("migrations/0002_b/down.sql/x.txt", "");
    let ran = desk.run(&["new", "b"]);
    assert_eq!(ran.code, 1, "{}", ran.all());
    assert!(
        ran.stderr.starts_with("error: cannot write "),
        "{}",
        ran.stderr
    );
    assert_eq!(
        desk.files(),
        ["0001_a/down.sql", "0001_a/up.sql", "0002_b/down.sql/x.txt"]
    );
}

#[test]
fn half_written_sql_is_no_obstacle_and_a_name_that_cannot_be_read_is() {
    let desk = Desk::new(&[("migrations/0001_a.sql", "SELECT 'x\n")]);
    desk.run(&["new", "b"]).fine();
    desk.write("migrations/0003 c.sql", "SELECT 1;\n");
    assert_snapshot!(desk.run(&["new", "d"]).all());
}

#[test]
fn a_directory_that_is_not_there_is_not_made() {
    let desk = Desk::new(&[]);
    assert_snapshot!(desk.run(&["new", "a"]).all());
}

#[test]
fn cargo_sees_the_new_file_because_a_watched_one_is_touched() {
    let long_ago = SystemTime::now() - Duration::from_hours(24);
    let desk = Desk::with(&["0001_a.sql", "0002_a.sql"]);
    let age = |file: &str| desk.path(file).metadata().unwrap().modified().unwrap();
    let forget = |file: &str| {
        let opened = fs::File::options()
            .write(true)
            .open(desk.path(file))
            .unwrap();
        opened.set_modified(long_ago).unwrap();
    };
    forget("migrations/0001_a.sql");
    forget("migrations/0002_a.sql");
    desk.run(&["new", "b"]).fine();
    assert_eq!(age("migrations/0001_a.sql"), long_ago);
    assert!(age("migrations/0002_a.sql") > long_ago);

    desk.write("migrations/migrations.toml", "");
    forget("migrations/migrations.toml");
    forget("migrations/0002_a.sql");
    desk.run(&["new", "c"]).fine();
    assert!(age("migrations/migrations.toml") > long_ago);
    assert_eq!(age("migrations/0002_a.sql"), long_ago);
}
