use embed_migrations::{MigrationSet, embed_migrations};

fn migrations() -> &'static MigrationSet {
    &embed_migrations!("fixtures/duplicate-version")
}

fn main() {
    let _ = migrations().name();
}
