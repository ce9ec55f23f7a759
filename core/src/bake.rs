//! From a [`Directory`] to a [`MigrationSet`] in a running program: what the macro's tokens do at build time.

use crate::{
    Callback, Directory, DirectoryCallback, DirectoryMigration, DirectoryRepeatable,
    DirectoryScript, MigrationSet, Reading, Script, Version,
};

impl Directory {
    /// The set of this directory, for programs that read it while they run, as a command line does.
    ///
    /// The memory is never given back: a set is `'static`, and a program reads one.
    pub fn leak(self) -> MigrationSet {
        let Self {
            path: _,
            name,
            table,
            migrations,
            repeatables,
            callbacks,
            settings: _,
            warnings: _,
        } = self;
        let versioned =
            migrations
                .into_iter()
                .flat_map(|DirectoryMigration { version, scripts }| {
                    scripts
                        .into_iter()
                        .map(move |found| script(Some(version), found))
                });
        let repeatable = repeatables
            .into_iter()
            .flat_map(|DirectoryRepeatable { name: _, scripts }| scripts)
            .map(|found| script(None, found));
        let scripts: Vec<Script> = versioned.chain(repeatable).collect();
        let callbacks: Vec<Callback> = callbacks
            .into_iter()
            .flat_map(|callback| {
                let DirectoryCallback {
                    event,
                    description: _,
                    scripts,
                } = callback;
                scripts.into_iter().map(move |found| Callback {
                    event,
                    script: script(None, found),
                })
            })
            .collect();
        MigrationSet {
            name: name.leak(),
            table: table.leak(),
            origin: None,
            scripts: scripts.leak(),
            callbacks: callbacks.leak(),
        }
    }
}

fn script(version: Option<Version>, script: DirectoryScript) -> Script {
    let DirectoryScript {
        label,
        name,
        direction,
        dialect,
        path,
        first_line,
        sql,
        checksum,
        transaction,
        readings,
    } = script;
    Script {
        version,
        label: label.leak(),
        name: name.leak(),
        direction,
        dialect,
        path: path.leak(),
        first_line,
        sql: sql.leak(),
        checksum: Box::leak(Box::new(*checksum.as_bytes())),
        transaction,
        readings: Reading::to_text(&readings).leak(),
    }
}
