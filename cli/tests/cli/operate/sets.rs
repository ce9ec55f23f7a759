//! Several sets in one program: two of them may have the same version, so what is said of a migration names its set.

use std::env;

use clap::Parser;
use embed_migrations::Migrator;
use tests::{Backend, named, reversible};

use super::events::{Program, as_program};

const PROGRAM: &str = "DATABASE_OF_TWO_SETS";

/// Called by itself, in a process of its own, it is the program of two sets.
#[tokio::test(flavor = "multi_thread")]
async fn a_migration_is_told_with_its_set() {
    if let Ok(url) = env::var(PROGRAM) {
        let arguments = ["program", "migrate", "run", "--database-url", &url];
        let Program::Migrate(command) = Program::parse_from(arguments);
        let sets = [named("queue", &["jobs"]), reversible(&["a"])];
        command.run(Migrator::for_sets(sets)).await;
        return;
    }
    let fresh = sqlx::Sqlite::fresh().await;
    let ran = as_program(
        "operate::sets::a_migration_is_told_with_its_set",
        PROGRAM,
        &fresh.url,
    );
    for line in ["applied queue 1 jobs in ", "applied default 1 a in "] {
        assert!(ran.stderr.contains(line), "{}", ran.all());
    }
    for line in ["\n  queue    1  jobs", "\n  default  1  a"] {
        assert!(ran.stdout.contains(line), "{}", ran.all());
    }
}
