use embed_migrations::{MigrationSet, embed_migrations};

static MIGRATIONS: MigrationSet = embed_migrations!("");

fn main() {
    assert!(MIGRATIONS.is_empty());
}
