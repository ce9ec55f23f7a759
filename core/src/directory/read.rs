//! The stages of the build, from a directory to its migrations.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use super::{Directory, DirectoryMigration, DirectoryScript, Options, Outline, OutlineScript};
use crate::assemble::{Assembled, Named, assemble};
use crate::check::{Checked, Readers, Source, check};
use crate::config::{Config, Metadata};
use crate::diagnostic::{Code, Diagnostic, Diagnostics, Place, Severity};
use crate::name::{Name, Order, name, probable_version};
use crate::scan::{File, scan};
use crate::section::{self, Section, Sections, sections};
use crate::text::{empty, text};
use crate::{Checksum, Dialect, Direction, Lock, Version, lock, plausible, undo};

/// The file and the direction of a script: a file with sections holds two.
pub type ScriptKey = (String, Direction);

pub(super) fn directory(
    path: &Path,
    shown: &str,
    options: &Options,
) -> Result<Directory, Diagnostics> {
    let mut stages = Stages::new(path, shown, options);
    let texts = stages.texts();
    let scripts = stages.scripts(texts);
    let scripts = stages.check(scripts);
    if scripts.is_empty() && stages.diagnostics.is_empty() {
        stages.diagnostics.push(no_migrations(shown));
    }
    let unclear = stages.unclear();
    let Assembled {
        migrations,
        repeatables,
        mistakes,
    } = assemble(scripts, &unclear, &stages.config);
    stages.tell(mistakes);
    stages.tell(undo::check(&migrations));
    stages.tell(plausible::check(&migrations, options.now));
    if stages.is_clean() {
        stages.lock(&migrations);
    }
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
    let texts = stages.texts();
    let lost: Vec<ScriptKey> = texts
        .iter()
        .filter(|file| file.text.is_none())
        .map(|file| (stages.shown(&file.path), Direction::Up))
        .collect();
    let scripts = stages.scripts(texts).into_iter().map(|script| {
        let key = (script.path, script.name.direction.unwrap_or(Direction::Up));
        (key, Some(Checksum::of(&script.sql)))
    });
    scripts
        .chain(lost.into_iter().map(|key| (key, None)))
        .collect()
}

pub(super) fn outline(path: &Path, shown: &str, options: &Options) -> Outline {
    let mut stages = Stages::new(path, shown, options);
    let texts = stages.texts();
    let found = stages.scripts(texts);
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
fn below<'p>(path: &'p str, shown: &str) -> Option<&'p str> {
    path.strip_prefix(shown)?.strip_prefix('/')
}

fn is_clean(diagnostics: &[Diagnostic]) -> bool {
    diagnostics
        .iter()
        .all(|diagnostic| diagnostic.severity() != Severity::Deny)
}

/// What the stages share.
struct Stages<'a> {
    directory: &'a Path,
    shown: &'a str,
    options: &'a Options,
    config: Config,
    settings: Vec<String>,
    diagnostics: Vec<Diagnostic>,
}

/// A file, its name and its text, where it is one.
struct TextFile {
    path: String,
    /// None where it fits no layout.
    name: Option<Name>,
    text: Option<String>,
    metadata: Metadata,
}

/// A script before it is checked.
struct Unchecked {
    name: Name,
    /// Its name is a mistake; what it holds is checked all the same.
    is_misfit: bool,
    /// Its file below the directory.
    file: String,
    path: String,
    first_line: usize,
    sql: String,
    transaction: Option<bool>,
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
    fn shown(&self, file: &str) -> String {
        format!("{}/{file}", self.shown)
    }

