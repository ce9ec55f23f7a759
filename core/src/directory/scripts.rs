//! Stages 4 to 6: the scripts in the files, one for each section, and what is wrong in them.

use std::collections::BTreeSet;

use super::files::TextFile;
use super::read::Stages;
use super::{DirectoryScript, OutlineScript};
use crate::assemble::Named;
use crate::check::{Checked, Readers, Source, check};
use crate::diagnostic::Diagnostic;
use crate::name::{Name, Subject};
use crate::section::{self, Section, Sections, sections};
use crate::{Checksum, Dialect, Direction};

/// A script before it is checked.
pub(super) struct Unchecked {
    pub(super) name: Name,
    /// Its name is a mistake; what it holds is checked all the same.
    is_misfit: bool,
    /// Its file below the directory.
    file: String,
    pub(super) path: String,
    first_line: usize,
    pub(super) sql: String,
    transaction: Option<bool>,
}

impl Stages<'_> {
    /// The scripts in the files, one for each section.
    pub(super) fn scripts(&mut self, files: Vec<TextFile>) -> Vec<Unchecked> {
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
    pub(super) fn check(&mut self, scripts: Vec<Unchecked>) -> Vec<Named> {
        let own: BTreeSet<(Subject, Direction, Dialect)> = scripts
            .iter()
            .filter_map(|script| {
                let Unchecked { name, .. } = script;
                Some((name.subject.clone(), script.direction(), name.dialect?))
            })
            .collect();
        let mut named = Vec::with_capacity(scripts.len());
        for script in scripts {
            let mut dialects = self.dialects_of(&script.name);
            let is_known = script.name.dialect.is_some() || self.config.dialects.is_some();
            if script.name.dialect.is_none() {
                let of = |dialect| (script.name.subject.clone(), script.direction(), dialect);
                dialects.retain(|dialect| !own.contains(&of(*dialect)));
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
                is_callback: script.name.subject.is_callback(),
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
}

impl Unchecked {
    pub(super) fn direction(&self) -> Direction {
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

    /// What its name says; a repeatable, a callback and a file that fits no layout have no place among the migrations.
    pub(super) fn outlined(self) -> Option<OutlineScript> {
        let direction = self.direction();
        match self.name.subject {
            Subject::Version(version) if !self.is_misfit => Some(OutlineScript {
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
