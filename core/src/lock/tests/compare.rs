use super::*;
use crate::diagnostic::Code;

/// What is told of `now` where `then` was locked.
fn between(then: &[(&str, &str)], now: &[(&str, &str)]) -> Vec<String> {
    told(&locked(then), &directory(now))
}

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
        .map(|place| place.line())
        .collect();
    assert_eq!(related, [4, 5]);
    assert_eq!(
        mistakes[0].hints(),
        [
            "undo the edit with `git checkout -- migrations/0001_a.sql`, and put the change into a new migration",
            "if the edit is meant: `cargo migrations lock --accept migrations/0001_a.sql`",
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
    let cases: [(&str, &[(&str, &str)], &[&str]); 7] = [
        ("0002_b.sql", &[("0001_a.sql", "a")], &["0002_b.sql"]),
        (
            "0002_b.up.sql",
            &[("0001_a.up.sql", "a")],
            &["0002_b.up.sql"],
        ),
        (
            "0002_b/up.sql",
            &[("0001_a/up.sql", "a")],
            &["0002_b/up.sql"],
        ),
        ("V2__b.sql", &[("V1__a.sql", "a")], &["V2__b.sql"]),
        ("V1.2__b.sql", &[], &["V1.2__b.sql"]),
        (
            "0002_b.pg.sql",
            &[("0001_a.pg.sql", "a")],
            &["0002_b.pg.sql"],
        ),
        (
            "pg/0002_b.sql",
            &[("pg/0001_a.sql", "a"), ("mysql/0002_c.sql", "c")],
            &["pg/0002_b.sql"],
        ),
    ];
    for (file, others, expected) in cases {
        let mut then = others.to_vec();
        then.push((file, "x"));
        let mistakes = found(&locked(&then), &directory(others));
        assert_eq!(mistakes.len(), expected.len(), "{file}");
        for (mistake, path) in mistakes.iter().zip(expected) {
            assert_eq!(
                (mistake.code(), mistake.place().path()),
                (Code::LockRemoved, PATH)
            );
            let hint = &mistake.hints()[0];
            assert!(
                hint.contains(&format!("`git checkout HEAD -- migrations/{path}`")),
                "{hint}"
            );
        }
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
        mistake.hints()[0].contains("HEAD -- migrations/0002_b.sql`"),
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
fn of_several_with_one_text_the_one_with_the_name_was_renamed() {
    let now = directory(&[("0003_b.sql", "x"), ("0004_a.sql", "x")]);
    let mut lock = locked(&[("0001_a.sql", "x"), ("0002_b.sql", "x")]);
    assert_eq!(
        told(&lock, &now),
        ["lock-renamed 0003_b.sql", "lock-renamed 0004_a.sql"]
    );
    lock.accept(&now, "0004_a.sql");
    assert_eq!(lines(lock.entries()), ["0004 a up any", "0002 b up any"]);
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
fn what_is_new_above_everything_is_not_locked_once_for_its_migration() {
    let then = ("0001_a.sql", "a");
    let now = directory(&[
        then,
        ("0002_b.mysql.up.sql", "b"),
        ("0002_b.mysql.down.sql", "c"),
        ("0002_b.sqlite.up.sql", "d---e"),
        ("0003_c.sql", "f"),
    ]);
    let lock = locked(&[then]);
    assert_eq!(
        told(&lock, &now),
        ["not-locked 0002_b.mysql.up.sql", "not-locked 0003_c.sql"]
    );
    let mistakes = found(&lock, &now);
    let related: Vec<&str> = mistakes[0]
        .related_places()
        .iter()
        .map(|place| place.path())
        .collect();
    assert_eq!(
        related,
        [
            "migrations/0002_b.sqlite.up.sql",
            "migrations/0002_b.mysql.down.sql"
        ]
    );
}

#[test]
fn a_lower_version_is_overtaken_and_told_the_next_free_one() {
    let then = [("0001_a.sql", "a"), ("0005_c.sql", "c")];
    let lock = locked(&then);
    let now = directory(&[
        then[0],
        ("0003_b.up.sql", "b"),
        ("0003_b.down.sql", "x"),
        then[1],
    ]);
    let mistakes = found(&lock, &now);
    let [mistake] = &mistakes[..] else {
        panic!("{mistakes:?}");
    };
    assert_eq!(mistake.code(), Code::LockOvertaken);
    assert_eq!(mistake.place().path(), "migrations/0003_b.up.sql");
    assert_eq!(
        (
            mistake.related_places()[0].path(),
            mistake.related_places()[0].line()
        ),
        (PATH, 5)
    );
    assert_eq!(
        mistake.hints(),
        [
            "move it behind the newest with `cargo migrations renumber migrations/0003_b.up.sql`: the next free version \
             is 0006",
            "if it may run after the newer one: `cargo migrations lock --accept migrations/0003_b.up.sql`",
        ]
    );
}

#[test]
fn a_line_overtakes_in_the_dialects_that_it_serves() {
    let told = |then: &[&str], new: &str| {
        let then: Vec<(&str, &str)> = then.iter().map(|file| (*file, *file)).collect();
        let mut now = then.clone();
        now.push((new, "new"));
        let told = between(&then, &now);
        assert_eq!(told.len(), 1, "{told:?}");
        told[0].split(' ').next().unwrap().to_owned()
    };
    for (then, new) in [
        // A script for all serves each.
        (&["0003_a.sql"][..], "0002_b.mysql.sql"),
        (&["0003_a.mysql.sql"], "0002_b.mysql.sql"),
        (&["0001_a.sql", "0003_a.mysql.sql"], "0002_b.sql"),
        // It takes MySQL from the script for all.
        (&["0003_a.sql"], "0003_a.mysql.sql"),
        (&["0002_a.sql", "0003_b.sql"], "0002_a.mysql.sql"),
        (
            &["mysql/0001_a.sql", "mysql/0003_b.sql"],
            "mysql/0002_x.sql",
        ),
    ] {
        assert_eq!(told(then, new), "lock-overtaken", "{then:?} {new}");
    }
    for (then, new) in [
        // A dialect that comes later begins at the beginning.
        (&["0003_a.mysql.sql"][..], "0002_b.sqlite.sql"),
        (
            &["0002_a.mysql.sql", "0003_b.mysql.sql"],
            "0002_a.sqlite.sql",
        ),
        (
            &["mysql/0001_a.sql", "mysql/0003_b.sql"],
            "sqlite/0002_x.sql",
        ),
        // The rest, without the one that overtook.
        (&["0002_a.mysql.sql", "0003_b.mysql.sql"], "0002_a.sql"),
        // A down script is needed when its turn comes.
        (&["0002_a.up.sql", "0003_b.sql"], "0002_a.down.sql"),
        (
            &["0002_a.up.sql", "0002_a.down.sql"],
            "0002_a.mysql.down.sql",
        ),
        // Of one version there is no order.
        (&["0003_a.mysql.sql"], "0003_a.sql"),
    ] {
        assert_eq!(told(then, new), "not-locked", "{then:?} {new}");
    }
}

#[test]
fn in_folders_one_version_may_be_two_migrations() {
    let then = [("pg/0001_a.sql", "a"), ("mysql/0001_b.sql", "b")];
    assert!(between(&then, &then).is_empty());
    assert_eq!(
        between(
            &then,
            &[
                then[0],
                then[1],
                ("pg/0002_c.sql", "c"),
                ("mysql/0002_d.sql", "d")
            ]
        ),
        ["not-locked pg/0002_c.sql", "not-locked mysql/0002_d.sql"]
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
