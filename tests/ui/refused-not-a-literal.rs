use embed_migrations::{MigrationSet, embed_migrations};

const DIRECTORY: &str = "migrations";

static MIGRATIONS: MigrationSet = embed_migrations!(DIRECTORY);

fn main() {
    let _ = (MIGRATIONS.name(), DIRECTORY);
}
