use std::path::Path;

use super::*;
use crate::{Directory, MigrationSet, Options};
use Dialect::{MySql, Postgres, Sqlite};

/// The set of a directory with a migration and these files, each with a statement.
fn set(files: &[&str]) -> MigrationSet {
    let directory = tempfile::tempdir().unwrap();
    let write = |file: &str| {
        let path = directory.path().join(file);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, "SELECT 1;\n").unwrap();
    };
    write("0001_a.sql");
    files.iter().copied().for_each(write);
    read(directory.path()).leak()
}

fn read(directory: &Path) -> Directory {
    let read = Directory::read(directory, "m", &Options::default());
    read.unwrap_or_else(|mistakes| panic!("{mistakes}"))
}

fn due(set: &MigrationSet, event: Event, dialect: Dialect) -> Vec<&'static str> {
    set.callbacks(event, dialect).map(Script::path).collect()
}

#[test]
fn the_callbacks_of_an_event_are_in_the_order_of_their_descriptions() {
    let set = set(&[
        "afterMigrate__b.sql",
        "afterMigrate.sql",
        "afterMigrate__a.sql",
        "afterMigrate__a b.sql",
        "afterEachMigrate.sql",
        "beforeUndo.sql",
    ]);
    assert_eq!(
        due(&set, Event::AfterRun, Sqlite),
        [
            "m/afterMigrate.sql",
            "m/afterMigrate__a.sql",
            "m/afterMigrate__a b.sql",
            "m/afterMigrate__b.sql",
        ]
    );
    assert_eq!(
        due(&set, Event::AfterEach, Sqlite),
        ["m/afterEachMigrate.sql"]
    );
    assert_eq!(due(&set, Event::BeforeRevert, Sqlite), ["m/beforeUndo.sql"]);
    for event in [Event::BeforeRun, Event::AfterRevert] {
        assert_eq!(due(&set, event, Sqlite), [""; 0], "{event:?}");
    }
}

#[test]
fn a_dialect_has_its_own_script_or_the_one_for_all() {
    let set = set(&[
        "afterMigrate.pg.sql",
        "afterMigrate.sql",
        "mysql/afterMigrate.sql",
        "afterMigrate__grants.pg.sql",
        "afterMigrate__grants.mysql.sql",
        "afterMigrate__grants.sqlite.sql",
    ]);
    for (dialect, scripts) in [
        (
            Postgres,
            ["m/afterMigrate.pg.sql", "m/afterMigrate__grants.pg.sql"],
        ),
        (
            MySql,
            [
                "m/mysql/afterMigrate.sql",
                "m/afterMigrate__grants.mysql.sql",
            ],
        ),
        (
            Sqlite,
            ["m/afterMigrate.sql", "m/afterMigrate__grants.sqlite.sql"],
        ),
    ] {
        assert_eq!(due(&set, Event::AfterRun, dialect), scripts, "{dialect}");
    }
}

#[test]
fn a_callback_is_no_migration() {
    let set = set(&["beforeMigrate.sql", "afterMigrate__a.sql", "R__view.sql"]);
    assert_eq!(set.migrations().count(), 1);
    assert_eq!(set.repeatables().count(), 1);
    assert_eq!(set.scripts().len(), 2);
    assert_eq!(MigrationSet::EMPTY.callbacks, []);
}

#[test]
fn events_are_ordered_as_a_run_comes_to_them() {
    assert!(Event::ALL.is_sorted());
    for event in Event::ALL {
        assert_eq!(Event::from_name(event.name()), Some(event));
    }
}
