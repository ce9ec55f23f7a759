use super::*;

#[test]
fn what_is_added_is_in_the_order_of_versions_behind_what_was_there() {
    let mut lock = locked(&[("0002_b.sql", "b")]);
    let now = directory(&[
        ("0002_b.sql", "b"),
        ("0010_d.up.sql", "d"),
        ("0010_d.down.sql", "e"),
        ("0009_c.sqlite.sql", "c"),
        ("0009_c.postgres.sql", "c"),
    ]);
    let added = lock.add(&now);
    assert_eq!(
        lines(&added),
        [
            "0009 c up postgres",
            "0009 c up sqlite",
            "0010 d up any",
            "0010 d down any"
        ]
    );
    assert_eq!(lock.entries()[1..], added);
    assert_eq!(lock.add(&now), []);
}

#[test]
fn what_needs_a_decision_is_not_added() {
    let then = [
        ("0001_a.sql", "a"),
        ("0005_e.sql", "e"),
        ("0006_f.sql", "f"),
    ];
    let mut lock = locked(&then);
    let before = lock.clone();
    let now = directory(&[
        ("0001_a.sql", "edited"),
        ("0003_late.sql", "c"),
        ("0005_renamed.sql", "e"),
        ("0007_f.sql", "f"),
    ]);
    assert_eq!(lock.add(&now), []);
    assert_eq!(lock, before);
}

#[test]
fn an_accepted_line_stands_where_it_stood() {
    let then = [
        ("0001_a.sql", "a"),
        ("0002_b.sql", "b---c"),
        ("0003_d.sql", "d"),
    ];
    let mut lock = locked(&then);
    let now = directory(&[
        ("0001_a.sql", "A"),
        ("0002_x.sql", "B---c"),
        ("0004_d.sql", "d"),
    ]);
    let changed = lock.accept(&now, "migrations/0002_x.sql");
    assert_eq!(lines(&changed), ["0002 x up any", "0002 x down any"]);
    assert_eq!(changed[0].checksum, Checksum::of("B"));
    assert_eq!(lines(&lock.accept(&now, "0004_d.sql")), ["0004 d up any"]);
    assert_eq!(
        lines(lock.entries()),
        [
            "0001 a up any",
            "0002 x up any",
            "0002 x down any",
            "0004 d up any"
        ]
    );
    assert_eq!(told(&lock, &now), ["lock-edited 0001_a.sql"]);
}

#[test]
fn only_the_file_that_is_named_is_accepted() {
    let mut lock = locked(&[("0001_a.sql", "a"), ("0002_b.sql", "b")]);
    let before = lock.clone();
    let now = directory(&[("0001_a.sql", "A"), ("0002_b.sql", "b")]);
    for path in [
        "0002_b.sql",
        "0003_c.sql",
        "migrations",
        "",
        "nonsense",
        "other/0001_a.sql",
        "a.sql",
    ] {
        assert_eq!(lock.accept(&now, path), [], "{path}");
    }
    assert_eq!(lock, before);
}

#[test]
fn a_file_that_is_gone_is_accepted_by_the_path_that_it_had() {
    for (file, path) in [
        ("0002_b.sql", "migrations/0002_b.sql"),
        ("0002_b.sql", "0002_b.up.sql"),
        ("0002_b.up.sql", "0002_b.sql"),
        ("0002_b.down.sql", "0002_b.down.sql"),
        ("0002_b.mysql.sql", "0002_b.mariadb.sql"),
        ("V1.2__b.sql", "V1.2__b.sql"),
        ("0002_b/down.sql", "migrations/0002_b/down.sql"),
    ] {
        let mut lock = locked(&[("0001_a.sql", "a"), (file, "b")]);
        let now = directory(&[("0001_a.sql", "a")]);
        assert_eq!(lock.accept(&now, path).len(), 1, "{file}");
        assert!(told(&lock, &now).is_empty(), "{file}");
    }
}

#[test]
fn a_path_names_no_other_direction_dialect_or_name() {
    let all = [("0001_a.sql", "a"), ("0002_b.mysql.down.sql", "b")];
    let mut lock = locked(&all);
    let now = directory(&all[..1]);
    for path in [
        "0002_b.sql",
        "0002_b.mysql.sql",
        "0002_b.down.sql",
        "0002_c.mysql.down.sql",
        "2_b.mysql.down.sql",
    ] {
        assert_eq!(lock.accept(&now, path), [], "{path}");
    }
}

#[test]
fn a_file_of_sections_that_is_gone_takes_both_lines_along() {
    let all = [("0001_a.sql", "a---b"), ("0002_b.sql", "c---d")];
    let mut lock = locked(&all);
    let now = directory(&all[..1]);
    assert_eq!(
        lines(&lock.accept(&now, "0002_b.sql")),
        ["0002 b up any", "0002 b down any"]
    );
    assert!(told(&lock, &now).is_empty());
}

#[test]
fn a_folder_is_accepted_where_it_is_that_of_one_migration() {
    let then = [
        ("pg/0001_a/up.sql", "a"),
        ("pg/0002_b/up.sql", "b"),
        ("pg/0002_b/down.sql", "c"),
    ];
    let edited = [
        then[0],
        ("pg/0002_x/up.sql", "b"),
        ("pg/0002_x/down.sql", "C"),
    ];
    let mut lock = locked(&then);
    let now = directory(&edited);
    for path in ["pg", "migrations", "migrations/pg", "pg/0002", "pg/0002_"] {
        assert_eq!(lock.accept(&now, path), [], "{path}");
    }
    assert_eq!(lock.accept(&now, "pg/0002_x").len(), 2);
    assert!(told(&lock, &now).is_empty());
}

#[test]
fn an_overtaken_migration_is_accepted_as_a_whole() {
    let then = ("0005_e.sql", "e");
    let mut lock = locked(&[then]);
    let now = directory(&[
        then,
        ("0003_c.up.sql", "c"),
        ("0003_c.down.sql", "d"),
        ("0004_d.sql", "d"),
    ]);
    let changed = lock.accept(&now, "0003_c.up.sql");
    assert_eq!(lines(&changed), ["0003 c up any", "0003 c down any"]);
    assert_eq!(
        lines(lock.entries()),
        ["0005 e up any", "0003 c up any", "0003 c down any"]
    );
    assert_eq!(told(&lock, &now), ["lock-overtaken 0004_d.sql"]);
}

#[test]
fn the_order_of_arrival_outlives_the_text() {
    let all = [
        ("0001_a.sql", "a"),
        ("0002_b.sql", "b"),
        ("0003_c.sql", "c"),
    ];
    let mut lock = locked(&[all[0], all[2]]);
    lock.accept(&directory(&all), "0002_b.sql");
    let read = Lock::parse(&lock.to_string(), PATH).unwrap();
    assert_eq!(
        lines(read.entries()),
        ["0001 a up any", "0003 c up any", "0002 b up any"]
    );
    assert!(told(&read, &directory(&all)).is_empty());
}
