//! The stages of the build, from a directory to its migrations.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use super::scripts::Unchecked;
use super::{Directory, DirectoryMigration, Options, Outline, OutlineScript};
use crate::assemble::{Assembled, Named, assemble};
use crate::config::Config;
use crate::diagnostic::{Code, Diagnostic, Diagnostics, Place, Severity};
use crate::name::probable_version;
use crate::{Checksum, Direction, Lock, Version, lock, plausible, undo};

/// The file and the direction of a script: a file with sections holds two.
pub type ScriptKey = (String, Direction);

pub(super) fn directory(
    path: &Path,
    shown: &str,
    options: &Options,
) -> Result<Directory, Diagnostics> {
    let mut stages = Stages::new(path, shown, options);
    let files = stages.files();
    let scripts = stages.scripts(files);
    let scripts = stages.check(scripts);
    let is_one = |(name, _): &Named| !name.subject.is_callback();
    if !scripts.iter().any(is_one) && stages.is_clean() {
        stages.diagnostics.push(no_migrations(shown));
    }
    let unclear = stages.unclear();
    let Assembled {
        migrations,
        repeatables,
        callbacks,
        mistakes,
    } = assemble(scripts, &unclear, &stages.config);
    stages.tell(mistakes);
    stages.tell(stages.unserved(&migrations));
    let mut undone = undo::check(&migrations);
    stages.keep_what_is_read_as_meant(&mut undone);
    stages.tell(undone);
    stages.tell(plausible::check(&migrations, options.now));
    stages.lock(&migrations);
    let Stages {
        config,
        mut settings,
        mut diagnostics,
        ..
    } = stages;
    settings.sort();
    diagnostics.sort_by(|a, b| {
        (a.place().path(), a.place().line()).cmp(&(b.place().path(), b.place().line()))
    });
    // A mistake in the name of a folder is found with each of its files.
    diagnostics.dedup();
    if options.deny_warnings {
        diagnostics = diagnostics.into_iter().map(denied).collect();
    }
    let is_clean = is_clean(&diagnostics);
    let diagnostics = Diagnostics::new(diagnostics);
    if !is_clean {
        return Err(diagnostics);
    }
    let Config { name, table, .. } = config;
    Ok(Directory {
        path: shown.to_owned(),
        name,
        table,
        migrations,
        repeatables,
        callbacks,
        settings,
        warnings: diagnostics,
    })
}

pub(super) fn checksums(
    path: &Path,
    shown: &str,
    options: &Options,
) -> BTreeMap<ScriptKey, Option<Checksum>> {
    let mut stages = Stages::new(path, shown, options);
    let files = stages.files();
    let lost: Vec<ScriptKey> = files
        .iter()
        .filter(|file| file.text.is_none())
        .map(|file| (stages.shown(&file.path), Direction::Up))
        .collect();
    let scripts = stages.scripts(files).into_iter().map(|script| {
        let direction = script.direction();
        ((script.path, direction), Some(Checksum::of(&script.sql)))
    });
    scripts
        .chain(lost.into_iter().map(|key| (key, None)))
        .collect()
}

pub(super) fn outline(path: &Path, shown: &str, options: &Options) -> Outline {
    let mut stages = Stages::new(path, shown, options);
    let files = stages.files();
    let found = stages.scripts(files);
    let mut scripts: Vec<OutlineScript> =
        found.into_iter().filter_map(Unchecked::outlined).collect();
    scripts.sort();
    Outline {
        scripts,
        settings: stages.settings,
        mistakes: Diagnostics::new(stages.diagnostics),
    }
}

/// The path below the directory.
pub(super) fn below<'p>(path: &'p str, shown: &str) -> Option<&'p str> {
    path.strip_prefix(shown)?.strip_prefix('/')
}

fn denied(diagnostic: Diagnostic) -> Diagnostic {
    diagnostic.with_severity(Severity::Deny)
}

fn is_clean(diagnostics: &[Diagnostic]) -> bool {
    diagnostics
        .iter()
        .all(|diagnostic| diagnostic.severity() != Severity::Deny)
}

/// What the stages share.
pub(super) struct Stages<'a> {
    pub(super) directory: &'a Path,
    pub(super) shown: &'a str,
    pub(super) options: &'a Options,
    pub(super) config: Config,
    pub(super) settings: Vec<String>,
    pub(super) diagnostics: Vec<Diagnostic>,
}

impl<'a> Stages<'a> {
    fn new(directory: &'a Path, shown: &'a str, options: &'a Options) -> Self {
        let mut diagnostics = Vec::new();
        let mut settings = Vec::new();
        let config = Config::read(directory, shown, &mut settings, &mut diagnostics);
        Self {
            directory,
            shown,
            options,
            config,
            settings,
            diagnostics,
        }
    }
}

