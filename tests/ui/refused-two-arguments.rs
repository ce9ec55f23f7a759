use embed_migrations::{MigrationSet, embed_migrations};

static MIGRATIONS: MigrationSet = embed_migrations!("migrations", "more");

fn main() {
    assert!(MIGRATIONS.is_empty());
}