    /// Keeps what is told, as severe as it is called for its file.
    fn tell(&mut self, mistakes: Vec<Diagnostic>) {
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

    /// The files of the directory that are ours, their names and their texts.
    fn texts(&mut self) -> Vec<TextFile> {
        let mut mistakes = Vec::new();
        let scanned = scan(self.directory, self.shown, &mut mistakes);
        // What is none of ours may be as broken as it likes.
        mistakes.retain(|mistake| {
            let path = below(mistake.place().path(), self.shown);
            !path.is_some_and(|path| self.config.ignores(path))
        });
        let mut metadata = Vec::new();
        let mut files = Vec::new();
        for file in scanned {
            if self.config.ignores(&file.path) {
                continue;
            }
            if file.path.ends_with("/metadata.toml") {
                metadata.push(file);
            } else {
                files.extend(self.text_file(file, &mut mistakes));
            }
        }
        self.metadata(&metadata, &mut files, &mut mistakes);
        // What could not be read is there all the same.
        let lost = mistakes
            .iter()
            .filter_map(|mistake| below(mistake.place().path(), self.shown));
        let known: Vec<&str> = files.iter().map(|file| &*file.path).chain(lost).collect();
        let unknown = self.config.unknown_overrides(&known);
        mistakes.extend(unknown);
        self.tell(mistakes);
        files
    }

    /// Reads each `metadata.toml` that lies beside scripts; elsewhere it is none of ours.
    fn metadata(
        &mut self,
        metadata: &[File],
        files: &mut [TextFile],
        mistakes: &mut Vec<Diagnostic>,
    ) {
        let mut scripts: BTreeMap<String, Vec<&mut TextFile>> = BTreeMap::new();
        for file in files {
            if let Some((folder, _)) = file.path.rsplit_once('/') {
                scripts.entry(folder.to_owned()).or_default().push(file);
            }
        }
        for file in metadata {
            let folder = file.path.rsplit_once('/').map(|(folder, _)| folder);
            let Some(scripts) = folder.and_then(|folder| scripts.get_mut(folder)) else {
                continue;
            };
            let path = self.shown(&file.path);
            let said = Metadata::read(&file.bytes, &path, mistakes);
            for script in scripts {
                script.metadata = said;
            }
            self.settings.push(path);
        }
    }

    fn text_file(&self, file: File, mistakes: &mut Vec<Diagnostic>) -> Option<TextFile> {
        let name = match name(&file.path, self.shown, self.config.recursive)? {
            Ok(name) => Some(name),
            Err(mistake) => {
                mistakes.push(mistake);
                None
            }
        };
        if name.is_none() && !file.is_script() {
            return None;
        }
        let path = self.shown(&file.path);
        let text = match text(file.bytes, &path) {
            Ok(text) => {
                mistakes.extend(empty(&text, &path));
                Some(text)
            }
            Err(mistake) => {
                mistakes.push(mistake);
                None
            }
        };
        Some(TextFile {
            path: file.path,
            name,
            text,
            metadata: Metadata::default(),
        })
    }

    /// The scripts in the files, one for each section.
    fn scripts(&mut self, files: Vec<TextFile>) -> Vec<Unchecked> {
        let mut scripts = Vec::with_capacity(files.len());
        for file in files {
            self.scripts_of(file, &mut scripts);
        }
        scripts
    }

    fn scripts_of(&mut self, file: TextFile, scripts: &mut Vec<Unchecked>) {
        let TextFile {
            path: file,
            name,
            text,
            metadata,
        } = file;
        let path = self.shown(&file);
        let is_misfit = name.is_none();
        let name = name.unwrap_or_else(Name::nobody);
        let said = self.config.of_file(&file);
        let transaction = said
            .and_then(|said| said.transaction)
            .or(metadata.transaction);
        let text = text.unwrap_or_default();
        let Sections { sections, mistakes } = sections(&section::Source {
            text: &text,
            path: &path,
            file: &file,
            direction: name.direction,
            style: said.and_then(|said| said.sections),
            dialects: &self.dialects_of(&name),
        });
        self.tell(mistakes);
        let whole = Unchecked {
            name,
            is_misfit,
            file,
            path,
            first_line: 1,
            sql: text,
            transaction,
        };
        if sections.is_empty() {
            scripts.push(whole);
        } else {
            scripts.extend(sections.into_iter().map(|section| whole.section(section)));
        }
    }

    /// The dialects that may read a script of this name.
    fn dialects_of(&self, name: &Name) -> Vec<Dialect> {
        match name.dialect {
            Some(dialect) => vec![dialect],
            None => self
                .config
                .dialects
                .clone()
                .unwrap_or_else(|| self.options.dialects.clone()),
        }
    }

    /// The scripts with their statements, and what is wrong in them.
    fn check(&mut self, scripts: Vec<Unchecked>) -> Vec<Named> {
        let own: BTreeSet<(Order, Direction, Dialect)> = scripts
            .iter()
            .filter_map(|script| {
                let Unchecked { name, .. } = script;
                Some((name.order.clone(), script.direction(), name.dialect?))
            })
            .collect();
        let mut named = Vec::with_capacity(scripts.len());
        for script in scripts {
            let mut dialects = self.dialects_of(&script.name);
            let is_known = script.name.dialect.is_some() || self.config.dialects.is_some();
            if script.name.dialect.is_none() {
                let key = |dialect| (script.name.order.clone(), script.direction(), dialect);
                dialects.retain(|dialect| !own.contains(&key(*dialect)));
            }
            let readers = if is_known {
                Readers::Each(&dialects)
            } else {
                Readers::Some(&dialects)
            };
            let source = Source {
                text: &script.sql,
                path: &script.path,
                first_line: script.first_line,
                transaction: script.transaction,
                table: &self.config.table,
                severities: self.config.severities(&script.file),
            };
            let checked = check(&source, readers);
            let is_misfit = script.is_misfit;
            let (script, mistakes) = script.checked(checked);
            self.diagnostics.extend(mistakes);
            if !is_misfit {
                named.push(script);
            }
        }
        named
    }

    /// Compares the migrations with `migrations.lock`.
    fn lock(&mut self, migrations: &[DirectoryMigration]) {
        if self.directory.join(Lock::FILE).exists() {
            self.settings.push(self.shown(Lock::FILE));
        }
        if self.options.lock {
            let required = self.config.lock_required;
            let mistakes = lock::check(self.directory, self.shown, migrations, required);
            self.tell(mistakes);
        }
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

impl Unchecked {
    fn direction(&self) -> Direction {
        self.name.direction.unwrap_or(Direction::Up)
    }

    /// The script of a section of the file.
    fn section(&self, section: Section) -> Self {
        let Section {
            direction,
            text,
            transaction,
        } = section;
        Self {
            name: Name {
                direction: Some(direction),
                ..self.name.clone()
            },
            file: self.file.clone(),
            path: self.path.clone(),
            is_misfit: self.is_misfit,
            first_line: self.sql[..text.start].matches('\n').count() + 1,
            sql: self.sql[text].to_owned(),
            transaction: self.transaction.or((!transaction).then_some(false)),
        }
    }

    /// What its name says; a repeatable and a file that fits no layout have no place among the migrations.
    fn outlined(self) -> Option<OutlineScript> {
        let direction = self.direction();
        match self.name.order {
            Order::Version(version) if !self.is_misfit => Some(OutlineScript {
                version,
                direction,
                dialect: self.name.dialect,
                path: self.path,
                label: self.name.label,
                name: self.name.name,
                first_line: self.first_line,
            }),
            _ => None,
        }
    }

    fn checked(self, checked: Checked) -> (Named, Vec<Diagnostic>) {
        let Checked {
            transaction,
            readings,
            mistakes,
        } = checked;
        let direction = self.direction();
        let script = DirectoryScript {
            label: self.name.label.clone(),
            name: self.name.name.clone(),
            direction,
            dialect: self.name.dialect,
            path: self.path,
            first_line: self.first_line,
            checksum: Checksum::of(&self.sql),
            sql: self.sql,
            transaction,
            readings,
        };
        ((self.name, script), mistakes)
    }
}

fn no_migrations(shown: &str) -> Diagnostic {
    Diagnostic::new(
        Code::NoMigrations,
        format!("`{shown}` holds no migration"),
        Place::whole(shown),
    )
    .hint("add the first one, for example `0001_initial_schema.sql`")
}
