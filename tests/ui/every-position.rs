//! The macro is a constant expression: it works wherever one does.

use embed_migrations::{MigrationSet, embed_migrations};

static STATIC: MigrationSet = embed_migrations!("migrations");
const CONST: MigrationSet = embed_migrations!("./migrations/");
static DEFAULT: MigrationSet = embed_migrations!();

fn expression() -> &'static MigrationSet {
    let set: &'static MigrationSet = &embed_migrations!("migrations",);
    set
}

fn main() {
    let names = |set: &MigrationSet| {
        let names = set.migrations().map(|migration| migration.name());
        names.collect::<Vec<_>>()
    };
    assert_eq!(names(&STATIC), ["a", "b", "c"]);
    for set in [&CONST, &DEFAULT, expression()] {
        assert_eq!(names(set), names(&STATIC));
    }
}
