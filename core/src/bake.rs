//! From a [`Directory`] to a [`MigrationSet`] in a running program: what the macro's tokens do at build time.

use crate::{Directory, DirectoryMigration, DirectoryScript, MigrationSet, Reading, Script};

impl Directory {
    /// The set of this directory, for programs that read it while they run, as a command line does.
    ///
    /// The memory is never given back: a set is `'static`, and a program reads one.
    pub fn leak(self) -> MigrationSet {
        let Self {
            path: _,
            migrations,
        } = self;
        let scripts: Vec<Script> = migrations.into_iter().flat_map(scripts).collect();
        MigrationSet {
            scripts: scripts.leak(),
            ..MigrationSet::EMPTY
        }
    }
}

fn scripts(migration: DirectoryMigration) -> impl Iterator<Item = Script> {
    let DirectoryMigration {
        version,
        label,
        name,
        scripts,
    } = migration;
    let (label, name): (&str, &str) = (label.leak(), name.leak());
    scripts.into_iter().map(move |script| {
        let DirectoryScript {
            direction,
            dialect,
            path,
            sql,
            checksum,
            transaction,
            readings,
        } = script;
        Script {
            version,
            label,
            name,
            direction,
            dialect,
            path: path.leak(),
            sql: sql.leak(),
            checksum: Box::leak(Box::new(*checksum.as_bytes())),
            transaction,
            readings: Reading::to_text(&readings).leak(),
        }
    })
}
