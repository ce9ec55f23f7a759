//! Stages 1 to 7 in their order: a directory becomes a [`Directory`], or a list of every mistake in it.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use crate::assemble::assemble;
use crate::check::{Checked, check};
use crate::diagnostic::{Code, Diagnostic, Diagnostics, Place};
use crate::name::{Name, name, probable_version};
use crate::scan::{File, scan};
use crate::text::text;
use crate::{Checksum, Dialect, Direction, Reading, Version};

/// What a directory may be asked to hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Config {
    /// Every migration must have a down script.
    pub require_down: bool,
    /// The dialects that a script may be meant for whose name says none: it is refused only for what is wrong in all of
    /// them.
    pub dialects: Vec<Dialect>,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            require_down: false,
            dialects: Dialect::ALL.to_vec(),
        }
    }
}

/// A directory of migrations without a mistake; what the macro turns into tokens.
///
/// The owned counterpart of [`MigrationSet`](crate::MigrationSet), which holds the same as `&'static`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Directory {
    /// The directory as messages call it: relative to the crate, with `/`.
    pub path: String,
    /// The migrations, in the order of their versions.
    pub migrations: Vec<DirectoryMigration>,
}

/// A migration of a [`Directory`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DirectoryMigration {
    /// What orders it.
    pub version: Version,
    /// The version as written.
    pub label: String,
    /// The name.
    pub name: String,
    /// Its scripts, up before down.
    pub scripts: Vec<DirectoryScript>,
}

/// A script of a [`DirectoryMigration`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DirectoryScript {
    /// Which way it goes.
    pub direction: Direction,
    /// The dialect in its name.
    pub dialect: Option<Dialect>,
    /// The file, below the crate, with `/`.
    pub path: String,
    /// Its text without byte order mark and with LF line ends.
    pub sql: String,
    /// The checksum of the text.
    pub checksum: Checksum,
    /// It has no `-- no-transaction`.
    pub transaction: bool,
    /// Its statements, for each group of dialects that split it in the same way.
    pub readings: Vec<Reading>,
}

impl Directory {
    /// Reads and checks a directory. `shown` is how messages call it, with `/`.
    ///
    /// # Errors
    ///
    /// Every mistake that [`Code`] lists, all at once: a directory that does not exist, two files with one version, a
    /// string that is never closed, …
    pub fn read(directory: &Path, shown: &str, config: &Config) -> Result<Self, Diagnostics> {
        let mut diagnostics = Vec::new();
        let mut scripts = Vec::new();
        for file in scan(directory, shown, &mut diagnostics) {
            match name(&file.path, shown) {
                None => {}
                Some(Ok(name)) => match script(&file, Some(&name), shown, config) {
                    Ok(script) => scripts.push((name, script)),
                    Err(mistakes) => {
                        diagnostics.extend(mistakes);
                        // Its name still counts: a broken up script is not a missing one.
                        scripts.push((name.clone(), unreadable(&file, &name, shown)));
                    }
                },
                Some(Err(mistake)) => {
                    diagnostics.push(mistake);
                    if file.is_script() {
                        diagnostics.extend(
                            script(&file, None, shown, config)
                                .err()
                                .into_iter()
                                .flatten(),
                        );
                    }
                }
            }
        }
        if scripts.is_empty() && diagnostics.is_empty() {
            diagnostics.push(no_migrations(shown));
        }
        let unclear = unclear(&diagnostics, shown);
        let migrations = assemble(scripts, &unclear, config, &mut diagnostics);
        if diagnostics.is_empty() {
            Ok(Self {
                path: shown.to_owned(),
                migrations,
            })
        } else {
            diagnostics.sort_by(|a, b| {
                (a.place().path(), a.place().line()).cmp(&(b.place().path(), b.place().line()))
            });
            Err(Diagnostics::new(diagnostics))
        }
    }

    /// The scripts below a directory and their checksums, by path, without checking anything but that they are text.
    ///
    /// A script that is no text has no checksum.
    pub fn checksums(directory: &Path, shown: &str) -> BTreeMap<String, Option<Checksum>> {
        scan(directory, shown, &mut Vec::new())
            .into_iter()
            .filter(|file| name(&file.path, shown).is_some())
            .map(|file| {
                let path = format!("{shown}/{}", file.path);
                let checksum = text(&file.bytes, &path).ok();
                (path, checksum.map(|text| Checksum::of(&text)))
            })
            .collect()
    }

    /// Every file that was read, in the order of the migrations.
    pub fn scripts(&self) -> impl Iterator<Item = &DirectoryScript> {
        self.migrations
            .iter()
            .flat_map(|migration| &migration.scripts)
    }
}

/// The script that a file holds; also of a file whose name is a mistake, so that all of its mistakes are told at once.
fn script(
    file: &File,
    name: Option<&Name>,
    shown: &str,
    config: &Config,
) -> Result<DirectoryScript, Vec<Diagnostic>> {
    let path = format!("{shown}/{}", file.path);
    let sql = text(&file.bytes, &path).map_err(|mistake| vec![mistake])?;
    let dialect = name.and_then(|name| name.dialect);
    let dialects = dialect.map_or_else(|| config.dialects.clone(), |dialect| vec![dialect]);
    let Checked {
        transaction,
        readings,
    } = check(&sql, &path, &dialects)?;
    Ok(DirectoryScript {
        direction: name.map_or(Direction::Up, |name| name.direction),
        dialect,
        path,
        checksum: Checksum::of(&sql),
        sql,
        transaction,
        readings,
    })
}

fn unreadable(file: &File, name: &Name, shown: &str) -> DirectoryScript {
    DirectoryScript {
        direction: name.direction,
        dialect: name.dialect,
        path: format!("{shown}/{}", file.path),
        sql: String::new(),
        checksum: Checksum::of(""),
        transaction: true,
        readings: Vec::new(),
    }
}

/// The versions of the files whose names or contents could not be read: what they lack may be in those.
fn unclear(diagnostics: &[Diagnostic], shown: &str) -> BTreeSet<Version> {
    let lost = [
        Code::BadName,
        Code::MisspeltDialect,
        Code::CaseCollision,
        Code::UnreadableFile,
    ];
    diagnostics
        .iter()
        .filter(|diagnostic| lost.contains(&diagnostic.code()))
        .filter_map(|diagnostic| {
            diagnostic
                .place()
                .path()
                .strip_prefix(shown)?
                .strip_prefix('/')
        })
        .filter_map(probable_version)
        .collect()
}

fn no_migrations(shown: &str) -> Diagnostic {
    Diagnostic::new(
        Code::NoMigrations,
        format!("`{shown}` holds no migration"),
        Place::whole(shown),
    )
    .hint("add the first one, for example `0001_initial_schema.sql`")
}
