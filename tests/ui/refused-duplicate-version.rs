use embed_migrations::{MigrationSet, embed_migrations};

static MIGRATIONS: MigrationSet = embed_migrations!("fixtures/duplicate-version");

fn main() {
    assert!(MIGRATIONS.is_empty());
}