impl Stages<'_> {
    pub(super) fn shown(&self, file: &str) -> String {
        format!("{}/{file}", self.shown)
    }

    /// Keeps what is told, as severe as it is called for its file.
    pub(super) fn tell(&mut self, mistakes: Vec<Diagnostic>) {
        let (config, shown) = (&self.config, self.shown);
        self.diagnostics
            .extend(mistakes.into_iter().filter_map(|mistake| {
                let path = mistake.place().path();
                let file = below(path, shown).unwrap_or(path);
                let severity = config.severities(file).of(mistake.code());
                (severity != Severity::Allow).then(|| mistake.with_severity(severity))
            }));
    }

    fn is_clean(&self) -> bool {
        is_clean(&self.diagnostics)
    }

    /// Compares the migrations with `migrations.lock`.
    fn lock(&mut self, migrations: &[DirectoryMigration]) {
        if self.directory.join(Lock::FILE).exists() {
            self.settings.push(self.shown(Lock::FILE));
        }
        if !self.options.lock {
            return;
        }
        let required = self.config.lock_required;
        let mut mistakes = lock::check(self.directory, self.shown, migrations, required);
        if !self.knows_every_script() {
            // What has no file may be what could not be read; the lock itself can be judged all the same.
            let of_itself = [Code::LockFormat, Code::LockDigest, Code::LockMissing];
            mistakes.retain(|mistake| of_itself.contains(&mistake.code()));
        }
        self.tell(mistakes);
    }

    /// Where the migrations are for other engines than any that the program is built with, no start could go well.
    fn unserved(&self, migrations: &[DirectoryMigration]) -> Vec<Diagnostic> {
        let dialects = &self.options.dialects;
        let mut scripts = migrations.iter().flat_map(|migration| &migration.scripts);
        let Some(first) = scripts.clone().next() else {
            return Vec::new();
        };
        let is_served = scripts.any(|script| {
            let own = script.dialect;
            own.is_none_or(|own| dialects.contains(&own))
        });
        if is_served || self.config.dialects.is_some() {
            return Vec::new();
        }
        let engines: Vec<String> = dialects.iter().map(ToString::to_string).collect();
        let mistake = Diagnostic::new(
            Code::MissingDialect,
            format!("nothing in the directory is for {}", engines.join(" or ")),
            Place::whole(&first.path),
        );
        vec![mistake.hint(
            "build with the feature of the engine that the scripts are for, or add scripts for this one",
        )]
    }

    /// A file whose markers are a mistake already is read as one script, which then has its down half in it.
    fn keep_what_is_read_as_meant(&self, undone: &mut Vec<Diagnostic>) {
        let of_markers = [Code::SectionMarker, Code::SectionOrder];
        let misread: BTreeSet<&str> = self
            .diagnostics
            .iter()
            .filter(|diagnostic| of_markers.contains(&diagnostic.code()))
            .map(|diagnostic| diagnostic.place().path())
            .collect();
        undone.retain(|diagnostic| {
            diagnostic.code() != Code::UndoesItself || !misread.contains(diagnostic.place().path())
        });
    }

    /// Whether nothing is wrong but in the statements of scripts.
    fn knows_every_script(&self) -> bool {
        let of_names = [
            Code::BadConfig,
            Code::UnreadableDirectory,
            Code::UnreadableFile,
            Code::SymlinkLoop,
            Code::CaseCollision,
            Code::BadName,
            Code::MisspeltDialect,
            Code::VersionTooLarge,
            Code::NotUtf8,
            Code::Utf16,
            Code::NulByte,
            Code::LineEnds,
            Code::SectionMarker,
            Code::SectionOrder,
            Code::SqlBeforeSection,
            Code::DuplicateVersion,
            Code::DuplicateScript,
            Code::NoMigrations,
        ];
        let mut codes = self.diagnostics.iter().map(Diagnostic::code);
        !codes.any(|code| of_names.contains(&code))
    }

    /// The versions of the files whose names or contents could not be read: what they lack may be in those.
    fn unclear(&self) -> BTreeSet<Version> {
        let lost = [
            Code::BadName,
            Code::MisspeltDialect,
            Code::CaseCollision,
            Code::UnreadableFile,
            Code::SectionMarker,
            Code::SectionOrder,
        ];
        self.diagnostics
            .iter()
            .filter(|diagnostic| lost.contains(&diagnostic.code()))
            .filter_map(|diagnostic| below(diagnostic.place().path(), self.shown))
            .filter_map(probable_version)
            .collect()
    }
}

fn no_migrations(shown: &str) -> Diagnostic {
    Diagnostic::new(
        Code::NoMigrations,
        format!("`{shown}` holds no migration"),
        Place::whole(shown),
    )
    .hint("add the first one, for example `0001_initial_schema.sql`; `cargo migrations new NAME` makes it")
}
