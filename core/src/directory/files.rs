//! Stages 1 to 3: the files of the directory that are ours, what their names say, and their texts.

use std::collections::BTreeMap;

use super::read::{Stages, below};
use crate::Lock;
use crate::config::{Metadata, SETTINGS};
use crate::diagnostic::{Code, Diagnostic, Place};
use crate::name::{Name, name};
use crate::scan::{File, scan};
use crate::text::{empty, text};

/// A file, its name and its text, where it is one.
pub(super) struct TextFile {
    pub(super) path: String,
    /// None where it fits no layout.
    pub(super) name: Option<Name>,
    pub(super) text: Option<String>,
    pub(super) metadata: Metadata,
}

/// Settings in a place where nobody looks for them.
fn unread(path: &str, shown: &str) -> Option<Diagnostic> {
    let whole = Place::whole(format!("{shown}/{path}"));
    let (_, name) = path.rsplit_once('/').unwrap_or(("", path));
    if path.ends_with(".sql.conf") {
        let message = "settings of Flyway for one script are not read";
        return Some(Diagnostic::new(Code::BadConfig, message, whole).hint(
            "say it in an override of the script in `migrations.toml`, `transaction = false` for one, and remove the file",
        ));
    }
    let is_ours = [SETTINGS, Lock::FILE].contains(&name);
    (is_ours && name != path).then(|| {
        let message = format!("`{name}` is read beside the folders, and not in one");
        Diagnostic::new(Code::BadConfig, message, whole).hint(format!(
            "move what it says to `{shown}/{name}`, which is for all of the directory"
        ))
    })
}

impl Stages<'_> {
    /// The files of the directory that are ours, their names and their texts.
    pub(super) fn files(&mut self) -> Vec<TextFile> {
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
            mistakes.extend(unread(&file.path, self.shown));
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
            let folder = file.path.rsplit_once('/').map_or("", |(folder, _)| folder);
            let Some(scripts) = scripts.get_mut(folder) else {
                mistakes.extend(self.without_scripts(folder));
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

    /// The folder of a migration with settings and without a script.
    fn without_scripts(&self, folder: &str) -> Option<Diagnostic> {
        let up = format!("{folder}/up.sql");
        let named = name(&up, self.shown, self.config.recursive)?.ok()?;
        Some(
            Diagnostic::new(
                Code::MissingUp,
                format!(
                    "migration {} has a `metadata.toml` and no up script",
                    named.label
                ),
                Place::whole(self.shown(folder)),
            )
            .hint("add `up.sql`, or remove the folder"),
        )
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
}
