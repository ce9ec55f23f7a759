//! The names of callbacks.

use super::*;
use crate::Event;

#[test]
fn a_callback_says_event_description_and_dialect() {
    use Dialect::{MySql, Postgres};
    for (path, event, description, dialect) in [
        ("beforeMigrate.sql", Event::BeforeRun, "", None),
        ("beforeEachMigrate.sql", Event::BeforeEach, "", None),
        ("afterEachMigrate.sql", Event::AfterEach, "", None),
        ("afterMigrate.pg.sql", Event::AfterRun, "", Some(Postgres)),
        ("beforeUndo__a b.sql", Event::BeforeRevert, "a b", None),
        ("beforeEachUndo__1.sql", Event::BeforeEachRevert, "1", None),
        ("afterEachUndo___a.sql", Event::AfterEachRevert, "_a", None),
        (
            "mysql/afterUndo__grants.sql",
            Event::AfterRevert,
            "grants",
            Some(MySql),
        ),
    ] {
        let name = parsed(path);
        let subject = Subject::Callback(event, description.to_owned());
        assert_eq!(name.subject, subject, "{path}");
        let said = (&*name.label, &*name.name, name.dialect);
        assert_eq!(said, (event.name(), description, dialect), "{path}");
        assert_eq!(name.direction, None, "{path}");
    }
}

#[test]
fn a_migration_may_be_called_like_an_event() {
    for path in [
        "0_afterUndo.sql",
        "V1__afterMigrate.sql",
        "R__afterUndo.sql",
    ] {
        assert!(!parsed(path).subject.is_callback(), "{path}");
    }
}
