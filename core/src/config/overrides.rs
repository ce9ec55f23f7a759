//! What is said about one file, and whether there is such a file.

use std::collections::{BTreeMap, BTreeSet};

use toml::de::DeTable;

use super::document::{Document, Entry};
use super::{Config, Override};
use crate::diagnostic::{Code, Diagnostic, Place};
use crate::name::probable_version;
use crate::section::Style;
use crate::suggest::nearest;

const EXTENSION: &str = ".sql";

/// Where each override is written, for those that are of no file.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Written(BTreeMap<String, Place>);

impl Config {
    /// The overrides that are of none of these files, which are paths below the directory.
    pub(crate) fn unknown_overrides(&self, files: &[&str]) -> Vec<Diagnostic> {
        let Written(written) = &self.written;
        written
            .iter()
            .filter(|(path, _)| !files.contains(&path.as_str()))
            .map(|(path, place)| {
                if self.ignores(path) {
                    Diagnostic::new(
                        Code::BadConfig,
                        format!("`{path}` has an override and is ignored"),
                        place.clone(),
                    )
                    .hint("remove the override, or what `ignore` says of the file")
                } else {
                    Diagnostic::new(
                        Code::BadConfig,
                        format!("the directory has no migration `{path}`"),
                        place.clone(),
                    )
                    .hint(probable(path, files))
                }
            })
            .collect()
    }
}

/// The files that were probably meant: of this path below or above a folder, of nearly this path, or of this version.
fn probable(path: &str, files: &[&str]) -> String {
    let is_below = |file: &str, path: &str| {
        let folder = file.strip_suffix(path);
        folder.is_some_and(|folder| folder.ends_with('/'))
    };
    let version = |path: &str| path.split('/').find_map(probable_version);
    let mut meant: Vec<&str> = files
        .iter()
        .copied()
        .filter(|file| is_below(file, path) || is_below(path, file))
        .collect();
    if meant.is_empty() {
        meant.extend(nearest(path, files.iter().copied()));
    }
    if meant.is_empty() {
        let same = |file: &&str| version(path).is_some_and(|same| version(file) == Some(same));
        meant.extend(files.iter().copied().filter(same));
    }
    if meant.is_empty() {
        return "an override is called like its file, with the path below the directory".to_owned();
    }
    let meant: Vec<String> = meant.iter().map(|file| format!("`{file}`")).collect();
    format!("did you mean {}?", meant.join(" or "))
}

impl Document<'_> {
    /// What `[overrides]` says, and where.
    pub(super) fn overrides(&mut self, entry: Entry) -> (BTreeMap<String, Override>, Written) {
        let (mut overrides, mut written) = (BTreeMap::new(), BTreeMap::new());
        let files = self.table(entry, "[overrides.\"0001_name.sql\"]");
        for entry in files.into_iter().flat_map(Entry::all) {
            let unquoted = unquoted(entry.name(), entry);
            for (path, entry) in &unquoted {
                self.tell(
                    entry.value.span(),
                    format!("the name of the file `{path}` has no quotes round it"),
                    format!("write `[overrides.\"{path}\"]`"),
                );
            }
            let meant = if unquoted.is_empty() {
                vec![(entry.name().to_owned(), entry)]
            } else {
                unquoted
            };
            for (path, entry) in meant {
                let header = format!("[overrides.\"{path}\"]");
                if let Some(table) = self.table(entry, &header) {
                    written.insert(path.clone(), self.place(entry.key.span()));
                    overrides.insert(path, self.of_file(entry, table, &header));
                }
            }
        }
        (overrides, Written(written))
    }

    fn of_file(&mut self, entry: Entry, table: &DeTable, header: &str) -> Override {
        let keys = ["transaction", "allow", "sections", "reason"];
        let [transaction, allow, sections, reason] = self.take(table, header, keys);
        if Entry::all(table).all(|entry| entry.name() == "reason") {
            self.tell(
                entry.key.span(),
                "the override says nothing",
                "set `transaction`, `allow` or `sections` in it, or remove it",
            );
        }
        if let Some(entry) = reason {
            self.reason(entry);
        } else if let Some(entry) = allow {
            self.tell(
                entry.key.span(),
                "`allow` has no `reason`",
                "say why, for whoever reads this next: `reason = \"applied in 2023 and cannot change\"`",
            );
        }
        Override {
            transaction: transaction.and_then(|entry| self.flag(entry)),
            allow: allow.map(|entry| self.allowed(entry)).unwrap_or_default(),
            sections: sections.and_then(|entry| {
                let hint = "`none` takes no comment for a marker, the others those of the tool of that name";
                self.word(entry, &Style::ALL.map(|style| (style.name(), style)), hint)
            }),
        }
    }

    fn reason(&mut self, entry: Entry) {
        let reason = self.string(entry);
        if reason.is_some_and(|reason| reason.trim().is_empty()) {
            self.tell(
                entry.value.span(),
                "the reason is empty",
                "say why, for whoever reads this next",
            );
        }
    }

    fn allowed(&mut self, entry: Entry) -> BTreeSet<Code> {
        if entry.is_empty_list() {
            let hint = "name the code of the mistake that is none here, or remove the line";
            self.tell(entry.value.span(), "`allow` is empty", hint);
        }
        let codes = self.strings(entry).unwrap_or_default().into_iter();
        codes
            .filter_map(|(element, name)| self.code(element.value.span(), name))
            .collect()
    }
}

/// The files that were meant where `0001_a.sql` stands without quotes, which is a table `sql` in a table `0001_a`.
fn unquoted<'t>(path: &str, entry: Entry<'t>) -> Vec<(String, Entry<'t>)> {
    if path.ends_with(EXTENSION) {
        return Vec::new();
    }
    let table = entry.value.get_ref().as_table();
    let below = table.into_iter().flat_map(Entry::all);
    below
        .filter(|entry| entry.value.get_ref().is_table())
        .flat_map(|entry| {
            let path = format!("{path}.{}", entry.name());
            if path.ends_with(EXTENSION) {
                vec![(path, entry)]
            } else {
                unquoted(&path, entry)
            }
        })
        .collect()
}
