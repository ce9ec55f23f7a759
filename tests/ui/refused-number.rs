use embed_migrations::{MigrationSet, embed_migrations};

static MIGRATIONS: MigrationSet = embed_migrations!(1);

fn main() {
    assert!(MIGRATIONS.is_empty());
}
