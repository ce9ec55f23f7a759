use super::*;
use crate::diagnostic::{Code, Place};

#[test]
fn what_is_as_it_was_locked_is_no_mistake() {
    let files = [
        ("0001_a.up.sql", "a"),
        ("0001_a.down.sql", "b"),
        ("0002_b.mysql.sql", "c"),
        ("0002_b.sql", "d"),
        ("0003_c.sql", "e---f"),
    ];
    assert!(between(&files, &files).is_empty());
    assert!(between(&[], &[]).is_empty());
}

#[test]
fn an_edit_is_told_once_for_its_file_with_every_line() {
    let then = [("0001_a.sql", "a---b"), ("0002_b.sql", "c")];
    let now = directory(&[("0001_a.sql", "A---B"), ("0002_b.sql", "c")]);
    let lock = locked(&then);
    assert_eq!(told(&lock, &now), ["lock-edited 0001_a.sql"]);
    let mistakes = found(&lock, &now);
    let related: Vec<usize> = mistakes[0]
        .related_places()
        .iter()
        .map(Place::line)
        .collect();
    assert_eq!(related, [4, 5]);
    assert_eq!(
        mistakes[0].hints(),
        [
            "undo the edit with `git checkout <commit> -- migrations/0001_a.sql` (see `git log`), and put the change into a new migration",
            "if the edit is meant, and no database has run it yet: `cargo migrations lock --accept migrations/0001_a.sql`",
        ]
    );
}

#[test]
fn an_edit_of_one_section_or_of_one_dialect_is_one() {
    assert_eq!(
        between(&[("0001_a.sql", "a---b")], &[("0001_a.sql", "a---B")]),
        ["lock-edited 0001_a.sql"]
    );
    assert_eq!(
        between(
            &[("0001_a.mysql.sql", "a"), ("0001_a.sqlite.sql", "a")],
            &[("0001_a.mysql.sql", "a"), ("0001_a.sqlite.sql", "b")]
        ),
        ["lock-edited 0001_a.sqlite.sql"]
    );
}

#[test]
fn what_is_gone_is_told_at_its_line_with_the_file_that_it_was() {
    let cases: &[(&str, &[(&str, &str)])] = &[
        ("0002_b.sql", &[("0001_a.sql", "a")]),
        ("0002_b.up.sql", &[("0001_a.up.sql", "a")]),
        ("0002_b/up.sql", &[("0001_a/up.sql", "a")]),
        ("V2__b.sql", &[("V1__a.sql", "a")]),
        ("V1.2__b.sql", &[]),
        ("0002_b.pg.sql", &[("0001_a.pg.sql", "a")]),
        ("0002_b.sql", &[("0001_a.sql", "a"), ("0005_c.up.sql", "c")]),
        (
            "0006_d.up.sql",
            &[("0001_a.sql", "a"), ("0005_c.up.sql", "c")],
        ),
        (
            "pg/0002_b.sql",
            &[("pg/0001_a.sql", "a"), ("mysql/0002_c.sql", "c")],
        ),
    ];
    for (file, others) in cases {
        let mut then = others.to_vec();
        then.push((file, "x"));
        let mistakes = found(&locked(&then), &directory(others));
        let [mistake] = &mistakes[..] else {
            panic!("{file}: {mistakes:?}");
        };
        let place = mistake.place();
        assert_eq!((mistake.code(), place.path()), (Code::LockRemoved, PATH));
        assert_eq!(
            mistake.hints()[0],
            format!(
                "bring it back with `git checkout <commit> -- migrations/{file}`, from before it went (see `git log`)"
            )
        );
    }
}

#[test]
fn the_sections_of_a_file_that_is_gone_are_one_mistake_and_two_files_are_two() {
    let rest = ("0001_a.sql", "a---b");
    assert_eq!(between(&[rest, ("0002_b.sql", "c---d")], &[rest]).len(), 1);
    let rest = [("0001_a.up.sql", "a"), ("0001_a.down.sql", "b")];
    let then = [
        rest[0],
        rest[1],
        ("0002_b.up.sql", "c"),
        ("0002_b.down.sql", "d"),
    ];
    assert_eq!(between(&then, &rest).len(), 2);
}

#[test]
fn a_section_that_is_gone_names_the_file_that_is_there() {
    let rest = ("0001_a.sql", "a---b");
    let mistakes = found(
        &locked(&[rest, ("0002_b.sql", "c---d")]),
        &directory(&[rest, ("0002_b.sql", "c")]),
    );
    let [mistake] = &mistakes[..] else {
        panic!("{mistakes:?}");
    };
    assert!(
        mistake.message().contains("its down script is gone"),
        "{mistake}"
    );
    assert!(
        mistake.hints()[0].contains("<commit> -- migrations/0002_b.sql`"),
        "{mistake}"
    );
}

