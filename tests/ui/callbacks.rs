//! The callbacks of a directory are embedded, each at its event.

use embed_migrations::{Dialect, MigrationSet, embed_migrations};
use embed_migrations_core::Event;

static MIGRATIONS: MigrationSet = embed_migrations!("callbacks");

fn main() {
    for event in Event::ALL {
        let due = MIGRATIONS.callbacks(event, Dialect::Postgres);
        let paths: Vec<&str> = due.map(|script| script.path()).collect();
        let plain = format!("callbacks/{}.sql", event.name());
        let described: &[&str] = match event {
            Event::BeforeRun => &["callbacks/beforeMigrate__role.postgres.sql"],
            Event::AfterRun => &[
                "callbacks/afterMigrate__grants.postgres.sql",
                "callbacks/afterMigrate__views.sql",
            ],
            _ => &[],
        };
        assert_eq!(paths, [&[&*plain], described].concat());
    }
    let mut generic = MIGRATIONS.callbacks(Event::AfterRun, Dialect::Sqlite).skip(1);
    assert_eq!(generic.next().unwrap().path(), "callbacks/afterMigrate__grants.sql");
}
