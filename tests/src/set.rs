//! Sets made of a few lines.

use std::path::Path;

use embed_migrations::MigrationSet;
use embed_migrations_core::{Directory, Options};
use tempfile::TempDir;

/// File names and what they hold.
pub type Files<'a> = [(&'a str, &'a str)];

/// Writes files into a directory that goes away when it is dropped.
///
/// # Panics
///
/// When the directory cannot be written.
pub fn files(files: &Files<'_>) -> TempDir {
    let directory = tempfile::tempdir().expect("a temporary directory");
    for (name, text) in files {
        let path = directory.path().join(name);
        let parent = path.parent().expect("a file has a directory");
        std::fs::create_dir_all(parent).expect("a directory can be made");
        std::fs::write(path, text).expect("a file can be written");
    }
    directory
}

/// The set that these files make.
///
/// # Panics
///
/// When they hold a mistake.
pub fn set(contents: &Files<'_>) -> &'static MigrationSet {
    set_of(files(contents).path())
}

/// The set of a directory.
///
/// # Panics
///
/// When it holds a mistake.
pub fn set_of(directory: &Path) -> &'static MigrationSet {
    let read = Directory::read(directory, "migrations", &Options::default());
    let directory = read.unwrap_or_else(|diagnostics| panic!("{diagnostics}"));
    Box::leak(Box::new(directory.leak()))
}

/// The set in which the first migration makes the table of the first name and takes it away, and so on.
///
/// # Panics
///
/// When a name makes a mistake.
pub fn reversible(tables: &[&str]) -> &'static MigrationSet {
    set(&borrowed(&up_and_down(tables)))
}

/// The same under another name.
///
/// # Panics
///
/// When a name makes a mistake.
pub fn named(name: &str, tables: &[&str]) -> &'static MigrationSet {
    let mut files = up_and_down(tables);
    files.push(("migrations.toml".to_owned(), format!("name = \"{name}\"\n")));
    set(&borrowed(&files))
}

fn up_and_down(tables: &[&str]) -> Vec<(String, String)> {
    let pair = |(index, table): (usize, &&str)| {
        let file = format!("{}_{table}", index + 1);
        [
            (
                format!("{file}.up.sql"),
                format!("CREATE TABLE {table} (n INTEGER);\n"),
            ),
            (format!("{file}.down.sql"), format!("DROP TABLE {table};\n")),
        ]
    };
    tables.iter().enumerate().flat_map(pair).collect()
}

fn borrowed(files: &[(String, String)]) -> Vec<(&str, &str)> {
    let files = files.iter();
    files.map(|(name, text)| (&**name, &**text)).collect()
}