#[test]
fn another_name_or_another_version_with_the_same_text_is_a_rename() {
    for (then, now, back) in [
        (
            "0002_b.sql",
            "0002_c.sql",
            "migrations/0002_c.sql migrations/0002_b.sql",
        ),
        (
            "0002_b.sql",
            "02_b.sql",
            "migrations/02_b.sql migrations/0002_b.sql",
        ),
        (
            "0002_b.sql",
            "0003_b.sql",
            "migrations/0003_b.sql migrations/0002_b.sql",
        ),
        (
            "0002_b.sql",
            "0000_c.sql",
            "migrations/0000_c.sql migrations/0002_b.sql",
        ),
        (
            "0002_b/up.sql",
            "0003_c/up.sql",
            "migrations/0003_c migrations/0002_b",
        ),
        (
            "V1.2__b.sql",
            "V1_3__b.sql",
            "migrations/V1_3__b.sql migrations/V1.2__b.sql",
        ),
        (
            "pg/0002_b.sql",
            "pg/0003_b.sql",
            "migrations/pg/0003_b.sql migrations/pg/0002_b.sql",
        ),
    ] {
        let (lock, now) = (locked(&[(then, "b")]), directory(&[(now, "b")]));
        let mistakes = found(&lock, &now);
        let [mistake] = &mistakes[..] else {
            panic!("{then}: {mistakes:?}");
        };
        assert_eq!(mistake.code(), Code::LockRenamed);
        let hint = &mistake.hints()[0];
        assert!(hint.contains(&format!("`git mv {back}`")), "{hint}");
    }
}

#[test]
fn a_folder_that_was_renamed_is_one_mistake() {
    let mistakes = found(
        &locked(&[("0002_b/up.sql", "b"), ("0002_b/down.sql", "c")]),
        &directory(&[("0002_x/up.sql", "b"), ("0002_x/down.sql", "c")]),
    );
    let [mistake] = &mistakes[..] else {
        panic!("{mistakes:?}");
    };
    assert_eq!(mistake.place().path(), "migrations/0002_x/up.sql");
    assert_eq!(mistake.related_places().len(), 2);
    assert_eq!(
        mistake.hints(),
        [
            "undo it with `git mv migrations/0002_x migrations/0002_b`",
            "if the name is meant: `cargo migrations lock --accept migrations/0002_x`",
        ]
    );
}

#[test]
fn a_down_script_moves_with_its_up_script_and_only_with_it() {
    let then = [("0001_a.up.sql", "a"), ("0001_a.down.sql", "no way back")];
    let moved = [("0002_a.up.sql", "a"), ("0002_a.down.sql", "no way back")];
    assert_eq!(
        between(&then, &moved),
        ["lock-renamed 0002_a.down.sql", "lock-renamed 0002_a.up.sql"]
    );
    let new = [
        then[0],
        ("0002_b.up.sql", "b"),
        ("0002_b.down.sql", "no way back"),
    ];
    assert_eq!(
        between(&then, &new),
        ["lock-removed migrations.lock", "not-locked 0002_b.up.sql"]
    );
}

#[test]
fn a_script_that_was_edited_moves_with_the_rest_of_its_migration() {
    assert_eq!(
        between(
            &[("0001_a.mysql.sql", "a"), ("0001_a.sqlite.sql", "b")],
            &[("0002_a.mysql.sql", "a"), ("0002_a.sqlite.sql", "B")]
        ),
        [
            "lock-edited 0002_a.sqlite.sql",
            "lock-renamed 0002_a.mysql.sql",
            "lock-renamed 0002_a.sqlite.sql"
        ]
    );
}

#[test]
fn of_several_with_one_text_the_one_with_the_name_was_renamed() {
    let now = directory(&[("0003_b.sql", "x"), ("0004_a.sql", "x")]);
    let mut lock = locked(&[("0001_a.sql", "x"), ("0002_b.sql", "x")]);
    assert_eq!(
        told(&lock, &now),
        ["lock-renamed 0003_b.sql", "lock-renamed 0004_a.sql"]
    );
    lock.accept(&now, "0004_a.sql");
    assert_eq!(lines(lock.entries()), ["0004 a up any", "0002 b up any"]);

    let now = directory(&[("0003_a.sql", "x"), ("0004_a.sql", "x")]);
    let mut lock = locked(&[("0001_a.sql", "x"), ("0002_a.sql", "x")]);
    lock.accept(&now, "0004_a.sql");
    assert_eq!(lines(lock.entries()), ["0001 a up any", "0004 a up any"]);
}

#[test]
fn renamed_and_edited_is_both() {
    assert_eq!(
        between(&[("0001_a.sql", "a")], &[("0001_b.sql", "b")]),
        ["lock-edited 0001_b.sql", "lock-renamed 0001_b.sql"]
    );
}

#[test]
fn a_text_that_is_there_twice_is_no_rename() {
    let then = [("0001_a.sql", "x")];
    assert_eq!(
        between(&then, &[then[0], ("0002_b.sql", "x")]),
        ["not-locked 0002_b.sql"]
    );
}

#[test]
fn a_digest_that_does_not_fit_is_told_beside_the_rest() {
    let files = [("0001_a.sql", "a"), ("0002_b.sql", "b")];
    let text = locked(&files).to_string();
    let lock = Lock::parse(&text.replace("0002 b up", "0002 b down"), PATH).unwrap();
    assert_eq!(
        told(&lock, &directory(&files)),
        [
            "lock-removed migrations.lock",
            "not-locked 0002_b.sql",
            "lock-digest migrations.lock"
        ]
    );
}
