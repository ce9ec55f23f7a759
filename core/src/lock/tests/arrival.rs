use super::*;
use crate::diagnostic::{Code, Place};

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
        .map(Place::path)
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
        (
            &["0002_a.mysql.up.sql", "0002_a.down.sql"],
            "0002_a.sqlite.up.sql",
        ),
        // Of one version there is no order.
        (&["0003_a.mysql.sql"], "0003_a.sql"),
    ] {
        assert_eq!(told(then, new), "not-locked", "{then:?} {new}");
    }
}

#[test]
fn a_script_for_all_in_the_place_of_one_for_a_dialect_is_new() {
    assert_eq!(
        between(&[("0003_a.mysql.sql", "a")], &[("0003_a.sql", "a")]),
        ["lock-removed migrations.lock", "not-locked 0003_a.sql"]
    );
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
